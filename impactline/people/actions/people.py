"""Changes to people: who they are, what they may do, whether they have access."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from impactline.base.errors import Forbidden, Invalid
from impactline.base.events import note
from impactline.base.texts import line
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.people import signing_in, verbs
from impactline.people.actions.access import set_password
from impactline.people.actions.places import valid_locale, valid_timezone
from impactline.people.calendar import kept_absences
from impactline.people.models import Digest, Membership, Person, Role, Team, Token
from impactline.people.roles import rank, require_administrator


@action
def create(
    *,
    by: Person | None,
    email: str,
    name: str,
    at: datetime,
    role: str = Role.MEMBER,
    password: str | None = None,
    teams: Iterable[Team] = (),
) -> Person:
    """Add a person; without a password they cannot sign in until invited. `by` None is the operator."""
    if by is not None:
        require_administrator(by)
    address = valid_email(email)
    if Person.objects.filter(email__iexact=address).exists():
        raise Invalid(f"{address} is there already.", remedy="Open that person, or use another address.", field="email")
    person = Person(email=address, name=line(name or address, "name", 200), role=valid_role(role))
    if password is None:
        person.set_unusable_password()
    else:
        set_password(person, password)
    person.save()
    Membership.objects.bulk_create([Membership(person=person, team=team) for team in teams])
    note(verbs.CREATED, person, by=by, at=at, role=person.role)
    return person


@action
def change_person(
    *,
    by: Person,
    person: Person,
    version: int | None,
    at: datetime,
    changes: dict[str, Any],
    teams: Iterable[Team] | None = None,
) -> Person:
    """Change a person. Everybody may change their own name, places, digest and absences.

    The rest takes an administrator.
    """
    own = {"name", "timezone", "locale", "digest", "absences"}
    if by.pk != person.pk or not set(changes) <= own or teams is not None:
        require_administrator(by)
    fresh = locked(person, version)
    checked = _person_changes(changes)
    if checked.get("role", fresh.role) != fresh.role:
        if rank(checked["role"]) > rank(by.role):
            raise Forbidden("Nobody can give a role above their own.")
        _keep_one_administrator(fresh)
    differing = edit(fresh, checked)
    if teams is not None:
        differing |= _set_teams(fresh, teams)
    if differing:
        note(verbs.EDITED, fresh, by=by, at=at, **differing)
    return fresh


@action
def deactivate(*, by: Person, person: Person, at: datetime) -> Person:
    """Take access away: sessions and tokens end at once; what the person owns stays theirs."""
    require_administrator(by)
    fresh = locked(person, None)
    if not fresh.is_active:
        return fresh
    _keep_one_administrator(fresh)
    edit(fresh, {"is_active": False, "archived_at": at})
    signing_in.end_sessions(fresh)
    Token.objects.filter(person=fresh, revoked_at=None).update(revoked_at=at)
    note(verbs.DEACTIVATED, fresh, by=by, at=at)
    return fresh


@action
def reactivate(*, by: Person, person: Person, at: datetime) -> Person:
    """Give access back."""
    require_administrator(by)
    fresh = locked(person, None)
    if not fresh.is_active:
        edit(fresh, {"is_active": True, "archived_at": None})
        note(verbs.REACTIVATED, fresh, by=by, at=at)
    return fresh


@action
def saw(*, by: Person, at: datetime) -> None:
    """Remember that a person was here; leaves no event."""
    Person.objects.filter(pk=by.pk).update(seen_at=at)


@action
def told_in_digest(*, people: Iterable[int], at: datetime) -> None:
    """Remember up to when people (their ids) were told by digest; leaves no event."""
    Person.objects.filter(pk__in=people).update(digested_at=at)


def valid_email(email: str) -> str:
    """An e-mail address in lower case, without surrounding space; raises Invalid."""
    address = email.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(
            f"“{address[:100]}” is not an e-mail address.", remedy="Write name@example.org.", field="email"
        ) from None
    return address.lower()


def valid_role(role: str) -> str:
    """One of the roles; raises Invalid."""
    if role not in Role.values:
        raise Invalid(f"There is no role “{role[:40]}”.", remedy=f"Use {', '.join(Role.values)}.", field="role")
    return role


def valid_digest(often: str) -> str:
    """How often the digest comes; raises Invalid."""
    if often not in Digest.values:
        raise Invalid(
            f"A digest does not come “{often[:40]}”.", remedy=f"Use {', '.join(Digest.values)}.", field="digest"
        )
    return often


def _person_changes(changes: dict[str, Any]) -> dict[str, Any]:
    checks: dict[str, Callable[[Any], Any]] = {
        "name": lambda value: line(value, "name", 200),
        "email": valid_email,
        "role": valid_role,
        "timezone": lambda value: valid_timezone(value) if value else "",
        "locale": lambda value: valid_locale(value) if value else "",
        "capacity_hours_per_week": _capacity,
        "digest": valid_digest,
        "absences": kept_absences,
    }
    return {field: checks[field](value) for field, value in known(changes, checks).items()}


def _capacity(value: Decimal | None) -> Decimal | None:
    if value is not None and not 0 <= value <= 168:
        raise Invalid("A week has 168 hours.", field="capacity_hours_per_week")
    return value


def _keep_one_administrator(person: Person) -> None:
    others = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=person.pk)
    if person.is_administrator and not others.exists():
        raise Forbidden(
            "Somebody has to administer the organisation.", remedy="Make another person administrator first."
        )


def _set_teams(person: Person, teams: Iterable[Team]) -> dict[str, list[Any]]:
    wanted = {team.pk: team.ref for team in teams}
    before = dict(Membership.objects.filter(person=person).values_list("team_id", "team__ref"))
    if set(before) == set(wanted):
        return {}
    Membership.objects.filter(person=person).exclude(team__in=wanted).delete()
    fresh = [Membership(person=person, team_id=key) for key in wanted if key not in before]
    Membership.objects.bulk_create(fresh)
    return {"teams": [sorted(before.values()), sorted(wanted.values())]}
