"""A fault of a file: where it is, what is wrong, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]

SHOWN_MAX = 1_000


class Place(NamedTuple):
    """A point in a file; line and column count from 1."""

    file: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, told so that a person can mend it.

    `path` names the value inside the document, such as `objectives[2].key_results[0].target`.
    A warning does not stop an import.
    """

    message: str
    remedy: str
    place: Place = NOWHERE
    path: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        what = f"{self.path}: " if self.path else ""
        return f"{where}{what}{self.message} {self.remedy}".strip()

    def as_json(self) -> dict[str, object]:
        """The fault for programs."""
        return {
            "severity": self.severity,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "path": self.path,
            "message": self.message,
            "remedy": self.remedy,
        }


def shown(value: object) -> str:
    """A value as a message may quote it: short, and without characters that a terminal would act on."""
    text = str(value)
    short = text if len(text) <= 40 else f"{text[:40]}…"
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in short)


def path_text(path: Iterable[str | int]) -> str:
    """A path as it is written in a fault: `("objectives", 2, "title")` → `objectives[2].title`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{shown(step)}" if text else shown(step)
    return text


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or an empty string."""
    found = get_close_matches(word[:100], list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """The remedy for a word that is not known."""
    found = nearest(word, known)
    return f"Did you mean “{shown(found)}”?" if found else otherwise


def capped(faults: list[Fault]) -> list[Fault]:
    """The first of very many faults, and how many more there are."""
    more = len(faults) - SHOWN_MAX
    if more <= 0:
        return faults
    rest = Fault(f"There are {more:,} more faults.", "Mend these first.", faults[SHOWN_MAX].place)
    return [*faults[:SHOWN_MAX], rest]


def stopped(faults: Iterable[Fault]) -> bool:
    """Whether any of the faults forbids the import."""
    return any(fault.severity == "error" for fault in faults)
