"""A file or folder, read and checked: what the commands and the API call before they plan an import."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from impactline.exchange.checking import check
from impactline.exchange.document import Document
from impactline.exchange.faults import capped, stopped
from impactline.exchange.reading import Reading, read, read_text
from impactline.exchange.tree import Limits


def load(path: Path, *, today: date, current: Document | None = None, limits: Limits | None = None) -> Reading:
    """Read a file or folder and check it against what the installation holds; all faults at once."""
    return checked(read(path, limits), today=today, current=current)


def load_text(
    text: str | bytes,
    *,
    today: date,
    current: Document | None = None,
    name: str = "",
    limits: Limits | None = None,
) -> Reading:
    """Read a text, such as the body of a request, and check it."""
    return checked(read_text(text, name, limits), today=today, current=current)


def checked(reading: Reading, *, today: date, current: Document | None = None) -> Reading:
    """The reading with the faults of its check added, in the order of files and lines."""
    more = check(reading.partial, today=today, current=current, place=reading.place, lost=reading.lost)
    order = {name: at for at, name in enumerate(reading.files)}
    faults = sorted(
        [*reading.faults, *more],
        key=lambda fault: (order.get(fault.place.file, -1), fault.place.line or 0, fault.place.column or 0),
    )
    return replace(reading, faults=capped(faults), document=None if stopped(faults) else reading.document)
