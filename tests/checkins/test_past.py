"""An earlier day, from light rows and from records, is what the long way round over everything recorded gives."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impactline.checkins.figures import ObjectiveFigures, figures_of
from impactline.checkins.listing import figures_of_lines, listed
from impactline.checkins.models import CheckIn
from impactline.checkins.queries import known_of
from impactline.metrics.models import Metric, Reading
from impactline.okrs.models import Cycle, KeyResult, Milestone, Objective, Override, Score, TargetChange
from impactline.okrs.queries import Wanted
from impactline.okrs.rollup import Rolled
from impactline.okrs.today import Present, present
from impactline.people.models import Person
from tests import worlds
from tests.checkins.long_way import Found, found_by
from tests.checkins.test_rollups import TODAY, a_world

pytestmark = pytest.mark.django_db
DAYS = (30, 15, 5)
NOON = datetime.now(UTC)


@pytest.mark.parametrize("policy", ["inclusive", "opaque"])
@pytest.mark.parametrize("seed", range(4))
def test_figures_of_earlier_days_are_those_of_the_long_way_for_everybody(policy: str, seed: int) -> None:
    chance = random.Random(f"past {policy} {seed}")
    world = a_world_with_a_past(policy, chance)
    now = present(world.at)
    for day in (TODAY - timedelta(days=ago) for ago in DAYS):
        for person in (None, world.people["charlie"]):
            the_same(person, now, day)


def the_same(person: Person | None, now: Present, day: date) -> None:
    found = found_by(person, Present(day, now.policy))
    lines = listed(person, Objective.objects.order_by("id"), now, day, Wanted(confidence=True))
    seen = [Objective(pk=line.id) for line in lines.lines]
    figures = figures_of(person, seen, now, day)

    assert {number: told(one) for number, one in figures.items()} == {
        row.pk: long_told(found[row.pk], figures[row.pk]) for row in seen
    }
    on_page = figures_of_lines(person, lines, lines.lines, now)
    assert {number: told(one) for number, one in on_page.items()} == {
        number: told(one) for number, one in figures.items()
    }
    for line in lines.lines:
        one = figures[line.id]
        assert (line.progress, line.expected, line.pace, line.status, line.confidence) == (
            one.rolled.progress, one.rolled.expected, str(one.rolled.colour), one.rolled.status,
            None if one.confidence is None else pytest.approx(one.confidence),
        )  # fmt: skip


def test_what_is_known_of_one_key_result_on_a_day_is_what_its_objective_shows() -> None:
    world = a_world_with_a_past("inclusive", random.Random("known"))
    now, day = present(world.at), TODAY - timedelta(days=8)
    figures = figures_of(None, list(Objective.objects.all()), now, day)
    for one in (entry for objective in figures.values() for entry in objective.key_results):
        kept = KeyResult.objects.select_related("objective__cycle").get(ref=one.key_result.ref)

        known = known_of(kept, now, day)

        assert (known.measure, known.judged) == (one.measure, one.judged)
        assert (known.confidence, known.status, known.checked_in_on, known.score) == (
            one.confidence, one.status, one.checked_in_on, one.score
        )  # fmt: skip


def test_an_earlier_day_takes_the_same_few_questions_whatever_was_changed_since() -> None:
    world = worlds.ground("inclusive", TODAY)
    for chance in (random.Random("few"), random.Random("more")):
        worlds.make_open(world, chance)
        _add_a_past(chance)
        now, day = present(world.at), TODAY - timedelta(days=8)
        with CaptureQueriesContext(connection) as captured:
            lines = listed(world.people["charlie"], Objective.objects.all(), now, day, Wanted(confidence=True))
            figures_of_lines(world.people["charlie"], lines, lines.lines, now)
        assert len(captured) == 4


def a_world_with_a_past(policy: str, chance: random.Random) -> worlds.World:
    """Everything that figures can rest on, changed in every way since, and some of it in a cycle that was closed."""
    world = a_world(policy, chance)
    closed = Cycle.objects.create(
        ref="over",
        starts_on=TODAY - timedelta(days=40),
        ends_on=TODAY - timedelta(days=5),
        state="closed",
        closed_on=TODAY - timedelta(days=10),
    )
    for objective in Objective.objects.order_by("id"):
        if chance.random() < 0.25:
            Objective.objects.filter(pk=objective.pk).update(cycle=closed)
    _add_a_past(chance)
    return world


def _add_a_past(chance: random.Random) -> None:
    for key_result in KeyResult.objects.order_by("id"):
        _read(key_result.metric_id, chance)
        _say(key_result, chance)
        for _ in range(chance.choice((0, 0, 1, 2))):
            _revise(KeyResult.objects.get(pk=key_result.pk), chance)
        if chance.random() < 0.4:
            _score(chance, key_result=key_result)
    for objective in Objective.objects.order_by("id"):
        _read(objective.metric_id, chance)
        if chance.random() < 0.4:
            _score(chance, objective=objective)
        if chance.random() < 0.4:
            _override(objective, chance)
        if chance.random() < 0.1:
            Objective.objects.filter(pk=objective.pk).update(archived_at=NOON)


def _day(chance: random.Random) -> date:
    return TODAY - timedelta(days=chance.randint(0, 45))


def _read(metric: int | None, chance: random.Random) -> None:
    """Readings in no order of days: some corrected, some without a value, two on one day."""
    if metric is None:
        return
    for day in [_day(chance) for _ in range(chance.randint(0, 3))] * 2:
        value = None if chance.random() < 0.2 else Decimal(chance.randint(0, 40)) / 4
        Reading.objects.create(
            metric_id=metric, day=day, value=value, note="Told", recorded_at=NOON, replaced=chance.random() < 0.3
        )


def _say(key_result: KeyResult, chance: random.Random) -> None:
    """Check-ins in no order of days, of which some leave something out, and some were corrected."""
    for _ in range(chance.randint(0, 3)):
        CheckIn.objects.create(
            key_result=key_result,
            day=_day(chance),
            confidence=chance.choice((None, 2, 9)),
            status=chance.choice((None, "on_track", "off_track")),
            recorded_at=NOON,
            replaced=chance.random() < 0.3,
        )


def _revise(key_result: KeyResult, chance: random.Random) -> None:
    """Let a key result have measured something else before a day: another target, metric, type, course or steps."""
    rubric = {"type": "rubric", "levels": ["none", "some", "all"], "metric": key_result.metric_id}
    steps = [{"title": title, "weight": 2.5, "due_on": None, "reached_on": _day(chance).isoformat()} for title in "ab"]
    before: dict[str, Any] = chance.choice(
        [
            {"target": "77.5", "baseline": "-3"},
            {"metric": Metric.objects.create(name="Before").pk},
            {"metric": None, "type": "open"},
            {"metric": None, "type": "milestones", "milestones": steps, "curve": "linear"},
            {"type": "control", "low": "1", "high": None},
            {"type": "at_most", "target": 12.25, "warning": 14},
            {"type": "metric", "baseline": 1, "target": 9, "values": "per_period", "curve": "step"},
            rubric,
        ]
    )
    _read(before.get("metric"), chance)
    TargetChange.objects.create(
        key_result=key_result, at=NOON, day=_day(chance), reason="Better", before=before, after={}
    )
    if key_result.type == "milestones":
        Milestone.objects.create(key_result=key_result, title="a", position=3, reached_on=_day(chance))


def _score(chance: random.Random, **item: Any) -> None:
    for _ in range(chance.randint(1, 2)):
        Score.objects.create(given=chance.random(), at=NOON, day=_day(chance), **item)


def _override(objective: Objective, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 2)):
        day = _day(chance)
        resumed = min(TODAY, day + timedelta(days=chance.randint(0, 20)))
        over = {"resumed_at": NOON, "resumed_day": resumed}
        Override.objects.create(
            objective=objective, progress=chance.random(), reason="By eye", at=NOON, day=day, **over
        )


def told(figures: ObjectiveFigures) -> Any:
    """What is compared: all but the rows themselves."""
    parts = [
        (one.key_result.ref, one.measure, one.judged, one.confidence, one.status, one.checked_in_on, one.score)
        for one in figures.key_results
    ]
    return parts, figures.score, _unordered(figures.rolled)


def long_told(found: Found, figures: ObjectiveFigures) -> Any:
    """The same of what was found the long way, of which the parts that were shown are taken."""
    parts = [
        (one.ref, one.measure, one.judged, one.confidence, one.status, one.checked_in_on, one.score)
        for one in found.key_results
    ]
    assert len(figures.children) + len(figures.key_results) == len(found.rolled.parts)
    return parts, found.score, _unordered(found.rolled)


def _unordered(rolled: Rolled) -> Any:
    figures = (rolled.expected, rolled.colour, rolled.status, rolled.overridden, rolled.includes_hidden)
    return rolled.progress, rolled.computed, *figures, sorted(rolled.parts, key=lambda part: str(part.key))
