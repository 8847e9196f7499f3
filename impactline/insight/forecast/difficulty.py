"""How hard a target is, said while it is being chosen: by how likely it is reached if things go on as they do.

A committed one is to be reached by four of five, an aspirational one by about one of two: Doerr, Measure What
Matters, 2018 (committed needs 1.0, aspirational 0.7 of the way); Google re:Work.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from impactline.insight.forecast.outlook import Outlook
from impactline.insight.forecast.telling import Words, enough, pace, unit_of
from impactline.insight.methods import Method
from impactline.insight.noise import Usual
from impactline.okrs.measure import Kind, Measure, Type, Values

SAFE, LIKELY, EVEN, BOLD = 0.9, 0.6, 0.3, 0.1
COMMITTED_FROM = 0.6


AS_USUAL = {
    Method.CONTROL: "If four of five check-ins are kept, as is usual",
    Method.MILESTONES: "If four of five of those that are due come, as is usual",
}


class Grade(StrEnum):
    """How hard a target is."""

    EASY = "easy"
    WITHIN_REACH = "within_reach"
    STRETCH = "stretch"
    HARD = "hard"
    BEYOND = "beyond"


WORDS = {
    Grade.EASY: "Easy",
    Grade.WITHIN_REACH: "Within reach",
    Grade.STRETCH: "A stretch",
    Grade.HARD: "Hard",
    Grade.BEYOND: "Beyond what has been seen",
}


@dataclass(frozen=True, slots=True)
class Difficulty:
    """A grade with the chance it comes from, and what there is to say about it."""

    grade: Grade
    word: str
    reach: float
    lines: tuple[str, ...]


def grade(reach: float) -> Grade:
    """The grade of a probability; each bound belongs to the easier one."""
    for least, found in ((SAFE, Grade.EASY), (LIKELY, Grade.WITHIN_REACH), (EVEN, Grade.STRETCH), (BOLD, Grade.HARD)):
        if reach >= least:
            return found
    return Grade.BEYOND


def difficulty(measure: Measure, kind: Kind, outlook: Outlook, usual: Usual | None, words: Words) -> Difficulty | None:
    """How hard the target of a measure is by its outlook; None where nothing is aimed at."""
    if outlook.reach is None:
        return None
    found = grade(outlook.reach)
    lines = [
        _chance(outlook, words),
        *enough(outlook, words),
        *_pace(outlook, unit_of(outlook, measure.unit), words),
        *_noise(measure, usual),
        *_advice(kind, found),
    ]
    return Difficulty(found, WORDS[found], outlook.reach, tuple(lines))


def _chance(outlook: Outlook, words: Words) -> str:
    chance = words.chance(outlook.reach or 0.0)
    if outlook.count == 0 and outlook.method in AS_USUAL:
        return f"{AS_USUAL[outlook.method]}, it is reached with a chance of {chance}."
    if outlook.method is Method.HISTORY or outlook.count == 0:
        count = outlook.history.count
        if not count:
            return f"Nothing is known of it yet; about {chance} of such targets are reached elsewhere."
        like = "one like it that is" if count == 1 else f"{count} like it that are"
        return f"Nothing was read of it yet; by {like} closed, it would be reached with a chance of {chance}."
    readings = f"{outlook.count} reading{'' if outlook.count == 1 else 's'}"
    return f"If it goes on as its last {readings} say, it is reached with a chance of {chance}."


def _pace(outlook: Outlook, unit: str, words: Words) -> list[str]:
    speed = outlook.speed
    if speed.needed is None or speed.best is None or outlook.method is Method.HISTORY:
        return []
    if not speed.beyond_best:
        return []
    needed = pace(speed.needed, unit, words)
    if speed.best * speed.needed <= 0:
        return [f"It needs {needed} a week, and has never moved that way."]
    return [f"It needs {needed} a week; the best it ever did was {pace(speed.best, unit, words)}."]


def _noise(measure: Measure, usual: Usual | None) -> list[str]:
    """Whether the target is where the value goes by itself."""
    if usual is None or measure.type is not Type.METRIC or measure.values is Values.PER_PERIOD:
        return []
    if measure.target is None or usual.of_moves or not usual.low <= float(measure.target) <= usual.high:
        return []
    return ["The target lies within the usual variation: it may be met by chance, with nothing changed."]


def _advice(kind: Kind, found: Grade) -> list[str]:
    if kind is Kind.COMMITTED and found in (Grade.STRETCH, Grade.HARD, Grade.BEYOND):
        return ["A committed one is to be reached for certain: aim lower, do more for it, or call it aspirational."]
    if kind is Kind.ASPIRATIONAL and found is Grade.EASY:
        return ["An aspirational one is reached about every second time: it may aim higher."]
    if found is Grade.BEYOND:
        return ["Say what will be done differently, or split the way."]
    return []
