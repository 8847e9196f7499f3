"""Questions about cycles, priorities and objectives, each answered in a fixed number of queries.

Cycles and priorities are open to everybody who signs in; objectives and key results only as `okrs.visibility` says.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

from django.db.models import (
    Avg,
    BooleanField,
    Case,
    Exists,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from impactline.base.bulk import raw
from impactline.base.errors import NotFound
from impactline.base.models import Event
from impactline.base.texts import spellings
from impactline.okrs.models import (
    Alignment,
    AlignmentKind,
    Cycle,
    CycleState,
    KeyResult,
    Objective,
    Priority,
    Viewer,
    Visibility,
)
from impactline.okrs.visibility import private_seen_by, seen_by, visible_to
from impactline.people.models import Person

WORDS_MAX = 8
# DISTINCT although UNION leaves nothing twice: PostgreSQL takes what a recursion may find for a hundred times what is
# there, would therefore not keep it in a table to look up in, and read all of it again for each objective.
SETTLED = """okrs_objective.id NOT IN (
WITH RECURSIVE up(id) AS (
  SELECT o.id FROM okrs_objective o
  WHERE o.archived_at IS NULL AND (
    o.figured_on <> %s OR o.figured_on IS NULL AND o.progress IS NOT NULL
    OR o.visibility = %s AND o.id NOT IN ({seen})
  )
  UNION
  SELECT a.parent_id FROM okrs_alignment a JOIN up ON a.child_id = up.id WHERE a.kind = %s
) SELECT DISTINCT id FROM up)"""
ABOVE = """
WITH RECURSIVE up(id) AS (
  SELECT id FROM okrs_objective WHERE id IN ({marks})
  UNION
  SELECT a.parent_id FROM okrs_alignment a JOIN up ON a.child_id = up.id
) SELECT id FROM up"""


# --- cycles and priorities ---------------------------------------------------------------------------------


def cycles(*, archived: bool = False) -> "QuerySet[Cycle]":
    """Cycles, the latest first; archived ones only on demand."""
    found = Cycle.objects.select_related("parent").order_by("-starts_on", "ends_on", "id")
    return found if archived else found.filter(archived_at=None)


def cycle_named(ref: str) -> Cycle:
    """The cycle with this ref; raises NotFound."""
    found = Cycle.objects.select_related("parent").filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no cycle “{ref[:80]}”.")
    return found


def current_cycle(day: date) -> Cycle | None:
    """The cycle in which a day falls: a running one before a draft, the shorter before the longer.

    When no cycle holds the day, the running one that ended last, else the draft that begins first, else the latest.
    """
    found = list(cycles())
    holding = [cycle for cycle in found if cycle.starts_on <= day <= cycle.ends_on]
    if holding:
        return min(holding, key=lambda cycle: (_order(cycle), cycle.ends_on - cycle.starts_on, cycle.pk))
    running = [cycle for cycle in found if cycle.state in RUNNING and cycle.ends_on < day]
    coming = [cycle for cycle in found if cycle.starts_on > day]
    if running:
        return max(running, key=lambda cycle: (cycle.ends_on, cycle.starts_on))
    return min(coming, key=lambda cycle: (cycle.starts_on, cycle.ends_on), default=found[0] if found else None)


RUNNING = (CycleState.ACTIVE, CycleState.CLOSING)


def _order(cycle: Cycle) -> int:
    return [CycleState.ACTIVE, CycleState.CLOSING, CycleState.DRAFT, CycleState.CLOSED].index(CycleState(cycle.state))


def open_cycles() -> "QuerySet[Cycle]":
    """The cycles to which objectives can be added."""
    return cycles().exclude(state=CycleState.CLOSED)


def priorities(*, archived: bool = False) -> "QuerySet[Priority]":
    """Strategic priorities in their order, with their owners."""
    found = Priority.objects.select_related("owner").order_by("position", "id")
    return found if archived else found.filter(archived_at=None)


def priority_named(ref: str) -> Priority:
    """The priority with this ref; raises NotFound."""
    found = Priority.objects.select_related("owner").filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no priority “{ref[:80]}”.")
    return found


# --- lists of objectives -----------------------------------------------------------------------------------


class Line(NamedTuple):
    """An objective as light as a list of many thousands needs it, with the figures that are kept with it.

    `settled`: they are of today and hold nothing that is hidden from the person who asks, so they can be shown,
    sorted and counted as they are; the others have to be computed for that person. What follows is known where a list
    asked for it with `Wanted`.
    """

    id: int
    ref: str
    title: str
    kind: str
    owner_id: int | None
    owner_name: str | None
    owner_email: str | None
    team_id: int | None
    team_ref: str | None
    team_name: str | None
    progress: float | None
    expected: float | None
    pace: str
    status: str | None
    settled: bool
    worded: bool = False
    answered: bool = False
    tied: bool = False
    priority_id: int | None = None
    confidence: float | None = None

    @property
    def shown_pace(self) -> str:
        """The pace as lists show it: none where there is no progress."""
        return "" if self.progress is None else self.pace


UNASKED = (False, False, False, None, None)  # what a line holds of that which a list did not ask for
LINE = (
    "id",
    "ref",
    "title",
    "kind",
    "owner_id",
    "owner__name",
    "owner__email",
    "team_id",
    "team__ref",
    "team__name",
    "progress",
    "expected",
    "pace",
    "status",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list needs to know of each objective besides its line, all in the same query.

    `words`: whether they stand in a key result; `answered_by`: whether this person answers for a key result; `tied_to`:
    whether it serves the priority with this ref; `priority`: its first one; `confidence`: the mean of its key results,
    of which `stated` is the column.
    """

    words: str = ""
    answered_by: int | None = None
    tied_to: str = ""
    priority: bool = False
    confidence: bool = False
    stated: Any = "confidence"

    def columns(self) -> dict[str, Any]:
        """An expression for each column of a line that is only there on demand; none where nothing is demanded."""
        if not (self.words or self.answered_by or self.tied_to or self.priority or self.confidence):
            return {}
        parts = KeyResult.objects.filter(objective=OuterRef("pk"), archived_at=None).order_by()
        serving = Objective.priorities.through.objects.filter(objective=OuterRef("pk"), priority__archived_at=None)
        no, nothing = Value(False), Value(None, IntegerField())
        means = parts.values("objective").annotate(mean=Avg(self.stated))
        first = serving.order_by("priority__position", "priority_id").values("priority_id")[:1]
        return {
            "worded": Exists(matching(parts, self.words, ("title", "ref")).order_by()) if self.words else no,
            "answered": Exists(parts.filter(owner=self.answered_by)) if self.answered_by else no,
            "tied": Exists(serving.filter(priority__ref=self.tied_to)) if self.tied_to else no,
            "priority": Subquery(first) if self.priority else nothing,
            "mean": Cast(Subquery(means.values("mean")), FloatField()) if self.confidence else nothing,
        }


