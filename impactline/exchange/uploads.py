"""Uploaded files: what each of them is, archives unpacked, and what belongs together to one import.

A file is known by its content first and by its name second: what is called .yaml and holds XML is read as XML.
"""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from impactline.base.errors import Invalid
from impactline.exchange.faults import shown
from impactline.exchange.formats import CSV, IATI, NATIVE, OKR_MARKDOWN, XLSX
from impactline.exchange.iati_reading import XmlLimits
from impactline.exchange.reading import Source, mark_of

BYTES_MAX = 64_000_000
FILES_MAX = 1_000
LIMITS = XmlLimits(file_bytes=BYTES_MAX, elements=1_000_000, activities=20_000)
SUFFIXES = {
    ".yaml": NATIVE,
    ".yml": NATIVE,
    ".json": NATIVE,
    ".md": OKR_MARKDOWN,
    ".markdown": OKR_MARKDOWN,
    ".xml": IATI,
    ".csv": CSV,
    ".tsv": CSV,
    ".xlsx": XLSX,
}
_ZIP, _OFFICE = b"PK\x03\x04", "[Content_Types].xml"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_XML = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_WORKBOOK = "xl/workbook.xml"
_KINDS = "Choose YAML, JSON, a page in Markdown, IATI XML, a table (CSV, XLSX), or a zip archive of such files."


@dataclass(frozen=True, slots=True)
class Parcel:
    """The files of one import, and their format."""

    format: str
    sources: tuple[Source, ...]

    @property
    def name(self) -> str:
        """What it is called: by its first file."""
        first, more = self.sources[0].name, len(self.sources) - 1
        return f"{first[:150]} and {more:,} more" if more else first[:150]


def parcels(files: Sequence[Source]) -> tuple[list[Parcel], list[str]]:
    """What is to be imported: native files together, every other by itself; and what of archives is passed over.

    Raises Invalid.
    """
    passed: list[str] = []
    sources = list(_unpacked(files, passed))
    if not sources:
        raise _wrong("No file was chosen.", _KINDS)
    natives: list[Source] = []
    others: list[Parcel] = []
    for source in sources:
        name = recognised(source)
        if name == NATIVE:
            natives.append(source)
        else:
            others.append(Parcel(name, (source,)))
    together = [Parcel(NATIVE, tuple(sorted(natives, key=lambda source: source.name)))] if natives else []
    return [*together, *others], passed


def recognised(source: Source) -> str:
    """The format of a file. Raises Invalid where it is none that can be read."""
    head = source.content[:4000].lstrip()
    if not head:
        raise _wrong(f"{shown(source.name)} is empty.", _KINDS)
    if is_workbook(source.content):
        return XLSX
    by_name = SUFFIXES.get(PurePosixPath(source.name.lower()).suffix)
    if by_name == CSV and head.startswith(_UTF16):
        return CSV
    if what := mark_of(source.content):
        raise _wrong(f"{shown(source.name)} is {what}.", _KINDS)
    if by_name == XLSX:
        raise _wrong(f"{shown(source.name)} is no workbook.", _KINDS)
    if head.startswith(_XML):
        if head[:100].lower().startswith((b"<!doctype html", b"<html")):
            raise _wrong(f"{shown(source.name)} is a web page.", _KINDS)
        return IATI
    if by_name is not None:
        return by_name
    if b"impactline:" in head or b'"impactline"' in head:
        return NATIVE
    raise _wrong(f"It cannot be told what {shown(source.name)} is.", _KINDS)


def is_workbook(content: bytes) -> bool:
    """Whether it is an archive as spreadsheets save it."""
    if not content.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as file:
            return {_OFFICE, _WORKBOOK} <= set(file.namelist())
    except (zipfile.BadZipFile, OSError, EOFError):
        return False


def _unpacked(files: Sequence[Source], passed: list[str]) -> Iterator[Source]:
    """The files, and in the place of each archive those in it."""
    total = count = 0
    for file in files:
        for source in _members(file, BYTES_MAX - total, passed) if _is_archive(file) else (file,):
            total += len(source.content)
            count += 1
            if total > BYTES_MAX:
                raise _too_big()
            if count > FILES_MAX:
                raise _wrong(f"There are more than {FILES_MAX:,} files.", "Import them in parts.")
            yield source


def _is_archive(file: Source) -> bool:
    return file.content.startswith(_ZIP) and not is_workbook(file.content)


def _members(archive: Source, most: int, passed: list[str]) -> Iterator[Source]:
    """What an archive holds, unpacked as far as is allowed; a bomb is left alone after that."""
    try:
        with zipfile.ZipFile(BytesIO(archive.content)) as file:
            if _OFFICE in file.namelist():
                raise _wrong(
                    f"{shown(archive.name)} is an office file.", "Save a sheet as XLSX or CSV, a text as Markdown."
                )
            for info in file.infolist():
                if not _is_meant(info):
                    passed += [] if _is_by_the_way(info) else [info.filename]
                    continue
                with file.open(info) as member:
                    content = member.read(most + 1)
                most -= len(content)
                if most < 0:
                    raise _too_big()
                yield Source(info.filename, content)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError) as error:
        raise _wrong(
            f"{shown(archive.name)} cannot be unpacked: {shown(error)}.", "Pack it anew, without a password."
        ) from None


def _is_meant(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a file of a kind that is read."""
    return not _is_by_the_way(info) and PurePosixPath(info.filename.lower()).suffix in SUFFIXES


def _is_by_the_way(info: zipfile.ZipInfo) -> bool:
    """Whether it is a folder, or what computers add by themselves."""
    return info.is_dir() or any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(info.filename).parts)


def _too_big() -> Invalid:
    return _wrong(f"There are more than {BYTES_MAX // 1_000_000} MB.", "Import them in parts.")


def _wrong(message: str, remedy: str) -> Invalid:
    return Invalid(message, remedy=remedy, field="file")
