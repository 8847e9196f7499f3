"""The quick way to today's figures, from light rows, gives what the full way over all records gives."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impactline.checkins.figures import ObjectiveFigures, figures_of
from impactline.checkins.listing import figures_of_lines, listed
from impactline.checkins.recomputing import recompute
from impactline.checkins.rollups import rolled_of
from impactline.metrics.models import Metric, Reading
from impactline.okrs.measure import Curve, Driver
from impactline.okrs.models import Alignment, KeyResult, Milestone, Objective, Override
from impactline.okrs.today import present
from tests import worlds

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).date()
CURVES = [str(curve) for curve in Curve]


@pytest.mark.parametrize("policy", ["inclusive", "opaque"])
@pytest.mark.parametrize("seed", range(8))
def test_figures_are_those_of_the_full_way_for_everybody_today_and_on_a_new_day(policy: str, seed: int) -> None:
    world = a_world(policy, random.Random(f"{policy} {seed}"))
    for at in (world.at, world.at + timedelta(days=1)):
        now = present(at)
        for person in (None, *world.people.values()):
            lines = listed(person, Objective.objects.order_by("id"), now)
            seen = [Objective(pk=line.id) for line in lines.lines]

            full = figures_of(person, seen, now, now.day)
            quick = figures_of(person, seen, now)

            assert {number: told(one) for number, one in quick.items()} == {
                number: told(one) for number, one in full.items()
            }
            on_page = figures_of_lines(person, lines, lines.lines, now)
            assert {number: told(one) for number, one in on_page.items()} == {
                number: told(one) for number, one in full.items()
            }
            for line in lines.lines:
                rolled = full[line.id].rolled
                assert (line.progress, line.expected, line.pace) == (
                    rolled.progress, rolled.expected, str(rolled.colour)
                )  # fmt: skip


def test_one_question_whatever_the_rows() -> None:
    world = a_world("inclusive", random.Random("questions"))
    now = present(world.at)
    with CaptureQueriesContext(connection) as captured:
        rolled_of(world.people["charlie"], [objective.pk for objective in world.open], now)
        rolled_of(world.people["charlie"], [], now)
    assert len(captured) == 1


def a_world(policy: str, chance: random.Random) -> worlds.World:
    """Open and private objectives that serve each other, with everything that their figures can rest on."""
    world = worlds.ground(policy, TODAY)
    worlds.make_hidden(world, chance)
    worlds.make_open(world, chance)
    worlds.tie(world, chance)
    for key_result in KeyResult.objects.order_by("id"):
        _vary(key_result, chance)
    for objective in Objective.objects.order_by("id"):
        _drive(world, objective, chance)
    for tie in Alignment.objects.filter(kind="contributes").order_by("id"):
        if chance.random() < 0.3:
            Alignment.objects.filter(pk=tie.pk).update(weight=float(chance.randint(1, 20)))
    recompute(world.at)
    return world


def told(figures: ObjectiveFigures) -> Any:
    """What is compared: all but the rows themselves."""
    parts = [
        (one.key_result.ref, one.measure, one.judged, one.counted, one.status, one.score) for one in figures.key_results
    ]
    return figures.objective.pk, figures.rolled, parts, figures.children, figures.score


def _vary(key_result: KeyResult, chance: random.Random) -> None:
    """Curves with their plans, warnings, weights, periods of their own; some scored, some archived."""
    changes: dict[str, Any] = {"curve": chance.choice(CURVES)}
    if key_result.type == "metric":
        halfway = (TODAY + timedelta(days=chance.randint(-20, 20))).isoformat()
        changes["planned"] = [{"until": halfway, "value": str(chance.randint(4, 30))}]
        changes["baseline"] = Decimal(chance.randint(-50, 3)) / 7
    if key_result.type == "at_least" and key_result.target is not None:
        changes["warning"] = key_result.target - chance.randint(1, 9)
    if key_result.type == "milestones":
        due = TODAY + timedelta(days=chance.randint(-9, 9))
        Milestone.objects.filter(key_result=key_result, position=1).update(
            due_on=due, reached_on=TODAY - timedelta(days=3), weight=0.1
        )
    if chance.random() < 0.3:
        changes["weight"] = float(chance.randint(1, 30))
    if chance.random() < 0.3:
        starts_on = TODAY - timedelta(days=chance.randint(1, 30))
        changes |= {"starts_on": starts_on, "due_on": starts_on + timedelta(days=chance.randint(5, 60))}
    if chance.random() < 0.1:
        changes["archived_at"] = datetime.now(UTC)
    KeyResult.objects.filter(pk=key_result.pk).update(**changes)


def _drive(world: worlds.World, objective: Objective, chance: random.Random) -> None:
    """Every driver, also a metric of its own; some progress set by hand."""
    changes: dict[str, Any] = {"driver": chance.choice([str(driver) for driver in Driver] + ["both"] * 4)}
    if changes["driver"] == "metric":
        metric = Metric.objects.create(ref=f"own-{objective.pk}", name="Own")
        changes |= {"metric": metric, "baseline": Decimal(0), "target": Decimal(7)}
        if chance.random() < 0.7:
            Reading.objects.create(metric=metric, day=TODAY, value=Decimal(chance.randint(0, 9)), recorded_at=world.at)
    Objective.objects.filter(pk=objective.pk).update(**changes)
    if chance.random() < 0.15:
        Override.objects.create(
            objective=objective, progress=chance.random(), reason="By eye", at=world.at, day=TODAY - timedelta(days=1)
        )
