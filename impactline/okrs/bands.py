"""Colours, and the bands of numbers that give them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

TOLERANCE = 1e-9


class Colour(StrEnum):
    """A computed colour; on screen it always goes with a word and a shape."""

    GREY = "grey"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


_WORST_FIRST = (Colour.RED, Colour.YELLOW, Colour.GREEN)


@dataclass(frozen=True, slots=True)
class Bands:
    """The lowest numbers that are still green and still yellow; both bounds are included."""

    green: float
    yellow: float

    def colour(self, number: float) -> Colour:
        """The band in which a number lies."""
        if reaches(number, self.green):
            return Colour.GREEN
        return Colour.YELLOW if reaches(number, self.yellow) else Colour.RED


def reaches(number: float, bound: float) -> bool:
    """Whether a number is at least a bound; a binary rounding error of 10⁻⁹ decides nothing."""
    return number >= bound - TOLERANCE


def worst(colours: Iterable[Colour]) -> Colour:
    """The worst of some colours: red, yellow, green; grey only when all are grey or there are none."""
    seen = list(colours)
    return next((colour for colour in _WORST_FIRST if colour in seen), Colour.GREY)


def clamp(number: float) -> float:
    """A number limited to [0, 1]."""
    return min(1.0, max(0.0, number))
