"""Forecasts from what is stored: as of a day, from history that everybody may see, tested against closed cycles."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impactline.base.errors import NotFound
from impactline.insight.forecast import Outlook, Silence
from impactline.insight.forecast.queries import foretold_named, foretold_of, history_of, shrunk
from impactline.insight.forecast.queries.backtesting import backtest_of
from impactline.okrs import actions
from impactline.okrs.models import Cycle, KeyResult, Visibility
from impactline.okrs.policy import Policy
from impactline.okrs.today import Present
from impactline.people.models import Person
from tests.scenes import STARTS_ON, a_delivery, a_key_result, a_metric, a_running_cycle, an_objective, moment, says

pytestmark = pytest.mark.django_db
NOW = Present(date(2026, 11, 16), Policy())
LATER = Present(date(2027, 2, 1), Policy())


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada, ref="q4")


@pytest.fixture
def read_weekly(alice: Person, cycle: Cycle) -> Callable[..., KeyResult]:
    """A key result with weekly readings, of an objective of its own."""

    def make(ref: str, *values: float, shared: bool = False, **details: Any) -> KeyResult:
        objective = an_objective(alice, cycle, f"Objective of {ref}", ref=f"{ref}-objective", **details)
        metric = a_metric(alice, f"Metric of {ref}", ref=f"{ref}-metric", unit="days") if shared else None
        key_result = a_key_result(alice, objective, ref=ref, metric=metric)
        for week, value in enumerate(values, 1):
            says(alice, key_result, value, at=moment(STARTS_ON + timedelta(days=7 * week)), confidence=7)
        return key_result

    return make


def fresh(ref: str) -> KeyResult:
    return KeyResult.objects.select_related("objective__cycle", "metric").get(ref=ref)


def close(ada: Person, cycle: Cycle) -> None:
    actions.begin_closing(by=ada, cycle=cycle, at=moment(date(2027, 1, 2)))
    for key_result in KeyResult.objects.filter(objective__cycle=cycle).order_by("id"):
        actions.score_key_result(
            by=ada, key_result=key_result, given=0.5, reason="As seen", at=moment(date(2027, 1, 3))
        )
    actions.close_cycle(by=ada, cycle=Cycle.objects.get(pk=cycle.pk), at=moment(date(2027, 1, 4)))


def test_only_what_was_read_by_the_day_counts(read_weekly: Callable[..., KeyResult]) -> None:
    read_weekly("wait", 20, 18, 17, 15, 14)
    early = foretold_of(fresh("wait"), NOW, date(2026, 10, 15)).outlook
    late = foretold_of(fresh("wait"), NOW).outlook
    assert isinstance(early, Outlook)
    assert isinstance(late, Outlook)
    assert (early.count, late.count) == (2, 5)
    assert early.day == date(2026, 10, 15)


def test_all_at_once_say_the_same_as_one_by_one(ada: Person, read_weekly: Callable[..., KeyResult]) -> None:
    for ref in ("one", "two", "three"):
        read_weekly(ref, 20, 18, 17)
    found = foretold_named(ada, "", NOW)
    assert [ref for ref, _, _ in found] == ["one", "two", "three"]
    for ref, _, told in found:
        assert told == foretold_of(fresh(ref), NOW)


def test_all_at_once_ask_as_often_whatever_their_number(ada: Person, read_weekly: Callable[..., KeyResult]) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            foretold_named(ada, "", NOW)
        return len(captured)

    read_weekly("one", 20)
    few = asked()
    for ref in ("two", "three", "four"):
        read_weekly(ref, 20, 18)
    assert asked() == few


def test_what_is_hidden_is_not_foretold_and_is_no_history(
    ada: Person, alice: Person, charlie: Person, cycle: Cycle, read_weekly: Callable[..., KeyResult]
) -> None:
    read_weekly("open", 20, 18)
    read_weekly("secret", 20, 18, visibility=Visibility.PRIVATE)
    assert [ref for ref, _, _ in foretold_named(charlie, "", NOW)] == ["open"]
    assert [ref for ref, _, _ in foretold_named(alice, "", NOW)] == ["open", "secret"]
    with pytest.raises(NotFound):
        foretold_named(charlie, "secret", NOW)

    close(ada, cycle)

    assert history_of("metric", LATER.day).count == 1
    assert backtest_of(charlie)["all"].count == 3
    assert backtest_of(None)["all"].count == 6


def test_history_is_that_of_the_day(ada: Person, cycle: Cycle, read_weekly: Callable[..., KeyResult]) -> None:
    read_weekly("wait", 14, 7)
    close(ada, cycle)
    assert history_of("metric", date(2027, 1, 3)).count == 0
    later = history_of("metric", LATER.day)
    assert later.count == 1
    assert later.mean == pytest.approx((1 + 10 * 0.65) / 11)
    assert foretold_of(fresh("wait"), LATER).outlook is Silence.OVER


def test_history_is_shrunk_to_what_is_usual() -> None:
    assert shrunk([]).count == 0
    one = shrunk([(0.0, 8)])
    many = shrunk([(0.0, 8)] * 400)
    assert 0.5 < one.mean < 0.65
    assert many.mean < 0.05
    assert many.reached < 0.05
    assert shrunk([(1e12, None)]).mean < 1


def test_the_back_test_judges_each_key_result_at_three_days(
    ada: Person, cycle: Cycle, read_weekly: Callable[..., KeyResult]
) -> None:
    assert backtest_of(ada)["all"].count == 0
    read_weekly("reached", *(round(21 - 1.2 * week, 1) for week in range(1, 13)))
    read_weekly("missed", *(round(21 - 5 * week / 12, 2) for week in range(1, 13)))
    a_key_result(ada, fresh("missed").objective, "Never read", ref="never")
    close(ada, cycle)

    found = backtest_of(ada)

    assert list(found) == ["all", "metric"]
    assert found["all"].count == 6
    assert found["all"].line_brier == 0
    assert (found["all"].brier or 1.0) < 0.35
    assert sum(entry.count for entry in found["all"].bins) == 6


# --- with the chain ----------------------------------------------------------------------------------------


def lead(by: Person, ref: str, **details: Any) -> None:
    metric = fresh(ref).metric
    assert metric is not None
    a_delivery(by, metric, **details)


def outlook(ref: str, as_of: date | None = None) -> Outlook:
    found = foretold_of(fresh(ref), NOW, as_of).outlook
    assert isinstance(found, Outlook)
    return found


def test_the_chain_moves_the_forecast_of_today_and_none_of_an_earlier_day(
    ada: Person, alice: Person, read_weekly: Callable[..., KeyResult]
) -> None:
    read_weekly("wait", 21, 20.8, 21, shared=True)
    before, earlier = outlook("wait"), outlook("wait", date(2026, 11, 15))
    lead(alice, "wait")
    after = outlook("wait")
    assert after.chain is not None
    assert after.chain.expects == pytest.approx(-4.8)
    assert after.middle == pytest.approx(before.middle + after.chain.moves)
    assert after.middle < before.middle
    assert outlook("wait", date(2026, 11, 15)) == earlier
    assert [told.outlook for _, _, told in foretold_named(ada, "", NOW)] == [after]


def test_a_private_item_moves_no_forecast(alice: Person, read_weekly: Callable[..., KeyResult]) -> None:
    read_weekly("wait", 21, 20.8, 21, shared=True)
    before = outlook("wait")
    lead(alice, "wait", visibility="private")
    assert outlook("wait") == before


def test_chains_of_many_are_asked_for_at_once(
    ada: Person, alice: Person, read_weekly: Callable[..., KeyResult]
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            foretold_named(ada, "", NOW)
        return len(captured)

    read_weekly("one", 20, shared=True)
    lead(alice, "one")
    few = asked()
    for ref in ("two", "three"):
        read_weekly(ref, 20, 18, shared=True)
        lead(alice, ref)
    assert asked() == few
