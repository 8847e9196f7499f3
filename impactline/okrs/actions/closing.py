"""Scores at the end of a cycle: suggested by progress, given by people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from impactline.base.bulk import write
from impactline.base.errors import Invalid
from impactline.base.events import note
from impactline.base.texts import prose
from impactline.base.transactions import action
from impactline.okrs import verbs
from impactline.okrs.facts import milestones_of
from impactline.okrs.history import earlier, earlier_milestones, made_after
from impactline.okrs.measure import Reading
from impactline.okrs.models import Cycle, KeyResult, Milestone, Objective, Score, TargetChange
from impactline.okrs.progress import progress
from impactline.okrs.readings import readings_of
from impactline.okrs.records import measure_of, period_of
from impactline.okrs.rolling import lock_key_results, lock_with_ancestors, refresh
from impactline.okrs.score import suggested
from impactline.okrs.today import Present, present
from impactline.okrs.visibility import require_edit
from impactline.people.models import Person

SAME = 0.0005


@dataclass(frozen=True, slots=True)
class Advised:
    """The score that progress suggests, and, where the measure was revised, the one against the original measure."""

    score: float | None
    against_original: float | None = None


@action
def score_key_result(
    *, by: Person, key_result: KeyResult, given: float | None, at: datetime, reason: str = "", dropped: bool = False
) -> Score:
    """Score a key result: the suggested score, or another one with a reason. The last score counts."""
    require_edit(by, Objective.objects.get(pk=key_result.objective_id))
    now = present(at)
    (fresh,) = lock_key_results(KeyResult.objects.filter(pk=key_result.pk))
    advised = suggested_scores([fresh], now)[fresh.pk]
    made = Score(
        key_result=fresh,
        given=_given(given, advised.score, reason, dropped),
        suggested=advised.score,
        against_original=advised.against_original,
        dropped=dropped,
        reason=prose(reason, "reason"),
        by=by,
        at=at,
        day=now.day,
    )
    if again := _again(made):
        return again
    made.save()
    KeyResult.objects.filter(pk=fresh.pk).update(score=made.given)
    _tell(verbs.KEY_RESULT_SCORED, fresh, fresh.objective_id, made, refresh([fresh.objective_id], now))
    return made


@action
def score_objective(
    *, by: Person, objective: Objective, given: float | None, at: datetime, reason: str = "", dropped: bool = False
) -> Score:
    """Score an objective: suggested from its progress, or another score with a reason."""
    require_edit(by, objective)
    now = present(at)
    fresh = lock_with_ancestors([objective.pk])[objective.pk]
    advised = suggested(fresh.progress)
    made = Score(
        objective=fresh,
        given=_given(given, advised, reason, dropped),
        suggested=advised,
        dropped=dropped,
        reason=prose(reason, "reason"),
        by=by,
        at=at,
        day=now.day,
    )
    if again := _again(made):
        return again
    made.save()
    Objective.objects.filter(pk=fresh.pk).update(score=made.given)
    _tell(verbs.OBJECTIVE_SCORED, fresh, fresh.pk, made, refresh([fresh.pk], now))
    return made


def give_suggested_scores(cycle: Cycle, *, by: Person, at: datetime) -> None:
    """Give everything in a cycle that has progress but no score the suggested one, in a fixed number of queries."""
    now = present(at)
    objectives = Objective.objects.filter(cycle=cycle, archived_at=None)
    rows = lock_key_results(KeyResult.objects.filter(objective__in=objectives, archived_at=None))
    unscored = [row for row in rows if row.score is None]
    advised = suggested_scores(unscored, now)
    _give(unscored, advised, by, at, now)
    locked = lock_with_ancestors(objectives.values_list("pk", flat=True))
    left = [
        row for row in locked.values() if row.cycle_id == cycle.pk and row.archived_at is None and row.score is None
    ]
    _give(left, {row.pk: Advised(suggested(row.progress)) for row in left}, by, at, now)
    refresh([row.pk for row in locked.values() if row.cycle_id == cycle.pk], now)


def suggested_scores(key_results: Sequence[KeyResult], now: Present) -> dict[int, Advised]:
    """The suggested scores of key results (with objective and cycle), by id; six queries at most.

    They rest on everything that was recorded, also on late entries for days within the period.
    """
    steps = milestones_of(key_results)
    changes = _changes(key_results)
    before = {row.pk: earlier(row, changes[row.pk]) for row in key_results if row.pk in changes}
    current = readings_of(key_results)
    then = readings_of(list(before.values()), refollowed=before)
    found = {}
    for row in key_results:
        known = steps.get(row.pk, [])
        score = _suggestion(row, known, current[row.pk], now)
        if row.pk in before:
            known = earlier_milestones(known, changes[row.pk])
            found[row.pk] = Advised(score, _suggestion(before[row.pk], known, then[row.pk], now))
        else:
            found[row.pk] = Advised(score)
    return found


def _changes(key_results: Sequence[KeyResult]) -> dict[int, list[TargetChange]]:
    """All changes of the measure of each key result that was revised, the newest first."""
    found: dict[int, list[TargetChange]] = defaultdict(list)
    for change in TargetChange.objects.filter(key_result__in=[row.pk for row in key_results]):
        found[change.key_result_id].append(change)
    return {number: made_after(made, date.min) for number, made in found.items()}


def _suggestion(
    key_result: KeyResult, steps: Sequence[Milestone], readings: Sequence[Reading], now: Present
) -> float | None:
    measure = measure_of(key_result, steps, strict=now.policy.strict_holds)
    return suggested(progress(measure, readings, date.max, period_of(key_result, key_result.objective.cycle)))


def _given(given: float | None, advised: float | None, reason: str, dropped: bool) -> float:
    if given is None:
        if advised is None and not dropped:
            raise Invalid("There is no progress to suggest a score from.", remedy="Give a score.", field="score")
        return advised or 0.0
    if not 0 <= given <= 1:
        raise Invalid("A score lies between 0 and 1.", field="score")
    if (advised is None or abs(given - advised) > SAME) and not reason.strip():
        raise Invalid("This differs from the suggested score.", remedy="Write why in a sentence.", field="reason")
    return given


def _again(made: Score) -> Score | None:
    """The last score of the same item, if it says the same."""
    last = Score.objects.filter(key_result=made.key_result, objective=made.objective).order_by("-day", "-id").first()
    said = ("given", "suggested", "against_original", "dropped", "reason")
    return last if last and all(getattr(last, field) == getattr(made, field) for field in said) else None


def _give(
    rows: Sequence[KeyResult] | Sequence[Objective],
    advised: dict[int, Advised],
    by: Person,
    at: datetime,
    now: Present,
) -> None:
    """Give the suggested scores."""
    made = []
    for row in rows:
        found = advised[row.pk]
        if found.score is not None:
            row.score = found.score
            made.append(
                Score(
                    key_result=row if isinstance(row, KeyResult) else None,
                    objective=row if isinstance(row, Objective) else None,
                    given=found.score,
                    suggested=found.score,
                    against_original=found.against_original,
                    by=by,
                    at=at,
                    day=now.day,
                )
            )
    Score.objects.bulk_create(made)
    for model in (KeyResult, Objective):
        write(model, [row for row in rows if isinstance(row, model) and row.score is not None], ["score"])


def _tell(verb: str, item: KeyResult | Objective, objective_id: int, made: Score, rolled: list[int]) -> None:
    note(
        verb,
        item,
        by=made.by,
        at=made.at,
        objective_id=objective_id,
        score=made.given,
        suggested=made.suggested,
        reason=made.reason,
        dropped=made.dropped,
        rolled=rolled,
    )
