"""Administration: people, teams, policies, tokens, and the log. Administrators only; the actions check it again."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from impactline.base.errors import NotFound, Refusal
from impactline.base.timezones import timezones
from impactline.okrs.actions.policies import change_policies
from impactline.okrs.disclosure import RollUpPolicy
from impactline.okrs.log import log_for
from impactline.okrs.pace import PRESETS
from impactline.okrs.policy import PACES, read
from impactline.people import actions
from impactline.people.calendar import read_holidays, write_holidays
from impactline.people.models import Membership, Organisation, Person, Role, Team, Token
from impactline.people.queries import members, people, person_named, team_named, teams, teams_of
from impactline.people.roles import require_administrator
from impactline.people.signing_in import link_for
from impactline.web.account import LOCALES
from impactline.web.forms import Choice, Form, Line, Number, PersonField, Prose, TeamField
from impactline.web.holidays import LINES_MAX
from impactline.web.shell import asking, go, now, page

LOG_PAGE = 100


class NewPerson(Form):
    """Somebody to be added and invited."""

    name = Line("Name", most=200)
    email = Line("E-mail address", most=254)
    role = Choice("Role", Role.choices)


class EditPerson(Form):
    """What an administrator may change about a person."""

    name = Line("Name", most=200)
    email = Line("E-mail address", most=254)
    role = Choice("Role", Role.choices)
    capacity_hours_per_week = Number("Hours a week")
    teams = forms.MultipleChoiceField(label="Teams", required=False)


class EditTeam(Form):
    """A team."""

    name = Line("Name", most=200)
    ref = Line("Ref", required=False, most=80)
    purpose = Prose("Purpose")
    parent = TeamField("Part of")
    lead = PersonField("Lead")
    holidays = Prose("Holidays of its own", most=LINES_MAX)
    people = forms.MultipleChoiceField(label="People", required=False)


class Policies(Form):
    """The organisation and its policies."""

    name = Line("Organisation", most=200)
    timezone = Line("Time zone", most=60)
    locale = Choice("Dates and numbers as in", LOCALES)
    roll_up = Choice("Figures that hidden items enter", [(str(word), str(word)) for word in RollUpPolicy])
    pace = Choice("Rule of pace", [(name, name) for name in PACES])
    strict_holds = forms.BooleanField(label="A value equal to the bound does not count as met", required=False)
    grace_days = forms.IntegerField(label="Days of grace for check-ins", min_value=0, max_value=60)
    enough = forms.IntegerField(label="Delivered and moved from", min_value=1, max_value=100)


@require_http_methods(["GET", "POST"])
def list_people(request: HttpRequest) -> HttpResponse:
    """All people; adding one invites them."""
    by = asking(request)
    require_administrator(by)
    form = NewPerson(request.POST or None, initial={"role": Role.MEMBER})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            person = actions.create(by=by, email=values["email"], name=values["name"], role=values["role"], at=now())
            actions.invite(by=by, person=person, at=now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, reverse("administration-person", args=[person.email]), _invited(person))
    listed = list(people(archived=True))
    names = _teams_by_person()
    rows = [(person, names.get(person.pk, [])) for person in listed]
    return page(
        request,
        "administration/people.html",
        form=form,
        rows=rows,
        roles=Role.choices,
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def edit_person(request: HttpRequest, email: str) -> HttpResponse:
    """One person: details, teams, invitation, access."""
    by = asking(request)
    require_administrator(by)
    person = person_named(email)
    initial = {
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "capacity_hours_per_week": person.capacity_hours_per_week,
        "teams": [team.ref for team in teams_of(person)],
        "version": person.version,
    }
    form = EditPerson(request.POST or None, initial=initial)
    every = list(teams())
    form.fields["teams"].choices = [(team.ref, team.name) for team in every]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        fields = ("name", "email", "role", "capacity_hours_per_week")
        try:
            changed = actions.change_person(
                by=by,
                person=person,
                version=values["version"],
                at=now(),
                changes={field: values[field] for field in fields},
                teams=[team for team in every if team.ref in values["teams"]],
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, reverse("administration-person", args=[changed.email]), "Saved.")
    link = ""
    if person.is_active and not person.has_usable_password():
        link = f"{settings.URL}/invitation/{link_for(person)}"
    return page(
        request,
        "administration/person.html",
        form=form,
        who=person,
        roles=Role.choices,
        every=[(team.ref, team.name) for team in every],
        chosen=form.value("teams") or [],
        link=link,
        mail=bool(settings.EMAIL_HOST),
        status=422 if form.errors else 200,
    )


@require_POST
def act_on_person(request: HttpRequest, email: str, act: str) -> HttpResponse:
    """Invite again, take or give back access, end all sessions."""
    by, person = asking(request), person_named(email)
    done = {
        "invitation": f"{person.name} has been invited.",
        "deactivation": f"{person.name} no longer has access; sessions and tokens have ended.",
        "reactivation": f"{person.name} has access again.",
        "sessions-end": f"All sessions of {person.name} have ended.",
    }
    verbs: dict[str, Any] = {
        "invitation": actions.invite,
        "deactivation": actions.deactivate,
        "reactivation": actions.reactivate,
        "sessions-end": actions.sign_out_everywhere,
    }
    if act not in verbs:
        raise NotFound("There is no such page.")
    verbs[act](by=by, person=person, at=now())
    undo = reverse("administration-person-act", args=[email, "reactivation"]) if act == "deactivation" else ""
    return go(request, reverse("administration-person", args=[email]), done[act], undo)


@require_GET
def list_teams(request: HttpRequest) -> HttpResponse:
    """All teams, as a tree."""
    require_administrator(asking(request))
    return page(request, "administration/teams.html", rows=_tree(list(teams(archived=True))))


@require_http_methods(["GET", "POST"])
def edit_team(request: HttpRequest, ref: str = "") -> HttpResponse:
    """A new team, or an existing one."""
    by = asking(request)
    require_administrator(by)
    team = team_named(ref) if ref else None
    form = EditTeam(request.POST or None, initial=_team_initial(team))
    everybody = list(people())
    form.fields["people"].choices = [(person.email, person.name) for person in everybody]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        chosen = [person for person in everybody if person.email in form.cleaned_data["people"]]
        try:
            saved = _save_team(by, team, form.cleaned_data, chosen)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, reverse("administration-teams"), f"Saved {saved.name}.")
    return page(
        request,
        "administration/team.html",
        form=form,
        team=team,
        parents=[entry for entry in TeamField.options() if team is None or entry[0] != team.ref],
        leads=PersonField.options(),
        every=[(person.email, person.name) for person in everybody],
        chosen=form.value("people") or [],
        status=422 if form.errors else 200,
    )


@require_POST
def act_on_team(request: HttpRequest, ref: str, act: str) -> HttpResponse:
    """Archive a team, or take it back."""
    by, team = asking(request), team_named(ref)
    if act == "archiving":
        actions.archive_team(by=by, team=team, at=now())
        undo = reverse("administration-team-act", args=[ref, "restoration"])
        return go(request, reverse("administration-teams"), f"{team.name} is archived.", undo)
    if act == "restoration":
        actions.restore_team(by=by, team=team, at=now())
        return go(request, reverse("administration-teams"), f"{team.name} is back.")
    raise NotFound("There is no such page.")


@require_http_methods(["GET", "POST"])
def policies(request: HttpRequest) -> HttpResponse:
    """The organisation's name, time zone, locale and policies."""
    by = asking(request)
    require_administrator(by)
    found = Organisation.objects.get()
    initial = {"name": found.name, "timezone": found.timezone, "locale": found.locale, "version": found.version}
    form = Policies(request.POST or None, initial=initial | policy_values(found))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        values["enough"] /= 100
        try:
            change_policies(by=by, version=version, at=now(), **values)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, reverse("administration-policies"), "Saved. All figures follow the new policies.")
    return page(
        request,
        "administration/policies.html",
        form=form,
        timezones=timezones(),
        locales=LOCALES,
        presets=PRESETS,
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET"])
def tokens(request: HttpRequest) -> HttpResponse:
    """All tokens that work, whoever's they are."""
    require_administrator(asking(request))
    found = Token.objects.filter(revoked_at=None).select_related("person").order_by("person__name", "-created_at")
    return page(request, "administration/tokens.html", tokens=list(found))


@require_POST
def revoke_token(request: HttpRequest, number: int) -> HttpResponse:
    """Revoke anybody's token."""
    token = Token.objects.filter(pk=number).first()
    if token is None:
        raise NotFound("There is no such token.")
    actions.revoke_token(by=asking(request), token=token, at=now())
    return go(request, reverse("administration-tokens"), f"The token “{token.name}” no longer works.")


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """Everything that happened, newest first; events of hidden objectives are left out."""
    by = asking(request)
    require_administrator(by)
    pages = Paginator(log_for(by), LOG_PAGE)
    return page(
        request,
        "administration/log.html",
        shown=pages.get_page(request.GET.get("page")),
        address=reverse("administration-log") + "?page={page}",
    )


def policy_values(organisation: Organisation) -> dict[str, Any]:
    """The policies as the form shows them."""
    policy = read(organisation.policies)
    return {
        "roll_up": policy.roll_up,
        "pace": policy.pace,
        "strict_holds": policy.strict_holds,
        "grace_days": policy.grace_days,
        "enough": round(policy.enough * 100),
    }


def _invited(person: Person) -> str:
    if settings.EMAIL_HOST:
        return f"{person.name} has been added and invited by mail."
    return f"{person.name} has been added. No mail server is set: copy the link below and send it yourself."


def _team_initial(team: Team | None) -> dict[str, Any]:
    if team is None:
        return {"people": []}
    return {
        "name": team.name,
        "ref": team.ref,
        "purpose": team.purpose,
        "parent": team.parent,
        "lead": team.lead,
        "holidays": write_holidays(team.holidays),
        "people": [person.email for person in members(team)],
        "version": team.version,
    }


def _save_team(by: Person, team: Team | None, values: dict[str, Any], chosen: list[Person]) -> Team:
    fields = ("name", "purpose", "parent", "lead")
    free = read_holidays(values["holidays"])
    if team is None:
        team = actions.create_team(by=by, ref=values["ref"], at=now(), **{name: values[name] for name in fields})
        values = values | {"version": team.version}
    return actions.change_team(
        by=by,
        team=team,
        version=values["version"],
        at=now(),
        changes={name: values[name] for name in fields} | {"holidays": free},
        people=chosen,
    )


def _tree(found: list[Team]) -> list[tuple[Team, int]]:
    """Teams below their parents, each with its depth."""
    below: dict[int | None, list[Team]] = {}
    known = {team.pk for team in found}
    for team in found:
        below.setdefault(team.parent_id if team.parent_id in known else None, []).append(team)
    rows: list[tuple[Team, int]] = []
    waiting = [(team, 0) for team in reversed(below.get(None, []))]
    while waiting:
        team, depth = waiting.pop()
        rows.append((team, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(team.pk, []))]
    return rows


def _teams_by_person() -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    rows = Membership.objects.filter(team__archived_at=None).order_by("team__name")
    for person, name in rows.values_list("person_id", "team__name"):
        names.setdefault(person, []).append(name)
    return names


addresses = [
    path("administration", list_people, name="administration"),
    path("administration/people/<str:email>", edit_person, name="administration-person"),
    path("administration/people/<str:email>/<str:act>", act_on_person, name="administration-person-act"),
    path("administration/teams", list_teams, name="administration-teams"),
    path("administration/teams/new", edit_team, name="team-new"),
    path("administration/teams/<str:ref>", edit_team, name="administration-team"),
    path("administration/teams/<str:ref>/<str:act>", act_on_team, name="administration-team-act"),
    path("administration/policies", policies, name="administration-policies"),
    path("administration/tokens", tokens, name="administration-tokens"),
    path("administration/tokens/<int:number>/revocation", revoke_token, name="administration-token-revoke"),
    path("administration/log", log, name="administration-log"),
]
