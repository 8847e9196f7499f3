"""Who sees what, and who may change it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from impactline.base.errors import NotFound
from impactline.okrs import actions
from impactline.okrs.models import BrokenGlass
from impactline.okrs.visibility import (
    hidden_from,
    key_result_for,
    key_results_visible_to,
    may_check_in,
    may_edit,
    objective_for,
    visible_to,
)
from impactline.people.actions import change_person, change_team
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective


@pytest.fixture
def cycle(ada):
    return a_running_cycle(ada)


@pytest.fixture
def secret(alice, care, cycle):
    """A private objective of Alice for the team Care, with a key result."""
    objective = an_objective(alice, cycle, "Merger", visibility="private", team=care)
    a_key_result(alice, objective, "Price", ref="price")
    return objective


def sees(person, objective):
    """Whether a person finds an objective and its key results, in every way that there is."""
    found = {
        objective in visible_to(person),
        objective.pk not in hidden_from(person),
        _finds(lambda: objective_for(person, objective.ref)),
        _finds(lambda: key_result_for(person, "price")),
        key_results_visible_to(person).filter(ref="price").exists(),
    }
    assert len(found) == 1, "every way answers alike"
    return found.pop()


def _finds(ask):
    try:
        return bool(ask())
    except NotFound:
        return False


def test_what_is_open_is_seen_by_all(ada, alice, bob, charlie, gil, cycle):
    objective = an_objective(alice, cycle)
    a_key_result(alice, objective, "Price", ref="price")
    assert all(sees(person, objective) for person in (ada, alice, bob, charlie, gil))


def test_what_is_private_is_seen_by_its_owner_and_the_operator_only(ada, alice, bob, charlie, gil, secret):
    assert sees(alice, secret)
    assert sees(None, secret)
    assert not any(sees(person, secret) for person in (ada, bob, charlie, gil))


def test_the_lead_of_its_team_sees_it_and_no_longer_when_they_no_longer_lead(ada, alice, bob, care, secret):
    led = change_team(by=ada, team=care, version=None, at=NOON, changes={"lead": bob})
    assert sees(bob, secret)
    change_team(by=ada, team=led, version=None, at=NOON, changes={"lead": alice})
    assert not sees(bob, secret)


def test_owners_of_its_key_results_see_it_until_those_are_archived(alice, charlie, secret):
    theirs = a_key_result(alice, secret, owner=charlie)
    assert sees(charlie, secret)
    actions.archive_key_result(by=alice, key_result=theirs, at=NOON)
    assert not sees(charlie, secret)


def test_the_invited_see_it_until_they_are_no_longer(alice, charlie, secret):
    actions.invite_viewers(by=alice, objective=secret, people=[charlie], at=NOON)
    assert sees(charlie, secret)
    actions.invite_viewers(by=alice, objective=secret, people=[], at=NOON)
    assert not sees(charlie, secret)


def test_an_administrator_sees_it_while_the_glass_is_broken(ada, secret):
    actions.break_glass(by=ada, objective=secret, reason="Audit", at=timezone.now())
    assert sees(ada, secret)
    BrokenGlass.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert not sees(ada, secret)


def test_a_change_to_private_takes_effect_at_once_and_back(alice, charlie, secret):
    for visibility, expected in (("open", True), ("private", False)):
        actions.change_objective(by=alice, objective=secret, version=None, at=NOON, changes={"visibility": visibility})
        assert sees(charlie, secret) is expected


def test_hidden_and_absent_look_alike(charlie, secret):
    for ask in (objective_for, key_result_for):
        told = []
        for ref in ("merger" if ask is objective_for else "price", "nothing"):
            with pytest.raises(NotFound) as refusal:
                ask(charlie, ref)
            told.append(str(refusal.value).replace(ref, "…"))
        assert told[0] == told[1]


def test_one_query_answers_whatever_the_rows(alice, charlie, cycle, secret, django_assert_num_queries):
    for number in range(5):
        an_objective(alice, cycle, f"Secret {number}", visibility="private")
    for ask in (lambda: list(visible_to(charlie)), lambda: hidden_from(charlie)):
        with django_assert_num_queries(1):
            ask()


def test_owner_team_and_administrators_edit_and_nobody_else(ada, alice, bob, charlie, gil, care, cycle):
    objective = an_objective(alice, cycle, team=care)
    assert [may_edit(person, objective) for person in (ada, alice, bob, charlie, gil)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    change_team(by=ada, team=care, version=None, at=NOON, changes={"lead": charlie})
    assert may_edit(charlie, objective), "who leads the team"


def test_without_owner_and_team_every_member_edits(charlie, gil, ada, cycle):
    objective = an_objective(ada, cycle, owner=None)
    assert may_edit(charlie, objective)
    assert not may_edit(gil, objective)


def test_the_owner_of_a_key_result_checks_in_without_editing_the_objective(alice, charlie, cycle):
    objective = an_objective(alice, cycle)
    theirs = a_key_result(alice, objective, owner=charlie)
    assert may_check_in(charlie, theirs)
    assert not may_edit(charlie, objective)


def test_who_became_a_guest_only_reads_what_they_own(ada, alice, cycle):
    objective = an_objective(alice, cycle)
    theirs = a_key_result(alice, objective, owner=alice)
    reader = change_person(by=ada, person=alice, version=None, at=NOON, changes={"role": "guest"})
    assert not may_edit(reader, objective)
    assert not may_check_in(reader, theirs)
