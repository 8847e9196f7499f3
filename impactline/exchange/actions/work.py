"""An import under way: who does it and when, the ids behind the refs, and the events that it leaves.

Rows are written in bulk, past the single actions: an import of a thousand objectives is one statement for many
rows. What the actions check one by one, `exchange.checking` and `exchange.storable` have checked for the whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from django.db.models import Max, Model

from impactline.base.bulk import write
from impactline.base.errors import Invalid
from impactline.base.events import announce, note, plain
from impactline.base.inserting import insert
from impactline.base.models import Event, Ref
from impactline.chain import verbs as chain
from impactline.chain.models import ChainItem
from impactline.chain.predictions import predictable
from impactline.exchange import verbs
from impactline.exchange.document_parts import Part
from impactline.exchange.queries.visible import visible
from impactline.exchange.scalars import shortest
from impactline.insight.models import Roadblock
from impactline.metrics.models import Metric
from impactline.okrs.models import Cycle, KeyResult, Objective, Priority
from impactline.people.models import Organisation, Person, Team
from impactline.planning.models import ContributionRequest

M = TypeVar("M", bound=Model)
BATCH = 2_000
TABLES: dict[str, Any] = {
    "team": Team,
    "priority": Priority,
    "cycle": Cycle,
    "metric": Metric,
    "chain item": ChainItem,
    "objective": Objective,
    "key result": KeyResult,
    "roadblock": Roadblock,
    "contribution request": ContributionRequest,
}


class Column(NamedTuple):
    """Where a key of the document is kept: the attribute of the row, and what its values name, if anything.

    `empty` is what stands for nothing; a column that is `late` can only be written once all items are there.
    """

    attribute: str
    names: str = ""
    empty: Any = None
    late: bool = False


class Said(NamedTuple):
    """Who said something, by id, and when."""

    by: int | None
    at: datetime


@dataclass(slots=True)
class Work:
    """One import. `day` is the organisation's day of the moment `at`; `by` None is the operator."""

    by: Person | None
    at: datetime
    day: date
    ids: dict[str, dict[str, int]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    metrics: dict[str, int] | None = None

    def id_of(self, kind: str, ref: str | None) -> int | None:
        """The id behind a ref or an address; None for none. Raises KeyError for one that is not there."""
        return None if ref is None else self.known(kind)[ref]

    def known(self, kind: str) -> dict[str, int]:
        """All ids of a kind, by ref; people by address."""
        if kind not in self.ids:
            if kind == "person":
                self.ids[kind] = dict(Person.objects.values_list("email", "pk"))
            else:
                rows = TABLES[kind]._default_manager.filter(ref__isnull=False)
                self.ids[kind] = dict(rows.values_list("ref", "pk"))
        return self.ids[kind]

    def metric_named(self, name: str) -> int:
        """The id of a metric by its ref, by the key result whose own it is, or as one that a key result left.

        One that a key result of this import left in another installation is made anew. Raises Invalid.
        """
        if self.metrics is None:
            self.metrics = {named: number for number, named in visible(None).metrics.items()}
        if "/" in name and name not in self.metrics:
            row = KeyResult.objects.get(ref=name.partition("/")[0])
            made = Metric.objects.create(name=row.title, unit=row.unit, owner_id=row.owner_id)
            self.metrics[name] = made.pk
        if name not in self.metrics:
            raise Invalid(f"The key result {name} has no metric of its own.", remedy="Name one that has, or a metric.")
        return self.metrics[name]

    def claim(self, kind: str, refs: Iterable[str]) -> None:
        """Take the refs of new items; the database refuses one that is taken."""
        insert(Ref, [Ref(ref=ref, kind=kind.replace(" ", "_")) for ref in refs])

    def created(self, kind: str, model: type[M], rows: Sequence[M]) -> Sequence[M]:
        """Write new rows and remember their ids."""
        made = insert(model, rows)
        self.known(kind).update({getattr(row, "ref", None) or "": row.pk for row in made})
        return made

    def tell(
        self,
        verb: str,
        row: Any,
        *,
        objective: int | None = None,
        linked: int | None = None,
        said: Said | None = None,
        **data: Any,
    ) -> None:
        """Note an event, to be written with the others at the end.

        `linked` is the other end of a link from an item of the chain. What somebody `said` on an earlier day is told
        as theirs and of that day; everything else as done now. What follows from an import follows once, from its
        last event; only an item that has ended, or is changed, and of which something is expected, is looked at by
        itself.
        """
        ended = isinstance(row, ChainItem) and row.ended_on is not None
        self.events.append(
            Event(
                at=said.at if said else self.at,
                actor_id=said.by if said else self.by.pk if self.by else None,
                verb=verb,
                kind=row.kind_name,
                ref=row.ref,
                item_id=row.pk,
                objective_id=objective,
                chain_item_id=row.pk if isinstance(row, ChainItem) else None,
                linked_item_id=linked,
                data={"imported": True, **data},
                handled_at=None if ended or verb == chain.ITEM_EDITED else self.at,
            )
        )

    def write_events(self, rolled: Sequence[int]) -> None:
        """Write all events in the order of time; the last one names the objectives whose figures moved."""
        self.events.sort(key=lambda event: event.at)
        if self.events:
            self._quieten()
            self.events[-1].data["rolled"] = list(rolled)
            announce(event.pk for event in insert(Event, self.events))
            self.events = []
        note(verbs.IMPORTED, Organisation.objects.get(), by=self.by, at=self.at)

    def _quieten(self) -> None:
        """Nothing follows from the end of an item of which nothing is expected."""
        waiting = [event for event in self.events if event.handled_at is None]
        expected = predictable() if waiting else ()
        for event in waiting:
            if event.chain_item_id not in expected:
                event.handled_at = self.at


def values(work: Work, columns: Mapping[str, Column], part: Part, names: Iterable[str]) -> dict[str, Any]:
    """What a part says, as attributes of its row, for those names that have a column."""
    return {
        columns[name].attribute: stored(work, columns[name], getattr(part, name)) for name in names if name in columns
    }


def stored(work: Work, column: Column, value: Any) -> Any:
    """One value as the row keeps it."""
    if value is None:
        return column.empty
    return work.id_of(column.names, value) if column.names else value


def early(columns: Mapping[str, Column]) -> list[str]:
    """The names that can be written with a new row."""
    return [name for name, column in columns.items() if not column.late]


def late(columns: Mapping[str, Column]) -> list[str]:
    """The names that are written when all rows are there."""
    return [name for name, column in columns.items() if column.late]


def complete(work: Work, model: type[M], columns: Mapping[str, Column], pairs: Iterable[tuple[M, Part]]) -> None:
    """Write the late columns of new rows."""
    names = late(columns)
    rows = []
    for row, part in pairs:
        if any(getattr(part, name) is not None for name in names):
            for attribute, value in values(work, columns, part, names).items():
                setattr(row, attribute, value)
            rows.append(row)
    write(model, rows, [columns[name].attribute for name in names])


def changed(row: Any, attributes: Mapping[str, Any]) -> None:
    """Set attributes of a row and raise its version; nothing is saved yet."""
    for attribute, value in attributes.items():
        setattr(row, attribute, value)
    row.version += 1


def save(model: type[M], rows: Iterable[M], attributes: Iterable[str]) -> None:
    """Write the changed rows of one table."""
    write(model, rows, [*dict.fromkeys([*attributes, "version"])])


def before_and_after(change: Any) -> dict[str, Any]:
    """The fields of a planned change as an event tells them."""
    return {part.field: [told(part.before), told(part.after)] for part in change.fields}


def told(value: Any) -> Any:
    """A value as JSON: parts as mappings, numbers as texts without trailing zeros."""
    if isinstance(value, Part):
        return {name: told(entry) for name, entry in value if entry is not None}
    if isinstance(value, Decimal):
        return shortest(value)
    if isinstance(value, list | tuple):
        return [told(entry) for entry in value]
    return plain(value)


def stored_step(step: Any) -> dict[str, Any]:
    """A milestone as the log of a key result keeps it."""
    return {
        "title": step.title,
        "weight": float(step.weight),
        "due_on": plain(step.due_on),
        "reached_on": plain(step.reached_on),
    }


def last_positions(model: Any, of: str, numbers: Iterable[int]) -> dict[int, int]:
    """The last position taken, for each item that holds such rows."""
    rows = model._default_manager.values_list(of).annotate(last=Max("position"))
    wanted = set(numbers)
    return {number: last for number, last in rows if number in wanted}


def number_of(value: Decimal | None) -> float | None:
    """A share or a score as the row keeps it."""
    return None if value is None else float(value)
