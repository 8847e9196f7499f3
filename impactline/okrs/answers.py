"""What people said of whether key results suffice, and whether it was said of the key results that there are now."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from impactline.base.bulk import among
from impactline.okrs.models import KeyResult, Milestone, Objective, Sufficiency
from impactline.okrs.sufficiency import Answer, Sought, digest_of

SOUGHT = Sought._fields[:-1]  # the steps are rows of their own


class Said(NamedTuple):
    """An answer; `is_current` says whether the key results are still those that it was given of."""

    row: Sufficiency
    is_current: bool

    def as_data(self) -> dict[str, Any]:
        """The answer for programs, the same for the API and the command line."""
        row = self.row
        said = {"answer": row.answer, "reason": row.reason, "by": row.by.email if row.by else None}
        return said | {"on": row.day.isoformat(), "at": row.at.isoformat(), "current": self.is_current}


def answers_of(objective: Objective, until: date | None = None) -> list[Said]:
    """What was said up to a day, the last first; three queries. Once it was said again, it is current no more."""
    rows = Sufficiency.objects.filter(objective=objective).select_related("by").order_by("-day", "-id")
    listed = list(rows if until is None else rows.filter(day__lte=until))
    now = digests([objective.pk])[objective.pk] if listed else ""
    return [Said(row, at == 0 and row.digest == now) for at, row in enumerate(listed)]


def digests(objective_ids: Collection[int]) -> dict[int, str]:
    """The digest of the key results of each of these objectives; two queries, none for none."""
    if not objective_ids:
        return {}
    parts = KeyResult.objects.filter(objective__in=among(objective_ids), archived_at=None).order_by()
    titles: dict[int, list[str]] = defaultdict(list)
    steps = Milestone.objects.filter(key_result__in=parts.values("pk")).order_by("position", "pk")
    for number, title in steps.values_list("key_result_id", "title"):
        titles[number].append(title)
    found: dict[int, list[Sought]] = {number: [] for number in objective_ids}
    for objective, number, *columns in parts.values_list("objective_id", "pk", *SOUGHT):
        found[objective].append(Sought._make((*columns, titles[number])))
    return {number: digest_of(rows) for number, rows in found.items()}


def days_denied(objectives: "QuerySet[Objective]") -> dict[int, date]:
    """Of which it was said last that the key results that they have now do not suffice, and when; three queries."""
    rows = Sufficiency.objects.filter(objective__in=objectives.order_by().values("pk")).order_by("day", "pk")
    last = {row[0]: row[1:] for row in rows.values_list("objective_id", "answer", "digest", "day")}
    denied = {number: said for number, said in last.items() if said[0] == Answer.NO}
    now = digests(denied)
    return {number: day for number, (_, digest, day) in denied.items() if digest == now[number]}
