"""What a table of readings would change: which are new, which correct one that is there, which are there already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from impactline.base.errors import Fault, Faults, Invalid
from impactline.base.texts import prose
from impactline.metrics.adding import Amount
from impactline.metrics.measure import Kind
from impactline.metrics.said import Declared, Said, settled
from impactline.metrics.sheet import Entry

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class There:
    """A reading that holds: its id, what it says and its note."""

    number: int
    said: Said
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of one day: `what` is new, changed or same; `before` is the reading that it corrects."""

    line: int
    day: date
    what: str
    said: Said
    note: str
    before: There | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table would do, and all that is wrong with it; with a fault nothing is done."""

    rows: list[Row]
    faults: list[Fault]

    def count(self, what: str) -> int:
        """How many days are new, changed or the same."""
        return sum(row.what == what for row in self.rows)


def plan(
    found: Iterable[Entry],
    there: Mapping[date, Sequence[There]],
    kind: Kind,
    declared: Declared,
    levels: Sequence[str],
    refused: "Refused",
) -> Plan:
    """Decide for each day of a table. The readings of a day are in the order of entry."""
    rows: list[Row] = []
    faults: list[Fault] = []
    for entry in found:
        if (fault := refused(entry.day)) is not None:
            faults.append(Fault(f"line {entry.line}", fault.message, fault.remedy))
            continue
        try:
            rows.append(_row(entry, there.get(entry.day, ()), kind, declared, levels))
        except Faults as wrong:
            faults += [Fault(f"line {entry.line}", one.message, one.remedy) for one in wrong.faults]
        except Invalid as wrong:
            faults.append(Fault(f"line {entry.line}", wrong.message, wrong.remedy))
    return Plan(rows, faults)


@dataclass(frozen=True, slots=True)
class Refused:
    """Which days take no reading: those to come, and those of locked periods."""

    today: date
    locked: Sequence[tuple[date, date]]

    def __call__(self, day: date) -> Fault | None:
        """Why a day takes none."""
        if day > self.today:
            return Fault("day", "That day is still to come.", "Choose today or an earlier day.")
        if any(start <= day <= end for start, end in self.locked):
            return Fault("day", f"The period of {day} is locked.", "Unlock it first, with a reason.")
        return None


def _row(entry: Entry, there: Sequence[There], kind: Kind, declared: Declared, levels: Sequence[str]) -> Row:
    quality = entry.quality or (there[-1].said.quality if there else "measured")
    note = prose(entry.note, "note") if entry.note is not None else (there[-1].note if there else "")
    said = settled(Said(entry.amount, tuple(entry.parts), quality), kind, declared, levels, note)
    if not there:
        return Row(entry.line, entry.day, NEW, said, note)
    same = next((one for one in there if _agrees(said, note, one)), None)
    if same is not None:
        return Row(entry.line, entry.day, SAME, said, note, same)
    if len(there) > 1:
        words = f"This day has {len(there)} readings, none of which is this."
        raise Faults([Fault("day", words, "Correct them on the page of the metric.")])
    return Row(entry.line, entry.day, CHANGED, _kept(said, there[0].said), note, there[0])


def _agrees(said: Said, note: str, there: There) -> bool:
    """Whether a reading says the same; what the table does not tell agrees."""
    amount = said.amount == there.said.amount or (
        not said.amount.is_counted and said.amount.value == there.said.amount.value
    )
    parts = not said.parts or _unordered(said) == _unordered(there.said)
    return amount and parts and said.quality == there.said.quality and note.strip() == there.note.strip()


def _unordered(said: Said) -> dict[frozenset[tuple[str, str]], Amount]:
    return {frozenset(part.categories): part.amount for part in said.parts}


def _kept(said: Said, before: Said) -> Said:
    """The correction, with the evidence that was there, and its parts where the whole is the same."""
    parts = said.parts or (before.parts if said.amount.value == before.amount.value else ())
    amount = before.amount if said.amount.value == before.amount.value and not said.amount.is_counted else said.amount
    return Said(amount, parts, said.quality, before.evidence)
