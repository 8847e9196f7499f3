"""A Markdown page as an outline: headings, and under them lists with their nesting as a reader sees it.

The nesting comes from markdown-it's token tree, after the indentation of list lines has been made even: pages
mix two, three and four columns and tabs, and a line that is set in by two columns looks nested to everybody
but the parser. Lines keep their numbers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from impactline.exchange.page_text import Rich, rich

DEPTH_MAX = 40
LINE_MAX = 4_000
BLOCK_MAX = 20_000
BRACKETS_MAX = 300
NESTED_BY = 2

_ITEM = re.compile(r"(?P<space>[ \t]*)(?P<mark>[*+-]|\d{1,4}[.)])(?P<gap>[ \t]+)(?P<text>\S.*)")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_RULE = re.compile(r"[ \t]*(?:[-_*][ \t]*){3,}$")
_BOX = re.compile(r"\[([ xX])\](?:\s+|$)")


@dataclass(slots=True)
class Entry:
    """An item of a list: its text, the lines of that text, its further paragraphs, and what stands below it."""

    text: Rich
    lines: range
    box: bool | None = None
    more: list[tuple[Rich, range]] = field(default_factory=list)
    below: list["Entry"] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A heading (level 0 before the first one) with what stands under it, up to the next heading."""

    text: Rich
    level: int
    lines: range
    entries: list[Entry] = field(default_factory=list)
    prose: list[tuple[Rich, range]] = field(default_factory=list)
    other: list[tuple[str, range]] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """A page: its front matter as text, its sections in order, and the lines that only define links.

    `dropped` are lines that were not looked at, with why.
    """

    matter: str
    matter_lines: range
    sections: list[Section]
    definitions: list[range]
    dropped: dict[int, str]


def outline(text: str) -> Outline:
    """The outline of a page. Line numbers count from 0, as in markdown-it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    dropped = dict(_excessive(lines))
    for at in dropped:
        lines[at] = ""
    matter = _matter(lines)
    body = ["" if at in matter else line for at, line in enumerate(lines)]
    environment: dict[str, object] = {}
    tokens = _parser().parse("\n".join(_even(body)), environment)
    return Outline(
        "\n".join(lines[matter.start + 1 : matter.stop - 1]),
        matter,
        list(_sections(tokens)),
        list(_definitions(environment)),
        dropped,
    )


def _excessive(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines that no page of OKRs has; a Markdown parser would take hours over some of them."""
    length = brackets = 0
    for at, line in enumerate(lines):
        if not line.strip() or _HEADING.match(line) or _ITEM.match(line):
            length = brackets = 0
        length += len(line)
        brackets += line.count("[")
        if len(line) > LINE_MAX or length > BLOCK_MAX:
            yield at, "it is too long"
        elif brackets > BRACKETS_MAX:
            yield at, "it holds too many brackets"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 4 * DEPTH_MAX}).enable("table")
    return parser.disable(["code", "lheading"])


def _matter(lines: list[str]) -> range:
    """The lines of the front matter, with both rules around it."""
    if lines and lines[0].strip() == "---":
        for at, line in enumerate(lines[1:200], 1):
            if line.strip() == "---":
                return range(at + 1)
    return range(0)


def _even(lines: list[str]) -> Iterator[str]:
    """The lines with list items set in by four columns a level."""
    levels: list[int] = []
    blank = False
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
        found = _ITEM.fullmatch(line) if not fenced and not _RULE.match(line) else None
        if found:
            column = _columns(found["space"])
            while levels and levels[-1] > column - NESTED_BY:
                levels.pop()
            depth = min(len(levels), DEPTH_MAX)
            levels.append(column)
            yield f"{'    ' * depth}{_mark(found['mark'])} {_plain(found['text'])}"
        elif line.strip() and not fenced and (_HEADING.match(line) or (blank and not line.startswith((" ", "\t")))):
            levels.clear()
            yield line
        elif line.strip() and not fenced and levels:
            yield f"{'    ' * _depth_of(line, levels)}{line.strip()}"
        else:
            yield line
        blank = not line.strip()


def _mark(mark: str) -> str:
    """One mark for all, so that a change of mark does not begin another list."""
    return "-" if mark in "*+-" else "1."


def _plain(text: str) -> str:
    """The text of an item so that “> 70 % of …” is no quotation and “2019. …” no list within the list."""
    text = f"\\{text}" if text.startswith((">", "#")) else text
    return re.sub(r"^(\d{1,9})([.)])(?=\s)", r"\1\\\2", text)


def _columns(space: str) -> int:
    return len(space.expandtabs(4))


def _depth_of(line: str, levels: list[int]) -> int:
    """How far a line without a mark is set in: as the text of the item that it continues."""
    column = _columns(line[: len(line) - len(line.lstrip())])
    return min(max(1, sum(level < column for level in levels)), DEPTH_MAX + 1)


def _sections(tokens: list[Token]) -> Iterator[Section]:
    section = Section(Rich("", ()), 0, range(0))
    for node in SyntaxTreeNode(tokens).children:
        if node.type == "heading":
            yield section
            section = Section(_text(node), int(node.tag[1:]), _lines(node))
        else:
            _fill(section, node)
    yield section


def _fill(section: Section, node: SyntaxTreeNode) -> None:
    if node.type in ("bullet_list", "ordered_list"):
        section.entries += [_entry(item) for item in node.children]
    elif node.type == "paragraph":
        section.prose.append((_text(node), _lines(node)))
    elif node.type == "blockquote":
        for inner in node.children:
            _fill(section, inner)
    else:
        section.other.append((node.type, _lines(node)))


def _entry(item: SyntaxTreeNode) -> Entry:
    entry = Entry(Rich("", ()), range(0))
    for node in item.children:
        if node.type in ("bullet_list", "ordered_list"):
            entry.below += [_entry(inner) for inner in node.children]
        elif node.type == "paragraph" and not entry.lines:
            entry.text, entry.lines = _text(node), _lines(node)
        elif node.type == "paragraph":
            entry.more.append((_text(node), _lines(node)))
        elif node.type == "heading" and not entry.lines:
            entry.text, entry.lines = _text(node), _lines(node)
    if found := _BOX.match(entry.text.plain):
        entry.box = found[1] != " "
        entry.text = entry.text.part(found.end())
    return entry


def _text(node: SyntaxTreeNode) -> Rich:
    inline = node.children[0] if node.children else None
    return rich(inline.children) if inline is not None else Rich("", ())


def _lines(node: SyntaxTreeNode) -> range:
    start, stop = node.map or (0, 0)
    return range(start, stop)


def _definitions(environment: dict[str, object]) -> Iterator[range]:
    references = environment.get("references")
    duplicates = environment.get("duplicate_refs")
    found = [*(references.values() if isinstance(references, dict) else ())]
    found += duplicates if isinstance(duplicates, list) else []
    for entry in found:
        start, stop = entry["map"]
        yield range(start, stop)
