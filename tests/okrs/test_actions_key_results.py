"""Key results: added, changed, frozen, revised, moved, archived."""

from datetime import date
from decimal import Decimal

import pytest

from impactline.base.errors import Conflict, Faults, Forbidden, Invalid, Refusal
from impactline.metrics.models import Metric
from impactline.okrs import actions
from impactline.okrs.measure import Milestone
from impactline.okrs.models import KeyResult, TargetChange
from impactline.okrs.models import Milestone as MilestoneRow
from impactline.okrs.rollup import WeightsDoNotSum
from tests.cast import NOON
from tests.scenes import TODAY, a_cycle, a_key_result, a_metric, a_running_cycle, an_objective, leaves, moment, says

STEPS = [Milestone("Plan"), Milestone("Build", Decimal(3)), Milestone("Ship", due_on=date(2026, 12, 1))]


@pytest.fixture
def cycle(ada):
    return a_cycle(ada)


@pytest.fixture
def objective(alice, care, cycle):
    return an_objective(alice, cycle, team=care)


@pytest.fixture
def wait(alice, objective):
    return a_key_result(alice, objective)


def change(by, key_result, version=None, at=NOON, reason="", milestones=None, **changes):
    return actions.change_key_result(
        by=by, key_result=key_result, version=version, at=at, changes=changes, reason=reason, milestones=milestones
    )


# --- adding ---


@pytest.mark.parametrize(
    ("details", "progress"),
    [
        ({"type": "metric", "baseline": Decimal(100), "target": Decimal(60)}, 0.0),
        ({"type": "at_least", "target": Decimal(90), "warning": Decimal(80)}, None),
        ({"type": "at_most", "target": Decimal(2)}, None),
        ({"type": "range", "low": Decimal(1), "high": Decimal(2)}, None),
        ({"type": "control", "target": Decimal(1)}, 0.0),
        ({"type": "milestones", "milestones": STEPS}, 0.0),
        ({"type": "binary"}, 0.0),
        ({"type": "rubric", "levels": ["poor", "fair", "good"]}, None),
        ({"type": "find_baseline"}, None),
        ({"type": "open"}, None),
    ],
)
def test_a_key_result_of_each_type_is_added(alice, objective, details, progress):
    with leaves("key_result.created") as left:
        made = a_key_result(alice, objective, **details)
    made.refresh_from_db()
    assert (made.type, made.progress, left[0].objective_id) == (details["type"], progress, objective.pk)
    assert (made.metric is not None) == (details["type"] not in {"milestones", "open"})


def test_without_a_type_it_is_open(alice, objective):
    assert actions.create_key_result(by=alice, objective=objective, title="Somehow better", at=NOON).type == "open"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"target": Decimal(21)}, "target"),
        ({"target": None}, "target"),
        ({"baseline": Decimal("Infinity")}, "baseline"),
        ({"type": "wishful"}, "type"),
        ({"values": "guessed"}, "values"),
        ({"curve": "steep"}, "curve"),
        ({"planned": [{"until": "soon", "value": 1}]}, "planned"),
        ({"planned": [{"value": 1}]}, "planned"),
        ({"type": "range", "low": Decimal(2), "high": Decimal(1)}, "high"),
        ({"type": "rubric", "levels": ["one"]}, "levels"),
        ({"type": "milestones"}, "milestones"),
        ({"type": "milestones", "milestones": [Milestone("A"), Milestone("A")]}, "milestones"),
        ({"starts_on": date(2026, 12, 1), "due_on": date(2026, 11, 1)}, "due_on"),
        ({"weight": 101.0}, "weight"),
        ({"weight": float("nan")}, "weight"),
        ({"colour": "red"}, "colour"),
        ({"title": " "}, "title"),
        ({"unit": "x" * 61}, "unit"),
        ({"ref": "a b"}, "ref"),
    ],
)
def test_a_wrong_key_result_is_refused(alice, objective, wrong, field):
    with pytest.raises(Refusal) as refusal, leaves():
        a_key_result(alice, objective, **wrong)
    assert refusal.value.field == field


