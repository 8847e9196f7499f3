"""Looking at what needs attention, muting a finding until a day, and hearing it again."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from impactline.base.errors import Invalid, NotFound
from impactline.base.events import note
from impactline.base.texts import prose
from impactline.base.transactions import action
from impactline.insight import verbs
from impactline.insight.attention import VISIT
from impactline.insight.models import Found, Look, Muted
from impactline.insight.visibility import require_mute
from impactline.okrs.models import Visibility
from impactline.okrs.today import present
from impactline.people.models import Person

REASON_MAX = 1_000
DAYS_MAX = 366


@action
def mute(*, by: Person, found: Found, reason: str, until: date | None, at: datetime) -> Muted:
    """Let a finding be silent until a day (itself included), for a reason; within a year.

    Said twice alike it is as said once; said otherwise, the later holds. Raises Invalid without a reason or a day.
    """
    fresh = _locked(found)
    require_mute(by, fresh)
    said = prose(reason, "reason", REASON_MAX)
    if not said:
        raise Invalid("Say why it may be silent.", remedy="Write a few words.", field="reason")
    today = present(at).day
    if until is None or not today <= until <= today + timedelta(days=DAYS_MAX):
        raise Invalid("It is muted until a day within a year.", remedy="Choose a day from today on.", field="until")
    there = Muted.objects.filter(found=fresh, ended_at=None).first()
    if there is not None and (there.reason, there.until) == (said, until):
        return there
    Muted.objects.filter(found=fresh, ended_at=None).update(ended_at=at)
    made = Muted.objects.create(found=fresh, reason=said, until=until, by=by, at=at)
    note(verbs.MUTED, fresh, by=by, at=at, **ruled_by(fresh), rule=fresh.rule, reason=said, until=until.isoformat())
    return made


@action
def mute_all(*, by: Person, found: Iterable[Found], reason: str, until: date | None, at: datetime) -> None:
    """Mute several findings, such as those of one cause: all of them or none."""
    for one in found:
        mute(by=by, found=one, reason=reason, until=until, at=at)


@action
def hear_all_again(*, by: Person, found: Iterable[Found], at: datetime) -> None:
    """Tell several muted findings again: all of them or none."""
    for one in found:
        hear_again(by=by, found=one, at=at)


@action
def look(*, by: Person, at: datetime) -> None:
    """Remember that a person looked at what needs attention; leaves no event. An hour without ends a visit."""
    row = Look.objects.select_for_update().filter(person=by).first()
    if row is None:
        Look.objects.get_or_create(person=by, defaults={"at": at})
    elif at > row.at:
        Look.objects.filter(pk=row.pk).update(at=at, before=row.at if at - row.at > VISIT else row.before)


@action
def hear_again(*, by: Person, found: Found, at: datetime) -> None:
    """Tell a muted finding again. Raises NotFound where it is not muted."""
    fresh = _locked(found)
    require_mute(by, fresh)
    if not Muted.objects.filter(found=fresh, ended_at=None).update(ended_at=at):
        raise NotFound("It is not muted.")
    note(verbs.HEARD, fresh, by=by, at=at, **ruled_by(fresh), rule=fresh.rule)


def ruled_by(found: Found) -> dict[str, Any]:
    """Whose visibility rules the events of a finding: that of what is private, else of what it names first."""
    guards = list(found.guards.filter(unless=False).select_related("objective", "item").order_by("pk"))
    objectives = [row.objective for row in guards if row.objective is not None]
    objectives.sort(key=lambda one: one.visibility != Visibility.PRIVATE)
    items = [row.item_id for row in guards if row.item_id is not None]
    return {
        "objective_id": objectives[0].pk if objectives else None,
        "chain_item_id": items[0] if items else None,
        "linked_item_id": items[1] if len(items) > 1 else None,
    }


def _locked(found: Found) -> Found:
    row = Found.objects.select_for_update(of=("self",)).filter(pk=found.pk, gone_at=None).first()
    if row is None:
        raise NotFound("It is no longer there.")
    return row
