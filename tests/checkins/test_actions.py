"""Check-ins and readings: recorded, back-dated, corrected, refused; every level moves at once."""

from datetime import date
from decimal import Decimal

import pytest

from impactline.base.errors import Faults, Forbidden, Invalid, NotFound, Refusal
from impactline.checkins.actions import correct, read_metric, record
from impactline.checkins.models import CheckIn
from impactline.metrics.models import Reading
from impactline.okrs import actions as okrs
from impactline.okrs.measure import Milestone
from impactline.okrs.visibility import key_result_for
from tests.cast import NOON
from tests.scenes import TODAY, a_key_result, a_metric, a_running_cycle, an_objective, leaves, moment, says

YESTERDAY = date(2026, 10, 11)


@pytest.fixture
def cycle(ada):
    return a_running_cycle(ada)


@pytest.fixture
def objective(alice, care, cycle):
    return an_objective(alice, cycle, team=care)


@pytest.fixture
def wait(alice, objective):
    return a_key_result(alice, objective)


def fresh(item):
    item.refresh_from_db()
    return item


# --- recording ---


def test_a_check_in_is_recorded_and_moves_its_key_result_and_objective(alice, objective, wait):
    with leaves("key_result.checked_in") as left:
        made = says(alice, wait, 18, confidence=6, status="on_track", note=" Slots  opened ")
    assert (made.value, made.confidence, made.status, made.note, made.day, made.by) == (
        18, 6, "on_track", "Slots  opened", TODAY, alice,
    )  # fmt: skip
    fresh(wait)
    assert (wait.value, wait.value_day, wait.progress) == (18, TODAY, pytest.approx(3 / 14))
    assert (wait.confidence, wait.status, wait.checked_in_on) == (6, "on_track", TODAY)
    fresh(objective)
    assert (objective.progress, objective.status, objective.figured_on) == (wait.progress, "on_track", TODAY)
    data = left[0].data
    assert (data["value"], data["moved"], data["day"], data["rolled"]) == (
        "18",
        [None, "18"],
        "2026-10-12",
        [objective.pk],
    )


def test_owner_team_owner_of_the_key_result_and_administrators_check_in(ada, alice, bob, charlie, objective):
    theirs = a_key_result(alice, objective, owner=charlie)
    for person in (ada, alice, bob, charlie):
        assert says(person, theirs, 15).by == person


def test_outsiders_and_guests_do_not_check_in(ada, alice, charlie, gil, objective, wait):
    made = says(alice, wait, 18)
    for person in (charlie, gil):
        with pytest.raises(Forbidden), leaves():
            says(person, wait, 7)
        with pytest.raises(Forbidden), leaves():
            correct(by=person, check_in=made, value=Decimal(7), at=NOON)
    okrs.change_key_result(by=alice, key_result=wait, version=None, at=NOON, changes={"owner": gil})
    with pytest.raises(Forbidden):
        says(gil, fresh(wait), 7)
    assert fresh(wait).value == 18


def test_of_what_is_private_charlie_finds_nothing(alice, charlie, objective, wait):
    okrs.change_objective(by=alice, objective=objective, version=None, at=NOON, changes={"visibility": "private"})
    with pytest.raises(NotFound) as hidden:
        key_result_for(charlie, wait.ref)
    with pytest.raises(NotFound) as absent:
        key_result_for(charlie, "no-such-thing")
    assert str(hidden.value).replace(wait.ref, "…") == str(absent.value).replace("no-such-thing", "…")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "value"),
        ({"note": "  "}, "value"),
        ({"confidence": 11}, "confidence"),
        ({"confidence": -1}, "confidence"),
        ({"status": "splendid"}, "status"),
        ({"day": date(2026, 10, 13), "confidence": 5}, "day"),
        ({"value": Decimal("NaN")}, "value"),
        ({"value": Decimal("Infinity")}, "value"),
        ({"value": Decimal("1e400")}, "value"),
        ({"value": Decimal("0.0000000001")}, "value"),
        ({"value": Decimal(1), "note": "x" * 20_001}, "note"),
        ({"value": Decimal(1), "reached": [1]}, "reached"),
    ],
)
def test_a_wrong_check_in_is_refused_and_changes_nothing(alice, wait, wrong, field):
    with pytest.raises(Refusal) as refusal, leaves():
        record(by=alice, key_result=wait, at=NOON, **wrong)
    assert refusal.value.field == field
    assert not CheckIn.objects.exists()
    assert not Reading.objects.exists()


def test_everything_that_is_wrong_is_told_at_once(alice, wait):
    with pytest.raises(Faults) as refusal:
        says(alice, wait, day=date(2026, 10, 13), confidence=99, status="?")
    assert [fault.field for fault in refusal.value.faults] == ["day", "confidence", "status"]


