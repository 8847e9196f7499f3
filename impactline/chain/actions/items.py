"""Changes to items of the chain."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max

from impactline.base import refs
from impactline.base.bulk import write
from impactline.base.errors import Fault, Faults, Invalid, Refusal
from impactline.base.events import note
from impactline.base.numbers import bounded
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.chain import rubric, verbs
from impactline.chain.actions.predictions import predict
from impactline.chain.levels import Level, Sublevel
from impactline.chain.models import (
    ChainItem,
    InputKind,
    ItemGlass,
    ItemViewer,
    ItemVisibility,
    Report,
    State,
)
from impactline.chain.visibility import require_edit_item
from impactline.metrics.models import Metric
from impactline.people.models import Organisation, Person, Team
from impactline.people.queries import zone
from impactline.people.roles import require_administrator, require_writer

GLASS_BROKEN_FOR = timedelta(hours=1)
TEXTS = {"title": line, "description": prose, "acceptance": prose}
WORDS: dict[str, Collection[str]] = {
    "sublevel": list(Sublevel),
    "state": State.values,
    "visibility": ItemVisibility.values,
    "kind": ["", *InputKind.values],
}
NUMBERS = ("amount", "effort_hours", "cost", "planned")
FIELDS = {*TEXTS, *WORDS, *NUMBERS, "owner", "team", "starts_on", "due_on", "ended_on", "intended", "unit", "rubric"}
# What only items of one level have.
LEVEL_OF = {
    "kind": Level.INPUT,
    "amount": Level.INPUT,
    "effort_hours": Level.ACTIVITY,
    "cost": Level.ACTIVITY,
    "planned": Level.OUTPUT,
    "acceptance": Level.OUTPUT,
    "sublevel": Level.OUTCOME,
    "rubric": Level.OUTCOME,
}
REPORTED = {Level.INPUT: "used", Level.ACTIVITY: "progress", Level.OUTPUT: "delivered"}
ENDED = (State.DONE, State.DROPPED)


@action
def create_item(
    *,
    by: Person,
    level: str,
    title: str,
    at: datetime,
    ref: str = "",
    shared_with: Iterable[Team] = (),
    metrics: Iterable[Metric] = (),
    after: ChainItem | None = None,
    **fields: Any,
) -> ChainItem:
    """Add an input, activity, output, outcome or impact; `fields` are those of its level.

    Raises Faults with everything that is wrong.
    """
    require_writer(by)
    if str(level) not in list(Level):
        raise Invalid(f"“{str(level)[:40]}” is not a level.", remedy=f"Use “{'”, “'.join(Level)}”.", field="level")
    item = ChainItem(level=Level(str(level)))
    for field, value in _checked(item, {"title": title, **fields}, at).items():
        setattr(item, field, value)
    item.ref = refs.claim("chain_item", ref, item.title)
    item.position = _next_position(item.level)
    item.save()
    item.shared_with.set(list(shared_with))
    item.metrics.set(_measuring(item, metrics))
    if after is not None:
        _lock_level(item)
        _place(item, after)
    note(verbs.ITEM, item, by=by, at=at, chain_item_id=item.pk, title=item.title, level=str(item.level))
    return item


@action
def change_item(
    *,
    by: Person,
    item: ChainItem,
    version: int | None,
    at: datetime,
    changes: dict[str, Any],
    shared_with: Iterable[Team] | None = None,
    metrics: Iterable[Metric] | None = None,
) -> ChainItem:
    """Change texts, owner, teams, dates, state, quantities planned, visibility; its level stays.

    What is done or dropped has ended today, unless `ended_on` says otherwise; what goes on again has not ended.
    """
    fresh = locked(item, version)
    require_edit_item(by, fresh)
    differing: dict[str, Any] = edit(fresh, _checked(fresh, changes, at))
    if shared_with is not None:
        differing |= _set_refs(fresh, "shared_with", list(shared_with))
    if metrics is not None:
        differing |= _set_refs(fresh, "metrics", _measuring(fresh, metrics))
    if "state" in differing or "ended_on" in differing:
        predict(fresh, at)
    if differing:
        note(verbs.ITEM_EDITED, fresh, by=by, at=at, chain_item_id=fresh.pk, **differing)
    return fresh


@action
def report(
    *, by: Person, item: ChainItem, value: Decimal, at: datetime, day: date | None = None, text: str = ""
) -> Report:
    """Say how far an item is on a day (today by default), counted from the beginning.

    `value` is the share of an activity that is done, 0 to 1, the quantity of an output that was delivered, or of
    an input that was used.
    """
    fresh = locked(item, None)
    require_edit_item(by, fresh)
    field, today = reported_field(fresh), today_of(at)
    if day is not None and day > today:
        raise Invalid("That day is still to come.", remedy="Choose today or an earlier day.", field="day")
    number = bounded(value, field)
    if number < 0 or (field == "progress" and number > 1):
        most = " and at most 100 %" if field == "progress" else ""
        raise Invalid(f"This is at least 0{most}.", remedy="Correct the number.", field=field)
    same = Report.objects.filter(item=fresh, day=day or today).order_by("id").last()
    if same is not None and (same.value, same.note) == (number, prose(text, "note")):
        return same
    made = Report.objects.create(
        item=fresh, day=day or today, value=number, note=prose(text, "note"), by=by, recorded_at=at
    )
    before = getattr(fresh, field)
    keep_latest([fresh])
    said: dict[str, Any] = {"day": str(made.day), field: [_plain(before), _plain(getattr(fresh, field))]}
    note(verbs.ITEM_REPORTED, fresh, by=by, at=at, chain_item_id=fresh.pk, **said)
    return made


@action
def report_and_state(
    *, by: Person, item: ChainItem, value: Decimal | None, state: str | None, at: datetime, day: date | None, text: str
) -> ChainItem:
    """Say how far an item is, where it stands, or both at once: both are recorded, or neither.

    What is done or dropped has ended on `day`, where one is given.
    """
    if value is not None:
        report(by=by, item=item, value=value, at=at, day=day, text=text)
    if state is not None:
        ended = {"ended_on": day} if day is not None and state in ENDED else {}
        change_item(by=by, item=item, version=None, at=at, changes={"state": state} | ended)
    item.refresh_from_db()
    return item


@action
def archive_item(*, by: Person, item: ChainItem, at: datetime) -> ChainItem:
    """Put an item into the archive; its links stay with it and count nowhere."""
    return _archive(by, item, at, at)


@action
def restore_item(*, by: Person, item: ChainItem, at: datetime) -> ChainItem:
    """Take an item back from the archive."""
    return _archive(by, item, at, None)


@action
def move_item(*, by: Person, item: ChainItem, after: ChainItem | None, at: datetime) -> ChainItem:
    """Move an item behind another of its level, or to the front (`after` None)."""
    _lock_level(item)
    fresh = locked(item, None)
    require_edit_item(by, fresh)
    if after is not None and after.level != fresh.level:
        raise Invalid("Both items have to be of the same level.", field="after")
    if _place(fresh, after):
        note(verbs.ITEM_MOVED, fresh, by=by, at=at, chain_item_id=fresh.pk)
    return fresh


@action
def invite_item_viewers(*, by: Person, item: ChainItem, people: Iterable[Person], at: datetime) -> ChainItem:
    """Say who, besides those concerned, may see a private item; replaces the list."""
    fresh = locked(item, None)
    require_edit_item(by, fresh)
    wanted = {person.pk: person.email for person in people}
    before = dict(ItemViewer.objects.filter(item=fresh).values_list("person_id", "person__email"))
    if set(before) != set(wanted):
        ItemViewer.objects.filter(item=fresh).exclude(person__in=wanted).delete()
        ItemViewer.objects.bulk_create(ItemViewer(item=fresh, person_id=key) for key in wanted if key not in before)
        viewers = [sorted(before.values()), sorted(wanted.values())]
        note(verbs.ITEM_VIEWERS, fresh, by=by, at=at, chain_item_id=fresh.pk, viewers=viewers)
    return fresh


@action
def break_item_glass(*, by: Person, item: ChainItem, reason: str, at: datetime) -> ItemGlass:
    """Open a private item as administrator, for an hour; the reason stands in the log for its owner."""
    require_administrator(by)
    text = line(reason, "reason", 1000)
    broken = ItemGlass.objects.filter(item=item, person=by, reason=text, until__gt=at).first()
    if broken is not None:
        return broken
    opened = ItemGlass.objects.create(item=item, person=by, reason=text, at=at, until=at + GLASS_BROKEN_FOR)
    note(verbs.ITEM_GLASS, item, by=by, at=at, chain_item_id=item.pk, reason=text)
    return opened


def reported_field(item: ChainItem) -> str:
    """What reports say of an item of this level; raises Invalid for outcomes and impact, which are measured."""
    field = REPORTED.get(Level(item.level))
    if field is None:
        raise Invalid(
            f"An {item.level} is not delivered but measured.",
            remedy="Record a reading of a metric that measures it.",
            field="level",
        )
    return field


def keep_latest(items: Collection[ChainItem]) -> None:
    """Keep the newest report with each of these items."""
    newest = dict(Report.objects.filter(item__in=items).order_by("day", "id").values_list("item_id", "value"))
    for item in items:
        value = newest.get(item.pk)
        field = reported_field(item)
        setattr(item, field, value if value is None or field != "progress" else float(value))
    write(ChainItem, items, ["used", "progress", "delivered"])


def _archive(by: Person, item: ChainItem, at: datetime, archived_at: datetime | None) -> ChainItem:
    fresh = locked(item, None)
    require_edit_item(by, fresh)
    if (fresh.archived_at is None) != (archived_at is None):
        edit(fresh, {"archived_at": archived_at})
        verb = verbs.ITEM_RESTORED if archived_at is None else verbs.ITEM_ARCHIVED
        note(verb, fresh, by=by, at=at, chain_item_id=fresh.pk)
    return fresh


def _checked(item: ChainItem, changes: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The changes in normal form; raises Faults with all that is wrong with them."""
    checked, faults = known(changes, FIELDS), []
    for field in list(checked):
        try:
            checked[field] = _value(item, field, checked[field])
        except Refusal as refused:
            faults.append(Fault(field, refused.message, refused.remedy))
    if "state" in checked or "ended_on" in checked:
        checked["ended_on"] = _ended_on(item, checked, at)
    starts_on, due_on = (checked.get(field, getattr(item, field)) for field in ("starts_on", "due_on"))
    if starts_on is not None and due_on is not None and starts_on > due_on:
        faults.append(Fault("due_on", f"It is due on {due_on}, before it starts.", "Exchange or correct the days."))
    if faults:
        raise Faults(faults)
    return checked


