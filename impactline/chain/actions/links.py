"""Changes to links: what leads to what, and what is expected and known of it; no circles."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max

from impactline.base.errors import Fault, Faults, Invalid
from impactline.base.events import note
from impactline.base.models import Event
from impactline.base.numbers import bounded
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.chain import verbs
from impactline.chain.levels import Level, LinkKind, kind_of, leads_to_itself
from impactline.chain.models import GROUP_MAX, LAG_DAYS_MAX, ChainItem, Dependency, Link, Strength
from impactline.chain.visibility import items_visible_to, require_edit_link
from impactline.metrics.models import Metric
from impactline.people.models import Organisation, Person

EFFECT = ("effect_metric", "effect_change", "effect_per")
FIELDS = {*EFFECT, "lag_days", "confidence", "evidence", "rationale", "necessary", "group"}


@action
def link(*, by: Person, source: ChainItem, target: ChainItem, at: datetime, **fields: Any) -> Link:
    """Let one item lead to another; their levels give the kind. Linked items have what is said changed.

    Raises Invalid for levels that cannot be linked, and for a circle (also one made by somebody else at this moment).
    """
    require_edit_link(by, source, target)
    if source.pk == target.pk:
        raise leads_to_itself()
    kind = kind_of(Level(source.level), Level(target.level))
    one_change_of_the_chain_at_a_time()
    before = Link.objects.filter(source=source, target=target).first()
    if before is not None:
        return change_link(by=by, link=before, version=None, at=at, changes=fields)
    if kind != LinkKind.ENABLES:
        _refuse_circle(by, source, target)
    if kind == LinkKind.PRODUCES and awaits(source.pk, target.pk):
        raise Invalid(
            f"“{source.title}” waits for “{target.title}”, and cannot produce it.",
            remedy="End the waiting first.",
            field="target",
        )
    last = Link.objects.filter(target=target).aggregate(last=Max("position"))["last"]
    made = Link(source=source, target=target, kind=kind, position=(last or 0) + 1)
    for field, value in _checked(made, fields).items():
        setattr(made, field, value)
    made.save()
    _tell(verbs.LINKED, made, by, at, to=target.ref)
    return made


@action
def change_link(*, by: Person, link: Link, version: int | None, at: datetime, changes: dict[str, Any]) -> Link:
    """Change expected effect, lag, confidence, evidence, rationale, necessity or group of a link."""
    ends = {"chain_item_id": link.source_id, "linked_item_id": link.target_id}
    fresh = locked(link, version, Event.objects.filter(verb=verbs.LINK_EDITED, **ends))
    require_edit_link(by, fresh.source, fresh.target)
    if differing := edit(fresh, _checked(fresh, changes)):
        _tell(verbs.LINK_EDITED, fresh, by, at, to=fresh.target.ref, **differing)
    return fresh


@action
def unlink(*, by: Person, source: ChainItem, target: ChainItem, at: datetime) -> None:
    """End a link, with the assumptions and the evidence on it; nothing happens when there is none."""
    require_edit_link(by, source, target)
    one_change_of_the_chain_at_a_time()
    before = Link.objects.filter(source=source, target=target).first()
    if before is not None:
        _tell(verbs.UNLINKED, before, by, at, to=target.ref)
        before.delete()


def one_change_of_the_chain_at_a_time() -> None:
    """Two changes at once could each be without a circle and make one together."""
    Organisation.objects.select_for_update(no_key=True).first()


def awaits(start: int, goal: int) -> bool:
    """Whether an item, over any number of steps, waits for another; an output waits for what produces it."""
    seen, frontier = {start}, {start}
    while frontier and goal not in seen:
        waits = Dependency.objects.filter(activity__in=frontier).values_list("after_id", flat=True)
        made = Link.objects.filter(target__in=frontier, kind=LinkKind.PRODUCES).values_list("source_id", flat=True)
        frontier = {*waits, *made} - seen
        seen |= frontier
    return goal in seen


def _refuse_circle(by: Person, source: ChainItem, target: ChainItem) -> None:
    if path := path_up(target.pk, source.pk):
        titles = dict(items_visible_to(by).filter(pk__in=path).values_list("pk", "title"))
        quoted = {number: f"“{title}”" for number, title in titles.items()}
        shown = (quoted.get(number, "an item that you do not see") for number in [*path, target.pk])
        raise Invalid(
            f"This would close a circle: {' → '.join(shown)}.",
            remedy="Take one of these links away first; only an outcome may lead back, to an activity that it enables.",
            field="target",
        )


def path_up(start: int, goal: int) -> list[int]:
    """A way up the chain from one item to another, without feedback, or an empty list."""
    came: dict[int, int] = {start: start}
    frontier: Iterable[int] = [start]
    while frontier and goal not in came:
        rows = Link.objects.filter(source__in=frontier).exclude(kind=LinkKind.ENABLES)
        found = {target: source for source, target in rows.values_list("source_id", "target_id") if target not in came}
        came |= found
        frontier = list(found)
    if goal not in came:
        return []
    path = [goal]
    while path[-1] != start:
        path.append(came[path[-1]])
    return path[::-1]


def _checked(row: Link, changes: dict[str, Any]) -> dict[str, Any]:
    checked, faults = known(changes, FIELDS), []
    checked |= {"rationale": prose(checked["rationale"], "rationale")} if "rationale" in checked else {}
    if "group" in checked:
        checked["group"] = line(checked["group"], "group", GROUP_MAX) if checked["group"] else ""
    for field in ("effect_change", "effect_per"):
        if checked.get(field) is not None:
            checked[field] = bounded(checked[field], field)
    faults += _effect_faults(row, checked)
    lag, confidence = checked.get("lag_days"), checked.get("confidence")
    if lag is not None and not 0 <= lag <= LAG_DAYS_MAX:
        faults.append(Fault("lag_days", f"A lag is 0 to {LAG_DAYS_MAX} days.", "Enter the days until it shows."))
    if confidence is not None and not 0 <= confidence <= 1:
        faults.append(Fault("confidence", "A confidence lies between 0 and 1.", "Enter 0.6 for six in ten."))
    if "evidence" in checked and checked["evidence"] not in Strength.values:
        faults.append(Fault("evidence", "Evidence is untested, weak, moderate or strong.", "Choose one of them."))
    if faults:
        raise Faults(faults)
    return checked


def _effect_faults(row: Link, checked: dict[str, Any]) -> list[Fault]:
    if not set(EFFECT) & set(checked):
        return []
    metric, change, per = (checked.get(field, getattr(row, field)) for field in EFFECT)
    if metric is not None and change is not None and per is None:
        checked["effect_per"] = per = 1
    if metric is None and change is None:
        checked["effect_per"] = None
        return []
    if metric is None or change is None:
        missing = "effect_metric" if metric is None else "effect_change"
        return [Fault(missing, "An expected effect names a metric and a change.", "Give both, or neither.")]
    return [*_metric_faults(metric), *([] if per > 0 else [Fault("effect_per", "This is more than 0.", "Enter 1.")])]


def _metric_faults(metric: Metric) -> list[Fault]:
    if metric.is_shared:
        return []
    return [Fault("effect_metric", "This metric belongs to a key result.", "Choose a shared metric.")]


def _tell(verb: str, row: Link, by: Person, at: datetime, **said: Any) -> None:
    note(verb, row.source, by=by, at=at, chain_item_id=row.source_id, linked_item_id=row.target_id, **said)
