"""What a person owes, what moved around them, and the history of check-ins."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from impactline.base.errors import NotFound
from impactline.checkins import queries
from impactline.checkins.actions import correct
from impactline.okrs import actions
from impactline.okrs.models import Cycle, KeyResult
from impactline.okrs.today import present
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import TODAY, a_key_result, a_running_cycle, an_objective, says

pytestmark = pytest.mark.django_db
NOW = NOON


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada)


@pytest.fixture
def wait(alice: Person, cycle: Cycle) -> KeyResult:
    return a_key_result(alice, an_objective(alice, cycle), ref="wait", owner=alice)


def test_a_check_in_is_owed_from_two_days_before_it_is_due(alice: Person, wait: KeyResult) -> None:
    due = queries.due_of(alice, present(NOW))

    assert [(entry.key_result, entry.due_on, entry.days_late) for entry in due] == [(wait, date(2026, 10, 8), 4)]
    assert due[0].is_owed(date(2026, 10, 6))
    assert not due[0].is_owed(date(2026, 10, 5))


def test_an_answer_moves_the_next_one_a_cadence_on(alice: Person, wait: KeyResult) -> None:
    says(alice, wait, 20)

    assert [entry.due_on for entry in queries.due_of(alice, present(NOW))] == [date(2026, 10, 22)]
    assert queries.next_check_in(KeyResult.objects.get(), present(NOW)) == date(2026, 10, 22)


def test_owing_takes_as_many_questions_whatever_is_owed(
    alice: Person, cycle: Cycle, django_assert_num_queries: object
) -> None:
    objective = an_objective(alice, cycle)
    for _ in range(20):
        a_key_result(alice, objective, owner=alice)

    now = present(NOW)

    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(queries.due_of(alice, now)) == 20


def test_what_others_moved_is_told_newest_first(alice: Person, bob: Person, wait: KeyResult) -> None:
    actions.change_key_result(by=alice, key_result=wait, version=None, at=NOON, changes={"owner": bob})
    for minute, value in enumerate((18, 17)):
        says(bob, KeyResult.objects.get(), value, at=NOON + timedelta(minutes=minute))

    moved = queries.moved_around(alice, NOON - timedelta(days=1))

    ends = [[None if end is None else Decimal(end) for end in entry.event.data["moved"]] for entry in moved]
    assert ends == [[18, 17], [None, 18]]
    assert all(entry.event.actor == alice for entry in queries.moved_around(bob, NOON - timedelta(days=1)))


def test_what_became_private_is_no_longer_told(alice: Person, bob: Person, cycle: Cycle) -> None:
    above = an_objective(alice, cycle)
    below = an_objective(bob, cycle)
    actions.align(by=bob, child=below, parent=above, at=NOON)
    says(bob, a_key_result(bob, below), 18, at=NOON)
    assert queries.moved_around(alice, NOON - timedelta(days=1))

    actions.change_objective(by=bob, objective=below, version=None, at=NOON, changes={"visibility": "private"})

    assert queries.moved_around(alice, NOON - timedelta(days=1)) == []


def test_what_contributes_through_something_hidden_is_not_around(alice: Person, bob: Person, cycle: Cycle) -> None:
    above, between, below = (an_objective(by, cycle) for by in (alice, bob, bob))
    actions.align(by=bob, child=between, parent=above, at=NOON)
    actions.align(by=bob, child=below, parent=between, at=NOON)
    assert queries.concerning(alice) == {above.pk, between.pk, below.pk}

    actions.change_objective(by=bob, objective=between, version=None, at=NOON, changes={"visibility": "private"})

    assert queries.concerning(alice) == {above.pk}, "what is below would tell that something is between"
    assert queries.concerning(bob) == {between.pk, below.pk}


def test_a_history_holds_what_counts_and_what_it_corrected(alice: Person, wait: KeyResult) -> None:
    first = says(alice, wait, 20, day=date(2026, 10, 5))
    says(alice, wait, 18)
    again = correct(by=alice, check_in=first, value=Decimal(19), at=NOON)
    newest = correct(by=alice, check_in=again, value=Decimal("19.5"), at=NOON)

    told = queries.check_ins_of(wait)

    assert [(entry.check_in.value, entry.number, entry.before) for entry in told] == [
        (18, 2, Decimal("19.5")),
        (Decimal("19.5"), 4, None),
    ]
    assert told[1].corrected == (again, first)
    assert queries.check_in_numbered(wait, 4) == newest
    assert queries.number_of(newest) == 4
    assert queries.count_of_check_ins(wait) == 2


def test_a_history_ends_with_the_day_that_is_asked_for(alice: Person, wait: KeyResult) -> None:
    says(alice, wait, 20, day=date(2026, 10, 5))
    says(alice, wait, 18)

    assert [entry.check_in.value for entry in queries.check_ins_of(wait, date(2026, 10, 6))] == [20]
    latest = queries.latest_check_in(wait, date(2026, 10, 6))
    assert latest is not None
    assert latest.value == 20


def test_pages_of_a_history_know_what_stood_before(alice: Person, wait: KeyResult) -> None:
    for number in range(5):
        says(alice, wait, number, day=TODAY - timedelta(days=5 - number))

    assert [(entry.check_in.value, entry.before) for entry in queries.check_ins_of(wait, first=1, most=2)] == [
        (3, 2),
        (2, 1),
    ]


@pytest.mark.parametrize("number", [0, -1, 2, 10**12])
def test_there_is_no_such_check_in(alice: Person, wait: KeyResult, number: int) -> None:
    says(alice, wait, 20)

    with pytest.raises(NotFound):
        queries.check_in_numbered(wait, number)


def test_a_key_result_may_go_where_one_may_edit(ada: Person, alice: Person, bob: Person, wait: KeyResult) -> None:
    own = an_objective(alice, wait.objective.cycle)
    of_bob = an_objective(bob, wait.objective.cycle)

    assert list(queries.homes_for(alice, wait)) == [own]
    assert set(queries.homes_for(ada, wait)) == {own, of_bob}


def test_how_far_an_installation_has_come_is_one_question(
    ada: Person, alice: Person, wait: KeyResult, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        there = queries.begun(ada)

    assert (there.people, there.cycle, there.objective, there.key_result, there.active) == (True,) * 5
    assert not there.check_in
