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
from impactline.exchange.table_reading import BYTES_MAX, read_table
from impactline.exchange.tree import Mapping
from impactline.exchange.tree import Sequence as Listed

NATIVE, OKR_MARKDOWN, IATI, CSV, XLSX = "native", "okr-markdown", "iati", "csv", "xlsx"
READ = (NATIVE, OKR_MARKDOWN, IATI, CSV, XLSX)
SUFFIXES = {
    ".md": OKR_MARKDOWN,
    ".markdown": OKR_MARKDOWN,
    ".xml": IATI,
    ".csv": CSV,
    ".tsv": CSV,
    ".xlsx": XLSX,
}


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
    if name in (CSV, XLSX):
        return _of_table(name, path, starts_on, ends_on)
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
    if name in (CSV, XLSX):
        return Read(*read_table(source, is_workbook=name == XLSX, starts_on=starts_on, ends_on=ends_on))
    return _of_page(source.name, read_source(source, today=today, starts_on=starts_on, ends_on=ends_on))


def _of_page(name: str, page: Page) -> Read:
    document = page.document or Document()
    return Read(Reading(page.document, document, page.faults, _tree(name, document, page), files=(name,)), page)


def _of_table(name: str, path: Path, starts_on: date | None, ends_on: date | None) -> Read:
    content = _content(path, BYTES_MAX, "tables")
    if isinstance(content, Fault):
        page = Page(faults=[content])
        return Read(Reading(None, Document(), page.faults, Mapping(content.place), files=(str(path),)), page)
    source = Source(str(path), content)
    return Read(*read_table(source, is_workbook=name == XLSX, starts_on=starts_on, ends_on=ends_on))


def _page(path: Path, today: date, starts_on: date | None, ends_on: date | None) -> Page:
    content = _content(path, 4 * SIZE_MAX, "pages")  # so many bytes hold at least so many characters
    if isinstance(content, Fault):
        return Page(faults=[content])
    return read_source(Source(str(path), content), today=today, starts_on=starts_on, ends_on=ends_on)


def _content(path: Path, most: int, what: str) -> bytes | Fault:
    """What a file holds, one byte more than the most at most; or why it cannot be read."""
    place = Place(str(path))
    if path.is_dir():
        return Fault("This is a folder.", f"Import its {what} one by one.", place)
    try:
        if not path.is_file():
            return Fault("There is no such file.", "Check the path.", place)
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        return Fault(f"It cannot be opened: {error.strerror}.", "Check path and rights.", place)


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
