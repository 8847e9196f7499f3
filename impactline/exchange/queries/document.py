"""The installation as a native document: everything that one viewer may see, with its whole history.

The viewer None is the operator, who holds the database itself and therefore sees everything.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from impactline.chain.names import USUAL, read
from impactline.exchange.document import (
    Absence,
    Cycle,
    Document,
    Holiday,
    LevelName,
    Organisation,
    Person,
    Priority,
    Team,
)
from impactline.exchange.queries.chain import assumptions_of, dependencies_of, evidence_of, items_of, links_of
from impactline.exchange.queries.foreign import foreign_of
from impactline.exchange.queries.metrics import metrics_of
from impactline.exchange.queries.muted import mutes_of, switched_off, thresholds
from impactline.exchange.queries.objectives import objectives_of
from impactline.exchange.queries.overruled import overruled_rows
from impactline.exchange.queries.readings import history_of
from impactline.exchange.queries.requests import requests_of
from impactline.exchange.queries.roadblocks import roadblocks_of
from impactline.exchange.queries.visible import Visible, told, visible
from impactline.insight.rules import RULES, THRESHOLDS
from impactline.okrs import models as okrs
from impactline.okrs import policy
from impactline.people import models as people
from impactline.people.calendar import absences_in, holidays_in


def document_for(viewer: people.Person | None) -> Document:
    """Everything that the viewer may see; a constant number of queries."""
    seen = visible(viewer)
    history = history_of(seen)
    overruled, evidence, assumptions = overruled_rows(), evidence_of(), assumptions_of(seen)
    return told(
        Document,
        organisation=_organisation(),
        teams=tuple(_teams(seen)),
        people=tuple(_people(seen)),
        priorities=tuple(_priorities(seen)),
        cycles=tuple(_cycles(seen)),
        objectives=tuple(objectives_of(seen, history, overruled)),
        metrics=tuple(metrics_of(seen, history, overruled)),
        chain=tuple(items_of(seen, overruled, evidence, assumptions)),
        links=tuple(links_of(seen, evidence, assumptions)),
        dependencies=tuple(dependencies_of(seen)),
        roadblocks=tuple(roadblocks_of(seen)),
        requests=tuple(requests_of(seen)),
        muted=tuple(mutes_of(seen)),
        foreign=tuple(foreign_of(seen)),
    )


def whole_organisation(organisation: Organisation) -> Organisation:
    """The organisation with all its policies, names and settings of rules, also those that are the default."""
    usual = {name: _policy(value) for name, value in asdict(policy.Policy()).items()}
    own: dict[str, Any] = {code: (name.one, name.many) for code, name in organisation.level_names.items()}
    names = {code: LevelName(one=name.one, many=name.many) for code, name in read(own).by_code.items()}
    limits = {name: Decimal(repr(one.default)) for name, one in THRESHOLDS.items()}
    return organisation.model_copy(
        update={
            "policies": {**usual, **organisation.policies},
            "level_names": names,
            "thresholds": {**limits, **organisation.thresholds},
            "switched_off": {**dict.fromkeys(RULES, ""), **organisation.switched_off},
        }
    )


def _organisation() -> Organisation | None:
    row = people.Organisation.objects.first()
    if row is None:
        return None
    return told(
        Organisation,
        name=row.name,
        timezone=row.timezone,
        locale=row.locale,
        policies=_policies(row.policies),
        level_names=_level_names(row.level_names),
        thresholds=thresholds(),
        switched_off=switched_off(),
        holidays=tuple(told(Holiday, **one._asdict()) for one in holidays_in(row.holidays)),
    )


def _level_names(stored: dict[str, list[str]]) -> dict[str, LevelName]:
    """The names of levels that are not the usual, in the order of the levels: a database keeps keys in its own."""
    own = {code: stored[code] for code in USUAL if code in stored}
    return {code: told(LevelName, one=one, many=many) for code, (one, many) in own.items()}


def _policies(stored: dict[str, Any]) -> dict[str, Any]:
    """The policies that differ from the default, in the order in which they are declared."""
    usual, found = asdict(policy.Policy()), asdict(policy.read(stored))
    return {name: _policy(value) for name, value in found.items() if value != usual[name]}


def _policy(value: Any) -> Any:
    return Decimal(repr(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _teams(seen: Visible) -> Iterator[Team]:
    for row in people.Team.objects.order_by("id"):
        yield told(
            Team,
            ref=row.ref,
            name=row.name,
            purpose=row.purpose,
            parent=seen.teams.get(row.parent_id or 0),
            lead=seen.people.get(row.lead_id or 0),
            holidays=tuple(told(Holiday, **one._asdict()) for one in holidays_in(row.holidays)),
            archived_at=row.archived_at,
        )


def _people(seen: Visible) -> Iterator[Person]:
    teams: dict[int, list[str]] = defaultdict(list)
    for person, team in people.Membership.objects.order_by("id").values_list("person_id", "team_id"):
        teams[person].append(seen.teams[team])
    for row in people.Person.objects.order_by("id"):
        yield told(
            Person,
            email=row.email,
            name=row.name,
            role=row.role,
            teams=tuple(teams[row.pk]),
            timezone=row.timezone or None,
            locale=row.locale or None,
            capacity_hours_per_week=row.capacity_hours_per_week,
            digest=row.digest,
            absences=tuple(told(Absence, **one._asdict()) for one in absences_in(row.absences)),
            archived_at=row.archived_at,
        )


def _priorities(seen: Visible) -> Iterator[Priority]:
    for row in okrs.Priority.objects.order_by("position", "id"):
        yield told(
            Priority,
            ref=row.ref,
            title=row.title,
            why=row.why,
            owner=seen.people.get(row.owner_id or 0),
            archived_at=row.archived_at,
        )


def _cycles(seen: Visible) -> Iterator[Cycle]:
    for row in okrs.Cycle.objects.order_by("starts_on", "id"):
        yield told(
            Cycle,
            ref=row.ref,
            name=row.name or None,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            purpose=row.purpose,
            check_in_every_days=row.check_in_every_days,
            parent=seen.cycles.get(row.parent_id or 0),
            state=row.state,
            closed_on=row.closed_on,
            archived_at=row.archived_at,
        )
