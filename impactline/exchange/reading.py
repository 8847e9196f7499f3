"""Files to a document: a text, a file or a folder of files that are merged, with every fault at once."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from impactline.exchange import json_text, yaml_text
from impactline.exchange.document import Document
from impactline.exchange.document_parts import Patience, TooManyFaults
from impactline.exchange.faults import SHOWN_MAX, Fault, Place, capped, did_you_mean, path_text, shown, stopped
from impactline.exchange.mending import NOTHING_LOST, Lost, faults_of, mended
from impactline.exchange.tree import Broken, Builder, Limits, Mapping, Sequence, place_of

SUFFIXES = (".yaml", ".yml", ".json")
_SECTIONS = Document.keys()
FAULTS_MAX = 20_000
FIRST_ENTRIES = 50
_MARKS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office file"),
    (b"\xd0\xcf\x11\xe0", "an old office file"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name as faults tell it, and what it holds."""

    name: str
    content: bytes


@dataclass(slots=True)
class Reading:
    """What came of reading.

    `document` is there when nothing stands against it; `partial` holds what could be understood, so that
    it can be checked as well; `lost` names what could not.
    """

    document: Document | None
    partial: Document
    faults: list[Fault]
    tree: Mapping
    lost: Lost = NOTHING_LOST
    files: tuple[str, ...] = field(default=())

    def place(self, path: tuple[str | int, ...]) -> Place:
        """Where the value at this path of `partial` stands."""
        return place_of(self.tree, path)


def read(path: Path, limits: Limits | None = None) -> Reading:
    """Read a file, or all files of a folder in the order of their names."""
    limits = limits or Limits()
    faults: list[Fault] = []
    return read_sources(_files(path, limits, faults), limits, faults)


def read_text(text: str | bytes, name: str = "", limits: Limits | None = None) -> Reading:
    """Read one text; YAML unless the name ends in .json or the text begins like JSON."""
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return read_sources([Source(name, content)], limits)


def read_sources(sources: Iterable[Source], limits: Limits | None = None, faults: list[Fault] | None = None) -> Reading:
    """Read files that are already at hand, merged in the order given."""
    merger = _Merger(limits or Limits(), faults if faults is not None else [])
    for source in sources:
        merger.add(source)
    return understood(merger.tree, merger.files, merger.faults + merger.missing_version())


def understood(tree: Mapping, files: Iterable[str], faults: list[Fault]) -> Reading:
    """What a tree says as a document, with every fault beside those found before."""
    partial, lost = Document(), NOTHING_LOST
    try:
        partial = Document.model_validate(tree, context=Patience(FAULTS_MAX))
    except ValidationError as error:
        faults = faults + faults_of(error, tree)
        partial, lost = mended(tree, error)
    except TooManyFaults:
        faults = faults + _first_faults(tree)
    document = None if stopped(faults) else partial
    return Reading(document, partial, capped(faults), tree, lost, tuple(files))


def _first_faults(tree: Mapping) -> list[Fault]:
    """Some faults of a document that has too many to tell, and that it has."""
    beginning = _beginning(tree)
    found = [Fault(f"There are more than {FAULTS_MAX:,} faults.", "Mend the first of them.", tree.place)]
    try:
        Document.model_validate(beginning)
    except ValidationError as error:
        found = [*faults_of(error, beginning), *found]
    return found


def _beginning(value: Any) -> Any:
    """A tree with the first entries of each list."""
    if isinstance(value, Mapping):
        mapping = Mapping(value.place)
        mapping.places = value.places
        mapping.update({key: _beginning(entry) for key, entry in value.items()})
        return mapping
    if isinstance(value, Sequence):
        sequence = Sequence(value.place)
        sequence.places = value.places[:FIRST_ENTRIES]
        sequence.extend(_beginning(entry) for entry in value[:FIRST_ENTRIES])
        return sequence
    return value


class _Merger:
    """Puts the sections of several files into one tree."""

    def __init__(self, limits: Limits, faults: list[Fault]) -> None:
        self.limits = limits
        self.faults = faults
        self.files: list[str] = []
        self.tree = Mapping(Place())
        self._bytes = 0
        self._values = 0

    def add(self, source: Source) -> None:
        """Read one file and merge it; its faults are collected."""
        self.files.append(source.name)
        try:
            self._within_limits(source)
            builder = parsed(source, self._rest())
        except Broken as broken:
            self.faults.append(broken.fault)
            return
        self._values += builder.count
        self.faults += builder.faults[: SHOWN_MAX + 1]
        if isinstance(builder.root, Mapping):
            self._merge(builder.root, source.name)
        else:
            self.faults.append(_no_mapping(builder, source))

    def missing_version(self) -> list[Fault]:
        """The fault that no file says which format it is of."""
        if "impactline" in self.tree or stopped(self.faults):
            return []
        place = Place(self.files[0], 1, 1) if self.files else Place()
        return [Fault("The key impactline is missing.", "Write impactline: 1 as the first line.", place)]

    def _within_limits(self, source: Source) -> None:
        self._bytes += len(source.content)
        for size, size_max in (
            (len(source.content), self.limits.file_bytes),
            (self._bytes, self.limits.total_bytes),
        ):
            if size > size_max:
                raise Broken(_too_big(source.name, size_max))

    def _rest(self) -> Limits:
        limits = self.limits
        return Limits(limits.depth, limits.file_bytes, limits.total_bytes, limits.values - self._values)

    def _merge(self, root: Mapping, name: str) -> None:
        for key, value in root.items():
            place = root.places[key]
            if len(self.faults) > SHOWN_MAX:
                return
            if key not in _SECTIONS:
                self.faults.append(_unknown_section(key, place))
            elif key not in self.tree:
                self.tree[key] = value
                self.tree.places[key] = place
            elif key != "impactline":
                self._join(key, value, place)

    def _join(self, key: str, value: Any, place: Place) -> None:
        there = self.tree[key]
        if isinstance(there, Sequence) and isinstance(value, Sequence):
            there.extend(value)
            there.places.extend(value.places)
        elif isinstance(there, Mapping) and isinstance(value, Mapping):
            self._join_mapping(key, there, value)
        elif there is None:
            self.tree[key] = value
            self.tree.places[key] = place
        elif value is not None:
            self.faults.append(
                Fault(f"{key} does not fit what another file says.", "Write it alike in all files.", place, key)
            )

    def _join_mapping(self, key: str, there: Mapping, value: Mapping) -> None:
        for inner, entry in value.items():
            if inner in there and there[inner] != entry:
                self.faults.append(
                    Fault(
                        f"{inner} is given twice, first in {there.places[inner]}.",
                        "Keep it in one file.",
                        value.places[inner],
                        path_text((key, inner)),
                    )
                )
            elif inner not in there:
                there[inner] = entry
                there.places[inner] = value.places[inner]


