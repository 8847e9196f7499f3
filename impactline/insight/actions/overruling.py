"""Overruling a finding of wording, and heeding the rule again."""

from datetime import datetime
from typing import Any

from impactline.base.errors import Invalid, NotFound
from impactline.base.events import note as write_event
from impactline.base.texts import prose
from impactline.base.transactions import action
from impactline.chain.models import ChainItem
from impactline.chain.visibility import require_edit_item
from impactline.insight import verbs
from impactline.insight.models import Overruled
from impactline.insight.stating import Item, text_of
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

    Said twice with the same note it is as said once. Raises Invalid for a rule that is not known, a note that
    is missing, and where it is overruled with another note already.
    """
    fresh = _locked(item)
    _require_edit(by, fresh)
    if rule not in RULES:
        raise Invalid(f"There is no rule “{rule[:40]}”.", remedy=f"Name one of {', '.join(RULES)}.", field="rule")
    said = prose(note, "note", NOTE_MAX)
    if not said:
        raise Invalid("Say why the rule is wrong here.", remedy="Write a few words.", field="note")
    of = {fresh.kind_name: fresh}
    digest = digest_of(text_of(fresh))
    there = Overruled.objects.filter(**of, rule=rule, digest=digest, resumed_at=None).first()
    if there is not None and there.note != said:
        raise Invalid("It is overruled already.", remedy="Heed the rule again first.", field="rule")
    if there is None:
        there = Overruled.objects.create(**of, rule=rule, digest=digest, note=said, by=by, at=at)
        write_event(verbs.OVERRULED, fresh, by=by, at=at, **_audience(fresh), rule=rule, note=said)
    return there


@action
def heed_again(*, by: Person, item: Item, rule: str, at: datetime) -> None:
    """Heed a rule again that was overruled for an item. Raises NotFound where it was not."""
    fresh = _locked(item)
    _require_edit(by, fresh)
    rows = Overruled.objects.filter(**{fresh.kind_name: fresh}, rule=rule, resumed_at=None)
    if not rows.update(resumed_at=at, resumed_by=by):
        raise NotFound(f"The rule “{rule[:40]}” is not overruled here.")
    write_event(verbs.HEEDED, fresh, by=by, at=at, **_audience(fresh), rule=rule)


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
    else:
        require_edit_item(person, item)


def _audience(item: Item) -> dict[str, Any]:
    """What an event has to name so that only those see it who see the item."""
    if isinstance(item, Objective):
        return {"objective_id": item.pk}
    if isinstance(item, KeyResult):
        return {"objective_id": item.objective_id}
    return {"chain_item_id": item.pk} if isinstance(item, ChainItem) else {}
