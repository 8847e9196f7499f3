"""Strategic priorities: what the organisation wants above all."""

import pytest

from impactline.base.errors import Conflict, Forbidden, Invalid
from impactline.okrs import actions
from impactline.okrs.models import Priority
from tests.cast import NOON
from tests.scenes import leaves


@pytest.fixture
def access(ada):
    return actions.create_priority(by=ada, title="Care for everyone", why="They wait", at=NOON)


def test_priorities_stand_in_the_order_in_which_they_were_added(ada, access):
    with leaves("priority.created"):
        second = actions.create_priority(by=ada, title="Staff who stay", owner=ada, at=NOON)
    assert list(Priority.objects.all()) == [access, second]
    assert (access.ref, access.position, second.position) == ("care-for-everyone", 1, 2)


def test_a_priority_is_changed_once(ada, access):
    with leaves("priority.edited") as left:
        actions.change_priority(by=ada, priority=access, version=1, at=NOON, changes={"title": "Care", "owner": ada})
    assert left[0].data == {"title": ["Care for everyone", "Care"], "owner": [None, "ada@example.org"]}
    with leaves():
        actions.change_priority(by=ada, priority=access, version=2, at=NOON, changes={"title": "Care"})
    with pytest.raises(Conflict):
        actions.change_priority(by=ada, priority=access, version=1, at=NOON, changes={"title": "Cure"})


def test_wrong_and_unknown_fields_are_refused(ada, access):
    for changes in ({"title": " "}, {"why": "x" * 30_000}, {"ref": "other"}):
        with pytest.raises(Invalid), leaves():
            actions.change_priority(by=ada, priority=access, version=1, at=NOON, changes=changes)
    with pytest.raises(Invalid):
        actions.create_priority(by=ada, title="", at=NOON)


def test_only_administrators_set_priorities(alice, gil, access):
    for person in (alice, gil):
        with pytest.raises(Forbidden):
            actions.create_priority(by=person, title="Mine", at=NOON)
        with pytest.raises(Forbidden):
            actions.change_priority(by=person, priority=access, version=1, at=NOON, changes={"title": "Mine"})
        for verb in (actions.archive_priority, actions.restore_priority):
            with pytest.raises(Forbidden):
                verb(by=person, priority=access, at=NOON)


def test_a_priority_goes_into_the_archive_and_comes_back(ada, access):
    with leaves("priority.archived"):
        actions.archive_priority(by=ada, priority=access, at=NOON)
        actions.archive_priority(by=ada, priority=access, at=NOON)
    with leaves("priority.restored"):
        actions.restore_priority(by=ada, priority=access, at=NOON)
        actions.restore_priority(by=ada, priority=access, at=NOON)
