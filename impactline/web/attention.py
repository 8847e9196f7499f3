"""Needs attention: what somebody can act on, the weightiest first, with its reason and the button that mends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from impactline.base.errors import Faults, Invalid, NotFound
from impactline.insight import actions
from impactline.insight.attention import (
    Cause,
    Scope,
    attention,
    causes_in,
    mutable_of,
    scope_of,
    visit_of,
    weightiest,
)
from impactline.insight.marking import weak_wordings
from impactline.insight.models import Found, Muted
from impactline.insight.rules import RULES
from impactline.insight.visibility import found_muted_by, found_with
from impactline.insight.wording import Severity
from impactline.okrs.queries import current_cycle
from impactline.okrs.visibility import visible_to
from impactline.people.models import Person
from impactline.people.queries import teams_of
from impactline.web import reader
from impactline.web.forms import Day, Form, Line
from impactline.web.remedies import Step, first_step, more_steps, page_of, returning
from impactline.web.roadblocks import age_text
from impactline.web.rows import address, person_href
from impactline.web.sayings import own_words
from impactline.web.shell import asking, go, is_fragment, now, page, today

SHOWN, SPARED = 7, 2
ON_HOME = 3
MUTED_FOR = timedelta(days=14)
OF = ("person", "team", "cycle", "objective")
Tab = tuple[str, str, bool, None]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Named:
    """Something that a finding names, with its page."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Said:
    """A finding as the page shows it; `reads` are the data behind it."""

    key: str
    named: tuple[Named, ...]
    message: str
    remedy: str
    rule: str
    reads: str


