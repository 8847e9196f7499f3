"""Roll-ups of many objectives as one person sees them today, from rows as light as thousands of them have to be.

A figure that is kept with an objective cannot be shown where something hidden from the person counts in it, or
where it is of another day. What it rests on is then loaded in one query: of objectives and key results only what a
roll-up needs. Whoever shows some of them loads these in full (`checkins.figures`).
"""

import json
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import RawSQL

from impactline.base.bulk import Columns, Rows, given, raw
from impactline.okrs.alignment import Link, Node
from impactline.okrs.days import Day, Days
from impactline.okrs.disclosure import RollUpPolicy, roll_up_for_viewer
from impactline.okrs.facts import STEP, child_part, milestone, own_of, part_at
from impactline.okrs.measure import HOLD, Curve, Driver, Kind, Measure, Type
from impactline.okrs.models import Cycle, KeyResult, Milestone, Objective
from impactline.okrs.progress import Standing, standing_at
from impactline.okrs.records import BARE, measure_of
from impactline.okrs.rolling import edges_along, with_edges, with_override
from impactline.okrs.rollup import Key, Own, Part, Rolled
from impactline.okrs.today import Present
from impactline.okrs.visibility import hidden_objectives
from impactline.people.models import Person

HIDDEN = "okrs_objective.id IN ({hidden})"
NEEDED = """okrs_objective.id IN (
WITH RECURSIVE asked(id) AS ({asked}), above(id) AS (
  {hidden}
  UNION
  SELECT a.parent_id FROM okrs_alignment a JOIN above ON a.child_id = above.id WHERE a.kind = 'contributes'
), start(id) AS (
  SELECT id FROM okrs_objective WHERE id IN (SELECT id FROM asked)
  UNION
  SELECT id FROM above WHERE EXISTS (SELECT 1 FROM above touched JOIN asked ON asked.id = touched.id)
), down(id) AS (
  SELECT id FROM start
  UNION
  SELECT a.child_id FROM okrs_alignment a JOIN okrs_objective c ON c.id = a.child_id JOIN down ON a.parent_id = down.id
  WHERE a.kind = 'contributes' AND c.archived_at IS NULL AND {stale}
) SELECT id FROM down)"""
# Key results whose facts of today need more than their progress; of the others nothing more is loaded.
INTRICATE = Q(type__in=sorted(HOLD)) | Q(curve__in=[Curve.PLANNED, Curve.MILESTONES])
PLAIN = ("ref", "type", "progress", "status", "weight", "curve", "score", "starts_on", "due_on")
NUMBERS = ("value", "baseline", "target", "low", "high", "warning")
MORE = (*NUMBERS, "values", "planned")
OBJECTIVE = (
    "pk",
    "kind",
    "driver",
    "score",
    "computed",
    "by_hand",
    "is_hidden",
    "cycle",
    "cycle__starts_on",
    "cycle__ends_on",
    "cycle__check_in_every_days",
    "key_results",
    "edges",
)


def rolled_of(person: Person | None, objective_ids: Collection[int], now: Present) -> dict[int, Rolled]:
    """Today's roll-ups of objectives that the person may see (checked by the caller), by id; one query.

    They list their parts in no order.
    """
    asked = sorted(set(objective_ids))
    if not asked:
        return {}
    graph = _Graph(_rows(person, asked, now), now)
    rolled = roll_up_for_viewer(graph.nodes, graph.links, graph.hidden, RollUpPolicy(now.policy.roll_up))
    return {number: rolled[number] for number in asked}


def needed(person: Person | None, asked: Sequence[int], day: date | None) -> "QuerySet[Objective]":
    """The objectives asked for and what has to be loaded with them; each with whether it `is_hidden`.

    That is everything hidden, with all that it counts in, where that is something asked for; and beneath all these
    what is kept as of another day than this one: everything, where none is given.
    """
    hidden, params = hidden_objectives(person).values("pk").query.sql_with_params()
    ids, listed = given(asked)
    stale = "1 = 1" if day is None else "(c.figured_on IS NULL OR c.figured_on <> %s)"
    found = NEEDED.format(hidden=hidden, asked=ids, stale=stale)
    days = [] if day is None else [day]
    return Objective.objects.filter(
        RawSQL(found, (*listed, *params, *days), output_field=BooleanField())  # noqa: S611 - all is bound
    ).annotate(is_hidden=RawSQL(HIDDEN.format(hidden=hidden), params, output_field=BooleanField()))  # noqa: S611


class _Objective(NamedTuple):
    """An objective with the days of its cycle; `key_results` and `edges` (what contributes to it) are JSON."""

    pk: int
    kind: str
    driver: str
    score: float | None
    computed: float | None
    by_hand: float | None
    is_hidden: int
    cycle_id: int
    starts_on: date
    ends_on: date
    check_in_every_days: int
    key_results: str | None
    edges: str | None


class _KeyResult(NamedTuple):
    """A key result that counts."""

    ref: str
    type: str
    progress: float | None
    status: str | None
    weight: float | None
    curve: str
    score: float | None
    starts_on: date | None
    due_on: date | None