def test_all_faults_of_a_key_result_are_told_at_once(alice, objective):
    with pytest.raises(Faults) as refusal:
        a_key_result(alice, objective, baseline=None, target=None, weight=200.0)
    assert [fault.field for fault in refusal.value.faults] == ["baseline", "target", "weight"]


def test_outsiders_and_guests_add_and_change_nothing(alice, charlie, gil, objective, wait):
    for person in (charlie, gil):
        for attempt in (
            lambda by: a_key_result(by, objective),
            lambda by: change(by, wait, title="Mine"),
            lambda by: actions.set_milestones(by=by, key_result=wait, reached={}, at=NOON),
            lambda by: actions.move_key_result(by=by, key_result=wait, objective=objective, after=None, at=NOON),
            lambda by: actions.archive_key_result(by=by, key_result=wait, at=NOON),
            lambda by: actions.restore_key_result(by=by, key_result=wait, at=NOON),
            lambda by: actions.score_key_result(by=by, key_result=wait, given=0.5, at=NOON),
        ):
            with pytest.raises(Forbidden):
                attempt(person)


def test_in_a_running_cycle_it_is_frozen_from_the_beginning(ada, alice, cycle, objective):
    actions.activate_cycle(by=ada, cycle=cycle, version=None, at=NOON)
    assert a_key_result(alice, objective).frozen_at == NOON
    assert a_key_result(alice, objective, type="open").frozen_at is None


def test_it_follows_a_shared_metric_at_once(alice, objective):
    from impactline.checkins.actions import read_metric

    metric = a_metric(alice)
    read_metric(by=alice, metric=metric, value=Decimal(14), at=NOON)
    made = a_key_result(alice, objective, metric=metric)
    assert (made.value, made.progress, Metric.objects.count()) == (14, 0.5, 1)


def test_its_own_metric_knows_unit_and_direction(alice, objective, wait):
    churn = a_key_result(alice, objective, type="at_most", target=Decimal(2))
    growth = a_key_result(alice, objective, baseline=Decimal(1), target=Decimal(2))
    band = a_key_result(alice, objective, type="range", low=Decimal(1), high=Decimal(2))
    assert [row.metric.better for row in (wait, churn, growth, band)] == ["lower", "lower", "higher", "within"]
    assert (wait.metric.unit, wait.metric.is_shared) == ("days", False)
    change(alice, wait, unit="weeks")
    wait.metric.refresh_from_db()
    assert wait.metric.unit == "weeks"


# --- weights ---


def test_weights_have_to_make_up_the_whole(alice, objective, wait):
    with pytest.raises(WeightsDoNotSum):
        change(alice, wait, weight=60.0)
    other = a_key_result(alice, objective)
    change(alice, wait, weight=60.0)
    with pytest.raises(WeightsDoNotSum):
        change(alice, other, weight=50.0)
    with pytest.raises(WeightsDoNotSum):
        a_key_result(alice, objective, weight=41.0)
    with pytest.raises(WeightsDoNotSum):
        actions.archive_key_result(by=alice, key_result=other, at=NOON)
    says(alice, wait, 7)
    objective.refresh_from_db()
    assert objective.progress == pytest.approx(0.6)


# --- changing and revising ---


def test_a_draft_is_changed_without_a_reason_and_an_older_version_is_a_conflict(bob, wait):
    with leaves("key_result.edited") as left:
        changed = change(bob, wait, 1, target=Decimal(10), title="Wait falls to 10")
    assert left[0].data["target"] == ["7", "10"]
    assert not TargetChange.objects.exists()
    with leaves():
        change(bob, wait, changed.version, target=Decimal("10.0"))
    with pytest.raises(Conflict):
        change(bob, wait, 1, target=Decimal(5))


@pytest.mark.parametrize(
    "changes",
    [{"type": "x"}, {"target": Decimal(21)}, {"progress": 1.0}, {"title": ""}, {"weight": -1.0}, {"values": "x"}],
)
def test_a_wrong_change_is_refused(alice, wait, changes):
    with pytest.raises(Refusal), leaves():
        change(alice, wait, **changes)
    assert KeyResult.objects.get().version == 1


