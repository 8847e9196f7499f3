"""How often what people were confident of was reached: of those said to be at seven of ten, how many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

HIGHEST = 10
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Level:
    """The key results of which one confidence was said: how many, and how many of them were reached."""

    confidence: int
    count: int
    reached: int


@dataclass(frozen=True, slots=True)
class Said:
    """What confidence was worth: its Brier score with ten of ten taken for certain, and each level that was said."""

    count: int
    brier: float | None
    levels: tuple[Level, ...]

    @property
    def surplus(self) -> float | None:
        """By how much more was said than came, as a share; negative where less was said."""
        if not self.count:
            return None
        said = sum(level.confidence * level.count for level in self.levels) / HIGHEST
        return (said - sum(level.reached for level in self.levels)) / self.count

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "count": self.count,
            "brier": None if self.brier is None else round(self.brier, 4),
            "surplus": None if self.surplus is None else round(self.surplus, 4),
            "levels": [
                {"confidence": level.confidence, "count": level.count, "reached": level.reached}
                for level in self.levels
            ],
        }


def said(rows: Iterable[tuple[int, bool]]) -> Said:
    """What some confidences, each with what became of it, were worth."""
    ends: dict[int, list[bool]] = defaultdict(list)
    for confidence, reached in rows:
        ends[confidence].append(reached)
    count = sum(len(found) for found in ends.values())
    missed = sum((level / HIGHEST - reached) ** 2 for level, found in ends.items() for reached in found)
    levels = tuple(Level(level, len(found), sum(found)) for level, found in sorted(ends.items(), reverse=True))
    return Said(count, missed / count if count else None, levels)


def told(found: Said) -> str:
    """In a sentence."""
    if not found.count or found.surplus is None:
        return "Nothing has been said yet of key results that are closed."
    reached = sum(level.reached for level in found.levels)
    sentence = f"{reached} of {found.count} were reached"
    if found.count < FEWEST:
        return f"{sentence}: too few to judge by."
    if abs(found.surplus) < 0.05:
        return f"{sentence}, about as many as was said."
    return f"{sentence}; by the confidence that was said, {reached + found.surplus * found.count:.0f} would have been."
