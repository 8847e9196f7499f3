"""Findings of wording and of rules as the command line tells them, to people and to programs."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import click

from impactline.cli.data import written

if TYPE_CHECKING:
    from impactline.insight.wording import Finding

COLOURS = {"error": "red", "warning": "yellow", "hint": "cyan"}
TEXT_MAX = 100


class Line(NamedTuple):
    """A finding with the text or title that it is about, and where that stands; line 0 is nowhere."""

    finding: "Finding"
    text: str
    file: str = ""
    line: int = 0


def as_data(lines: Iterable[Line]) -> str:
    """Findings for programs, in the shape of the contract."""
    return written(
        [
            {**line.finding.as_json(), "text": line.text, "file": line.file or None, "line": line.line or None}
            for line in lines
        ],
    )


def show(lines: list[Line], texts: int) -> None:
    """Print findings for people, and how many there are."""
    for told in _told(lines):
        click.echo(told)
    counts = [(sum(1 for line in lines if line.finding.severity == word), word) for word in COLOURS]
    said = ", ".join(f"{count} {word}{'s' if count != 1 else ''}" for count, word in counts if count)
    click.echo(f"{texts:,} {'text' if texts == 1 else 'texts'} judged: {said or 'nothing to say'}.", err=True)


def _told(lines: Iterable[Line]) -> Iterator[str]:
    """Each text once, with what there is to say of it below."""
    head = ""
    for line in lines:
        where = f"{line.file}:{line.line}: " if line.file else ""
        ref = f"{line.finding.ref}: " if line.finding.ref else ""
        title = f"{where}{ref}{_short(line.text)}"
        if title != head:
            yield title
            head = title
        finding = line.finding
        word = click.style(str(finding.severity), fg=COLOURS[finding.severity])
        yield f"  {word} {finding.rule} ({finding.sure:.0%}) {finding.message} {finding.remedy}"
        if finding.rewrite:
            yield f"    → {finding.rewrite}"


def _short(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return shown if len(shown) <= TEXT_MAX else f"{shown[: TEXT_MAX - 1]}…"
