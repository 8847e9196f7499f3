"""The levels by which people judge how far an outcome has come about, and where one of them stands among them.

A judgement keeps the words of its level with its place and the number of levels, so that it still says what was meant
when the rubric is written anew. Source: Davidson 2005 (evaluative rubrics); King, McKegg et al. 2013.
"""

from collections.abc import Iterable, Sequence

from impactline.base.errors import Invalid
from impactline.base.texts import line

USUAL = ("Not at all", "A little", "In part", "Largely", "Fully")
LEVELS_MIN, LEVELS_MAX = 2, 10
LEVEL_MAX, VOICE_MAX = 100, 200


def checked(wanted: Iterable[str]) -> list[str]:
    """The levels of a rubric as they are kept, the lowest first; none are the usual ones. Raises Invalid."""
    found = [line(level, "rubric", LEVEL_MAX) for level in wanted]
    if found and not LEVELS_MIN <= len(found) <= LEVELS_MAX:
        raise Invalid(
            f"A rubric has {LEVELS_MIN} to {LEVELS_MAX} levels.", remedy="One a line, the lowest first.", field="rubric"
        )
    if len({level.casefold() for level in found}) < len(found):
        raise Invalid("A level stands twice.", remedy="Keep one of the two.", field="rubric")
    return [] if tuple(found) == USUAL else found


def levels(own: Sequence[str]) -> tuple[str, ...]:
    """The levels of an outcome: its own, else the usual ones."""
    return tuple(own) or USUAL


def place(level: str, own: Sequence[str]) -> int | None:
    """The place of a level among those of an outcome, from 0; None where it is none of them."""
    wanted = " ".join(level.split()).casefold()
    return next((at for at, there in enumerate(levels(own)) if there.casefold() == wanted), None)


def share(rating: int, of: int) -> float:
    """How high a level stands: 0 for the lowest, 1 for the highest."""
    return rating / (of - 1)
