"""Check-ins and readings, as an import writes them: what is new, and what is corrected.

Several of one day stand in the order of the document, and the last one counts. Rows of a day are told apart by
their ids; so when one is corrected, those behind it are entered again behind the correction.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Any

from impactline.checkins.models import CheckIn
from impactline.exchange.actions.entries import Days, Entry, Subject, again, corrected, new, write_entries
from impactline.exchange.actions.telling import tell
from impactline.exchange.actions.work import Work
from impactline.exchange.plan import Add, Change
from impactline.metrics.models import Metric, Reading
from impactline.okrs.models import KeyResult

AT_ONCE = 5_000
Step = Add | Change
Subjects = dict[tuple[str, str], Subject]


def write_history(work: Work, steps: Sequence[Step]) -> tuple[set[int], set[int]]:
    """Write new and corrected check-ins and readings; returns the ids of key results and metrics touched.

    In portions, so that a long history needs little more memory than a short one; but all values of shared
    metrics at once, for their order across key results is that of recording.
    """
    subjects = _subjects(steps)
    shared = [step for step in steps if _is_shared(step, subjects)]
    own = (step for step in steps if not _is_shared(step, subjects))
    metrics: set[int] = set()
    for portion in chain(_portions(own), [shared]):
        metrics |= _write_portion(work, portion, subjects)
    return {subject.key_result.pk for subject in subjects.values() if subject.key_result is not None}, metrics


def _subjects(steps: Iterable[Step]) -> Subjects:
    """What the steps are about, by kind of entry and ref: key results stand in an objective, metrics do not."""
    lists = {(step.kind, step.ref): bool(step.owner) for step in steps}
    inside = [ref for (_, ref), in_objective in lists.items() if in_objective]
    outside = [ref for (_, ref), in_objective in lists.items() if not in_objective]
    key_results = KeyResult.objects.select_related("metric").in_bulk(list({*inside}), field_name="ref")
    metrics = Metric.objects.in_bulk(list({*outside}), field_name="ref")
    return {
        (kind, ref): Subject.of_key_result(key_results[ref]) if in_objective else Subject.of_metric(metrics[ref])
        for (kind, ref), in_objective in lists.items()
    }


def _is_shared(step: Step, subjects: Subjects) -> bool:
    part: Any = step.part if isinstance(step, Add) else step.current
    return subjects[step.kind, step.ref].shared or part.metric is not None


def _portions(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Portions of about a size, never through the history of one item."""
    portion: list[Step] = []
    for step in steps:
        if len(portion) >= AT_ONCE and step.ref != portion[-1].ref:
            yield portion
            portion = []
        portion.append(step)
    yield portion


def _write_portion(work: Work, steps: Sequence[Step], subjects: Subjects) -> set[int]:
    days = Days()
    changes = [step for step in steps if isinstance(step, Change)]
    entries = list(_corrections(work, changes, subjects, days))
    for step in steps:
        if isinstance(step, Add):
            entries += new(work, step.kind, subjects[step.kind, step.ref], step.part, days)
    write_entries(entries)
    for step in steps:
        tell(work, step, subjects[step.kind, step.ref])
    return {entry.metric_id for entry in entries if entry.metric_id is not None}


def _corrections(work: Work, changes: Sequence[Change], subjects: Subjects, days: Days) -> Iterator[Entry]:
    """Entries that take the place of rows: those corrected, and those behind them on their day."""
    found: dict[tuple[str, str, date], dict[int, Change]] = defaultdict(dict)
    for change in changes:
        assert change.day is not None, "only what has a day is corrected"
        found[change.kind, change.ref, change.day][change.number] = change
    for (kind, ref, day), by_number in found.items():
        subject = subjects[kind, ref]
        for number, row in enumerate(_rows(kind, subject, day)):
            if number in by_number:
                yield corrected(work, kind, subject, by_number[number], row, days)
            elif number > min(by_number):
                yield again(kind, subject, row, days)


def _rows(kind: str, subject: Subject, day: date) -> Sequence[CheckIn | Reading]:
    """The entries of a day that hold, in the order in which a document tells them."""
    if kind == "check-in":
        rows = CheckIn.objects.filter(key_result=subject.key_result, day=day, replaced=False)
        return list(rows.select_related("reading").order_by("id"))
    with_check_in = CheckIn.objects.filter(reading__metric=subject.metric_id).values("reading")
    readings = Reading.objects.filter(metric=subject.metric_id, day=day, replaced=False)
    return list(readings.exclude(pk__in=with_check_in).order_by("id"))
