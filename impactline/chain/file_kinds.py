"""Which files may be evidence, told by what they hold and not by what they are called.

Documents, tables, pictures and plain texts; nothing that runs: no page, no SVG, no office file with macros.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from impactline.base.errors import Invalid

SIZE_MAX = 10 * 1024 * 1024
ENTRIES_MAX = 10_000
HEAD, TAIL = 1024, 2048


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: how its name ends, as what it is served, and how its content is known."""

    words: str
    ends: tuple[str, ...]
    mime: str
    holds: Callable[[bytes], bool]


def kind_named(name: str) -> FileKind | None:
    """The kind that the end of a name claims."""
    end = name.rpartition(".")[2].lower() if "." in name else ""
    return next((kind for kind in KINDS if end in kind.ends), None)


def checked_kind(name: str, content: bytes) -> FileKind:
    """The kind of a file whose content is what its name says; raises Invalid otherwise."""
    if not content:
        raise Invalid("This file is empty.", remedy="Choose another.", field="file")
    if len(content) > SIZE_MAX:
        raise too_large()
    claimed = kind_named(name)
    if claimed is None:
        raise Invalid(f"Files like “{name[-40:]}” are not taken.", remedy=f"Take {ALLOWED}.", field="file")
    if not claimed.holds(content):
        found = next((kind.words for kind in KINDS if kind.holds(content)), "something else")
        remedy = "Save it anew as what it is called, or call it what it is."
        message = f"“{name[-40:]}” says that it is {claimed.words}, but holds {found}."
        raise Invalid(message, remedy=remedy, field="file", code="not_what_it_says")
    return claimed


def too_large() -> Invalid:
    """Why a file is refused that is larger than what is kept."""
    most, remedy = SIZE_MAX // 1024 // 1024, "Make it smaller, or give its address instead."
    return Invalid(f"This file is larger than {most} MB.", remedy=remedy, field="file", code="too_large")


def _begins(*signs: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signs)


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-TAIL:]


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _office(folder: str) -> Callable[[bytes], bool]:
    """A Word, Excel or PowerPoint file (OOXML), told by the folder that it must hold; none with macros."""

    def holds(content: bytes) -> bool:
        names = _entries(content)
        return (
            "[Content_Types].xml" in names
            and any(name.startswith(f"{folder}/") for name in names)
            and not any(name.lower().endswith("vbaproject.bin") for name in names)
        )

    return holds


def _open(mime: str) -> Callable[[bytes], bool]:
    """An OpenDocument file, whose first entry is its kind, stored as it is; none with macros."""

    def holds(content: bytes) -> bool:
        is_of_kind = content[30 : 38 + len(mime)] == b"mimetype" + mime.encode()
        return is_of_kind and not any(name.startswith("Basic/") for name in _entries(content))

    return holds


def _entries(content: bytes) -> set[str]:
    if not content.startswith(b"PK\x03\x04"):
        return set()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):
        return set()
    return set(names) if len(names) <= ENTRIES_MAX else set()


def _is_text(content: bytes) -> bool:
    """Whether it is text in UTF-8 that no browser takes for a page."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(char < " " and char not in "\t\n\r\f" for char in text) and not text[:HEAD].lstrip().startswith("<")


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
KINDS = (
    FileKind("a PDF", ("pdf",), "application/pdf", _is_pdf),
    FileKind("a PNG picture", ("png",), "image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    FileKind("a JPEG picture", ("jpg", "jpeg"), "image/jpeg", _begins(b"\xff\xd8\xff")),
    FileKind("a GIF picture", ("gif",), "image/gif", _begins(b"GIF87a", b"GIF89a")),
    FileKind("a WebP picture", ("webp",), "image/webp", _is_webp),
    FileKind("a Word document", ("docx",), f"{_OOXML}.wordprocessingml.document", _office("word")),
    FileKind("an Excel workbook", ("xlsx",), f"{_OOXML}.spreadsheetml.sheet", _office("xl")),
    FileKind("a PowerPoint presentation", ("pptx",), f"{_OOXML}.presentationml.presentation", _office("ppt")),
    FileKind("an OpenDocument text", ("odt",), f"{_ODF}.text", _open(f"{_ODF}.text")),
    FileKind("an OpenDocument table", ("ods",), f"{_ODF}.spreadsheet", _open(f"{_ODF}.spreadsheet")),
    FileKind("plain text", ("txt", "csv", "md"), "text/plain; charset=utf-8", _is_text),
)
ENDS = tuple(end for kind in KINDS for end in kind.ends)
ALLOWED = f"{', '.join(ENDS[:-1])} or {ENDS[-1]}"
