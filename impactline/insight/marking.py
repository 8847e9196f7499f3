"""What is weak in the things of a list: how many findings of the rules and of the wording there are, hints left out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from impactline.chain.models import ChainItem
from impactline.chain.visibility import items_visible_to
from impactline.insight.attention import WORSE, Scope, can_act_on, loud
from impactline.insight.models import Found, FoundGuard
from impactline.insight.queries import findings_of_item, overruled_in_force, rules_quiet
from impactline.insight.stating import Stated, of_objectives, of_parts, words
from impactline.insight.wording import Finding, Severity, lint
from impactline.okrs.models import CycleState, KeyResult, Objective
from impactline.okrs.visibility import visible_to
from impactline.people.models import Person
from impactline.people.queries import organisation

LOOKED_AT = 100
Key = tuple[str, str]
Parts = Sequence[tuple[Objective, Sequence[KeyResult]]]


@dataclass(frozen=True, slots=True)
class Mark:
    """How many findings there are of a thing, and the worst severity."""

    count: int
    severity: Severity


@dataclass(frozen=True, slots=True)
class Weak:
    """What is weak in one thing: by the rules, and in its wording."""

    found: list[Found]
    wording: list[Finding]


@dataclass(frozen=True, slots=True)
class Worded:
    """What the wording of objectives and key results is warned of: of each the worst; or of the first hundred only."""

    rows: list[tuple[Objective | KeyResult, Finding]]
    is_all: bool


def marks_of(viewer: Person, shown: Parts, day: date, language: str) -> dict[Key, Mark]:
    """The marks of objectives and their key results, all of which the viewer sees, by kind and ref; three queries."""
    numbers = [objective.pk for objective, _ in shown]
    found: dict[Key, list[Severity]] = defaultdict(list)
    for about, severity in _first_named(viewer, day, objectives=numbers).values_list("about", "severity"):
        found[about[0][0], about[0][1]].append(Severity(severity))
    quiet, known = overruled_in_force(numbers), words()
    for said, item in _stated(viewer, shown, language):
        judged = lint(said, known, overruled=rules_quiet(quiet, item))
        found[str(item.kind_name), said.ref] += [one.severity for one in judged if one.severity in WORSE]
    return {key: Mark(len(listed), min(listed, key=lambda one: one.rank)) for key, listed in found.items() if listed}


def weak_in(viewer: Person, item: Objective | KeyResult | ChainItem, day: date) -> Weak:
    """What is weak in one thing that the viewer sees, the worst first; hints of the wording too."""
    number = item.objective_id if isinstance(item, KeyResult) else item.pk
    near = {"items": [number]} if isinstance(item, ChainItem) else {"objectives": [number]}
    rows = _first_named(viewer, day, **near).order_by("-value", "key")
    own = [row for row in rows if row.about[0][:2] == [item.kind_name, item.ref]]
    return Weak(own, findings_of_item(viewer, item))


def mark_of(viewer: Person, item: Objective | KeyResult | ChainItem, day: date) -> Mark | None:
    """The mark of one thing that the viewer sees; None where nothing is weak."""
    weak = weak_in(viewer, item, day)
    listed = [Severity(row.severity) for row in weak.found]
    listed += [one.severity for one in weak.wording if one.severity in WORSE]
    return Mark(len(listed), min(listed, key=lambda one: one.rank)) if listed else None


def weak_wordings(viewer: Person, scope: Scope) -> Worded:
    """What the wording of the objectives of a scope and of their key results is warned of, the worst first.

    Of cycles that run or are drafts, unless the scope says which; of the first hundred objectives, in a fixed number of
    queries. What only is a hint is left out.
    """
    rows = _objectives_of(viewer, scope)
    numbers = list(rows.order_by("-cycle__starts_on", "position", "pk").values_list("pk", flat=True)[: LOOKED_AT + 1])
    among = Objective.objects.filter(pk__in=numbers[:LOOKED_AT])
    quiet, known, whom = overruled_in_force(numbers), words(), _whom(viewer, scope)
    own = set(among.filter(can_act_on(whom)).values_list("pk", flat=True)) if whom is not None else set()
    found = [
        (item, finding)
        for said, item in of_objectives(viewer, among, organisation().locale[:2])
        if isinstance(item, Objective | KeyResult) and (whom is None or _is_of(whom, item, own))
        for finding in lint(said, known, overruled=rules_quiet(quiet, item))[:1]
        if finding.severity in WORSE
    ]
    found.sort(key=lambda pair: (pair[1].severity.rank, -pair[1].sure))
    return Worded(found, is_all=len(numbers) <= LOOKED_AT)


def _whom(viewer: Person, scope: Scope) -> Person | None:
    return viewer if scope.mine else scope.person


def _is_of(person: Person, item: Objective | KeyResult, own: Collection[int]) -> bool:
    """Whether it is a key result of this person, or in one of their `own` objectives."""
    if isinstance(item, Objective):
        return item.pk in own
    return item.objective_id in own or item.owner_id == person.pk


def _objectives_of(viewer: Person, scope: Scope) -> "QuerySet[Objective]":
    rows = visible_to(viewer).filter(archived_at=None)
    whom = _whom(viewer, scope)
    if whom is not None:
        parts = KeyResult.objects.filter(owner=whom, archived_at=None).order_by().values("objective")
        rows = rows.filter(can_act_on(whom) | Q(pk__in=parts))
    if scope.team is not None:
        rows = rows.filter(team=scope.team)
    if scope.objective is not None:
        return rows.filter(pk=scope.objective.pk)
    if scope.cycle is not None:
        return rows.filter(cycle=scope.cycle)
    return rows.filter(cycle__archived_at=None, cycle__state__in=(CycleState.ACTIVE, CycleState.DRAFT))


def _first_named(
    viewer: Person, day: date, objectives: Collection[int] = (), items: Collection[int] = ()
) -> "QuerySet[Found]":
    guards = FoundGuard.objects.filter(Q(objective__in=objectives) | Q(item__in=items), unless=False)
    return loud(viewer, Scope(), day).filter(severity__in=WORSE, pk__in=guards.values("found"))


def _stated(viewer: Person, shown: Parts, language: str) -> Iterable[Stated]:
    measured = {part.measures_id for _, parts in shown for part in parts if part.measures_id is not None}
    levels = dict(items_visible_to(viewer).filter(pk__in=measured).values_list("pk", "level")) if measured else {}
    for objective, parts in shown:
        yield from of_parts(objective, parts, levels, language)
