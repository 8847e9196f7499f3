"""Roadblocks: raised in a line, changed by those concerned, closed with what was done; seen with what they block."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from impactline.base.errors import Faults, Forbidden, Invalid, NotFound
from impactline.base.models import Event
from impactline.chain import actions as chain
from impactline.insight import actions
from impactline.insight.models import Roadblock
from impactline.insight.visibility import blocked_for, roadblock_for, roadblocks_visible_to
from impactline.okrs import actions as okrs
from impactline.okrs.audience import News, news_of
from tests.cast import NOON
from tests.scenes import TODAY, a_key_result, a_running_cycle, an_objective

pytestmark = pytest.mark.django_db


@pytest.fixture
def objective(ada, alice):
    return an_objective(alice, a_running_cycle(ada), ref="waiting")


def late(by, **details):
    return actions.raise_roadblock(by=by, **{"title": "The licence is late", "at": NOON} | details)


def test_a_line_raises_one_that_whoever_raised_it_owns(bob, objective):
    made = late(bob, on=objective)
    assert (made.ref, made.on, made.owner, made.raised_on) == ("the-licence-is-late", objective, bob, TODAY)
    event = Event.objects.last()
    assert (event.verb, event.objective_id, event.ref) == ("roadblock.raised", objective.pk, made.ref)


def test_everything_that_is_wrong_is_told_at_once(bob):
    with pytest.raises(Faults) as refused:
        late(bob, kind="weather", raised_on=TODAY + timedelta(days=1))
    assert [fault.field for fault in refused.value.faults] == ["kind", "raised_on"]
    assert not Roadblock.objects.exists()


def test_guests_raise_nothing(gil):
    with pytest.raises(Forbidden):
        late(gil)


def test_those_concerned_change_it_and_nobody_else(alice, bob, charlie, objective):
    made = late(bob, on=objective)
    with pytest.raises(Forbidden):
        actions.change_roadblock(by=charlie, roadblock=made, version=None, at=NOON, changes={"kind": "clarity"})
    for person, step in ((bob, "Ask the vendor"), (alice, "Call the vendor")):
        actions.change_roadblock(by=person, roadblock=made, version=None, at=NOON, changes={"next_step": step})
    assert Roadblock.objects.get().next_step == "Call the vendor"


def test_the_same_change_twice_is_as_once(bob):
    made = late(bob)
    for _ in range(2):
        made = actions.change_roadblock(by=bob, roadblock=made, version=None, at=NOON, changes={"kind": "resources"})
    assert (made.version, Event.objects.filter(verb="roadblock.edited").count()) == (2, 1)


def test_it_is_closed_with_what_was_done_and_can_be_there_again(bob):
    made = late(bob)
    with pytest.raises(Invalid):
        actions.resolve_roadblock(by=bob, roadblock=made, resolution=" ", at=NOON)
    done = actions.resolve_roadblock(by=bob, roadblock=made, resolution="Bought elsewhere", at=NOON)
    assert (done.resolved_on, done.resolution) == (TODAY, "Bought elsewhere")
    again = actions.reopen_roadblock(by=bob, roadblock=made, at=NOON)
    assert (again.resolved_on, again.resolution) == (None, "")


def test_it_is_not_cleared_before_it_was_raised_nor_tomorrow(bob):
    made = late(bob)
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(Invalid):
            actions.resolve_roadblock(by=bob, roadblock=made, resolution="Done", at=NOON, day=day)


def test_charlie_finds_nothing_of_what_stands_in_the_way_of_hidden_things(alice, charlie, objective):
    key_result = a_key_result(alice, objective, ref="wait")
    item = chain.create_item(by=alice, level="activity", title="Hire", owner=alice, visibility="private", at=NOON)
    okrs.change_objective(by=alice, objective=objective, version=None, at=NOON, changes={"visibility": "private"})
    made = [late(alice, on=on) for on in (objective, key_result, item)]
    assert not roadblocks_visible_to(charlie).exists()
    assert set(roadblocks_visible_to(alice)) == set(made)
    for one in made:
        with pytest.raises(NotFound):
            roadblock_for(charlie, one.ref)
    for ref in ("waiting", "wait", item.ref):
        assert blocked_for(alice, ref).ref == ref
        with pytest.raises(NotFound):
            blocked_for(charlie, ref)


def test_only_those_who_see_what_it_blocks_are_told(alice, objective):
    item = chain.create_item(by=alice, level="activity", title="Hire", owner=alice, visibility="private", at=NOON)
    late(alice, on=item, ref="hidden")
    late(alice, on=objective, ref="seen")
    told = news_of(Event.objects.filter(kind="roadblock"))
    assert News("roadblock", "hidden", frozenset({alice.pk})) in told
    assert News("roadblock", "seen") in told


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "weather"}, {"resolved_on": date(2026, 1, 1)}, {"resolution": "Done"}],
    ids=lambda w: next(iter(w)),
)
def test_the_database_refuses_what_cannot_be(bob, wrong):
    made = late(bob)
    with pytest.raises(IntegrityError), transaction.atomic():
        Roadblock.objects.filter(pk=made.pk).update(**wrong)


def test_it_stands_in_the_way_of_one_thing(alice, objective):
    made = late(alice, on=objective)
    with pytest.raises(IntegrityError), transaction.atomic():
        Roadblock.objects.filter(pk=made.pk).update(key_result=a_key_result(alice, objective))
