"""What explains a quadrant: the assumption or link that deserves a look, or the work that is furthest behind.

A quadrant is a place to look, never a proof; the sentences say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from impactline.base.explanation import PLAIN, Format
from impactline.chain.delivery import Figure, Quadrant, Share, Verdict, Why

_STATES = {"failed": 0, "failing": 1}
_IMPORTANCE = {"high": 0, "medium": 1, "": 1, "low": 2}
_LIKELIHOOD = {"unlikely": 0, "": 1, "likely": 2, "almost_certain": 3}
_EVIDENCE = {"untested": 0, "weak": 1, "moderate": 2, "strong": 3}
EVEN_ODDS = 0.5


@dataclass(frozen=True, slots=True)
class Assumed:
    """An assumption: its words and what is known of it."""

    text: str
    state: str = "untested"
    importance: str = ""
    likelihood: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """A link on the way from an output to what should have moved."""

    key: object
    source: str
    target: str
    confidence: float | None = None
    evidence: str = "untested"
    assumptions: tuple[Assumed, ...] = ()


class SuspectKind(StrEnum):
    """What deserves a look."""

    ASSUMPTION = "assumption"
    LINK = "link"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Suspect:
    """What deserves a look first. `key` is that of the link, or of the work; `text` its words."""

    kind: SuspectKind
    key: object
    text: str
    sentence: str


def suspect(verdict: Verdict, links: Sequence[Contribution], *, write: Format = PLAIN) -> Suspect | None:
    """What explains the quadrant best; None where nothing needs to be explained or nothing is known.

    Delivered and not moved: a failed assumption, then a failing one, then the link with the lowest confidence (none
    stated counts as even odds; then by evidence), told by its weightiest open assumption. Not delivered: the work
    that holds back the most, by weight × (expected − done).
    """
    if verdict.quadrant is Quadrant.DELIVERED_NOT_MOVED and links:
        return _of_link(min(links, key=_weakness), write)
    if verdict.quadrant is Quadrant.NOT_DELIVERED_NOT_MOVED:
        return _of_work(verdict.delivery, write)
    return None


def told(verdict: Verdict, found: Suspect | None, *, write: Format = PLAIN) -> str:
    """The quadrant as a sentence, with what deserves a look."""
    if verdict.quadrant is None:
        return _why(verdict, write)
    words = verdict.quadrant.words.capitalize()
    return f"{words}: {found.sentence if found else _SENTENCES[verdict.quadrant]}"


def _weakness(link: Contribution) -> tuple[int, float, int]:
    worst = min((_STATES.get(assumed.state, 2) for assumed in link.assumptions), default=2)
    confidence = EVEN_ODDS if link.confidence is None else link.confidence
    return worst, confidence, _EVIDENCE.get(link.evidence, 0)


def _of_link(link: Contribution, write: Format) -> Suspect:
    doubtful = [assumed for assumed in link.assumptions if assumed.state != "holding"]
    if doubtful:
        worst = min(doubtful, key=_doubt)
        return Suspect(SuspectKind.ASSUMPTION, link.key, worst.text, _of_assumption(worst))
    said = "no confidence stated" if link.confidence is None else f"confidence {write.number(link.confidence)}"
    way = f"“{link.source}” → “{link.target}”"
    sentence = f"the link {way} deserves a look ({said}, evidence {link.evidence})."
    return Suspect(SuspectKind.LINK, link.key, way, sentence)


def _doubt(assumed: Assumed) -> tuple[int, int, int]:
    return (
        _STATES.get(assumed.state, 2),
        _IMPORTANCE.get(assumed.importance, 1),
        _LIKELIHOOD.get(assumed.likelihood, 1),
    )


def _of_assumption(assumed: Assumed) -> str:
    if assumed.state == "failed":
        return f"the assumption “{assumed.text}” has failed."
    if assumed.state == "failing":
        return f"the assumption “{assumed.text}” is failing."
    return f"the assumption “{assumed.text}” deserves a look."


def _of_work(delivery: Figure, write: Format) -> Suspect | None:
    worst = max(delivery.shares, key=_held_back, default=None)
    if worst is None or _held_back(worst) <= 0:
        return None
    gap = f"{write.number(worst.value)} done, {write.number(worst.expected or 0.0)} expected by now"
    sentence = f"“{worst.title}” is furthest behind ({gap})."
    return Suspect(SuspectKind.WORK, worst.key, worst.title, sentence)


def _held_back(share: Share) -> float:
    return share.weight * ((share.expected or 0.0) - share.value)


def _why(verdict: Verdict, write: Format) -> str:
    if verdict.why is Why.WITHIN_LAG and verdict.until is not None:
        return f"Delivered; nothing could be seen of it yet, from {write.day(verdict.until)} on it should be."
    return _REASONS[verdict.why]


_REASONS: dict[Why, str] = {
    Why.NO_DELIVERY: "No activity and no output stands behind it, so delivery cannot be told.",
    Why.NO_EFFECT: "No outcome of it has progress, so its effect cannot be told.",
    Why.NOTHING_EXPECTED: "Nothing was expected by now.",
}
_SENTENCES: dict[Quadrant, str] = {
    Quadrant.DELIVERED_MOVED: "it works as was thought; the evidence of the links says how sure that is.",
    Quadrant.DELIVERED_NOT_MOVED: "no link between what was delivered and what should have moved is stated.",
    Quadrant.NOT_DELIVERED_NOT_MOVED: "the work has not come as far as was expected.",
    Quadrant.NOT_DELIVERED_MOVED: "something else has moved it; find out what before anybody claims it.",
}
