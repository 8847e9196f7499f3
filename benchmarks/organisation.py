"""A made-up organisation of any size, written in bulk: always the same for the same size.

A tree of objectives, five times as many on each level as above. Those that have others below them are driven by
`both` or, at the very top, by `objectives`; all have key results but the top ones. Check-ins lie on the Mondays of
the cycle so far, or closer together.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import models, transaction

from impactline.checkins.models import CheckIn
from impactline.metrics.models import Metric, Reading
from impactline.okrs.models import Alignment, Cycle, KeyResult, Milestone, Objective, Viewer
from impactline.people import actions as people
from impactline.people.models import Membership, Person, Team

STARTS_ON, ENDS_ON = date(2026, 10, 1), date(2026, 12, 31)
AT_ONCE = 5_000
PEOPLE, TEAMS, SHARED_METRICS = 300, 40, 20
TYPES = ("metric",) * 82 + ("at_least",) * 5 + ("milestones",) * 5 + ("binary",) * 5 + ("control",) * 3
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True, slots=True)
class Shape:
    """How large an organisation is."""

    name: str
    objectives: int
    key_results: int
    check_ins: int
    every_days: int = 7

    @property
    def title(self) -> str:
        """The shape in words."""
        return (
            f"{self.name}: {self.objectives:,} objectives, {self.key_results:,} key results, "
            f"{self.key_results * self.check_ins:,} check-ins"
        )


S = Shape("S", 1_000, 3_000, 4)
L = Shape("L", 14_000, 100_000, 4)


@transaction.atomic
def write(shape: Shape, at: datetime) -> Person:
    """Write the organisation into an empty database, figures not yet computed; returns its administrator."""
    chance = random.Random(shape.name)
    administrator = people.set_up(
        organisation=f"Shape {shape.name}",
        timezone="Europe/Berlin",
        locale="en",
        name="Ada Admin",
        email="ada@example.org",
        password=PASSWORD,
        at=at,
    )
    staff, teams = _staff()
    metrics = save(Metric(ref=f"metric-{n}", name=f"Metric {n}", unit="days") for n in range(SHARED_METRICS))
    cycle = Cycle.objects.create(ref="2026-Q4", starts_on=STARTS_ON, ends_on=ENDS_ON, state="active", purpose="Measure")
    objectives = _objectives(shape, cycle, staff, teams, chance)
    key_results = _key_results(shape, objectives, staff, metrics, chance, at)
    _check_ins(shape, key_results, metrics, chance, at)
    return administrator


def depth_of(number: int) -> int:
    """The level of an objective, 0 at the top, five below each."""
    level, first, width = 0, 0, 1
    while number >= first + width:
        first, width, level = first + width, width * 5, level + 1
    return level


def _staff() -> tuple[list[Person], list[Team]]:
    staff = save(Person(email=f"p{n}@example.org", name=f"Person {n:03}", password="!") for n in range(PEOPLE))
    teams = save(Team(ref=f"team-{n}", name=f"Team {n:02}", lead=staff[n]) for n in range(TEAMS))
    save(Membership(person=person, team=teams[n % TEAMS]) for n, person in enumerate(staff))
    return staff, teams


def _objectives(
    shape: Shape, cycle: Cycle, staff: list[Person], teams: list[Team], chance: random.Random
) -> list[Objective]:
    made = save(
        Objective(
            ref=f"objective-{n}",
            title=f"Objective {n} of level {depth_of(n)}",
            cycle=cycle,
            owner=staff[n % PEOPLE],
            team=teams[n % TEAMS],
            kind=("aspirational", "committed", "learning")[n % 3],
            visibility="private" if n % 50 == 49 else "open",
            driver=("objectives" if depth_of(n) < 2 else "both") if n * 5 + 1 < shape.objectives else "key_results",
            position=n,
        )
        for n in range(shape.objectives)
    )
    save(
        Alignment(child=made[n], parent=made[(n - 1) // 5], position=n, kind="contributes")
        for n in range(1, shape.objectives)
    )
    private = [objective for objective in made if objective.visibility == "private"]
    save(Viewer(objective=objective, person=chance.choice(staff)) for objective in private)
    return made


def _key_results(
    shape: Shape,
    objectives: list[Objective],
    staff: list[Person],
    shared: list[Metric],
    chance: random.Random,
    at: datetime,
) -> list[KeyResult]:
    types = [chance.choice(TYPES) for _ in range(shape.key_results)]
    own = iter(
        save(Metric(name=f"Key result {n}", unit="days") for n, kind in enumerate(types) if kind != "milestones")
    )
    rows = []
    for n, kind in enumerate(types):
        metric = None if kind == "milestones" else next(own)
        follows = chance.choice(shared) if n % 100 == 0 and kind == "metric" else metric
        rows.append(
            KeyResult(
                ref=f"key-result-{n}",
                objective=objectives[n % shape.objectives],
                title=f"Key result {n} moves from here to there",
                position=n // shape.objectives,
                owner=staff[n % PEOPLE],
                frozen_at=at,
                **_measure(kind, follows, chance),
            )
        )
    made = save(rows)
    steps = [row for row in made if row.type == "milestones"]
    save(Milestone(key_result=row, title=f"Step {n}", position=n) for row in steps for n in range(1, 5))
    return made


def _measure(kind: str, metric: Metric | None, chance: random.Random) -> dict[str, Any]:
    baseline = Decimal(chance.randint(0, 1_000))
    target = baseline + chance.choice((-1, 1)) * chance.randint(1, 500)
    measure: dict[str, Any] = {"type": kind, "metric": metric}
    if kind == "metric":
        values = "per_period" if chance.random() < 0.04 else "latest"
        return measure | {"baseline": baseline, "target": target, "unit": "days", "values": values}
    if kind in {"at_least", "control"}:
        return measure | {"target": target}
    return measure


def _check_ins(
    shape: Shape, key_results: list[KeyResult], shared: list[Metric], chance: random.Random, at: datetime
) -> None:
    days = [STARTS_ON + timedelta(days=4 + shape.every_days * n) for n in range(shape.check_ins)]
    readings = iter(
        save(
            Reading(metric=row.metric, day=day, value=_value(row, chance), recorded_at=at)
            for day in days
            for row in key_results
            if row.metric is not None
        )
    )
    save(
        CheckIn(
            key_result=row,
            day=day,
            reading=(reading := None if row.metric is None else next(readings)),
            value=Decimal(2) if reading is None else reading.value,
            confidence=chance.randint(1, 10),
            status=chance.choice(("on_track", "on_track", "at_risk", "off_track")),
            note="As planned",
            by=row.owner,
            recorded_at=at,
        )
        for day in days
        for row in key_results
    )
    _ = shared


def _value(key_result: KeyResult, chance: random.Random) -> Decimal:
    if key_result.type == "binary":
        return Decimal(chance.randint(0, 1))
    start, end = key_result.baseline or Decimal(0), key_result.target or Decimal(1)
    return (start + (end - start) * Decimal(str(round(chance.uniform(-0.1, 1.1), 3)))).quantize(Decimal("0.01"))


def save(rows: Iterable[models.Model]) -> list[Any]:
    """Save many rows of one kind; returns them."""
    made: list[Any] = []
    waiting: Iterator[models.Model] = iter(rows)
    while batch := list(islice(waiting, AT_ONCE)):
        type(batch[0])._default_manager.bulk_create(batch)
        made += batch
    return made
