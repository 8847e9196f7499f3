"""Rows of lists: values and goals in words, links, and what they say of an earlier day."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from impactline.checkins.figures import ObjectiveFigures, figures_of
from impactline.okrs.measure import Milestone
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.today import present
from impactline.people.models import Organisation, Person
from impactline.web import reader
from impactline.web.rows import key_result_row, objective_row, outline_row
from tests.scenes import a_key_result, a_running_cycle, an_objective, says

AT = datetime.fromisoformat("2026-10-12T12:00:00+00:00")
STEPS = [Milestone("Registered"), Milestone("Papers sent", Decimal(2)), Milestone("Granted")]

pytestmark = pytest.mark.django_db


@pytest.fixture
def objective(ada: Person, alice: Person) -> Objective:
    return an_objective(alice, a_running_cycle(ada))


def figures(person: Person, objective: Objective, as_of: date | None = None) -> ObjectiveFigures:
    return figures_of(person, [objective], present(AT), as_of)[objective.pk]


def fresh(key_result: KeyResult) -> KeyResult:
    return KeyResult.objects.select_related("objective__cycle", "metric").get(pk=key_result.pk)


@pytest.mark.parametrize(
    ("measure", "said", "now", "goal"),
    [
        ({}, None, "", "21 to 7\u00a0days"),
        ({}, 14, "14", "7\u00a0days"),
        ({}, 0, "0", "7\u00a0days"),
        ({"unit": "%"}, "71.5", "71.5%", "7%"),
        ({"type": "at_least", "target": Decimal(95), "unit": "%"}, 93, "93%", "≥\u00a095%"),
        ({"type": "at_most", "target": Decimal(2)}, 3, "3", "≤\u00a02"),
        ({"type": "range", "low": Decimal(2), "high": Decimal(8), "unit": "°C"}, "-4.5", "-4.5", "2 to 8\u00a0°C"),
        ({"type": "control"}, 1, "8%", "of check-ins kept"),
        ({"type": "binary"}, None, "Not yet", ""),
        ({"type": "binary"}, 1, "Done", ""),
        ({"type": "rubric", "levels": ["Nobody", "Some", "All"]}, 1, "Some", "All"),
        ({"type": "milestones", "milestones": STEPS}, 2, "2 of 3", "milestones"),
        ({"type": "find_baseline", "unit": "%"}, None, "", "baseline to be found"),
        ({"type": "open"}, None, "", "no measure yet"),
    ],
)
def test_value_and_goal_are_words(
    alice: Person, objective: Objective, measure: dict[str, Any], said: object, now: str, goal: str
) -> None:
    key_result = a_key_result(alice, objective, **measure)
    if said is not None:
        says(alice, fresh(key_result), said)

    row = key_result_row(figures(alice, objective).key_results[0])

    assert (row.now, row.goal) == (now, goal)


def test_numbers_are_written_as_the_reader_writes_them(alice: Person, objective: Objective) -> None:
    says(alice, fresh(a_key_result(alice, objective, baseline=Decimal(20000), target=Decimal("1234.5"))), "12500.25")
    alice.locale = "de"
    reader.become(alice, Organisation.objects.get())

    row = key_result_row(figures(alice, objective).key_results[0])

    assert (row.now, row.goal) == ("12.500,25", "1.234,5\u00a0days")


def test_a_row_of_today_has_a_fragment_and_plain_links(alice: Person, objective: Objective) -> None:
    a_key_result(alice, objective, ref="wait")

    row = objective_row(figures(alice, objective))

    assert row.fragment == f"/objectives/{objective.ref}/row"
    assert row.explain == f"/objectives/{objective.ref}/explanations"
    assert row.parts == ("wait",)
    assert row.key_results[0].href == "/key-results/wait"
    assert row.owner_name == "Alice Adler"


def test_a_row_of_an_earlier_day_leads_to_that_day_and_keeps_still(alice: Person, objective: Objective) -> None:
    key_result = a_key_result(alice, objective, ref="wait")
    says(alice, fresh(key_result), 18, day=date(2026, 10, 5))
    says(alice, fresh(key_result), 14)
    day = date(2026, 10, 6)

    row = objective_row(figures(alice, objective, day), as_of=day)

    assert row.fragment == ""
    assert row.href.endswith("?as_of=2026-10-06")
    assert row.key_results[0].explain == "/key-results/wait/days/2026-10-06/explanations"
    assert row.key_results[0].now == "18"


def test_what_has_no_progress_has_no_pace(alice: Person, objective: Objective) -> None:
    a_key_result(alice, objective, type="open")

    row = objective_row(figures(alice, objective))

    assert (row.progress, row.pace, row.key_results[0].pace) == (None, "", "")


def test_sums_are_drawn_as_sums(alice: Person, objective: Objective) -> None:
    key_result = a_key_result(alice, objective, baseline=Decimal(0), target=Decimal(10), values="per_period")
    for day, value in ((2, 1), (5, 2), (9, 4)):
        says(alice, fresh(key_result), value, day=date(2026, 10, day))
    one = figures(alice, objective).key_results[0]
    readings = [(date(2026, 10, day), Decimal(value)) for day, value in ((2, 1), (5, 2), (9, 4))]

    row = key_result_row(one, {one.key_result.metric_id or 0: readings})

    assert [value for _, value in row.readings] == [1, 3, 7]
    assert row.now == "7"


def test_the_mean_confidence_is_short(alice: Person, objective: Objective) -> None:
    for confidence in (7, 6, 6):
        says(alice, fresh(a_key_result(alice, objective)), confidence=confidence)

    assert objective_row(figures(alice, objective)).confidence == pytest.approx(6.3)


def test_a_line_of_an_outline_is_the_same_row(alice: Person, objective: Objective) -> None:
    a_key_result(alice, objective, ref="wait")
    row = objective_row(figures(alice, objective))

    assert outline_row(row).kind == "objective"
    assert (outline_row(row.key_results[0]).kind, outline_row(row.key_results[0]).ref) == ("key_result", "wait")
