"""The forecasts that are kept: those that would be made anew, of all that runs, and gone with it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impactline.insight.forecast import Method, Outlook
from impactline.insight.forecast.briefs import brief_of
from impactline.insight.forecast.queries import foretold_named, running
from impactline.insight.keeping import forecasts_of, keep_all_forecasts, keep_forecasts
from impactline.metrics.models import Reading
from impactline.okrs import actions
from impactline.okrs.models import Cycle, KeyResult
from impactline.okrs.policy import Policy
from impactline.okrs.today import Present
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import STARTS_ON, a_delivery, a_key_result, a_metric, a_running_cycle, an_objective, moment, says

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 16)


@pytest.fixture
def read_weekly(alice: Person, ada: Person) -> Callable[..., KeyResult]:
    """A key result with weekly readings, of an objective of its own."""
    cycle = a_running_cycle(ada, ref="q4")

    def make(ref: str, *values: float, **details: Any) -> KeyResult:
        objective = an_objective(alice, cycle, f"Objective of {ref}", ref=f"{ref}-objective")
        key_result = a_key_result(alice, objective, ref=ref, **details)
        for week, value in enumerate(values, 1):
            says(alice, key_result, value, at=moment(STARTS_ON + timedelta(days=7 * week)), confidence=7)
        return key_result

    return make


def test_what_is_kept_is_what_would_be_said_of_each(ada: Person, read_weekly: Callable[..., KeyResult]) -> None:
    read_weekly("untouched")
    read_weekly("wait", 20, 18, 17, 15, 14)
    read_weekly("calm", 20, 18, type="at_most", target=Decimal(22))
    read_weekly("done", type="binary")
    assert keep_all_forecasts(moment(DAY)) == 4
    kept = forecasts_of()
    for ref, _, told in foretold_named(ada, "", Present(DAY, Policy())):
        assert isinstance(told.outlook, Outlook)
        brief, mine = brief_of(told.outlook), kept[KeyResult.objects.get(ref=ref).pk]
        assert (mine.method, mine.due_on, mine.count, mine.beyond_best) == (
            brief.method,
            brief.due_on,
            brief.count,
            brief.beyond_best,
        )
        assert mine.reach == pytest.approx(brief.reach, abs=1e-6)
        assert mine.most_low == pytest.approx(brief.most_low, abs=1e-2)
    assert keep_all_forecasts(moment(DAY)) == 0


def test_a_check_in_changes_the_forecast_of_its_key_result_alone(
    alice: Person, read_weekly: Callable[..., KeyResult]
) -> None:
    wait, other = read_weekly("wait", 20), read_weekly("other", 20)
    keep_all_forecasts(moment(DAY))
    before = forecasts_of()
    says(alice, wait, 9, at=moment(DAY), confidence=7)
    keep_forecasts([wait.objective_id], moment(DAY))
    after = forecasts_of([wait.pk, other.pk])
    assert after[other.pk] == before[other.pk]
    assert after[wait.pk].count == 2
    assert (after[wait.pk].reach or 0) > (before[wait.pk].reach or 0)


def test_what_runs_no_more_has_none(ada: Person, alice: Person, read_weekly: Callable[..., KeyResult]) -> None:
    wait = read_weekly("wait", 20)
    keep_all_forecasts(moment(DAY))
    assert forecasts_of()[wait.pk].method is Method.COURSE
    actions.begin_closing(by=ada, cycle=Cycle.objects.get(ref="q4"), at=moment(date(2027, 1, 2)))
    assert keep_all_forecasts(moment(date(2027, 1, 2))) == 1
    assert forecasts_of() == {}


def test_the_number_of_questions_does_not_grow(read_weekly: Callable[..., KeyResult]) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            keep_all_forecasts(moment(DAY))
        return len(captured)

    read_weekly("one", 20)
    read_weekly("held", 20, type="at_most", target=Decimal(22))
    few = asked()
    for ref in ("two", "three", "four"):
        read_weekly(ref, 20, 18)
    assert asked() == few


def test_those_with_very_many_readings_are_kept_too_a_part_at_a_time(
    ada: Person, read_weekly: Callable[..., KeyResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 1)
    rows = [read_weekly(ref, 20) for ref in ("one", "two")]
    for row in rows:
        assert row.metric is not None
        Reading.objects.bulk_create(
            Reading(metric=row.metric, day=STARTS_ON - timedelta(days=at), value=Decimal(20 + at % 3), recorded_at=NOON)
            for at in range(1, 60)
        )
    assert keep_all_forecasts(moment(DAY)) == 2
    assert all(30 < brief.count <= 40 for brief in forecasts_of().values())


def test_what_the_chain_is_still_to_bring_is_in_what_is_kept_in_the_night_and_after_a_check_in(
    ada: Person, alice: Person, read_weekly: Callable[..., KeyResult]
) -> None:
    shared = {ref: a_metric(alice, ref, ref=f"metric-{ref}", unit="days") for ref in ("led", "alone")}
    rows = [read_weekly(ref, 21, 20.8, 21, metric=metric) for ref, metric in shared.items()]
    a_delivery(alice, shared["led"])

    keep_all_forecasts(moment(DAY))

    led, alone = (forecasts_of()[row.pk] for row in rows)
    assert led.middle < alone.middle
    told = {ref: row.outlook for ref, _, row in foretold_named(ada, "", Present(DAY, Policy()))}
    assert isinstance(told["led"], Outlook)
    assert told["led"].chain is not None
    assert (led.middle, led.reach) == pytest.approx((told["led"].middle, told["led"].reach))
    keep_forecasts([rows[0].objective_id], moment(DAY))
    assert forecasts_of()[rows[0].pk].middle == pytest.approx(led.middle)
