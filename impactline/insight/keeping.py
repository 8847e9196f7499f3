"""The forecasts that are kept: all anew in the night and after an import, some when something of them changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from impactline.base.transactions import action
from impactline.insight.forecast.briefs import Brief, brief_of
from impactline.insight.forecast.outlook import Method, Outlook
from impactline.insight.forecast.queries import foretold_all
from impactline.insight.forecast.queries.running import all_briefs, running
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
    Forecast.objects.bulk_create(
        [_row(pk, brief, day) for pk, brief in moved],
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["key_result"],
        update_fields=["changed_on", *FIGURES],
    )
    return len(gone) + len(moved)


def _read(rows: QuerySet[Forecast]) -> dict[int, Brief]:
    return {pk: Brief(METHODS[method], *figures) for pk, method, *figures in rows.values_list("pk", *FIGURES)}


def _row(pk: int, brief: Brief, day: date) -> Forecast:
    return Forecast(
        key_result_id=pk,
        changed_on=day,
        method=str(brief.method),
        due_on=brief.due_on,
        reach=brief.reach,
        enough=brief.enough,
        middle=brief.middle,
        half_low=brief.half_low,
        half_high=brief.half_high,
        most_low=brief.most_low,
        most_high=brief.most_high,
        count=brief.count,
        beyond_best=brief.beyond_best,
    )
