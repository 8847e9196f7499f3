"""A line of Markdown as text, with what was emphasised and linked in it."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from markdown_it.tree import SyntaxTreeNode

# Kramdown's attribute lists, such as {:.no_toc} and {:data-ga-name="x"}.
_ATTRIBUTES = re.compile(r"\{::?[^{}]*\}")
_BLANKS = re.compile(r"[ \t\n]+")


class Mark(NamedTuple):
    """A stretch of the text that was linked (with its address), strong or emphasised."""

    kind: str
    start: int
    stop: int
    address: str = ""


class Rich(NamedTuple):
    """A text without markup, and its marks."""

    plain: str
    marks: tuple[Mark, ...]

    def part(self, start: int, stop: int | None = None) -> "Rich":
        """The text between two positions, without white space at its ends, with the marks inside it."""
        stop = len(self.plain) if stop is None else stop
        piece = self.plain[start:stop]
        start += len(piece) - len(piece.lstrip())
        stop = start + len(piece.strip())
        marks = (
            Mark(mark.kind, max(mark.start, start) - start, min(mark.stop, stop) - start, mark.address)
            for mark in self.marks
            if mark.start < stop and mark.stop > start
        )
        return Rich(self.plain[start:stop], tuple(marks))

    @property
    def addresses(self) -> list[str]:
        """Where its links lead, each once."""
        return list(dict.fromkeys(mark.address for mark in self.marks if mark.kind == "link"))

    @property
    def linked(self) -> str:
        """The text with its links in Markdown."""
        text, end = "", 0
        for mark in sorted(self.marks, key=lambda mark: mark.start):
            if mark.kind == "link" and mark.start >= end:
                text += f"{self.plain[end : mark.start]}[{self.plain[mark.start : mark.stop]}]({mark.address})"
                end = mark.stop
        return text + self.plain[end:]


def rich(nodes: Iterable[SyntaxTreeNode]) -> Rich:
    """The text of inline nodes."""
    writer = _Writer()
    writer.write(nodes)
    whole = Rich(writer.text, tuple(writer.marks))
    return whole.part(0)


class _Writer:
    def __init__(self) -> None:
        self.text = ""
        self.marks: list[Mark] = []

    def write(self, nodes: Iterable[SyntaxTreeNode]) -> None:
        for node in nodes:
            start = len(self.text)
            if node.type in ("link", "strong", "em"):
                self.write(node.children)
                address = str(node.attrGet("href") or "") if node.type == "link" else ""
                if len(self.text) > start:
                    self.marks.append(Mark(node.type, start, len(self.text), address))
            elif node.type in ("softbreak", "hardbreak"):
                self._add(" ")
            elif node.type == "image":
                self.write(node.children)
            elif node.type in ("text", "code_inline", "text_special"):
                self._add(_ATTRIBUTES.sub("", node.content))

    def _add(self, text: str) -> None:
        joined = _BLANKS.sub(" ", text)
        self.text += joined[1:] if joined.startswith(" ") and self.text.endswith(" ") else joined
