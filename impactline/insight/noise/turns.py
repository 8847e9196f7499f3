"""Turns: a pace that is told much better by one that goes back at the pace at which it came.

With moves m of a value, a steady pace leaves Σm² − (Σm)² ÷ n unexplained; one that turns after k moves and goes back as
fast leaves Σm² − (Σ before − Σ after)² ÷ n. The score is how much more the first leaves, in parts of what the best turn
leaves, times n − 1: large where a turn tells what chance about one pace does not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LEAST_MOVES = 3
MOVES_MAX = 26
TINY = 1e-12


def turn(moves: Sequence[float]) -> tuple[float, int]:
    """The score of the best turn, and after how many of the moves it came; 0 where nothing turned.

    At least three moves lie before it and three after.
    """
    many = len(moves)
    if many < 2 * LEAST_MOVES:
        return 0.0, 0
    size = float(np.abs(moves).max())
    if size <= 0:
        return 0.0, 0
    scaled = np.asarray(moves, dtype=float) / size
    came, squares = np.cumsum(scaled), float(scaled @ scaled)
    before = came[LEAST_MOVES - 1 : many - LEAST_MOVES]
    after = came[-1] - before
    told = np.where(before * after < 0, (before - after) ** 2 / many, 0.0)
    place = int(np.argmax(told))
    steady = squares - float(came[-1]) ** 2 / many
    left = max(squares - float(told[place]), TINY * squares)
    return max(steady / left - 1, 0.0) * (many - 1), place + LEAST_MOVES


def limit(many: int) -> float:
    """The score that chance about one pace exceeds at 1 of 500 readings or fewer, by simulation of normal moves."""
    return 12 + 140 / many
