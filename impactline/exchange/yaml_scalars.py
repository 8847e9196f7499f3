"""A text as a YAML scalar: plain where every YAML reader takes it for text, else quoted or in a block."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import yaml

_AMBIGUOUS: dict[str | None, list[tuple[str, Any]]] = yaml.SafeLoader.yaml_implicit_resolvers
_NUMBER_LIKE = re.compile(r"[-+]?(?:\d[\d_]*)?\.?[\d_]*(?:[eE][-+]?\d+)?|0[oxb][\da-fA-F_]+")
_INNER = frozenset(" -_./@()+%&;!?'\"’…–—“”„‘‚=<>~*$€£")
_FIRST = frozenset("(€$£“„‘")
# Line breaks other than LF, the byte order mark, and what libyaml does not call printable.
_ESCAPED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_NAMES = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_BREAKS = re.compile(r"(?<=[^\s]) (?=[^\s])")


def inline(text: str, *, flow: bool = False) -> str:
    """The text on one line; `flow` inside {…} or […]."""
    return text if _is_plain(text, flow=flow) else _quoted(text)


def fits_block(text: str) -> bool:
    """Whether the text can stand in a block: no white space at its ends, nothing that must be escaped."""
    return text == text.strip() and text != "" and not _ESCAPED.search(text.replace("\n", "").replace("\t", ""))


def block(text: str, indent: int, width: int) -> Iterator[str]:
    """The text as a block scalar: its header, then its lines; see `fits_block`."""
    space = " " * indent
    if "\n" in text:
        yield "|-"
        yield from (f"{space}{line}" if line else "" for line in text.split("\n"))
    else:
        yield ">-"
        yield from (f"{space}{line}" for line in _folded(text, max(40, width - indent)))


def _folded(text: str, width: int) -> Iterator[str]:
    """The text broken at single spaces, which a reader puts back."""
    line = ""
    for piece in _BREAKS.split(text):
        if line and len(line) + 1 + len(piece) > width:
            yield line
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    yield line


def _is_plain(text: str, *, flow: bool) -> bool:
    if not text or text != text.strip() or not (text[0].isalnum() or text[0] in _FIRST):
        return False
    if not all(_is_harmless(char) or (char == "," and not flow) for char in text):
        return False
    if _NUMBER_LIKE.fullmatch(text) or text in "yYnN":
        return False
    return not any(expression.match(text) for _, expression in _AMBIGUOUS.get(text[0], ()))


def _is_harmless(char: str) -> bool:
    return char.isalnum() or char in _INNER or unicodedata.category(char)[0] == "M"


def _quoted(text: str) -> str:
    escaped = re.sub(r'["\\\n\t]', lambda found: _NAMES[found[0]], text)
    return '"' + _ESCAPED.sub(lambda found: _code(found[0]), escaped) + '"'


def _code(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"