@dataclass(frozen=True, slots=True)
class Also:
    """What else a cause names, and what is said of it beyond the first sentence; nothing is `named` twice."""

    named: tuple[Named, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Card:
    """What one act mends: its first finding, the `others`, what is at stake, since when, and the buttons.

    `besides` is how many things it names beside the first.
    """

    key: str
    severity: str
    first: Said
    others: tuple[Also, ...]
    besides: int
    stake: str
    day: date
    age: str
    since: date
    is_new: bool
    step: Step
    more: tuple[Step, ...]
    may_mute: bool
    owner: Person | None
    owner_href: str
    keys: tuple[str, ...]
    form: "MuteForm | None" = None


@dataclass(frozen=True, slots=True)
class Silent:
    """What was muted at once: its first finding, how many others, all their keys; who did it why."""

    said: Said
    others: int
    keys: tuple[str, ...]
    row: Muted
    may_hear: bool


class MuteForm(Form):
    """Why it may be silent, and until when."""

    reason = Line("Why it may be silent", most=1_000)
    until = Day("Until", required=True)


Refused = tuple[str, MuteForm]


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The page: for the reader; ?of=organisation, ?person=, ?team=, ?cycle=, ?objective=; ?show=all for all of it."""
    return _page(request)


@require_POST
def mute(request: HttpRequest) -> HttpResponse:
    """Let the findings `key` be silent until a day, for a reason."""
    person, form, at = asking(request), MuteForm(request.POST), now()
    keys = request.POST.getlist("key")
    if form.is_valid():
        said = form.cleaned_data
        try:
            found = found_with(person, keys)
            actions.mute_all(by=person, found=found, reason=said["reason"], until=said["until"], at=at)
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            done = f"Muted until {reader.day(said['until'])}."
            asked = _again(request.POST) | {"muted_at": at.isoformat(), "then": keys[0]}
            undo = f"{reverse('attention-hearings')}?{urlencode(asked)}"
            return go(request, _back(request.POST), done, undo=undo)
    return _page(request, refused=(keys[0] if keys else "", form))


@require_POST
def hear(request: HttpRequest) -> HttpResponse:
    """Tell muted findings again: those named in the form or, in the address of an undo, by when they were muted."""
    person = asking(request)
    if "key" in request.POST:
        given, found = request.POST, found_with(person, request.POST.getlist("key"))
    else:
        given = request.GET
        found = found_muted_by(person, _moment(given.get("muted_at", "")))
    actions.hear_all_again(by=person, found=found, at=now())
    return go(request, _back(given), "It is told again.")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotFound("It is not muted.") from None


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How many things need attention, for pages that do not wait for it: for the reader, or in ?cycle=."""
    person, cycle = asking(request), request.GET.get("cycle", "").strip()[:254]
    found = causes_in(person, scope_of(person, mine=not cycle, cycle=cycle), today().day)
    return page(request, "attention_count.html", count=found, href=_address({"cycle": cycle}) if cycle else "")


@require_safe
def wording(request: HttpRequest) -> HttpResponse:
    """What the wording is warned of in the same scope: a part of the page that it does not wait for, or a page."""
    person = asking(request)
    asked, scope = _asked(request, person, request.GET)
    found = weak_wordings(person, scope)
    listed = _first(found.rows, whole=bool(asked.get("show")) or not is_fragment(request))
    rows = [
        (item.title, address(str(item.kind_name).replace("_", "-"), item.ref) + "/wording", one) for item, one in listed
    ]
    return page(
        request,
        "attention_wording_part.html" if is_fragment(request) else "attention_wording.html",
        rows=rows,
        count=len(found.rows),
        is_all=found.is_all,
        all_href=_address({**asked, "show": "all"}, "attention-wording"),
        back=_address(asked),
    )


def most_important(person: Person, day: date) -> list[Card]:
    """The cards of the home page."""
    causes = weightiest(person, Scope(mine=True), day, ON_HOME)
    return [_card(cause, True, day, None, reverse("home")) for cause in causes]


def _again(given: QueryDict) -> dict[str, str]:
    """What the address asked for, as a form or an undo hands it on."""
    return {name: value for name in (*OF, "of", "show") if (value := given.get(name, "")[:254])}


def _back(given: QueryDict) -> str:
    """The same scope again, at the cause that is to be looked at `then`."""
    then = given.get("then", "")
    return _address(_again(given)) + (f"#cause-{then}" if then.isalnum() else "")


def _address(asked: Mapping[str, str], name: str = "attention") -> str:
    given = {name: value for name, value in asked.items() if value}
    return reverse(name) + (f"?{urlencode(given)}" if given else "")


def _page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    person, day = asking(request), today().day
    asked, scope = _asked(request, person, request.GET if refused is None else request.POST)
    found = attention(person, scope, day, _noted(request, person))
    worse, hints = ([one for one in found.causes if one.is_hint is wanted] for wanted in (False, True))
    whole = bool(asked.get("show") or refused)
    listed = [*_first(worse, whole=whole), *_first(hints, whole=whole)]
    cards = _cards(person, listed, day, refused, _address(asked))
    return page(
        request,
        "attention.html",
        status=200 if refused is None else 422,
        whose=_whose(scope),
        is_mine=scope.mine,
        tabs=_tabs(person, scope, day),
        cards=[card for card in cards if card.severity != Severity.HINT],
        count=len(worse),
        hints=[card for card in cards if card.severity == Severity.HINT],
        hint_count=len(hints),
        unlisted=found.more,
        fresh=sum(1 for one in worse if one.is_new),
        before=found.since,
        gone=[_said(row) for row in found.gone],
        gone_count=found.gone_count,
        muted=_silent(person, found.muted),
        muted_count=len(found.muted),
        muted_worse=any(row.found.severity != Severity.HINT for row in found.muted),
        asked=asked,
        wording_href=_address(asked, "attention-wording"),
        all_href=_address({**asked, "show": "all"}),
        until=day + MUTED_FOR,
        is_bare=not visible_to(person).filter(archived_at=None).exists(),
        refused=refused[1] if refused is not None and not any(one.form for one in cards) else None,
    )


def _first(rows: list[Row], *, whole: bool) -> list[Row]:
    """All rows, or the first; not the first where hardly any others are left."""
    return rows if whole or len(rows) <= SHOWN + SPARED else rows[:SHOWN]


def _silent(person: Person, rows: Sequence[Muted]) -> list[Silent]:
    """What is muted, once for what was muted of one cause at once."""
    mutable = mutable_of(person, [row.found for row in rows])
    groups: dict[tuple[object, ...], list[Muted]] = {}
    for row in rows:
        groups.setdefault((row.found.cause, row.at, row.by_id, row.reason), []).append(row)
    return [
        Silent(
            _said(group[0].found),
            len(group) - 1,
            tuple(row.found.key for row in group),
            group[0],
            all(row.found_id in mutable for row in group),
        )
        for group in groups.values()
    ]


def _asked(request: HttpRequest, person: Person, given: QueryDict) -> tuple[dict[str, str], Scope]:
    """What the address asks for, as it is asked again; and the scope that it is."""
    named = {name: value for name in OF if (value := given.get(name, "").strip()[:254])}
    whole = given.get("of") == "organisation"
    asked = named | ({"of": "organisation"} if whole else {}) | ({"show": "all"} if given.get("show") == "all" else {})
    return asked, scope_of(person, mine=not (named or whole), **named)


def _noted(request: HttpRequest, person: Person) -> datetime | None:
    """When the person looked before this visit; this look is noted, unless a page only brings itself up to date."""
    at = now()
    visit = visit_of(person, at)
    if visit.is_to_note and request.method == "GET" and "X-Live" not in request.headers:
        actions.look(by=person, at=at)
    return visit.before


def _tabs(person: Person, scope: Scope, day: date) -> list[Tab]:
    """For me, my teams, the cycle, the organisation; and what else is asked for."""
    here, cycle = reverse("attention"), current_cycle(day)
    tabs: list[Tab] = [("For me", here, scope.mine, None)]
    teams = {team.ref: team.name for team in teams_of(person)}
    cycles = {cycle.ref: cycle.title} if cycle is not None else {}
    if scope.team is not None:
        teams[scope.team.ref] = scope.team.name
    if scope.cycle is not None:
        cycles[scope.cycle.ref] = scope.cycle.title
    for name, entries, chosen in (("team", teams, scope.team), ("cycle", cycles, scope.cycle)):
        for ref, title in entries.items():
            current = chosen is not None and chosen.ref == ref
            tabs.append((title, f"{here}?{urlencode({name: ref})}", current, None))
    return [*tabs, ("Organisation", f"{here}?of=organisation", scope == Scope(), None)]


def _whose(scope: Scope) -> Named | None:
    """The person or objective whose page this is, where no tab says so."""
    if scope.person is not None:
        return Named(scope.person.name, person_href(scope.person))
    return Named(scope.objective.title, page_of("objective", scope.objective.ref)) if scope.objective else None


def _cards(person: Person, causes: Sequence[Cause], day: date, refused: Refused | None, here: str) -> list[Card]:
    mutable = mutable_of(person, [row for cause in causes for row in cause.findings])
    owners = Person.objects.in_bulk({one for cause in causes if (one := cause.findings[0].owner_id) is not None})
    cards = [
        _card(
            cause,
            all(row.pk in mutable for row in cause.findings),
            day,
            owners.get(cause.findings[0].owner_id or 0),
            f"{here}#cause-{cause.findings[0].key}",
        )
        for cause in causes
    ]
    if refused is None:
        return cards
    return [replace(card, form=refused[1]) if refused[0] in card.keys else card for card in cards]


def _card(cause: Cause, concerned: bool, day: date, owner: Person | None, back: str) -> Card:
    """`back` is where its buttons lead back to."""
    first, others = cause.findings[0], _others([_said(row) for row in cause.findings])
    since = min(row.appeared_at for row in cause.findings)
    return Card(
        key=first.key,
        severity=str(cause.severity),
        first=_said(first),
        others=others,
        besides=len({one.named for one in others if one.named}),
        stake=stake_text(cause.value),
        day=day,
        age=age_text((day - since.date()).days),
        since=since.date(),
        is_new=cause.is_new,
        step=returning(first_step(first, concerned=concerned), back),
        more=tuple(returning(step, back) for step in more_steps(first)),
        may_mute=concerned,
        owner=owner,
        owner_href=person_href(owner),
        keys=tuple(row.key for row in cause.findings),
    )


def _others(rows: Sequence[Said]) -> tuple[Also, ...]:
    """What is said beside the first finding, once for each thing or pair of things that is named."""
    first, told = rows[0], dict[tuple[Named, ...], list[str]]()
    for said in rows[1:]:
        messages = told.setdefault(said.named, [])
        if said.message != first.message and said.message not in messages:
            messages.append(said.message)
    of_first = [Also((), " ".join(told.pop(first.named)))] if told.get(first.named) else []
    told.pop(first.named, None)
    return (*of_first, *(Also(named, " ".join(messages)) for named, messages in told.items()))


def _said(row: Found) -> Said:
    rule = RULES.get(row.rule)
    named = tuple(Named(title, page_of(kind, ref)) for kind, ref, title in row.about)
    message, remedy = own_words(row.message), own_words(row.remedy)
    return Said(row.key, named, message, remedy, row.rule, rule.reads if rule is not None else "")


def stake_text(value: float) -> str:
    """What is at stake, in objectives: “half of an objective” as per cent, more than one as a number."""
    if value <= 0:
        return ""
    if value < 1:
        return f"{reader.percent(value)} of an objective"
    return "a whole objective" if round(value, 1) == 1 else f"{reader.number(round(value, 1))} objectives"


addresses: list[URLPattern] = [
    path("attention", show, name="attention"),
    path("attention/count", count, name="attention-count"),
    path("attention/wording", wording, name="attention-wording"),
    path("attention/mutes", mute, name="attention-mutes"),
    path("attention/hearings", hear, name="attention-hearings"),
]
