"""What needs attention: of whom or what, by cause, since when, and what is new or gone since somebody last looked.

Each question takes a fixed number of queries.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, FloatField, IntegerField, OuterRef, Q, QuerySet, Value, When

from impactline.chain.names import Names
from impactline.insight.models import Found, FoundGuard, Look, Muted
from impactline.insight.rules import RULES
from impactline.insight.visibility import found_visible_to, may_mute
from impactline.insight.wording import Severity
from impactline.okrs.models import Cycle, Objective
from impactline.okrs.queries import cycle_named
from impactline.okrs.visibility import objective_for
from impactline.people.models import Person, Team
from impactline.people.queries import person_named, team_ids_of, team_named

FOUND_MAX, WEIGHTIEST = 1_000, 200
_NUMBER = re.compile(r"\d+")
GONE_MAX = 10
SUMMED = ("objective", "key_result")
VISIT, NOTED_EVERY = timedelta(hours=1), timedelta(minutes=5)
RANK = Case(
    *(When(severity=str(word), then=Value(word.rank)) for word in Severity),
    default=Value(9),
    output_field=IntegerField(),
)
# What is wrong already weighs more than what may go wrong.
WEIGHT = {Severity.ERROR: 3.0, Severity.WARNING: 1.0, Severity.HINT: 1.0}
WEIGHED = F("value") * Case(
    When(severity=str(Severity.ERROR), then=Value(WEIGHT[Severity.ERROR])),
    default=Value(1.0),
    output_field=FloatField(),
)
HINTS_LAST = Case(When(severity=str(Severity.HINT), then=Value(1)), default=Value(0), output_field=IntegerField())
WORSE = [str(word) for word in Severity if word is not Severity.HINT]


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings that one act mends, the weightiest first; `value` is what is at stake in all of them."""

    findings: tuple[Found, ...]
    value: float
    severity: Severity
    is_new: bool = False

    @property
    def weight(self) -> float:
        """What is at stake, three times where it is an error."""
        return self.value * WEIGHT[self.severity]

    @property
    def is_hint(self) -> bool:
        return self.severity is Severity.HINT


@dataclass(frozen=True, slots=True)
class Scope:
    """Of whom or what: of the reader and their teams, of a person, a team, a cycle or an objective; or of all."""

    mine: bool = False
    person: Person | None = None
    team: Team | None = None
    cycle: Cycle | None = None
    objective: Objective | None = None

    def rows(self, viewer: Person | None, rows: "QuerySet[Found]") -> "QuerySet[Found]":
        """Those of the scope."""
        whom = viewer if self.mine and viewer is not None else self.person
        if whom is not None:
            rows = rows.filter(can_act_on(whom))
        if self.team is not None:
            rows = rows.filter(team=self.team)
        if self.objective is not None:
            guards = FoundGuard.objects.filter(objective=self.objective, unless=False)
            rows = rows.filter(pk__in=guards.values("found"))
        return rows if self.cycle is None else rows.filter(cycle=self.cycle)


def can_act_on(person: Person) -> Q:
    """What a person can act on of rows with owner and team: their own, what of their teams nobody owns.

    Administrators also on what nobody has.
    """
    own = Q(owner=person) | Q(owner=None, team__in=team_ids_of(person))
    return own | Q(owner=None, team=None) if person.is_administrator else own


@dataclass(frozen=True, slots=True)
class Attention:
    """What needs attention, by cause; what is muted; what went since a moment. `more` findings are not listed."""

    causes: list[Cause]
    count: int
    more: int
    muted: list[Muted]
    gone: list[Found]
    gone_count: int
    since: datetime | None


def attention(viewer: Person | None, scope: Scope, day: date, since: datetime | None = None) -> Attention:
    """What this person may see of the findings of a scope; None is the operator.

    Errors and warnings come before hints; within them, what has more at stake comes first, errors counting threefold.
    """
    silent, loud = _seen(viewer, scope, day)
    listed, count = _ranked(loud), loud.count()
    quiet = Muted.objects.filter(found__in=silent.order_by().values("pk"), ended_at=None)
    went = Found.objects.none()
    if since is not None:
        went = scope.rows(viewer, found_visible_to(viewer, gone=True)).filter(gone_at__gt=since, appeared_at__lte=since)
    gone = list(went.order_by("-gone_at", "key")[: GONE_MAX + 1])
    return Attention(
        causes=_by_cause(listed, since),
        count=count,
        more=count - len(listed),
        muted=list(quiet.select_related("found", "by").order_by("until", "found__key")[:FOUND_MAX]),
        gone=gone[:GONE_MAX],
        gone_count=len(gone) if len(gone) <= GONE_MAX else went.count(),
        since=since,
    )


def weightiest(viewer: Person, scope: Scope, day: date, most: int, since: datetime | None = None) -> list[Cause]:
    """The first causes of a scope, without hints, among its weightiest findings; in one query."""
    loud = _seen(viewer, scope, day)[1].filter(severity__in=WORSE)
    return _by_cause(_ranked(loud, WEIGHTIEST), since)[:most]


def causes_in(viewer: Person, scope: Scope, day: date) -> int:
    """How many causes worse than a hint need attention; in one query."""
    loud = _seen(viewer, scope, day)[1].filter(severity__in=WORSE)
    return loud.order_by().values("cause").distinct().count()


