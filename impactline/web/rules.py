"""The rules that look for what needs attention: what each reads, from when it fires, and how it is set here."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from impactline.base.errors import Faults, Invalid
from impactline.insight import actions
from impactline.insight.queries import SetRule, rule_as_set, rules_as_set
from impactline.insight.rules import REFUSED, TOLD_BY, WORDING
from impactline.insight.wording import RULES as WORDING_RULES
from impactline.people.roles import require_administrator
from impactline.web.forms import Form, Number, Prose
from impactline.web.shell import asking, go, now, page

GROUPS = (("R", "How objectives are set, and how they go"), ("C", "The results chain"))
REASON_MAX = 1_000


class RuleForm(Form):
    """The thresholds of a rule, empty for the default; whether it is wanted, and if not, why."""

    is_off = forms.BooleanField(label="Switched off", required=False)
    reason = Prose("Why it is switched off", most=REASON_MAX)

    def __init__(self, found: SetRule, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for one in found.thresholds:
            self.fields[one.threshold.name] = Number(one.threshold.meaning)
        self.thresholds = [one.threshold.name for one in found.thresholds]

    def clean(self) -> dict[str, Any]:
        """Nothing is switched off without a reason."""
        if self.cleaned_data.get("is_off") and not self.cleaned_data.get("reason"):
            self.add_error("reason", "Say why it is switched off.")
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        limits = {name: None if given[name] is None else float(given[name]) for name in self.thresholds}
        return {"thresholds": limits, "switched_off": given["reason"] if given["is_off"] else ""}


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Every rule of the design: those judged here, those of wording, those that the product refuses to break."""
    every = rules_as_set()
    return page(
        request,
        "rules.html",
        groups=[(title, [one for one in every if one.rule.id.startswith(letter)]) for letter, title in GROUPS],
        wording=list(WORDING_RULES.values()),
        told={
            other: [f"{rule} is judged as {_and(by)}" for rule, by in table.items() if by and rule]
            for other, table in (("wording", WORDING), ("rules", TOLD_BY))
        },
        refused=REFUSED,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, rule: str) -> HttpResponse:
    """One rule; administrators set it here."""
    person, found = asking(request), rule_as_set(rule)
    form = RuleForm(found, request.POST or None, initial=_initial(found))
    if request.method == "POST":
        require_administrator(person)
        if form.is_valid():
            try:
                actions.set_rule(by=person, rule=rule, at=now(), **form.values())
            except (Invalid, Faults) as refusal:
                form.refuse(refusal)
            else:
                return go(request, f"{reverse('rules')}#{rule}", "Saved. What follows from it is examined now.")
    return page(request, "rule.html", status=422 if form.errors else 200, found=found, form=form)


def _initial(found: SetRule) -> dict[str, Any]:
    given = {one.threshold.name: one.value for one in found.thresholds if one.chosen is not None}
    return {**given, "is_off": found.off is not None, "reason": found.off.reason if found.off is not None else ""}


def _and(words: tuple[str, ...]) -> str:
    return " and ".join(words)


addresses: list[URLPattern] = [
    path("rules", show, name="rules"),
    path("rules/<str:rule>", one, name="rule"),
]
