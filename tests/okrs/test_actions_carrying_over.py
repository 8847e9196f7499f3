"""Carry-over: what goes on in another cycle."""

from datetime import date
from decimal import Decimal

import pytest

from impactline.base.errors import Forbidden, Invalid
from impactline.checkins.actions import read_metric
from impactline.okrs import actions
from impactline.okrs.measure import Milestone
from impactline.okrs.models import KeyResult, Objective, Viewer
from tests.cast import NOON
from tests.scenes import TODAY, a_cycle, a_key_result, a_metric, a_running_cycle, an_objective, leaves, moment, says

LATER = moment(date(2027, 1, 11))


@pytest.fixture
def cycle(ada):
    return a_running_cycle(ada)


@pytest.fixture
def following(ada):
    return a_running_cycle(ada, starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))


@pytest.fixture
def objective(alice, care, cycle):
    return an_objective(alice, cycle, team=care, kind="committed")


def carried(by, objective, cycle):
    """The new objective, and its only key result."""
    made = actions.carry_over(by=by, objective=objective, cycle=cycle, at=NOON)
    return made, KeyResult.objects.filter(objective=made).first()


def test_an_objective_goes_on_linked_to_the_old_one_and_twice_is_as_once(ada, alice, bob, objective, following):
    access = actions.create_priority(by=ada, title="Access", at=NOON)
    actions.change_objective(
        by=alice, objective=objective, version=None, at=NOON, changes={"visibility": "private"}, priorities=[access]
    )
    actions.invite_viewers(by=alice, objective=objective, people=[bob], at=NOON)
    a_key_result(alice, objective, weight=100.0, owner=bob)
    with leaves("objective.carried_over") as left:
        fresh, wait = carried(alice, objective, following)
        assert carried(alice, objective, following) == (fresh, wait)
    assert (fresh.carried_from, fresh.kind, fresh.visibility, fresh.cycle) == (
        objective,
        "committed",
        "private",
        following,
    )
    assert (list(fresh.priorities.all()), Viewer.objects.filter(objective=fresh, person=bob).exists()) == (
        [access],
        True,
    )
    assert (wait.carried_from.objective, wait.owner, wait.weight, wait.frozen_at) == (objective, bob, 100.0, NOON)
    assert left[0].data["to"] == fresh.ref != objective.ref


def test_a_metric_restarts_from_its_present_value_and_follows_the_same_readings(alice, objective, following):
    wait = a_key_result(alice, objective)
    says(alice, wait, 14)
    fresh, again = carried(alice, objective, following)
    assert (again.baseline, again.target, again.progress, again.metric) == (14, 7, 0, wait.metric)
    says(alice, again, Decimal("10.5"), at=LATER)
    for item, progress in ((fresh, 0.5), (wait, 0.75)):
        item.refresh_from_db()
        assert item.progress == progress, "the old cycle is not closed yet, so it moves too"


def test_the_closed_one_stays_where_it_was(ada, alice, cycle, objective, following):
    wait = a_key_result(alice, objective)
    says(alice, wait, 14)
    actions.close_cycle(by=ada, cycle=cycle, at=NOON)
    _, again = carried(alice, objective, following)
    says(alice, again, 7, at=LATER)
    wait.refresh_from_db()
    again.refresh_from_db()
    assert (wait.progress, again.progress) == (0.5, 1)


def test_a_percentage_of_completion_restarts_at_0(alice, objective, following):
    done = a_key_result(alice, objective, baseline=Decimal(0), target=Decimal(100), unit="%")
    says(alice, done, 80)
    _, again = carried(alice, objective, following)
    assert (again.baseline, again.value, again.progress) == (0, None, 0)
    assert again.metric != done.metric


def test_what_is_done_or_not_is_judged_anew(alice, objective, following):
    done = a_key_result(alice, objective, type="binary")
    says(alice, done, 1)
    _, again = carried(alice, objective, following)
    assert again.progress == 0


def test_what_reached_its_target_comes_along_open_and_keeps_its_metric(alice, objective, following):
    wait = a_key_result(alice, objective)
    says(alice, wait, 7)
    _, again = carried(alice, objective, following)
    assert (again.type, again.baseline, again.target, again.frozen_at, again.metric) == (
        "open",
        7,
        None,
        None,
        wait.metric,
    )


def test_milestones_that_were_not_reached_go_on(alice, objective, following):
    steps = [Milestone("Plan", reached_on=TODAY), Milestone("Build", Decimal(3)), Milestone("Ship")]
    a_key_result(alice, objective, type="milestones", milestones=steps)
    fresh, _ = carried(alice, objective, following)
    from impactline.okrs.models import Milestone as Row

    rows = Row.objects.filter(key_result__objective=fresh)
    assert [(row.title, row.weight, row.reached_on) for row in rows] == [("Build", 3, None), ("Ship", 1, None)]


def test_archived_key_results_stay_behind(alice, objective, following):
    actions.archive_key_result(by=alice, key_result=a_key_result(alice, objective), at=NOON)
    assert carried(alice, objective, following)[1] is None


def test_an_own_metric_drives_on_from_its_present_value(alice, objective, following):
    metric = a_metric(alice)
    actions.change_objective(
        by=alice, objective=objective, version=None, at=NOON,
        changes={"driver": "metric", "metric": metric, "baseline": Decimal(20), "target": Decimal(10)},
    )  # fmt: skip
    read_metric(by=alice, metric=metric, value=Decimal(15), at=NOON)
    objective.refresh_from_db()
    fresh, _ = carried(alice, objective, following)
    assert (fresh.driver, fresh.baseline, fresh.progress) == ("metric", 15, 0)


def test_it_is_refused_for_outsiders_closed_cycles_and_the_same_one(
    ada, alice, charlie, gil, cycle, objective, following
):
    for person in (charlie, gil):
        with pytest.raises(Forbidden):
            carried(person, objective, following)
    with pytest.raises(Invalid):
        carried(alice, objective, cycle)
    closed = actions.close_cycle(by=ada, cycle=following, at=NOON)
    with pytest.raises(Invalid):
        carried(alice, objective, closed)
    assert Objective.objects.count() == 1
    assert a_cycle(ada)
