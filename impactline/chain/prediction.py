"""Predicted against observed, when an activity or output has ended: was it worth it, in words of contribution.

A metric may have moved for other reasons, and would perhaps have moved anyway. So nothing here says “caused”: it says
whether what was seen agrees with what was expected, and how strong the evidence of the link is.
Source: Mayne 2001 and 2012 (contribution analysis): what was expected, what happened, what else could explain it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from impactline.base.explanation import PLAIN, Explanation, Format
from impactline.chain.expectation import Move

NOTHING = 1e-9


class Came(StrEnum):
    """How what was observed compares with what was expected."""

    AS_EXPECTED = "as_expected"
    MORE = "more"
    LESS = "less"
    NOT_AT_ALL = "not_at_all"
    OPPOSITE = "opposite"
    NOTHING_EXPECTED = "nothing_expected"
    NOT_OBSERVED = "not_observed"
    TOO_EARLY = "too_early"


@dataclass(frozen=True, slots=True)
class Ended:
    """What has ended, and the metric of the outcome that it should have moved.

    `title`, `metric` and `unit` are words for people; `evidence` that of the weakest link between them. `from_value`
    was read when the work began, `to_value` once the lag had passed; None where there was no reading. `seen_by` is the
    day by which the effect should be seen.
    """

    title: str
    metric: str
    unit: str
    evidence: str
    expected: Move
    from_value: float | None
    to_value: float | None
    seen_by: date


@dataclass(frozen=True, slots=True)
class Comparison:
    """Predicted and observed, side by side; what an action keeps."""

    came: Came
    expected: float
    low: float
    high: float
    observed: float | None
    explanation: Explanation


def compare(ended: Ended, as_of: date, *, write: Format = PLAIN) -> Comparison:
    """Compare what was expected of something that has ended with what was observed.

    As expected is within the band; more and less are beyond it, in the direction that was expected.
    """
    observed = None if ended.from_value is None or ended.to_value is None else ended.to_value - ended.from_value
    found = _came(ended, observed, as_of)
    return Comparison(
        found,
        ended.expected.likely,
        ended.expected.low,
        ended.expected.high,
        observed,
        _explained(ended, found, observed, as_of, write),
    )


def came(expected: Move, observed: float) -> Came:
    """How an observed change compares with the expected one: within its band, beyond it, or against it."""
    if abs(expected.claimed) <= NOTHING:
        return Came.NOTHING_EXPECTED
    # Turned so that up is what was expected.
    sign = 1.0 if expected.claimed > 0 else -1.0
    moved = sign * observed
    low, high = sorted((sign * expected.low, sign * expected.high))
    if abs(moved) <= NOTHING:
        return Came.NOT_AT_ALL
    if moved < 0:
        return Came.OPPOSITE
    if moved < low - NOTHING:
        return Came.LESS
    return Came.MORE if moved > high + NOTHING else Came.AS_EXPECTED


def _came(ended: Ended, observed: float | None, as_of: date) -> Came:
    if abs(ended.expected.claimed) <= NOTHING:
        return Came.NOTHING_EXPECTED
    if as_of < ended.seen_by:
        return Came.TOO_EARLY
    return Came.NOT_OBSERVED if observed is None else came(ended.expected, observed)


def _explained(ended: Ended, found: Came, observed: float | None, as_of: date, write: Format) -> Explanation:
    expected = ended.expected
    band = f"{signed(expected.low, write)} … {signed(expected.high, write)} {ended.unit}".strip()
    likely = f"{signed(expected.likely, write)} {ended.unit}".strip()
    seen = "not known" if observed is None else f"{signed(observed, write)} {ended.unit}".strip()
    return Explanation(
        "Predicted and observed",
        _sentence(ended, found, likely, band, seen, write),
        (
            ("expected", likely),
            ("band (4 of 5)", band),
            ("if every link holds", f"{signed(expected.claimed, write)} {ended.unit}".strip()),
            ("observed", seen),
            ("evidence", ended.evidence),
        ),
        "Expected: what was delivered × the effect that the links claim × the confidence in them. Observed: the metric "
        "from when the work began to when its lag had passed. That both agree is no proof: the metric may have moved "
        "for other reasons.",
        as_of,
    )


def _sentence(ended: Ended, found: Came, likely: str, band: str, seen: str, write: Format) -> str:
    if found is Came.NOTHING_EXPECTED:
        return f"No effect of “{ended.title}” on {ended.metric} was stated, so there is nothing to compare."
    begun = f"“{ended.title}” was expected to contribute {likely} ({band}) to {ended.metric}"
    if found is Came.TOO_EARLY:
        return f"{begun}; it can be seen from {write.day(ended.seen_by)} on."
    if found is Came.NOT_OBSERVED:
        return f"{begun}; {ended.metric} was not read, so nothing can be said."
    return f"{begun}; it moved by {seen}. {_SAID[found]} (evidence: {ended.evidence})."


def signed(number: float, write: Format) -> str:
    """A change, with its sign."""
    text = write.number(number)
    return text if number <= 0 or text == "0" else f"+{text}"


_SAID = {
    Came.AS_EXPECTED: "This agrees with a contribution",
    Came.MORE: "More than was expected: it may have contributed, and something else did too",
    Came.LESS: "Less than was expected: if it contributed, then less than was thought, or something worked against it",
    Came.NOT_AT_ALL: "It did not move: nothing speaks for a contribution",
    Came.OPPOSITE: "It moved the other way: nothing speaks for a contribution, or something stronger worked against it",
}
