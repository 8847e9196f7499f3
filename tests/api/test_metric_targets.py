"""Targets of metrics through the API: beside what was read, and whether they are met."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from impactline.checkins import actions as checkins
from impactline.metrics import actions
from impactline.metrics.breakdown import PartOf
from impactline.metrics.models import Metric
from impactline.people.models import Person
from tests.cast import NOON
from tests.metrics.test_adding import amount
from tests.scenes import TODAY, a_metric

pytestmark = pytest.mark.django_db
QUARTER: dict[str, Any] = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 12, 31)}
NAMES = ("of", "value", "actual", "actual_numerator", "difference", "met", "unread")


@pytest.fixture
def reached(alice: Person) -> Metric:
    dimensions = [("sex", ["women", "men"])]
    return a_metric(alice, "Reached", ref="reached", measure="percentage", owner=alice, dimensions=dimensions)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def test_each_says_what_was_read_and_whether_it_is_met(api: Callable[..., Any], alice: Person, reached: Metric) -> None:
    for of, value in (({}, 60), ({"sex": "women"}, 70), ({"sex": "men"}, 30)):
        actions.set_target(by=alice, metric=reached, at=NOON, value=amount(value).value, categories=of, **QUARTER)
    women = [PartOf((("sex", "women"),), amount(None, 30, 40))]
    checkins.read_metric(
        by=alice,
        metric=reached,
        numerator=amount(50).value,
        denominator=amount(100).value,
        parts=women,
        day=TODAY,
        at=NOON,
    )

    items = api(alice).get("/metrics/reached/targets").json()["items"]

    assert [tuple(row[name] for name in NAMES) for row in items] == [
        ({}, 60, 50, 50, -10, False, ""),
        ({"sex": "women"}, 70, 75, 30, 5, True, ""),
        ({"sex": "men"}, 30, None, None, None, None, "Nothing was read in this period."),
    ]


def test_setting_one_answers_with_what_it_stands_at(api: Callable[..., Any], alice: Person, reached: Metric) -> None:
    checkins.read_metric(by=alice, metric=reached, value=amount(42).value, day=TODAY, at=NOON)
    said = {"starts_on": "2026-10-01", "ends_on": "2026-12-31", "value": 40}
    row = api(alice).post("/metrics/reached/targets", said).json()["items"][0]
    assert (row["actual"], row["difference"], row["met"]) == (42, 2, True)
