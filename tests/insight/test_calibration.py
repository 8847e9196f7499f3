"""Forecasts judged when their cycle is closed, and what confidence was worth: for whoever may see it, on every door."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from impactline.insight.forecast.confidence import said, told
from impactline.insight.forecast.queries.backtesting import backtest_of
from impactline.insight.judging import calibration_for, judge_closed, judge_cycle
from impactline.insight.models import Hindcast
from impactline.okrs import actions
from impactline.okrs.models import Cycle, KeyResult, Visibility
from impactline.people import actions as people
from impactline.people.models import Person, Team
from tests.cast import NOON
from tests.scenes import STARTS_ON, a_key_result, a_running_cycle, an_objective, moment, says

pytestmark = pytest.mark.django_db
LATER = date(2027, 1, 5)


@pytest.fixture
def care(ada: Person, alice: Person, bob: Person) -> Team:
    return people.create_team(by=ada, name="Care", ref="care", members=[alice, bob], at=NOON)


@pytest.fixture
def closed(ada: Person, alice: Person, care: Team) -> Cycle:
    """A closed cycle: one open key result was reached, one that is private was not; Alice was sure of both."""
    cycle = a_running_cycle(ada, ref="q4")
    for ref, visibility, values in (
        ("open", Visibility.OPEN, (20, 18, 14, 10, 8, 7)),
        ("secret", Visibility.PRIVATE, (20, 21, 20, 20, 21, 20)),
    ):
        team = {"team": care} if ref == "open" else {}
        objective = an_objective(alice, cycle, ref=f"{ref}-objective", visibility=visibility, **team)
        key_result = a_key_result(alice, objective, ref=ref)
        for week, value in enumerate(values, 1):
            says(alice, key_result, value, at=moment(STARTS_ON + timedelta(days=14 * week)), confidence=8)
    actions.begin_closing(by=ada, cycle=cycle, at=moment(date(2027, 1, 2)))
    for key_result in KeyResult.objects.order_by("id"):
        actions.score_key_result(by=ada, key_result=key_result, given=0.5, reason="Seen", at=moment(date(2027, 1, 3)))
    actions.close_cycle(by=ada, cycle=Cycle.objects.get(ref="q4"), at=moment(date(2027, 1, 4)))
    return Cycle.objects.get(ref="q4")


def test_closed_cycles_are_judged_once_and_as_a_back_test_would(closed: Cycle, charlie: Person) -> None:
    assert judge_closed(moment(LATER)) == 6
    assert judge_closed(moment(LATER)) == 0
    assert judge_cycle(closed, moment(LATER)) == 6
    assert Hindcast.objects.count() == 6
    for viewer in (None, charlie):
        tested = {name: row.as_data() for name, row in backtest_of(viewer).items()}
        assert {name: row.as_data() for name, row in calibration_for(viewer).reports.items()} == tested


def test_confidence_is_for_whoever_said_it_and_for_their_team(
    closed: Cycle, alice: Person, bob: Person, charlie: Person, ada: Person
) -> None:
    judge_cycle(closed, moment(LATER))
    own = calibration_for(alice).own
    assert [(level.confidence, level.count, level.reached) for level in own.levels] == [(8, 2, 1)]
    team = calibration_for(bob)
    assert (team.own.count, [(row.ref, found.count) for row, found in team.teams]) == (0, [("care", 1)])
    for other in (charlie, ada):
        found = calibration_for(other)
        assert (found.own.count, found.teams) == (0, [])
    assert calibration_for(None).own.count == 2


def test_what_is_hidden_counts_for_nobody_else(closed: Cycle, alice: Person, charlie: Person) -> None:
    judge_cycle(closed, moment(LATER))
    assert calibration_for(alice).reports["all"].count == 6
    assert calibration_for(charlie).reports["all"].count == 3


def test_all_doors_say_the_same(
    closed: Cycle, alice: Person, charlie: Person, api: Callable[..., Any], client: Client
) -> None:
    judge_cycle(closed, moment(LATER))
    found = api(alice).get("/calibration").json()
    assert found["forecasts"]["all"]["count"] == 6
    assert found["cycles"][0]["cycle"] == "q4"
    assert found["confidence"]["own"]["words"] == "1 of 2 were reached: too few to judge by."
    client.force_login(alice)
    page = client.get("/calibration").content.decode()
    assert "1 of 2 were reached" in page
    assert "8 of 10" in page
    ids = re.findall(r'class="explanation" id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "From baseline to target" in page
    assert "So few tell little" in page
    assert {"brier", "said-1-reached", "type-1-brier", "cycle-1-most", "own-8-reached"} <= set(ids)
    assert "1 of 1; 0.8 were to be expected" in page
    client.force_login(charlie)
    assert "8 of 10" not in client.get("/calibration").content.decode()


def test_the_number_of_questions_does_not_grow(closed: Cycle, alice: Person) -> None:
    judge_cycle(closed, moment(LATER))
    with CaptureQueriesContext(connection) as captured:
        calibration_for(alice)
    assert len(captured) <= 6


def test_a_forecast_is_judged_once_for_a_part(closed: Cycle) -> None:
    judge_cycle(closed, moment(LATER))
    row = Hindcast.objects.first()
    assert row is not None
    row.pk = None
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


def test_confidence_is_told_plainly() -> None:
    assert told(said([])) == "Nothing has been said yet of key results that are closed."
    assert (
        told(said([(7, n < 4) for n in range(9)]))
        == "4 of 9 were reached; by the confidence that was said, 6 would have been."
    )
    assert told(said([(5, n < 5) for n in range(10)])) == "5 of 10 were reached, about as many as was said."
    assert said([(10, True), (0, False)]).brier == 0
