"""The figures that one person sees of objectives and their key results, today or as of an earlier day.

Loads what they rest on in a fixed number of queries, whatever the rows, and leaves all arithmetic to the pure
modules. Today's roll-ups, which need more than the objectives asked for where something hidden from the viewer
counts in them, come from `checkins.rollups`; for an earlier day, for which nothing is kept, everything beneath is
loaded.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from impactline.checkins.past import Facts, Kept, Past
from impactline.checkins.rollups import needed, rolled_of
from impactline.okrs.alignment import Link, Node, roll_up_graph
from impactline.okrs.disclosure import RollUpPolicy, roll_up_for_viewer
from impactline.okrs.facts import Edge, by_hand, by_metric, child_part, part_of, with_milestones
from impactline.okrs.judge import Judged
from impactline.okrs.measure import Driver, Measure
from impactline.okrs.models import KeyResult, Milestone, Objective
from impactline.okrs.readings import with_own_value
from impactline.okrs.rolling import edges_along, with_edges, with_override
from impactline.okrs.rollup import Counted, Key, Part, Rolled
from impactline.okrs.today import Present
from impactline.people.models import Person


@dataclass(frozen=True, slots=True)
class KeyResultFigures:
    """A key result with how it was measured on the day, what is computed about it, and how it counts."""

    key_result: KeyResult
    measure: Measure
    judged: Judged
    counted: Counted
    milestones: tuple[Milestone, ...]
    confidence: int | None
    status: str | None
    checked_in_on: date | None
    score: float | None


@dataclass(frozen=True, slots=True)
class ObjectiveFigures:
    """An objective with its roll-up as the viewer may see it, its key results, and the children that count."""

    objective: Objective
    rolled: Rolled
    key_results: tuple[KeyResultFigures, ...]
    children: tuple[Counted, ...]
    score: float | None

    @property
    def confidence(self) -> float | None:
        """The mean confidence of the key results that somebody stated one for."""
        stated = [entry.confidence for entry in self.key_results if entry.confidence is not None]
        return sum(stated) / len(stated) if stated else None


def figures_of(
    person: Person | None,
    objectives: Sequence[Objective],
    now: Present,
    as_of: date | None = None,
    known: Mapping[int, Rolled] | None = None,
) -> dict[int, ObjectiveFigures]:
    """The figures of objectives that the person may see (checked by the caller), by id.

    `as_of` is an earlier day; None means today. Three queries today, whatever the rows. `known` are the roll-ups that
    the caller has already (from `checkins.rollups`), when it knows (from `okrs.queries.lines`) that everything beneath
    the other objectives is of today and visible.
    """
    asked = [objective.pk for objective in objectives]
    if not asked:
        return {}
    if as_of is not None:
        graph = _graph(needed(person, asked, None), now, as_of)
        policy = RollUpPolicy(now.policy.roll_up)
        rolled = roll_up_for_viewer(graph.nodes, graph.links, graph.hidden_keys(), policy)
    else:
        seen = rolled_of(person, asked, now) if known is None else known
        graph = _graph(Objective.objects.filter(pk__in=asked), now)
        rolled = roll_up_graph(graph.nodes, graph.links) if known is not None else {}
        rolled |= {number: seen[number] for number in asked if number in seen}
    return {number: _assembled(number, graph, rolled[number]) for number in asked}


def figures_alone(key_result: KeyResult, objective: Objective, now: Present) -> KeyResultFigures:
    """Today's figures of a key result that does not count in its objective, such as an archived one."""
    facts = Kept({objective.pk: objective}, [key_result], now)
    judged = facts.judged[key_result.pk]
    return KeyResultFigures(
        key_result=key_result,
        measure=facts.measures[key_result.pk],
        judged=judged,
        counted=Counted(key_result.ref, 0.0, judged.progress, None, judged.expected, key_result.weight),
        milestones=tuple(facts.milestones.get(key_result.pk, ())),
        confidence=key_result.confidence,
        status=key_result.status,
        checked_in_on=key_result.checked_in_on,
        score=key_result.score,
    )


