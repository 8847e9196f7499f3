"""How far below three colours the Brier score of a forecast of levels can be, for docs/explanation/forecast.md.

`python -m benchmarks.attainable M4-WEEKLY.csv` prints it. Of walks whose scale and memory are known, the best forecast
there can be; of the judged series, our forecast beside colours that are told as the share that was reached on these
windows, and as that which was reached in what the forecast is learnt from; and, where scikit-learn is installed, which
nothing else needs, gradient-boosted trees that were taught on other series of the same source, by what was read and by
what our forecast says; and such trees taught on one half of what the forecast is learnt from, judged on the other.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.figures import tell
from benchmarks.forecasting import SEED, SEEN, STEPS, colours, judged_series, ours, together
from benchmarks.learning import KINDS, chances, learn, shapes
from benchmarks.population import Population, levels, parts, population, read
from impactline.insight.student import Array, distribution

WALKS, BEFORE = 200_000, 27
MEMORIES = (0.0, 0.3, 0.6)
NORMAL = 1_000  # degrees of freedom at which Student's t is normal
FOLDS = 5
HAS_TREES = find_spec("sklearn") is not None
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Shares:
    """What was told of windows by one forecaster, and what came."""

    told: Array
    reached: Array

    def brier(self) -> float:
        """The mean squared distance."""
        return float(((self.told - self.reached) ** 2).mean())


def walks(memory: float) -> str:
    """The best forecast of walks whose steps go on by a share, by somebody who knows this share and their scale."""
    chance = np.random.default_rng(SEED)
    noise = chance.normal(size=(WALKS, BEFORE + STEPS))
    steps = np.zeros_like(noise)
    for at in range(1, steps.shape[1]):
        steps[:, at] = memory * steps[:, at - 1] + noise[:, at]
    values = np.cumsum(steps[:, BEFORE:], axis=1)
    usual = np.median(np.abs(values[:, -1]))
    target = usual * chance.uniform(0.25, 2.0, WALKS) * chance.choice([-1.0, 1.0], WALKS)
    windows = values / target[:, None]
    told = [_best(values[:, seen - 1], steps[:, BEFORE + seen - 1], target, seen, memory) for seen in SEEN]
    return _beside(f"walks, memory {memory}", Shares(np.concatenate(told), _reached(windows)), windows)


def _best(value: Array, step: Array, target: Array, seen: int, memory: float) -> Array:
    sums = np.cumsum(memory ** np.arange(STEPS - seen + 1.0))
    middle = value + step * (sums[-1] - 1)
    apart = (target - middle) / np.sqrt((sums[:-1] ** 2).sum())
    return np.asarray(distribution(-apart * np.sign(target), NORMAL), dtype=float)


def judged(source: str, series: dict[str, list[float]], elsewhere: Array) -> list[str]:
    """Our forecast, and the trees, beside colours of either kind."""
    windows, names = levels(series, SEED)
    found = together([ours(windows, seen, summed=False) for seen in SEEN])
    told = [_beside(f"{source}, ours", Shares(found.chance, found.reached), windows, elsewhere)]
    if HAS_TREES:
        trees = Shares(_trees(windows, names, found.chance), found.reached)
        told.append(_beside(f"{source}, trees", trees, windows))
    return told


def _beside(what: str, told: Shares, windows: Array, elsewhere: Array | None = None) -> str:
    colour = _colours_of(windows)
    own = np.array([told.reached[colour == one].mean() for one in range(3)])
    text = f"{what}: Brier {told.brier():.4f}, {_parts(told, own[colour]):.3f} of the colours' of these windows"
    return text if elsewhere is None else f"{text}, {_parts(told, elsewhere[colour]):.3f} of those learnt elsewhere"


def _parts(told: Shares, theirs: Array) -> float:
    return told.brier() / Shares(theirs, told.reached).brier()


def _colours_of(windows: Array) -> Array:
    return np.concatenate([colours(windows, seen) for seen in SEEN]).astype(int)


def _reached(windows: Array) -> Array:
    return np.tile(windows[:, -1] >= 1, len(SEEN)).astype(float)


def learnt_elsewhere(weekly: Path) -> Array:
    """The share that was reached by windows of each colour in what the forecast is learnt from."""
    of = population(parts(read(weekly)), levels)
    colour, reached, counts = _colours_of(of.windows), _reached(of.windows), np.tile(of.counts, len(SEEN))
    return np.array([np.average(reached[colour == one], weights=counts[colour == one]) for one in range(3)])


def halves(weekly: Path, name: str) -> str:
    """What trees make of our forecast: both are taught on one half of the population and judged on the other."""
    kind, series = KINDS[name], read(weekly)
    both = [population(parts(series, half), kind.windows) for half in (0, 1)]
    priors = [learn(kind, of) for of in both]
    corrections = [shapes(kind, pair) for pair in zip(priors, both, strict=True)]
    told = []
    for here, there in ((0, 1), (1, 0)):
        # What the trees are taught, our forecast said without having seen it.
        taught = _known(both[here], chances(kind, priors[there], corrections[there], both[here]))
        asked = _known(both[there], chances(kind, priors[here], corrections[here], both[there]))
        weights, theirs = (np.tile(both[side].counts, len(SEEN)) for side in (here, there))
        trees, reached = _taught(taught, _reached(both[here].windows), weights), _reached(both[there].windows)
        told.append([np.average((say - reached) ** 2, weights=theirs) for say in (asked[:, 0], trees(asked))])
    ours_, trees_ = np.mean(told, axis=0)
    return f"{name}, each half by what the other taught: Brier {ours_:.4f}, of trees {trees_:.4f}"


def _known(of: Population, told: dict[int, tuple[Array, Array]]) -> Array:
    chance = np.concatenate([told[seen][0] for seen in SEEN])
    return np.column_stack([chance, np.concatenate([_features(of.windows, seen) for seen in SEEN])])


def _trees(windows: Array, names: list[str], chance: Array) -> Array:
    """What trees say of series that they were not taught on."""
    from sklearn.model_selection import GroupKFold

    known = np.column_stack([chance, np.concatenate([_features(windows, seen) for seen in SEEN])])
    reached, groups = _reached(windows), np.tile(np.unique(names, return_inverse=True)[1], len(SEEN))
    told = np.zeros(len(reached))
    for taught, asked in GroupKFold(FOLDS, shuffle=True, random_state=SEED).split(known, reached, groups):
        told[asked] = _taught(known[taught], reached[taught], np.ones(len(taught)))(known[asked])
    return told


def _taught(known: Array, reached: Array, weights: Array) -> Callable[[Array], Array]:
    """What trees say that were taught so."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    trees = HistGradientBoostingClassifier(
        max_iter=150,
        learning_rate=0.04,
        max_leaf_nodes=12,
        min_samples_leaf=60,
        l2_regularization=5,
        random_state=SEED,
    ).fit(known, reached, sample_weight=weights / weights.mean())
    return lambda asked: np.asarray(trees.predict_proba(asked)[:, 1], dtype=float)


