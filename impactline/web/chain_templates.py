"""Chains to begin with: a worked example of one of four schools, made for a key result and then edited."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Invalid, NotFound
from impactline.base.transactions import action
from impactline.chain import actions
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem
from impactline.chain.templates import TEMPLATES, Item, Link, Template
from impactline.checkins.scopes import objective_scope
from impactline.metrics import actions as metrics
from impactline.metrics.models import Metric
from impactline.okrs import actions as okrs
from impactline.okrs.models import KeyResult
from impactline.okrs.visibility import key_result_for, objective_for, require_edit
from impactline.people.models import Person
from impactline.web.chain_scopes import address_of, crumbs_of
from impactline.web.shell import asking, go, now, page


@require_http_methods(["GET", "POST"])
def templates(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose a template; a POST makes its items, links and metrics, the last outcome measured by the key result."""
    person = asking(request)
    require_edit(person, objective_for(person, ref))
    scope = objective_scope(person, ref)
    if request.method == "POST":
        template = TEMPLATES.get(request.POST.get("template", ""))
        if template is None:
            raise NotFound("There is no such template.")
        key_result = key_result_for(person, request.POST.get("key_result", ""))
        if key_result.objective.ref != ref:
            raise Invalid("This key result belongs to another objective.", field="key_result")
        fill(person=person, key_result=key_result, template=template, at=now())
        return go(request, reverse("objective-chain-outline", args=[ref]), "Here it is. Write over what is not yours.")
    return page(
        request,
        "chain_templates.html",
        scope=scope,
        crumbs=crumbs_of(scope),
        chain=address_of(scope),
        templates=list(TEMPLATES.values()),
    )


@action
def fill(*, person: Person, key_result: KeyResult, template: Template, at: datetime) -> dict[str, ChainItem]:
    """Make the items of a template as drafts of the person, by their keys in it."""
    measured = {
        row.key: metrics.create_metric(
            by=person, name=row.name, unit=row.unit, better=row.better, source=row.source, at=at
        )
        for row in template.metrics
    }
    made = {row.key: _item(person, key_result, row, measured, at) for row in template.items}
    for link in template.links:
        _link(person, link, made, measured, at)
    last = [made[row.key] for row in template.items if row.level is Level.OUTCOME][-1]
    okrs.change_key_result(by=person, key_result=key_result, version=None, at=at, changes={"measures": last})
    return made


def _item(person: Person, key_result: KeyResult, row: Item, measured: dict[str, Metric], at: datetime) -> ChainItem:
    numbers = ("amount", "planned", "effort_hours", "cost")
    fields: dict[str, Any] = {name: _exact(getattr(row, name)) for name in numbers if getattr(row, name) is not None}
    words = ("description", "kind", "unit", "acceptance", "sublevel")
    fields |= {name: str(getattr(row, name)) for name in words if getattr(row, name)}
    return actions.create_item(
        by=person,
        level=str(row.level),
        title=row.title,
        owner=person,
        team=key_result.objective.team,
        metrics=[measured[key] for key in row.metrics],
        at=at,
        **fields,
    )


def _link(person: Person, row: Link, made: dict[str, ChainItem], measured: dict[str, Metric], at: datetime) -> None:
    fields: dict[str, Any] = {"evidence": row.evidence, "lag_days": row.lag_days, "confidence": row.confidence}
    if row.effect is not None:
        fields |= {
            "effect_metric": measured[row.effect.metric],
            "effect_change": _exact(row.effect.change),
            "effect_per": _exact(row.effect.per),
        }
    link = actions.link(
        by=person, source=made[row.source], target=made[row.target], rationale=row.rationale, at=at, **fields
    )
    for one in row.assumptions:
        said = {"importance": one.importance, "likelihood": one.likelihood}
        actions.assume(by=person, on=link, text=one.text, at=at, **said)


def _exact(number: float) -> Decimal:
    return Decimal(str(number))


addresses = [path("objectives/<str:ref>/chain/templates", templates, name="objective-chain-templates")]
