"""Lists show, order and count what the person may see: kept figures where they hold, computed ones elsewhere."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impactline.checkins.figures import figures_of
from impactline.checkins.listing import figures_of_lines, listed
from impactline.okrs import actions
from impactline.okrs.models import Cycle, Objective
from impactline.okrs.queries import Wanted
from impactline.okrs.today import present
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective, moment, says

pytestmark = pytest.mark.django_db
TOMORROW = moment(date(2026, 10, 13))


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada, ref="2026-Q4")


def progress(person: Person, at: object = NOON, as_of: date | None = None) -> dict[str, float | None]:
    found = listed(person, Objective.objects.order_by("id"), present(at), as_of)  # type: ignore[arg-type]
    return {line.ref: line.progress for line in found.lines}


def test_a_list_shows_the_figures_that_each_page_shows(alice: Person, charlie: Person, cycle: Cycle) -> None:
    top = an_objective(alice, cycle, ref="top")
    actions.change_objective(by=alice, objective=top, version=None, at=NOON, changes={"driver": "both"})
    hidden = an_objective(alice, cycle, ref="hidden", visibility="private")
    says(alice, a_key_result(alice, top, ref="seen"), 14)
    says(alice, a_key_result(alice, hidden, ref="unseen"), 7)
    actions.align(by=alice, child=hidden, parent=top, at=NOON)

    assert progress(alice) == {"top": 0.75, "hidden": 1.0}
    assert progress(charlie) == {"top": 0.5}


def test_figures_of_another_day_are_computed(alice: Person, cycle: Cycle) -> None:
    objective = an_objective(alice, cycle, ref="waiting")
    says(alice, a_key_result(alice, objective), 20)
    found = listed(alice, Objective.objects.all(), present(TOMORROW))

    page = figures_of(alice, [objective], present(TOMORROW))[objective.pk].rolled

    assert list(found.rolled) == [objective.pk]
    assert found.lines[0].expected == page.expected
    assert found.lines[0].pace == str(page.colour)


def test_an_earlier_day_is_computed(alice: Person, cycle: Cycle) -> None:
    key_result = a_key_result(alice, an_objective(alice, cycle, ref="waiting"))
    says(alice, key_result, 14, day=date(2026, 10, 5))
    says(alice, key_result, 7, day=date(2026, 10, 10))

    assert progress(alice, as_of=date(2026, 10, 6)) == {"waiting": 0.5}
    assert progress(alice) == {"waiting": 1.0}


def test_confidence_of_an_earlier_day_is_the_mean_of_what_was_stated_by_then(alice: Person, cycle: Cycle) -> None:
    objective = an_objective(alice, cycle)
    for confidence in (3, 8):
        key_result = a_key_result(alice, objective)
        says(alice, key_result, 14, day=date(2026, 10, 5), confidence=confidence)
        says(alice, key_result, 14, day=date(2026, 10, 9), confidence=10)
    wanted, now = Wanted(confidence=True), present(NOON)

    past, today = (listed(alice, Objective.objects.all(), now, day, wanted) for day in (date(2026, 10, 6), None))

    assert (past.lines[0].confidence, today.lines[0].confidence) == (5.5, 10)


def test_settled_lines_have_the_same_figures_as_their_pages(alice: Person, cycle: Cycle) -> None:
    for number in range(3):
        objective = an_objective(alice, cycle, f"Objective {number}")
        says(alice, a_key_result(alice, objective), 20 - number)
        actions.align(by=alice, child=objective, parent=an_objective(alice, cycle), at=NOON)
    found = listed(alice, Objective.objects.all(), present(NOON))

    assert all(line.settled for line in found.lines)
    assert figures_of_lines(alice, found, found.lines, present(NOON)) == figures_of(
        alice, list(Objective.objects.all()), present(NOON)
    )


@pytest.mark.parametrize("private", [False, True])
def test_a_list_asks_a_fixed_number_of_questions(alice: Person, charlie: Person, cycle: Cycle, private: bool) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as captured:
            found = listed(charlie, Objective.objects.all(), now)
            figures_of_lines(charlie, found, found.lines, now)
        return len(captured)

    def add(count: int) -> None:
        for _ in range(count):
            a_key_result(alice, objective := an_objective(alice, cycle))
            actions.align(by=alice, child=objective, parent=top, at=NOON)

    now = present(NOON)
    top = an_objective(alice, cycle)
    secret = an_objective(alice, cycle, visibility="private" if private else "open")
    actions.align(by=alice, child=secret, parent=top, at=NOON)
    add(3)
    few = questions()
    add(9)

    assert questions() == few <= (7 if private else 4)


def test_a_query_that_finds_nothing_is_an_empty_list(alice: Person) -> None:
    assert listed(alice, Objective.objects.none(), present(NOON)).lines == []
