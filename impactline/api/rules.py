"""The API's rules: what each looks for, how it is set here, and setting it."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from impactline.api.access import REFUSALS
from impactline.api.shapes import Wanted
from impactline.chain.names import Names, read
from impactline.insight import actions
from impactline.insight.queries import SetRule, rule_as_set, rules_as_set
from impactline.people.models import Person
from impactline.people.queries import organisation

router = Router(tags=["rules"])


class ThresholdShape(Schema):
    """A number that decides whether a rule fires: the value that holds, the default, the bounds."""

    name: str
    meaning: str
    value: float
    default: float
    least: float
    most: float


class RuleShape(Schema):
    """A rule: what it looks for, what it reads, how bad that is, where it comes from; why it is switched off if so."""

    id: str
    severity: str
    looks_for: str
    reads: str
    source: str
    thresholds: list[ThresholdShape]
    switched_off: str | None


class RuleWanted(Wanted):
    """Thresholds by name, null for the default; `switched_off` is the reason, empty to switch it on again."""

    thresholds: dict[str, float | None] = Field(default_factory=dict, max_length=20)
    switched_off: str | None = Field(None, max_length=5_000)


@router.get("/rules", response={200: list[RuleShape], **REFUSALS}, summary="The rules of what needs attention")
def rules(request: HttpRequest) -> list[RuleShape]:
    names = read(organisation().level_names)
    return [_shape(one, names) for one in rules_as_set()]


@router.get("/rules/{rule}", response={200: RuleShape, **REFUSALS}, summary="One rule as it is set")
def rule(request: HttpRequest, rule: str) -> RuleShape:
    return _shape(rule_as_set(rule), read(organisation().level_names))


@router.patch("/rules/{rule}", response={200: RuleShape, **REFUSALS}, summary="Set thresholds, or switch it off or on")
def set_rule(request: HttpRequest, rule: str, wanted: RuleWanted) -> RuleShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    actions.set_rule(
        by=person, rule=rule, thresholds=wanted.thresholds, switched_off=wanted.switched_off, at=timezone.now()
    )
    return _shape(rule_as_set(rule), read(organisation().level_names))


def _shape(found: SetRule, names: Names) -> RuleShape:
    rule = found.rule
    return RuleShape(
        id=rule.id,
        severity=str(rule.severity),
        looks_for=names.retell(rule.looks_for),
        reads=names.retell(rule.reads),
        source=rule.source,
        thresholds=[
            ThresholdShape(
                name=one.threshold.name,
                meaning=one.threshold.meaning,
                value=one.value,
                default=one.threshold.default,
                least=one.threshold.least,
                most=one.threshold.most,
            )
            for one in found.thresholds
        ],
        switched_off=found.off.reason if found.off is not None else None,
    )