def _features(windows: Array, seen: int) -> Array:
    """What was read, in its own units and in those of its steps."""
    course = np.column_stack([np.zeros(len(windows)), windows[:, :seen]])
    steps, left = np.diff(course, axis=1), STEPS - seen
    last, pace, lately = course[:, -1], steps.mean(axis=1), steps[:, -(seen // 2) :].mean(axis=1)
    spread = steps.std(axis=1) + TINY
    columns = [
        np.full(len(windows), float(seen)),
        last,
        pace,
        spread,
        (1 - last) / spread,
        *((1 - last - one * left) / (spread * left**0.5) for one in (pace, lately)),
        steps[:, -1] / spread,
        pace / spread,
        np.abs(steps).max(axis=1) / spread,
        (steps[:, 1:] * steps[:, :-1]).mean(axis=1) / spread**2,
        (steps > 0).mean(axis=1),
        course.max(axis=1),
        course.min(axis=1),
    ]
    return np.clip(np.column_stack(columns), -1e4, 1e4)


def main() -> None:
    """Print it."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("weekly", type=Path)
    weekly = given.parse_args().weekly
    for memory in MEMORIES:
        print(walks(memory))
    elsewhere = learnt_elsewhere(weekly)
    for source, series in judged_series().items():
        tell(source)
        print(*judged(source, series, elsewhere), sep="\n")
    if HAS_TREES:
        print(*(halves(weekly, name) for name in KINDS), sep="\n")


if __name__ == "__main__":
    main()