class _Intricate(NamedTuple):
    """A key result that counts, of which more than its progress is known, and needed."""

    ref: str
    type: str
    progress: float | None
    status: str | None
    weight: float | None
    curve: str
    score: float | None
    starts_on: date | None
    due_on: date | None
    value: Decimal | None
    baseline: Decimal | None
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    warning: Decimal | None
    values: str
    planned: Any
    steps: Any
    unit: str
    levels: Sequence[str]


def _rows(person: Person | None, asked: Sequence[int], now: Present) -> list[_Objective]:
    """What is needed, in no order; one query."""
    steps = Milestone.objects.filter(key_result=OuterRef("pk")).order_by()
    every_step = Subquery(steps.values("key_result").annotate(every=Rows(*STEP)).values("every"))
    more = Columns(*MORE, Case(When(type=Type.MILESTONES, then=every_step)))
    columns = Rows(*PLAIN, Case(When(INTRICATE, then=more)))
    counting = KeyResult.objects.filter(objective=OuterRef("pk"), archived_at=None).order_by()
    own = Subquery(counting.values("objective").annotate(every=columns).values("every"))
    rows = with_edges(with_override(needed(person, asked, now.day))).annotate(key_results=own)
    return [_Objective._make(row) for row in raw(rows.order_by().values_list(*OBJECTIVE))]


class _Graph:
    """What a roll-up takes, made from such rows."""

    def __init__(self, rows: list[_Objective], now: Present) -> None:
        self.nodes: dict[Key, Node] = {}
        self.links: list[Link] = []
        self.hidden: set[Key] = set()
        self._now = now
        self._strict, self._rule = now.policy.strict_holds, now.policy.pace_rule
        self._days = Days(now.day)
        self._cycles: dict[int, Cycle] = {}
        known = {row.pk for row in rows}
        for row in rows:
            self._add(row, known)

    def _add(self, row: _Objective, known: set[int]) -> None:
        parts = self._own_parts(row)
        if row.is_hidden:
            self.hidden |= {row.pk, *(part.key for part in parts)}
        for edge in edges_along(row.pk, _listed(row.edges)):
            if edge.child_id in known:
                self.links.append(Link(edge.child_id, edge.parent_id, edge.weight))
            else:
                parts.append(child_part(edge, None, self._now))
        driver = Driver(row.driver)
        self.nodes[row.pk] = Node(
            key=row.pk,
            parts=tuple(parts),
            driver=driver,
            own=self._own(row, row.computed) if driver is Driver.METRIC else None,
            override=None if row.by_hand is None else self._own(row, row.by_hand),
        )

    def _own(self, row: _Objective, progress: float | None) -> Own:
        objective = Objective(pk=row.pk, kind=row.kind, score=row.score, cycle=self._cycle(row))
        return own_of(objective, progress, self._now)

    def _own_parts(self, row: _Objective) -> list[Part]:
        cycle, kind = self._cycle(row), Kind(row.kind)
        found = []
        for columns in _listed(row.key_results):
            key_result = _key_result(columns)
            found.append(self._part(key_result, self._days.of(key_result, cycle), kind))
        return found

    def _part(self, row: _KeyResult | _Intricate, on: Day, kind: Kind) -> Part:
        """As `okrs.facts.key_result_part`, from less."""
        measure = _measure(row, strict=self._strict)
        stands = Standing(None, row.progress, recorded=True)
        if isinstance(row, _Intricate) and measure.type.is_hold:
            stands = standing_at(measure, row.value)
        due, moment = on.expected(measure, row.curve), on.moment(row.score)
        return part_at(row, measure.type, stands, due, moment, kind=kind, policy=self._rule)

    def _cycle(self, row: _Objective) -> Cycle:
        if row.cycle_id not in self._cycles:
            self._cycles[row.cycle_id] = Cycle(
                pk=row.cycle_id,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                check_in_every_days=row.check_in_every_days,
            )
        return self._cycles[row.cycle_id]


def _listed(found: Any) -> Any:
    """A list in JSON: as text where it comes from a column, read already where it comes from within other JSON."""
    return json.loads(found) if isinstance(found, str) else found or []


def _key_result(columns: list[Any]) -> _KeyResult | _Intricate:
    """A key result from its columns in JSON, in which days are texts and numbers binary; last come those of MORE."""
    *plain, more = columns
    row = _KeyResult._make(plain)
    if row.starts_on is not None or row.due_on is not None:
        row = row._replace(starts_on=_day(row.starts_on), due_on=_day(row.due_on))
    if more is None:
        return row
    *numbers, values, planned, steps = _listed(more)
    return _Intricate._make((*row, *map(_number, numbers), values, _listed(planned), _listed(steps), "", ()))


def _day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _number(binary: Any) -> Decimal | None:
    """Exact: no number of ours has more than 15 digits (`base.numbers`)."""
    return None if binary is None else Decimal(str(binary))


def _measure(row: _KeyResult | _Intricate, *, strict: bool) -> Measure:
    if isinstance(row, _KeyResult):
        return BARE[row.type]
    return measure_of(row, [milestone(step) for step in row.steps], strict=strict)
