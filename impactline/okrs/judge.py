"""Everything computed about one key result on one day: where it stands, what was expected, its pace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from impactline.okrs.expected import expected
from impactline.okrs.measure import Curve, Kind, Measure, Reading, Type
from impactline.okrs.pace import IMPACTLINE, Moment, Pace, Policy, Preset, moment_of, pace, pace_of_hold
from impactline.okrs.period import Period
from impactline.okrs.progress import Standing, standing


class Judged(NamedTuple):
    """The computed facts of one key result; `pace` carries the colour with its rule, landing and speed-up."""

    standing: Standing
    expected: float | None
    pace: Pace

    @property
    def progress(self) -> float | None:
        """Raw progress, as in `standing`."""
        return self.standing.progress


def judge(
    measure: Measure,
    readings: Iterable[Reading],
    period: Period,
    as_of: date,
    *,
    kind: Kind,
    curve: Curve = Curve.LINEAR,
    score: float | None = None,
    policy: Policy | Preset = IMPACTLINE,
) -> Judged:
    """The facts at the end of a day, by what was recorded up to and including it.

    `score` is the given one, if any: after the end it decides the colour instead of progress.
    """
    stands = standing(measure, readings, as_of, period)
    due = expected(measure, curve, period, as_of)
    return judge_standing(stands, due, measure.type, moment_of(period, as_of, score=score), kind=kind, policy=policy)


def judge_standing(
    stands: Standing,
    due: float | None,
    type_: Type,
    moment: Moment,
    *,
    kind: Kind,
    policy: Policy | Preset = IMPACTLINE,
) -> Judged:
    """The facts of a key result of some type that stands somewhere while something is expected (`due`)."""
    if type_.is_hold:
        seen = pace_of_hold(stands.met, due, kind, moment, behind=stands.behind, policy=policy)
    else:
        seen = pace(stands.progress, due, kind, moment, policy=policy)
    return Judged(stands, due, seen)
