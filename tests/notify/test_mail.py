"""The mails, through a real SMTP server."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from impactline.base.models import Event
from impactline.notify import mail
from impactline.okrs import actions as okrs
from impactline.people import actions
from impactline.people.models import Person
from impactline.reactions import REACTIONS
from tests.cast import NOON, PASSWORD
from tests.scenes import a_running_cycle, an_objective, not_joined_yet

pytestmark = pytest.mark.django_db


def react() -> Event:
    """Run the reactions to the last event, as the worker does."""
    event = Event.objects.latest("pk")
    for reaction in REACTIONS[event.verb]:
        reaction(event)
    return event


def test_an_invitation_names_who_invites_and_where_and_links_to_a_password(ada: Person, mailbox: Any):
    dora = actions.create(by=ada, name="Dora Ñandú", email="dora@example.org", at=NOON)
    actions.invite(by=ada, person=dora, at=timezone.now())
    event = react()
    (found,) = mailbox.wait_for(1)
    assert found["Subject"] == "Ada Admin invites you to Northwind Health"
    assert (found["To"], found["X-Recipients"]) == ("dora@example.org", "dora@example.org")
    assert (found["From"], found["Auto-Submitted"]) == ("Impactline <impactline@localhost>", "auto-generated")
    assert found["Message-ID"] == f"<event-{event.pk}-{dora.pk}@127.0.0.1>"
    text = found.get_content()
    link = next(line for line in text.splitlines() if "/invitation/" in line)
    assert Client().get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_who_has_joined_meanwhile_is_not_invited_again(ada: Person, alice: Person, mailbox: Any):
    actions.invite(by=ada, person=not_joined_yet(alice), at=NOON)
    alice.set_password(PASSWORD)
    alice.save()
    react()
    assert mailbox.messages == []


@pytest.mark.parametrize("verb", ["invite", "reset"])
def test_who_has_left_gets_no_mail(ada: Person, bob: Person, mailbox: Any, verb: str):
    if verb == "invite":
        actions.invite(by=ada, person=not_joined_yet(bob), at=NOON)
    else:
        actions.ask_for_reset(email=bob.email, at=NOON)
    event = Event.objects.latest("pk")
    actions.deactivate(by=ada, person=bob, at=NOON)
    for reaction in REACTIONS[event.verb]:
        reaction(event)
    assert mailbox.messages == []


def test_a_reaction_that_runs_twice_sends_mails_of_the_same_id(alice: Person, mailbox: Any):
    actions.ask_for_reset(email=alice.email, at=NOON)
    react()
    react()
    first, second = mailbox.wait_for(2)
    assert first["Message-ID"] == second["Message-ID"]


def test_a_new_password_is_told_to_whose_it_is(alice: Person, mailbox: Any):
    actions.change_password(by=alice, old=PASSWORD, new="another good one 77", session="", at=NOON)
    react()
    (found,) = mailbox.wait_for(1)
    assert (found["To"], found["Subject"]) == (alice.email, "Your password was changed")
    assert "another good one 77" not in found.get_content()


def test_an_owner_is_told_who_opened_a_private_objective_and_why(ada: Person, alice: Person, mailbox: Any):
    secret = an_objective(alice, a_running_cycle(ada), "Merger", ref="fusión", visibility="private")
    okrs.break_glass(by=ada, objective=secret, reason="Audit\r\nBcc: eve@example.org", at=timezone.now())
    react()
    (found,) = mailbox.wait_for(1)
    assert (found["To"], found["X-Recipients"], found["Bcc"]) == (alice.email, alice.email, None)
    text = found.get_content()
    assert "Ada Admin opened “Merger”" in text
    assert "Audit" in text
    assert "/objectives/fusi%C3%B3n" in text


def test_administrators_are_not_told_of_what_they_opened_themselves(ada: Person, mailbox: Any):
    secret = an_objective(ada, a_running_cycle(ada), "Merger", visibility="private")
    okrs.break_glass(by=ada, objective=secret, reason="Audit", at=timezone.now())
    react()
    assert mailbox.messages == []


def test_names_cannot_add_headers(ada: Person, mailbox: Any):
    actions.change_person(by=ada, person=ada, version=None, at=NOON, changes={"name": "A\r\nBcc: eve@example.org"})
    dora = actions.create(by=ada, name="Dora", email="dora@example.org", at=NOON)
    actions.invite(by=ada, person=dora, at=NOON)
    react()
    (found,) = mailbox.wait_for(1)
    assert found["Bcc"] is None
    assert found["X-Recipients"] == "dora@example.org"


def test_without_a_mail_server_nothing_is_sent_and_the_log_says_so(alice: Person, settings: Any, caplog: Any):
    settings.EMAIL_HOST = ""
    actions.ask_for_reset(email=alice.email, at=NOON)
    react()
    assert "no mail server is set" in caplog.text
    assert alice.email not in caplog.text


@pytest.mark.parametrize(("code", "tried_again"), [(550, False), (450, True)])
def test_an_address_that_is_refused_for_good_is_not_tried_again(
    alice: Person, settings: Any, monkeypatch: pytest.MonkeyPatch, code: int, tried_again: bool
):
    from smtplib import SMTPRecipientsRefused

    settings.EMAIL_HOST = "mail.example.org"

    def refuse(self: Any) -> None:
        raise SMTPRecipientsRefused({alice.email: (code, b"no")})

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    actions.ask_for_reset(email=alice.email, at=NOON)
    if tried_again:
        with pytest.raises(SMTPRecipientsRefused):
            react()
    else:
        react()
