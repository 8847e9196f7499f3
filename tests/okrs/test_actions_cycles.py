"""Cycles: drafts, activation, closing, reopening."""

from datetime import date
from decimal import Decimal

import pytest

from impactline.base.errors import Conflict, Faults, Forbidden, Invalid, Refusal
from impactline.okrs import actions
from impactline.okrs.models import Cycle, KeyResult, Score
from tests.cast import NOON
from tests.scenes import (
    ENDS_ON,
    STARTS_ON,
    a_cycle,
    a_key_result,
    a_metric,
    a_running_cycle,
    an_objective,
    leaves,
    moment,
    says,
)


def test_a_cycle_is_added_as_a_draft_with_a_ref_from_its_name_or_start(ada):
    with leaves("cycle.created"):
        cycle = a_cycle(ada, name="Autumn 2026", purpose="Nobody waits")
    assert (cycle.ref, cycle.state, cycle.check_in_every_days) == ("autumn-2026", "draft", 7)
    assert (a_cycle(ada).title, a_cycle(ada, ref="Q4").title) == ("2026-Q4", "Q4")
    assert a_cycle(ada, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)).title == "2027"
    assert a_cycle(ada, starts_on=date(2027, 2, 1), ends_on=date(2027, 4, 30)).title == "2027-02"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_on": ENDS_ON, "ends_on": STARTS_ON}, "ends_on"),
        ({"ends_on": date(2126, 1, 1)}, "ends_on"),
        ({"check_in_every_days": 0}, "check_in_every_days"),
        ({"check_in_every_days": 400}, "check_in_every_days"),
        ({"name": "x" * 201}, "name"),
        ({"ref": "a b"}, "ref"),
    ],
)
def test_a_wrong_cycle_is_refused(ada, wrong, field):
    with pytest.raises(Refusal) as refusal, leaves():
        a_cycle(ada, **wrong)
    assert refusal.value.field == field


def test_faults_of_a_cycle_are_told_at_once(ada):
    with pytest.raises(Faults) as refusal:
        a_cycle(ada, starts_on=ENDS_ON, ends_on=STARTS_ON, check_in_every_days=0)
    assert [fault.field for fault in refusal.value.faults] == ["ends_on", "check_in_every_days"]


def test_members_and_guests_leave_cycles_alone(ada, alice, gil):
    cycle = a_running_cycle(ada)
    for person in (alice, gil):
        with pytest.raises(Forbidden):
            a_cycle(person)
        with pytest.raises(Forbidden):
            actions.change_cycle(by=person, cycle=cycle, version=None, at=NOON, changes={"name": "Mine"})
        with pytest.raises(Forbidden):
            actions.activate_cycle(by=person, cycle=cycle, version=None, at=NOON)
        for verb in (
            actions.begin_closing, actions.close_cycle, actions.reopen_cycle, actions.archive_cycle,
            actions.restore_cycle,
        ):  # fmt: skip
            with pytest.raises(Forbidden):
                verb(by=person, cycle=cycle, at=NOON)


def test_a_cycle_is_changed_and_an_older_version_is_a_conflict(ada):
    cycle = a_cycle(ada)
    year = a_cycle(ada, ref="2026", starts_on=date(2026, 1, 1))
    with leaves("cycle.edited") as left:
        actions.change_cycle(by=ada, cycle=cycle, version=1, at=NOON, changes={"parent": year, "purpose": "Why"})
    assert left[0].data == {"parent": [None, "2026"], "purpose": ["", "Why"]}
    with leaves():
        actions.change_cycle(by=ada, cycle=cycle, version=2, at=NOON, changes={"purpose": "Why"})
    with pytest.raises(Conflict):
        actions.change_cycle(by=ada, cycle=cycle, version=1, at=NOON, changes={"purpose": "Because"})
    with pytest.raises(Invalid):
        actions.change_cycle(by=ada, cycle=cycle, version=2, at=NOON, changes={"state": "closed"})


def test_a_cycle_never_stands_inside_itself(ada):
    outer = a_cycle(ada)
    inner = a_cycle(ada, parent=outer)
    for parent in (outer, inner):
        with pytest.raises(Invalid) as refusal:
            actions.change_cycle(by=ada, cycle=outer, version=None, at=NOON, changes={"parent": parent})
        assert refusal.value.field == "parent"


def test_figures_follow_the_dates_of_a_cycle(ada, alice):
    cycle = a_running_cycle(ada)
    objective = an_objective(alice, cycle)
    wait = a_key_result(alice, objective)
    says(alice, wait, 14)
    objective.refresh_from_db()
    before = objective.expected
    actions.change_cycle(by=ada, cycle=cycle, version=None, at=NOON, changes={"ends_on": date(2026, 10, 23)})
    objective.refresh_from_db()
    assert before == pytest.approx(11 / 91)
    assert objective.expected == pytest.approx(0.5)


def test_activation_freezes_what_has_a_measure(ada, alice):
    cycle = a_cycle(ada)
    objective = an_objective(alice, cycle)
    measured, still_open = a_key_result(alice, objective), a_key_result(alice, objective, type="open")
    with leaves("cycle.activated") as left:
        actions.activate_cycle(by=ada, cycle=cycle, version=1, at=NOON)
        actions.activate_cycle(by=ada, cycle=cycle, version=None, at=NOON)
    assert left[0].data == {"frozen": 1}
    measured.refresh_from_db()
    still_open.refresh_from_db()
    assert (measured.frozen_at, still_open.frozen_at) == (NOON, None)


