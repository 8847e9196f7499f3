"""Judgements of outcomes: given, for oneself or on behalf of a group, and taken back."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Max

from impactline.base.errors import Fault, Faults, Forbidden, Invalid, Refusal
from impactline.base.events import note
from impactline.base.kept_files import keep
from impactline.base.texts import PROSE_MAX, TITLE_MAX, can_be_read, line, prose
from impactline.base.transactions import action
from impactline.base.versions import locked
from impactline.chain import rubric, verbs
from impactline.chain.actions.files import HandedIn, checked
from impactline.chain.actions.items import today_of
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem, Judgement
from impactline.chain.visibility import may_edit_item, require_edit_item
from impactline.metrics.said import EVIDENCE_MAX, Link, url_fault
from impactline.people.models import Person
from impactline.people.roles import require_writer


@action
def judge(
    *,
    by: Person,
    outcome: ChainItem,
    at: datetime,
    level: str = "",
    narrative: str = "",
    day: date | None = None,
    person: Person | None = None,
    on_behalf_of: str = "",
    evidence: Sequence[Link] = (),
    files: Sequence[HandedIn] = (),
) -> Judgement:
    """Say how far an outcome has come about: a level of its rubric, in words, or both; today by default.

    What bears it out are pages and files.
    Whoever sees it and may write judges, for themselves or on behalf of a group; what another `person` says is written
    down by whoever may change the outcome. Raises Faults with everything that is wrong.
    """
    require_writer(by)
    fresh = locked(outcome, None)
    who = None if on_behalf_of.strip() else person or by
    if who is not None and who.pk != by.pk:
        require_edit_item(by, fresh)
    given = _Given(level, narrative, day, person, on_behalf_of, evidence, files)
    found = _checked(fresh, given, today_of(at))
    same = Judgement.objects.filter(item=fresh, person=who, day=found["day"], on_behalf_of=found["on_behalf_of"]).last()
    if same is not None and all(getattr(same, name) == value for name, value in found.items()):
        return same
    for file in files:
        keep(file.content)
    made = Judgement.objects.create(item=fresh, person=who, by=by, recorded_at=at, position=_next(fresh), **found)
    note(verbs.JUDGED, fresh, by=by, at=at, chain_item_id=fresh.pk, day=str(made.day), added=_words(made))
    return made


@action
def add_judgement_file(*, by: Person, judgement: Judgement, file: HandedIn, at: datetime) -> Judgement:
    """Hand in a file that bears a judgement out: whoever gave it or wrote it down, or may change the outcome."""
    require_writer(by)
    locked(judgement.item, None)
    row = Judgement.objects.get(pk=judgement.pk)
    _require_own(by, row)
    found = checked(file)
    if any(entry.get("digest") == found.digest for entry in row.evidence):
        return row
    if len(row.evidence) >= EVIDENCE_MAX:
        message = f"A judgement has at most {EVIDENCE_MAX} pieces of evidence."
        raise Invalid(message, remedy="Put several into one file.", field="file")
    keep(file.content)
    row.evidence = [*row.evidence, found._asdict()]
    row.save(update_fields=["evidence"])
    data: dict[str, Any] = {"day": str(row.day), "added": found.title, "file": found.file_name}
    note(verbs.JUDGED, row.item, by=by, at=at, chain_item_id=row.item_id, sha256=found.digest, **data)
    return row


@action
def withdraw_judgement(*, by: Person, judgement: Judgement, at: datetime) -> None:
    """Take a judgement back: whoever gave it, wrote it down, or may change the outcome. The log keeps its level."""
    require_writer(by)
    item = judgement.item
    _require_own(by, judgement)
    if Judgement.objects.filter(pk=judgement.pk).delete()[0]:
        day = str(judgement.day)
        note(verbs.JUDGEMENT_WITHDRAWN, item, by=by, at=at, chain_item_id=item.pk, day=day, removed=_words(judgement))


def _require_own(by: Person, judgement: Judgement) -> None:
    if by.pk not in {judgement.person_id, judgement.by_id} and not may_edit_item(by, judgement.item):
        raise Forbidden("Only whoever judged, and whoever may change it, may do that.", remedy="Ask one of them.")


class _Given(NamedTuple):
    """A judgement as it is given."""

    level: str
    narrative: str
    day: date | None
    person: Person | None
    on_behalf_of: str
    evidence: Sequence[Link]
    files: Sequence[HandedIn]


def _checked(outcome: ChainItem, given: _Given, today: date) -> dict[str, Any]:
    """The columns of a judgement; raises Faults with all that is wrong."""
    faults = list(_faults(outcome, given, today))
    levels, place = rubric.levels(outcome.rubric), rubric.place(given.level, outcome.rubric)
    found: dict[str, Any] = {"day": given.day or today, "level": "", "rating": None, "of": None}
    found |= {} if place is None else {"level": levels[place], "rating": place, "of": len(levels)}
    for field, clean, most in (("narrative", prose, PROSE_MAX), ("on_behalf_of", line, rubric.VOICE_MAX)):
        text = getattr(given, field)
        try:
            found[field] = clean(text, field, most) if text.strip() else ""
        except Refusal as refused:
            faults.append(Fault(field, refused.message, refused.remedy))
    shown: list[dict[str, Any]] = []
    for file in given.files:
        try:
            shown.append(checked(file)._asdict())
        except Refusal as refused:
            faults.append(Fault("file", refused.message, refused.remedy))
    if faults:
        raise Faults(faults)
    pages = ((line(one.title or one.url, "evidence"), one.url.strip()) for one in given.evidence)
    return found | {"evidence": [*({"title": title, "url": url} for title, url in pages), *shown]}


def _faults(outcome: ChainItem, given: _Given, today: date) -> Iterator[Fault]:
    if outcome.level != Level.OUTCOME:
        yield Fault("level", "Only an outcome is judged.", "Judge the outcome that it contributes to.")
    elif given.level.strip() and rubric.place(given.level, outcome.rubric) is None:
        known = ", ".join(rubric.levels(outcome.rubric))
        yield Fault("level", f"“{given.level[:40]}” is not a level of its rubric.", f"The levels: {known}.")
    if not given.level.strip() and not can_be_read(given.narrative):
        yield Fault("level", "The judgement is empty.", "Choose a level, or tell it in words.")
    if given.day is not None and given.day > today:
        yield Fault("day", "That day is still to come.", "Choose today or an earlier day.")
    if given.person is not None and given.on_behalf_of.strip():
        yield Fault("on_behalf_of", "A judgement has one voice.", "Name a person or a group.")
    if len(given.evidence) + len(given.files) > EVIDENCE_MAX:
        message = f"A judgement has at most {EVIDENCE_MAX} pieces of evidence."
        yield Fault("evidence", message, "Link to a page that lists them.")
    for one in given.evidence:
        if message := url_fault(one.url):
            yield Fault("evidence", f"“{one.url[:80]}”: {message}", "Copy the address from the browser.")
        if len(one.title) > TITLE_MAX:
            yield Fault("evidence", "The title of a link is too long.", f"Use at most {TITLE_MAX} characters.")


def _next(outcome: ChainItem) -> int:
    last = Judgement.objects.filter(item=outcome).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _words(judgement: Judgement) -> str:
    voice = judgement.on_behalf_of or (judgement.person.name if judgement.person else "")
    return ", ".join(part for part in (voice, judgement.level) if part)
