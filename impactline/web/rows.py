"""Rows of lists: the figures of objectives and key results as the components take them.

`objective_row` and `key_result_row` are for components/okrs.html, `outline_row` for components/outline.html.
With `as_of` the links lead to the pages of that day, and there is no fragment: the past does not move.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from urllib.parse import quote

from django.urls import reverse

from impactline.checkins.figures import KeyResultFigures, ObjectiveFigures
from impactline.insight.marking import Mark, marks_of
from impactline.metrics.measure import is_percentage
from impactline.okrs.measure import Measure, Type, Values
from impactline.okrs.pace import Rule
from impactline.people.models import Person
from impactline.people.queries import organisation, zone
from impactline.web import reader

Marks = Mapping[tuple[str, str], Mark]
Course = Sequence[tuple[date, Decimal]]
WITH_TARGET = (Type.METRIC, Type.AT_LEAST, Type.AT_MOST)
SPACE = "\u00a0"
PLAIN = "!$&'()*+,;=~:@"  # what may stand in an address as it is, beside letters and digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every row shows: who, how far, how fast. `explain` and "/progress" is an explanation's address."""

    ref: str
    title: str
    href: str
    explain: str
    version: int
    owner_name: str
    owner_key: str
    owner_href: str
    progress: float | None
    expected: float | None
    pace: str
    confidence: float | None
    status: str | None
    score: float | None
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyResultRow(Row):
    """A key result; `now`, `goal` and `aim` (the goal as a phrase) are texts, `readings` draw its trend.

    `unit` is that of `now` where it does not stand there already.
    """

    type: str
    now: str
    unit: str
    goal: str
    aim: str
    readings: Course
    target: Decimal | None
    weight: float
    fixed: float | None
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveRow(Row):
    """An objective with its key results; `fragment` answers with this row alone, `parts` are their refs."""

    fragment: str
    kind: str
    visibility: str
    team: str
    team_href: str
    hidden: bool
    parts: tuple[str, ...]
    key_results: tuple[KeyResultRow, ...]
    overridden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineRow:
    """A line of an outline."""

    ref: str
    title: str
    href: str
    explain: str
    kind: str
    version: int
    owner_name: str
    owner_key: str
    progress: float | None
    expected: float | None
    pace: str
    mark: Mark | None = None


def marks_on(viewer: Person, shown: Iterable[ObjectiveFigures], day: date) -> Marks:
    """The marks of what stands in a list of today; three queries."""
    parts = [(one.objective, [entry.key_result for entry in one.key_results]) for one in shown]
    return marks_of(viewer, parts, day, language())


def language() -> str:
    """The language in which the organisation words its objectives; empty before set-up."""
    said = reader.organisation()
    return said.locale[:2] if said else ""


def objective_row(
    figures: ObjectiveFigures,
    courses: Mapping[int, Course] | None = None,
    as_of: date | None = None,
    marks: Marks | None = None,
) -> ObjectiveRow:
    """An objective with its key results; `courses` are the readings to draw, by id of the metric."""
    objective, rolled = figures.objective, figures.rolled
    return ObjectiveRow(
        ref=objective.ref,
        title=objective.title,
        href=on_day(address("objective", objective.ref), as_of),
        explain=_explain("objective", objective.ref, as_of),
        version=objective.version,
        owner_name=_name(objective.owner),
        owner_key=_key(objective.owner),
        owner_href=person_href(objective.owner),
        progress=rolled.progress,
        expected=rolled.expected,
        pace="" if rolled.progress is None else str(rolled.colour),
        confidence=_tidy(figures.confidence),
        status=None if rolled.status is None else str(rolled.status),
        score=figures.score,
        fragment="" if as_of else address("objective", objective.ref) + "/row",
        kind=objective.kind,
        visibility=objective.visibility,
        team=objective.team.name if objective.team else "",
        team_href=address("team", objective.team.ref) if objective.team else "",
        hidden=rolled.includes_hidden,
        parts=tuple(entry.key_result.ref for entry in figures.key_results),
        key_results=tuple(key_result_row(entry, courses, as_of, marks) for entry in figures.key_results),
        overridden=rolled.overridden,
        mark=(marks or {}).get(("objective", objective.ref)),
    )


