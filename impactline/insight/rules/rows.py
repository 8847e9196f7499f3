"""What rules read: the organisation as light, frozen rows of one day."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

PACE_LEAST = 4  # readings, with fewer of which no pace counts as the best ever seen


class PersonRow(NamedTuple):
    """Somebody who takes part; their ref is their address. `capacity` is hours a week.

    `away` are first and last days of absences, `free` are holidays.
    """

    pk: int
    ref: str
    title: str
    capacity: float | None = None
    away: tuple[tuple[date, date], ...] = ()
    has_left: bool = False
    free: tuple[date, ...] = ()


class TeamRow(NamedTuple):
    """A team."""

    pk: int
    ref: str
    title: str


class CycleRow(NamedTuple):
    """A cycle; `every_days` is its cadence of check-ins."""

    pk: int
    ref: str
    title: str
    starts_on: date
    ends_on: date
    every_days: int
    state: str


class ObjectiveRow(NamedTuple):
    """An objective that is not archived; `priorities` counts those that it names.

    `explained` says whether its score has a reason, `by_hand` is the progress that somebody set, `denied_on` the day on
    which it was said that its key results, as they are now, do not suffice.
    """

    pk: int
    ref: str
    title: str
    cycle_id: int
    owner_id: int | None
    team_id: int | None
    kind: str
    is_private: bool
    driver: str
    score: float | None
    priorities: int
    explained: bool = False
    by_hand: float | None = None
    carried_from_id: int | None = None
    denied_on: date | None = None


class KeyResultRow(NamedTuple):
    """A key result that is not archived, with what is kept of it and judged for the day of the snapshot.

    `expected` and `pace` are those of the day, None and "grey" outside active cycles. `starts_on` and `due_on`
    are its own, None where those of the cycle hold. `reach` is the forecast chance of what counts as success for its
    kind; `beyond_best` says that it has to move faster than it ever did. `earlier` is the day of the check-in before
    the last, and the value at which it stood then: of metrics whose status is in doubt.
    """

    pk: int
    ref: str
    title: str
    objective_id: int
    type: str
    metric_id: int | None = None
    measures_id: int | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    unit: str = ""
    weight: float | None = None
    owner_id: int | None = None
    starts_on: date | None = None
    due_on: date | None = None
    value: Decimal | None = None
    progress: float | None = None
    status: str | None = None
    checked_in_on: date | None = None
    expected: float | None = None
    pace: str = "grey"
    carried_from_id: int | None = None
    values: str = "latest"
    score: float | None = None
    reach: float | None = None
    beyond_best: bool = False
    earlier: tuple[date, Decimal] | None = None


class Said(NamedTuple):
    """A check-in that was not replaced."""

    day: date
    value: Decimal | None
    confidence: int | None
    status: str | None
    by_id: int | None = None


class Before(NamedTuple):
    """What was read of a key result before its start: the chance of its target by that, and the usual variation."""

    chance: float | None = None
    low: float | None = None
    high: float | None = None


class Moved(NamedTuple):
    """A target that was revised after the key result was frozen."""

    day: date
    before: Decimal
    after: Decimal


class AlignmentRow(NamedTuple):
    """A child objective that contributes to a parent, or supports it."""

    child_id: int
    parent_id: int
    kind: str


class MetricRow(NamedTuple):
    """A shared metric; `codes` are its references as (vocabulary, uri)."""

    pk: int
    ref: str
    title: str
    unit: str
    better: str
    source: str
    read_every_days: int | None
    owner_id: int | None
    codes: tuple[tuple[str, str], ...] = ()


class ItemRow(NamedTuple):
    """An item of the chain that is neither archived nor dropped; `metrics` are the ids of its shared metrics.

    `voices` is what those who judge an outcome say of it, as in `chain.agreement.Voices`; empty where nobody does.
    """

    pk: int
    ref: str
    title: str
    level: str
    owner_id: int | None = None
    team_id: int | None = None
    starts_on: date | None = None
    due_on: date | None = None
    state: str = "active"
    is_private: bool = False
    intended: bool = True
    effort_hours: Decimal | None = None
    cost: Decimal | None = None
    planned: Decimal | None = None
    delivered: Decimal | None = None
    ended_on: date | None = None
    metrics: frozenset[int] = frozenset()
    progress: float | None = None
    kind: str = ""
    amount: Decimal | None = None
    used: Decimal | None = None
    unit: str = ""
    voices: str = ""


class LinkRow(NamedTuple):
    """One item leads to another."""

    pk: int
    source_id: int
    target_id: int
    kind: str
    evidence: str = "untested"
    lag_days: int | None = None
    necessary: bool | None = None


class AssumptionRow(NamedTuple):
    """What must hold, of a link or of an item."""

    pk: int
    text: str
    link_id: int | None
    item_id: int | None
    state: str = "untested"
    importance: str = ""
    likelihood: str = ""
    influenceable: bool | None = None
    owner_id: int | None = None
    review_on: date | None = None
    is_watched: bool = False


class RoadblockRow(NamedTuple):
    """A roadblock and what it is, or was, in the way of; `resolved_on` is None where it is not cleared."""

    pk: int
    ref: str
    title: str
    objective_id: int | None
    key_result_id: int | None
    item_id: int | None
    raised_on: date
    resolved_on: date | None = None


class RequestRow(NamedTuple):
    """What a team is asked for and has not promised, for a key result or an activity that waits."""

    pk: int
    ref: str
    title: str
    asked_id: int
    key_result_id: int | None
    waiting_id: int | None
    state: str
    asked_on: date
    due_on: date


class WaitRow(NamedTuple):
    """An activity that waits for another item."""

    activity_id: int
    after_id: int
