"""The figures that one person sees of objectives and their key results, today or as of an earlier day.

Roll-ups, for which more than the objectives asked for has to be known, come from `checkins.rollups`; here these alone
are loaded in full, in a fixed number of queries, whatever the rows. All arithmetic is left to the pure modules.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from impactline.base.bulk import among
from impactline.checkins.past import Facts, Kept, Past, recorded_along, with_recorded
from impactline.checkins.rollups import rolled_of
from impactline.okrs.facts import Edge, by_hand, child_part, own_of, part_of, with_milestones
from impactline.okrs.history import score_on
from impactline.okrs.judge import Judged
from impactline.okrs.measure import Driver, Measure
from impactline.okrs.models import KeyResult, Milestone, Objective
from impactline.okrs.rolling import edges_along, with_edges, with_override
from impactline.okrs.rollup import Counted, Key, Rolled, roll_up
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

    `as_of` is an earlier day; None means today. Three queries, whatever the rows. `known` are the roll-ups that
    the caller has already (from `checkins.rollups`), when it knows (from `okrs.queries.lines`) that everything beneath
    the other objectives is of today and visible.
    """
    asked = [objective.pk for objective in objectives]
    if not asked:
        return {}
    rolled = rolled_of(person, asked, now, as_of) if known is None else known
    loaded = _load(asked, now, as_of)
    return {
        number: _assembled(number, loaded, rolled[number] if number in rolled else _settled(number, loaded))
        for number in asked
    }


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


@dataclass(frozen=True, slots=True)
class _Loaded:
    """Objectives, what contributes to each and the key results that count in it, in their order; and the facts."""

    objectives: dict[int, Objective]
    edges: dict[int, list[Edge]]
    key_results: dict[int, list[KeyResult]]
    facts: Facts


def _load(asked: Collection[int], now: Present, as_of: date | None) -> _Loaded:
    found = with_edges(with_override(Objective.objects.filter(pk__in=among(asked)), as_of))
    if as_of is not None:
        found = found.annotate(was_score=score_on(as_of, "objective"))
    objectives = {row.pk: row for row in found.select_related("owner", "team")}
    for row in objectives.values():
        row.score = getattr(row, "was_score", row.score)
    rows = _rows(objectives, as_of)
    facts: Facts = (
        Kept(objectives, rows, now) if as_of is None else Past(objectives, rows, now, as_of, recorded_along(rows))
    )
    key_results: dict[int, list[KeyResult]] = defaultdict(list)
    for key_result in facts.rows.values():
        key_results[key_result.objective_id].append(key_result)
    edges = {number: edges_along(number, row.edges) for number, row in objectives.items()}  # type: ignore[attr-defined]
    return _Loaded(objectives, edges, key_results, facts)


def _rows(objectives: dict[int, Objective], as_of: date | None) -> list[KeyResult]:
    """The key results that count, in order, each with its objective."""
    counting = KeyResult.objects.filter(objective__in=among(objectives), archived_at=None)
    found = with_milestones(counting) if as_of is None else with_recorded(counting, as_of)
    rows = list(found.select_related("owner", "metric").order_by("position", "id"))
    for row in rows:
        row.objective = objectives[row.objective_id]
    return rows


def _settled(number: int, loaded: _Loaded) -> Rolled:
    """The roll-up of an objective from what is kept with those that contribute to it, which is of today and visible."""
    objective, facts = loaded.objectives[number], loaded.facts
    own = [part_of(row, facts.judged[row.pk], facts.status(row)) for row in loaded.key_results[number]]
    aligned = [child_part(edge, None, facts.now) for edge in loaded.edges[number]]
    driver = Driver(objective.driver)
    by_metric = own_of(objective, objective.computed, facts.now) if driver is Driver.METRIC else None
    return roll_up([*own, *aligned], driver, own=by_metric, override=by_hand(objective, facts.now))


def _assembled(number: int, loaded: _Loaded, rolled: Rolled) -> ObjectiveFigures:
    """The figures of one, its parts in their own order: in which they were loaded depends on what is hidden.

    What came or went between two queries is left out.
    """
    facts = loaded.facts
    rows = {row.ref: row for row in loaded.key_results[number]}
    order: list[Key] = [*rows, *(edge.child_id for edge in loaded.edges[number])]
    places = {key: place for place, key in enumerate(order)}
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
    objective = loaded.objectives[number]
    return ObjectiveFigures(objective, rolled._replace(parts=tuple(parts)), key_results, children, objective.score)
