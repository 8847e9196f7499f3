"""The forecasts that are kept: all anew in the night and after an import, some when something of them changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from impactline.base.memory import without_collector
from impactline.base.transactions import action
from impactline.insight.forecast.briefs import Brief, brief_of
from impactline.insight.forecast.outlook import Outlook
from impactline.insight.forecast.queries import foretold_all
from impactline.insight.forecast.queries.running import all_briefs, running
from impactline.insight.methods import Method
from impactline.insight.models import Forecast
from impactline.okrs.today import present

AT_ONCE = 2_000
FIGURES = tuple(Brief.__slots__)
METHODS = {str(method): method for method in Method}


def forecasts_of(key_result_ids: Collection[int] | None = None) -> dict[int, Brief]:
    """The forecast of each of these key results (None: of all) that has one, by its id; whoever asks may see them.

    It is that of the last night or, where something was said since, of then.
    """
    if key_result_ids is None:
        return _read(Forecast.objects.all())
    ids = sorted(key_result_ids)
    found: dict[int, Brief] = {}
    for start in range(0, len(ids), AT_ONCE):
        found |= _read(Forecast.objects.filter(pk__in=ids[start : start + AT_ONCE]))
    return found


def keep_all_forecasts(at: datetime) -> int:
    """Forecast every key result that runs; returns how many forecasts differ from what was kept."""
    now = present(at)
    with without_collector():
        return _keep(all_briefs(now), None, now.day)


def keep_forecasts(objective_ids: Iterable[int], at: datetime) -> int:
    """The same for the key results of some objectives."""
    now = present(at)
    rows = list(running().filter(objective__in=set(objective_ids)).select_related("objective__cycle", "metric"))
    told = {row.ref: row.pk for row in rows}
    found = {
        told[ref]: brief_of(foretold.outlook)
        for ref, _, foretold in foretold_all(rows, now, now.day)
        if isinstance(foretold.outlook, Outlook)
    }
    return _keep(found, set(told.values()), now.day)


@action
def _keep(found: dict[int, Brief], among: set[int] | None, day: date) -> int:
    """Keep what was found in the place of what was kept among some key results, or all."""
    kept = forecasts_of(among)
    gone = sorted(kept.keys() - found.keys())
    moved = [(pk, brief) for pk, brief in found.items() if kept.get(pk) != brief]
    for start in range(0, len(gone), AT_ONCE):
        Forecast.objects.filter(pk__in=gone[start : start + AT_ONCE]).delete()
    for start in range(0, len(moved), AT_ONCE):
        _write(moved[start : start + AT_ONCE], day)
    return len(gone) + len(moved)


def _read(rows: QuerySet[Forecast]) -> dict[int, Brief]:
    return {pk: Brief(METHODS[method], *figures) for pk, method, *figures in rows.values_list("pk", *FIGURES)}


def _write(rows: Sequence[tuple[int, Brief]], day: date) -> None:
    """Write rows in the place of those that are there, without model objects, which take thrice the time."""
    names = ("key_result_id", "changed_on", *FIGURES)
    columns = [connection.ops.quote_name(name) for name in names]
    table = connection.ops.quote_name(Forecast._meta.db_table)
    sql = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(names))}) "  # noqa: S608
        f"ON CONFLICT ({columns[0]}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in columns[1:])}"
    )
    written = connection.ops.adapt_datefield_value
    days = {on: written(on) for on in {brief.due_on for _, brief in rows} | {day}}
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(pk, days[day], *_figures(brief, days)) for pk, brief in rows])


def _figures(brief: Brief, days: Mapping[date, Any]) -> Iterator[Any]:
    for name in FIGURES:
        value = getattr(brief, name)
        yield days[value] if name == "due_on" else str(value) if name == "method" else value
