"""The status of an item of the chain: how far it is, its voices, and what is expected of it; for all doors."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from impactline.chain.completion import Window, completion, expected_completion
from impactline.chain.course import said
from impactline.chain.expecting import Expected, expected_of
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem, Prediction
from impactline.chain.predictions import compared, predictions_of
from impactline.chain.status import told
from impactline.chain.visibility import chain_item_for
from impactline.checkins.voices import Heard, of_item, work_of
from impactline.exchange.scalars import shortest
from impactline.okrs.today import present
from impactline.people.models import Person

REPORTED = {Level.INPUT: ("used", "amount"), Level.OUTPUT: ("delivered", "planned")}


@dataclass(frozen=True, slots=True)
class ItemStatus:
    """An item as it stands today; `done` and `expected` are shares, None where they do not apply."""

    as_of: date
    item: ChainItem
    done: float | None
    expected: float | None
    heard: Heard
    paths: list[Expected]
    predictions: list[Prediction]

    @property
    def line(self) -> str:
        """The item in one line: ref, level, state, and how far it is."""
        item = self.item
        parts = [f"{item.ref}: {item.level}, {item.state}"]
        if (figure := _figure(item)) != "":
            parts.append(figure)
        if self.expected is not None:
            parts.append(f"expected {self.expected:.0%}")
        return ", ".join(parts)

    def as_lines(self) -> list[str]:
        """All of it, for people."""
        lines = [self.item.title, self.line, *told(self.heard.voices)]
        lines += [said(one.course, f"“{one.metric.name}”", one.metric.unit) for one in self.paths]
        return lines + [compared(row, self.as_of).explanation.formula for row in self.predictions]

    def as_data(self) -> dict[str, Any]:
        """All of it, for programs; null means that it does not apply, and is never 0."""
        item, voices = self.item, self.heard.voices
        came, planned = REPORTED.get(Level(item.level), ("", ""))
        return {
            "as_of": self.as_of.isoformat(),
            "ref": item.ref,
            "level": item.level,
            "title": item.title,
            "state": item.state,
            "progress": item.progress,
            "planned": _number(getattr(item, planned)) if planned else None,
            "delivered": _number(getattr(item, came)) if came else None,
            "unit": item.unit,
            "done": None if self.done is None else round(self.done, 4),
            "expected": None if self.expected is None else round(self.expected, 3),
            "stated": voices.stated,
            "computed": voices.computed,
            "inherited": voices.inherited,
            "disagreement": voices.disagreement,
            "reasons": list(told(voices)[3:]),
            "metrics": [_path(one) for one in self.paths],
            "predictions": [_prediction(row, self.as_of) for row in self.predictions],
        }


def item_status(viewer: Person | None, *, at: datetime, ref: str) -> ItemStatus:
    """The status of an item that a viewer may see (None: the operator); raises NotFound."""
    now, item = present(at), chain_item_for(viewer, ref)
    work, is_work = work_of(item), item.level in (Level.ACTIVITY, Level.OUTPUT)
    return ItemStatus(
        now.day,
        item,
        completion(work, now.day) if is_work else None,
        expected_completion(work, now.day, Window(now.day, now.day)) if is_work and item.due_on else None,
        of_item(viewer, item, now),
        expected_of(viewer, item, now.day) if item.level == Level.OUTCOME else [],
        predictions_of(viewer, item),
    )


def _figure(item: ChainItem) -> str:
    if item.level == Level.ACTIVITY:
        return "" if item.progress is None else f"{item.progress:.0%}"
    if item.level not in REPORTED:
        return ""
    came, planned = (getattr(item, name) for name in REPORTED[Level(item.level)])
    if came is None and planned is None:
        return ""
    of = "" if planned is None else f" of {shortest(planned)}"
    return f"{shortest(came or Decimal(0))}{of} {item.unit}".strip()


def _path(one: Expected) -> dict[str, Any]:
    found = one.course
    return {
        "metric": one.metric.ref,
        "unit": one.metric.unit,
        "lack": found.lack,
        "since": None if found.since is None else found.since.isoformat(),
        "base": found.base,
        "expected_change": round(found.now.likely, 4),
        "low": round(found.now.low, 4),
        "high": round(found.now.high, 4),
        "value": found.value,
        "came": found.came,
        "words": said(found, f"“{one.metric.name}”", one.metric.unit),
    }


def _prediction(row: Prediction, day: date) -> dict[str, Any]:
    return {
        "output": row.output.ref,
        "outcome": row.outcome.ref,
        "metric": row.metric.ref,
        "expected": float(row.expected),
        "low": float(row.low),
        "high": float(row.high),
        "observed": _number(row.observed),
        "came": row.came or "too_early",
        "words": compared(row, day).explanation.formula,
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
