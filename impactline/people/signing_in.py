"""Signing in by e-mail and password, tokens for programs, links by mail, and the end of sessions."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.http import base36_to_int, int_to_base36

from impactline.people.models import Person, Token

TOKEN_PREFIX = "il_"  # noqa: S105 - the visible beginning of every token, no secret
SEEN_EVERY = timedelta(minutes=10)
SESSION_LASTS = timedelta(days=7)
IDLE_MAX = timedelta(hours=12)
USED_AT = "used_at"
_links = PasswordResetTokenGenerator()


class Backend(BaseBackend):
    """Checks e-mail and password, at the same cost whether or not the person exists."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Person | None:
        if not username or password is None or len(password) > 4096:
            return None
        person = Person.objects.filter(email__iexact=username).first()
        if person is None or not person.has_usable_password():
            make_password(password)
            return None
        known = check_password(password, person.password, setter=lambda raw: _rehash(person, raw))
        return person if known and person.is_active else None

    def get_user(self, user_id: int) -> Person | None:
        return Person.objects.filter(pk=user_id, is_active=True).first()


def _rehash(person: Person, raw: str | None) -> None:
    person.set_password(raw)
    person.save(update_fields=["password"])


def new_token() -> tuple[str, str, str]:
    """A fresh token: the secret shown once, its visible prefix, and the digest that is kept."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    return secret, secret[:9], digest(secret)


def digest(secret: str) -> str:
    """What is kept of a token. The secret has 256 random bits, so a plain hash suffices."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_bearer(secret: str, now: datetime) -> Token | None:
    """The valid token behind a secret, with its person; None when unknown, expired, revoked or left."""
    if not secret.startswith(TOKEN_PREFIX) or len(secret) > 100:
        return None
    token = (
        Token.objects.select_related("person")
        .filter(digest=digest(secret), revoked_at=None, person__is_active=True)
        .first()
    )
    if token is None or (token.expires_at is not None and token.expires_at <= now):
        return None
    if token.used_at is None or now - token.used_at > SEEN_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=now)
    return token


def link_for(person: Person) -> str:
    """The secret part of a link with which a person chooses a password: valid once and for three days."""
    return f"{int_to_base36(person.pk)}-{_links.make_token(person)}"


def person_of_link(link: str) -> Person | None:
    """The person behind such a link, or None when it is wrong, used or too old."""
    number, _, token = link.partition("-")
    try:
        person = Person.objects.filter(pk=base36_to_int(number), is_active=True).first()
    except ValueError:
        return None
    return person if person is not None and _links.check_token(person, token) else None


def use(session: SessionBase, now: datetime) -> None:
    """Note that a session is used, at most every ten minutes; a new one ends for good after a week."""
    if USED_AT not in session:
        session.set_expiry(now + SESSION_LASTS)
        session[USED_AT] = now.isoformat()
    elif now - _used_at(session, now) > SEEN_EVERY:
        session[USED_AT] = now.isoformat()


def is_idle(session: "SessionBase | Mapping[str, Any]", now: datetime) -> bool:
    """Whether a session was last used more than half a day ago."""
    return now - _used_at(session, now) > IDLE_MAX


def _used_at(session: "SessionBase | Mapping[str, Any]", now: datetime) -> datetime:
    return datetime.fromisoformat(session.get(USED_AT) or now.isoformat())


def end_idle_sessions(now: datetime) -> int:
    """End the sessions that are over or were not used for half a day; returns how many ended."""
    ended, _ = Session.objects.filter(expire_date__lte=now).delete()
    for session in Session.objects.iterator():
        if is_idle(session.get_decoded(), now):
            session.delete()
            ended += 1
    return ended


def sessions_alive(keys: Collection[str], now: datetime) -> set[str]:
    """Those of the sessions that have neither ended nor run out; one query."""
    found = Session.objects.filter(session_key__in=keys, expire_date__gt=now)
    return set(found.values_list("session_key", flat=True))


def end_sessions(person: Person, keep: str = "") -> int:
    """End all sessions of a person but one; returns how many ended."""
    ended = 0
    for session in Session.objects.exclude(session_key=keep).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
            ended += 1
    return ended


def person_of_session(key: str, now: datetime) -> Person | None:
    """The person signed in by a session, or None; the same check as Django's middleware makes."""
    session = Session.objects.filter(session_key=key, expire_date__gt=now).first()
    if session is None:
        return None
    data = session.get_decoded()
    if is_idle(data, now):
        return None
    person = Person.objects.filter(pk=data.get("_auth_user_id") or 0, is_active=True).first()
    if person is None or not secrets.compare_digest(
        str(data.get("_auth_user_hash", "")), person.get_session_auth_hash()
    ):
        return None
    return person
