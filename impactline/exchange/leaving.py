"""A document as a file for a reader: in which format, under which name, as which kind of content."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BytesIO

from impactline.exchange.document import Document
from impactline.exchange.iati_file import write_iati
from impactline.exchange.table_writing import to_csv, to_xlsx
from impactline.exchange.writing import to_json, to_yaml


class Leaving(StrEnum):
    """How a document leaves; `iati-plain` is IATI without our own namespace."""

    YAML = "yaml"
    JSON = "json"
    IATI = "iati"
    IATI_PLAIN = "iati-plain"
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class File:
    """What leaves."""

    name: str
    kind: str
    content: bytes


KINDS = {
    Leaving.YAML: ("yaml", "application/yaml; charset=utf-8"),
    Leaving.JSON: ("json", "application/json; charset=utf-8"),
    Leaving.IATI: ("xml", "application/xml; charset=utf-8"),
    Leaving.IATI_PLAIN: ("xml", "application/xml; charset=utf-8"),
    Leaving.CSV: ("csv", "text/csv; charset=utf-8"),
    Leaving.XLSX: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
WHOLE = {Leaving.YAML: to_yaml, Leaving.JSON: to_json, Leaving.CSV: to_csv, Leaving.XLSX: to_xlsx}
TABLES = (Leaving.CSV, Leaving.XLSX)


def file_of(document: Document, leaving: Leaving, *, today: date) -> File:
    """The document as a file of that format, named after the day."""
    suffix, kind = KINDS[leaving]
    if leaving in WHOLE:
        content = WHOLE[leaving](document)
    else:
        written = BytesIO()
        write_iati(document, written, today=today, plain=leaving is Leaving.IATI_PLAIN)
        content = written.getvalue()
    return File(f"impactline-{today.isoformat()}.{suffix}", kind, content)
