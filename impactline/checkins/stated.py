"""What people stated last of key results: confidence, status, and the day of the last check-in.

A check-in that leaves confidence or status out does not take back what an earlier one said.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, F, Field, IntegerField, QuerySet, Value

from impactline.base.bulk import Written
from impactline.checkins.models import CheckIn
from impactline.okrs.models import KeyResult

FIELDS: "dict[str, Field[Any, Any]]" = {"confidence": IntegerField(), "status": CharField(), "day": DateField()}
LAST = """(
  SELECT s.{field} FROM checkins_checkin s
  WHERE s.key_result_id = {{}} AND NOT s.replaced AND s.{field} IS NOT NULL AND s.day <= {{}}
  ORDER BY s.day DESC, s.id DESC LIMIT 1
)"""


@dataclass(frozen=True, slots=True)
class Stated:
    """What was stated last by some day; each is None while nobody has."""

    confidence: int | None = None
    status: str | None = None
    checked_in_on: date | None = None


UNSTATED = Stated()


def stated_by(day: date) -> dict[str, Written]:
    """Columns of key results, by the fields of `Stated`: what was stated last up to and including a day.

    Corrected check-ins are left out.
    """
    return {"confidence": _last("confidence", day), "status": _last("status", day), "checked_in_on": _last("day", day)}


def stated(key_results: "QuerySet[KeyResult]") -> dict[int, Stated]:
    """What was stated last of each of these key results, by id; those of which nothing was are left out. One query."""
    columns = {f"last_{field}": column for field, column in stated_by(date.max).items()}
    rows = key_results.order_by().annotate(**columns).values_list("pk", *columns)
    return {number: last for number, *said in rows if (last := Stated(*said)) != UNSTATED}


def keep_stated(key_result: KeyResult, newest: CheckIn) -> None:
    """Keep with a key result (not saved) what the newest check-in states, or what stands when it is an older one."""
    if key_result.checked_in_on is None or newest.day >= key_result.checked_in_on:
        last = Stated(
            key_result.confidence if newest.confidence is None else newest.confidence,
            newest.status or key_result.status,
            newest.day,
        )
    else:
        last = stated(KeyResult.objects.filter(pk=key_result.pk)).get(key_result.pk, UNSTATED)
    keep(key_result, last)


def keep(key_result: KeyResult, last: Stated) -> None:
    """Keep with a key result (not saved) what was stated last."""
    key_result.confidence, key_result.status, key_result.checked_in_on = (
        last.confidence,
        last.status,
        last.checked_in_on,
    )


def _last(field: str, day: date) -> Written:
    return Written(LAST.format(field=field), F("pk"), Value(day), output_field=FIELDS[field])