def key_result_row(
    figures: KeyResultFigures,
    courses: Mapping[int, Course] | None = None,
    as_of: date | None = None,
    marks: Marks | None = None,
) -> KeyResultRow:
    """A key result with its value and goal in words and its trend."""
    key_result, judged, measure = figures.key_result, figures.judged, figures.measure
    return KeyResultRow(
        ref=key_result.ref,
        title=key_result.title,
        href=on_day(address("key-result", key_result.ref), as_of),
        explain=_explain("key-result", key_result.ref, as_of),
        version=key_result.version,
        owner_name=_name(key_result.owner),
        owner_key=_key(key_result.owner),
        owner_href=person_href(key_result.owner),
        progress=judged.progress,
        expected=judged.expected,
        pace="" if judged.pace.rule is Rule.NO_PROGRESS else str(judged.pace.colour),
        confidence=figures.confidence,
        status=figures.status,
        score=figures.score,
        type=key_result.type,
        now=now_text(figures, as_of),
        unit=_unit(figures),
        goal=goal_text(figures),
        aim=_aim(figures),
        readings=_readings(figures, courses),
        target=measure.target if measure.type in WITH_TARGET else None,
        weight=figures.counted.weight,
        fixed=figures.counted.fixed,
        counts=figures.counted.counted is not None,
        mark=(marks or {}).get(("key_result", key_result.ref)),
    )


def outline_row(row: ObjectiveRow | KeyResultRow) -> OutlineRow:
    """The same row as a line of an outline."""
    return OutlineRow(
        kind="objective" if isinstance(row, ObjectiveRow) else "key_result",
        ref=row.ref,
        title=row.title,
        href=row.href,
        explain=row.explain,
        version=row.version,
        owner_name=row.owner_name,
        owner_key=row.owner_key,
        progress=row.progress,
        expected=row.expected,
        pace=row.pace,
        mark=row.mark,
    )


# --- words -------------------------------------------------------------------------------------------------


def now_text(figures: KeyResultFigures, as_of: date | None = None) -> str:
    """Where a key result stands, in a word or a number; nothing while nothing was recorded."""
    measure, stands = figures.measure, figures.judged.standing
    match measure.type:
        case Type.OPEN:
            return ""
        case Type.MILESTONES:
            return f"{len(reached(figures, as_of))} of {len(figures.measure.milestones)}"
        case Type.CONTROL:
            return reader.percent(stands.progress)
        case Type.BINARY:
            return "Done" if stands.value else "Not yet"
    if stands.value is None:
        return ""
    if measure.type is Type.RUBRIC:
        return level(measure, int(stands.value))
    return with_unit(stands.value, measure.unit if is_percentage(measure.unit) else "")


def goal_text(figures: KeyResultFigures) -> str:
    """What a key result is to come to."""
    measure, stands = figures.measure, figures.judged.standing
    match measure.type:
        case Type.METRIC if stands.value is None:
            return f"{reader.number(measure.baseline)} to {with_unit(measure.target, measure.unit)}"
        case Type.METRIC:
            return with_unit(measure.target, measure.unit)
        case Type.AT_LEAST:
            return f"≥{SPACE}{with_unit(measure.target, measure.unit)}"
        case Type.AT_MOST:
            return f"≤{SPACE}{with_unit(measure.target, measure.unit)}"
        case Type.RANGE:
            return f"{reader.number(measure.low)} to {with_unit(measure.high, measure.unit)}"
        case Type.RUBRIC:
            return level(measure, len(measure.levels) - 1)
    return _GOALS[measure.type]


