"""Scores: suggested by progress, given by people."""

from decimal import Decimal

import pytest

from impactline.base.errors import Forbidden, Invalid
from impactline.okrs import actions
from impactline.okrs.models import Score
from tests.cast import NOON
from tests.scenes import a_key_result, a_metric, a_running_cycle, an_objective, leaves, says


@pytest.fixture
def objective(ada, alice):
    return an_objective(alice, a_running_cycle(ada))


@pytest.fixture
def wait(alice, objective):
    made = a_key_result(alice, objective)
    says(alice, made, 14)
    return made


def test_without_a_given_score_the_suggested_one_holds_and_twice_is_as_once(alice, wait):
    with leaves("key_result.scored") as left:
        first = actions.score_key_result(by=alice, key_result=wait, given=None, at=NOON)
        assert actions.score_key_result(by=alice, key_result=wait, given=0.5, at=NOON) == first
    wait.refresh_from_db()
    assert (wait.score, first.suggested, first.against_original) == (0.5, 0.5, None)
    assert left[0].data["score"] == 0.5


def test_another_score_takes_a_reason_and_the_last_one_counts(alice, wait):
    with pytest.raises(Invalid) as refusal:
        actions.score_key_result(by=alice, key_result=wait, given=0.9, at=NOON)
    assert refusal.value.field == "reason"
    actions.score_key_result(by=alice, key_result=wait, given=0.9, reason="Late letters", at=NOON)
    actions.score_key_result(by=alice, key_result=wait, given=0.2, reason="Letters were wrong", at=NOON)
    wait.refresh_from_db()
    assert (wait.score, Score.objects.count()) == (0.2, 2)


@pytest.mark.parametrize("given", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_score_lies_between_0_and_1(alice, objective, wait, given):
    for score in (
        lambda: actions.score_key_result(by=alice, key_result=wait, given=given, reason="Because", at=NOON),
        lambda: actions.score_objective(by=alice, objective=objective, given=given, reason="Because", at=NOON),
    ):
        with pytest.raises(Invalid), leaves():
            score()


def test_without_progress_no_score_is_suggested_but_one_can_be_given_or_dropped(alice, objective):
    vague = a_key_result(alice, objective, type="open")
    with pytest.raises(Invalid):
        actions.score_key_result(by=alice, key_result=vague, given=None, at=NOON)
    assert actions.score_key_result(by=alice, key_result=vague, given=0.4, reason="By eye", at=NOON).suggested is None
    dropped = actions.score_key_result(by=alice, key_result=vague, given=None, dropped=True, at=NOON)
    assert (dropped.given, dropped.dropped) == (0, True)


def test_an_objective_is_scored_from_its_progress(alice, objective, wait):
    with leaves("objective.scored"):
        for _ in range(2):
            score = actions.score_objective(by=alice, objective=objective, given=None, at=NOON)
    objective.refresh_from_db()
    assert (objective.score, score.suggested) == (0.5, 0.5)
    with pytest.raises(Invalid):
        actions.score_objective(by=alice, objective=objective, given=0.9, at=NOON)


def test_progress_beyond_the_target_suggests_1_and_below_the_baseline_0(alice, objective):
    for value, score in ((0, 1.0), (30, 0.0)):
        made = a_key_result(alice, objective)
        says(alice, made, value)
        assert actions.score_key_result(by=alice, key_result=made, given=None, at=NOON).given == score


def test_outsiders_and_guests_score_nothing(charlie, gil, objective, wait):
    for person in (charlie, gil):
        with pytest.raises(Forbidden):
            actions.score_objective(by=person, objective=objective, given=0.5, at=NOON)
        with pytest.raises(Forbidden):
            actions.score_key_result(by=person, key_result=wait, given=0.5, at=NOON)


def test_the_original_measure_is_scored_with_the_metric_it_followed(ada, alice, wait):
    from impactline.checkins.actions import read_metric

    metric = a_metric(alice)
    read_metric(by=alice, metric=metric, value=Decimal(7), at=NOON)
    actions.change_key_result(
        by=alice, key_result=wait, version=None, at=NOON, changes={"metric": metric}, reason="A better source"
    )
    score = actions.score_key_result(by=alice, key_result=wait, given=None, at=NOON)
    assert (score.suggested, score.against_original) == (1.0, 0.5)
