"""The form of a check-in: what it asks for, by the type of the key result, and what was said, in words."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import floor, log10
from typing import Any

from django.http import QueryDict

from impactline.checkins.figures import KeyResultFigures
from impactline.checkins.models import CheckIn
from impactline.okrs.measure import Measure, Type, Values
from impactline.okrs.status import suggested
from impactline.web import reader
from impactline.web.explaining import STATUSES
from impactline.web.forms import Choice, Day, Form, Number, Prose
from impactline.web.rows import address, level, now_text, with_unit

ASKED = {
    Type.BINARY: "yes_no",
    Type.RUBRIC: "level",
    Type.MILESTONES: "milestones",
    Type.OPEN: "none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """A check-in to be filled in, as components/checkin.html takes it.

    `input` says what is asked for; `levels` are the (value, label) to choose from; `value`, `confidence`,
    `status` and `note` are what stands in the fields.
    """

    ref: str
    title: str
    href: str
    objective: str
    action: str
    label: str
    unit: str
    last: str
    expected: str
    due: str
    late: bool
    input: str
    levels: tuple[tuple[int, str], ...]
    required: bool
    suggested: str | None
    value: Any = None
    confidence: int | None = None
    status: str | None = None
    note: str = ""


class CheckInForm(Form):
    """What a person says at a check-in; every part may be left out, but not all of them."""

    confidence = Choice("Confidence", [(str(step), str(step)) for step in range(11)], required=False)
    status = Choice("Status", list(STATUSES.items()), required=False)
    note = Prose("What moved it")
    day = Day("Day")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["value"] = Number("Value")

    def said(self) -> dict[str, Any]:
        """What was said, in the words of the action."""
        values = self.cleaned_data
        confidence = int(values["confidence"]) if values["confidence"] else None
        told = {name: values[name] for name in ("value", "note", "day")}
        return told | {"confidence": confidence, "status": values["status"] or None, "reached": self._reached()}

    def again(self, row: DueRow) -> DueRow:
        """The row with what was typed, so that nothing is lost."""
        typed = str(self["confidence"].value() or "")
        written = str(self.value("value"))
        chosen = int(written) if written.isdigit() and row.input != "number" else written
        return replace(
            row,
            value=self._reached() if row.input == "milestones" else chosen,
            confidence=int(typed) if typed.isdigit() else None,
            status=self.value("status") or None,
            note=str(self.value("note")),
        )

    def faults_by_field(self) -> dict[str, str]:
        """What is wrong, by field of the row; what belongs to none of them stands under the empty name."""
        shown = {name: self.error(name) for name in ("value", "confidence", "note") if self.error(name)}
        rest = [message for name, _, message in self.faults() if name not in shown]
        return shown | ({"": " ".join(rest)} if rest else {})

    def _reached(self) -> list[int] | None:
        """The places of the milestones that were ticked; None where none were shown."""
        if not isinstance(self.data, QueryDict) or "milestones" not in self.data:
            return None
        return [int(place) for place in self.data.getlist("milestone") if place.isdigit()]


# --- rows --------------------------------------------------------------------------------------------------


def due_row(figures: KeyResultFigures, objective: str, due_on: date | None, day: date, back: str = "") -> DueRow:
    """The form of one check-in; `back` names the page to which the answer leads without script."""
    key_result, measure = figures.key_result, figures.measure
    asked = asks_for(measure)
    return DueRow(
        ref=key_result.ref,
        title=key_result.title,
        href=address("key-result", key_result.ref),
        objective=objective,
        action=address("key-result", key_result.ref) + "/check-ins" + (f"?from={back}" if back else ""),
        label="Added since" if measure.values is Values.PER_PERIOD else "Value now",
        unit=measure.unit,
        last=_last(figures),
        expected=_expected(measure, figures.judged.expected),
        due=due_text(due_on, day),
        late=due_on is not None and due_on < day,
        input=asked,
        levels=_levels(measure, asked),
        required=asked == "number" and not (key_result.metric and key_result.metric.is_shared),
        suggested=suggested(figures.judged.pace.colour),
        value=_value(figures, asked),
    )


def asks_for(measure: Measure) -> str:
    """What a check-in asks for: number, yes_no, level, milestones or none."""
    if measure.type is Type.CONTROL and measure.target is None and measure.low is None and measure.high is None:
        return "yes_no"
    return ASKED.get(measure.type, "number")


def due_text(due_on: date | None, day: date) -> str:
    """How urgent it is, in words."""
    if due_on is None:
        return ""
    ahead = (due_on - day).days
    if ahead < 0:
        return "1 day late" if ahead == -1 else f"{-ahead} days late"
    near = {0: "Due today", 1: "Due tomorrow"}
    return near.get(ahead) or f"Due {reader.weekday(due_on)}"


def said_text(check_in: CheckIn, measure: Measure) -> str:
    """What was said at a check-in, in a line: “16 days, confidence 7, at risk”."""
    parts = [] if check_in.value is None else [value_text(check_in.value, measure)]
    if check_in.confidence is not None:
        parts.append(f"confidence {check_in.confidence}")
    if check_in.status is not None:
        parts.append(STATUSES[check_in.status].lower())
    return ", ".join(parts)


def value_text(value: Decimal, measure: Measure) -> str:
    """A value that was said, in the words of its type."""
    match measure.type:
        case Type.BINARY:
            return "done" if value else "not yet"
        case Type.RUBRIC:
            return level(measure, int(value))
        case Type.MILESTONES:
            return f"{reader.number(value)} of {len(measure.milestones)}"
        case Type.CONTROL if asks_for(measure) == "yes_no":
            return "kept" if value else "not kept"
    return with_unit(value, measure.unit)


def _last(figures: KeyResultFigures) -> str:
    """What was said last and when; nothing while nothing was."""
    key_result, parts = figures.key_result, []
    if key_result.value is not None and key_result.value_day is not None:
        by_steps = figures.measure.type is Type.MILESTONES
        value = now_text(figures) if by_steps else value_text(key_result.value, figures.measure)
        parts.append(f"{value} on {reader.day(key_result.value_day)}")
    if key_result.confidence is not None:
        parts.append(f"confidence {key_result.confidence}")
    return ", ".join(parts)


def _expected(measure: Measure, share: float | None) -> str:
    """The value that is expected by now, in sensible digits; only for a way from baseline to target."""
    if measure.type is not Type.METRIC or share is None or measure.baseline is None or measure.target is None:
        return ""
    span = measure.target - measure.baseline
    digits = max(0, min(9, 2 - floor(log10(abs(span)))))
    return with_unit(round(measure.baseline + span * Decimal(share), digits), measure.unit)


def _levels(measure: Measure, asked: str) -> tuple[tuple[int, str], ...]:
    if asked == "level":
        return tuple(enumerate(measure.levels))
    if asked == "milestones":
        return tuple((place, step.title) for place, step in enumerate(measure.milestones, 1))
    return ()


def _value(figures: KeyResultFigures, asked: str) -> Any:
    """What the field shows at first: states that are kept, never a number that only was."""
    if asked == "milestones":
        return [place for place, step in enumerate(figures.measure.milestones, 1) if step.reached_on]
    value = figures.judged.standing.value
    return int(value) if asked in ("yes_no", "level") and value is not None else None
