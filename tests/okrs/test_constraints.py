"""The invariants that the database holds, each broken once."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from impactline.okrs.models import (
    Alignment,
    BrokenGlass,
    Cycle,
    KeyResult,
    Milestone,
    Objective,
    Override,
    Priority,
    Score,
    Sufficiency,
    TargetChange,
    Viewer,
)
from tests.cast import NOON
from tests.scenes import TODAY, a_cycle, a_key_result, an_objective


@pytest.fixture
def cycle(ada):
    return a_cycle(ada)


@pytest.fixture
def objective(alice, cycle):
    return an_objective(alice, cycle)


@pytest.fixture
def wait(alice, objective):
    return a_key_result(alice, objective)


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": date(2026, 9, 30)},
        {"check_in_every_days": 0},
        {"check_in_every_days": 367},
        {"state": "asleep"},
        {"closed_on": TODAY},
    ],
)
def test_a_cycle_has_dates_in_order_a_cadence_and_a_known_state(cycle, wrong):
    refused(lambda: Cycle.objects.filter(pk=cycle.pk).update(**wrong))


def test_a_cycle_is_not_its_own_parent(cycle):
    refused(lambda: Cycle.objects.filter(pk=cycle.pk).update(parent=cycle))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "heroic"},
        {"visibility": "secret"},
        {"driver": "chance"},
        {"driver": "metric"},
        {"baseline": 5, "target": 5},
        {"score": 1.01},
        {"score": -0.01},
    ],
)
def test_an_objective_has_known_words_a_complete_metric_and_a_score_in_range(objective, wrong):
    refused(lambda: Objective.objects.filter(pk=objective.pk).update(**wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "wishful"},
        {"values": "guessed"},
        {"curve": "steep"},
        {"target": 21},
        {"target": None},
        {"baseline": None},
        {"type": "at_least", "target": None},
        {"type": "at_most", "target": None},
        {"type": "range", "low": 2, "high": 1},
        {"type": "range", "low": 2},
        {"weight": -1},
        {"weight": 101},
        {"starts_on": date(2026, 12, 1), "due_on": date(2026, 11, 1)},
        {"confidence": 11},
        {"score": 2},
    ],
)
def test_a_key_result_has_a_measure_that_can_be_used(wait, wrong):
    refused(lambda: KeyResult.objects.filter(pk=wait.pk).update(**wrong))


def test_refs_are_unique(ada, cycle, objective, wait):
    refused(lambda: Cycle.objects.create(ref=cycle.ref, starts_on=TODAY, ends_on=TODAY))
    refused(lambda: Objective.objects.create(ref=objective.ref, title="x", cycle=cycle))
    refused(lambda: KeyResult.objects.create(ref=wait.ref, title="x", objective=objective, type="open"))
    Priority.objects.create(ref="p", title="x")
    refused(lambda: Priority.objects.create(ref="p", title="y"))


@pytest.mark.parametrize(
    "wrong", [{"kind": "opposes"}, {"weight": 101}, {"weight": -1}, {"kind": "supports", "weight": 10}]
)
def test_an_alignment_has_a_known_kind_and_only_what_contributes_a_weight(alice, cycle, objective, wrong):
    parent = an_objective(alice, cycle, "Above")
    refused(lambda: Alignment.objects.create(child=objective, parent=parent, **wrong))


def test_objectives_are_aligned_once_and_not_with_themselves(alice, cycle, objective):
    parent = an_objective(alice, cycle, "Above")
    Alignment.objects.create(child=objective, parent=parent)
    refused(lambda: Alignment.objects.create(child=objective, parent=parent, kind="supports"))
    refused(lambda: Alignment.objects.create(child=objective, parent=objective))


@pytest.mark.parametrize("weight", [0, -1])
def test_a_milestone_weighs_something(wait, weight):
    refused(lambda: Milestone.objects.create(key_result=wait, title="x", weight=weight))


def test_reasons_are_written(alice, objective, wait):
    refused(
        lambda: TargetChange.objects.create(
            key_result=wait, at=NOON, day=TODAY, by=alice, reason="", before={}, after={}
        )
    )
    refused(lambda: Override.objects.create(objective=objective, progress=1, reason="", by=alice, at=NOON, day=TODAY))
    refused(lambda: BrokenGlass.objects.create(objective=objective, person=alice, reason="", at=NOON, until=NOON))


def test_progress_is_set_by_hand_once_at_a_time(alice, objective):
    said = {"objective": objective, "progress": 1, "reason": "x", "by": alice, "at": NOON, "day": TODAY}
    Override.objects.create(**said, resumed_at=NOON)
    Override.objects.create(**said)
    refused(lambda: Override.objects.create(**said))


@pytest.mark.parametrize("given", [-0.1, 1.1])
def test_a_score_lies_in_range(wait, given):
    refused(lambda: Score.objects.create(key_result=wait, given=given, at=NOON, day=TODAY))


def test_a_score_is_of_one_item(objective, wait):
    refused(lambda: Score.objects.create(key_result=wait, objective=objective, given=1, at=NOON, day=TODAY))
    refused(lambda: Score.objects.create(given=1, at=NOON, day=TODAY))


def test_somebody_is_invited_once(alice, objective):
    Viewer.objects.create(objective=objective, person=alice)
    refused(lambda: Viewer.objects.create(objective=objective, person=alice))


@pytest.mark.parametrize("wrong", [{"answer": "maybe"}, {"digest": ""}])
def test_an_answer_on_sufficiency_is_known_and_of_key_results(objective, wrong):
    said = {"objective": objective, "answer": "no", "digest": "a" * 32, "at": NOON, "day": TODAY}
    refused(lambda: Sufficiency.objects.create(**said | wrong))
