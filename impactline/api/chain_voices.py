"""The API's voices of a status, and what stands behind a key result."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from impactline.api.access import REFUSALS
from impactline.api.shapes import rounded
from impactline.chain.delivery import Verdict
from impactline.chain.status import told
from impactline.chain.visibility import chain_item_for, items_visible_to
from impactline.checkins.figures import figures_alone, figures_of
from impactline.checkins.verdicts import verdict_of
from impactline.checkins.voices import Heard, of_item, of_key_result
from impactline.okrs.today import present
from impactline.okrs.visibility import key_result_for

of_chain = Router(tags=["chain"])
of_key_results = Router(tags=["key results"])


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


class BehindShape(Schema):
    """The voices of a key result, with its delivery and effect; null where nothing counts, which is not 0."""

    voices: VoicesShape
    measures: str | None
    delivery: float | None
    delivery_expected: float | None
    effect: float | None
    effect_expected: float | None
    enough: float
    quadrant: str | None


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
    found: Verdict | None = None
    if measured is not None:
        found = verdict_of(person, figures, whole, now.day, threshold=now.policy.enough)
    return BehindShape(
        voices=_said(of_key_result(person, figures, measured, now)),
        measures=None if measured is None else measured.ref,
        delivery=rounded(found.delivery.value) if found else None,
        delivery_expected=rounded(found.delivery.expected) if found else None,
        effect=rounded(found.effect.value) if found else None,
        effect_expected=rounded(found.effect.expected) if found else None,
        enough=now.policy.enough,
        quadrant=str(found.quadrant) if found and found.quadrant else None,
    )


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
