"""Who may see and who may change objectives and key results. Every page, route, export and stream asks here.

Open objectives are seen by everybody who signs in. A private one is seen by its owner, the lead of its team,
the owners of its key results, people invited to it, and administrators who opened it for a written reason
(one hour, logged). A key result is seen by whoever sees its objective.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from impactline.base.errors import Forbidden, NotFound
from impactline.base.prepared import Chosen
from impactline.okrs.models import BrokenGlass, KeyResult, Objective, Viewer, Visibility
from impactline.people.models import Person
from impactline.people.queries import team_ids_of
from impactline.people.roles import require_writer


def _concerned(person: int) -> Q:
    """Objectives that a person sees also where they are private."""
    return (
        Q(owner=person)
        | Q(team__lead=person)
        | Q(pk__in=KeyResult.objects.filter(owner=person, archived_at=None).values("objective"))
        | Q(pk__in=Viewer.objects.filter(person=person).values("objective"))
        | Q(pk__in=BrokenGlass.objects.filter(person=person, until__gt=Now()).values("objective"))
    )


def _private() -> "QuerySet[Objective]":
    return Objective.objects.filter(visibility=Visibility.PRIVATE).order_by()


_SEEN = Chosen(lambda person: _private().filter(_concerned(person)).values("pk"))
_ALL = Chosen(lambda _: _private().values("pk"))


def private_seen_by(person: Person | None) -> tuple[str, tuple[Any, ...]]:
    """Ids of the private objectives that this person may see, as SQL; None is the operator, who sees all."""
    return _ALL.text(0) if person is None else _SEEN.text(person.pk)


def _seen(person: Person | None) -> RawSQL:
    return RawSQL(*private_seen_by(person))  # noqa: S611 - every value is a parameter


def seen_by(person: Person | None) -> Q:
    """The condition that this person may see an objective."""
    return Q(visibility=Visibility.OPEN) | Q(pk__in=_seen(person))


def visible_to(person: Person | None) -> "QuerySet[Objective]":
    """The objectives that this person may see."""
    return Objective.objects.filter(seen_by(person))


def hidden_objectives(person: Person | None) -> "QuerySet[Objective]":
    """The objectives that this person may not see, in no order; for what has to compute with them unseen."""
    return _private().exclude(pk__in=_seen(person))


def hidden_from(person: Person | None) -> set[int]:
    """Ids of the objectives that this person may not see."""
    return set(hidden_objectives(person).values_list("pk", flat=True))


def key_results_visible_to(person: Person | None) -> "QuerySet[KeyResult]":
    """The key results that this person may see."""
    return KeyResult.objects.filter(Q(objective__visibility=Visibility.OPEN) | Q(objective__in=_seen(person)))


def objective_for(person: Person | None, ref: str) -> Objective:
    """The objective with this ref; raises NotFound when it is absent or hidden, which look alike."""
    found = visible_to(person).select_related("cycle", "owner", "team").filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no objective “{ref[:80]}”.")
    return found


def key_result_for(person: Person | None, ref: str) -> KeyResult:
    """The key result with this ref, with its objective and cycle; raises NotFound alike."""
    found = (
        key_results_visible_to(person)
        .select_related("objective", "objective__cycle", "objective__owner", "objective__team", "owner", "metric")
        .filter(ref=ref)
        .first()
    )
    if found is None:
        raise NotFound(f"There is no key result “{ref[:80]}”.")
    return found


def may_edit(person: Person, objective: Objective) -> bool:
    """Owner, people of its team, and administrators; every member when it has neither owner nor team."""
    if not person.may_write:
        return False
    if person.is_administrator or objective.owner_id == person.pk:
        return True
    if objective.team_id is None:
        return objective.owner_id is None
    return objective.team_id in team_ids_of(person)


def may_check_in(person: Person, key_result: KeyResult) -> bool:
    """The key result's owner, and whoever may edit its objective."""
    own = person.may_write and key_result.owner_id == person.pk
    return own or may_edit(person, key_result.objective)


def require_edit(person: Person, objective: Objective) -> None:
    """Raises Forbidden unless the person may edit the objective."""
    require_writer(person)
    if not may_edit(person, objective):
        raise Forbidden(
            "Only its owner, its team and administrators may change this objective.",
            remedy="Ask its owner, or join its team.",
        )


def require_check_in(person: Person, key_result: KeyResult) -> None:
    """Raises Forbidden unless the person may check in."""
    require_writer(person)
    if not may_check_in(person, key_result):
        raise Forbidden(
            "Only its owner, the objective's owner, their team and administrators may check in.",
            remedy="Ask its owner, or join the team.",
        )