def test_what_is_frozen_changes_only_with_a_reason_that_is_logged(ada, alice, cycle, objective, wait):
    says(alice, wait, 14)
    actions.activate_cycle(by=ada, cycle=cycle, version=None, at=NOON)
    with pytest.raises(Invalid) as refusal, leaves():
        change(alice, wait, target=Decimal(0))
    assert refusal.value.field == "reason"
    with leaves("key_result.revised"):
        change(alice, wait, target=Decimal(0), reason="The clinic closes a ward")
    log = TargetChange.objects.get()
    assert (log.by, log.day, log.reason) == (alice, TODAY, "The clinic closes a ward")
    assert (log.before, log.after) == ({"target": "7"}, {"target": "0"})
    objective.refresh_from_db()
    assert objective.progress == pytest.approx(1 / 3)


def test_texts_weights_and_owners_of_what_is_frozen_change_without_one(ada, alice, bob, cycle, objective, wait):
    a_key_result(alice, objective)
    actions.activate_cycle(by=ada, cycle=cycle, version=None, at=NOON)
    with leaves("key_result.edited"):
        change(alice, wait, title="Better words", owner=bob, weight=70.0, due_on=date(2026, 12, 1))
    assert not TargetChange.objects.exists()


def test_an_open_one_is_frozen_when_it_gets_its_measure_in_a_running_cycle(ada, alice, cycle, objective):
    vague = a_key_result(alice, objective, type="open")
    actions.activate_cycle(by=ada, cycle=cycle, version=None, at=NOON)
    measured = change(alice, vague, type="metric", baseline=Decimal(0), target=Decimal(10))
    assert (measured.frozen_at, measured.metric is not None, measured.progress) == (NOON, True, 0)
    with pytest.raises(Invalid):
        change(alice, vague, target=Decimal(9))


def test_it_follows_another_metric_and_none_again(alice, wait):
    from impactline.checkins.actions import read_metric

    metric, own = a_metric(alice), wait.metric
    says(alice, wait, 14)
    read_metric(by=alice, metric=metric, value=Decimal(7), at=NOON)
    assert change(alice, wait, metric=metric).progress == 1
    left = change(alice, wait, metric=None)
    assert left.metric not in {metric, own}
    assert left.progress == 0


def test_milestones_are_replaced_and_revised_with_a_reason(ada, alice, cycle, objective):
    ship = a_key_result(alice, objective, type="milestones", milestones=STEPS)
    actions.set_milestones(by=alice, key_result=ship, reached={"Plan": TODAY}, at=NOON)
    actions.activate_cycle(by=ada, cycle=cycle, version=None, at=NOON)
    now = [Milestone("Plan", Decimal(1), TODAY), Milestone("Ship", due_on=date(2026, 12, 1))]
    with pytest.raises(Invalid):
        change(alice, ship, milestones=now)
    changed = change(alice, ship, milestones=now, reason="No building needed")
    assert changed.progress == 0.5
    assert [step["title"] for step in TargetChange.objects.get().before["milestones"]] == ["Plan", "Build", "Ship"]


def test_nothing_of_a_closed_cycle_changes(ada, alice, cycle, objective, wait):
    ship = a_key_result(alice, objective, type="milestones", milestones=STEPS)
    actions.activate_cycle(by=ada, cycle=cycle, version=None, at=NOON)
    actions.close_cycle(by=ada, cycle=cycle, at=NOON)
    objective.refresh_from_db()
    for attempt in (
        lambda: change(alice, wait, title="New"),
        lambda: a_key_result(alice, objective),
        lambda: actions.archive_key_result(by=alice, key_result=wait, at=NOON),
        lambda: actions.set_milestones(by=alice, key_result=ship, reached={"Plan": TODAY}, at=NOON),
    ):
        with pytest.raises(Invalid), leaves():
            attempt()


# --- milestones ---


