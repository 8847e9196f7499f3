"""Turns: a course that is far likelier once what came after some move is turned back.

A turn after k moves goes back about as fast as it came: at the mean p of these moves, a quarter slower or faster, so
that each later move is about 2p less than it would have been. Without a turn moves are taken as normal, each going on
by a share of the one before it (none, a half, nine tenths, each half as common as the one before), about a pace that
lasts and is none, one, two or four times what chance brings. The scale is not known, every log of it as likely as any
other: with a covariance C of n moves m, they are as likely as |C|^(−1/2) (mᵀC⁻¹m)^(−n/2). The score is the log of how
much likelier the moves are, over all places at which they may have turned, once what came after is turned back.
Source of the likelihood: Gelman et al., Bayesian Data Analysis, 2013, chapters 3 and 14 (a scale of which nothing is
known).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import log

import numpy as np

from impactline.insight.student import Array

LEAST_MOVES = 3
MOVES_MAX = 26
MEMORIES = {0.0: 4, 0.5: 2, 0.9: 1}
PACES = (0.0, 1.0, 2.0, 4.0)
BACK = np.array([1.75, 2.0, 2.25])
FLOOR = 1e-3  # of the square of the largest move, for readings are rounded


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways in which so many moves may go.

    Inverses of their covariances (ways, n, n), what these come to over all moves from each place on (n, ways), and for
    each the log of how common it is, less half the log of its determinant.
    """

    inverse: Array
    after: Array
    common: Array


def turn(moves: Sequence[float]) -> tuple[float, int]:
    """The score, and after how many of the moves they turned, if they did; 0 where none of them goes back.

    At least three moves lie before it and three after, and these go the other way on the whole.
    """
    many = len(moves)
    size = max(map(abs, moves)) if many >= 2 * LEAST_MOVES else 0.0
    if size <= 0:
        return 0.0, 0
    scaled = np.asarray(moves, dtype=float) / size
    came = scaled.cumsum()
    before = came[LEAST_MOVES - 1 : many - LEAST_MOVES]
    places = LEAST_MOVES + np.flatnonzero(before * (came[-1] - before) < 0)
    if not len(places):
        return 0.0, 0
    ways = _ways(many)
    back = BACK[:, None, None] * (came[places - 1] / places)[:, None]
    told = ways.inverse @ scaled
    steady = told @ scaled
    later = told[:, ::-1].cumsum(axis=1)[:, many - 1 - places].T
    found = _logs(steady + back * (2 * later + back * ways.after[places]), ways.common, many)
    there = _log_sum(found.ravel()) - log(len(BACK) * len(before))
    return float(there - _logs(steady, ways.common, many)), int(places[found.max(axis=0).argmax()])


def limit(many: int) -> float:
    """The score that chance about one pace exceeds at 1 of 200 readings or fewer, by simulation of normal moves."""
    return 2.0 + 50 / many**2


@lru_cache(MOVES_MAX)
def _ways(many: int) -> _Ways:
    apart = np.abs(np.subtract.outer(np.arange(many), np.arange(many)))
    known = np.array([(memory**apart + pace**2) / (1 + pace**2) for memory, pace in product(MEMORIES, PACES)])
    inverse = np.linalg.inv(known)
    after = inverse[:, ::-1, ::-1].cumsum(axis=1).cumsum(axis=2).diagonal(axis1=1, axis2=2)[:, ::-1].T
    common = np.log(np.repeat([*MEMORIES.values()], len(PACES))) - np.linalg.slogdet(known)[1] / 2
    return _Ways(inverse, after, common)


def _logs(squares: Array, common: Array, many: int) -> Array:
    """The log likelihood by squares (…, ways) over all ways, but for what is the same of all moves."""
    return _log_sum(common - many / 2 * np.log(np.maximum(squares, 0.0) + FLOOR))


def _log_sum(logs: Array) -> Array:
    """The log of the sum over the last axis."""
    most = logs.max(axis=-1)
    return np.asarray(most + np.log(np.exp(logs - most[..., None]).sum(axis=-1)), dtype=float)
