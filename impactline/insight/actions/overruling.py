"""Overruling a finding of wording, and heeding the rule again."""

from datetime import datetime
from typing import Any

from impactline.base.errors import Invalid, NotFound
from impactline.base.events import note as write_event
from impactline.base.texts import prose
from impactline.base.transactions import action
from impactline.chain.models import Assumption, ChainItem, ItemVisibility
from impactline.chain.visibility import require_edit_item, require_edit_link
from impactline.insight import verbs
from impactline.insight.models import Overruled
from impactline.insight.queries import overruled_of
from impactline.insight.stating import Holder, Item, holders_of, text_of
from impactline.insight.wording import RULES, digest_of
from impactline.metrics.actions import require_steward
from impactline.metrics.models import Metric
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.visibility import require_edit
from impactline.people.models import Person

NOTE_MAX = 1_000


@action
def overrule(*, by: Person, item: Item, rule: str, note: str, at: datetime) -> Overruled:
    """Let a rule keep quiet for an item until its text changes; whoever may change the item may do so.

    For an assumption it is kept with the item that it is on, or with an end of its link. Said twice with the same note
    it is as said once. Raises Invalid for a rule that is not known, a note that is missing, where it is overruled with
    another note already, and on a link both ends of which are private, which may be seen by different people.
    """
    fresh = _locked(item)
    _require_edit(by, fresh)
    if rule not in RULES:
        raise Invalid(f"There is no rule “{rule[:40]}”.", remedy=f"Name one of {', '.join(RULES)}.", field="rule")
    said = prose(note, "note", NOTE_MAX)
    if not said:
        raise Invalid("Say why the rule is wrong here.", remedy="Write a few words.", field="note")
    holder, digest = _holder(fresh), digest_of(text_of(fresh))
    of = {str(holder.kind_name): holder}
    there = Overruled.objects.filter(**of, rule=rule, digest=digest, resumed_at=None).first()
    if there is not None and there.note != said:
        raise Invalid("It is overruled already.", remedy="Heed the rule again first.", field="rule")
    if there is None:
        there = Overruled.objects.create(**of, rule=rule, digest=digest, note=said, by=by, at=at)
        write_event(verbs.OVERRULED, holder, by=by, at=at, **_audience(fresh), rule=rule, note=said)
    return there


@action
def heed_again(*, by: Person, item: Item, rule: str, at: datetime) -> None:
    """Heed a rule again that was overruled for an item. Raises NotFound where it was not."""
    fresh = _locked(item)
    _require_edit(by, fresh)
    rows = Overruled.objects.filter(pk__in=[row.pk for row in overruled_of(fresh) if row.rule == rule])
    if not rows.update(resumed_at=at, resumed_by=by):
        raise NotFound(f"The rule “{rule[:40]}” is not overruled here.")
    write_event(verbs.HEEDED, holders_of(fresh)[0], by=by, at=at, **_audience(fresh), rule=rule)


def _holder(item: Item) -> Holder:
    """With which row it is kept that a rule is overruled."""
    first, *others = holders_of(item)
    if any(end.visibility == ItemVisibility.PRIVATE for end in others if isinstance(end, ChainItem)):
        raise Invalid(
            "Both ends of this link are private, and may be seen by different people: a note has no place.",
            remedy="Change the words of the assumption, or move it to one of the two items.",
        )
    return first


def _locked(item: Item) -> Any:
    """The item as it stands now, held until the transaction ends."""
    found = type(item)._default_manager.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if found is None:
        raise NotFound("It is no longer there.")
    return found


def _require_edit(person: Person, item: Item) -> None:
    if isinstance(item, Objective):
        require_edit(person, item)
    elif isinstance(item, KeyResult):
        require_edit(person, item.objective)
    elif isinstance(item, Metric):
        require_steward(person, item)
    elif isinstance(item, Assumption) and item.link is not None:
        require_edit_link(person, item.link.source, item.link.target)
    else:
        on = item.item if isinstance(item, Assumption) else item
        assert on is not None
        require_edit_item(person, on)


def _audience(item: Item) -> dict[str, Any]:
    """What an event has to name so that only those see it who see the item."""
    if isinstance(item, Objective):
        return {"objective_id": item.pk}
    if isinstance(item, KeyResult):
        return {"objective_id": item.objective_id}
    if isinstance(item, Assumption):
        ends = [one.pk for one in holders_of(item)]
        return dict(zip(("chain_item_id", "linked_item_id"), ends, strict=False))
    return {"chain_item_id": item.pk} if isinstance(item, ChainItem) else {}