def parsed(source: Source, limits: Limits) -> Builder:
    """The tree of one file; raises Broken where it cannot be read."""
    text = decoded(source)
    if source.name.lower().endswith(".json") or _looks_like_json(text, source.name):
        return json_text.parse(text, source.name, limits)
    return yaml_text.parse(text, source.name, limits)


def _looks_like_json(text: str, name: str) -> bool:
    if name.lower().endswith((".yaml", ".yml")):
        return False
    start = text[:2000].lstrip()
    return start.startswith("{") and start[1:].lstrip()[:1] in ('"', "}")


def decoded(source: Source) -> str:
    """The text of a file; raises Broken where it is none, or not in UTF-8."""
    content = source.content
    if what := mark_of(content):
        raise Broken(_other(source.name, f"This is {what}, not a YAML or JSON text."))
    if content.startswith(_UTF16):
        raise Broken(_other(source.name, "This text is in UTF-16.", "Save it as UTF-8."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Broken(_not_utf8(source, error.start)) from None
    if text[:100].lstrip().lower().startswith(("<!doctype", "<html", "<?xml")):
        raise Broken(_other(source.name, "This is HTML or XML, not a YAML or JSON text."))
    return text


def mark_of(content: bytes) -> str:
    """What a file is that begins as no text does; empty where it may be one."""
    return next((what for mark, what in _MARKS if content.startswith(mark)), "")


def _not_utf8(source: Source, at: int) -> Fault:
    content = source.content
    line = content.count(b"\n", 0, at) + 1
    column = at - (content.rfind(b"\n", 0, at) + 1) + 1
    if b"\x00" in content[:1000]:
        return _other(source.name, "This is no text.")
    return Fault(
        f"The byte {content[at]:#04x} is not UTF-8.",
        "Save the file as UTF-8.",
        Place(source.name, line, column),
    )


def _other(name: str, message: str, remedy: str = "Give a .yaml or .json file, or choose its format.") -> Fault:
    return Fault(message, remedy, Place(name, 1, 1))


def _no_mapping(builder: Builder, source: Source) -> Fault:
    what = "The file is empty." if builder.root is None else "The file does not hold keys with values."
    return _other(source.name, what, "Begin it with impactline: 1, then sections such as objectives:.")


def _unknown_section(key: str, place: Place) -> Fault:
    remedy = did_you_mean(key, _SECTIONS, f"The sections are {', '.join(_SECTIONS)}.")
    return Fault(f"“{shown(key)}” is not a section of the document.", remedy, place, shown(key))


def _too_big(name: str, size_max: int) -> Fault:
    return Fault(
        f"There are more than {size_max / 1_000_000:g} MB.",
        "Split the import into several files or several imports.",
        Place(name),
    )


def _files(path: Path, limits: Limits, faults: list[Fault]) -> Iterator[Source]:
    """The files at a path; what cannot be opened is told in `faults`."""
    names = [path] if not path.is_dir() else list(_in_folder(path))
    if path.is_dir() and not names:
        faults.append(_other(str(path), "There is no .yaml, .yml or .json file in this folder."))
    if len(names) > limits.files:
        faults.append(_other(str(path), f"There are more than {limits.files:,} files.", "Import them in parts."))
        return
    for name in names:
        try:
            yield Source(str(name), _content(name, limits))
        except Broken as broken:
            faults.append(broken.fault)
        except OSError as error:
            faults.append(_other(str(name), f"It cannot be opened: {error.strerror}.", "Check path and rights."))


def _in_folder(folder: Path) -> Iterator[Path]:
    for inner, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(inner) / name


def _content(path: Path, limits: Limits) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise Broken(_other(str(path), "This is not a regular file.", "Give a file or a folder."))
    with path.open("rb") as file:
        content = file.read(limits.file_bytes + 1)
    if len(content) > limits.file_bytes:
        raise Broken(_too_big(str(path), limits.file_bytes))
    return content
