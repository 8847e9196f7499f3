"""The scores that the progress of the demo's key results suggests, by the same arithmetic as everywhere."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from impactline.okrs.measure import Measure, Milestone, Reading, Type, Values
from impactline.okrs.period import Period
from impactline.okrs.progress import progress
from impactline.okrs.score import suggested as by_progress

NUMBERS = ("baseline", "target", "low", "high", "warning")
PLACES = 3


class Advised(NamedTuple):
    """The suggested score, and the one against the original measure where it was revised."""

    score: float
    against_original: float | None


def suggested(entry: dict[str, Any], period: Period) -> Advised:
    """What progress suggests at the end of the period, for a key result of a template that is filled in."""
    measure = _measure(entry)
    readings = [
        Reading(said["at"], Decimal(str(said["value"]))) for said in entry.get("check_ins", ()) if "value" in said
    ]
    now = _score(measure, readings, period)
    changes = entry.get("changes")
    if not changes:
        return Advised(now, None)
    before: dict[str, Any] = {name: Decimal(str(value)) for name, value in changes[0]["before"].items()}
    return Advised(now, _score(replace(measure, **before), readings, period))


def _measure(entry: dict[str, Any]) -> Measure:
    numbers: dict[str, Any] = {name: Decimal(str(entry[name])) for name in NUMBERS if name in entry}
    return Measure(
        **numbers,
        type=Type(entry.get("type", "metric")),
        values=Values(entry.get("values", "latest")),
        levels=tuple(entry.get("levels", ())),
        milestones=tuple(
            Milestone(step["title"], Decimal(step.get("weight", 1)), step.get("reached_on"))
            for step in entry.get("milestones", ())
        ),
    )


def _score(measure: Measure, readings: list[Reading], period: Period) -> float:
    return round(by_progress(progress(measure, readings, period.due_on, period)) or 0.0, PLACES)