def test_the_day_is_that_of_the_organisation(alice, wait):
    from datetime import UTC, datetime

    late = datetime(2026, 10, 12, 22, 30, tzinfo=UTC)  # half past midnight in Berlin
    assert says(alice, wait, 18, at=late).day == date(2026, 10, 13)


def test_nobody_checks_in_where_the_cycle_is_closed_or_the_key_result_archived(ada, alice, cycle, objective, wait):
    loaded = key_result_for(alice, wait.ref)
    archived = a_key_result(alice, objective)
    okrs.archive_key_result(by=alice, key_result=archived, at=NOON)
    with pytest.raises(Faults):
        says(alice, archived, 7)
    made = says(alice, wait, 18)
    okrs.close_cycle(by=ada, cycle=cycle, at=NOON)
    with pytest.raises(Faults) as refusal, leaves():
        says(alice, loaded, 7)
    assert refusal.value.field == "cycle", "though it was open when the page was loaded"
    with pytest.raises(Faults):
        correct(by=alice, check_in=made, value=Decimal(7), at=NOON)


def test_a_draft_can_be_checked_in_too(ada, alice):
    from tests.scenes import a_cycle

    draft = a_key_result(alice, an_objective(alice, a_cycle(ada)))
    assert says(alice, draft, 14)


# --- zero, and what is no value ---


def test_a_real_0_is_a_value(alice, objective):
    defects = a_key_result(alice, objective, baseline=Decimal(10), target=Decimal(0))
    says(alice, defects, 0)
    assert (fresh(defects).value, defects.progress) == (0, 1)


def test_a_check_in_without_a_value_moves_no_figure(alice, wait):
    says(alice, wait, 14, confidence=7, status="at_risk")
    with leaves("key_result.checked_in") as left:
        says(alice, wait, confidence=3, at=moment(date(2026, 10, 14)))
    fresh(wait)
    assert (wait.value, wait.progress, wait.confidence, wait.status) == (14, 0.5, 3, "at_risk")
    assert wait.checked_in_on == date(2026, 10, 14)
    assert left[0].data["moved"] == ["14", "14"]
    assert Reading.objects.count() == 1


def test_the_wrong_side_of_the_baseline_is_negative_and_beyond_the_target_more_than_1(alice, objective, wait):
    says(alice, wait, 28)
    assert (fresh(wait).progress, fresh(objective).progress) == (-0.5, 0)
    says(alice, wait, 0)
    assert (fresh(wait).progress, fresh(objective).progress) == (1.5, 1)


# --- back-dating ---


def test_a_back_dated_check_in_does_not_take_the_place_of_a_later_one(alice, wait):
    says(alice, wait, 14, confidence=8, status="on_track")
    says(alice, wait, 20, day=YESTERDAY, confidence=2, status="off_track")
    fresh(wait)
    assert (wait.value, wait.progress, wait.confidence, wait.status, wait.checked_in_on) == (
        14,
        0.5,
        8,
        "on_track",
        TODAY,
    )


def test_a_back_dated_one_says_what_later_ones_left_out(alice, wait):
    says(alice, wait, 14)
    says(alice, wait, confidence=2, day=YESTERDAY)
    assert (fresh(wait).confidence, wait.checked_in_on) == (2, TODAY)


def test_of_several_on_one_day_the_last_counts(alice, wait):
    for value in (20, 14, 17.5):
        says(alice, wait, value)
    assert fresh(wait).progress == 0.25


# --- correcting ---


def test_a_correction_takes_the_place_of_a_check_in_which_stays_in_the_history(alice, objective, wait):
    wrong = says(alice, wait, 7, confidence=9, status="on_track", note="Typo")
    with leaves("key_result.check_in_corrected") as left:
        right = correct(by=alice, check_in=wrong, value=Decimal(14), confidence=5, at=NOON)
    fresh(wrong), fresh(wait)
    assert (wrong.replaced, right.replaces, right.day) == (True, wrong, TODAY)
    assert (wait.value, wait.confidence, wait.status) == (14, 5, None)
    assert fresh(objective).progress == 0.5
    assert (left[0].data["before"], left[0].data["moved"]) == ("7", ["7", "14"])
    assert list(Reading.objects.filter(replaced=False).values_list("value", flat=True)) == [14]
    with pytest.raises(Invalid), leaves():
        correct(by=alice, check_in=wrong, value=Decimal(10), at=NOON)
    assert fresh(wait).value == 14


