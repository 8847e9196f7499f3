"""Four people check in on one objective at once: nothing is lost, and the figures fit what was recorded."""

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from impactline.checkins.models import CheckIn
from impactline.checkins.recomputing import doubtful
from impactline.okrs import actions as okrs
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective, says

ROUNDS = int(os.environ.get("IMPACTLINE_TEST_ROUNDS", "25"))
WRITERS = 4


def at_once(works: list[Callable[[], object]]) -> list[BaseException]:
    """Do all of these at the same moment, each in a thread with a connection of its own; what went wrong."""
    start, faults = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait()
            work()
        except BaseException as fault:  # noqa: BLE001 - the test tells
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@pytest.mark.django_db(transaction=True)
def test_four_writers_on_one_objective_leave_the_right_figures_in_every_round(ada: Person) -> None:
    cycle = a_running_cycle(ada)
    top, objective = an_objective(ada, cycle, "Top"), an_objective(ada, cycle)
    okrs.change_objective(by=ada, objective=top, version=None, at=NOON, changes={"driver": "objectives"})
    okrs.align(by=ada, child=objective, parent=top, at=NOON)
    numbers = [a_key_result(ada, objective, f"Wait {number} falls").pk for number in range(WRITERS)]

    for turn in range(ROUNDS):
        values = {number: Decimal(7 + (turn * 5 + place * 3) % 15) for place, number in enumerate(numbers)}
        assert at_once([lambda n=n, v=v, t=turn: _check_in(ada, n, v, t) for n, v in values.items()]) == []

        expected = sum((21 - value) / 14 for value in values.values()) / WRITERS
        figures = Objective.objects.in_bulk([top.pk, objective.pk])
        assert [figures[one.pk].progress for one in (objective, top)] == [pytest.approx(float(expected))] * 2, turn

    assert CheckIn.objects.count() == ROUNDS * WRITERS
    assert doubtful(NOON) == []


def _check_in(by: Person, number: int, value: Decimal, turn: int) -> None:
    key_result = KeyResult.objects.select_related("objective__cycle", "metric").get(pk=number)
    says(by, key_result, value, at=NOON + timedelta(seconds=turn))


@pytest.mark.django_db(transaction=True)
def test_two_alignments_that_would_make_a_circle_are_never_both_made(ada: Person) -> None:
    from impactline.base.errors import Refusal
    from impactline.okrs.models import Alignment

    cycle = a_running_cycle(ada)
    for _ in range(ROUNDS // 5):
        one, other = an_objective(ada, cycle, "One"), an_objective(ada, cycle, "Other")

        faults = at_once(
            [lambda a=a, b=b: okrs.align(by=ada, child=a, parent=b, at=NOON) for a, b in ((one, other), (other, one))]
        )

        assert [isinstance(fault, Refusal) for fault in faults] == [True], faults
        assert Alignment.objects.filter(child__in=[one, other]).count() == 1
