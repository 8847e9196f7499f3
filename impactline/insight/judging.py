"""Forecasts judged once their cycles are closed, and what people's confidence was worth.

What is told of confidence names people and teams: it is for those who said it, and for their teams.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef

from impactline.base.transactions import action
from impactline.checkins.models import CheckIn
from impactline.insight.forecast.backtest import Judged, Report
from impactline.insight.forecast.confidence import Said, said, told
from impactline.insight.forecast.queries import history_of
from impactline.insight.forecast.queries.backtesting import Tested, closed_cycles, reports, tested
from impactline.insight.forecast.recalibrating import Correction
from impactline.insight.models import Hindcast
from impactline.okrs.models import Cycle, CycleState, KeyResult
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person, Team
from impactline.people.queries import team_ids_of

AT_ONCE = 2_000
MIDDLE = 50


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good forecasts were, over all and by type and by cycle; and confidence: the viewer's own, and their teams'.

    Of key results that the viewer may see. Confidence is that of the middle of the period. `corrections` of chances are
    those in force, by type: of closed key results that everybody may see.
    """

    reports: dict[str, Report]
    cycles: list[tuple[Cycle, Report]]
    own: Said
    teams: list[tuple[Team, Said]]
    corrections: dict[str, Correction]


def judge_closed(at: datetime) -> int:
    """Judge the forecasts of closed cycles of which none is judged yet; returns how many forecasts that are."""
    judged = Hindcast.objects.filter(key_result__objective__cycle=OuterRef("pk"))
    return sum(judge_cycle(cycle, at) for cycle in closed_cycles().filter(~Exists(judged)))


@action
def judge_cycle(cycle: Cycle, at: datetime) -> int:
    """Judge the forecasts of a closed cycle anew; returns how many."""
    found = list(tested(cycle, KeyResult.objects.all()))
    voices = _voices(found)
    Hindcast.objects.filter(key_result__objective__cycle=cycle).delete()
    Hindcast.objects.bulk_create([_row(row, voices) for row in found], batch_size=AT_ONCE)
    return len(found)


def calibration_for(viewer: Person | None) -> Calibration:
    """What the judged forecasts come to for a viewer (None: the operator, who sees all).

    Six queries at most, and two for each type of which there are any.
    """
    rows = list(
        Hindcast.objects.filter(
            key_result__in=key_results_visible_to(viewer).order_by().values("pk"),
            key_result__archived_at=None,
            key_result__objective__archived_at=None,
            key_result__objective__cycle__state=CycleState.CLOSED,
            key_result__objective__cycle__archived_at=None,
        )
        .select_related("key_result__objective")
        .order_by("key_result__objective__cycle__closed_on", "key_result_id", "per_cent")
    )
    by_type: dict[str, list[Judged]] = defaultdict(list)
    by_cycle: dict[int, list[Judged]] = defaultdict(list)
    for row in rows:
        judged = Judged(row.told, row.reached, row.line, row.in_half, row.in_most)
        by_type[row.key_result.type].append(judged)
        by_cycle[row.key_result.objective.cycle_id].append(judged)
    cycles = Cycle.objects.in_bulk(by_cycle)
    own, teams = _confidence(viewer, [row for row in rows if row.per_cent == MIDDLE])
    return Calibration(
        reports=reports(by_type),
        cycles=[(cycles[number], reports({"": found})["all"]) for number, found in by_cycle.items()],
        own=own,
        teams=teams,
        corrections={type_: one for type_ in sorted(by_type) if (one := history_of(type_, date.max).own).count},
    )


def as_data(found: Calibration) -> dict[str, Any]:
    """For programs: the same in the API and on the command line."""
    return {
        "forecasts": {name: report.as_data() for name, report in found.reports.items()},
        "cycles": [{"cycle": cycle.ref, **report.as_data()} for cycle, report in found.cycles],
        "corrections": {
            name: {"shift": round(one.shift, 4), "slope": round(one.slope, 4), "count": one.count}
            for name, one in found.corrections.items()
        },
        "confidence": {
            "own": {**found.own.as_data(), "words": told(found.own)},
            "teams": [{"team": team.ref, **row.as_data(), "words": told(row)} for team, row in found.teams],
        },
    }


def _confidence(viewer: Person | None, rows: list[Hindcast]) -> tuple[Said, list[tuple[Team, Said]]]:
    """Of the viewer and the viewer's teams; for the operator of everybody, and of all teams."""
    mine = None if viewer is None else team_ids_of(viewer)
    own: list[tuple[int, bool]] = []
    teams: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for row in rows:
        if row.confidence is None:
            continue
        one = (row.confidence, row.reached)
        if viewer is None or row.said_by_id == viewer.pk:
            own.append(one)
        team = row.key_result.objective.team_id
        if team is not None and (mine is None or team in mine):
            teams[team].append(one)
    named = Team.objects.filter(pk__in=teams).order_by("name", "pk")
    return said(own), [(team, said(teams[team.pk])) for team in named]


def _voices(found: list[Tested]) -> dict[tuple[int, int], int | None]:
    """Who said the confidence that stood on the day of a forecast, by key result and part."""
    by_part = {row.per_cent: row.judged_on for row in found}
    said_on = CheckIn.objects.filter(
        key_result__in=sorted({row.key_result.pk for row in found}), replaced=False, confidence__isnull=False
    )
    voices: dict[tuple[int, int], int | None] = {}
    for number, day, by in said_on.order_by("day", "pk").values_list("key_result_id", "day", "by_id"):
        for per_cent, judged_on in by_part.items():
            if day <= judged_on:
                voices[number, per_cent] = by
    return voices


def _row(row: Tested, voices: dict[tuple[int, int], int | None]) -> Hindcast:
    judged = row.judged
    return Hindcast(
        key_result=row.key_result,
        per_cent=row.per_cent,
        told=judged.told,
        reached=judged.reached,
        line=judged.line,
        in_half=judged.in_half,
        in_most=judged.in_most,
        confidence=row.confidence,
        said_by_id=None if row.confidence is None else voices.get((row.key_result.pk, row.per_cent)),
    )