def test_a_committed_objective_needs_every_measure_before_activation(ada, alice):
    cycle = a_cycle(ada)
    committed = an_objective(alice, cycle, kind="committed")
    for title in ("One", "Two"):
        a_key_result(alice, committed, title, type="open")
    actions.archive_key_result(by=alice, key_result=a_key_result(alice, committed, type="open"), at=NOON)
    a_key_result(alice, an_objective(alice, cycle, kind="aspirational"), "Three", type="open")
    with pytest.raises(Faults) as refusal, leaves():
        actions.activate_cycle(by=ada, cycle=cycle, version=1, at=NOON)
    assert [fault.field for fault in refusal.value.faults] == ["one", "two"]


def test_only_drafts_are_activated(ada):
    cycle = actions.close_cycle(by=ada, cycle=a_running_cycle(ada), at=NOON)
    with pytest.raises(Invalid):
        actions.activate_cycle(by=ada, cycle=cycle, version=None, at=NOON)


def test_a_cycle_is_closed_with_suggested_scores_where_nobody_gave_one(ada, alice):
    cycle = a_running_cycle(ada)
    objective, empty = an_objective(alice, cycle), an_objective(alice, cycle, "Nothing here")
    half, given, unknown = (
        a_key_result(alice, objective),
        a_key_result(alice, objective),
        a_key_result(alice, objective, type="at_least", target=Decimal(5)),
    )
    says(alice, half, 14)
    actions.score_key_result(by=alice, key_result=given, given=0.8, reason="We know better", at=NOON)
    with leaves("cycle.closing"):
        actions.begin_closing(by=ada, cycle=cycle, at=NOON)
        actions.begin_closing(by=ada, cycle=cycle, at=NOON)
    with leaves("cycle.closed"):
        closed = actions.close_cycle(by=ada, cycle=cycle, at=NOON)
        actions.close_cycle(by=ada, cycle=cycle, at=NOON)
    assert (closed.state, closed.closed_on) == ("closed", NOON.date())
    for item, score in ((half, 0.5), (given, 0.8), (unknown, None), (objective, 0.25), (empty, None)):
        item.refresh_from_db()
        assert item.score == score
    assert Score.objects.count() == 3


def test_closing_takes_a_running_cycle(ada):
    cycle = a_cycle(ada)
    for verb in (actions.begin_closing, actions.close_cycle, actions.reopen_cycle):
        with pytest.raises(Invalid):
            verb(by=ada, cycle=cycle, at=NOON)


@pytest.mark.parametrize("count", [2, 6])
def test_closing_takes_as_many_queries_whatever_the_rows(ada, alice, count, django_assert_max_num_queries):
    cycle = a_running_cycle(ada)
    for _ in range(count):
        objective = an_objective(alice, cycle)
        for _ in range(count):
            says(alice, a_key_result(alice, objective), 14)
    with django_assert_max_num_queries(26):
        actions.close_cycle(by=ada, cycle=cycle, at=NOON)
    assert Score.objects.count() == count * count + count


def test_after_the_end_the_score_decides_the_colour_of_the_objective(ada, alice):
    cycle = a_running_cycle(ada)
    objective = an_objective(alice, cycle)
    wait = a_key_result(alice, objective)
    late = moment(date(2027, 1, 4))
    says(alice, wait, 20, at=late)
    objective.refresh_from_db()
    assert objective.pace == "red"
    actions.score_key_result(by=alice, key_result=wait, given=0.9, reason="The last week changed it", at=late)
    objective.refresh_from_db()
    assert objective.pace == "green"


def test_a_closed_cycle_no_longer_moves_with_its_metrics_until_it_is_reopened(ada, alice):
    from impactline.checkins.actions import read_metric

    cycle, metric = a_running_cycle(ada), a_metric(alice)
    objective = an_objective(alice, cycle)
    wait = a_key_result(alice, objective, metric=metric)
    says(alice, wait, 14)
    actions.close_cycle(by=ada, cycle=cycle, at=NOON)
    read_metric(by=alice, metric=metric, value=Decimal(7), at=moment(date(2026, 10, 20)))
    objective.refresh_from_db()
    assert objective.progress == 0.5
    read_metric(by=alice, metric=metric, value=Decimal(21), day=NOON.date(), at=moment(date(2026, 10, 20)))
    objective.refresh_from_db()
    assert objective.progress == 0, "what was entered for a day before the closing still counts"
    with leaves("cycle.reopened"):
        actions.reopen_cycle(by=ada, cycle=cycle, at=moment(date(2026, 10, 21)))
        actions.reopen_cycle(by=ada, cycle=cycle, at=moment(date(2026, 10, 21)))
    objective.refresh_from_db()
    assert (objective.progress, objective.score, Cycle.objects.get().closed_on) == (1, 0.5, None)


def test_the_dates_of_a_closed_cycle_stay(ada):
    cycle = actions.close_cycle(by=ada, cycle=a_running_cycle(ada), at=NOON)
    with pytest.raises(Invalid):
        actions.change_cycle(by=ada, cycle=cycle, version=None, at=NOON, changes={"ends_on": date(2027, 1, 1)})
    actions.change_cycle(by=ada, cycle=cycle, version=None, at=NOON, changes={"name": "Past", "ends_on": ENDS_ON})


def test_a_cycle_goes_into_the_archive_and_comes_back(ada):
    cycle = a_cycle(ada)
    with leaves("cycle.archived"):
        actions.archive_cycle(by=ada, cycle=cycle, at=NOON)
        actions.archive_cycle(by=ada, cycle=cycle, at=NOON)
    with leaves("cycle.restored"):
        actions.restore_cycle(by=ada, cycle=cycle, at=NOON)
        actions.restore_cycle(by=ada, cycle=cycle, at=NOON)
    assert not KeyResult.objects.exists()
