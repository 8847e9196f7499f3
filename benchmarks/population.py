"""What the forecast is learnt from: windows of a baseline and thirteen steps, each with what it counts for.

Series of teams are not public, so the population is made wide: weekly series of the M4 competition, the same coarser
and smoother, the data sets of `public_datasets.LEARNT`, and made-up ones (S-curves, growth, lines, walks whose pace
wanders; counts such as teams make). Within each of these a data set counts by the root of the number of its series.
Targets: for levels 0.25 to 2 times what a quarter usually brings, either way; for sums 0.9 to 1.15 times the quarter
before.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.public_datasets import LEARNT, series_of
from benchmarks.public_series import LEAST, MOST
from impactline.insight.forecast.kernels import STEPS
from impactline.insight.student import Array

Series = Mapping[str, list[float]]
A_SERIES, FARTHEST = 6, 100.0
MADE, LENGTH = 300, 80
SHARES = {"weekly": 0.4, "coarser": 0.15, "elsewhere": 0.25, "smooth": 0.05, "counts": 0.15}
FIRST_HALF = ("dslabs/", "fpp2/", "AER/", "boot/")
BY_COLUMN = ("dslabs/gapminder", "dslabs/us_contagious_diseases", "Ecdat/Cigar")


@dataclass(frozen=True, slots=True)
class Population:
    """Windows (windows, 13) and what each counts for; they come to 1."""

    windows: Array
    counts: Array


def read(path: Path) -> dict[str, list[float]]:
    """The series of a file by name: a row each, name and values."""
    with path.open() as lines:
        return {row[0]: [float(value) for value in row[1:] if value] for row in csv.reader(lines)}


def known(series: Iterable[tuple[str, list[float]]]) -> dict[str, list[float]]:
    """Series without what is missing, the latest values of each, as far as they are long enough."""
    found = {name: [value for value in values if value == value][-MOST:] for name, values in series}  # noqa: PLR0124
    return {name: values for name, values in found.items() if len(values) >= LEAST}


def parts(weekly: Series, half: int | None = None) -> dict[str, Series]:
    """The five parts of the population; `half` 0 or 1 takes one of two, which share neither series nor package."""
    elsewhere = known(series_of(LEARNT))
    if half is not None:
        weekly = {name: weekly[name] for name in sorted(weekly)[half::2]}
        elsewhere = {name: values for name, values in elsewhere.items() if name.startswith(FIRST_HALF) == (half == 0)}
    return {"weekly": weekly, "coarser": coarser(weekly), "elsewhere": elsewhere, **made_up(3 + (half or 0))}


def coarser(weekly: Series) -> dict[str, list[float]]:
    """The same series by the month, every third value, and as moving means of 4, 8 and 13."""
    found = {}
    for name, listed in weekly.items():
        values = np.array(listed)
        found[f"months {name}"] = values[: len(values) // 4 * 4].reshape(-1, 4).mean(axis=1)
        found[f"thirds {name}"] = values[::3]
        for length in (4, 8, 13):
            found[f"mean{length} {name}"] = np.convolve(values, np.ones(length) / length, "valid")
    return {name: values.tolist() for name, values in found.items() if len(values) >= LEAST}


def made_up(seed: int) -> dict[str, Series]:
    """Smooth courses with and without errors of reading, and counts: few a step or many, even or in bursts."""
    chance = np.random.default_rng(seed)
    when = np.arange(float(LENGTH))
    smooth, counts = {}, {}
    for number in range(MADE):
        course = _smooth(number % 6, when, chance)
        course = course + chance.normal(size=LENGTH) * np.std(course) * chance.choice([0, 0.001, 0.01, 0.03, 0.1])
        smooth[f"smooth{number % 6} {number}"] = (course - course.min() + np.ptp(course) / 10).tolist()
        counts[f"count{number % 2} {number}"] = _counted(number % 2 == 1, when, chance).tolist()
    return {"smooth": smooth, "counts": counts}


def _smooth(kind: int, when: Array, chance: np.random.Generator) -> Array:
    if kind == 0:
        return np.asarray(1 / (1 + np.exp((chance.uniform(10, 70) - when) / chance.uniform(3, 15))))
    if kind == 1:
        return np.asarray(when * chance.normal())
    if kind == 2:
        return np.asarray(np.exp(chance.uniform(-0.05, 0.05) * when))
    if kind == 3:
        return np.asarray(np.cumsum(np.cumsum(chance.normal(size=LENGTH))) + chance.normal() * 10 * when)
    if kind == 4:
        return np.asarray(1 - np.exp(-when / chance.uniform(5, 60)))
    pace, memory, usual = np.zeros(LENGTH), chance.uniform(0.8, 0.98), chance.normal()
    for at in range(1, LENGTH):
        pace[at] = usual + (pace[at - 1] - usual) * memory + chance.normal() * 0.3
    return np.cumsum(pace)


def _counted(in_bursts: bool, when: Array, chance: np.random.Generator) -> Array:
    wander = np.cumsum(chance.normal(0, chance.choice([0, 0.03, 0.1]), LENGTH))
    rate = (chance.gamma(1.5, 8) + 0.3) * np.exp(wander + chance.normal(0, 0.01) * when)
    burst = chance.gamma(2, 0.5, LENGTH) if in_bursts else np.ones(LENGTH)
    return np.asarray(chance.poisson(rate * burst), dtype=float)


def levels(series: Series, seed: int, most: int | None = None) -> tuple[Array, list[str]]:
    """Progress at each of thirteen steps (windows, 13), and of which series; at most so many of a series."""

    def way(values: Array, chance: np.random.Generator) -> Callable[[int], Array]:
        typical = median(np.abs(values[STEPS:] - values[:-STEPS]).tolist()) or 1.0

        def window(at: int) -> Array:
            return np.asarray(
                (values[at + 1 : at + STEPS + 1] - values[at])
                / (typical * chance.uniform(0.25, 2.0) * chance.choice([-1.0, 1.0]))
            )

        return window

    return _windows(series, seed, most, way)


def sums(series: Series, seed: int, most: int | None = None) -> tuple[Array, list[str]]:
    """The share of the target that has come by each of thirteen steps (windows, 13), and of which series."""

    def way(values: Array, chance: np.random.Generator) -> Callable[[int], Array]:
        def window(at: int) -> Array:
            target = values[at - STEPS : at].sum() * chance.uniform(0.9, 1.15)
            return np.asarray(np.cumsum(values[at : at + STEPS]) / target) if target > 0 else np.array([np.inf])

        return window

    return _windows({name: values for name, values in series.items() if min(values) >= 0}, seed, most, way)


def _windows(
    series: Series, seed: int, most: int | None, way: Callable[[Array, np.random.Generator], Callable[[int], Array]]
) -> tuple[Array, list[str]]:
    chance = np.random.default_rng(seed)
    found, names = [], []
    for name, listed in series.items():
        values = np.array(listed)
        starts = np.arange(STEPS, len(values) - STEPS, STEPS)
        window = way(values, chance)
        for at in starts if most is None or len(starts) <= most else chance.permutation(starts)[:most]:
            steps = window(int(at))
            if (most is None and np.isfinite(steps).all()) or np.abs(steps).max() < FARTHEST:
                found.append(steps)
                names.append(name)
    return np.array(found), names


def population(
    of: dict[str, Series], windows: Callable[[Series, int, int | None], tuple[Array, list[str]]]
) -> Population:
    """All windows of some parts."""
    rows, counts = [], []
    for place, (name, series) in enumerate(of.items()):
        found, names = windows(series, place, A_SERIES)
        rows.append(found)
        counts.append(_counts(names) * SHARES[name])
    return Population(np.concatenate(rows), np.concatenate(counts))


def _counts(names: list[str]) -> Array:
    """What each window counts for: a data set as the root of the number of its series."""
    sets = [_set_of(name) for name in names]
    windows = Counter(sets)
    members = Counter(_set_of(name) for name in set(names))
    found = np.array([members[one] ** 0.5 / windows[one] for one in sets])
    return np.asarray(found / found.sum())


def _set_of(name: str) -> str:
    first, *rest = name.split(" ")
    return f"{first} {rest[-1]}" if first in BY_COLUMN else first
