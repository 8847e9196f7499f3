"""Questions about the organisation, its people and teams. People and teams are open to all who sign in."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from impactline.base.errors import NotFound
from impactline.people.calendar import free_days, holidays_in
from impactline.people.models import Membership, Organisation, Person, Role, Team, Token


def organisation() -> Organisation:
    """The organisation of this installation; raises NotFound before set-up."""
    found = Organisation.objects.first()
    if found is None:
        raise NotFound("This installation has not been set up yet.", remedy="Open its address in a browser.")
    return found


def organisation_if_set_up() -> Organisation | None:
    """The organisation, or None before set-up."""
    return Organisation.objects.first()


def is_set_up() -> bool:
    """Whether there is an organisation with somebody who can sign in and administer it."""
    return Organisation.objects.exists()


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """A time zone by its name; UTC when the name is unknown to this machine."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def people(*, archived: bool = False) -> "QuerySet[Person]":
    """People by name; those who left only on demand."""
    found = Person.objects.order_by("name", "email")
    return found if archived else found.filter(is_active=True)


def person_named(email: str) -> Person:
    """A person by e-mail address; raises NotFound."""
    found = Person.objects.filter(email__iexact=email).first()
    if found is None:
        raise NotFound(f"There is no person with the address {email[:254]}.")
    return found


def first_administrator() -> Person | None:
    """Who administers the organisation, or the first of them; None while nobody does."""
    return Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()


def teams(*, archived: bool = False) -> "QuerySet[Team]":
    """Teams by name, with their leads."""
    found = Team.objects.select_related("lead", "parent").order_by("name", "ref")
    return found if archived else found.filter(archived_at=None)


def team_named(ref: str) -> Team:
    """A team by ref; raises NotFound."""
    found = Team.objects.select_related("lead", "parent").filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no team “{ref[:80]}”.")
    return found


def members(team: Team) -> "QuerySet[Person]":
    """The people of a team, by name."""
    ids = Membership.objects.filter(team=team).values("person")
    return Person.objects.filter(pk__in=ids, is_active=True).order_by("name", "email")


def teams_of(person: Person) -> "QuerySet[Team]":
    """The teams to which a person belongs, by name."""
    ids = Membership.objects.filter(person=person).values("team")
    return Team.objects.filter(pk__in=ids, archived_at=None).order_by("name", "ref")


def team_ids_of(person: Person) -> set[int]:
    """Ids of the teams to which a person belongs or which they lead."""
    belongs = Membership.objects.filter(person=person).values_list("team_id", flat=True)
    leads = Team.objects.filter(lead=person).values_list("pk", flat=True)
    return set(belongs.union(leads))


def with_ancestors(parents: dict[int, int | None], team_id: int) -> Iterable[int]:
    """A team and the teams above it; `parents` maps each team to its parent."""
    seen: set[int] = set()
    current: int | None = team_id
    while current is not None and current not in seen:
        seen.add(current)
        yield current
        current = parents.get(current)


def free_days_by_person() -> Callable[[int], tuple[date, ...]]:
    """The days on which each person need not work, by their id; three queries."""
    found = Organisation.objects.first()
    everybody = holidays_in(found.holidays) if found is not None else ()
    rows = list(Team.objects.filter(archived_at=None).values_list("pk", "parent_id", "holidays"))
    parents = {pk: parent for pk, parent, _ in rows}
    own = {pk: holidays_in(stored) for pk, _, stored in rows if stored}
    belongs: dict[int, list[int]] = defaultdict(list)
    for person, team in Membership.objects.values_list("person_id", "team_id"):
        if team in parents:
            belongs[person].append(team)
    known: dict[tuple[int, ...], tuple[date, ...]] = {(): tuple(one.on for one in everybody)}

    def of(person: int) -> tuple[date, ...]:
        key = tuple(sorted(belongs.get(person, ()))) if own else ()
        if key not in known:
            known[key] = tuple(dict.fromkeys(one.on for one in free_days(key, own, parents, everybody)))
        return known[key]

    return of


def teams_by_person() -> dict[int, list[str]]:
    """For each person's id the names of their teams; one query."""
    names: dict[int, list[str]] = defaultdict(list)
    rows = Membership.objects.filter(team__archived_at=None).order_by("team__name", "team__ref")
    for person, name in rows.values_list("person_id", "team__name"):
        names[person].append(name)
    return names


def tokens() -> "QuerySet[Token]":
    """All tokens that have not been revoked, with their people, by name and newest first."""
    return Token.objects.filter(revoked_at=None).select_related("person").order_by("person__name", "-created_at")


def token_numbered(number: int, person: Person | None = None) -> Token:
    """A token by its number, of one person or of anybody; raises NotFound."""
    found = Token.objects.filter(pk=number) if person is None else Token.objects.filter(pk=number, person=person)
    token = found.select_related("person").first()
    if token is None:
        raise NotFound("There is no such token.")
    return token


def token_with_prefix(prefix: str, person: Person | None = None) -> Token:
    """A token that works by the beginning of its secret, of one person or of anybody; raises NotFound."""
    found = tokens() if person is None else tokens_of(person).select_related("person")
    token = found.filter(prefix=prefix).first()
    if token is None:
        raise NotFound("There is no such token.")
    return token


def tokens_of(person: Person) -> "QuerySet[Token]":
    """The tokens of a person that have not been revoked, newest first."""
    return Token.objects.filter(person=person, revoked_at=None).order_by("-created_at")
