"""Chances corrected by how forecasts of the organisation's own closed cycles came out, as far as there are enough."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.test import Client

from impactline.insight.forecast import History, Outlook, forecast
from impactline.insight.forecast.briefs import Line, briefs, columns_of
from impactline.insight.forecast.queries import history_of
from impactline.insight.forecast.queries.backtesting import backtest_of
from impactline.insight.forecast.recalibrating import NONE, Correction, correction_of
from impactline.insight.forecast.telling import Words, reasons
from impactline.insight.models import Hindcast
from impactline.okrs.measure import Kind, Measure, Reading, Type
from impactline.okrs.models import Cycle, KeyResult, Objective, Visibility
from impactline.okrs.period import Period
from impactline.people.models import Person
from tests.scenes import a_key_result, a_running_cycle, an_objective

LATER, ENOUGH = date(2027, 2, 1), 24


def judged(count: int, came: Callable[[float], float]) -> list[tuple[float, bool]]:
    """Forecasts that told any chance, of which as many came as a function of it says."""
    chance = np.random.default_rng(3)
    told = chance.uniform(0.02, 0.98, count)
    return [(float(one), bool(chance.uniform() < came(float(one)))) for one in told]


class TestTheCorrection:
    def test_few_or_all_of_one_kind_speak_for_none(self) -> None:
        assert correction_of([]) is NONE
        assert correction_of(judged(59, lambda told: told)) is NONE
        assert correction_of([(0.9, True)] * 300 + [(0.1, False)] * 14) is NONE
        assert NONE.told(0.3) == 0.3

    def test_what_came_as_often_as_it_said_stays_nearly_as_it_is(self) -> None:
        found = correction_of(judged(3_000, lambda told: told))
        for chance in (0.1, 0.3, 0.5, 0.7, 0.9):
            assert found.told(chance) == pytest.approx(chance, abs=0.04)

    def test_who_reaches_less_than_was_said_is_told_less(self) -> None:
        found = correction_of(judged(3_000, lambda told: told / 2))
        assert found.told(0.8) == pytest.approx(0.4, abs=0.08)
        few = correction_of(judged(60, lambda told: told / 2))
        assert found.told(0.8) < few.told(0.8) < 0.8, "sixty forecasts speak for a part of it"

    def test_it_never_turns_round_and_what_is_certain_stays_so(self) -> None:
        found = correction_of(judged(3_000, lambda told: 1 - told))
        told = found.told_all(np.linspace(0, 1, 101))
        assert (np.diff(told) > 0).all()
        assert (told[0], told[-1]) == (0.0, 1.0)

    def test_alone_and_by_thousands_it_is_the_same_and_is_told(self) -> None:
        own = History(own=Correction(-0.6, 0.8, 90))
        day, period = date(2026, 11, 20), Period(date(2026, 10, 1), date(2026, 12, 31), 7)
        values = [(date(2026, 10, 8) + timedelta(days=7 * week), 21.0 - 1.3 * week) for week in range(6)]
        measure = Measure(Type.METRIC, Decimal(21), Decimal(7), unit="days")
        known = [Reading(on, Decimal(str(value))) for on, value in values]
        plain, found = (
            forecast(measure, Kind.ASPIRATIONAL, known, period, day, history=one) for one in (History(), own)
        )
        assert isinstance(plain, Outlook)
        assert isinstance(found, Outlook)
        assert found.reach == pytest.approx(own.own.told(plain.reach or 0))
        assert found.enough == pytest.approx(own.own.told(plain.enough or 0))
        assert (found.middle, found.most) == (plain.middle, plain.most), "intervals stay"
        (brief,) = briefs(
            columns_of([Line(Decimal(21), Decimal(7), "days", Kind.ASPIRATIONAL, period, values)]), day, own
        )
        assert brief is not None
        assert (brief.reach, brief.enough) == pytest.approx((found.reach, found.enough), abs=1e-4)
        said = "Chances are corrected by how 90 forecasts of your closed cycles came out"
        assert any(said in one for one in reasons(found, "days", Words()))
        assert not any("corrected" in one for one in reasons(plain, "days", Words()))


@pytest.fixture
def closed(ada: Person, alice: Person) -> Cycle:
    """A closed cycle with enough key results: what was told with 80 % came in a third of all cases."""
    cycle = a_running_cycle(ada, ref="q4")
    objective = an_objective(alice, cycle, ref="many")
    rows = [a_key_result(alice, objective, f"Wait {number}", ref=f"kr-{number}") for number in range(ENOUGH)]
    KeyResult.objects.update(progress=0.6)
    Cycle.objects.filter(pk=cycle.pk).update(state="closed", closed_on=date(2027, 1, 4))
    Hindcast.objects.bulk_create(
        Hindcast(key_result=row, per_cent=part, told=0.8, reached=number % 3 == 0, line=True)
        for number, row in enumerate(rows)
        for part in (25, 50, 75)
    )
    return cycle


@pytest.mark.django_db
class TestOfTheOrganisation:
    def test_it_is_that_of_closed_key_results_that_everybody_sees(self, closed: Cycle) -> None:
        own = history_of("metric", LATER).own
        assert own.count == ENOUGH * 3
        assert 1 / 3 < own.told(0.8) < 0.65
        assert history_of("metric", LATER, corrected=False).own is NONE
        assert history_of("metric", date(2027, 1, 3)).own is NONE, "as of an earlier day nothing was closed"
        assert history_of("binary", LATER).own is NONE
        Objective.objects.update(visibility=Visibility.PRIVATE)
        assert history_of("metric", LATER).own is NONE

    def test_every_door_tells_it(self, closed: Cycle, alice: Person, api: Callable[..., Any], client: Client) -> None:
        found = api(alice).get("/calibration").json()["corrections"]
        assert found["metric"]["count"] == ENOUGH * 3
        client.force_login(alice)
        page = client.get("/calibration").content.decode()
        assert "Corrections by type" in page
        assert 'id="corrected-1-3"' in page
        Hindcast.objects.filter(key_result__ref="kr-0").delete()
        Hindcast.objects.filter(reached=False).update(reached=True)
        assert api(alice).get("/calibration").json()["corrections"] == {}
        assert "told as they are worked out" in client.get("/calibration").content.decode()

    def test_the_back_test_does_without(self, closed: Cycle) -> None:
        assert backtest_of(None)["all"].count == 0
