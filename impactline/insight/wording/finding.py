"""What a rule says: which rule, how bad, how sure, why, and how to mend it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from impactline.insight.wording.reading import Reading
from impactline.insight.wording.statement import Kind, Statement


class Severity(StrEnum):
    """How bad it is, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """0 for an error, 2 for a hint."""
        return list(Severity).index(self)


class Told(NamedTuple):
    """What a rule says of one statement."""

    severity: Severity
    sure: float
    message: str
    remedy: str
    rewrite: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the reference lists it: its id, what it asks for, what it reads, where it comes from; and its judge."""

    id: str
    asks: str
    reads: str
    source: str
    kinds: frozenset[Kind]
    judge: Callable[[Statement, Reading], Iterator[Told]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is weak. `sure` is 0 to 1; `rewrite` is the text mended, with blanks "__", or empty."""

    rule: str
    severity: Severity
    sure: float
    kind: str
    ref: str
    message: str
    remedy: str
    source: str
    rewrite: str = ""

    def as_json(self) -> dict[str, object]:
        """The finding for programs, in the shape of the contract."""
        return {
            "rule": self.rule,
            "ref": self.ref,
            "kind": str(self.kind),
            "severity": str(self.severity),
            "confidence": self.sure,
            "message": self.message,
            "suggestion": self.remedy,
            "rewrite": self.rewrite,
            "source": self.source,
        }
