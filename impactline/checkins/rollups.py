"""Roll-ups of many objectives as one person sees them, from rows as light as thousands of them have to be.

A figure that is kept with an objective cannot be shown where something hidden from the person counts in it, or
where it is of another day. What it rests on is then loaded in one query: of objectives and key results only what a
roll-up needs (`checkins.light`). Whoever shows some of them loads these in full (`checkins.figures`).
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL

from impactline.base.bulk import Columns, given, raw
from impactline.base.memory import without_collector
from impactline.checkins.light import Earlier, Today, listed
from impactline.okrs.alignment import Link, Node
from impactline.okrs.bands import Colour
from impactline.okrs.days import Days
from impactline.okrs.disclosure import RollUpPolicy, roll_up_for_viewer
from impactline.okrs.facts import child_part, own_of
from impactline.okrs.measure import Driver, Kind
from impactline.okrs.models import Cycle, KeyResult, Objective
from impactline.okrs.progress import Standing, standing
from impactline.okrs.rolling import edges_along, with_edges, with_override
from impactline.okrs.rollup import Key, Own, Part, Rolled
from impactline.okrs.status import Status
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
OBJECTIVE = (
    "pk",
    "kind",
    "driver",
    "scored",
    "alone",
    "by_hand",
    "is_hidden",
    "cycle",
    "cycle__starts_on",
    "cycle__ends_on",
    "cycle__check_in_every_days",
    "kept",
    "key_results",
    "edges",
)


def rolled_of(
    person: Person | None, objective_ids: Collection[int], now: Present, as_of: date | None = None
) -> dict[int, Rolled]:
    """The roll-ups of objectives that the person may see (checked by the caller), by id; one query.

    `as_of` is an earlier day; None means today. They list their parts in no order.
    """
    asked = sorted(set(objective_ids))
    if not asked:
        return {}
    facts = Today(now) if as_of is None else Earlier(now, as_of)
    with without_collector():
        graph = _Graph(_rows(person, asked, facts), facts)
        rolled = roll_up_for_viewer(graph.nodes, graph.links, graph.hidden, RollUpPolicy(now.policy.roll_up))
    return {number: rolled[number] for number in asked}


def _needed(person: Person | None, asked: Sequence[int], day: date | None) -> "QuerySet[Objective]":
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
    """An objective with the days of its cycle; `kept`, `key_results` and `edges` (what contributes to it) are JSON.

    Where `kept` are its figures, its key results are not loaded.
    """

    pk: int
    kind: str
    driver: str
    scored: float | None
    alone: Any
    by_hand: float | None
    is_hidden: int
    cycle_id: int
    starts_on: date
    ends_on: date
    check_in_every_days: int
    kept: Any
    key_results: str | None
    edges: str | None


def _rows(person: Person | None, asked: Sequence[int], facts: Today | Earlier) -> list[_Objective]:
    """What is needed, in no order; one query."""
    counting = KeyResult.objects.filter(objective=OuterRef("pk"), archived_at=None).order_by()
    own = Subquery(counting.values("objective").annotate(every=facts.columns()).values("every"))
    kept_on = facts.now.day if facts.day is None else None
    rows = with_edges(with_override(_needed(person, asked, kept_on), facts.day))
    columns = facts.of_objectives() | {
        "kept": Case(When(facts.known(), then=Columns("progress", "expected", "pace", "status"))),
        "key_results": Case(When(facts.known(), then=Value(None)), default=own),
    }
    found = rows.annotate(**columns).order_by().values_list(*OBJECTIVE)
    return [_Objective._make(row) for row in raw(found)]


class _Graph:
    """What a roll-up takes, made from such rows."""

    def __init__(self, rows: list[_Objective], facts: Today | Earlier) -> None:
        self.nodes: dict[Key, Node] = {}
        self.links: list[Link] = []
        self.hidden: set[Key] = set()
        self._facts = facts
        self._now = facts.now
        self._days = Days(facts.now.day, facts.now.policy.pace_rule)
        self._cycles: dict[int, Cycle] = {}
        known = {row.pk for row in rows}
        for row in rows:
            self._add(row, known)

    def _add(self, row: _Objective, known: set[int]) -> None:
        parts = self._own_parts(row)
        if row.is_hidden:
            self.hidden |= {row.pk, *(part.key for part in parts)}
        for edge in edges_along(row.pk, listed(row.edges)):
            if edge.child_id in known:
                self.links.append(Link(edge.child_id, edge.parent_id, edge.weight))
            else:
                parts.append(child_part(edge, None, self._now))
        driver, own = self._driver(row)
        override = None if row.by_hand is None else self._own(row, row.by_hand)
        self.nodes[row.pk] = Node(row.pk, tuple(parts), driver, own, override)

    def _driver(self, row: _Objective) -> tuple[Driver, Own | None]:
        """What moves it, and the figures that it has by itself; as if by a metric where these are kept."""
        if row.kept:
            progress, due, pace, status = listed(row.kept)
            return Driver.METRIC, Own(progress, due, Colour(pace), None if status is None else Status(status))
        driver = Driver(row.driver)
        return driver, self._own(row, self._facts.alone(row.alone)) if driver is Driver.METRIC else None

    def _own(self, row: _Objective, progress: float | None) -> Own:
        objective = Objective(pk=row.pk, kind=row.kind, score=row.scored, cycle=self._cycle(row))
        return own_of(objective, progress, self._now)

    def _own_parts(self, row: _Objective) -> list[Part]:
        cycle, kind = self._cycle(row), Kind(row.kind)
        return [self._part(columns, cycle, kind) for columns in listed(row.key_results)]

    def _part(self, columns: list[Any], cycle: Cycle, kind: Kind) -> Part:
        """As `okrs.facts.key_result_part`, from less."""
        row, measure, known = self._facts.read(columns)
        on = self._days.of(row, cycle)
        stands = known if isinstance(known, Standing) else standing(measure, known, self._now.day, on.period)
        return on.part(row, measure, stands, kind)

    def _cycle(self, row: _Objective) -> Cycle:
        if row.cycle_id not in self._cycles:
            self._cycles[row.cycle_id] = Cycle(
                pk=row.cycle_id,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                check_in_every_days=row.check_in_every_days,
            )
        return self._cycles[row.cycle_id]
