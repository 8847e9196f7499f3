"""The formats in which documents come: which one a file is, and how each is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from impactline.exchange.document import Document
from impactline.exchange.faults import Fault, Place
from impactline.exchange.iati_file import IatiRead, read_iati, read_iati_source
from impactline.exchange.iati_reading import Told, XmlLimits
from impactline.exchange.okr_markdown import SIZE_MAX, Page, read_source
from impactline.exchange.reading import Reading, Source, read, read_sources
from impactline.exchange.tree import Mapping
from impactline.exchange.tree import Sequence as Listed

NATIVE, OKR_MARKDOWN, IATI = "native", "okr-markdown", "iati"
READ = (NATIVE, OKR_MARKDOWN, IATI)
LATER = ("csv", "xlsx", "viva")
SUFFIXES = {".md": OKR_MARKDOWN, ".markdown": OKR_MARKDOWN, ".xml": IATI, ".csv": "csv", ".xlsx": "xlsx"}


@dataclass(frozen=True, slots=True)
class Read:
    """A document as read; of a page also its account of every line, of IATI what was taken and left."""

    reading: Reading
    page: Page | None = None
    iati: IatiRead | None = None


def guessed(path: Path) -> str:
    """The format of a file by its name; folders and all others are native."""
    return NATIVE if path.is_dir() else SUFFIXES.get(path.suffix.lower(), NATIVE)


def read_as(
    name: str,
    path: Path,
    *,
    today: date,
    starts_on: date | None = None,
    ends_on: date | None = None,
    told: Told = lambda _: None,
) -> Read:
    """Read a file or folder in one of the formats READ; the days are those of a page that does not name its own.

    `told` gets the number of bytes read so far, where reading takes its time.
    """
    if name == NATIVE:
        return Read(read(path))
    if name == IATI:
        found = read_iati(path, today=today, told=told)
        return Read(found.reading, iati=found)
    return _of_page(str(path), _page(path, today, starts_on, ends_on))


def read_sources_as(
    name: str,
    sources: Sequence[Source],
    *,
    today: date,
    starts_on: date | None = None,
    ends_on: date | None = None,
    limits: XmlLimits | None = None,
    told: Told = lambda _: None,
) -> Read:
    """Read files that are already at hand; only native ones may be several, and are merged."""
    if name == NATIVE:
        return Read(read_sources(sources))
    (source,) = sources
    if name == IATI:
        found = read_iati_source(source, today=today, limits=limits, told=told)
        return Read(found.reading, iati=found)
    return _of_page(source.name, read_source(source, today=today, starts_on=starts_on, ends_on=ends_on))


def _of_page(name: str, page: Page) -> Read:
    document = page.document or Document()
    return Read(Reading(page.document, document, page.faults, _tree(name, document, page), files=(name,)), page)


def _page(path: Path, today: date, starts_on: date | None, ends_on: date | None) -> Page:
    place = Place(str(path))
    if path.is_dir():
        return Page(faults=[Fault("This is a folder.", "Import its pages one by one.", place)])
    try:
        if not path.is_file():
            return Page(faults=[Fault("There is no such file.", "Check the path.", place)])
        with path.open("rb") as file:
            content = file.read(4 * SIZE_MAX + 1)  # so many bytes hold at least so many characters
    except OSError as error:
        return Page(faults=[Fault(f"It cannot be opened: {error.strerror}.", "Check path and rights.", place)])
    return read_source(Source(str(path), content), today=today, starts_on=starts_on, ends_on=ends_on)


def _tree(name: str, document: Document, page: Page) -> Mapping:
    """Where each objective and key result of a page stands, so that faults name the line."""
    root = Mapping(Place(name))
    objectives = root["objectives"] = Listed(Place(name))
    for objective in document.objectives:
        place = Place(name, page.lines.get(objective.ref))
        inner = Mapping(place)
        key_results = inner["key_results"] = Listed(place)
        for key_result in objective.key_results:
            line = Place(name, page.lines.get(key_result.ref))
            key_results.append(Mapping(line))
            key_results.places.append(line)
        inner.places["key_results"] = place
        objectives.append(inner)
        objectives.places.append(place)
    root.places["objectives"] = Place(name)
    return root
