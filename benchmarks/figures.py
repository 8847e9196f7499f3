"""A figure that a benchmark found, beside its limit; how benchmarks hand figures over; how they look in a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What something takes: `value` in `unit`, with its limit; smaller is better.

    `spread` is how far single measurements went, in words ("p95 90 ms"); `peers` what others take, in words.
    Queries are counted where there is a database; their limit is None where only their number is told.
    """

    subject: str
    what: str
    place: str
    value: float
    unit: str
    most: float | None
    spread: str = ""
    queries: int | None = None
    most_queries: int | None = None
    peers: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether value and queries are within their limits."""
        in_time = self.most is None or self.value <= self.most
        return in_time and (self.queries is None or self.most_queries is None or self.queries <= self.most_queries)

    def line(self) -> str:
        """The figure on one line of a terminal."""
        most = "" if self.most is None else f"{self.most:,.6g} {self.unit}"
        limit = "" if self.most_queries is None else f"/{self.most_queries}"
        asked = "" if self.queries is None else f"{self.queries}{limit} queries"
        value = f"{self.value:,.6g} {self.unit}"
        return (
            f"{self.place:16}{self.what[:44]:46}{value:>12}{most:>12}  {asked:14}{'' if self.is_reached else 'MISSED'}"
        )


def tell(what: str) -> None:
    """Say what is being done, for whoever waits."""
    print(f"  … {what}", file=sys.stderr, flush=True)


def hand_over(figures: Iterable[Figure]) -> None:
    """Print figures as JSON, for the process that started this benchmark."""
    json.dump([asdict(figure) for figure in figures], sys.stdout, indent=2)
    print()


def handed_over(text: str) -> list[Figure]:
    """Figures as `hand_over` printed them."""
    return [Figure(**row) for row in json.loads(text)]
