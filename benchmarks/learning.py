"""Learns the priors of the forecast: which ways of wandering there are, how common each is, and the last correction.

`python -m benchmarks.learning M4-WEEKLY.csv` takes one series a row (name, values), adds what
`benchmarks/population.py` says, and writes impactline/insight/forecast/learnt.json. With `--halves` nothing is written:
what is learnt from one half is measured on the other, which shares no series, package or seed with it; by this the
method was chosen.

From many ways of wandering those that tell most are kept. Their weights are those under which the last step of the
windows, given the steps before it, is likeliest (gradient ascent); the correction is how often windows lay below each
share: the same upwards and downwards for levels, other for sharp forecasts than for wide ones for sums.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from math import lgamma, log, pi
from pathlib import Path

import numpy as np

from benchmarks.population import Population, levels, parts, population, read, sums
from impactline.insight.forecast import learnt
from impactline.insight.forecast.course import Prior, plan
from impactline.insight.forecast.kernels import STEPS, Kernel, Shape
from impactline.insight.forecast.wandering import aims
from impactline.insight.student import Array, distribution

SEEN = (2, 4, 6, 8, 10)
GROUPS = {"few": (2,), "some": (4, 6), "many": (8, 10)}
ROUNDS, SHORT, PACE = 80, 30, 0.1
KEPT, AT_ONCE = 18, 0.8
LEAST = -9.0
COUNTS_AS = 200

WALK, MOMENTUM, RETURN, RATE, CURVE = Shape.WALK, Shape.MOMENTUM, Shape.RETURN, Shape.RATE, Shape.CURVE
LEVEL = (
    *(Kernel(WALK, drift, error) for drift, error in product((0, 0.05, 0.15, 0.5, 2, 10), (0, 0.5, 3))),
    *(
        Kernel(MOMENTUM, drift, error, memory)
        for memory, error, drift in product((0.3, 0.6, 0.8, 0.92), (0, 0.02, 0.2), (0, 0.5))
    ),
    *(Kernel(RATE, drift, error, pace) for pace, error, drift in product((0.03, 0.3, 3), (0, 0.02, 0.2), (0, 1, 5))),
    *(Kernel(RATE, drift, error, pace) for pace, error, drift in product((3, 100), (0, 0.1), (3, 10, 20))),
    *(Kernel(RATE, drift, error, pace) for pace, error, drift in product((30, 1000), (0, 0.02), (0, 30))),
    *(
        Kernel(RETURN, drift, error, memory)
        for memory, error, drift in product((0.1, 0.3, 0.6, 0.85, 0.95), (0, 0.5), (0, 0.1))
    ),
)
LEVEL_HEADS = tuple(Kernel(WALK, 0.15, error, aim=1) for error in (0, 0.5))
SUM = (
    *(Kernel(WALK, drift, aim=aim) for drift, aim in product((0.5, 1.5, 5, 15, 50), (0.7, 1))),
    *(Kernel(MOMENTUM, drift, 0, memory, aim=1) for drift, memory in product((1.5, 5, 15, 50), (0.4, 0.8, 0.95))),
    *(Kernel(RATE, drift, 0, pace, aim=1) for drift, pace in product((1.5, 5, 15, 50), (0.03, 0.3, 3))),
    *(Kernel(RATE, drift, 0, pace, aim=1) for drift, pace in product((30, 100, 300), (30, 1000))),
    *(
        Kernel(WALK, drift, trend=trend, aim=1)
        for drift, trend in ((5, 0.3), (15, 0.3), (15, 1), (50, 1), (50, 5), (200, 5), (200, 20))
    ),
    *(
        Kernel(RATE, drift, 0, pace, trend, 1)
        for (drift, trend), pace in product(((15, 1), (50, 1), (50, 5), (200, 20)), (0.3, 30))
    ),
    *(
        Kernel(CURVE, drift, 0, bend, trend, 1)
        for (drift, trend), bend in product(((15, 1), (50, 5), (200, 20)), (0.03, 1, 30))
    ),
)
SUM_HEADS = tuple(Kernel(WALK, drift, aim=aim) for drift, aim in product((1.5, 5), (0.7, 1)))


@dataclass(frozen=True, slots=True)
class Kind:
    """What is learnt: the ways to choose from, those that are there in any case with their weight, and the scale."""

    windows: object
    kernels: tuple[Kernel, ...]
    heads: tuple[Kernel, ...]
    heads_weight: float
    aim: float
    freedom: int
    spread: float
    mirrored: bool
    by_sharpness: bool


KINDS = {
    "level": Kind(levels, LEVEL, LEVEL_HEADS, 0.4, 0.0, 2, 0.3, mirrored=True, by_sharpness=False),
    "sum": Kind(sums, SUM, SUM_HEADS, 0.4, 1.0, 1, 0.04, mirrored=False, by_sharpness=True),
}
"""Levels are learnt with heads that head for nothing: nobody steered these series."""


@dataclass(frozen=True, slots=True)
class Table:
    """For windows of which so many steps were seen, by kernel: how well it told them and the last step (logs), and the
    share that it gives to less than the last step and to less than the target, with which scale."""

    seen: Array
    last: Array
    under_last: Array
    under_target: Array
    scale: Array

    def only(self, kernels: Array) -> Table:
        return Table(*(getattr(self, name)[:, kernels] for name in Table.__slots__))


def tables(prior: Prior, windows: Array, aim: float) -> dict[int, Table]:
    """What each kernel says of the windows."""
    return {seen: _table(prior, windows, seen, np.array(aims(prior, aim))) for seen in SEEN}


def _table(prior: Prior, windows: Array, seen: int, aim: Array) -> Table:
    times = np.arange(1.0, seen + 1)
    found = plan(prior.kernels, tuple(times.tolist()), (float(STEPS),))
    squares, middle = [], []
    for number, way in enumerate(aim):
        white = (windows[:, :seen] - way * times / STEPS) @ found.white[number].T
        squares.append((white**2).sum(axis=1))
        middle.append(white @ found.ahead[number, 0] + way)
    freedom = prior.freedom + seen
    total = prior.freedom * prior.spread**2 + np.array(squares).T
    scale = np.sqrt(total / freedom * found.left[:, 0])
    apart = (windows[:, -1:] - np.array(middle).T) / scale
    return Table(
        -found.half_log - freedom / 2 * np.log(total),
        lgamma((freedom + 1) / 2)
        - lgamma(freedom / 2)
        - log(freedom * pi) / 2
        - np.log(scale)
        - (freedom + 1) / 2 * np.log1p(apart**2 / freedom),
        distribution(apart, freedom),
        distribution((1 - np.array(middle).T) / scale, freedom),
        scale,
    )


def learn(kind: Kind, of: Population) -> Prior:
    """The ways that tell most, with the weights under which what came is likeliest."""
    kernels, heads = kind.kernels + kind.heads, len(kind.heads)
    prior = Prior(kernels, (1 / len(kernels),) * len(kernels), kind.freedom, kind.spread)
    told = tables(prior, of.windows, kind.aim)
    share = 1 - kind.heads_weight
    weights = np.append(
        np.full(len(kind.kernels), share / len(kind.kernels)), np.full(heads, kind.heads_weight / heads)
    )
    weights, left = _weighed(told, of.counts, weights, heads, ROUNDS), np.arange(len(kernels))
    while len(left) > KEPT + heads:
        many = max(KEPT, int((len(left) - heads) * AT_ONCE))
        best = np.append(np.sort(np.argsort(-weights[:-heads])[:many]), np.arange(len(left) - heads, len(left)))
        left, told = left[best], {seen: table.only(best) for seen, table in told.items()}
        weights = _weighed(told, of.counts, weights[best], heads, SHORT)
    weights = _weighed(told, of.counts, weights, heads, 2 * ROUNDS)
    rounded = tuple(round(float(weight), 5) for weight in weights)
    return Prior(tuple(kernels[number] for number in left), rounded, kind.freedom, kind.spread)


def _weighed(told: dict[int, Table], counts: Array, weights: Array, heads: int, rounds: int) -> Array:
    """Gradient ascent (Adam) on the logs of the weights; the heads keep theirs."""
    share = 1 - weights[-heads:].sum()
    logs = np.log(weights[:-heads])
    mean, square = np.zeros_like(logs), np.zeros_like(logs)
    for round_ in range(1, rounds + 1):
        whole = np.append(_shares(logs[None])[0] * share, weights[-heads:])
        rise = sum(
            counts @ (_shares(table.seen + table.last + np.log(whole)) - _shares(table.seen + np.log(whole)))
            for table in told.values()
        )[:-heads] / len(told)
        mean, square = 0.9 * mean + 0.1 * rise, 0.99 * square + 0.01 * rise**2
        pace = PACE * (1 if round_ < rounds * 0.6 else 0.3)
        logs = logs + pace * (mean / (1 - 0.9**round_)) / (np.sqrt(square / (1 - 0.99**round_)) + 1e-8)
        logs = np.maximum(logs - logs.max(), LEAST)
    return np.append(_shares(logs[None])[0] * share, weights[-heads:])


def _shares(logs: Array) -> Array:
    raw = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def shapes(kind: Kind, *pairs: tuple[Prior, Population]) -> learnt.Recalibrations:
    """How often windows lay below each share, shrunk to none: the mean over priors and windows."""
    found: dict[str, list[Array]] = {name: [] for name in GROUPS}
    for prior, of in pairs:
        told = tables(prior, of.windows, kind.aim)
        for name, group in GROUPS.items():
            found[name].append(_shape(kind, [_corrected(told[seen], prior) for seen in group], of.counts))
    mean = {name: np.mean(rows, axis=0).round(4).tolist() for name, rows in found.items()}
    return learnt.Recalibrations(
        **{
            name: learnt.Recalibration(tuple(wide), tuple(sharp) if kind.by_sharpness else ())
            for name, (wide, sharp) in mean.items()
        }
    )


def _corrected(table: Table, prior: Prior) -> tuple[Array, Array]:
    """What is to be corrected: the share below the last step; and by what: the scale."""
    return _mean(table, prior, "under_last"), _mean(table, prior, "scale")


def _mean(table: Table, prior: Prior, what: str) -> Array:
    return np.asarray((_shares(table.seen + np.log(prior.weights)) * getattr(table, what)).sum(axis=1))


def _shape(kind: Kind, told: Sequence[tuple[Array, Array]], counts: Array) -> Array:
    """How often windows lay below each share, of wide forecasts and of sharp ones: by least squares, shrunk to none."""
    knots = np.array(learnt.KNOTS)
    shares, scales = (np.concatenate(column) for column in zip(*told, strict=True))
    sharp = learnt.sharpness(scales) if kind.by_sharpness else np.zeros_like(scales)
    ends = np.column_stack([1 - sharp, sharp])
    weighed = ends * np.tile(counts, len(told))[:, None] / len(told)
    under = np.asarray(shares[:, None] <= knots, dtype=float)
    if kind.mirrored:
        under = (under + 1 - under[:, ::-1]) / 2
    left = COUNTS_AS * (counts**2).sum()
    found = np.linalg.solve(weighed.T @ ends + left * np.eye(2), weighed.T @ under + left * knots)
    found[:, 0], found[:, -1] = 0.0, 1.0
    return np.asarray(np.clip(np.maximum.accumulate(found, axis=1), 0.0, 1.0))


def chances(
    kind: Kind, prior: Prior, corrections: learnt.Recalibrations, of: Population
) -> dict[int, tuple[Array, Array]]:
    """By steps seen: the chance of the target, and the share that lies below the last step, as they are told."""
    found = {}
    for seen, table in tables(prior, of.windows, kind.aim).items():
        shape, scale = corrections.of(seen), _mean(table, prior, "scale")
        target, last = (shape.told_all(_mean(table, prior, what), scale) for what in ("under_target", "under_last"))
        found[seen] = 1 - target, last
    return found


def report(kind: Kind, prior: Prior, corrections: learnt.Recalibrations, of: Population) -> str:
    """How good what was learnt is on these windows."""
    reached, rows = of.windows[:, -1] >= 1, []
    for seen, (chance, under) in chances(kind, prior, corrections, of).items():
        line = of.windows[:, seen - 1] / seen * STEPS >= 1
        rows.append(
            (
                of.counts @ (chance - reached) ** 2,
                of.counts @ (line ^ reached),
                of.counts @ ((under > 0.1) & (under < 0.9)),
                of.counts @ ((under > 0.25) & (under < 0.75)),
            )
        )
    brier, line_brier, most, half = np.mean(rows, axis=0)
    return f"Brier {brier:.4f}, {brier / line_brier:.3f} of the line's, 80 %: {most:.1%}, 50 %: {half:.1%}"


def as_data(prior: Prior, corrections: learnt.Recalibrations) -> dict[str, object]:
    """For learnt.json."""
    kernels = [
        {name: value for name, value in asdict(kernel).items() if value} | {"weight": weight}
        for kernel, weight in zip(prior.kernels, prior.weights, strict=True)
    ]
    told = {
        what: {name: getattr(getattr(corrections, name), what) for name in GROUPS}
        for what in ("shares", "sharp")
        if getattr(corrections.many, what)
    }
    return {"freedom": prior.freedom, "spread": prior.spread, "kernels": kernels} | told


def main() -> None:
    """Learn and write, or measure one half by the other."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("weekly", type=Path)
    given.add_argument("--halves", action="store_true")
    options = given.parse_args()
    weekly = read(options.weekly)
    found = {}
    for name, kind in KINDS.items():
        halves = [population(parts(weekly, half), kind.windows) for half in (0, 1)]
        priors = [learn(kind, of) for of in halves]
        if options.halves:
            for prior, own, other in zip(priors, halves, halves[::-1], strict=True):
                print(
                    f"{name}: {len(other.windows):,} of the other half",
                    report(kind, prior, shapes(kind, (prior, own)), other),
                )
            continue
        of = population(parts(weekly), kind.windows)
        prior = learn(kind, of)
        corrections = shapes(kind, *zip(priors, halves[::-1], strict=True))
        print(f"{name}: {len(of.windows):,} windows learnt from", report(kind, prior, corrections, of))
        found[name] = as_data(prior, corrections)
    if found:
        learnt.FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