_GOALS = {
    Type.CONTROL: "of check-ins kept",
    Type.MILESTONES: "milestones",
    Type.BINARY: "",
    Type.FIND_BASELINE: "baseline to be found",
    Type.OPEN: "no measure yet",
}


def _unit(figures: KeyResultFigures) -> str:
    measure = figures.measure
    plain = measure.type in (*WITH_TARGET, Type.RANGE, Type.FIND_BASELINE) and not is_percentage(measure.unit)
    return measure.unit if plain and figures.judged.standing.value is not None else ""


def _aim(figures: KeyResultFigures) -> str:
    goal, measure = goal_text(figures), figures.measure
    if measure.type is Type.METRIC and figures.judged.standing.value is not None:
        return f"from {reader.number(measure.baseline)} to {goal}"
    if measure.type in _BOUNDS:
        return f"to be {_BOUNDS[measure.type]} {with_unit(measure.target, measure.unit)}"
    return f"to be {goal}" if measure.type is Type.RANGE else goal


_BOUNDS = {Type.AT_LEAST: "at least", Type.AT_MOST: "at most"}


def with_unit(value: Decimal | float | None, unit: str) -> str:
    """A number with its unit, as the reader writes both."""
    if unit == "%" and value is not None:
        return reader.per_cent(value)
    return f"{reader.number(value)}{SPACE}{unit}" if unit else reader.number(value)


def level(measure: Measure, position: int) -> str:
    """The words of a level of a rubric; its number where it has none."""
    known = 0 <= position < len(measure.levels)
    return measure.levels[position] if known else reader.number(position)


def reached(figures: KeyResultFigures, as_of: date | None = None) -> list[date]:
    """The days on which milestones were reached, up to a day, in order."""
    days = (step.reached_on for step in figures.measure.milestones if step.reached_on)
    return sorted(day for day in days if as_of is None or day <= as_of)


# --- addresses ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def address(name: str, ref: str) -> str:
    """The address of an item's page: as `reverse` gives it, but quick enough for thousands of rows."""
    return _pattern(name).replace("\0", quote(ref, safe=PLAIN))


def person_href(person: Person | None) -> str:
    """The page of a person, nothing for nobody."""
    return address("person", person.ref) if person else ""


def on_day(href: str, as_of: date | None) -> str:
    """The same page as of an earlier day."""
    return f"{href}?as_of={as_of.isoformat()}" if as_of else href


def end_of(day: date | None) -> datetime | None:
    """The moment at which a day is over for the organisation; None for none."""
    return None if day is None else datetime.combine(day, time.max, tzinfo=zone(organisation().timezone))


@cache
def _pattern(name: str) -> str:
    """The address of a page, with a sign that no address has in the place of the ref."""
    before, _, after = reverse(name, args=["REF"]).rpartition("REF")
    return f"{before}\0{after}"


def _explain(name: str, ref: str, as_of: date | None) -> str:
    """The address up to the word that says what is to be explained."""
    day = f"/days/{as_of.isoformat()}" if as_of else ""
    return f"{address(name, ref)}{day}/explanations"


# --- small things ------------------------------------------------------------------------------------------


def _name(person: Person | None) -> str:
    return person.name if person else ""


def _key(person: Person | None) -> str:
    return person.email if person else ""


def _tidy(mean: float | None) -> float | None:
    """A mean confidence with one decimal, without one where it is whole."""
    if mean is None:
        return None
    short = round(mean, 1)
    return int(short) if short == int(short) else short


def _readings(figures: KeyResultFigures, courses: Mapping[int, Course] | None) -> Course:
    """The readings to draw; what is summed per period is drawn as the sum so far."""
    metric = figures.key_result.metric_id
    if courses is None or metric is None:
        return ()
    found = courses.get(metric, ())
    if figures.measure.values is not Values.PER_PERIOD:
        return found
    total = (figures.judged.standing.value or Decimal(0)) - sum((value for _, value in found), Decimal(0))
    sums = []
    for day, value in found:
        total += value
        sums.append((day, total))
    return sums
