"""The API's tables of readings: CSV as the body of a request, planned or taken, all or none."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from impactline.api.access import REFUSALS
from impactline.api.shapes import Number
from impactline.base.errors import Faults
from impactline.base.numbers import number
from impactline.checkins.sheets import FAULTS_MAX, planned, read_table
from impactline.metrics.matching import CHANGED, NEW, SAME, Plan
from impactline.metrics.queries import metric_for
from impactline.metrics.sheet import shown, text_of

router = Router(tags=["metrics"])
ROWS_MAX = 1_000
CSV = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}


class TableRow(Schema):
    """What becomes of one day: new, or changed from `before`; `line` is that of the table."""

    line: int
    day: date
    what: str
    value: Number
    before: Number


class TableShape(Schema):
    """How many days of a table are new, corrected and there already; the first thousand that differ."""

    new: int
    changed: int
    same: int
    items: list[TableRow]


@router.post(
    "/{ref}/readings.csv",
    response={200: TableShape, **REFUSALS},
    summary="Record the readings of a table, all or none",
    openapi_extra=CSV,
)
def take(request: HttpRequest, ref: str, plan: bool = False) -> TableShape:
    """The body is CSV in UTF-8 with the columns day, value, numerator, denominator, quality, note and the dimensions.

    A day that is there with another value is corrected; the same table twice is as once. With `plan` nothing is
    changed. What is wrong is told by line, as faults.
    """
    person = request.auth  # type: ignore[attr-defined]
    metric = metric_for(person, ref)
    act = planned if plan else read_table
    found = act(by=person, metric=metric, text=text_of(request.body), read=number, at=timezone.now())
    if found.faults:
        raise Faults(list(shown(found.faults, FAULTS_MAX)))
    return _shape(found)


def _shape(found: Plan) -> TableShape:
    differing = [row for row in found.rows if row.what != SAME]
    items = [
        TableRow(
            line=row.line,
            day=row.day,
            what=row.what,
            value=row.said.amount.value,
            before=row.before.said.amount.value if row.before is not None else None,
        )
        for row in differing[:ROWS_MAX]
    ]
    return TableShape(new=found.count(NEW), changed=found.count(CHANGED), same=found.count(SAME), items=items)