def _value(item: ChainItem, field: str, value: Any) -> Any:
    if value not in (None, "", []) and LEVEL_OF.get(field, item.level) != item.level:
        raise Invalid(f"Only an {LEVEL_OF[field]} has this.", remedy="Leave it out.", field=field)
    if field in TEXTS:
        return TEXTS[field](value, field)
    if field == "rubric":
        return rubric.checked(value)
    if field == "unit":
        return line(value, field, 60) if value else ""
    if field in WORDS and str(value) not in WORDS[field]:
        words = ", ".join(word for word in WORDS[field] if word)
        raise Invalid(f"“{str(value)[:40]}” is not a {field}.", remedy=f"Use {words}.", field=field)
    if field in NUMBERS and value is not None:
        number = bounded(value, field)
        if number < 0:
            raise Invalid("This is not below 0.", remedy="Enter 0 or more.", field=field)
        return number
    return str(value) if field in WORDS else value


def _ended_on(item: ChainItem, checked: dict[str, Any], at: datetime) -> date | None:
    if checked.get("state", item.state) not in ENDED:
        return None
    return checked.get("ended_on") or item.ended_on or today_of(at)


def today_of(at: datetime) -> date:
    """The organisation's day of a moment."""
    organisation = Organisation.objects.first()
    return at.astimezone(zone(organisation.timezone if organisation else "UTC")).date()


