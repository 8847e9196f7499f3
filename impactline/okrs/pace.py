"""Pace: the colour of the projected final score, with guards against early hysteria and late leniency.

Landing L = p ÷ e: where it ends if it goes on as so far. Speed-up k = ((success − p) ÷ (1 − e)) ÷ (p ÷ e):
how many times faster the rest must come. The presets of other products compare progress with expected alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from impactline.okrs.bands import Bands, Colour, clamp, reaches
from impactline.okrs.measure import Kind
from impactline.okrs.period import Period
from impactline.okrs.score import GRADES


class Rule(StrEnum):
    """Which rule gave the colour."""

    NO_PROGRESS = "no_progress"
    NOT_STARTED = "not_started"
    TOO_EARLY = "too_early"
    BEFORE_FIRST_CHECK_IN = "before_first_check_in"
    NOTHING_EXPECTED = "nothing_expected"
    HOLD_MET = "hold_met"
    HOLD_WARNING = "hold_warning"
    HOLD_BROKEN = "hold_broken"
    SMALL_EARLY_GAP = "small_early_gap"
    LANDING = "landing"
    SPEED_UP = "speed_up"
    AHEAD = "ahead"
    SCORE = "score"
    PRESET = "preset"


class Basis(StrEnum):
    """What a preset compares: the gap e − p in points, or the ratio p ÷ e."""

    GAP = "gap"
    RATIO = "ratio"


COMMITTED = Bands(green=0.95, yellow=0.75)
ASPIRATIONAL = Bands(green=0.70, yellow=0.40)


@dataclass(frozen=True, slots=True)
class Policy:
    """The thresholds of pace, each a setting of the workspace; the defaults are those of the conventions."""

    name: str = "impactline"
    committed: Bands = COMMITTED
    aspirational: Bands = ASPIRATIONAL
    learning: Bands = ASPIRATIONAL
    grey_before: float = 0.10
    lenient_before: float = 0.50
    lenient_gap: float = 0.05
    speed_up_max: float = 2.0

    def bands(self, kind: Kind) -> Bands:
        """The bands of landing for a kind; a learning one is judged as an aspirational one."""
        if kind is Kind.COMMITTED:
            return self.committed
        return self.aspirational if kind is Kind.ASPIRATIONAL else self.learning


@dataclass(frozen=True, slots=True)
class Preset:
    """The rule of another product, for progress against expected, without guards and alike for all kinds.

    A gap is green up to `green` and yellow up to `yellow`; a ratio is green from `green` and yellow from
    `yellow`, or only above it where `yellow_above`.
    """

    name: str
    title: str
    basis: Basis
    green: float
    yellow: float
    source: str
    yellow_above: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """Where in its period a key result is: what the guards need.

    `elapsed` is the share of the period that has passed; `check_in_due` whether the first planned check-in
    has been due; `score` the given score, if any, which decides after the end.
    """

    elapsed: float
    started: bool = True
    check_in_due: bool = True
    ended: bool = False
    score: float | None = None


IMPACTLINE = Policy()
DURING = Moment(elapsed=0.5)


class Pace(NamedTuple):
    """A colour with everything that it rests on.

    `landing` is None where nothing was expected yet or a projection makes no sense (hold types). `speed_up`
    is `math.inf` where there is nothing to multiply, 0 where nothing is left to do, None where it does not
    apply.
    """

    colour: Colour
    rule: Rule
    progress: float | None
    expected: float | None
    kind: Kind
    landing: float | None = None
    speed_up: float | None = None
    moment: Moment = DURING
    policy: Policy | Preset = IMPACTLINE


_VIVA = "Viva Goals: on track where progress is as expected, behind up to 25 points below, at risk beyond."
_UPRAISE = (
    "UpRaise: on track from 95 % of what is expected, behind above 75 %, at risk below; "
    "exactly 75 % is not defined there and counts as at risk."
)
_CASCADE = "Cascade: on track from 95 % of what is expected, behind from 85 %, at risk below."
_MOONCAMP = "Mooncamp: on track from 90 % of what is expected, progressing from 70 %, off track below."
_OBOARD = "Oboard: on track from 70 % of what is expected, behind from 40 %, at risk below."
_SERVICENOW = "ServiceNow: green from 90 % of the planned value, yellow from 75 %, red below."

PRESETS = {
    preset.name: preset
    for preset in (
        Preset("viva", "Viva Goals", Basis.GAP, 0.0, 0.25, _VIVA),
        Preset("upraise", "UpRaise", Basis.RATIO, 0.95, 0.75, _UPRAISE, yellow_above=True),
        Preset("cascade", "Cascade", Basis.RATIO, 0.95, 0.85, _CASCADE),
        Preset("mooncamp", "Mooncamp", Basis.RATIO, 0.90, 0.70, _MOONCAMP),
        Preset("oboard", "Oboard", Basis.RATIO, 0.70, 0.40, _OBOARD),
        Preset("servicenow", "ServiceNow", Basis.RATIO, 0.90, 0.75, _SERVICENOW),
    )
}


def pace(
    progress: float | None,
    expected: float | None,
    kind: Kind,
    moment: Moment,
    *,
    policy: Policy | Preset = IMPACTLINE,
) -> Pace:
    """The pace of something with measurable progress; grey where it has none.

    `progress` is raw, `expected` in [0, 1]. Bands and guards: conventions, “Expected progress and pace”.
    """
    colour, rule = colour_of(progress, expected, kind, moment, policy=policy)
    if progress is None or expected is None:
        return Pace(colour, rule, progress, expected, kind, None, None, moment, policy)
    landing, speed_up = project(progress, expected, kind)
    return Pace(colour, rule, progress, expected, kind, landing, speed_up, moment, policy)


def colour_of(
    progress: float | None,
    expected: float | None,
    kind: Kind,
    moment: Moment,
    *,
    policy: Policy | Preset = IMPACTLINE,
) -> tuple[Colour, Rule]:
    """The colour of `pace` with its rule alone."""
    if progress is None or expected is None:
        return Colour.GREY, Rule.NO_PROGRESS
    return colouring(expected, kind, moment, policy=policy)(progress)


def colouring(
    expected: float, kind: Kind, moment: Moment, *, policy: Policy | Preset = IMPACTLINE
) -> Callable[[float], tuple[Colour, Rule]]:
    """What gives colour and rule by progress, for thousands of which the same is expected at the same moment."""
    if isinstance(policy, Preset):
        return lambda progress: _by_preset(policy, progress, expected, moment)
    if moment.ended:
        return lambda progress: _by_score(progress, kind, moment)
    if early := _too_early(moment, policy):
        return lambda _: (Colour.GREY, early)
    if expected <= 0:
        return lambda progress: _nothing_expected(progress, policy)
    if expected < policy.lenient_before:
        return lambda progress: _leniently(progress, expected, kind, policy)
    return lambda progress: _by_landing(progress, expected, kind, policy)


def pace_of_hold(
    met: bool | None,
    expected: float | None,
    kind: Kind,
    moment: Moment,
    *,
    behind: bool = False,
    policy: Policy | Preset = IMPACTLINE,
) -> Pace:
    """The pace of a hold type: green while met, yellow within the warning, red else, grey while unknown.

    A projection makes no sense for what is met or not met today, so landing and speed-up are None. The guards
    of the first days hold here too, and after the end the score decides.
    """
    progress = None if met is None else float(met)
    colour, rule = _hold(met, kind, moment, behind, policy if isinstance(policy, Policy) else IMPACTLINE)
    return Pace(colour, rule, progress, expected, kind, moment=moment, policy=policy)


def moment_of(period: Period, day: date, *, score: float | None = None) -> Moment:
    """The moment of a period that a day is; the first check-in is due on its day, not only after it."""
    return Moment(
        elapsed=period.elapsed(day),
        started=period.has_started(day),
        check_in_due=day >= period.first_due_on,
        ended=period.has_ended(day),
        score=score,
    )


def success(kind: Kind) -> float:
    """The progress that counts as success: 1 for committed, 0.7 else."""
    return GRADES[kind].green


def project(progress: float, expected: float, kind: Kind) -> tuple[float | None, float | None]:
    """Landing and speed-up; both None while nothing is expected.

    The speed-up is infinite when nothing has come (p ≤ 0) or no time is left, 0 when success is reached.
    """
    if expected <= 0:
        return None, None
    landing = progress / expected
    missing = success(kind) - progress
    if missing <= 0:
        return landing, 0.0
    if progress <= 0 or expected >= 1:
        return landing, math.inf
    return landing, (missing / (1 - expected)) / landing


def preset_colour(preset: Preset, progress: float, expected: float) -> Colour:
    """The colour by the rule of another product; where nothing is expected, anything from 0 up is green."""
    if preset.basis is Basis.GAP:
        gap = expected - progress
        if reaches(preset.green, gap):
            return Colour.GREEN
        return Colour.YELLOW if reaches(preset.yellow, gap) else Colour.RED
    if expected <= 0:
        return Colour.GREEN if progress >= 0 else Colour.RED
    ratio = progress / expected
    if preset.yellow_above and reaches(preset.yellow, ratio):
        return Colour.RED
    return Bands(preset.green, preset.yellow).colour(ratio)


def _by_preset(preset: Preset, progress: float, expected: float, moment: Moment) -> tuple[Colour, Rule]:
    if not moment.started:
        return Colour.GREY, Rule.NOT_STARTED
    return preset_colour(preset, progress, expected), Rule.PRESET


def _hold(met: bool | None, kind: Kind, moment: Moment, behind: bool, policy: Policy) -> tuple[Colour, Rule]:
    early = _too_early(moment, policy)
    if met is None or early:
        return Colour.GREY, early or Rule.NO_PROGRESS
    if moment.ended:
        return _by_score(float(met), kind, moment)
    if met:
        return Colour.GREEN, Rule.HOLD_MET
    return (Colour.YELLOW, Rule.HOLD_WARNING) if behind else (Colour.RED, Rule.HOLD_BROKEN)


def _by_score(progress: float, kind: Kind, moment: Moment) -> tuple[Colour, Rule]:
    score = clamp(progress) if moment.score is None else moment.score
    return GRADES[kind].colour(score), Rule.SCORE


def _too_early(moment: Moment, policy: Policy) -> Rule | None:
    if not moment.started:
        return Rule.NOT_STARTED
    if moment.ended:
        return None
    if not reaches(moment.elapsed, policy.grey_before):
        return Rule.TOO_EARLY
    return None if moment.check_in_due else Rule.BEFORE_FIRST_CHECK_IN


def _nothing_expected(progress: float, policy: Policy) -> tuple[Colour, Rule]:
    if progress > 0:
        return Colour.GREEN, Rule.AHEAD
    if reaches(policy.lenient_gap, -progress):
        return Colour.GREY, Rule.NOTHING_EXPECTED
    return Colour.RED, Rule.SPEED_UP


def _leniently(progress: float, expected: float, kind: Kind, policy: Policy) -> tuple[Colour, Rule]:
    if reaches(policy.lenient_gap, expected - progress):
        return Colour.GREEN, Rule.SMALL_EARLY_GAP
    return _by_landing(progress, expected, kind, policy)


def _by_landing(progress: float, expected: float, kind: Kind, policy: Policy) -> tuple[Colour, Rule]:
    """By where it ends, which needs something expected; how much faster it must become decides only in the middle."""
    colour = policy.bands(kind).colour(progress / expected)
    if colour is Colour.YELLOW:
        _, speed_up = project(progress, expected, kind)
        if speed_up is not None and reaches(speed_up, policy.speed_up_max):
            return Colour.RED, Rule.SPEED_UP
    return colour, Rule.LANDING
