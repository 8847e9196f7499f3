"""Public series that ship with Python packages, none of which the forecast was learnt from.

From statsmodels the weekly carbon dioxide of Mauna Loa, sunspots, the Nile, El Niño, copper, birth rates of countries
and the monthly and quarterly figures of the American economy; from vega-datasets American employment by branch, shares
of companies and the weather of Seattle, by the week.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STEPS = 13
LEAST = 2 * STEPS + 1
MOST = 400
"""The latest values of a long series, so that it does not outweigh the others."""

ECONOMY = "tsa/statespace/tests/results/frbny_nowcast/Nowcasting/data/US/2016-07-29.csv"


def all_series() -> dict[str, list[float]]:
    """The series by name; raises ImportError without the packages."""
    found = dict(_of_statsmodels()) | dict(_of_vega())
    return {name: values[-MOST:] for name, values in sorted(found.items()) if len(values) >= LEAST}


def _of_statsmodels() -> Iterator[tuple[str, list[float]]]:
    import statsmodels
    from statsmodels import datasets

    for name, column in (("co2", "co2"), ("sunspots", "SUNACTIVITY"), ("nile", "volume")):
        yield name, _known(getattr(datasets, name).load_pandas().data[column])
    ocean = datasets.elnino.load_pandas().data.drop(columns="YEAR")
    yield "elnino", _known(ocean.to_numpy().ravel())
    for column in ("WORLDCONSUMPTION", "COPPERPRICE"):
        yield f"copper {column}", _known(datasets.copper.load_pandas().data[column])
    births = datasets.fertility.load_pandas().data
    years = [column for column in births.columns if str(column).isdigit()]
    for row in births.to_dict("records"):
        yield f"births {row['Country Code']}", _known(row[year] for year in years)
    quarters = datasets.macrodata.load_pandas().data.drop(columns=["year", "quarter"])
    for column in quarters:
        yield f"quarterly {column}", _known(quarters[column])
    with (Path(statsmodels.__file__).parent / ECONOMY).open() as lines:
        yield from _columns(csv.DictReader(lines), "monthly")


def _of_vega() -> Iterator[tuple[str, list[float]]]:
    import vega_datasets

    folder = Path(vega_datasets.__file__).parent / "_data"
    with (folder / "us-employment.csv").open() as lines:
        yield from _columns(csv.DictReader(lines), "employment")
    shares: dict[str, list[float]] = defaultdict(list)
    with (folder / "stocks.csv").open() as lines:
        for row in csv.DictReader(lines):
            shares[row["symbol"]] += _known([row["price"]])
    yield from ((f"share {name}", values) for name, values in shares.items())
    with (folder / "seattle-weather.csv").open() as lines:
        for name, values in _columns(csv.DictReader(lines), "weather"):
            weeks = [sum(week) for week in zip(*[iter(values)] * 7, strict=False)]
            yield name, weeks


def _columns(rows: Any, prefix: str) -> Iterator[tuple[str, list[float]]]:
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for name, value in row.items():
            found[name] += _known([value])
    yield from ((f"{prefix} {name}", values) for name, values in found.items() if values)


def _known(values: Any) -> list[float]:
    """The numbers among some values; what is missing is passed over."""
    found = []
    for value in values:
        try:
            number = float(value)
        except (TypeError, ValueError):
            continue
        if number == number:  # noqa: PLR0124 - not a number is not itself
            found.append(number)
    return found
