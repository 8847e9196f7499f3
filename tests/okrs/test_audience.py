"""Who is told that an item changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from impactline.base.models import Event
from impactline.okrs import actions
from impactline.okrs.actions.policies import change_policies
from impactline.okrs.audience import News, audiences_of, news_of
from impactline.okrs.models import BrokenGlass
from impactline.okrs.recomputing import recompute
from impactline.people.actions import change_team
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective, says


@pytest.fixture
def cycle(ada):
    return a_running_cycle(ada)


@pytest.fixture
def secret(alice, care, cycle):
    return an_objective(alice, cycle, "Merger", visibility="private", team=care)


def last_events(count=1):
    return list(Event.objects.order_by("-id")[:count])


def test_all_are_told_of_what_is_open_and_of_the_objectives_that_moved(alice, cycle):
    below, above = an_objective(alice, cycle, "Below"), an_objective(alice, cycle, "Above")
    actions.change_objective(by=alice, objective=above, version=None, at=NOON, changes={"driver": "both"})
    actions.align(by=alice, child=below, parent=above, at=NOON)
    wait = a_key_result(alice, below, ref="wait")
    says(alice, wait, 14)
    assert set(news_of(last_events())) == {
        News("key_result", "wait"), News("objective", "below"), News("objective", "above")
    }  # fmt: skip


def test_of_what_is_private_only_those_who_see_it_are_told(ada, alice, bob, charlie, care, secret):
    change_team(by=ada, team=care, version=None, at=NOON, changes={"lead": bob})
    wait = a_key_result(alice, secret, owner=charlie, ref="price")
    says(alice, wait, 14)
    concerned = frozenset({alice.pk, bob.pk, charlie.pk})
    assert set(news_of(last_events())) == {
        News("key_result", "price", concerned), News("objective", "merger", concerned)
    }  # fmt: skip


@pytest.mark.parametrize("policy", ["inclusive", "opaque"])
def test_what_a_hidden_item_moves_is_news_where_it_enters_what_is_shown(ada, alice, cycle, secret, policy):
    change_policies(
        by=ada, version=None, at=NOON, name="N", timezone="UTC", locale="en",
        roll_up=policy, pace="impactline", strict_holds=False, grace_days=3,
    )  # fmt: skip
    above = an_objective(alice, cycle, "Above")
    actions.change_objective(by=alice, objective=above, version=None, at=NOON, changes={"driver": "both"})
    actions.align(by=alice, child=secret, parent=above, at=NOON)
    says(alice, a_key_result(alice, secret, ref="price"), 14)
    told = {item.ref: item.audience for item in news_of(last_events())}
    assert told["above"] == (None if policy == "inclusive" else frozenset({alice.pk}))
    assert told["price"] == told["merger"] == frozenset({alice.pk})


def test_whoever_loses_sight_of_an_objective_is_told_once_more(alice, cycle):
    plan = an_objective(alice, cycle, "Plan")
    actions.change_objective(by=alice, objective=plan, version=None, at=NOON, changes={"visibility": "private"})
    assert news_of(last_events()) == [News("objective", "plan")]
    actions.change_objective(by=alice, objective=plan, version=None, at=NOON, changes={"title": "Plan B"})
    assert news_of(last_events()) == [News("objective", "plan", frozenset({alice.pk}))]


def test_when_all_figures_are_computed_anew_everybody_is_told_of_everything(ada, alice, secret):
    says(alice, a_key_result(alice, secret), 14)
    recompute(NOON)
    assert news_of(last_events(9)) == [News("*", "*")]


def test_the_invited_are_told(alice, charlie, secret):
    actions.invite_viewers(by=alice, objective=secret, people=[charlie], at=NOON)
    assert audiences_of([secret.pk]) == {secret.pk: frozenset({alice.pk, charlie.pk})}


def test_an_administrator_is_told_while_the_glass_is_broken_and_no_longer(ada, alice, secret):
    actions.break_glass(by=ada, objective=secret, reason="Audit", at=timezone.now())
    assert audiences_of([secret.pk]) == {secret.pk: frozenset({alice.pk, ada.pk})}
    BrokenGlass.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert audiences_of([secret.pk]) == {secret.pk: frozenset({alice.pk})}


def test_nobody_is_told_of_people_and_tokens(ada, alice):
    assert news_of(last_events(3)) == []


def test_news_take_as_many_queries_whatever_the_events(alice, cycle, secret, django_assert_max_num_queries):
    for number in range(6):
        says(alice, a_key_result(alice, secret, f"Price {number}"), 14)
        says(alice, a_key_result(alice, an_objective(alice, cycle, f"Open {number}")), 14)
    with django_assert_max_num_queries(1 + 6):
        assert len(news_of(last_events(29))) == 6 + 1 + 6 * 2