def lines(
    person: Person | None, objectives: "QuerySet[Objective]", day: date | None, wanted: Wanted | None = None
) -> list[Line]:
    """The objectives of a query that the person may see, in its order; archived ones are left out. One query.

    Without a day of today none is settled.
    """
    settled = Value(False) if day is None else _settled(person, day)
    more = wanted.columns() if wanted else {}
    rows = objectives.filter(seen_by(person), archived_at=None).annotate(settled=settled, **more)
    rest = () if more else UNASKED
    return [tuple.__new__(Line, row + rest) for row in raw(rows.values_list(*LINE, "settled", *more))]


def _settled(person: Person | None, day: date) -> RawSQL:
    """Whether an objective is of today and visible, and everything that counts in it too."""
    seen, params = private_seen_by(person)
    return RawSQL(  # noqa: S611 - every value is a parameter
        SETTLED.format(seen=seen),
        (day, Visibility.PRIVATE, *params, AlignmentKind.CONTRIBUTES),
        output_field=BooleanField(),
    )


def priorities_of(objectives: "QuerySet[Objective] | Iterable[int]") -> dict[int, list[int]]:
    """For each of these objectives the ids of its priorities, in the order of priorities; one query."""
    through = Objective.priorities.through.objects.filter(objective__in=objectives, priority__archived_at=None)
    found: dict[int, list[int]] = defaultdict(list)
    rows = through.order_by("priority__position", "priority_id").values_list("objective_id", "priority_id")
    for objective, priority in rows:
        found[objective].append(priority)
    return found


# --- what an objective serves, and what serves it ----------------------------------------------------------


def parents_of(person: Person | None, objective: Objective) -> list[Alignment]:
    """The alignments of an objective to those that it serves and that the person may see."""
    rows = Alignment.objects.filter(child=objective, parent__in=visible_to(person).order_by(), parent__archived_at=None)
    return list(rows.select_related("parent", "parent__cycle").order_by("kind", "id"))


