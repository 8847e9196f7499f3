"""Changes to what links and items rest on: assumptions, and evidence."""

from datetime import datetime
from typing import Any

from django.db.models import Max

from impactline.base.addresses import ADDRESS_MAX, is_web_address
from impactline.base.errors import Fault, Faults, Invalid
from impactline.base.events import note
from impactline.base.numbers import bounded
from impactline.base.texts import TITLE_MAX, line
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.chain import verbs
from impactline.chain.models import Assumption, ChainItem, Evidence, Holding, Importance, Likelihood, Link
from impactline.chain.visibility import require_edit_item, require_edit_link
from impactline.people.models import Person

WORDS = {
    "state": Holding.values,
    "importance": ["", *Importance.values],
    "likelihood": ["", *Likelihood.values],
}
NUMBERS = ("at_least", "at_most")
FIELDS = {"text", *WORDS, *NUMBERS, "influenceable", "owner", "review_on", "metric"}
Ground = Link | ChainItem


@action
def assume(*, by: Person, on: Ground, text: str, at: datetime, **fields: Any) -> Assumption:
    """Say what must hold for a link, or at an item; `fields` are those of `Assumption`."""
    require_edit_ground(by, on)
    made = Assumption(**_on(on), position=next_number(Assumption, on))
    for field, value in _checked(made, {"text": text, **fields}).items():
        setattr(made, field, value)
    made.save()
    _tell(verbs.ASSUMED, on, by, at, added=made.text)
    return made


@action
def change_assumption(
    *, by: Person, assumption: Assumption, version: int | None, at: datetime, changes: dict[str, Any]
) -> Assumption:
    """Change an assumption: its text, what is known of it, its owner, its threshold."""
    fresh = locked(assumption, version)
    on = _ground_of(fresh)
    require_edit_ground(by, on)
    if differing := edit(fresh, _checked(fresh, changes)):
        _tell(verbs.ASSUMED, on, by, at, assumption=fresh.text, **differing)
    return fresh


@action
def remove_assumption(*, by: Person, assumption: Assumption, at: datetime) -> None:
    """Take an assumption away; the log keeps what it said."""
    on = _ground_of(assumption)
    require_edit_ground(by, on)
    if Assumption.objects.filter(pk=assumption.pk).delete()[0]:
        _tell(verbs.ASSUMED, on, by, at, removed=assumption.text)


@action
def add_evidence(*, by: Person, on: Ground, title: str, url: str, at: datetime) -> Evidence:
    """Name what shows that an item was delivered, or that a link holds: an http or https address."""
    require_edit_ground(by, on)
    address = web_address(url)
    before = Evidence.objects.filter(**_on(on), url=address).first()
    if before is not None:
        return before
    said = line(title or address[:TITLE_MAX], "title")
    made = Evidence.objects.create(**_on(on), title=said, url=address, position=next_number(Evidence, on))
    tell_evidence(on, by, at, added=made.title)
    return made


@action
def remove_evidence(*, by: Person, evidence: Evidence, at: datetime) -> None:
    """Take evidence away; the log keeps its title."""
    on = _ground_of(evidence)
    require_edit_ground(by, on)
    if Evidence.objects.filter(pk=evidence.pk).delete()[0]:
        tell_evidence(on, by, at, removed=evidence.title)


def web_address(url: str) -> str:
    """An address that a browser can open; raises Invalid for other schemes and what is none."""
    text = line(url, "url", ADDRESS_MAX)
    if not is_web_address(text):
        raise Invalid("This is not a web address.", remedy="Write one that begins with https://.", field="url")
    return text


def _checked(row: Assumption, changes: dict[str, Any]) -> dict[str, Any]:
    checked, faults = known(changes, FIELDS), []
    if "text" in checked:
        checked["text"] = line(checked["text"], "text")
    for field, words in WORDS.items():
        if field in checked and checked[field] not in words:
            remedy = f"Use {', '.join(word for word in words if word)}."
            faults.append(Fault(field, f"“{str(checked[field])[:40]}” is not known here.", remedy))
    for field in NUMBERS:
        if checked.get(field) is not None:
            checked[field] = bounded(checked[field], field)
    metric, low, high = (checked.get(field, getattr(row, field)) for field in ("metric", *NUMBERS))
    if metric is None and (low is not None or high is not None):
        faults.append(Fault("metric", "A threshold needs the metric that it watches.", "Choose a metric."))
    if metric is not None and not metric.is_shared:
        faults.append(Fault("metric", "This metric belongs to a key result.", "Choose a shared metric."))
    if low is not None and high is not None and low > high:
        faults.append(Fault("at_most", "The range ends below its start.", "Exchange the two."))
    if faults:
        raise Faults(faults)
    return checked


def next_number(model: type[Assumption] | type[Evidence], on: Ground) -> int:
    """The number of the next one on a link or an item: those that were taken away leave a gap."""
    last = model.objects.filter(**_on(on)).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _on(on: Ground) -> dict[str, Any]:
    return {"link": on} if isinstance(on, Link) else {"item": on}


def _ground_of(row: Assumption | Evidence) -> Ground:
    found: Any = row.item if row.link is None else row.link
    return found  # type: ignore[no-any-return]


def require_edit_ground(by: Person, on: Ground) -> None:
    """Raises where a person may not change an item, or a link by its ends."""
    if isinstance(on, Link):
        require_edit_link(by, on.source, on.target)
    else:
        require_edit_item(by, on)


def tell_evidence(on: Ground, by: Person, at: datetime, **said: Any) -> None:
    """The event of evidence that came or went."""
    _tell(verbs.EVIDENCE, on, by, at, **said)


def _tell(verb: str, on: Ground, by: Person, at: datetime, **said: Any) -> None:
    if isinstance(on, Link):
        ends = {"chain_item_id": on.source_id, "linked_item_id": on.target_id}
        note(verb, on.source, by=by, at=at, **ends, to=on.target.ref, **said)
    else:
        note(verb, on, by=by, at=at, chain_item_id=on.pk, **said)
