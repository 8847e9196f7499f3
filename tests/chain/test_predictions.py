"""Predictions: written down when an activity or output ends, compared once the lag has passed, and kept."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from impactline.chain import actions, verbs
from impactline.chain.models import Prediction
from impactline.chain.predictions import compared, predictions_of
from impactline.checkins import actions as check_ins
from impactline.people.models import Person
from impactline.reactions import REACTIONS
from tests.cast import NOON
from tests.scenes import leaves, moment
from tests.web.chain_scene import Scene, a_chain, an_item

pytestmark = pytest.mark.django_db
OCT_1, OCT_12, OCT_26 = date(2026, 10, 1), date(2026, 10, 12), date(2026, 10, 26)


@pytest.fixture
def scene(alice: Person, ada: Person) -> Scene:
    """100 calls from 1 to 12 October, each −0.03 days, 14 days later, confidence .6; the wait was 21 days."""
    made = a_chain(alice, ada)
    for item in (made.line, made.calls):
        actions.change_item(by=alice, item=item, version=None, at=NOON, changes={"starts_on": OCT_1})
    check_ins.read_metric(by=alice, metric=made.metric, value=Decimal(21), at=moment(OCT_1))
    actions.report(by=alice, item=made.calls, value=Decimal(100), at=NOON)
    return made


def ends(by: Person, scene: Scene, state: str = "done") -> Prediction:
    actions.change_item(by=by, item=scene.calls, version=None, at=NOON, changes={"state": state})
    return Prediction.objects.get(item=scene.calls)


def reads(by: Person, scene: Scene, value: int, day: date) -> Prediction:
    check_ins.read_metric(by=by, metric=scene.metric, value=Decimal(value), at=moment(day))
    actions.compare_due(at=moment(day))
    return Prediction.objects.get(item=scene.calls)


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_what_was_expected_is_written_down_when_it_ends(alice: Person, scene: Scene, state: str) -> None:
    row = ends(alice, scene, state)

    # 100 × −0.03 = −3, × .6 = −1.8; the band reaches from all to nothing
    assert (row.claimed, row.expected, row.low, row.high) == (Decimal(-3), Decimal("-1.8"), Decimal(-3), Decimal(0))
    assert (row.ended_on, row.seen_by, row.from_on, row.from_value) == (OCT_12, OCT_26, OCT_1, Decimal(21))
    assert (row.came, row.observed, row.evidence) == ("", None, "moderate")
    assert "it can be seen from 2026-10-26 on" in compared(row, OCT_12).explanation.formula


@pytest.mark.parametrize(
    ("value", "came", "words"),
    [
        (19, "as_expected", "agrees with a contribution (evidence: moderate)"),
        (16, "more", "something else did too"),
        (21, "not_at_all", "nothing speaks for a contribution"),
        (23, "opposite", "the other way"),
    ],
)
def test_once_the_lag_has_passed_it_is_compared_and_kept(
    alice: Person, scene: Scene, value: int, came: str, words: str
) -> None:
    ends(alice, scene)
    assert reads(alice, scene, 20, OCT_26 - timedelta(days=1)).came == ""
    row = reads(alice, scene, value, OCT_26)

    assert (row.came, row.observed, row.observed_on) == (came, Decimal(value - 21), OCT_26)
    assert words in compared(row, OCT_26).explanation.formula
    assert "caused" not in compared(row, OCT_26).explanation.formula
    # later readings and later changes of the link do not touch it
    actions.change_link(by=alice, link=scene.link, version=None, at=NOON, changes={"confidence": 0.1})
    again = reads(alice, scene, 30, OCT_26 + timedelta(days=7))
    assert (again.came, again.observed, again.expected) == (came, row.observed, row.expected)


def test_an_activity_is_compared_by_what_it_produces(alice: Person, scene: Scene) -> None:
    actions.change_item(by=alice, item=scene.line, version=None, at=NOON, changes={"state": "done"})
    row = Prediction.objects.get(item=scene.line)

    assert (row.output, row.expected) == (scene.calls, Decimal("-1.8"))
    assert "Run a phone triage line → Triaged calls" in compared(row, OCT_12).explanation.formula


def test_comparing_leaves_one_event_and_twice_is_as_once(alice: Person, scene: Scene) -> None:
    ends(alice, scene)
    check_ins.read_metric(by=alice, metric=scene.metric, value=Decimal(19), at=moment(OCT_26))
    with leaves(verbs.COMPARED) as events:
        assert actions.compare_due(at=moment(OCT_26)) == 1
        assert actions.compare_due(at=moment(OCT_26)) == 0
    assert (events[0].chain_item_id, events[0].linked_item_id) == (scene.calls.pk, scene.sooner.pk)


def test_what_goes_on_again_is_not_predicted_any_more(alice: Person, scene: Scene) -> None:
    ends(alice, scene)
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"state": "active"})

    assert not Prediction.objects.exists()


def test_what_delivered_nothing_or_claims_nothing_is_not_predicted(alice: Person, scene: Scene) -> None:
    idle = an_item(alice, "output", "Leaflets", ref="leaflets")
    actions.link(by=alice, source=idle, target=scene.sooner, at=NOON)
    for item in (idle, scene.sooner, scene.nurses):
        actions.change_item(by=alice, item=item, version=None, at=NOON, changes={"state": "done"})

    assert not Prediction.objects.exists()


def test_without_a_reading_at_the_beginning_nothing_is_observed(alice: Person, ada: Person) -> None:
    scene = a_chain(alice, ada)
    actions.report(by=alice, item=scene.calls, value=Decimal(100), at=NOON)
    ends(alice, scene)

    assert reads(alice, scene, 19, date(2026, 11, 2)).came == "not_observed"


def test_the_worker_compares_after_a_reading_and_predicts_after_an_import(alice: Person, scene: Scene) -> None:
    from impactline.base.models import Event
    from impactline.metrics import verbs as metrics

    ends(alice, scene)
    check_ins.read_metric(by=alice, metric=scene.metric, value=Decimal(19), at=moment(OCT_26))
    event = Event.objects.filter(verb=metrics.READ).latest("id")
    for react in (*REACTIONS[metrics.READ], *REACTIONS[metrics.READ]):
        react(event)
    assert Prediction.objects.get().came == "as_expected"
    Prediction.objects.all().delete()
    edited = Event.objects.filter(verb=verbs.ITEM_EDITED).latest("id")
    for react in REACTIONS[verbs.ITEM_EDITED]:
        react(edited)
    assert not Prediction.objects.exists()
    edited.data["imported"] = True
    for react in (*REACTIONS[verbs.ITEM_EDITED], *REACTIONS[verbs.ITEM_EDITED]):
        react(edited)
    assert Prediction.objects.get().came == "as_expected"


def test_who_does_not_see_the_outcome_sees_no_prediction(alice: Person, charlie: Person, scene: Scene) -> None:
    ends(alice, scene)
    actions.change_item(by=alice, item=scene.sooner, version=None, at=NOON, changes={"visibility": "private"})

    assert len(predictions_of(alice, scene.calls)) == 1
    assert predictions_of(charlie, scene.calls) == []


def test_the_database_refuses_what_cannot_be(alice: Person, scene: Scene) -> None:
    row = ends(alice, scene)
    for fault in ({"came": "proved"}, {"observed": Decimal(1)}, {"evidence": "hearsay"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Prediction.objects.filter(pk=row.pk).update(**fault)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