def test_milestones_are_reached_and_taken_back(alice, objective):
    ship = a_key_result(alice, objective, type="milestones", milestones=STEPS)
    with leaves("key_result.edited") as left:
        for _ in range(2):
            actions.set_milestones(by=alice, key_result=ship, reached={"Build": TODAY}, at=NOON)
    objective.refresh_from_db()
    assert (objective.progress, left[0].data["milestones"]) == (0.6, {"Build": "2026-10-12"})
    actions.set_milestones(by=alice, key_result=ship, reached={"Build": None}, at=NOON)
    objective.refresh_from_db()
    assert objective.progress == 0


@pytest.mark.parametrize("reached", [{"Launch": TODAY}, {"Plan": date(2026, 10, 13)}])
def test_unknown_milestones_and_days_to_come_are_refused(alice, objective, reached):
    ship = a_key_result(alice, objective, type="milestones", milestones=STEPS)
    with pytest.raises(Invalid), leaves():
        actions.set_milestones(by=alice, key_result=ship, reached=reached, at=NOON)
    assert not MilestoneRow.objects.exclude(reached_on=None).exists()


# --- moving and archiving ---


def test_a_key_result_is_moved_within_its_objective(alice, objective, wait):
    second, third = a_key_result(alice, objective, "Second"), a_key_result(alice, objective, "Third", after=wait)
    assert list(KeyResult.objects.order_by("position")) == [wait, third, second]
    with leaves("key_result.moved"):
        for _ in range(2):
            actions.move_key_result(by=alice, key_result=second, objective=objective, after=None, at=NOON)
    assert list(KeyResult.objects.order_by("position")) == [second, wait, third]


def test_a_key_result_moved_to_another_objective_moves_both(alice, cycle, objective, wait):
    other = an_objective(alice, cycle, "Other")
    says(alice, wait, 14)
    with leaves("key_result.moved") as left:
        actions.move_key_result(by=alice, key_result=wait, objective=other, after=None, at=NOON)
    objective.refresh_from_db()
    other.refresh_from_db()
    assert (objective.progress, other.progress) == (None, 0.5)
    assert left[0].data["objective"] == ["nobody-waits-in-pain", "other"]
    assert set(left[0].data["rolled"]) == {objective.pk, other.pk}


def test_it_is_moved_only_where_one_may_edit_and_only_within_open_cycles(ada, alice, charlie, cycle, objective, wait):
    theirs = an_objective(charlie, cycle, "Theirs")
    with pytest.raises(Forbidden):
        actions.move_key_result(by=alice, key_result=wait, objective=theirs, after=None, at=NOON)
    closed = a_running_cycle(ada)
    there = an_objective(alice, closed, "There")
    actions.close_cycle(by=ada, cycle=closed, at=NOON)
    there.refresh_from_db()
    with pytest.raises(Invalid):
        actions.move_key_result(by=alice, key_result=wait, objective=there, after=None, at=NOON)


def test_an_archived_key_result_no_longer_counts(alice, objective, wait):
    says(alice, wait, 14)
    a_key_result(alice, objective)
    with leaves("key_result.archived"):
        for _ in range(2):
            actions.archive_key_result(by=alice, key_result=wait, at=NOON)
    objective.refresh_from_db()
    assert objective.progress == 0
    with leaves("key_result.restored"):
        for _ in range(2):
            actions.restore_key_result(by=alice, key_result=wait, at=NOON)
    objective.refresh_from_db()
    assert objective.progress == 0.25


def test_what_was_revised_later_is_scored_against_both(ada, alice, cycle, objective, wait):
    actions.activate_cycle(by=ada, cycle=cycle, version=None, at=NOON)
    says(alice, wait, 14)
    change(alice, wait, target=Decimal(14), reason="Enough", at=moment(date(2026, 10, 13)))
    change(alice, wait, target=Decimal(0), reason="Not enough", at=moment(date(2026, 10, 14)))
    score = actions.score_key_result(by=alice, key_result=wait, given=None, at=NOON)
    assert (score.suggested, score.against_original) == (pytest.approx(1 / 3), 0.5)
