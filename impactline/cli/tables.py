"""Neat tables on a terminal: columns that line up whatever the script, colours only where they are seen."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import click

GAP = "  "
COLOURS = {"green": "green", "yellow": "yellow", "red": "red", "grey": "bright_black"}
SHAPES = {"green": "●", "yellow": "▲", "red": "■", "grey": "○"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with the name of its colour, if it has one; `right` for numbers."""

    text: str = ""
    colour: str = ""
    right: bool = False
    bold: bool = False


def table(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The lines of a table; the last column is not padded."""
    widths = [max([wide(name), *(wide(row[at].text) for row in rows)]) for at, name in enumerate(head)]
    sides = [bool(rows) and any(row[at].right for row in rows) for at in range(len(head))]
    top = [Cell(name, right=side, bold=True) for name, side in zip(head, sides, strict=True)]
    return [_line(row, widths) for row in (top, *rows)]


def pace(colour: str) -> Cell:
    """A pace: a shape and a word, and the colour where it is seen."""
    return Cell(f"{SHAPES[colour]} {colour}", COLOURS[colour])


def percent(value: float | None) -> Cell:
    """A share as per cent, without decimals."""
    return Cell("–" if value is None else f"{value * 100:.0f} %", right=True)


def short(text: str, columns: int) -> str:
    """A text cut to so many columns, with an ellipsis where something is missing."""
    if wide(text) <= columns:
        return text
    kept = ""
    for char in text:
        if wide(kept + char) > columns - 1:
            break
        kept += char
    return kept.rstrip() + "…"


def wide(text: str) -> int:
    """How many columns a text takes: wide characters take two, combining marks none."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _line(row: Sequence[Cell], widths: Sequence[int]) -> str:
    parts = []
    for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
        space = " " * (width - wide(cell.text))
        text = click.style(cell.text, fg=cell.colour or None, bold=cell.bold or None)
        last = at == len(widths) - 1
        parts.append(space + text if cell.right else text if last else text + space)
    return GAP.join(parts).rstrip()
