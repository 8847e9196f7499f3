"""A small chain on the stage: two nurses run a triage line, so that patients see a clinician sooner."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from impactline.chain import actions
from impactline.chain.models import Assumption, ChainItem, Link
from impactline.metrics.models import Metric
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import a_key_result, a_metric, a_running_cycle, an_objective


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands there."""

    objective: Objective
    key_result: KeyResult
    metric: Metric
    nurses: ChainItem
    line: ChainItem
    calls: ChainItem
    sooner: ChainItem
    pain: ChainItem
    link: Link
    assumption: Assumption


def an_item(by: Person, level: str, title: str, **details: Any) -> ChainItem:
    """An item of whoever makes it, at work."""
    return actions.create_item(
        by=by, level=level, title=title, **{"owner": by, "state": "active", "at": NOON} | details
    )


def a_chain(by: Person, ada: Person) -> Scene:
    """From two nurses to less pain, with an expected effect and an assumption between output and outcome."""
    objective = an_objective(by, a_running_cycle(ada, ref="2026-Q4"), ref="waiting")
    metric = a_metric(by, "Median days to see a clinician", ref="median-wait", unit="days", source="Booking system")
    nurses = an_item(by, "input", "Two nurses", ref="nurses", kind="people", amount=Decimal(2), unit="nurses")
    line = an_item(by, "activity", "Run a phone triage line", ref="line")
    calls = an_item(by, "output", "Triaged calls", ref="calls", planned=Decimal(400), unit="calls")
    sooner = an_item(by, "outcome", "Patients see a clinician sooner", ref="sooner", metrics=[metric])
    pain = an_item(by, "impact", "Fewer people live with untreated pain", ref="pain")
    for source, target in ((nurses, line), (line, calls), (sooner, pain)):
        actions.link(by=by, source=source, target=target, at=NOON)
    effect = {"effect_metric": metric, "effect_change": Decimal("-0.03"), "lag_days": 14, "confidence": 0.6}
    link = actions.link(by=by, source=calls, target=sooner, at=NOON, evidence="moderate", **effect)
    assumption = actions.assume(by=by, on=link, text="Callers follow the advice", at=NOON)
    key_result = a_key_result(by, objective, ref="wait", measures=sooner)
    return Scene(objective, key_result, metric, nurses, line, calls, sooner, pain, link, assumption)
