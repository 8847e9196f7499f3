"""The last day of many wandering series at once: how likely it is at most so much, and between what it lies.

Series that were read at the same times share their matrices; of each such group a block at a time goes through
the kernels as matrix products. The numbers are those of `course` and `Mixture`, to 10⁻⁴ of the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from impactline.insight.forecast.course import plan, plans, weighed
from impactline.insight.forecast.kernels import STEPS
from impactline.insight.forecast.wandering import SHARES, learnt_for
from impactline.insight.student import Array, Mixture, distribution

BLOCK, ODD_BLOCK, FEW = 3_072, 128, 16  # smaller ones are spent on calls, larger ones on memory
GRID = np.array([-2.0, -1.1, -0.5, 0.0, 0.5, 1.1, 2.0])
ROUNDS, NEAR = 3, 1e-2
NEVER, TINY = 1e-6, 1e-9


Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Many:
    """Series with equally many readings, one a row.

    `times` and `values` (series, n) are those of `course`, `due` (series) the time of the last day, `aim` (series) the
    share that similar ones came to, `marks` (series, m) the values of which the chance is asked.
    """

    times: Array
    values: Array
    due: Array
    aim: Array
    marks: Array
    sums: bool = False


@dataclass(frozen=True, slots=True)
class Ends:
    """For each series the ends of the intervals (series, 5) and the chance of at most each mark (series, m)."""

    spans: Array
    below: Array


def ends(many: Many) -> Ends:
    """What the last day brings."""
    spans, below = np.empty((len(many.values), len(SHARES))), np.empty_like(many.marks)
    for rows, alike in _blocks(many):
        spans[rows], below[rows] = _block(many, rows, alike=alike)
    return Ends(spans, below)


def _blocks(many: Many) -> Iterator[tuple[Rows, bool]]:
    """Blocks of rows that were read at the same times; and of the rest, of which few or none were."""
    rest = []
    for group in _groups(np.column_stack([many.times, many.due])):
        if len(group) < FEW:
            rest.append(group)
        else:
            yield from ((group[at : at + BLOCK], True) for at in range(0, len(group), BLOCK))
    odd = np.concatenate(rest) if rest else np.arange(0)
    yield from ((odd[at : at + ODD_BLOCK], False) for at in range(0, len(odd), ODD_BLOCK))


def _groups(keys: Array) -> list[Rows]:
    """The numbers of equal rows together."""
    if not len(keys) or (keys == keys[0]).all():
        return [np.arange(len(keys))]
    _, group = np.unique(keys, axis=0, return_inverse=True)
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1)


def _block(many: Many, rows: Rows, *, alike: bool) -> tuple[Array, Array]:
    times, values = many.times[rows], many.values[rows]
    count = times.shape[1]
    prior, shape = learnt_for(count, sums=many.sums)
    aim = np.ones(len(rows)) if many.sums else many.aim[rows]
    heading = np.array([kernel.aim for kernel in prior.kernels]) / STEPS
    apart = aim[:, None] * heading
    due = many.due[rows]
    if alike:
        found = plan(prior.kernels, tuple(times[0].tolist()), (float(due[0]),))
        drawn = (found.white @ times[0]) * heading[:, None]
        white = values @ found.white.reshape(-1, count).T
        white -= aim[:, None] * drawn.reshape(1, -1)
        white = white.reshape(len(rows), len(heading), count)
        said = np.einsum("skn,kn->sk", white, found.ahead[:, 0])
    else:
        found = plans(prior.kernels, times, due[:, None])
        white = np.einsum("skij,skj->ski", found.white, values[:, None, :] - apart[..., None] * times[:, None, :])
        said = np.einsum("skn,skn->sk", white, found.ahead[:, :, 0])
    squares = np.einsum("skn,skn->sk", white, white)
    weight, scale = weighed(prior, count, squares, found.half_log, found.left[..., 0])
    middle = said + apart * due[:, None]
    marks = many.marks[rows]
    below = [
        (weight * distribution((mark[:, None] - middle) / scale, prior.freedom + count)).sum(1) for mark in marks.T
    ]
    last = Mixture(weight, middle, scale, prior.freedom + count)
    usual = last.usual
    told = shape.told_all(np.column_stack(below), usual[:, None]) if below else np.empty_like(marks)
    return _spans(last, [shape.wanted(share, usual) for share in SHARES]), told


def _spans(mixture: Mixture, shares: Sequence[Array]) -> Array:
    """The values below which each of these shares lies: within a coarse grid about the mean, then by false position.

    In half precision, in spreads from the mean, and on the scale of log odds, on which a distribution is nearly
    straight. The few that this does not come near, of components of very different scales, are found one by one.
    """
    weight, middle, scale, freedom = mixture.weight, mixture.middle, mixture.scale, mixture.freedom
    mean = (weight * middle).sum(axis=1)
    spread = np.sqrt((weight * (scale**2 + (middle - mean[:, None]) ** 2)).sum(axis=1))
    light = weight.astype(np.float32)
    centre = ((middle - mean[:, None]) / spread[:, None]).astype(np.float32)
    inverse = (spread[:, None] / scale).astype(np.float32)

    def odds(value: Array) -> Array:
        apart = value.astype(np.float32)[:, None] - centre
        apart *= inverse
        return _log_odds(np.einsum("sk,sk->s", light, distribution(apart, freedom)).astype(float))

    grid = np.broadcast_to(GRID, (len(weight), len(GRID)))
    known = np.column_stack([odds(column) for column in grid.T])
    spans = np.empty((len(weight), len(shares)))
    for place, share in enumerate(shares):
        found, is_near = _quantile(odds, grid, known, share)
        spans[:, place] = mean + spread * found
        far = np.flatnonzero(~is_near)
        if len(far):
            spans[far, place] = Mixture(weight[far], middle[far], scale[far], freedom).quantile(share[far])
    return spans


def _quantile(
    odds: Callable[[Array], Array], grid: Array, known: Array, share: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Where each lies, and whether the last round moved it no more."""
    sought = _log_odds(share)
    rows = np.arange(len(grid))
    place = np.clip((known < sought[:, None]).sum(axis=1), 1, len(GRID) - 1)
    low, high = grid[rows, place - 1], grid[rows, place]
    under, over = known[rows, place - 1], known[rows, place]
    under, over = under - sought, over - sought
    stayed = np.zeros(len(grid))
    found = before = _between(low, high, under, over)
    for _ in range(ROUNDS):
        before = found
        off = odds(found) - sought
        below = off < 0
        over = np.where(below, np.where(stayed < 0, over / 2, over), off)
        under = np.where(below, off, np.where(stayed > 0, under / 2, under))
        low, high = np.where(below, found, low), np.where(below, high, found)
        stayed = np.where(below, -1.0, 1.0)
        found = _between(low, high, under, over)
    return found, np.abs(found - before) <= NEAR


def _between(low: Array, high: Array, under: Array, over: Array) -> Array:
    return np.asarray(low - (high - low) * under / np.maximum(over - under, TINY), dtype=float)


def _log_odds(share: Array) -> Array:
    share = np.clip(share, NEVER, 1 - NEVER)
    return np.asarray(np.log(share / (1 - share)), dtype=float)
