"""The chart of a key result: the course by type, the expected path, and every change of the target."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from impactline.checkins.queries import known_of, target_changes_of
from impactline.metrics.queries import readings
from impactline.okrs import actions
from impactline.okrs.measure import Milestone
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.today import present
from impactline.people.models import Person
from impactline.web.key_result_charts import Drawn, chart_of
from tests.cast import NOON
from tests.scenes import TODAY, a_key_result, a_running_cycle, an_objective, moment, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def objective(ada: Person, alice: Person) -> Objective:
    return an_objective(alice, a_running_cycle(ada))


def drawn(key_result: KeyResult, at: Any = NOON, as_of: date | None = None) -> Drawn | None:
    fresh = KeyResult.objects.select_related("objective__cycle", "metric").get(pk=key_result.pk)
    known = known_of(fresh, present(at), as_of)
    course = [(row.day, row.value) for row in readings(fresh.metric, known.day)] if fresh.metric else []
    return chart_of(fresh, known, course, target_changes_of(fresh), present(at).day)


def labels(chart: Drawn | None) -> dict[str, Any]:
    assert chart is not None
    return {label.name: label.value for label in chart.chart.labels}


def test_a_way_has_its_ends_its_path_and_where_it_is_now(alice: Person, objective: Objective) -> None:
    key_result = a_key_result(alice, objective)
    says(alice, key_result, 18)

    chart = drawn(key_result)

    assert labels(chart) == {"baseline": 21, "target": 7, "now": 18}
    assert chart is not None
    assert chart.chart.path.count("L") == 1
    assert (chart.unit, chart.readings) == ("days", [(TODAY, 18)])


def test_a_curve_is_drawn_through_all_its_days(alice: Person, objective: Objective) -> None:
    chart = drawn(a_key_result(alice, objective, curve="back_loaded"))

    assert chart is not None
    assert chart.chart.path.count("L") == 91


def test_a_change_of_the_target_bends_the_path_and_is_marked(alice: Person, objective: Objective) -> None:
    key_result = a_key_result(alice, objective)
    later = moment(date(2026, 11, 15))
    changes = {"target": Decimal(14)}
    actions.change_key_result(
        by=alice, key_result=key_result, version=None, at=later, changes=changes, reason="Half of it."
    )

    now, then = drawn(key_result, later), drawn(key_result, later, TODAY)

    assert now is not None
    assert [(change.day, change.before, change.after) for change in now.chart.revisions] == [
        (date(2026, 11, 15), 7, 14)
    ]
    assert labels(now)["target"] == 14
    assert then is not None
    assert then.chart.revisions == ()
    assert labels(then)["target"] == 7


def test_sums_grow_within_the_period(alice: Person, objective: Objective) -> None:
    key_result = a_key_result(alice, objective, baseline=Decimal(0), target=Decimal(10), values="per_period")
    for ahead, value in ((-8, 5), (0, 2), (1, 3)):
        says(alice, key_result, value, day=TODAY - timedelta(days=5 - ahead))

    chart = drawn(key_result)

    assert chart is not None
    assert [value for _, value in chart.readings] == [2, 5]


def test_milestones_are_drawn_as_the_share_that_is_reached(alice: Person, objective: Objective) -> None:
    steps = [Milestone("A"), Milestone("B", Decimal(3))]
    key_result = a_key_result(alice, objective, type="milestones", milestones=steps)
    says(alice, key_result, reached=[1], day=TODAY - timedelta(days=4))
    says(alice, key_result, reached=[1, 2])

    chart = drawn(key_result)

    assert chart is not None
    assert [value for _, value in chart.readings] == [25, 100]
    assert chart.unit == "%"


@pytest.mark.parametrize(
    ("measure", "has_band"),
    [
        ({"type": "at_least", "target": Decimal(95)}, True),
        ({"type": "at_most", "target": Decimal(2)}, True),
        ({"type": "range", "low": Decimal(2), "high": Decimal(8)}, True),
        ({"type": "control", "low": Decimal(2), "high": Decimal(8)}, True),
        ({"type": "find_baseline"}, False),
        ({"type": "rubric", "levels": ["None", "Some", "All"]}, False),
    ],
)
def test_what_is_held_has_a_band(
    alice: Person, objective: Objective, measure: dict[str, Any], *, has_band: bool
) -> None:
    key_result = a_key_result(alice, objective, **measure)
    says(alice, key_result, 1)

    chart = drawn(key_result)

    assert chart is not None
    assert (chart.chart.healthy_y is not None) == has_band
    assert (chart.chart.healthy_height > 0) == has_band


@pytest.mark.parametrize("measure", [{"type": "binary"}, {"type": "open"}, {"type": "control"}])
def test_a_line_that_says_nothing_is_not_drawn(alice: Person, objective: Objective, measure: dict[str, str]) -> None:
    assert drawn(a_key_result(alice, objective, **measure)) is None
