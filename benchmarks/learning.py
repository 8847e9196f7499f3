"""Learns the priors of the forecast from series of a file, and measures it on those that were not learnt from.

`python -m benchmarks.learning SERIES.csv` takes one series a row (name, values); every other series is learnt from,
the rest is judged. Windows of a baseline and thirteen steps; targets as engine.md has them: for levels 0.25 to 2
times what a quarter usually brings, either way; for sums 0.9 to 1.15 times the quarter before.
"""

import csv
import sys
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

from impactline.insight.forecast import kernels, learnt
from impactline.insight.forecast.backtest import Judged, report
from impactline.insight.forecast.course import Prior, course, evidence
from impactline.insight.forecast.wandering import aims
from impactline.insight.student import Array, Mixture

STEPS = kernels.STEPS
SEEN = (2, 4, 6, 8, 10)
FREEDOMS = (1, 2, 3, 4)
SPREADS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.1, 0.2, 0.3, 0.45)
ROUNDS = 40
SHARES = np.array([0.1, 0.25, 0.75, 0.9])


def read(path: Path) -> dict[str, list[float]]:
    """The series of a file by name."""
    with path.open() as lines:
        return {row[0]: [float(value) for value in row[1:] if value] for row in csv.reader(lines)}


def levels(series: dict[str, list[float]], seed: int) -> Array:
    """Progress at each of thirteen steps (windows, 13)."""
    chance = np.random.default_rng(seed)
    found = []
    for values in series.values():
        moves = [abs(values[at + STEPS] - values[at]) for at in range(len(values) - STEPS)]
        typical = median(moves) or 1.0
        for at in range(STEPS, len(values) - STEPS, STEPS):
            way = typical * chance.uniform(0.25, 2.0) * chance.choice([-1.0, 1.0])
            found.append([(values[at + step] - values[at]) / way for step in range(1, STEPS + 1)])
    return np.array(found)


def sums(series: dict[str, list[float]], seed: int) -> Array:
    """The share of the target that has come by each of thirteen steps (windows, 13)."""
    chance = np.random.default_rng(seed)
    found = []
    for values in series.values():
        for at in range(STEPS, len(values) - STEPS, STEPS):
            target = sum(values[at - STEPS : at]) * chance.uniform(0.9, 1.15)
            if target > 0 and min(values) >= 0:
                found.append(np.cumsum(values[at : at + STEPS]) / target)
    return np.array(found)


def learn(windows: Array, prior: Prior) -> Prior:
    """Weights by expectation and maximisation, freedom and spread by a grid: the best Brier score on these windows."""
    best, found = np.inf, prior
    when = tuple(float(step) for step in range(1, STEPS + 1))
    for freedom in FREEDOMS:
        for spread in SPREADS:
            tried = replace(prior, freedom=freedom, spread=spread, weights=_even(prior))
            logs = evidence(tried, when, windows, aims(tried, 1.0))
            odds = np.exp(logs - logs.max(axis=1, keepdims=True))
            weights = np.array(tried.weights)
            for _ in range(ROUNDS):
                share = odds * weights
                weights = (share / share.sum(axis=1, keepdims=True)).mean(axis=0) + 1e-3
                weights = weights / weights.sum()
            tried = replace(tried, weights=tuple(round(float(weight), 4) for weight in weights))
            score = np.mean([_brier(tried, windows, seen) for seen in SEEN])
            if score < best:
                best, found = float(score), tried
    return found


def shapes(windows: Array, prior: Prior, aim: float = 1.0) -> learnt.Recalibrations:
    """How often the learnt windows lay below each share, shrunk to none by n ÷ (n + 200)."""
    return learnt.Recalibrations(*(_shape(windows, prior, seen, aim) for seen in ((2,), (4, 6), (8, 10))))


def judged(windows: Array, prior: Prior, corrections: learnt.Recalibrations, aim: float = 1.0) -> list[Judged]:
    """What was forecast of each window at each number of steps, and what came."""
    found = []
    for seen in SEEN:
        shape = corrections.of(seen)
        mixture = _mixture(prior, windows, seen, aim)
        reach = [1 - shape.told(float(share)) for share in mixture.below(np.ones((len(windows), 1)))[:, 0]]
        ends = [mixture.quantile(shape.wanted(float(share)))[:, 0] for share in SHARES]
        line = windows[:, seen - 1] / seen * STEPS
        for place, window in enumerate(windows):
            last = float(window[-1])
            within = {
                0.5: ends[1][place] <= last <= ends[2][place],
                0.8: ends[0][place] <= last <= ends[3][place],
            }
            found.append(Judged(reach[place], last >= 1, bool(line[place] >= 1), bool(within[0.5]), bool(within[0.8])))
    return found


def _even(prior: Prior) -> tuple[float, ...]:
    return tuple(1 / len(prior.kernels) for _ in prior.kernels)


def _mixture(prior: Prior, windows: Array, seen: int, aim: float = 1.0) -> Mixture:
    when = tuple(float(step) for step in range(1, seen + 1))
    return course(prior, when, windows[:, :seen], (float(STEPS),), aims(prior, aim))


def _brier(prior: Prior, windows: Array, seen: int) -> float:
    reach = 1 - _mixture(prior, windows, seen).below(np.ones((len(windows), 1)))[:, 0]
    return float(np.mean((reach - (windows[:, -1] >= 1)) ** 2))


def _shape(windows: Array, prior: Prior, many: tuple[int, ...], aim: float) -> learnt.Recalibration:
    told = np.concatenate([_mixture(prior, windows, seen, aim).below(windows[:, -1:])[:, 0] for seen in many])
    share = len(told) / (len(told) + 200)
    seen = np.array([(told <= knot).mean() for knot in learnt.KNOTS])
    mixed = share * seen + (1 - share) * np.array(learnt.KNOTS)
    mixed[0], mixed[-1] = 0.0, 1.0
    return learnt.Recalibration(tuple(round(float(knot), 4) for knot in mixed))


def main(path: str) -> None:
    """Print what was learnt, and how well it does."""
    series = read(Path(path))
    names = sorted(series)
    from_these = {name: series[name] for name in names[::2]}
    others = {name: series[name] for name in names[1::2]}
    level = replace(learnt.LEVEL, kernels=kernels.LEVEL[: kernels.AIMLESS])
    for name, windows, start in (("levels", levels, level), ("sums", sums, learnt.SUM)):
        found = learn(windows(from_these, 1), start)
        print(f"{name}: {len(windows(from_these, 1))} windows learnt from", found.weights, found.freedom, found.spread)
    for name, windows, prior, corrections, aim in (
        ("levels", levels, learnt.LEVEL, learnt.LEVEL_SHAPES, 0.0),
        ("sums", sums, learnt.SUM, learnt.SUM_SHAPES, 1.0),
    ):
        for which in ("few", "some", "many"):
            print(which, getattr(shapes(windows(from_these, 1), prior, aim), which).shares)
        print(f"{name} as shipped", report(judged(windows(others, 2), prior, corrections, aim)).as_data())


if __name__ == "__main__":
    main(sys.argv[1])
