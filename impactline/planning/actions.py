"""Changes to contribution requests: asked, answered, withdrawn."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from impactline.base import refs
from impactline.base.errors import Fault, Faults, Invalid
from impactline.base.events import note
from impactline.base.numbers import bounded
from impactline.base.texts import line, prose
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.chain import actions as chain
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem, ItemVisibility
from impactline.okrs.models import KeyResult, Visibility
from impactline.okrs.today import present
from impactline.people.models import Person, Team
from impactline.people.roles import require_writer
from impactline.planning import verbs
from impactline.planning.models import ContributionRequest, RequestState
from impactline.planning.visibility import require_answer, require_asking

FIELDS = {"title", "description", "due_on", "effort_hours"}


@action
def ask_for_contribution(
    *,
    by: Person,
    title: str,
    asked: Team,
    due_on: date,
    at: datetime,
    asking: Team | None = None,
    key_result: KeyResult | None = None,
    waiting: ChainItem | None = None,
    effort_hours: Decimal | None = None,
    description: str = "",
    ref: str = "",
) -> ContributionRequest:
    """Ask a team for something by a day, for a key result; `waiting` is the activity that cannot go on without it.

    Raises Faults with everything that is wrong; what only some may see cannot be asked for in the open.
    """
    require_writer(by)
    given = {"title": title, "description": description, "due_on": due_on, "effort_hours": effort_hours}
    checked = _checked(given, at)
    if faults := _refused(asked, asking, key_result, waiting):
        raise Faults(faults)
    made = ContributionRequest.objects.create(
        ref=refs.claim("contribution_request", ref, checked["title"]),
        asked=asked,
        asking=asking,
        key_result=key_result,
        waiting=waiting,
        asked_by=by,
        asked_on=present(at).day,
        **checked,
    )
    _tell(verbs.ASKED, made, by, at, title=made.title, asked=asked.ref)
    return made


@action
def change_request(
    *, by: Person, request: ContributionRequest, version: int | None, at: datetime, changes: dict[str, Any]
) -> ContributionRequest:
    """Change what is asked, by when and how much, while it is open; a proposed day is then off the table."""
    fresh = _locked(request, version)
    require_asking(by, fresh)
    checked = _checked({name: value for name, value in changes.items() if getattr(fresh, name, None) != value}, at)
    if fresh.state == RequestState.PROPOSED:
        checked |= {"state": RequestState.ASKED, "proposed_on": None, "reason": ""}
    if differing := edit(fresh, checked):
        _tell(verbs.EDITED, fresh, by, at, **differing)
    return fresh


@action
def accept_request(
    *, by: Person, request: ContributionRequest, at: datetime, owner: Person | None = None
) -> ContributionRequest:
    """Promise it: the team that was asked has an activity from now on, which `owner` (or who accepts) answers for.

    A day that was proposed is accepted by those who asked, and is the day of the promise.
    """
    fresh = _locked(request)
    day = fresh.due_on
    if fresh.state == RequestState.PROPOSED and fresh.proposed_on is not None:
        require_asking(by, fresh)
        day, owner = fresh.proposed_on, owner or fresh.answered_by
    else:
        require_answer(by, fresh)
    answered = fresh.answered_by if fresh.state == RequestState.PROPOSED else by
    promise = _promise(fresh, by, owner or by, day, at)
    changes = {"state": RequestState.ACCEPTED, "promise": promise, "due_on": day, "answered_by": answered}
    edit(fresh, changes | {"answered_on": present(at).day})
    _tell(verbs.ACCEPTED, fresh, by, at, promise=promise.ref, due_on=str(day))
    return fresh


@action
def propose_date(
    *, by: Person, request: ContributionRequest, day: date, reason: str, at: datetime
) -> ContributionRequest:
    """Offer another day than the one that was asked for, and say why."""
    fresh = _locked(request)
    require_answer(by, fresh)
    if day < present(at).day:
        raise Invalid("That day is past.", remedy="Propose today or a later day.", field="proposed_on")
    said = {"proposed_on": day, "reason": line(reason, "reason", 2_000)}
    changes = {"state": RequestState.PROPOSED, "answered_by": by, "answered_on": present(at).day}
    if differing := edit(fresh, changes | said):
        _tell(verbs.PROPOSED, fresh, by, at, **differing)
    return fresh


@action
def decline_request(*, by: Person, request: ContributionRequest, reason: str, at: datetime) -> ContributionRequest:
    """Say no, and why."""
    fresh = _locked(request)
    require_answer(by, fresh)
    said = {"state": RequestState.DECLINED, "reason": line(reason, "reason", 2_000)}
    edit(fresh, said | {"answered_by": by, "answered_on": present(at).day})
    _tell(verbs.DECLINED, fresh, by, at, reason=fresh.reason)
    return fresh


@action
def withdraw_request(*, by: Person, request: ContributionRequest, at: datetime) -> ContributionRequest:
    """Ask no longer."""
    fresh = _locked(request)
    require_asking(by, fresh)
    edit(fresh, {"state": RequestState.WITHDRAWN})
    _tell(verbs.WITHDRAWN, fresh, by, at)
    return fresh


def _locked(request: ContributionRequest, version: int | None = None) -> ContributionRequest:
    fresh = locked(request, version)
    if not fresh.is_open:
        raise Invalid(f"This request is {fresh.get_state_display().lower()}.", remedy="Ask anew if it is still needed.")
    return fresh


def _promise(request: ContributionRequest, by: Person, owner: Person, day: date, at: datetime) -> ChainItem:
    """The activity that was promised, and who waits for it. It is made in the name of whoever answered for it."""
    promise = chain.create_item(
        by=by,
        level=Level.ACTIVITY,
        title=request.title,
        description=request.description,
        owner=owner,
        team=request.asked,
        due_on=day,
        effort_hours=request.effort_hours,
        shared_with=[request.asking] if request.asking is not None else [],
        at=at,
    )
    if request.waiting is not None:
        chain.wait(by=None, activity=request.waiting, after=promise, at=at)
    return promise


def _refused(asked: Team, asking: Team | None, key_result: KeyResult | None, waiting: ChainItem | None) -> list[Fault]:
    faults = []
    if asking is not None and asking.pk == asked.pk:
        faults.append(Fault("asked", "A team does not ask itself.", "Choose another team."))
    if key_result is not None and key_result.objective.visibility == Visibility.PRIVATE:
        faults.append(Fault("key_result", "The team that is asked may not see this key result.", "Leave it out."))
    if waiting is not None and waiting.level != Level.ACTIVITY:
        faults.append(Fault("waiting", f"An {waiting.level} does not wait.", "Choose an activity."))
    if waiting is not None and waiting.visibility == ItemVisibility.PRIVATE:
        faults.append(Fault("waiting", "The team that is asked may not see this activity.", "Leave it out."))
    return faults


def _checked(changes: dict[str, Any], at: datetime) -> dict[str, Any]:
    checked, faults = known(changes, FIELDS), []
    if "title" in checked:
        checked["title"] = line(checked["title"], "title")
    if "description" in checked:
        checked["description"] = prose(checked["description"], "description")
    if "due_on" in checked and checked["due_on"] is None:
        faults.append(Fault("due_on", "By when?", "Give a day."))
    elif "due_on" in checked and checked["due_on"] < present(at).day:
        faults.append(Fault("due_on", "That day is past.", "Ask for today or a later day."))
    if checked.get("effort_hours") is not None:
        checked["effort_hours"] = bounded(checked["effort_hours"], "effort_hours")
        if checked["effort_hours"] < 0:
            faults.append(Fault("effort_hours", "This is not below 0.", "Enter 0 or more."))
    if faults:
        raise Faults(faults)
    return checked


def _tell(verb: str, request: ContributionRequest, by: Person, at: datetime, **said: Any) -> None:
    objective = request.key_result.objective_id if request.key_result is not None else None
    ends = {"chain_item_id": request.waiting_id, "linked_item_id": request.promise_id}
    note(verb, request, by=by, at=at, objective_id=objective, **ends, **said)
