"""What is delivered and has not had its effect yet: by hand, and from what is stored."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impactline.chain import actions
from impactline.chain.expectation import Claim, Expectation, Quantity
from impactline.chain.models import ChainItem
from impactline.chain.pipeline import Pipeline, pipelines, weighed
from impactline.chain.pipelines import pipeline_of, pipelines_of
from impactline.metrics.models import Metric
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import a_metric

OCT_1, OCT_31, NOV_16, DEC_31 = date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 16), date(2026, 12, 31)
CALLS = Quantity(((OCT_1, 0.0), (OCT_31, 300.0)))
FASTER = Claim("calls", "sooner", "wait", change=-6, per=400, lag_days=30, confidence=0.6)


def pipeline(*claims: Claim) -> Pipeline:
    return pipelines(claims, {"calls": CALLS, "talks": CALLS})["wait"]


@pytest.mark.parametrize(
    ("lag", "since", "claimed"),
    [
        (0, NOV_16, 0.0),  # all is in the readings
        (16, NOV_16, 0.0),  # the last of it just now
        (31, NOV_16, -2.25),  # 16 October was seen: 150 of 300 are to come
        (46, NOV_16, -4.5),  # nothing was seen yet
        (46, OCT_1, -4.5),
        (76, NOV_16, -2.25),  # by the due date the effect of 16 October is seen
        (400, NOV_16, 0.0),  # after the due date
    ],
)
def test_what_the_lag_holds_back_is_still_to_come(lag: int, since: date, claimed: float) -> None:
    claim = Claim("calls", "sooner", "wait", change=-6, per=400, lag_days=lag, confidence=0.6)
    found = pipeline(claim).move(DEC_31, since)
    assert found.claimed == pytest.approx(claimed)
    assert found.likely == pytest.approx(0.6 * claimed)
    assert found.variance == pytest.approx(0.24 * claimed**2)


@pytest.mark.parametrize(
    ("evidence", "grounds", "odds"),
    [
        ("strong", [], 0.6),
        ("moderate", [], 0.45),
        ("weak", [], 0.3),
        ("untested", [], 0.15),
        ("strong", ["failing"], 0.3),
        ("strong", ["holding", "failed", "failing"], 0.0),
    ],
)
def test_a_claim_counts_as_much_as_is_known_of_it(evidence: str, grounds: list[str], odds: float) -> None:
    assert weighed(FASTER, evidence, grounds).odds == pytest.approx(odds)


def test_one_source_of_two_outcomes_counts_once_and_an_outcome_of_the_metric_not_again() -> None:
    twice = Claim("calls", "calmer", "wait", change=-6, per=400, lag_days=30, confidence=0.6)
    onwards = Claim("sooner", "calmer", "wait", change=1, lag_days=5, confidence=1.0, of_metric="wait")
    alone = pipeline(FASTER).move(DEC_31, NOV_16)
    assert pipeline(FASTER, twice, onwards).move(DEC_31, NOV_16) == alone
    other = Claim("talks", "calmer", "wait", change=-6, per=400, lag_days=30, confidence=0.6)
    assert pipeline(FASTER, other).move(DEC_31, NOV_16).likely == pytest.approx(2 * alone.likely)
    assert Pipeline("other", (), Expectation([], {})).move(DEC_31, NOV_16).likely == 0


# --- from what is stored -----------------------------------------------------------------------------------


@pytest.fixture
def metric(alice: Person) -> Metric:
    return a_metric(alice, "Median wait", ref="median-wait", unit="days")


def item(by: Person, level: str, title: str, **details: Any) -> ChainItem:
    return actions.create_item(by=by, level=level, title=title, at=NOON, owner=by, state="active", **details)


def claim(by: Person, metric: Metric, name: str = "calls", **of_output: Any) -> ChainItem:
    """An output with 300 of 400 delivered on the last day of October, that is to move a metric 30 days later."""
    calls = item(by, "output", name, ref=name, planned=Decimal(400), **of_output)
    sooner = item(by, "outcome", f"Sooner by {name}", ref=f"sooner-{name}")
    actions.report(by=by, item=calls, value=Decimal(300), at=NOON, day=OCT_1)
    effect = {"effect_metric": metric, "effect_change": Decimal(-6), "effect_per": Decimal(400)}
    effect |= {"lag_days": 60, "confidence": 0.6, "evidence": "strong"}
    actions.link(by=by, source=calls, target=sooner, at=NOON, **effect)
    return calls


def still(metric: Metric) -> float:
    found = pipeline_of(metric.pk, NOV_16)
    return 0.0 if found is None else found.move(DEC_31, NOV_16).likely


@pytest.mark.django_db
def test_what_is_stored_is_weighed_and_what_fails_moves_nothing(alice: Person, metric: Metric) -> None:
    assert still(metric) == 0
    calls = claim(alice, metric)
    assert still(metric) == pytest.approx(-2.7)
    actions.assume(by=alice, on=calls, text="Callers follow the advice", state="failing", at=NOON)
    assert still(metric) == pytest.approx(-1.35)
    actions.assume(by=alice, on=calls, text="There are telephones", state="failed", at=NOON)
    assert still(metric) == 0


@pytest.mark.django_db
def test_only_what_everybody_sees_and_is_not_archived_enters(alice: Person, metric: Metric) -> None:
    claim(alice, metric, "secret", visibility="private")
    assert still(metric) == 0
    calls = claim(alice, metric)
    assert still(metric) == pytest.approx(-2.7)
    actions.archive_item(by=alice, item=calls, at=NOON)
    assert still(metric) == 0


@pytest.mark.django_db
def test_all_at_once_ask_as_often_whatever_their_number(alice: Person, metric: Metric) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            pipelines_of(None, NOV_16)
        return len(captured)

    claim(alice, metric)
    assert asked() == 5
    for name in ("talks", "letters"):
        claim(alice, a_metric(alice, name, ref=f"metric-{name}"), name)
    assert asked() == 5
    assert len(pipelines_of(None, NOV_16)) == 3
    assert list(pipelines_of({metric.pk}, NOV_16)) == [metric.pk]
