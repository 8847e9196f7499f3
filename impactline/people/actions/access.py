"""How people get in and out: invitations, passwords, sessions, tokens."""

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from impactline.base.errors import Fault, Faults, Invalid, NotFound
from impactline.base.events import note
from impactline.base.models import Event
from impactline.base.texts import line
from impactline.base.transactions import action
from impactline.base.versions import locked
from impactline.people import signing_in, verbs
from impactline.people.models import Person, Token
from impactline.people.roles import require_administrator

RESET_EVERY = timedelta(minutes=5)


@action
def invite(*, by: Person, person: Person, at: datetime) -> str:
    """Invite a person who has not chosen a password; returns the secret of the link, which is also mailed."""
    require_administrator(by)
    fresh = locked(person, None)
    if not fresh.is_active:
        raise Invalid(f"{fresh.name} has no access.", remedy="Give access back first.")
    if fresh.has_usable_password():  # the link sets a password: it would open somebody else's account
        raise Invalid(f"{fresh.name} has joined already.", remedy="They ask for a new password where they sign in.")
    fresh.invited_at = at
    fresh.save(update_fields=["invited_at"])
    note(verbs.INVITED, fresh, by=by, at=at)
    return signing_in.link_for(fresh)


@action
def ask_for_reset(*, email: str, at: datetime) -> None:
    """Ask for a link to a new password: one mail in five minutes. Says nothing about whether the address is known."""
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        return
    asked = Event.objects.filter(kind=Person.kind_name, item_id=person.pk, verb=verbs.RESET)
    if not asked.filter(at__gt=at - RESET_EVERY).exists():
        note(verbs.RESET, person, by=None, at=at)


@action
def choose_password(*, link: str, password: str, at: datetime) -> Person:
    """Choose a password by an invitation or reset link; other sessions end."""
    person = signing_in.person_of_link(link)
    if person is None:
        raise NotFound("This link is no longer valid.", remedy="Ask for a new one.")
    joined = not person.has_usable_password()
    set_password(person, password)
    person.save(update_fields=["password"])
    signing_in.end_sessions(person)
    note(verbs.JOINED if joined else verbs.PASSWORD, person, by=person, at=at)
    return person


@action
def change_password(*, by: Person, old: str, new: str, session: str, at: datetime) -> None:
    """Change one's own password; sessions other than this one end."""
    if not by.check_password(old):
        raise Invalid("That is not your present password.", field="old")
    set_password(by, new)
    by.save(update_fields=["password"])
    signing_in.end_sessions(by, keep=session)
    note(verbs.PASSWORD, by, by=by, at=at)


@action
def sign_out_everywhere(*, by: Person, person: Person, at: datetime) -> int:
    """End all sessions of a person: oneself, or anybody for an administrator."""
    if by.pk != person.pk:
        require_administrator(by)
    ended = signing_in.end_sessions(person)
    note(verbs.SIGNED_OUT, person, by=by, at=at)
    return ended


@action
def create_token(
    *,
    by: Person,
    name: str,
    at: datetime,
    read_only: bool = False,
    days: int | None = None,
    until: datetime | None = None,
) -> tuple[Token, str]:
    """Make a token that acts for oneself; returns it with the secret, which is never shown again.

    It ends at the latest at `until`: when the token ends by which it is asked for.
    """
    if days is not None and not 1 <= days <= 3660:
        raise Invalid("A token lasts between 1 and 3660 days.", field="days")
    ends = [end for end in (until, None if days is None else at + timedelta(days=days)) if end is not None]
    secret, prefix, digest = signing_in.new_token()
    token = Token.objects.create(
        person=by,
        name=line(name, "name", 100),
        prefix=prefix,
        digest=digest,
        read_only=read_only or not by.may_write,
        created_at=at,
        expires_at=min(ends, default=None),
    )
    note(verbs.TOKEN, token, by=by, at=at, name=token.name, read_only=token.read_only)
    return token, secret


@action
def revoke_token(*, by: Person, token: Token, at: datetime) -> None:
    """Revoke a token of one's own, or anybody's for an administrator."""
    if token.person_id != by.pk:
        require_administrator(by)
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        note(verbs.REVOKED, token, by=by, at=at, name=token.name)


def set_password(person: Person, password: str) -> None:
    """Give a person (not saved) a password; raises Faults with what is wrong with it."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Faults([Fault("password", message) for message in error.messages]) from None
    if len(password) > 4096:
        raise Invalid("That password is too long.", field="password")
    person.set_password(password)
