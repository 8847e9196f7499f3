"""Everything that is kept, anew from what was recorded: what was stated, then all figures."""

from dataclasses import dataclass
from datetime import date, datetime

from impactline.base.bulk import raw, write
from impactline.base.transactions import action
from impactline.checkins.stated import UNSTATED, Stated, stated
from impactline.okrs import recomputing
from impactline.okrs.models import KeyResult
from impactline.okrs.rolling import STATED, lock_all


@dataclass(frozen=True, slots=True)
class _Said:
    """A key result of which something else is kept than was stated."""

    pk: int
    ref: str
    confidence: int | None
    status: str | None
    checked_in_on: date | None


@action
def recompute(at: datetime) -> int:
    """State, measure and roll up everything; returns how many objectives moved. A fixed number of queries."""
    lock_all()
    write(KeyResult, _misstated(), STATED)
    return recomputing.recompute(at)


def doubtful(at: datetime) -> list[str]:
    """Refs of what is kept otherwise than was recorded; changes nothing."""
    return sorted({*(row.ref for row in _misstated()), *recomputing.doubtful(at)})


def _misstated() -> list[_Said]:
    everything = KeyResult.objects.order_by()
    found = stated(everything)
    return [
        _Said(number, ref, last.confidence, last.status, last.checked_in_on)
        for number, ref, *kept in raw(everything.values_list("pk", "ref", *STATED))
        if (last := found.get(number, UNSTATED)) != Stated(*kept)
    ]