def test_a_correction_may_move_the_day_and_take_the_value_back(alice, wait):
    says(alice, wait, 18, day=YESTERDAY)
    made = says(alice, wait, 7)
    moved = correct(by=alice, check_in=made, value=Decimal(7), day=date(2026, 10, 5), at=NOON)
    assert (fresh(wait).value, wait.checked_in_on) == (18, YESTERDAY)
    correct(by=alice, check_in=moved, note="There was no value", at=NOON)
    assert (fresh(wait).value, Reading.objects.filter(replaced=False).count()) == (18, 1)


def test_a_check_in_whose_reading_was_corrected_by_itself_can_still_be_corrected(alice, objective):
    metric = a_metric(alice)
    wait = a_key_result(alice, objective, metric=metric)
    made = says(alice, wait, 18)
    read_metric(by=alice, metric=metric, value=Decimal(16), replaces=made.reading, at=NOON)
    assert fresh(wait).value == 16
    correct(by=alice, check_in=made, value=Decimal(14), at=NOON)
    assert (fresh(wait).value, Reading.objects.filter(replaced=False).count()) == (14, 1)


def test_a_correction_after_the_key_result_followed_another_metric_leaves_the_old_one(alice, objective, wait):
    made = says(alice, wait, 18)
    metric = a_metric(alice)
    okrs.change_key_result(
        by=alice, key_result=wait, version=None, at=NOON, changes={"metric": metric}, reason="A better source"
    )
    correct(by=alice, check_in=made, value=Decimal(14), at=NOON)
    readings = Reading.objects.filter(replaced=False)
    assert [(row.metric, row.value) for row in readings] == [(metric, 14)]


# --- every type ---


def test_milestones_are_told_by_number_or_by_place(alice, objective):
    steps = [Milestone("Plan"), Milestone("Build", Decimal(3)), Milestone("Ship")]
    ship = a_key_result(alice, objective, type="milestones", milestones=steps)
    assert says(alice, ship, 2).value == 2
    assert fresh(ship).progress == 0.8
    assert says(alice, ship, reached=[2]).value == 1
    assert fresh(ship).progress == 0.6
    says(alice, ship, 0)
    assert (fresh(ship).progress, Reading.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "said",
    [{"value": 4}, {"value": -1}, {"value": 1.5}, {"reached": [4]}, {"reached": [0]}, {"value": 2, "reached": [1]}],
)
def test_milestones_that_are_not_there_are_refused(alice, objective, said):
    steps = [Milestone("Plan"), Milestone("Build"), Milestone("Ship")]
    ship = a_key_result(alice, objective, type="milestones", milestones=steps)
    with pytest.raises(Faults), leaves():
        says(alice, ship, said.get("value"), **{key: value for key, value in said.items() if key != "value"})


def test_milestones_reached_before_keep_their_day(alice, objective):
    from impactline.okrs.models import Milestone as Row

    ship = a_key_result(alice, objective, type="milestones", milestones=[Milestone("Plan"), Milestone("Build")])
    says(alice, ship, 1, day=YESTERDAY)
    says(alice, ship, 2)
    assert list(Row.objects.values_list("reached_on", flat=True)) == [YESTERDAY, TODAY]
    assert fresh(ship).value_day == TODAY


def test_done_or_not_is_1_or_0(alice, objective):
    done = a_key_result(alice, objective, type="binary")
    with pytest.raises(Faults):
        says(alice, done, 0.5)
    says(alice, done, 1)
    assert fresh(done).progress == 1


def test_a_rubric_is_told_by_the_number_of_its_level(alice, objective):
    mood = a_key_result(alice, objective, type="rubric", levels=["poor", "fair", "good"])
    for wrong in (3, -1, 1.5):
        with pytest.raises(Faults):
            says(alice, mood, wrong)
    says(alice, mood, 1)
    assert fresh(mood).progress == 0.5


def test_a_control_counts_successful_check_ins_of_the_planned_ones(alice, objective):
    uptime = a_key_result(alice, objective, type="control", target=Decimal(99))
    for day, value in ((date(2026, 10, 8), 99.5), (date(2026, 10, 10), 98), (TODAY, 99)):
        says(alice, uptime, value, day=day)
    assert fresh(uptime).progress == pytest.approx(2 / 13), "two weeks of thirteen; the last of each counts"


def test_what_is_counted_per_period_is_summed_within_it(alice, objective):
    calls = a_key_result(alice, objective, values="per_period", baseline=Decimal(0), target=Decimal(400))
    for day, value in ((date(2026, 9, 30), 1000), (date(2026, 10, 2), 40), (YESTERDAY, 50), (YESTERDAY, 10)):
        says(alice, calls, value, day=day)
    assert (fresh(calls).value, calls.progress) == (100, 0.25)