def loud(viewer: Person | None, scope: Scope, day: date) -> "QuerySet[Found]":
    """What is seen of a scope and is not muted."""
    return _seen(viewer, scope, day)[1]


def _ranked(rows: "QuerySet[Found]", most: int = FOUND_MAX) -> list[Found]:
    return list(rows.order_by(HINTS_LAST, WEIGHED.desc(), RANK, "key")[:most])


def _seen(viewer: Person | None, scope: Scope, day: date) -> "tuple[QuerySet[Found], QuerySet[Found]]":
    """What is muted of what is seen of a scope, and what is not."""
    muted = Muted.objects.filter(ended_at=None, until__gte=day).order_by()
    seen = scope.rows(viewer, found_visible_to(viewer))
    return seen.filter(pk__in=muted.values("found")), seen.filter(~Exists(muted.filter(found=OuterRef("pk"))))


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody looks: when they looked `before` this visit (None: never), and whether this look is to be noted."""

    before: datetime | None
    is_to_note: bool


def visit_of(person: Person | None, at: datetime) -> Visit:
    """The visit of a person that goes on or begins at a moment; it ends after an hour without looking."""
    row = Look.objects.filter(person=person).first() if person is not None else None
    if row is None:
        return Visit(None, person is not None)
    return Visit(row.at if at - row.at > VISIT else row.before, at - row.at > NOTED_EVERY)


def mutable_of(person: Person, rows: Iterable[Found]) -> set[int]:
    """Which of these findings this person may mute; in one query."""
    teams = team_ids_of(person)
    return {row.pk for row in rows if may_mute(person, row, teams)}


def scope_of(
    viewer: Person | None = None,
    *,
    mine: bool = False,
    person: str = "",
    team: str = "",
    cycle: str = "",
    objective: str = "",
) -> Scope:
    """A scope by the refs of what it names; raises NotFound where there is none that the viewer may see."""
    return Scope(
        mine,
        person_named(person) if person else None,
        team_named(team) if team else None,
        cycle_named(cycle) if cycle else None,
        objective_for(viewer, objective) if objective else None,
    )


def _by_cause(rows: Iterable[Found], since: datetime | None) -> list[Cause]:
    groups: dict[str, list[Found]] = defaultdict(list)
    for row in rows:
        groups[row.cause].append(row)
    found = [_cause(listed, since) for listed in groups.values()]
    return sorted(found, key=lambda one: (one.is_hint, -one.weight, one.severity.rank, _place(one.findings[0])))


def _place(row: Found) -> tuple[str, str]:
    """Where it stands among those that weigh the same: by title, 9 before 10."""
    return _NUMBER.sub(lambda found: found[0].zfill(9), str(row.about[0][2]).casefold()), row.key


def _weight(row: Found) -> float:
    return row.value * WEIGHT[Severity(row.severity)]


def _cause(rows: list[Found], since: datetime | None) -> Cause:
    worst = min((Severity(row.severity) for row in rows), key=lambda one: one.rank)
    fresh = since is not None and any(row.appeared_at > since for row in rows)
    rows = sorted(rows, key=lambda row: (-_weight(row), Severity(row.severity).rank, _place(row)))
    return Cause(tuple(rows), _stake(rows), worst, fresh)


def _stake(rows: Iterable[Found]) -> float:
    """Objectives add up, as key results do; other things may lead to the same ones, so that the largest counts."""
    listed = list(rows)
    sums = [sum({row.about[0][1]: row.value for row in listed if row.about[0][0] == kind}.values()) for kind in SUMMED]
    return max([*sums, *(row.value for row in listed if row.about[0][0] not in SUMMED)])


def first_of(found: Attention, most: int) -> Attention:
    """The same with the first causes only; `more` counts all findings that are not listed."""
    causes = found.causes[:most]
    return replace(found, causes=causes, more=found.count - sum(len(one.findings) for one in causes))


def as_data(found: Attention, names: Names) -> dict[str, Any]:
    """What needs attention for programs, the same for the API and the command line, with these names of levels."""
    return {
        "count": found.count,
        "more": found.more,
        "muted": len(found.muted),
        "since": found.since.isoformat() if found.since else None,
        "causes": [
            {
                "severity": str(cause.severity),
                "value": round(cause.value, 4),
                "is_new": cause.is_new,
                "findings": [_found(row, names) for row in cause.findings],
            }
            for cause in found.causes
        ],
        "silent": [
            {**_found(row.found, names), "reason": row.reason, "until": row.until.isoformat(), "by": _email(row.by)}
            for row in found.muted
        ],
        "gone_count": found.gone_count,
        "gone": [{**_found(row, names), "gone_at": _moment(row.gone_at)} for row in found.gone],
    }


def _found(row: Found, names: Names) -> dict[str, Any]:
    rule = RULES.get(row.rule)
    return {
        "key": row.key,
        "rule": row.rule,
        "severity": row.severity,
        "about": [{"kind": kind, "ref": ref, "title": title} for kind, ref, title in row.about],
        "message": names.retell(row.message),
        "remedy": names.retell(row.remedy),
        "act": row.act,
        "reads": rule.reads if rule is not None else "",
        "value": round(row.value, 4),
        "appeared_at": _moment(row.appeared_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _email(person: Person | None) -> str | None:
    return person.email if person is not None else None
