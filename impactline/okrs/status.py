"""What people say about a key result: status and confidence, and where they and the numbers disagree."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from impactline.okrs.bands import Colour

CONFIDENCE_MAX = 10
CONFIDENCE_START = 5


class Status(StrEnum):
    """What a person states; it is suggested from pace and never overwritten by it."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


class Confidence(StrEnum):
    """The band of a stated confidence from 0 to 10 (Koan: 1–3, 4–7, 8–10; 0 belongs to the lowest)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Disagreement(StrEnum):
    """Where stated and computed part: green outside and red inside, or the reverse."""

    WATERMELON = "watermelon"
    REVERSE_WATERMELON = "reverse_watermelon"


_SUGGESTED = {Colour.GREEN: Status.ON_TRACK, Colour.YELLOW: Status.AT_RISK, Colour.RED: Status.OFF_TRACK}
_WORST_FIRST = (Status.OFF_TRACK, Status.AT_RISK, Status.ON_TRACK)


def suggested(pace: Colour) -> Status | None:
    """The status that a pace suggests; None while it is grey, for nothing is known yet."""
    return _SUGGESTED.get(pace)


def worst(statuses: Iterable[Status | None]) -> Status | None:
    """The worst status that was stated among the parts that count; None when nobody has stated one."""
    seen = list(statuses)
    return next((status for status in _WORST_FIRST if status in seen), None)


def confidence_band(confidence: int) -> Confidence:
    """The band of a confidence. Raises ValueError outside 0 to 10."""
    if not 0 <= confidence <= CONFIDENCE_MAX:
        raise ValueError(f"confidence is a whole number from 0 to {CONFIDENCE_MAX}, not {confidence}")
    if confidence >= 8:
        return Confidence.HIGH
    return Confidence.MEDIUM if confidence >= 4 else Confidence.LOW


def disagreement(stated: Status | None, computed: Colour) -> Disagreement | None:
    """Whether the stated status contradicts the computed colour; one step apart is no contradiction.

    Watermelon: stated on track, computed red. Its reverse: stated off track, computed green.
    """
    if stated is Status.ON_TRACK and computed is Colour.RED:
        return Disagreement.WATERMELON
    if stated is Status.OFF_TRACK and computed is Colour.GREEN:
        return Disagreement.REVERSE_WATERMELON
    return None
