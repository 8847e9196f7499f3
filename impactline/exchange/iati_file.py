"""An IATI file as a reading that can be planned and imported, and an installation's document as an IATI file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from impactline.exchange.document import Document
from impactline.exchange.faults import Fault, Place
from impactline.exchange.iati_leaving import Leaving
from impactline.exchange.iati_mapping import Mapping as IatiMapping
from impactline.exchange.iati_reading import Reader, Told, XmlLimits
from impactline.exchange.iati_records import Activity
from impactline.exchange.iati_taking import Account
from impactline.exchange.iati_writing import Writer
from impactline.exchange.reading import Reading, Source
from impactline.exchange.tree import Broken, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class IatiRead:
    """A file as read: the reading, an account of what was taken and left by line, and notes on the whole."""

    reading: Reading
    account: Account
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class IatiWritten:
    """What was written: how many activities, faults against the standard (there should be none), what was left out."""

    activities: int
    faults: list[Fault]
    left: list[str]


def read_iati(path: Path, *, today: date, told: Told = lambda _: None) -> IatiRead:
    """Read a file of IATI activities; what cannot be read at all is a fault of the reading."""
    name = str(path)
    reader = Reader(name)
    if not path.is_file():
        message = "This is a folder." if path.is_dir() else "There is no such file."
        return _refused(name, Fault(message, "Give a file of IATI activities.", Place(name)))
    return _read(reader, reader.read(path, told), today)


def read_iati_source(
    source: Source, *, today: date, limits: XmlLimits | None = None, told: Told = lambda _: None
) -> IatiRead:
    """Read a file of IATI activities that is already at hand."""
    reader = Reader(source.name, limits or XmlLimits())
    most = reader.limits.elements
    if _elements_in(source.content) > most:
        message = f"There are more than {most:,} elements."
        return _refused(source.name, Fault(message, "Split it into several.", Place(source.name)))
    return _read(reader, reader.activities(BytesIO(source.content), told), today)


def write_iati(
    document: Document,
    file: BinaryIO,
    *,
    today: date,
    plain: bool = False,
    told: Callable[[int], None] = lambda _: None,
) -> IatiWritten:
    """Write the chain and its metrics as IATI 2.03; `plain` without our own namespace. `told` gets each number."""
    writer = Writer(plain)
    leaving = Leaving(document, today, plain)
    count = 0

    def counted() -> Iterator[Activity]:
        nonlocal count
        for activity in leaving.activities():
            count += 1
            told(count)
            yield activity

    faults = writer.write(counted(), file)
    return IatiWritten(count, faults, writer.left)


def _read(reader: Reader, activities: Iterator[Activity], today: date) -> IatiRead:
    name = reader.name
    found = IatiMapping(today, reader.account)
    try:
        document = found.take(activities)
    except Broken as broken:
        return _refused(name, broken.fault)
    notes = [*found.notes, *_outside(reader)]
    reading = Reading(document, document, [], _tree(name, document, found.lines), files=(name,))
    return IatiRead(reading, reader.account, notes)


def _elements_in(content: bytes) -> int:
    """How many elements an XML file begins, without parsing it; in UTF-16 there are zeros between."""
    return content.count(b"<") - content.count(b"</") - content.count(b"<\0/")


def _refused(name: str, fault: Fault) -> IatiRead:
    return IatiRead(Reading(None, Document(), [fault], Mapping(Place(name)), files=(name,)), Account())


def _outside(reader: Reader) -> list[str]:
    count = len(reader.outside.kept)
    if not count:
        return []
    return [f"What stands outside of the activities is not kept: {count:,} {'part' if count == 1 else 'parts'}."]


def _tree(name: str, document: Document, lines: dict[str, int]) -> Mapping:
    """Where each item and metric stands, so that faults name the line."""
    root = Mapping(Place(name))
    for section in ("chain", "metrics"):
        listed = root[section] = Sequence(Place(name))
        root.places[section] = Place(name)
        for part in getattr(document, section):
            place = Place(name, lines.get(part.ref))
            listed.append(Mapping(place))
            listed.places.append(place)
    return root
