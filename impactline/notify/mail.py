"""The mails: invitations, links to a new password, a password changed, a private objective opened."""

import logging
from smtplib import SMTPRecipientsRefused
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from impactline.base.models import Event
from impactline.okrs.models import Objective
from impactline.people.models import Organisation, Person
from impactline.people.signing_in import link_for

PERMANENT = 500  # SMTP codes from here on: there is no use in trying again
log = logging.getLogger(__name__)


def send_invitation(event: Event) -> None:
    """Send a person the link with which they choose their first password."""
    person = _who_has_access(event.item_id)
    if person is None or person.has_usable_password():
        return
    organisation = Organisation.objects.get()
    inviter = event.actor.name if event.actor else organisation.name
    _send(
        event,
        person,
        f"{inviter} invites you to {organisation.name}",
        f"{inviter} invites you to set and follow objectives at {organisation.name}.\n\n"
        f"Choose a password here; the link works once, for three days:\n{_link(person, 'invitation')}\n",
    )


def send_reset(event: Event) -> None:
    """Send a person the link with which they choose a new password."""
    person = _who_has_access(event.item_id)
    if person is None:
        return
    _send(
        event,
        person,
        "A new password",
        "Somebody, we hope you, asked for a new password.\n\n"
        f"Choose it here; the link works once, for three days:\n{_link(person, 'password')}\n\n"
        "If it was not you, there is nothing to do: your password stays as it is.\n",
    )


def tell_of_new_password(event: Event) -> None:
    """Tell a person that their password was changed, in case it was not them."""
    person = _who_has_access(event.item_id)
    if person is None:
        return
    _send(
        event,
        person,
        "Your password was changed",
        "Your password was changed, and your other sessions have ended.\n\n"
        f"If it was not you, choose a new one now:\n{settings.URL}/password\n\n"
        "and tell an administrator of your organisation.\n",
    )


def tell_of_broken_glass(event: Event) -> None:
    """Tell the owner of a private objective that an administrator opened it, and why."""
    objective = Objective.objects.filter(pk=event.item_id).first()
    owner = _who_has_access(objective.owner_id) if objective is not None else None
    if objective is None or owner is None or owner.pk == event.actor_id:
        return
    who = event.actor.name if event.actor else "An administrator"
    _send(
        event,
        owner,
        "A private objective of yours was opened",
        f"{who} opened “{objective.title}” as administrator, for one hour.\n\n"
        f"The reason given: {event.data.get('reason', '')}\n\n{settings.URL}/objectives/{quote(objective.ref)}\n",
    )


def _who_has_access(person_id: int | None) -> Person | None:
    return None if person_id is None else Person.objects.filter(pk=person_id, is_active=True).first()


def _link(person: Person, noun: str) -> str:
    return f"{settings.URL}/{noun}/{link_for(person)}"


def _send(event: Event, person: Person, subject: str, body: str) -> None:
    deliver(person, subject, body, f"event-{event.pk}")


def deliver(person: Person, subject: str, body: str, occasion: str) -> None:
    """Send a mail; sent twice for the same occasion it has the same id, so that mailboxes can drop one."""
    if not settings.EMAIL_HOST:
        log.warning("no mail server is set (IMPACTLINE_SMTP_HOST): the mail for %s was not sent", occasion)
        return
    headers = {
        "Message-ID": f"<{occasion}-{person.pk}@{urlsplit(settings.URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMessage(" ".join(subject.split()), body, to=[person.email], headers=headers)
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        if any(code < PERMANENT for code, _ in error.recipients.values()):
            raise
        log.warning("the mail server refuses the address of person %s: %s", person.pk, occasion)
