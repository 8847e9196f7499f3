"""An outcome by its numbers and by its judgements, side by side, as a person sees them on a day.

Numbers are its metrics, held against what was expected of them by what was delivered, and the key results that
measure it, held against what their course expects by now. A key result of which nothing is expected yet says nothing.
"""

from dataclasses import dataclass

from impactline.chain.agreement import Beside, beside
from impactline.chain.completion import reaches
from impactline.chain.course import Course
from impactline.chain.expecting import expected_of
from impactline.chain.judgements import judgements_of, opinion
from impactline.chain.models import ChainItem, Judgement
from impactline.chain.prediction import Came
from impactline.checkins.figures import KeyResultFigures, figures_of
from impactline.metrics.models import Metric
from impactline.metrics.queries import Course as Read
from impactline.okrs.models import KeyResult
from impactline.okrs.today import Present
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person

MOVED = {Came.AS_EXPECTED: True, Came.MORE: True, Came.LESS: False, Came.NOT_AT_ALL: False, Came.OPPOSITE: False}


@dataclass(frozen=True, slots=True)
class MetricSays:
    """A metric of an outcome: its course, its last reading, and whether it moved as expected, None where unknown."""

    metric: Metric
    course: Course
    last: Read | None
    moved: bool | None


@dataclass(frozen=True, slots=True)
class KeyResultSays:
    """A key result that measures an outcome, and whether it moved as expected by now."""

    key_result: KeyResult
    figures: KeyResultFigures
    moved: bool | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Numbers and judgements of an outcome, and what they say together."""

    metrics: list[MetricSays]
    key_results: list[KeyResultSays]
    judgements: list[Judgement]
    beside: Beside


def side_by_side(person: Person | None, outcome: ChainItem, now: Present) -> SideBySide:
    """An outcome by numbers and judgements; a fixed number of queries, whatever there is of each."""
    metrics = [_metric(one.metric, one.course, one.readings) for one in expected_of(person, outcome, now.day)]
    key_results = [_key_result(entry, now) for entry in _measuring(person, outcome, now)]
    rows = list(judgements_of(outcome, now.day))
    moved = [*(one.moved for one in metrics), *(one.moved for one in key_results)]
    return SideBySide(metrics, key_results, rows, beside(moved, [opinion(row) for row in rows]))


def _measuring(person: Person | None, outcome: ChainItem, now: Present) -> list[KeyResultFigures]:
    rows = key_results_visible_to(person).filter(measures=outcome, archived_at=None, objective__archived_at=None)
    objectives = [row.objective for row in rows.select_related("objective__cycle").order_by("pk")]
    found = figures_of(person, list({one.pk: one for one in objectives}.values()), now) if objectives else {}
    entries = [entry for one in found.values() for entry in one.key_results]
    return [entry for entry in entries if entry.key_result.measures_id == outcome.pk]


def _metric(metric: Metric, course: Course, readings: list[Read]) -> MetricSays:
    moved = None if course.came is None else MOVED.get(course.came)
    return MetricSays(metric, course, readings[-1] if readings else None, moved)


def _key_result(entry: KeyResultFigures, now: Present) -> KeyResultSays:
    progress, expected = entry.judged.progress, entry.judged.expected
    known = progress is not None and expected is not None and expected > 0
    moved = reaches(float(progress or 0), now.policy.enough * float(expected or 0)) if known else None
    return KeyResultSays(entry.key_result, entry, moved)
