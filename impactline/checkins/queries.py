"""Questions about check-ins: what a person owes, what moved around them, and what was said of a key result."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, Q, QuerySet

from impactline.base.errors import NotFound
from impactline.base.models import Event
from impactline.checkins import verbs
from impactline.checkins.cadence import days_overdue, next_due
from impactline.checkins.models import CheckIn
from impactline.checkins.past import Past
from impactline.metrics import verbs as metric_verbs
from impactline.metrics.models import Metric
from impactline.okrs import verbs as okr_verbs
from impactline.okrs.judge import Judged
from impactline.okrs.measure import Measure, Type
from impactline.okrs.models import Cycle, CycleState, KeyResult, Objective, Score, TargetChange
from impactline.okrs.period import Period
from impactline.okrs.records import period_of
from impactline.okrs.today import Present
from impactline.okrs.visibility import hidden_objectives, key_results_visible_to, visible_to
from impactline.people.models import Person
from impactline.people.queries import team_ids_of

AHEAD = timedelta(days=2)
SAID = (verbs.CHECKED_IN, verbs.CORRECTED, metric_verbs.READ, metric_verbs.CORRECTED)
MOVED = (
    verbs.CHECKED_IN,
    verbs.CORRECTED,
    okr_verbs.KEY_RESULT,
    okr_verbs.KEY_RESULT_REVISED,
    okr_verbs.KEY_RESULT_ARCHIVED,
    okr_verbs.KEY_RESULT_RESTORED,
    okr_verbs.KEY_RESULT_MOVED,
    okr_verbs.KEY_RESULT_SCORED,
    okr_verbs.OBJECTIVE,
    okr_verbs.OBJECTIVE_ARCHIVED,
    okr_verbs.OBJECTIVE_RESTORED,
    okr_verbs.OBJECTIVE_OVERRIDDEN,
    okr_verbs.OBJECTIVE_RESUMED,
    okr_verbs.OBJECTIVE_SCORED,
    okr_verbs.SUFFICIENCY,
    okr_verbs.OBJECTIVE_CARRIED,
    metric_verbs.READ,
    metric_verbs.READ_MANY,
    metric_verbs.CORRECTED,
)
BENEATH = """
WITH RECURSIVE beneath(id) AS (
  SELECT child_id FROM okrs_alignment
  WHERE kind = 'contributes' AND parent_id IN ({marks}) AND child_id NOT IN ({hidden})
  UNION
  SELECT a.child_id FROM okrs_alignment a JOIN beneath ON a.parent_id = beneath.id
  WHERE a.kind = 'contributes' AND a.child_id NOT IN ({hidden})
) SELECT id FROM beneath
"""


# --- what a person owes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """The next check-in of a key result (with objective and cycle): when it is due, and how many days late."""

    key_result: KeyResult
    due_on: date
    days_late: int

    def is_owed(self, today: date) -> bool:
        """Whether it is time: two days before it is due, or later."""
        return self.due_on <= today + AHEAD


def due_of(person: Person, now: Present) -> list[Due]:
    """The next check-in of each key result that a person answers for, the latest first; two queries.

    A person answers for the key results they own, and for those of their objectives that nobody owns.
    """
    answers = Q(owner=person) | Q(owner=None, objective__owner=person)
    return due_among(key_results_visible_to(person).filter(answers), now)


def due_among(key_results: "QuerySet[KeyResult]", now: Present) -> list[Due]:
    """The next check-in of each of these key results, the latest first; two queries.

    Key results without a measure and those that have their score are not asked for.
    """
    rows = list(
        key_results.filter(archived_at=None, objective__archived_at=None, score=None)
        .filter(objective__cycle__state=CycleState.ACTIVE, objective__cycle__archived_at=None)
        .exclude(type=Type.OPEN)
        .select_related("objective__cycle", "metric", "owner")
        .order_by("objective__position", "objective_id", "position", "id")
    )
    days = _days_of(rows)
    found = []
    for row in rows:
        period = period_of(row, row.objective.cycle)
        due_on = next_due(period, days[row.pk], now.day, grace_days=now.policy.grace_days)
        if due_on is not None:
            found.append(Due(row, due_on, days_overdue(due_on, now.day)))
    return sorted(found, key=lambda due: due.due_on)


def next_check_in(key_result: KeyResult, now: Present) -> date | None:
    """When the next check-in of a key result (with objective and cycle) is due; None when its cycle does not run."""
    cycle = key_result.objective.cycle
    if cycle.state != CycleState.ACTIVE or key_result.archived_at is not None:
        return None
    days = _days_of([key_result])[key_result.pk]
    return next_due(period_of(key_result, cycle), days, now.day, grace_days=now.policy.grace_days)


def unmeasured_of(person: Person) -> list[KeyResult]:
    """The key results a person answers for that have no measure yet, in cycles that run or are being drawn up."""
    answers = Q(owner=person) | Q(owner=None, objective__owner=person)
    states = (CycleState.DRAFT, CycleState.ACTIVE)
    found = key_results_visible_to(person).filter(
        answers, archived_at=None, objective__archived_at=None, type=Type.OPEN
    )
    return list(found.filter(objective__cycle__state__in=states).select_related("objective").order_by("position", "id"))


def unscored_of(person: Person) -> list[KeyResult]:
    """The key results without a score that a person answers for, in cycles that are being closed."""
    answers = Q(owner=person) | Q(objective__owner=person)
    found = key_results_visible_to(person).filter(answers, archived_at=None, objective__archived_at=None, score=None)
    closing = found.filter(objective__cycle__state=CycleState.CLOSING)
    return list(closing.select_related("objective").order_by("objective__position", "position", "id"))


def _days_of(key_results: list[KeyResult]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = defaultdict(list)
    rows = CheckIn.objects.filter(key_result__in=[row.pk for row in key_results], replaced=False)
    for number, day in rows.values_list("key_result_id", "day"):
        found[number].append(day)
    return found


# --- how far a fresh installation has come -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """What there is already, as far as a person sees it."""

    people: bool
    cycle: bool
    objective: bool
    key_result: bool
    active: bool
    check_in: bool


def begun(person: Person) -> Begun:
    """How far a fresh installation has come; one query."""
    key_results = key_results_visible_to(person).order_by()
    there = {
        "people": Person.objects.exclude(pk=person.pk),
        "cycle": Cycle.objects.all(),
        "objective": visible_to(person).order_by(),
        "key_result": key_results,
        "active": Cycle.objects.exclude(state=CycleState.DRAFT),
        "check_in": key_results.exclude(checked_in_on=None),
    }
    asked = Person.objects.filter(pk=person.pk).annotate(
        **{f"has_{name}": Exists(rows) for name, rows in there.items()}
    )
    return Begun(*asked.values_list(*(f"has_{name}" for name in there)).get())


# --- what moved --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moved:
    """An event around a person, with the item it is about; at most one of the three is there."""

    event: Event
    key_result: KeyResult | None = None
    objective: Objective | None = None
    metric: Metric | None = None


def moved_around(person: Person, since: datetime, around: set[int] | None = None, most: int = 40) -> list[Moved]:
    """What others changed in what a person owns, what their teams do and what contributes to it; newest first.

    `around` is what `concerning` answers, where that is known already. Seven queries at most, whatever the rows.
    """
    ids = concerning(person) if around is None else around
    followed = KeyResult.objects.filter(objective__in=ids, archived_at=None, metric__ref__isnull=False)
    about = Q(objective_id__in=ids) | Q(kind="metric", item_id__in=followed.values("metric"))
    rows = Event.objects.filter(about, at__gt=since, verb__in=MOVED).exclude(actor=person)
    rows = rows.exclude(~Q(verb__in=SAID), data__has_key="imported")  # of an import, only what people said on the way
    events = list(rows.select_related("actor").order_by("-id")[:most])
    return _with_items(person, events)


def objectives_of(person: Person) -> "QuerySet[Objective]":
    """The objectives that a person owns or owns a key result of, in cycles that are not closed."""
    answers = KeyResult.objects.filter(owner=person, archived_at=None).values("objective")
    found = visible_to(person).filter(Q(owner=person) | Q(pk__in=answers), archived_at=None, cycle__archived_at=None)
    open_ones = found.exclude(cycle__state=CycleState.CLOSED).select_related("cycle")
    return open_ones.order_by("cycle__ends_on", "cycle_id", "position", "id")


def concerning(person: Person) -> set[int]:
    """Ids of the visible objectives around a person: theirs, their teams', and all that contribute to theirs.

    What contributes to theirs only through something hidden from them is not told: its being there would tell of that.
    """
    answers = KeyResult.objects.filter(owner=person, archived_at=None).values("objective")
    running = visible_to(person).exclude(cycle__state=CycleState.CLOSED)
    own = set(running.filter(Q(owner=person) | Q(pk__in=answers)).values_list("pk", flat=True))
    around = own | set(running.filter(team__in=team_ids_of(person)).values_list("pk", flat=True))
    if not own:
        return around
    hidden, bound = hidden_objectives(person).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        asked = BENEATH.format(marks=", ".join(["%s"] * len(own)), hidden=hidden)
        cursor.execute(asked, [*sorted(own), *bound, *bound])
        return around | {row[0] for row in cursor.fetchall()}


def _with_items(person: Person, events: list[Event]) -> list[Moved]:
    """The events with what they are about, as far as the person may see it now."""
    ids: dict[str, set[int]] = defaultdict(set)
    for event in events:
        ids[event.kind].add(event.item_id)
    key_results = key_results_visible_to(person).select_related("objective", "metric").in_bulk(ids["key_result"])
    objectives = visible_to(person).in_bulk(ids["objective"])
    metrics = Metric.objects.in_bulk(ids["metric"])
    found = [
        Moved(
            event,
            key_results.get(event.item_id) if event.kind == "key_result" else None,
            objectives.get(event.item_id) if event.kind == "objective" else None,
            metrics.get(event.item_id) if event.kind == "metric" else None,
        )
        for event in events
    ]
    return [row for row in found if row.key_result or row.objective or row.metric]


# --- one key result ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one key result at the end of a day; archived or not, and without how it counts."""

    day: date
    period: Period
    measure: Measure
    judged: Judged
    confidence: int | None
    status: str | None
    checked_in_on: date | None
    score: float | None


