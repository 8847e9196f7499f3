"""What stands on the stage when a test begins: cycles, objectives, key results, made by the real actions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from impactline.base.models import Event
from impactline.chain import actions as chain
from impactline.chain.models import ChainItem
from impactline.checkins import actions as checkins
from impactline.checkins.models import CheckIn
from impactline.metrics import actions as metrics
from impactline.metrics.models import Metric
from impactline.okrs import actions as okrs
from impactline.okrs.models import Cycle, KeyResult, Objective
from impactline.people.models import Person
from tests.cast import NOON

STARTS_ON = date(2026, 10, 1)
ENDS_ON = date(2026, 12, 31)
TODAY = date(2026, 10, 12)


def a_cycle(by: Person, **details: Any) -> Cycle:
    """The fourth quarter of 2026, as a draft."""
    return okrs.create_cycle(by=by, **{"ref": "", "starts_on": STARTS_ON, "ends_on": ENDS_ON, "at": NOON} | details)


def a_running_cycle(by: Person, **details: Any) -> Cycle:
    """The fourth quarter of 2026, activated."""
    return okrs.activate_cycle(by=by, cycle=a_cycle(by, **details), version=None, at=NOON)


def an_objective(by: Person, cycle: Cycle, title: str = "Nobody waits in pain", **details: Any) -> Objective:
    """An objective of whoever makes it."""
    return okrs.create_objective(by=by, cycle=cycle, **{"title": title, "owner": by, "at": NOON} | details)


def a_key_result(by: Person, objective: Objective, title: str = "Median wait falls", **details: Any) -> KeyResult:
    """A metric that falls from 21 to 7 days."""
    measure = {"type": "metric", "baseline": Decimal(21), "target": Decimal(7), "unit": "days", "at": NOON}
    if "type" in details and details["type"] != "metric":
        measure = {"at": NOON}
    return okrs.create_key_result(by=by, objective=objective, title=title, **measure | details)


def a_metric(by: Person, name: str = "Median wait", **details: Any) -> Metric:
    """A shared metric without an owner."""
    return metrics.create_metric(by=by, name=name, **{"at": NOON} | details)


def a_delivery(by: Person, metric: Metric, **details: Any) -> ChainItem:
    """An output of which all was delivered on the first day, and that is to move a metric by −6, 60 days later."""
    at_work = {"by": by, "owner": by, "state": "active", "at": NOON}
    title = f"Calls for {metric.name}"
    calls = chain.create_item(level="output", title=title, planned=Decimal(400), **at_work, **details)
    sooner = chain.create_item(level="outcome", title=f"Better: {metric.name}", **at_work)
    chain.report(by=by, item=calls, value=Decimal(400), at=NOON, day=STARTS_ON)
    effect = {"effect_metric": metric, "effect_change": Decimal(-6), "effect_per": Decimal(400), "lag_days": 60}
    chain.link(by=by, source=calls, target=sooner, at=NOON, confidence=0.8, evidence="strong", **effect)
    return calls


def says(by: Person, key_result: KeyResult, value: object = None, at: datetime = NOON, **details: Any) -> CheckIn:
    """A check-in."""
    return checkins.record(
        by=by, key_result=key_result, value=None if value is None else Decimal(str(value)), at=at, **details
    )


def moment(day: date) -> datetime:
    """Noon, UTC, of a day."""
    return NOON + timedelta(days=(day - NOON.date()).days)


@contextmanager
def leaves(*verbs: str) -> Iterator[list[Event]]:
    """These events, and no others, are left by what happens inside."""
    last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    found: list[Event] = []
    try:
        yield found
    finally:
        found += Event.objects.filter(id__gt=last).order_by("id")
        assert [event.verb for event in found] == list(verbs)


def not_joined_yet(person: Person) -> Person:
    """The person as before they chose a password."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return person
