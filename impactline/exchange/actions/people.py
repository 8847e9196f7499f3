"""The organisation, its teams and its people, as an import writes them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from impactline.base.errors import Forbidden
from impactline.base.inserting import insert
from impactline.chain.names import Name, checked
from impactline.exchange import document as parts
from impactline.exchange.actions.work import (
    Column,
    Work,
    before_and_after,
    changed,
    complete,
    early,
    save,
    values,
)
from impactline.exchange.plan import Add, Change
from impactline.insight.actions.rules import keep_limit, keep_off
from impactline.okrs.policy import SHARES
from impactline.people import signing_in, verbs
from impactline.people.calendar import Absence, Holiday, kept_absences, kept_holidays
from impactline.people.models import Membership, Organisation, Person, Role, Team, Token

ORGANISATION_NAME = "My organisation"
TEAM = {
    "name": Column("name"),
    "purpose": Column("purpose"),
    "archived_at": Column("archived_at"),
    "parent": Column("parent_id", "team", late=True),
    "lead": Column("lead_id", "person", late=True),
}
PERSON = {
    "name": Column("name"),
    "role": Column("role"),
    "timezone": Column("timezone", empty=""),
    "locale": Column("locale", empty=""),
    "capacity_hours_per_week": Column("capacity_hours_per_week"),
    "digest": Column("digest"),
    "archived_at": Column("archived_at"),
}


def add_organisation(work: Work, part: parts.Organisation) -> None:
    """Set the installation up; its first administrator is whoever the document or the operator names."""
    row = Organisation.objects.create(
        pk=1,
        name=part.name or ORGANISATION_NAME,
        timezone=part.timezone,
        locale=part.locale,
        policies=policies(part.policies),
        level_names=level_names(part.level_names),
        holidays=holidays(part.holidays),
    )
    _set_rules(work, part)
    work.tell(verbs.SET_UP, row)


def change_organisation(work: Work, change: Change) -> None:
    """Change name, time zone, locale, policies, names of levels or how rules are set."""
    row = Organisation.objects.select_for_update().get()
    names = {part.field for part in change.fields}
    wanted: Any = change.wanted
    attributes = {name: getattr(wanted, name) for name in names & {"name", "timezone", "locale"}}
    if "name" in attributes:
        attributes["name"] = attributes["name"] or ORGANISATION_NAME
    if "policies" in names:
        attributes["policies"] = {**row.policies, **policies(wanted.policies)}
    if "level_names" in names:
        attributes["level_names"] = level_names({**_own_names(row), **wanted.level_names})
    if "holidays" in names:
        attributes["holidays"] = holidays(wanted.holidays)
    changed(row, attributes)
    row.save()
    _set_rules(work, wanted)
    work.tell(verbs.POLICIES, row, **before_and_after(change))


def _set_rules(work: Work, part: parts.Organisation) -> None:
    """Keep the thresholds that a document states, and which rules it switches off or on."""
    for name, value in part.thresholds.items():
        keep_limit(work.by, name, float(value), work.at)
    for rule, reason in part.switched_off.items():
        keep_off(work.by, rule, reason, work.at)


def policies(stated: dict[str, Any]) -> dict[str, Any]:
    """Policies as they are stored: whole numbers as such, shares as fractions."""
    return {name: value if isinstance(value, str | bool) else _stored(name, value) for name, value in stated.items()}


def level_names(stated: Mapping[Any, Any]) -> dict[str, list[str]]:
    """Names of levels as they are stored."""
    return checked({code: Name(one.one, one.many) for code, one in stated.items()})


def holidays(stated: Iterable[Any]) -> list[dict[str, str]]:
    """Holidays as they are stored."""
    return kept_holidays(Holiday(one.on, one.name) for one in stated)


def absences(stated: Iterable[Any]) -> list[dict[str, str]]:
    """Absences as they are stored."""
    return kept_absences(Absence(one.starts_on, one.ends_on) for one in stated)


def _own_names(row: Organisation) -> dict[str, Any]:
    return {code: Name(one, many) for code, (one, many) in row.level_names.items()}


def _stored(name: str, value: Any) -> int | float:
    return float(value) if name in SHARES else int(value)


def add_teams(work: Work, adds: Sequence[Add]) -> list[tuple[Team, Any]]:
    """Write new teams, as yet without parents and leads."""
    work.claim("team", (add.ref for add in adds))
    rows = [
        Team(
            ref=add.ref,
            holidays=_holidays_of(add.part),
            **_named(values(work, TEAM, add.part, early(TEAM)), add.ref),
        )
        for add in adds
    ]
    work.created("team", Team, rows)
    for row in rows:
        work.tell(verbs.TEAM, row, name=row.name)
    return [(row, add.part) for row, add in zip(rows, adds, strict=True)]


def complete_teams(work: Work, pairs: Iterable[tuple[Team, Any]]) -> None:
    """Give new teams their parents and leads."""
    complete(work, Team, TEAM, pairs)


def change_teams(work: Work, changes: Sequence[Change]) -> None:
    """Change teams."""
    rows = Team.objects.select_for_update(of=("self",)).in_bulk([change.ref for change in changes], field_name="ref")
    attributes: set[str] = set()
    for change in changes:
        row = rows[change.ref]
        names = [part.field for part in change.fields]
        found = _named(values(work, TEAM, change.wanted, names), row.ref)
        if "holidays" in names:
            found["holidays"] = _holidays_of(change.wanted)
        changed(row, found)
        attributes |= set(found)
        work.tell(
            _archive_verb(change, verbs.TEAM_ARCHIVED, verbs.TEAM_RESTORED, verbs.TEAM_EDITED),
            row,
            **before_and_after(change),
        )
    save(Team, rows.values(), sorted(attributes))


def _holidays_of(part: Any) -> list[dict[str, str]]:
    return holidays(part.holidays)


def add_people(work: Work, adds: Sequence[Add]) -> None:
    """Write new people, without passwords: they cannot sign in until they are invited."""
    rows = []
    for add in adds:
        row = Person(email=add.ref, **_named(values(work, PERSON, add.part, PERSON), add.ref))
        row.is_active = row.archived_at is None
        part: Any = add.part
        row.absences = absences(part.absences)
        row.set_unusable_password()
        rows.append(row)
    made = insert(Person, rows)
    work.known("person").update({row.email: row.pk for row in made})
    for row in made:
        work.tell(verbs.CREATED, row, role=row.role)
    members = [(row, add.part) for row, add in zip(made, adds, strict=True)]
    _set_members(work, members)


def change_people(work: Work, changes: Sequence[Change]) -> None:
    """Change people; whoever is put into the archive loses access at once."""
    rows = Person.objects.select_for_update(of=("self",)).in_bulk(
        [change.ref for change in changes], field_name="email"
    )
    attributes: set[str] = {"is_active"}
    for change in changes:
        row = rows[change.ref]
        names = [part.field for part in change.fields]
        found = _named(values(work, PERSON, change.wanted, names), row.email)
        changed(row, found)
        attributes |= set(found)
        if "absences" in names:
            wanted: Any = change.wanted
            row.absences = absences(wanted.absences)
            attributes.add("absences")
        if "archived_at" in names:
            row.is_active = row.archived_at is None
            _end_access(work, row)
        work.tell(
            _archive_verb(change, verbs.DEACTIVATED, verbs.REACTIVATED, verbs.EDITED), row, **before_and_after(change)
        )
    save(Person, rows.values(), sorted(attributes))
    _set_members(work, [(rows[c.ref], c.wanted) for c in changes if any(part.field == "teams" for part in c.fields)])


def keep_an_administrator(before: bool) -> None:
    """Raises Forbidden when an import took away the last administrator."""
    if before and not has_administrator():
        raise Forbidden(
            "After this import nobody could administer the organisation.",
            remedy="Leave at least one person with role: administrator and without archived_at.",
        )


def has_administrator() -> bool:
    """Whether somebody administers the organisation."""
    return Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists()


def _named(attributes: dict[str, Any], ref: str) -> dict[str, Any]:
    """A name that is missing is the ref, or the part of an address before the @."""
    if attributes.get("name", "") is None:
        attributes["name"] = ref.split("@", maxsplit=1)[0]
    return attributes


def _set_members(work: Work, pairs: Sequence[tuple[Person, Any]]) -> None:
    Membership.objects.filter(person__in=[row.pk for row, _ in pairs]).delete()
    insert(
        Membership,
        [Membership(person=row, team_id=work.known("team")[team]) for row, part in pairs for team in part.teams],
    )


def _end_access(work: Work, row: Person) -> None:
    if not row.is_active:
        signing_in.end_sessions(row)
        Token.objects.filter(person=row, revoked_at=None).update(revoked_at=work.at)


def _archive_verb(change: Change, archived: str, restored: str, edited: str) -> str:
    """The verb of a change: one of its own where all that it does is to archive or to restore."""
    if [part.field for part in change.fields] != ["archived_at"]:
        return edited
    return restored if change.fields[0].after is None else archived
