"""What the page of a key result shows, as of today or an earlier day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil, isfinite
from typing import Any

from django.http import HttpRequest, HttpResponse

from impactline.chain.models import ChainItem
from impactline.chain.visibility import items_visible_to
from impactline.checkins.figures import KeyResultFigures, ObjectiveFigures, figures_of
from impactline.checkins.models import CheckIn
from impactline.checkins.queries import (
    Known,
    Told,
    check_ins_of,
    count_of_check_ins,
    events_of,
    followers_of,
    known_of,
    next_check_in,
    scores_of,
    target_changes_of,
)
from impactline.insight.forecast.queries import foretold
from impactline.insight.marking import mark_of
from impactline.metrics.queries import course_of
from impactline.okrs.actions.closing import Advised, suggested_scores
from impactline.okrs.measure import Measure, Type
from impactline.okrs.models import CycleState, KeyResult, TargetChange
from impactline.okrs.pace import Pace
from impactline.okrs.rollup import Counted
from impactline.okrs.today import Present
from impactline.okrs.visibility import may_check_in, may_edit
from impactline.people.models import Person
from impactline.web import reader
from impactline.web.chain_adding import brought_about
from impactline.web.check_in_forms import CheckInForm, DueRow, due_row, due_text, said_text, value_text
from impactline.web.forecasts import shown
from impactline.web.forms import Form, Number, Prose
from impactline.web.key_result_charts import chart_of
from impactline.web.moves import Change, changes_of, event_lines
from impactline.web.roadblocks import blocking
from impactline.web.rows import address, end_of, key_result_row, with_unit
from impactline.web.shell import asking, day_of, is_fragment, page, page_number, today

CHECK_INS_A_PAGE = 20
TYPES = {
    "metric": "From baseline to target",
    "at_least": "At least",
    "at_most": "At most",
    "range": "Within a range",
    "control": "Kept at every check-in",
    "milestones": "Milestones",
    "binary": "Yes or no",
    "rubric": "Levels",
    "find_baseline": "Find a baseline",
    "open": "No measure yet",
}


@dataclass(frozen=True, slots=True)
class Version:
    """What was said before a correction."""

    words: str
    note: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One check-in of the history, with the versions that it corrected."""

    day: date
    who: str
    key: str
    value: str
    before: str
    confidence: int | None
    status: str | None
    note: str
    correction: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Revised:
    """One change of what is measured: who, when, why, from what to what."""

    day: date
    who: str
    key: str
    reason: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Follower:
    """Another key result of the same metric, with what it makes of it."""

    ref: str
    title: str
    href: str
    objective: str
    now: str
    goal: str
    progress: float | None
    explain: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in the margin; with an address it is a link."""

    name: str
    words: str
    href: str = ""
    explain: str = ""


class ScoreForm(Form):
    """The score at the end: the suggested one, or another one with a reason."""

    reason = Prose("Why")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["score"] = Number("Score")


def page_of(
    request: HttpRequest,
    key_result: KeyResult,
    form: CheckInForm | None = None,
    scoring: ScoreForm | None = None,
) -> HttpResponse:
    """The page; with the form of a check-in or of a score that was refused."""
    person, present, as_of = asking(request), today(), day_of(request)
    known = known_of(key_result, present, as_of)
    figures, whole = figures_of_one(person, key_result, known, present, as_of)
    changes = target_changes_of(key_result)
    course = _course(key_result, known)
    ahead = foretold(key_result, known, course, present)
    measured = items_visible_to(person).filter(pk=key_result.measures_id or 0).first()
    running = as_of is None and key_result.objective.cycle.state != CycleState.CLOSED
    may_say = running and key_result.archived_at is None and may_check_in(person, key_result)
    may_change = running and may_edit(person, key_result.objective)
    return page(
        request,
        "key_result.html",
        status=200 if form is None and scoring is None else 422,
        key_result=key_result,
        as_of=as_of,
        today=present.day,
        kind=TYPES[known.measure.type],
        row=key_result_row(figures, as_of=as_of),
        mark=None if as_of is not None else mark_of(person, key_result, present.day),
        pace_note=_pace_note(known.judged.pace),
        drawn=chart_of(key_result, known, course, changes, present.day, ahead),
        forecast=shown(ahead),
        facts=_facts(key_result, known, figures, present, as_of, measured),
        measured=None if as_of is not None else measured,
        adding=brought_about(person, measured) if running and measured is not None else None,
        hidden=whole.rolled.includes_hidden,
        form=form or CheckInForm(),
        check_in=_check_in_row(figures, form, present) if may_say or form is not None else None,
        changes=[_revised(change, known.measure.unit) for change in changes if change.day <= known.day],
        followers=_followers(person, key_result, present),
        may_edit=may_change,
        blocks=[] if as_of is not None else blocking(person, key_result, present.day),
        log=event_lines(events_of("key_result", key_result.pk, end_of(as_of)), key_result),
        **_history(request, key_result, known.measure, known.day, may_correct=may_say),
        **_scores(key_result, known, scoring, present, may_score=may_change),
    )


def correction(
    request: HttpRequest, key_result: KeyResult, check_in: CheckIn, number: int, form: CheckInForm
) -> HttpResponse:
    """The form that corrects a check-in, as a fragment in the history or as a page."""
    present = today()
    known = known_of(key_result, present)
    figures, _ = figures_of_one(asking(request), key_result, known, present, None)
    row = form.again(due_row(figures, key_result.objective.title, None, present.day))
    return page(
        request,
        "key_result_correction.html",
        fragment=is_fragment(request),
        status=422 if form.is_bound else 200,
        key_result=key_result,
        check_in=check_in,
        action=f"{address('key-result', key_result.ref)}/check-ins/{number}",
        row=row,
        form=form,
        errors=form.faults_by_field() if form.is_bound else {},
        today=present.day,
    )


def said_at(check_in: CheckIn) -> dict[str, Any]:
    """What was said at a check-in, as the form shows it before it is corrected."""
    return {
        "value": check_in.value,
        "confidence": check_in.confidence,
        "status": check_in.status,
        "note": check_in.note,
        "day": check_in.day,
    }


def figures_of_one(
    person: Person, key_result: KeyResult, known: Known, now: Present, as_of: date | None
) -> tuple[KeyResultFigures, ObjectiveFigures]:
    """The figures of a key result, archived or not, and those of its objective."""
    whole = figures_of(person, [key_result.objective], now, as_of)[key_result.objective_id]
    own = next((entry for entry in whole.key_results if entry.key_result.pk == key_result.pk), None)
    judged = known.judged
    alone = Counted(key_result.ref, 0.0, judged.progress, None, judged.expected, key_result.weight)
    figures = KeyResultFigures(
        key_result=key_result,
        measure=known.measure,
        judged=judged,
        counted=own.counted if own else alone,
        milestones=own.milestones if own else (),
        confidence=known.confidence,
        status=known.status,
        checked_in_on=known.checked_in_on,
        score=known.score,
    )
    return figures, whole


# --- figures -----------------------------------------------------------------------------------------------


def _course(key_result: KeyResult, known: Known) -> list[tuple[date, Any]]:
    if key_result.metric is None:
        return []
    return course_of(key_result.metric, known.day)


def _pace_note(pace: Pace) -> str:
    """Where it lands and how much faster it must go."""
    parts = [] if pace.landing is None else [f"lands at {reader.percent(pace.landing)}"]
    if pace.speed_up is not None and isfinite(pace.speed_up) and pace.speed_up > 1:
        parts.append(f"needs {reader.number(round(pace.speed_up, 1))} × the speed")
    return ", ".join(parts)


def _facts(
    key_result: KeyResult,
    known: Known,
    figures: KeyResultFigures,
    now: Present,
    as_of: date | None,
    measured: ChainItem | None,
) -> list[Fact]:
    """What stands in the margin: bounds, period, weight, metric, the next check-in."""
    measure, period = known.measure, known.period
    facts = [Fact(name, with_unit(bound, measure.unit)) for name, bound in _bounds(measure) if bound is not None]
    facts.append(Fact("Period", f"{reader.day(period.starts_on)} – {reader.day(period.due_on)}"))
    explain = key_result_row(figures, as_of=as_of).explain + "/weight"
    fixed = "" if key_result.weight is None else ", fixed"
    share = figures.counted.weight if figures.counted.counted is not None else None
    facts.append(
        Fact("Weight", f"{reader.percent(share)}{fixed}" if share is not None else "does not count", "", explain)
    )
    if key_result.metric is not None and key_result.metric.ref is not None:
        facts.append(Fact("Metric", key_result.metric.name, address("metric", key_result.metric.ref)))
    if measured is not None:
        facts.append(Fact("Measures", measured.title, address("chain-item", measured.ref)))
    if as_of is None and (due_on := next_check_in(key_result, now)) is not None:
        facts.append(Fact("Next check-in", due_text(due_on, now.day)))
    if key_result.frozen_at is not None:
        facts.append(Fact("Frozen since", reader.day(key_result.frozen_at)))
    return facts


def _bounds(measure: Measure) -> list[tuple[str, Any]]:
    match measure.type:
        case Type.METRIC:
            return [("Baseline", measure.baseline), ("Target", measure.target)]
        case Type.AT_LEAST | Type.AT_MOST:
            return [("Target", measure.target), ("Warning", measure.warning)]
        case Type.RANGE:
            return [("From", measure.low), ("To", measure.high)]
        case Type.CONTROL:
            return [("Target", measure.target), ("From", measure.low), ("To", measure.high)]
    return []


def _followers(person: Person, key_result: KeyResult, now: Present) -> list[Follower]:
    """The other key results that follow the same shared metric and that the person may see."""
    if key_result.metric is None or not key_result.metric.is_shared:
        return []
    rows = [row for row in followers_of(person, [key_result.metric.pk])[:30] if row.pk != key_result.pk]
    return followers_shown(person, rows, now)


def followers_shown(
    person: Person, rows: Sequence[KeyResult], now: Present, as_of: date | None = None
) -> list[Follower]:
    """What key results make of the metric that they follow."""
    figures = figures_of(person, list({row.objective_id: row.objective for row in rows}.values()), now, as_of)
    found = {entry.key_result.pk: entry for whole in figures.values() for entry in whole.key_results}
    shown = [(row, key_result_row(found[row.pk], as_of=as_of)) for row in rows if row.pk in found]
    return [
        Follower(line.ref, line.title, line.href, row.objective.title, line.now, line.goal, line.progress, line.explain)
        for row, line in shown
    ]


# --- check-ins and changes ---------------------------------------------------------------------------------


def _check_in_row(figures: KeyResultFigures, form: CheckInForm | None, now: Present) -> DueRow:
    row = due_row(figures, "", None, now.day)
    return row if form is None else form.again(row)


def _history(
    request: HttpRequest, key_result: KeyResult, measure: Measure, day: date, *, may_correct: bool
) -> dict[str, Any]:
    count = count_of_check_ins(key_result, day)
    pages = max(1, ceil(count / CHECK_INS_A_PAGE))
    number = page_number(request, pages)
    told = check_ins_of(key_result, day, (number - 1) * CHECK_INS_A_PAGE, CHECK_INS_A_PAGE)
    href = address("key-result", key_result.ref)
    said = [_said(entry, measure, f"{href}/check-ins/{entry.number}" if may_correct else "") for entry in told]
    return {"said": said, "count": count, "number": number, "pages": pages}


def _said(told: Told, measure: Measure, correction: str) -> Said:
    check_in = told.check_in
    value = "" if check_in.value is None else value_text(check_in.value, measure)
    before = "" if told.before is None or not value else value_text(told.before, measure)
    return Said(
        day=check_in.day,
        who=check_in.by.name if check_in.by else "",
        key=check_in.by.email if check_in.by else "",
        value=value,
        before="" if before == value else before,
        confidence=check_in.confidence,
        status=check_in.status,
        note=check_in.note,
        correction=correction,
        versions=tuple(
            Version(said_text(old, measure), old.note, old.by.name if old.by else "", old.recorded_at)
            for old in told.corrected
        ),
    )


def _revised(change: TargetChange, unit: str) -> Revised:
    return Revised(
        day=change.day,
        who=change.by.name if change.by else "",
        key=change.by.email if change.by else "",
        reason=change.reason,
        changes=changes_of(change.before, change.after, unit),
    )


def _scores(
    key_result: KeyResult, known: Known, form: ScoreForm | None, now: Present, *, may_score: bool
) -> dict[str, Any]:
    """The scores that were given and the two that are suggested, once it ends or has been scored."""
    scores = scores_of(key_result, known.day)
    closing = key_result.objective.cycle.state == CycleState.CLOSING or known.period.has_ended(known.day)
    asked = may_score and closing and known.measure.type.has_progress
    advised = suggested_scores([key_result], now)[key_result.pk] if asked or scores else Advised(None)
    return {
        "scores": scores,
        "suggested": advised,
        "scoring": (form or ScoreForm()) if asked else None,
    }