@dataclass(slots=True)
class _Graph:
    """What was loaded: the nodes for the roll-up, and the rows and facts that they were made from.

    `children` are the ids of the objectives that contribute to each, in their order.
    """

    objectives: dict[int, Objective]
    nodes: dict[Key, Node]
    links: list[Link]
    children: dict[int, list[int]]
    key_results: dict[int, list[KeyResult]]
    facts: Facts

    def hidden_keys(self) -> set[Key]:
        """Objectives by id and key results by ref that the viewer may not see."""
        hidden = {number for number, row in self.objectives.items() if getattr(row, "is_hidden", False)}
        return {*hidden, *(row.ref for number in hidden for row in self.key_results[number])}


def _graph(rows_of: "QuerySet[Objective]", now: Present, as_of: date | None = None) -> _Graph:
    found = with_override(with_edges(rows_of) if as_of is not None else with_own_value(with_edges(rows_of)))
    objectives = {row.pk: row for row in found.select_related("owner", "team")}
    rows = _rows(objectives)
    facts: Facts = Kept(objectives, rows, now) if as_of is None else _past(objectives, rows, now, as_of)
    key_results: dict[int, list[KeyResult]] = defaultdict(list)
    for row in facts.rows.values():
        key_results[row.objective_id].append(row)
    edges = {number: edges_along(number, row.edges) for number, row in objectives.items()}  # type: ignore[attr-defined]
    nodes: dict[Key, Node] = {
        number: _node(objective, key_results[number], edges[number], objectives, facts)
        for number, objective in objectives.items()
    }
    links = [
        Link(edge.child_id, edge.parent_id, edge.weight)
        for found in edges.values()
        for edge in found
        if edge.child_id in objectives
    ]
    children = {number: [edge.child_id for edge in edges[number]] for number in objectives}
    return _Graph(objectives, nodes, links, children, key_results, facts)


def _node(
    objective: Objective,
    key_results: list[KeyResult],
    edges: list[Edge],
    objectives: dict[int, Objective],
    facts: Facts,
) -> Node:
    own: list[Part] = [part_of(row, facts.judged[row.pk], facts.status(row)) for row in key_results]
    ready = [child_part(edge, None, facts.now) for edge in edges if edge.child_id not in objectives]
    return Node(
        key=objective.pk,
        parts=(*own, *ready),
        driver=Driver(objective.driver),
        own=by_metric(objective, facts.own_values, facts.now),
        override=by_hand(objective, facts.now),
    )


def _rows(objectives: dict[int, Objective]) -> list[KeyResult]:
    """The key results that count, in order, each with its objective."""
    rows = list(
        with_milestones(KeyResult.objects.filter(objective__in=objectives, archived_at=None))
        .select_related("owner", "metric")
        .order_by("position", "id")
    )
    for row in rows:
        row.objective = objectives[row.objective_id]
    return rows


def _past(objectives: dict[int, Objective], rows: list[KeyResult], now: Present, as_of: date) -> Past:
    """The facts of an earlier day; the objectives get the override and the score that they had."""
    facts = Past(objectives, rows, now, as_of)
    for number, objective in objectives.items():
        objective.by_hand = facts.overrides[number]  # type: ignore[attr-defined]
        objective.score = facts.objective_score(objective)
    return facts


def _assembled(number: int, graph: _Graph, rolled: Rolled) -> ObjectiveFigures:
    """The figures of one, its parts in their own order: in which they were loaded depends on what is hidden.

    What came or went between two queries is left out.
    """
    facts = graph.facts
    rows = {row.ref: row for row in graph.key_results[number]}
    places: dict[Key, int] = {key: place for place, key in enumerate((*rows, *graph.children[number]))}
    parts = sorted((part for part in rolled.parts if part.key in places), key=lambda part: places[part.key])
    key_results = tuple(
        KeyResultFigures(
            key_result=(row := rows[str(part.key)]),
            measure=facts.measures[row.pk],
            judged=facts.judged[row.pk],
            counted=part,
            milestones=tuple(facts.milestones.get(row.pk, ())),
            confidence=facts.confidence(row),
            status=facts.status(row),
            checked_in_on=facts.checked_in_on(row),
            score=facts.score(row),
        )
        for part in parts
        if part.key in rows
    )
    children = tuple(part for part in parts if part.key not in rows)
    objective = graph.objectives[number]
    shown = replace(rolled, parts=tuple(parts))
    return ObjectiveFigures(objective, shown, key_results, children, facts.objective_score(objective))
