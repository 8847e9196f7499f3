"""The board of metrics: which of them somebody wants to see."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from impactline.metrics.health import State, state_of
from impactline.metrics.models import Metric
from impactline.metrics.queries import courses, visible_to
from impactline.okrs.queries import matching
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person, Team


@dataclass(frozen=True, slots=True)
class BoardWish:
    """What somebody asks of the board: words, the owner's address, refs of a team and a priority, a state."""

    q: str = ""
    owner: str = ""
    team: str = ""
    priority: str = ""
    state: State | None = None
    archived: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether something is left out that the board would hold."""
        return bool(self.q or self.owner or self.team or self.priority or self.state)


def wished_for(person: Person, wish: BoardWish, day: date) -> "QuerySet[Metric]":
    """The shared metrics that are wished for, by name; one query more where a state is.

    A metric belongs to a priority when a key result that the person may see follows it in an objective that serves it.
    """
    found = visible_to(person, archived=wish.archived)
    if wish.owner:
        found = found.filter(owner__email__iexact=wish.owner)
    if wish.team:
        found = found.filter(team__ref=wish.team)
    if wish.priority:
        serving = key_results_visible_to(person).filter(
            objective__priorities__ref=wish.priority, archived_at=None, objective__archived_at=None
        )
        found = found.filter(pk__in=serving.order_by().values("metric"))
    if wish.state is not None:
        found = found.filter(pk__in=_in_state(found, wish.state, day))
    return matching(found, wish.q, ("name", "definition", "source", "ref")) if wish.q else found


def owners(person: Person) -> list[Person]:
    """Who owns a shared metric, by name."""
    return list(Person.objects.filter(pk__in=_all(person).values("owner")).order_by("name", "email"))


def teams(person: Person) -> list[Team]:
    """The teams of shared metrics, by name."""
    return list(Team.objects.filter(pk__in=_all(person).values("team")).order_by("name", "ref"))


def _all(person: Person) -> "QuerySet[Metric]":
    return visible_to(person, archived=True).order_by()


def _in_state(found: "QuerySet[Metric]", state: State, day: date) -> list[int]:
    rows = list(found)
    last = courses([row.pk for row in rows], day, most=1)
    read = {number: course[-1] for number, course in last.items()}
    return [row.pk for row in rows if state in state_of(row, read.get(row.pk), day)]
