"""The API's list of rules."""

from django.http import HttpRequest
from ninja import Router, Schema

from impactline.api.access import REFUSALS
from impactline.insight.rules import RULES

router = Router(tags=["rules"])


class ThresholdShape(Schema):
    """A number that decides whether a rule fires, with its bounds."""

    name: str
    meaning: str
    default: float
    least: float
    most: float


class RuleShape(Schema):
    """A rule: what it looks for, what it reads, how bad that is, where it comes from."""

    id: str
    severity: str
    looks_for: str
    reads: str
    source: str
    thresholds: list[ThresholdShape]


@router.get("/rules", response={200: list[RuleShape], **REFUSALS}, summary="The rules of what needs attention")
def rules(request: HttpRequest) -> list[RuleShape]:
    return [
        RuleShape(
            id=rule.id,
            severity=str(rule.severity),
            looks_for=rule.looks_for,
            reads=rule.reads,
            source=rule.source,
            thresholds=[
                ThresholdShape(name=one.name, meaning=one.meaning, default=one.default, least=one.least, most=one.most)
                for one in rule.thresholds
            ],
        )
        for rule in RULES.values()
    ]
