"""Contribution requests: asked of a team, accepted, declined, moved; a promise is an activity that is waited for."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from impactline.base.errors import Faults, Forbidden, Invalid, NotFound
from impactline.base.models import Event
from impactline.chain import actions as chain
from impactline.chain.models import ChainItem, Dependency
from impactline.okrs import actions as okrs
from impactline.people import actions as people
from impactline.planning import actions
from impactline.planning.models import ContributionRequest
from impactline.planning.visibility import request_for
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 20)


@pytest.fixture
def lines(ada, charlie):
    """The team of Charlie, which is asked."""
    return people.create_team(by=ada, name="Lines", members=[charlie], at=NOON)


@pytest.fixture
def key_result(ada, alice):
    return a_key_result(alice, an_objective(alice, a_running_cycle(ada)))


@pytest.fixture
def asked(alice, care, lines, key_result):
    waiting = chain.create_item(by=alice, level="activity", title="Run triage", owner=alice, at=NOON)
    return actions.ask_for_contribution(
        by=alice,
        title="Four telephone lines",
        asked=lines,
        asking=care,
        key_result=key_result,
        waiting=waiting,
        effort_hours=Decimal(16),
        due_on=DUE,
        at=NOON,
    )


def test_a_promise_is_an_activity_of_the_team_that_was_asked_and_is_waited_for(charlie, lines, care, asked):
    done = actions.accept_request(by=charlie, request=asked, at=NOON)
    promise = done.promise
    assert (promise.level, promise.team, promise.owner, promise.due_on) == ("activity", lines, charlie, DUE)
    assert (promise.effort_hours, list(promise.shared_with.all())) == (16, [care])
    assert Dependency.objects.get() == Dependency.objects.get(activity=asked.waiting, after=promise)
    assert Event.objects.last().verb == "contribution_request.accepted"


def test_only_the_team_that_was_asked_answers(alice, bob, asked):
    for person in (alice, bob):
        with pytest.raises(Forbidden):
            actions.accept_request(by=person, request=asked, at=NOON)
    assert not ChainItem.objects.filter(title="Four telephone lines").exists()


def test_nothing_is_asked_for_a_day_that_is_past(alice, lines, asked):
    past = NOON.date() - timedelta(days=1)
    with pytest.raises(Faults, match="past"):
        actions.ask_for_contribution(by=alice, title="A line", asked=lines, due_on=past, at=NOON)
    with pytest.raises(Faults, match="past"):
        actions.change_request(by=alice, request=asked, version=None, at=NOON, changes={"due_on": past})
    later = NOON + timedelta(days=60)
    kept = {"due_on": DUE, "title": "Five telephone lines"}
    assert actions.change_request(by=alice, request=asked, version=None, at=later, changes=kept).due_on == DUE


def test_it_is_declined_with_a_reason_once(charlie, asked):
    with pytest.raises(Invalid):
        actions.decline_request(by=charlie, request=asked, reason="", at=NOON)
    done = actions.decline_request(by=charlie, request=asked, reason="No lines left", at=NOON)
    assert (done.state, done.reason, done.promise) == ("declined", "No lines left", None)
    with pytest.raises(Invalid):
        actions.accept_request(by=charlie, request=asked, at=NOON)


def test_another_day_is_accepted_by_those_who_asked(alice, charlie, asked):
    later = DUE + timedelta(days=14)
    moved = actions.propose_date(by=charlie, request=asked, day=later, reason="The vendor is slow", at=NOON)
    with pytest.raises(Forbidden):
        actions.accept_request(by=charlie, request=moved, at=NOON)
    done = actions.accept_request(by=alice, request=moved, at=NOON)
    assert (done.state, done.due_on, done.promise.due_on, done.promise.owner) == ("accepted", later, later, charlie)


def test_what_is_asked_changes_while_it_is_open(alice, charlie, asked):
    actions.propose_date(by=charlie, request=asked, day=DUE + timedelta(days=3), reason="Busy", at=NOON)
    changes = {"due_on": DUE + timedelta(days=2)}
    done = actions.change_request(by=alice, request=asked, version=None, at=NOON, changes=changes)
    assert (done.state, done.proposed_on, done.due_on) == ("asked", None, DUE + timedelta(days=2))
    actions.withdraw_request(by=alice, request=asked, at=NOON)
    with pytest.raises(Invalid):
        actions.change_request(by=alice, request=asked, version=None, at=NOON, changes={"title": "Five lines"})


def test_what_only_some_may_see_is_not_asked_for_in_the_open(alice, care, lines, key_result):
    objective = key_result.objective
    okrs.change_objective(by=alice, objective=objective, version=None, at=NOON, changes={"visibility": "private"})
    key_result.refresh_from_db()
    secret = chain.create_item(by=alice, level="activity", title="Hire", owner=alice, visibility="private", at=NOON)
    with pytest.raises(Faults) as refused:
        actions.ask_for_contribution(
            by=alice, title="A", asked=care, asking=care, key_result=key_result, waiting=secret, due_on=DUE, at=NOON
        )
    assert [fault.field for fault in refused.value.faults] == ["asked", "key_result", "waiting"]
    assert not ContributionRequest.objects.exists()


def test_once_its_objective_is_private_others_find_nothing(alice, bob, charlie, asked):
    objective = asked.key_result.objective
    okrs.change_objective(by=alice, objective=objective, version=None, at=NOON, changes={"visibility": "private"})
    assert request_for(alice, asked.ref) == asked
    with pytest.raises(NotFound):
        request_for(charlie, asked.ref)


def test_guests_ask_for_nothing(gil, lines):
    with pytest.raises(Forbidden):
        actions.ask_for_contribution(by=gil, title="A", asked=lines, due_on=DUE, at=NOON)
