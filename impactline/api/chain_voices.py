"""The API's voices of a status, and what stands behind key results, objectives and priorities."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from impactline.api.access import REFUSALS
from impactline.api.shapes import rounded
from impactline.chain.delivery import Verdict, of_priority, verdict
from impactline.chain.status import told
from impactline.chain.visibility import chain_item_for, items_visible_to
from impactline.checkins.figures import figures_alone, figures_of
from impactline.checkins.priorities import verdict_of_priority
from impactline.checkins.verdicts import verdict_of, verdicts_of
from impactline.checkins.voices import Heard, of_item, of_key_result
from impactline.okrs.queries import priority_named
from impactline.okrs.today import Present, present
from impactline.okrs.visibility import key_result_for, objective_for

of_chain = Router(tags=["chain"])
of_key_results = Router(tags=["key results"])
of_objectives = Router(tags=["objectives"])
of_priorities = Router(tags=["strategic priorities"])


class TroubleShape(Schema):
    """What is wrong upstream: `assumption_failed`, `assumption_failing`, `overdue` or `behind`, and at which item.

    `strength` is how strongly one depends on it, `weight` how much of a trouble that is: 0.5 and more is off track.
    """

    trouble: str
    at: str
    title: str
    strength: float
    weight: float


class VoicesShape(Schema):
    """What is stated, computed and inherited: on_track, at_risk, off_track, or null for silence.

    `disagreement`: watermelon, reverse_watermelon or upstream; null where they do not part by two steps.
    """

    stated: str | None
    computed: str | None
    inherited: str | None
    disagreement: str | None
    troubles: list[TroubleShape]
    words: list[str]


class VerdictShape(Schema):
    """Delivery and effect, and what was expected of them by now; null where nothing counts, which is not 0.

    `quadrant` is delivered_moved, delivered_not_moved (theory failure), not_delivered_not_moved (implementation
    failure) or not_delivered_moved (moved without us): each by the share `enough` of what was expected. It is null
    where that cannot be told; `why` says so: no_delivery, no_effect, nothing_expected, or within_lag, which ends on
    the day `until`.
    """

    delivery: float | None
    delivery_expected: float | None
    effect: float | None
    effect_expected: float | None
    enough: float
    quadrant: str | None
    why: str
    until: date | None


class BehindShape(VerdictShape):
    """The voices of a key result, what it measures, and its delivery and effect."""

    voices: VoicesShape
    measures: str | None


@of_chain.get("/{ref}/voices", response={200: VoicesShape, **REFUSALS}, summary="The three voices of its status")
def voices(request: HttpRequest, ref: str) -> VoicesShape:
    person = request.auth  # type: ignore[attr-defined]
    return _said(of_item(person, chain_item_for(person, ref), present(timezone.now())))


@of_key_results.get(
    "/{ref}/behind", response={200: BehindShape, **REFUSALS}, summary="Its voices, its delivery and its effect"
)
def behind(request: HttpRequest, ref: str) -> BehindShape:
    person, now = request.auth, present(timezone.now())  # type: ignore[attr-defined]
    row = key_result_for(person, ref)
    whole = figures_of(person, [row.objective], now)[row.objective_id]
    own = next((entry for entry in whole.key_results if entry.key_result.pk == row.pk), None)
    figures = own or figures_alone(row, row.objective, now)
    measured = items_visible_to(person).filter(pk=row.measures_id or 0, archived_at=None).first()
    found = _nothing(now)
    if measured is not None:
        found = verdict_of(person, figures, whole, now.day, threshold=now.policy.enough)
    return BehindShape(
        voices=_said(of_key_result(person, figures, measured, now)),
        measures=None if measured is None else measured.ref,
        **_judged(found),
    )


@of_objectives.get("/{ref}/behind", response={200: VerdictShape, **REFUSALS}, summary="Its delivery and its effect")
def behind_objective(request: HttpRequest, ref: str) -> VerdictShape:
    person, now = request.auth, present(timezone.now())  # type: ignore[attr-defined]
    objective = objective_for(person, ref)
    figures = figures_of(person, [objective], now)
    found = verdicts_of(person, figures.values(), now.day, threshold=now.policy.enough)
    return VerdictShape(**_judged(found[objective.pk]))


@of_priorities.get("/{ref}/behind", response={200: VerdictShape, **REFUSALS}, summary="Its delivery and its effect")
def behind_priority(request: HttpRequest, ref: str) -> VerdictShape:
    person, now = request.auth, present(timezone.now())  # type: ignore[attr-defined]
    return VerdictShape(**_judged(verdict_of_priority(person, priority_named(ref).ref, now)))


def _nothing(now: Present) -> Verdict:
    return verdict(of_priority([], now.day), of_priority([], now.day), threshold=now.policy.enough)


def _judged(found: Verdict) -> dict[str, Any]:
    return {
        "delivery": rounded(found.delivery.value),
        "delivery_expected": rounded(found.delivery.expected),
        "effect": rounded(found.effect.value),
        "effect_expected": rounded(found.effect.expected),
        "enough": found.threshold,
        "quadrant": str(found.quadrant) if found.quadrant else None,
        "why": str(found.why),
        "until": found.until,
    }


def _said(heard: Heard) -> VoicesShape:
    said = heard.voices
    return VoicesShape(
        stated=said.stated,
        computed=said.computed,
        inherited=said.inherited,
        disagreement=said.disagreement,
        troubles=[
            TroubleShape(
                trouble=str(one.source.trouble),
                at=heard.at[one.source.at].ref,
                title=one.source.title,
                strength=round(one.strength, 4),
                weight=round(one.weight, 4),
            )
            for one in said.troubles
        ],
        words=list(told(said)),
    )