def _measuring(item: ChainItem, metrics: Iterable[Metric]) -> list[Metric]:
    found = list(metrics)
    if any(not metric.is_shared for metric in found):
        raise Invalid("A metric that belongs to a key result measures nothing else.", field="metrics")
    return found


def _set_refs(item: ChainItem, field: str, wanted: list[Any]) -> dict[str, list[Any]]:
    rows = getattr(item, field)
    before, after = sorted(rows.values_list("ref", flat=True)), sorted(row.ref for row in wanted)
    if before == after:
        return {}
    rows.set(wanted)
    return {field: [before, after]}


def _next_position(level: str) -> int:
    last = ChainItem.objects.filter(level=level).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _lock_level(item: ChainItem) -> None:
    """Lock all items of a level in the order of their ids: of two who number it anew at once, one waits."""
    list(ChainItem.objects.select_for_update(no_key=True).filter(level=item.level).order_by("pk").values_list("pk"))


def _place(item: ChainItem, after: ChainItem | None) -> bool:
    """Number the items of the level anew with this one behind `after`; whether that moved any."""
    siblings = list(ChainItem.objects.filter(level=item.level).exclude(pk=item.pk).only("position"))
    ids = [sibling.pk for sibling in siblings]
    siblings.insert(ids.index(after.pk) + 1 if after is not None and after.pk in ids else 0, item)
    moved = [row for position, row in enumerate(siblings, 1) if row.position != position]
    for position, row in enumerate(siblings, 1):
        row.position = position
    write(ChainItem, moved, ["position"])
    return bool(moved)


def _plain(value: Decimal | float | None) -> str | None:
    return None if value is None else f"{Decimal(str(value)).normalize():f}"
