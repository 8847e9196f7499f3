"""The wording: hints under a title while it is typed, and a page of findings, where a rule can be overruled."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from impactline.base.errors import Forbidden, Invalid, NotFound
from impactline.chain.levels import Level
from impactline.chain.models import Assumption, ChainItem
from impactline.chain.visibility import may_edit_item
from impactline.insight import actions
from impactline.insight.queries import findings_of_item, overruled_of
from impactline.insight.stating import Item, holders_of, text_of, words
from impactline.insight.visibility import item_named
from impactline.insight.wording import RULES, Finding, Kind, Measure, Severity, Span, Statement, lint
from impactline.metrics.actions import require_steward
from impactline.metrics.models import Metric
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.visibility import may_edit, objective_for
from impactline.people.models import Person
from impactline.web import reader
from impactline.web.forms import Form, Line, Prose
from impactline.web.rows import address
from impactline.web.shell import asking, go, now, page

KINDS = {
    "objective": Kind.OBJECTIVE,
    "key-result": Kind.KEY_RESULT,
    "metric": Kind.METRIC,
    "assumption": Kind.ASSUMPTION,
    **{str(level): Kind(level) for level in Level},
}
FIELDS = {"metric": "name", "assumption": "text"}
SECTIONS = {"metric": "metrics", "chain-item": "chain", "assumption": "chain"}
NUMBERS = ("baseline", "target", "low", "high")
SHOWN_MAX = 3


class OverruleForm(Form):
    """Which rule shall keep quiet, and why."""

    rule = Line("Rule", most=40)
    note = Prose("Why it is wrong here", required=True, most=1_000)


@require_POST
def typed(request: HttpRequest, kind: str) -> HttpResponse:
    """The hints for what stands in a form now; the form names its objective and the item, where there are.

    An assumption is named by the refs of what it is on and its number there, with slashes between.
    """
    person, given = asking(request), request.POST
    field = FIELDS.get(kind, "title")
    if kind not in KINDS:
        raise NotFound("There are no hints for this.")
    objective = objective_for(person, given["objective"]) if given.get("objective") else None
    item = _item(person, kind, *given["item"].split("/")) if given.get("item") else None
    found = hints(kind, given.get(field, ""), given, objective, item)
    return page(request, "wording_hints.html", hints=found, field=field)


def hints(
    kind: str, text: str, values: Mapping[str, Any], objective: Objective | None = None, item: Item | None = None
) -> list[Finding]:
    """The findings of a text in a form, at most three; its measure counts as soon as a number of it is there."""
    if not text.strip():
        return []
    found = reader.organisation()
    said = Statement(
        KINDS[kind],
        text,
        measure=_measure(values) if kind == "key-result" else None,
        cycle=Span(objective.cycle.starts_on, objective.cycle.ends_on) if objective is not None else None,
        above=objective.title if objective is not None and kind == "key-result" else "",
        language=found.locale[:2] if found else "",
    )
    quiet = {row.rule for row in overruled_of(item, text)} if item is not None else set()
    if objective is None:
        quiet.add("W-time-bound")  # its cycle is chosen in the form
    return lint(said, words(), overruled=quiet)[:SHOWN_MAX]


def told(found: list[Finding]) -> str:
    """A word after saving about what is weak; hints are left to those who look."""
    count = sum(1 for finding in found if finding.severity is not Severity.HINT)
    return (
        f" Its wording could be better in {'one way' if count == 1 else f'{count} ways'}: see “Wording”."
        if count
        else ""
    )


@require_http_methods(["GET", "POST"])
def findings(request: HttpRequest, kind: str, **named: Any) -> HttpResponse:
    """What is weak in the wording of an item, and what was overruled; a POST overrules a rule with a note."""
    person = asking(request)
    item = _item(person, kind, *named.values())
    own = _address(kind, **named)
    form = OverruleForm(request.POST or None)
    if request.method == "POST" and request.POST.get("same") not in (None, text_of(item)):
        form.refuse(Invalid("Somebody changed these words meanwhile.", remedy="Look at what is said of them now."))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.overrule(by=person, item=item, rule=given["rule"], note=given["note"], at=now())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return go(request, own + "/wording", "The rule keeps quiet here until the text changes.")
    return page(
        request,
        "wording.html",
        status=422 if form.is_bound else 200,
        form=form,
        title=text_of(item),
        back=address("chain-item", named["ref"]) if kind == "assumption" else own,
        edit=own if kind == "assumption" else own + "/edit",
        here=own + "/wording",
        section=SECTIONS.get(kind, "cycle"),
        findings=findings_of_item(person, item),
        overruled=overruled_of(item),
        rules=RULES,
        may_change=_may_change(person, item),
    )


@require_POST
def heeding(request: HttpRequest, kind: str, **named: Any) -> HttpResponse:
    """Heed a rule again."""
    person = asking(request)
    item = _item(person, kind, *named.values())
    actions.heed_again(by=person, item=item, rule=request.POST.get("rule", ""), at=now())
    return go(request, _address(kind, **named) + "/wording", "The rule is heeded again.")


def _item(person: Person, kind: str, ref: str, *within: str | int) -> Item:
    """The item, where this person may see it; of an assumption what is `within`: a target, if any, and its number.

    Raises NotFound.
    """
    *target, number = within or (0,)
    if not str(number).isdecimal():
        raise NotFound("There is no such assumption here.")
    known = "chain_item" if kind in set(Level) else kind.replace("-", "_")
    return item_named(person, known, "→".join((ref, *map(str, target))), int(number))


def _may_change(person: Person, item: Item) -> bool:
    if isinstance(item, Metric):
        try:
            require_steward(person, item)
        except Forbidden:
            return False
        return True
    if isinstance(item, ChainItem | Assumption):
        return any(may_edit_item(person, one) for one in holders_of(item) if isinstance(one, ChainItem))
    return may_edit(person, item.objective if isinstance(item, KeyResult) else item)


def _address(kind: str, **named: Any) -> str:
    """Where an item stands: its page, or the form of an assumption."""
    if kind != "assumption":
        return address(kind, named["ref"])
    return reverse("chain-link-assumption" if "target" in named else "chain-assumption", kwargs=named)


def _measure(values: Mapping[str, Any]) -> Measure | None:
    """The measure as far as it was typed; None while no number of it is there."""
    numbers = {name: _number(values.get(name)) for name in NUMBERS}
    chosen = str(values.get("type") or "")
    if all(number is None for number in numbers.values()) and chosen in {"", "metric", "at_least", "at_most", "range"}:
        return None
    return Measure(chosen or "metric", **numbers, unit=str(values.get("unit") or ""))


def _number(value: Any) -> Decimal | None:
    try:
        return reader.read_number(str(value)) if value not in (None, "") else None
    except Invalid:
        return None


_WHERE = {
    "objective": "objectives/<str:ref>",
    "key-result": "key-results/<str:ref>",
    "metric": "metrics/<str:ref>",
    "chain-item": "chain/<str:ref>",
    "assumption": "chain/<str:ref>/assumptions/<int:number>",
}
_ON_LINK = "chain/<str:ref>/links/<str:target>/assumptions/<int:number>/wording"
addresses: list[URLPattern] = [
    path("wording/<str:kind>", typed, name="wording"),
    *(path(f"{of}/wording", findings, {"kind": kind}, name=f"{kind}-wording") for kind, of in _WHERE.items()),
    *(path(f"{of}/wording/heeding", heeding, {"kind": kind}, name=f"{kind}-heeding") for kind, of in _WHERE.items()),
    path(_ON_LINK, findings, {"kind": "assumption"}, name="link-assumption-wording"),
    path(f"{_ON_LINK}/heeding", heeding, {"kind": "assumption"}, name="link-assumption-heeding"),
]
