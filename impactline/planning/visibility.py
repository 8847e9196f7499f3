"""Who may see contribution requests, ask for contributions and answer: whoever sees what they are for."""

from django.db.models import Q, QuerySet

from impactline.base.errors import Forbidden, NotFound
from impactline.chain.visibility import items_visible_to
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person
from impactline.people.queries import team_ids_of
from impactline.people.roles import require_writer
from impactline.planning.models import ContributionRequest


def requests_visible_to(person: Person | None) -> "QuerySet[ContributionRequest]":
    """The requests that this person may see; None is the operator, who sees all."""
    if person is None:
        return ContributionRequest.objects.all()
    items = items_visible_to(person).order_by().values("pk")
    return ContributionRequest.objects.filter(
        Q(key_result=None) | Q(key_result__in=key_results_visible_to(person).order_by().values("pk")),
        Q(waiting=None) | Q(waiting__in=items),
        Q(promise=None) | Q(promise__in=items),
    )


def request_for(person: Person | None, ref: str) -> ContributionRequest:
    """The request with this ref; raises NotFound when it is absent or hidden, which look alike."""
    rows = requests_visible_to(person).select_related(
        "asked", "asking", "key_result__objective", "waiting", "promise", "asked_by", "answered_by"
    )
    found = rows.filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no contribution request “{ref[:80]}”.")
    return found


def may_answer(person: Person, request: ContributionRequest) -> bool:
    """People of the team that was asked, its lead, and administrators."""
    return person.may_write and (person.is_administrator or request.asked_id in team_ids_of(person))


def may_withdraw(person: Person, request: ContributionRequest) -> bool:
    """Whoever asked, people of the asking team, and administrators."""
    if not person.may_write:
        return False
    return person.is_administrator or request.asked_by_id == person.pk or request.asking_id in team_ids_of(person)


def require_answer(person: Person, request: ContributionRequest) -> None:
    """Raises Forbidden unless the person may answer."""
    require_writer(person)
    if not may_answer(person, request):
        raise Forbidden(
            f"Only {request.asked.name} and administrators answer this.", remedy="Ask somebody of the team."
        )


def require_asking(person: Person, request: ContributionRequest) -> None:
    """Raises Forbidden unless the person may change or withdraw what is asked."""
    require_writer(person)
    if not may_withdraw(person, request):
        raise Forbidden("Only those who ask may change this.", remedy="Ask whoever asked for it.")
