"""Getting in and out: invitations, passwords, sessions, tokens."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.test import Client

from impactline.base.errors import Faults, Forbidden, Invalid, NotFound
from impactline.people import actions, signing_in
from impactline.people.models import Token
from tests.cast import NOON, PASSWORD
from tests.scenes import leaves, not_joined_yet

BETTER = "a much better password 99"


def signed_in(person):
    client = Client()
    client.force_login(person, "impactline.people.signing_in.Backend")
    return client.session.session_key


def test_an_invitation_is_a_link_with_which_a_person_chooses_a_password_once(ada):
    dora = actions.create(by=ada, name="Dora", email="dora@example.org", at=NOON)
    with leaves("person.invited"):
        link = actions.invite(by=ada, person=dora, at=NOON)
    with leaves("person.joined"):
        actions.choose_password(link=link, password=BETTER, at=NOON)
    dora.refresh_from_db()
    assert dora.check_password(BETTER)
    with pytest.raises(NotFound):
        actions.choose_password(link=link, password=PASSWORD, at=NOON)


@pytest.mark.parametrize("link", ["", "-", "x", "zzz-abc", "1-", "-1-2", "9" * 50 + "-a", "🙂-🙂"])
def test_a_link_that_nobody_was_sent_opens_nothing(alice, link):
    with pytest.raises(NotFound):
        actions.choose_password(link=link, password=BETTER, at=NOON)


def test_a_weak_password_is_refused_and_the_link_stays_good(ada, alice):
    link = actions.invite(by=ada, person=not_joined_yet(alice), at=NOON)
    with pytest.raises(Faults):
        actions.choose_password(link=link, password="password", at=NOON)
    assert actions.choose_password(link=link, password=BETTER, at=NOON) == alice


def test_only_administrators_invite_and_only_who_has_access(ada, alice, bob):
    with pytest.raises(Forbidden):
        actions.invite(by=alice, person=bob, at=NOON)
    actions.deactivate(by=ada, person=bob, at=NOON)
    with pytest.raises(Invalid):
        actions.invite(by=ada, person=bob, at=NOON)


def test_nobody_gets_a_link_that_opens_the_account_of_somebody_who_has_joined(ada, alice):
    with pytest.raises(Invalid), leaves():
        actions.invite(by=ada, person=alice, at=NOON)


def test_a_token_made_by_a_token_does_not_outlive_it(alice):
    until = NOON + timedelta(days=3)
    lasting, _ = actions.create_token(by=alice, name="lasting", at=NOON, until=until)
    longer, _ = actions.create_token(by=alice, name="longer", at=NOON, until=until, days=90)
    shorter, _ = actions.create_token(by=alice, name="shorter", at=NOON, until=until, days=1)
    assert (lasting.expires_at, longer.expires_at) == (until, until)
    assert shorter.expires_at == NOON + timedelta(days=1)


def test_asking_for_a_reset_says_nothing_about_who_is_known(alice):
    with leaves("person.password_reset_requested"):
        assert actions.ask_for_reset(email=" ALICE@example.org ", at=NOON) is None
    with leaves():
        assert actions.ask_for_reset(email="nobody@example.org", at=NOON) is None


def test_a_changed_password_ends_the_other_sessions(alice, bob):
    here, there, others = signed_in(alice), signed_in(alice), signed_in(bob)
    with leaves("person.password_changed"):
        actions.change_password(by=alice, old=PASSWORD, new=BETTER, session=here, at=NOON)
    assert set(Session.objects.values_list("session_key", flat=True)) == {here, others}
    assert there not in {here, others}
    with pytest.raises(Invalid) as refusal:
        actions.change_password(by=alice, old=PASSWORD, new=BETTER, session=here, at=NOON)
    assert refusal.value.field == "old"


def test_all_sessions_end_for_oneself_or_by_an_administrator(ada, alice, bob):
    signed_in(alice), signed_in(alice)
    with pytest.raises(Forbidden):
        actions.sign_out_everywhere(by=bob, person=alice, at=NOON)
    with leaves("person.signed_out_everywhere"):
        assert actions.sign_out_everywhere(by=alice, person=alice, at=NOON) == 2
    assert actions.sign_out_everywhere(by=ada, person=alice, at=NOON) == 0


def test_a_token_acts_for_its_person_until_it_ends_and_only_its_digest_is_kept(alice):
    with leaves("token.created") as left:
        token, secret = actions.create_token(by=alice, name="script", days=30, at=NOON)
    assert secret not in str(Token.objects.values().get())
    assert secret not in str(left[0].data)
    assert signing_in.token_bearer(secret, NOON).person == alice
    assert signing_in.token_bearer(secret, NOON + timedelta(days=30)) is None
    assert signing_in.token_bearer(secret + "x", NOON) is None
    with leaves("token.revoked"):
        actions.revoke_token(by=alice, token=token, at=NOON)
        actions.revoke_token(by=alice, token=token, at=NOON)
    assert signing_in.token_bearer(secret, NOON) is None


def test_the_token_of_somebody_without_access_opens_nothing(ada, alice):
    _, secret = actions.create_token(by=alice, name="script", at=NOON)
    actions.deactivate(by=ada, person=alice, at=NOON)
    assert signing_in.token_bearer(secret, NOON) is None


def test_the_token_of_a_guest_only_reads(gil):
    token, _ = actions.create_token(by=gil, name="script", at=NOON)
    assert token.read_only


def test_a_token_lasts_a_sensible_time_and_is_revoked_by_its_person_or_an_administrator(ada, alice, bob):
    for days in (0, -1, 4000):
        with pytest.raises(Invalid):
            actions.create_token(by=alice, name="script", days=days, at=NOON)
    token, _ = actions.create_token(by=alice, name="script", at=NOON)
    with pytest.raises(Forbidden):
        actions.revoke_token(by=bob, token=token, at=NOON)
    actions.revoke_token(by=ada, token=token, at=NOON)


def test_no_two_tokens_have_the_same_digest(alice):
    token, _ = actions.create_token(by=alice, name="script", at=NOON)
    with pytest.raises(IntegrityError):
        Token.objects.create(person=alice, name="copy", digest=token.digest, prefix="il_", created_at=NOON)


def test_signing_in_asks_for_the_right_password_of_somebody_with_access(ada, alice):
    backend = signing_in.Backend()
    assert backend.authenticate(None, username="ALICE@example.org", password=PASSWORD) == alice
    for name, password in (("alice@example.org", BETTER), ("nobody@example.org", PASSWORD), ("", ""), (None, None)):
        assert backend.authenticate(None, username=name, password=password) is None
    assert backend.authenticate(None, username="alice@example.org", password="x" * 5000) is None
    actions.deactivate(by=ada, person=alice, at=NOON)
    assert backend.authenticate(None, username="alice@example.org", password=PASSWORD) is None


def test_a_session_names_its_person_until_the_password_changes(alice):
    from django.utils import timezone

    key, now = signed_in(alice), timezone.now()
    assert signing_in.person_of_session(key, now) == alice
    assert signing_in.person_of_session("unknown", now) is None
    assert signing_in.person_of_session(key, now + timedelta(days=100)) is None
    alice.set_password(BETTER)
    alice.save()
    assert signing_in.person_of_session(key, now) is None
