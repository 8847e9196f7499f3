"""The forms of the chain: an item with the fields of its level, a link, an assumption, evidence, a report."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from impactline.base.errors import Invalid
from impactline.chain.levels import Level, Sublevel
from impactline.chain.models import ChainItem, Importance, Likelihood
from impactline.metrics.models import Metric
from impactline.people.models import Person, Team
from impactline.people.queries import teams
from impactline.web.chain_words import EVIDENCE, HOLDING, KINDS, STATES, options
from impactline.web.forms import Choice, Day, Form, Line, Number, PersonField, Prose, TeamField
from impactline.web.objective_forms import Refs
from impactline.web.suggestions import metric_named

YES_NO = [("yes", "Yes"), ("no", "No")]
OF_ALL = ("title", "description", "owner", "team", "starts_on", "due_on")
OF_LEVEL: dict[Level, tuple[str, ...]] = {
    Level.INPUT: ("kind", "amount", "unit"),
    Level.ACTIVITY: ("effort_hours", "cost"),
    Level.OUTPUT: ("planned", "unit", "acceptance"),
    Level.OUTCOME: ("sublevel", "rubric"),
    Level.IMPACT: (),
}


class ItemForm(Form):
    """What an item says, whose it is, when, and what only items of its level have."""

    title = Line("Title")
    description = Prose("Description")
    owner = PersonField("Owner")
    team = TeamField("Team")
    shared_with = Refs(label="Shared with", required=False)
    starts_on = Day("First day")
    due_on = Day("Due")
    state = Choice("State", options(STATES), required=False)
    visibility = Choice("Seen by", [("open", "Everybody"), ("private", "Those concerned")], required=False)
    intended = Choice("Intended", YES_NO, required=False)
    sublevel = Choice("How far on", [(str(one), str(one)) for one in Sublevel], required=False)
    kind = Choice("Kind", options(KINDS), required=False)
    amount = Number("Planned amount")
    unit = Line("Unit", required=False, most=60)
    effort_hours = Number("Effort")
    cost = Number("Cost")
    planned = Number("Planned quantity")
    acceptance = Prose("Accepted when")
    rubric = Prose("Judged by the levels", most=2_000)
    metrics = Refs(label="Measured by", required=False)
    ref = Line("Ref", required=False, most=80)

    def changes(self, level: Level) -> dict[str, Any]:
        """What the actions take, for an item of this level."""
        given = self.cleaned_data
        found = {name: given[name] for name in (*OF_ALL, *OF_LEVEL[level])}
        found["state"] = given["state"] or "draft"
        found["visibility"] = given["visibility"] or "open"
        if level is Level.OUTCOME:
            found["rubric"] = [one for one in given["rubric"].splitlines() if one.strip()]
        if level in (Level.OUTCOME, Level.IMPACT):
            found["intended"] = given["intended"] != "no"
        return found

    def teams(self) -> list[Team]:
        """The teams that share it; raises Invalid for one that is not there."""
        wanted = self.cleaned_data["shared_with"]
        known = {team.ref: team for team in teams().filter(ref__in=wanted)}
        if missing := [ref for ref in wanted if ref not in known]:
            raise Invalid(f"There is no team “{missing[0][:80]}”.", field="shared_with")
        return [known[ref] for ref in wanted]

    def measured_by(self, person: Person) -> list[Metric]:
        """The metrics that measure it; raises NotFound for one that is not there."""
        return [metric_named(person, ref, "metrics") for ref in self.cleaned_data["metrics"]]


class LinkForm(Form):
    """What is expected and known of a link."""

    effect_metric = Line("Metric", required=False, most=80)
    effect_change = Number("Change")
    effect_per = Number("For each")
    lag_days = forms.IntegerField(label="Days until it shows", required=False)
    confidence = Number("Confidence")
    evidence = Choice("Evidence", options(EVIDENCE), required=False)
    rationale = Prose("Why it should lead there")
    necessary = Choice("Necessary", YES_NO, required=False)
    group = Line("Sufficient together", required=False, most=80)

    def clean_confidence(self) -> Decimal | None:
        """Of a hundred, as it is typed here; programs give it as a share."""
        given: Decimal | None = self.cleaned_data["confidence"]
        if given is not None and not 0 <= given <= 100:
            raise ValidationError("A confidence lies between 0 and 100 %. Enter 60 for six in ten.")
        return given

    def changes(self, person: Person) -> dict[str, Any]:
        """What the action takes; raises NotFound for a metric that is not there."""
        given = self.cleaned_data
        metric = metric_named(person, given["effect_metric"], "effect_metric") if given["effect_metric"] else None
        confidence = given["confidence"]
        return {
            "effect_metric": metric,
            "effect_change": given["effect_change"],
            "effect_per": given["effect_per"],
            "lag_days": given["lag_days"],
            "confidence": None if confidence is None else float(confidence) / 100,
            "evidence": given["evidence"] or "untested",
            "rationale": given["rationale"],
            "necessary": None if not given["necessary"] else given["necessary"] == "yes",
            "group": given["group"],
        }


class AssumptionForm(Form):
    """What must hold, what is known of it, who watches it, and by which number."""

    text = Line("Assumption")
    state = Choice("State", options(HOLDING), required=False)
    importance = Choice("Importance", Importance.choices, required=False)
    likelihood = Choice("Likelihood", Likelihood.choices, required=False)
    influenceable = Choice("Can we influence it", YES_NO, required=False)
    owner = PersonField("Owner")
    review_on = Day("Review on")
    metric = Line("Watch metric", required=False, most=80)
    at_least = Number("At least")
    at_most = Number("At most")

    def changes(self, person: Person) -> dict[str, Any]:
        """What the actions take; raises NotFound for a metric that is not there."""
        given = self.cleaned_data
        return {
            "text": given["text"],
            "state": given["state"] or "untested",
            "importance": given["importance"],
            "likelihood": given["likelihood"],
            "influenceable": None if not given["influenceable"] else given["influenceable"] == "yes",
            "owner": given["owner"],
            "review_on": given["review_on"],
            "metric": metric_named(person, given["metric"], "metric") if given["metric"] else None,
            "at_least": given["at_least"],
            "at_most": given["at_most"],
        }


class EvidenceForm(Form):
    """What shows it: a title and an address."""

    title = Line("Title", required=False)
    url = Line("Address", most=2000)


class ReportForm(Form):
    """How far it is: a number, a day, a word."""

    value = Number("How far", required=True)  # type: ignore[assignment] # the field, not the question after it
    day = Day("Day")
    note = Prose("Note")


def initial_of(item: ChainItem) -> dict[str, Any]:
    """What stands in the form of an item."""
    found = {name: getattr(item, name) for name in (*OF_ALL, *OF_LEVEL[Level(item.level)], "state", "visibility")}
    return found | {
        "version": item.version,
        "intended": "yes" if item.intended else "no",
        "rubric": "\n".join(item.rubric),
        "shared_with": list(item.shared_with.values_list("ref", flat=True)),
        "metrics": list(item.metrics.values_list("ref", flat=True)),
    }
