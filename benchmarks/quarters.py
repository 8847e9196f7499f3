"""Key results of one quarter by chance: healthy ones with honest people, honest failures, and planted faults.

Thirteen weeks, a check-in due in each, one in ten missed. Levels walk on the pace that reaches the target, up or down,
with three strengths of noise; sums are counts of three sizes. A person changes the status one check-in after the pace
has changed, and how sure they are follows what they see, rounded and a point off half of the time: half of them go by
the way done, half by where it is heading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from impactline.insight.rules.rows import Moved, Said
from impactline.okrs.judge import judge
from impactline.okrs.measure import Kind, Measure, Reading, Type, Values
from impactline.okrs.period import Period
from impactline.okrs.score import GRADES

START, WEEKS = date(2026, 1, 5), 13
PERIOD = Period(START, START + timedelta(days=7 * WEEKS))
NOISES, COUNTS = (0.03, 0.08, 0.15), (26, 65, 260)
MISSED, OFF = 0.1, (-1, 0, 0, 1)
WAY = 100.0
STATUS = {"green": "on_track", "grey": "on_track", "yellow": "at_risk", "red": "off_track"}
FAULTY_FROM, STALLED_FROM = 6, 5

Chance = np.random.Generator


@dataclass(frozen=True, slots=True)
class Quarter:
    """A key result as it went: `said` has a check-in for each week, None where it was missed.

    `faulty` is the week from which something is wrong with how it is told, None where nothing is.
    """

    kind: Kind
    measure: Measure
    before: tuple[Reading, ...]
    said: tuple[Said | None, ...]
    moved: tuple[Moved, ...] = ()
    faulty: int | None = None

    def readings(self, day: date) -> list[Reading]:
        """What was read from the start up to a day."""
        return [Reading(one.day, one.value) for one in self.spoken(day) if one.value is not None]

    def spoken(self, day: date) -> list[Said]:
        """What was said up to a day."""
        return [one for one in self.said if one is not None and one.day <= day]

    @property
    def succeeds(self) -> bool:
        """Whether it came to what counts as success for its kind."""
        end = PERIOD.due_on
        done = judge(self.measure, self.readings(end), PERIOD, end, kind=self.kind).progress
        return done is not None and done >= GRADES[self.kind].green


def day_of(week: int) -> date:
    """The day on which the check-in of a week is due, from 1."""
    return START + timedelta(days=7 * week)


# --- healthy ones, and those that fail and say so -------------------------------------------------------------


def healthy(chance: Chance, count: int) -> Iterator[Quarter]:
    """Key results on the pace that reaches the target, or of aspirational ones 85 % of it."""
    for at in range(count):
        kind = (Kind.COMMITTED, Kind.ASPIRATIONAL)[at % 2]
        pace = 1.0 if kind is Kind.COMMITTED else 0.85
        yield honest(chance, kind, _sum(chance, pace) if at % 3 == 2 else _level(chance, pace))


def failing(chance: Chance, count: int) -> Iterator[Quarter]:
    """Key results at a tenth to a half of the pace, and people who say so."""
    for at in range(count):
        pace = chance.uniform(0.1, 0.5)
        kind = (Kind.COMMITTED, Kind.ASPIRATIONAL)[at % 2]
        yield honest(chance, kind, _sum(chance, pace) if at % 3 == 2 else _level(chance, pace))


def _level(chance: Chance, pace: float | Sequence[float]) -> Quarter:
    """The readings of a level; nothing is said yet. `pace` is that of all weeks, or of each."""
    noise = float(chance.choice(NOISES))
    steps = np.broadcast_to(np.asarray(pace) / WEEKS, (WEEKS,)) + chance.normal(0, noise / WEEKS**0.5, WEEKS)
    read = np.cumsum(steps) + chance.normal(0, noise / 3, WEEKS)
    baseline, target = ((20, 120), (120, 20))[int(chance.integers(2))]
    way = target - baseline
    measure = Measure(Type.METRIC, baseline=Decimal(baseline), target=Decimal(target))
    before = tuple(
        Reading(START - timedelta(days=7 * ago), _rounded(baseline + WAY * chance.normal(0, noise / 3)))
        for ago in range(8, 0, -1)
    )
    return Quarter(Kind.COMMITTED, measure, before, _said(chance, [_rounded(baseline + way * done) for done in read]))


def _sum(chance: Chance, pace: float | Sequence[float]) -> Quarter:
    """The readings of a sum: a count for each week."""
    whole = int(chance.choice(COUNTS))
    counts = chance.poisson(np.broadcast_to(np.asarray(pace) * whole / WEEKS, (WEEKS,)))
    measure = Measure(Type.METRIC, baseline=Decimal(0), target=Decimal(whole), values=Values.PER_PERIOD)
    return Quarter(Kind.COMMITTED, measure, (), _said(chance, [Decimal(int(one)) for one in counts]))


def _rounded(value: float) -> Decimal:
    return Decimal(str(round(float(value), 1)))


def _said(chance: Chance, values: Sequence[Decimal]) -> tuple[Said | None, ...]:
    kept = chance.random(WEEKS) >= MISSED
    return tuple(
        Said(day_of(week), value, None, None) if is_kept else None
        for week, (value, is_kept) in enumerate(zip(values, kept, strict=True), 1)
    )


def honest(chance: Chance, kind: Kind, read: Quarter) -> Quarter:
    """With what people say who see the readings."""
    seen, by_way = "on_track", bool(chance.integers(2))
    said: list[Said | None] = []
    for one in read.said:
        if one is None:
            said.append(None)
            continue
        judged = judge(read.measure, read.readings(one.day), PERIOD, one.day, kind=kind)
        done = judged.progress or 0.0
        heading = done / judged.expected if judged.expected else 0.0
        sure = 4 + 5 * min(max(done, 0), 1) if by_way else 1 + 7 * min(max(heading / GRADES[kind].green, 0), 1.2)
        confidence = min(max(round(sure) + int(chance.choice(OFF)), 0), 10)
        said.append(one._replace(confidence=confidence, status=seen))
        seen = STATUS[str(judged.pace.colour)]
    return replace(read, kind=kind, said=tuple(said))


# --- planted faults -------------------------------------------------------------------------------------------


def _told(quarter: Quarter, first: int, **values: object) -> Quarter:
    """With something else said from a week on."""
    said = [one and (one._replace(**values) if one.day >= day_of(first) else one) for one in quarter.said]
    return replace(quarter, said=tuple(said), faulty=quarter.faulty or first)


def _stalled(chance: Chance, kind: Kind) -> Quarter:
    return honest(chance, kind, _level(chance, [1.0] * STALLED_FROM + [0.0] * (WEEKS - STALLED_FROM)))


def _watermelon(chance: Chance, kind: Kind) -> Quarter:
    return _told(honest(chance, kind, _level(chance, 0.4)), FAULTY_FROM, status="on_track")


def _silent_stall(chance: Chance, kind: Kind) -> Quarter:
    return _told(_stalled(chance, kind), FAULTY_FROM, status="on_track")


def _late_surprise(chance: Chance, kind: Kind) -> Quarter:
    green = _told(_stalled(chance, kind), 1, status="on_track")
    return replace(_told(green, WEEKS - 1, status="off_track"), faulty=WEEKS - 1)


def _frozen(chance: Chance, kind: Kind) -> Quarter:
    return _told(honest(chance, kind, _level(chance, 1.0)), 1, confidence=7)


def _frozen_behind(chance: Chance, kind: Kind) -> Quarter:
    return _told(honest(chance, kind, _level(chance, 0.4)), 1, confidence=7)


def _same_value(chance: Chance, kind: Kind) -> Quarter:
    quarter = honest(chance, kind, _level(chance, 1.0))
    return _told(quarter, 1, value=next(one.value for one in quarter.said if one))


def _goalposts(chance: Chance, kind: Kind) -> Quarter:
    quarter = honest(chance, kind, _level(chance, 0.7))
    baseline, target = quarter.measure.baseline or Decimal(0), quarter.measure.target or Decimal(0)
    eased = target - (target - baseline) / 4
    return replace(quarter, moved=(Moved(day_of(8), target, eased),), faulty=8)


def _hockey_stick(chance: Chance, kind: Kind) -> Quarter:
    paces = [0.3 * WEEKS / (WEEKS - 2)] * (WEEKS - 2) + [0.35 * WEEKS] * 2
    return replace(honest(chance, kind, _level(chance, paces)), faulty=WEEKS - 1)


def _sandbagged(chance: Chance, _: Kind) -> Quarter:
    paces = [1.15 * WEEKS / 4] * 4 + [0.0] * (WEEKS - 4)
    return replace(honest(chance, Kind.ASPIRATIONAL, _level(chance, paces)), faulty=4)


FAULTS: dict[str, tuple[tuple[str, ...], Callable[[Chance, Kind], Quarter]]] = {
    "on track from week 6, at 0.4 of the pace": (("R17",), _watermelon),
    "stands still from week 6, said to be on track": (("R17",), _silent_stall),
    "the same, and off track at once in week 12": (("R19",), _late_surprise),
    "confidence always 7, at 0.4 of the pace": (("R20",), _frozen_behind),
    "confidence always 7, on the pace": (("R20",), _frozen),
    "the first value in each check-in": (("R20",), _same_value),
    "target eased by a quarter in week 8": (("R21",), _goalposts),
    "70 % of the way in the last two weeks": (("R21",), _hockey_stick),
    "target reached in week 4": (("R11",), _sandbagged),
}


def faulty(chance: Chance, name: str, count: int) -> list[Quarter]:
    """Key results with a planted fault."""
    _, plant = FAULTS[name]
    return [plant(chance, (Kind.COMMITTED, Kind.ASPIRATIONAL)[at % 2]) for at in range(count)]
