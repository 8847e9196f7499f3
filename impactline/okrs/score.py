"""The score at the end of a cycle: suggested from progress, banded before it is rounded, put into words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from impactline.okrs.bands import TOLERANCE, Bands, Colour, clamp, reaches
from impactline.okrs.measure import Kind, Measure, Reading
from impactline.okrs.period import Period
from impactline.okrs.progress import progress

# Doerr, Measure What Matters, and whatmatters.com: 0.7 is the success of an aspirational one, a committed one
# needs 1.0. Learning is graded as aspirational: an answer that is mostly there is an answer.
GRADES = {
    Kind.COMMITTED: Bands(green=1.0, yellow=0.7),
    Kind.ASPIRATIONAL: Bands(green=0.7, yellow=0.4),
    Kind.LEARNING: Bands(green=0.7, yellow=0.4),
}
SWEET_SPOT = (0.6, 0.7)
STEADY_SCORES = 3
STEADY_MEAN = 0.95


class Verdict(StrEnum):
    """The closing word."""

    ACHIEVED = "achieved"
    PARTIAL = "partial"
    MISSED = "missed"
    DROPPED = "dropped"


_VERDICTS = {Colour.GREEN: Verdict.ACHIEVED, Colour.YELLOW: Verdict.PARTIAL, Colour.RED: Verdict.MISSED}


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores against the measure as it was frozen, and against the revised one (None if never)."""

    original: float | None
    revised: float | None


def suggested(raw: float | None) -> float | None:
    """The score that progress suggests: clamped to [0, 1]; None where there is no progress."""
    return None if raw is None else clamp(raw)


def colour(score: float, kind: Kind) -> Colour:
    """The band of an unrounded score. Raises ValueError outside [0, 1]."""
    if not -TOLERANCE <= score <= 1 + TOLERANCE:
        raise ValueError(f"a score lies between 0 and 1, not at {score}")
    return GRADES[kind].colour(score)


def verdict(score: float | None, kind: Kind, *, dropped: bool = False) -> Verdict | None:
    """The closing word for an unrounded score; None when there is neither a score nor a drop."""
    if dropped:
        return Verdict.DROPPED
    return None if score is None else _VERDICTS[colour(score, kind)]


def rounded(score: float) -> Decimal:
    """The score as it is shown, with one decimal, halves up; never to be banded."""
    return Decimal(str(score)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def scores(
    original: Measure, revised: Measure | None, readings: Iterable[Reading], as_of: date, period: Period
) -> Scores:
    """Both suggested scores of a key result from the same readings; `revised` is None if it never changed."""
    known = list(readings)
    return Scores(
        original=suggested(progress(original, known, as_of, period)),
        revised=suggested(progress(revised, known, as_of, period)) if revised else None,
    )


def wants_post_mortem(score: float | None, kind: Kind) -> bool:
    """Whether it has to be asked what happened: a committed one that is anything under 1.0."""
    return kind is Kind.COMMITTED and score is not None and not reaches(score, 1.0)


def is_sweet_spot(score: float, kind: Kind) -> bool:
    """Whether an aspirational score lies where it should, at 0.6 to 0.7 (Google re:Work)."""
    low, high = SWEET_SPOT
    return kind is Kind.ASPIRATIONAL and reaches(score, low) and reaches(high, score)


def is_not_ambitious(history: Sequence[float], kind: Kind) -> bool:
    """Whether the last three scores average 0.95 or more, so that the targets are too easy.

    `history` is in order of time. Only for aspirational ones: a committed one is meant to reach 1.0.
    """
    last = history[-STEADY_SCORES:]
    if kind is not Kind.ASPIRATIONAL or len(last) < STEADY_SCORES:
        return False
    return reaches(sum(last) / len(last), STEADY_MEAN)