@pytest.mark.parametrize(("value", "progress"), [(90, 1), (89, 0), (95, 1)])
def test_a_hold_is_met_or_not_and_equal_is_met(alice, objective, value, progress):
    held = a_key_result(alice, objective, type="at_least", target=Decimal(90))
    says(alice, held, value)
    assert fresh(held).progress == progress


def test_equal_is_not_met_where_the_organisation_is_strict(ada, alice, organisation, objective):
    from impactline.people.actions import change_organisation

    held = a_key_result(alice, objective, type="at_least", target=Decimal(90))
    change_organisation(by=ada, version=None, at=NOON, changes={"policies": {"strict_holds": True}})
    says(alice, held, 90)
    assert fresh(held).progress == 0


def test_what_has_no_measure_takes_words_and_no_value(alice, objective):
    vague = a_key_result(alice, objective, type="open")
    with pytest.raises(Faults):
        says(alice, vague, 5)
    says(alice, vague, confidence=5, note="Nearly there")
    assert (fresh(vague).confidence, vague.progress) == (5, None)


def test_a_baseline_is_found_and_stays_out_of_the_roll_up(alice, objective):
    search = a_key_result(alice, objective, type="find_baseline")
    says(alice, search, 42)
    assert (fresh(search).value, search.progress, fresh(objective).progress) == (42, None, None)


# --- shared metrics ---


def test_one_reading_moves_all_that_follow_it(alice, cycle, objective):
    metric = a_metric(alice)
    other = an_objective(alice, cycle, "Other")
    first, second = (
        a_key_result(alice, objective, metric=metric),
        a_key_result(alice, other, metric=metric, baseline=Decimal(21), target=Decimal(14)),
    )
    with leaves("metric.read") as left:
        read_metric(by=alice, metric=metric, value=Decimal(14), note="Weekly", at=NOON)
    assert [fresh(row).progress for row in (first, second, objective, other)] == [0.5, 1, 0.5, 1]
    assert set(left[0].data["rolled"]) == {objective.pk, other.pk}
    assert left[0].data["moved"] == [None, "14"]
    says(alice, first, 17.5)
    assert [fresh(row).progress for row in (first, second, objective, other)] == [0.25, 0.5, 0.25, 0.5]
    assert (fresh(first).checked_in_on, fresh(second).checked_in_on) == (TODAY, None)


def test_a_reading_is_corrected_and_back_dated_and_not_of_a_day_to_come(alice, objective):
    metric = a_metric(alice)
    wait = a_key_result(alice, objective, metric=metric)
    first = read_metric(by=alice, metric=metric, value=Decimal(7), at=NOON)
    with leaves("metric.reading_corrected") as left:
        read_metric(by=alice, metric=metric, value=Decimal(14), replaces=first, at=moment(date(2026, 10, 20)))
    assert (fresh(wait).value, wait.value_day, left[0].data["moved"]) == (14, TODAY, ["7", "14"])
    read_metric(by=alice, metric=metric, value=Decimal(20), day=YESTERDAY, at=NOON)
    assert fresh(wait).value == 14
    for wrong in ({"value": Decimal(1), "day": date(2026, 10, 13)}, {"value": Decimal("NaN")}):
        with pytest.raises(Refusal), leaves():
            read_metric(by=alice, metric=metric, at=NOON, **wrong)
    with pytest.raises(Invalid), leaves():
        read_metric(by=alice, metric=metric, value=Decimal(1), replaces=first, at=NOON)


def test_a_metric_is_read_by_its_owner_and_administrators(ada, alice, bob, gil):
    metric = a_metric(alice, owner=alice)
    for person in (bob, gil):
        with pytest.raises(Forbidden), leaves():
            read_metric(by=person, metric=metric, value=Decimal(1), at=NOON)
    assert read_metric(by=ada, metric=metric, value=Decimal(1), at=NOON)


# --- every level ---


def test_a_check_in_moves_the_objectives_of_six_levels_at_once(alice, cycle, objective, wait):
    chain = [objective]
    for number in range(5):
        above = an_objective(alice, cycle, f"Level {number}")
        okrs.change_objective(by=alice, objective=above, version=None, at=NOON, changes={"driver": "both"})
        okrs.align(by=alice, child=chain[-1], parent=above, at=NOON)
        chain.append(above)
    with leaves("key_result.checked_in") as left:
        says(alice, wait, 14, status="at_risk")
    assert {(fresh(row).progress, row.status) for row in chain} == {(0.5, "at_risk")}
    assert set(left[0].data["rolled"]) == {row.pk for row in chain}


def test_a_check_in_that_moves_no_objective_says_so(alice, objective, wait):
    says(alice, wait, 14)
    with leaves("key_result.checked_in") as left:
        says(alice, wait, 14)
    assert left[0].data["rolled"] == []