def known_of(key_result: KeyResult, now: Present, as_of: date | None = None) -> Known:
    """What is known of a key result (with objective and cycle) from all that was recorded up to a day."""
    objective, day = key_result.objective, as_of or now.day
    facts = Past({objective.pk: objective}, [key_result], now, day)
    return Known(
        day=day,
        period=period_of(key_result, objective.cycle),
        measure=facts.measures[key_result.pk],
        judged=facts.judged[key_result.pk],
        confidence=facts.confidence(key_result),
        status=facts.status(key_result),
        checked_in_on=facts.checked_in_on(key_result),
        score=facts.score(key_result),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A check-in that holds, with the versions it corrected (newest first) and the value stated before it.

    `number` is its place in the order in which the check-ins of its key result were written, from 1.
    """

    check_in: CheckIn
    number: int
    corrected: tuple[CheckIn, ...]
    before: Decimal | None


def check_ins_of(key_result: KeyResult, until: date | None = None, first: int = 0, most: int = 30) -> list[Told]:
    """The check-ins that hold, newest first, from the `first` on; three queries."""
    every = CheckIn.objects.filter(key_result=key_result)
    places = {number: place for place, number in enumerate(every.order_by("id").values_list("pk", flat=True), 1)}
    rows = every.filter(replaced=False).select_related("by").order_by("-day", "-id")
    if until is not None:
        rows = rows.filter(day__lte=until)
    shown = list(rows[first : first + most + 1])
    replaced = {row.pk: row for row in every.filter(replaced=True).select_related("by")}
    return [
        Told(row, places[row.pk], tuple(_corrected(row, replaced)), _value_before(shown[place + 1 :]))
        for place, row in enumerate(shown[:most])
    ]


def count_of_check_ins(key_result: KeyResult, until: date | None = None) -> int:
    """How many check-ins hold."""
    rows = CheckIn.objects.filter(key_result=key_result, replaced=False)
    return (rows if until is None else rows.filter(day__lte=until)).count()


def check_in_numbered(key_result: KeyResult, number: int) -> CheckIn:
    """A check-in by its place in the order of writing, from 1; raises NotFound."""
    rows = CheckIn.objects.filter(key_result=key_result).select_related("by").order_by("id")
    found = rows[number - 1 : number].first() if 1 <= number <= 10**9 else None
    if found is None:
        raise NotFound("There is no such check-in.")
    return found


def number_of(check_in: CheckIn) -> int:
    """The place of a check-in in the order of writing, from 1."""
    return CheckIn.objects.filter(key_result=check_in.key_result_id, pk__lte=check_in.pk).count()


def latest_check_in(key_result: KeyResult, until: date | None = None) -> CheckIn | None:
    """The check-in of the latest day, with who made it."""
    rows = CheckIn.objects.filter(key_result=key_result, replaced=False).select_related("by")
    if until is not None:
        rows = rows.filter(day__lte=until)
    return rows.order_by("-day", "-id").first()


def target_changes_of(key_result: KeyResult, until: date | None = None) -> list[TargetChange]:
    """The changes of what is measured since it was frozen, newest first."""
    rows = TargetChange.objects.filter(key_result=key_result).select_related("by").order_by("-day", "-id")
    return list(rows if until is None else rows.filter(day__lte=until))


def scores_of(key_result: KeyResult, until: date | None = None) -> list[Score]:
    """The scores that were given, newest first."""
    rows = Score.objects.filter(key_result=key_result).select_related("by").order_by("-day", "-id")
    return list(rows if until is None else rows.filter(day__lte=until))


def events_of(kind: str, item_id: int, until: datetime | None = None, most: int = 50) -> list[Event]:
    """The last events of an item that the asking person may see (checked by the caller), newest first."""
    rows = Event.objects.filter(kind=kind, item_id=item_id).select_related("actor").order_by("-id")
    return list((rows if until is None else rows.filter(at__lt=until))[:most])


def followers_of(person: Person, metric_ids: Iterable[int]) -> "QuerySet[KeyResult]":
    """The key results that follow these metrics and that a person may see, in order of cycle and place."""
    rows = key_results_visible_to(person).filter(
        metric__in=list(metric_ids), archived_at=None, objective__archived_at=None
    )
    related = rows.select_related("objective__cycle", "objective__owner", "objective__team", "owner", "metric")
    return related.order_by("-objective__cycle__starts_on", "objective__position", "position", "id")


def homes_for(person: Person, key_result: KeyResult) -> "QuerySet[Objective]":
    """The objectives to which a person may move a key result: those they may edit, in cycles that are not closed."""
    found = visible_to(person).filter(archived_at=None, cycle__archived_at=None).exclude(pk=key_result.objective_id)
    if not person.is_administrator:
        own = Q(owner=person) | Q(team__in=team_ids_of(person)) | Q(owner=None, team=None)
        found = found.filter(own)
    open_ones = found.exclude(cycle__state=CycleState.CLOSED).select_related("cycle")
    return open_ones.order_by("-cycle__starts_on", "cycle_id", "position", "id")


def last_of(objective: Objective) -> KeyResult | None:
    """The last key result of an objective."""
    return KeyResult.objects.filter(objective=objective).order_by("-position", "-id").first()


def _corrected(check_in: CheckIn, replaced: dict[int, CheckIn]) -> Iterable[CheckIn]:
    current = check_in
    while current.replaces_id is not None and current.replaces_id in replaced:
        current = replaced[current.replaces_id]
        yield current


def _value_before(earlier: list[CheckIn]) -> Decimal | None:
    return next((row.value for row in earlier if row.value is not None), None)
