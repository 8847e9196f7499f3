"""The digest: what a person owes and what needs their attention, by mail, in the morning of where they are.

Each is made for its reader when it is sent: nothing stands in it that they may not see at that moment, and days and
numbers are written as in their locale.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX as UNUSABLE

from impactline.chain.names import read
from impactline.checkins.queries import Due, due_of
from impactline.insight.attention import Attention, Cause, Scope, attention
from impactline.insight.rules.rewriting import as_written_in
from impactline.notify.mail import deliver
from impactline.okrs.today import Present, present
from impactline.people import actions
from impactline.people.models import Digest, Organisation, Person
from impactline.people.queries import organisation, zone

HOUR, FRIDAY = 7, 4
DUE_MAX, CAUSES_MAX, GONE_MAX = 7, 5, 5
AT_ONCE_SECONDS = 20.0

OwnWords = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Mail:
    """What is sent."""

    subject: str
    body: str


def send_due(at: datetime) -> int:
    """Send the digests that are due, as many as a moment allows, the others next time; returns how many people had one.

    Who is new has the first one with the next day or week. Without a mail server nothing is sent, nor forgotten.
    """
    if not settings.EMAIL_HOST or (organisation := Organisation.objects.first()) is None:
        return 0
    reached = Person.objects.filter(is_active=True).exclude(password__startswith=UNUSABLE).exclude(digest=Digest.NEVER)
    actions.told_in_digest(people=list(reached.filter(digested_at=None).values_list("pk", flat=True)), at=at)
    waiting = reached.filter(digested_at__lt=at).order_by("pk").values_list("pk", "digest", "timezone", "digested_at")
    until, done, now = time.monotonic() + AT_ONCE_SECONDS, 0, present(at, organisation)
    for number, often, timezone, before in waiting:
        local = at.astimezone(zone(timezone or organisation.timezone))
        if before is None or not is_due(often, local, before):
            continue
        _send(Person.objects.get(pk=number), now, before, local.date())
        actions.told_in_digest(people=[number], at=at)
        done += 1
        if time.monotonic() > until:
            break
    return done


def is_due(often: str, local: datetime, before: datetime) -> bool:
    """Whether it is time: from seven on, on working days; each day, or once in a week that begins on Monday."""
    if local.hour < HOUR or local.weekday() > FRIDAY:
        return False
    begins = local.date() - timedelta(days=local.weekday() if often == Digest.WEEKLY else 0)
    return before.astimezone(local.tzinfo or UTC).date() < begins


def digest_of(person: Person, now: Present, since: datetime) -> Mail | None:
    """The mail to a person with what is new and gone since the last; None when there is nothing to say."""
    due = [one for one in due_of(person, now) if one.is_owed(now.day)]
    found = attention(person, Scope(mine=True), now.day, since)
    causes = [one for one in found.causes if not one.is_hint]
    if not due and not causes:
        return None
    own_words = _own_words(person)
    told = [_check_ins(due), _causes(causes, own_words), _gone(found, own_words)]
    often = f"How often this comes is up to you: {settings.URL}/profile\n"
    said = [*([f"{_counted(len(due), 'check-in')} due"] if due else []), *([_needing(len(causes))] if causes else [])]
    return Mail(", ".join(said), "\n\n".join([f"Good morning {person.name},", *filter(None, told), often]))


def _send(person: Person, now: Present, before: datetime, day: date) -> None:
    if (mail := digest_of(person, now, before)) is not None:
        deliver(person, mail.subject, mail.body, f"digest-{day}")


def _own_words(person: Person) -> OwnWords:
    """What findings say, in the organisation's names of levels, with days and numbers as the person writes them."""
    here = organisation()
    names, locale = read(here.level_names), person.locale or here.locale
    return lambda text: as_written_in(names.retell(text), locale)


def _check_ins(due: list[Due]) -> str:
    if not due:
        return ""
    lines = [f"- {one.key_result.title} ({_lateness(one)})" for one in due[:DUE_MAX]]
    return "\n".join(["Check-ins due", "", *_more(lines, len(due)), "", f"Answer them in place: {settings.URL}/"])


def _lateness(due: Due) -> str:
    return f"{_counted(due.days_late, 'day')} late" if due.days_late > 0 else "due now"


def _causes(causes: list[Cause], own_words: OwnWords) -> str:
    if not causes:
        return ""
    lines = [_said(cause, own_words) for cause in causes[:CAUSES_MAX]]
    return "\n".join(
        ["Needs attention", "", *_more(lines, len(causes)), "", f"What mends each: {settings.URL}/attention"]
    )


def _said(cause: Cause, own_words: OwnWords) -> str:
    first = cause.findings[0]
    named = " – ".join(title for _, _, title in first.about)
    return f"- {'New: ' if cause.is_new else ''}{named}\n  {own_words(f'{first.message} {first.remedy}')}"


def _gone(found: Attention, own_words: OwnWords) -> str:
    if not found.gone:
        return ""
    lines = [f"- {row.about[0][2]}: {own_words(row.message)}" for row in found.gone[:GONE_MAX]]
    return "\n".join(["No longer", "", *_more(lines, found.gone_count)])


def _more(lines: list[str], count: int) -> list[str]:
    return lines if count <= len(lines) else [*lines, f"- and {count - len(lines)} more"]


def _needing(count: int) -> str:
    return "1 thing needs attention" if count == 1 else f"{count} things need attention"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
