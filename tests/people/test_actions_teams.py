"""Teams: a tree of groups."""

import pytest
from django.db import IntegrityError

from impactline.base.errors import Conflict, Forbidden, Invalid, NotFound
from impactline.people import actions, queries
from impactline.people.models import Team
from tests.cast import NOON
from tests.scenes import leaves


def test_a_team_is_added_with_its_lead_and_people(ada, alice, bob, care):
    with leaves("team.created"):
        made = actions.create_team(
            by=ada, name="Night Care", purpose="Nights", parent=care, lead=alice, members=[bob], at=NOON
        )
    assert (made.ref, made.parent, made.lead) == ("night-care", care, alice)
    assert list(queries.members(made)) == [bob]
    assert queries.team_ids_of(alice) == {care.pk, made.pk}, "belonging or leading"


def test_a_ref_is_taken_once(ada, care):
    with pytest.raises(Invalid):
        actions.create_team(by=ada, name="Other", ref="care", at=NOON)


def test_its_lead_and_administrators_change_a_team(ada, alice, bob, charlie, care):
    for person in (bob, charlie):
        with pytest.raises(Forbidden):
            actions.change_team(by=person, team=care, version=1, at=NOON, changes={"name": "Mine"})
    actions.change_team(by=ada, team=care, version=1, at=NOON, changes={"lead": alice})
    with leaves("team.edited") as left:
        actions.change_team(
            by=alice, team=Team.objects.get(), version=2, at=NOON, changes={"purpose": "Why"}, people=[alice, charlie]
        )
    assert left[0].data["people"] == [
        ["alice@example.org", "bob@example.org"],
        ["alice@example.org", "charlie@example.org"],
    ]
    with leaves():
        actions.change_team(by=ada, team=care, version=3, at=NOON, changes={"purpose": "Why"}, people=[charlie, alice])


def test_a_guest_who_leads_still_only_reads(ada, gil, care):
    led = actions.change_team(by=ada, team=care, version=1, at=NOON, changes={"lead": gil})
    with pytest.raises(Forbidden):
        actions.change_team(by=gil, team=led, version=2, at=NOON, changes={"name": "Mine"})


def test_an_older_version_is_a_conflict_and_an_unknown_field_a_fault(ada, care):
    with pytest.raises(Conflict):
        actions.change_team(by=ada, team=care, version=9, at=NOON, changes={"name": "Cure"})
    with pytest.raises(Invalid):
        actions.change_team(by=ada, team=care, version=1, at=NOON, changes={"archived_at": NOON})


def test_a_team_never_stands_below_itself(ada, care):
    below = actions.create_team(by=ada, name="Below", parent=care, at=NOON)
    deeper = actions.create_team(by=ada, name="Deeper", parent=below, at=NOON)
    for parent in (care, below, deeper):
        with pytest.raises(Invalid) as refusal:
            actions.change_team(by=ada, team=care, version=None, at=NOON, changes={"parent": parent})
        assert refusal.value.field == "parent"
    with pytest.raises(IntegrityError):
        Team.objects.filter(pk=care.pk).update(parent=care.pk)


def test_a_team_goes_into_the_archive_and_comes_back(ada, alice, care):
    with pytest.raises(Forbidden):
        actions.archive_team(by=alice, team=care, at=NOON)
    with leaves("team.archived"):
        actions.archive_team(by=ada, team=care, at=NOON)
        actions.archive_team(by=ada, team=care, at=NOON)
    assert care not in queries.teams()
    assert care in queries.teams(archived=True)
    assert care not in queries.teams_of(alice)
    with leaves("team.restored"):
        actions.restore_team(by=ada, team=care, at=NOON)
        actions.restore_team(by=ada, team=care, at=NOON)
    with pytest.raises(Forbidden):
        actions.restore_team(by=alice, team=care, at=NOON)


def test_what_is_not_there_is_not_found(db):
    for ask in (queries.team_named, queries.person_named):
        with pytest.raises(NotFound):
            ask("nothing")
    with pytest.raises(NotFound):
        queries.organisation()


def test_the_teams_above_end_even_in_a_loop():
    assert list(queries.with_ancestors({1: 2, 2: 3, 3: 1}, 1)) == [1, 2, 3]