def children_of(person: Person | None, objective: Objective) -> list[Alignment]:
    """The alignments of those objectives to this one that the person may see."""
    rows = Alignment.objects.filter(parent=objective, child__in=visible_to(person).order_by(), child__archived_at=None)
    return list(rows.select_related("child", "child__cycle", "child__owner", "child__team").order_by("position", "id"))


class Ways(NamedTuple):
    """What some objectives serve: the objectives above them that may be seen, who serves whom, and the priorities."""

    objectives: dict[int, Objective]
    parents: dict[int, list[tuple[int, str]]]
    priorities: dict[int, list[int]]

    def up(self, start: int) -> list[int]:
        """The shortest way from an objective to one that serves a priority; to the top where none does."""
        came: dict[int, int | None] = {start: None}
        for here in (order := [start]):
            if self.priorities.get(here):
                return _trail(came, here)
            fresh = [parent for parent, _ in self.parents.get(here, ()) if parent not in came]
            came |= dict.fromkeys(fresh, here)
            order.extend(fresh)
        return _trail(came, order[-1])


def ways_up(person: Person | None, objective_ids: Iterable[int]) -> Ways:
    """How objectives are tied to the strategy, as far as the person may see it; three queries."""
    ids = sorted(set(objective_ids))
    if not ids:
        return Ways({}, {}, {})
    above = RawSQL(ABOVE.format(marks=", ".join(["%s"] * len(ids))), ids)  # noqa: S611 - only marks for parameters
    seen = visible_to(person).filter(pk__in=above, archived_at=None).select_related("cycle")
    objectives = {objective.pk: objective for objective in seen}
    parents: dict[int, list[tuple[int, str]]] = defaultdict(list)
    edges = Alignment.objects.filter(child__in=objectives, parent__in=objectives).order_by("kind", "id")
    for child, parent, kind in edges.values_list("child_id", "parent_id", "kind"):
        parents[child].append((parent, kind))
    return Ways(objectives, parents, priorities_of(objectives))


def _trail(came: dict[int, int | None], end: int) -> list[int]:
    path: list[int] = []
    here: int | None = end
    while here is not None:
        path.append(here)
        here = came[here]
    return path[::-1]


# --- one objective -----------------------------------------------------------------------------------------


def viewers_of(objective: Objective) -> list[Person]:
    """The people who were invited to a private objective, by name."""
    ids = Viewer.objects.filter(objective=objective).values("person")
    return list(Person.objects.filter(pk__in=ids).order_by("name", "email"))


def events_of(objective: Objective) -> "QuerySet[Event]":
    """What happened to an objective and its key results, newest first. Who sees the objective may see them."""
    return Event.objects.filter(objective_id=objective.pk).select_related("actor").order_by("-id")


def exists_hidden(ref: str) -> bool:
    """Whether a private objective has this ref; only for administrators, who may open it with a reason."""
    return Objective.objects.filter(ref=ref, visibility=Visibility.PRIVATE).exists()


def hidden_objective(ref: str) -> Objective:
    """The private objective with this ref, unseen, to be opened with a reason; raises NotFound."""
    found = Objective.objects.filter(ref=ref, visibility=Visibility.PRIVATE).first()
    if found is None:
        raise NotFound(f"There is no objective “{ref[:80]}”.")
    return found


# --- search ------------------------------------------------------------------------------------------------


def matching(rows: "QuerySet[Any]", words: str, fields: Sequence[str]) -> "QuerySet[Any]":
    """The rows in which every word stands in one of the fields; a ref or beginning that fits comes first.

    Without a word, none. The first field is the title, the last the ref.
    """
    wanted = words.split()[:WORDS_MAX]
    if not wanted:
        return rows.none()
    every = reduce(and_, (reduce(or_, (contains(field, word) for field in fields)) for word in wanted))
    best: Any = Case(
        When(**{f"{fields[-1]}__iexact": words.strip()}, then=Value(0)),
        When(**{f"{fields[0]}__istartswith": words.strip()}, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found: QuerySet[Any] = rows.filter(every).annotate(fit=best)
    return found.order_by("fit", fields[0], "pk")


def contains(field: str, word: str) -> Q:
    """Whether a text field holds a word, whatever its case, on either database."""
    return reduce(or_, (Q(**{f"{field}__icontains": spelling}) for spelling in spellings(word)))
