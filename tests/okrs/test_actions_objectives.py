"""Objectives: added, changed, moved, archived, made private, overridden."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from impactline.base.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from impactline.okrs import actions
from impactline.okrs.models import BrokenGlass, Objective, Override, Viewer
from impactline.okrs.visibility import objective_for
from tests.cast import NOON
from tests.scenes import (
    a_cycle,
    a_key_result,
    a_metric,
    a_running_cycle,
    an_objective,
    leaves,
    says,
)


@pytest.fixture
def cycle(ada):
    return a_running_cycle(ada)


@pytest.fixture
def waiting(alice, care, cycle):
    return an_objective(alice, cycle, team=care)


def test_an_objective_is_added_at_the_end_or_behind_another(ada, alice, cycle, waiting):
    access = actions.create_priority(by=ada, title="Access", at=NOON)
    with leaves("objective.created") as left:
        last = an_objective(alice, cycle, "Last", priorities=[access], kind="committed")
    between = an_objective(alice, cycle, "Between", after=waiting)
    assert left[0].objective_id == last.pk
    assert list(last.priorities.all()) == [access]
    assert list(Objective.objects.all()) == [waiting, between, last]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 200_000}, "title"),
        ({"kind": "heroic"}, "kind"),
        ({"visibility": "secret"}, "visibility"),
        ({"ref": "a b"}, "ref"),
    ],
)
def test_a_wrong_objective_is_refused(alice, cycle, wrong, field):
    with pytest.raises(Invalid) as refusal, leaves():
        an_objective(alice, cycle, **wrong)
    assert refusal.value.field == field


def test_guests_add_none_and_nobody_adds_to_a_closed_cycle(ada, alice, gil, cycle):
    with pytest.raises(Forbidden):
        an_objective(gil, cycle)
    actions.close_cycle(by=ada, cycle=cycle, at=NOON)
    with pytest.raises(Invalid):
        an_objective(alice, cycle)


def test_owner_team_and_administrators_change_an_objective(ada, alice, bob, waiting):
    for number, person in enumerate((alice, bob, ada), 1):
        with leaves("objective.edited"):
            actions.change_objective(
                by=person, objective=waiting, version=number, at=NOON, changes={"title": f"Version {number}"}
            )
    with leaves():
        actions.change_objective(by=ada, objective=waiting, version=4, at=NOON, changes={"title": "Version 3"})
    with pytest.raises(Conflict) as refusal:
        actions.change_objective(by=ada, objective=waiting, version=3, at=NOON, changes={"title": "Lost"})
    assert refusal.value.theirs == 4


def test_outsiders_and_guests_change_nothing(charlie, gil, waiting):
    for person in (charlie, gil):
        with pytest.raises(Forbidden):
            actions.change_objective(by=person, objective=waiting, version=None, at=NOON, changes={"title": "Mine"})
        with pytest.raises(Forbidden):
            actions.override_progress(by=person, objective=waiting, progress=1.0, reason="Done", at=NOON)
        with pytest.raises(Forbidden):
            actions.invite_viewers(by=person, objective=waiting, people=[person], at=NOON)
        with pytest.raises(Forbidden):
            actions.move_objective(by=person, objective=waiting, after=None, at=NOON)
        for verb in (actions.archive_objective, actions.restore_objective, actions.resume_progress):
            with pytest.raises(Forbidden):
                verb(by=person, objective=waiting, at=NOON)


def test_what_nobody_owns_every_member_may_change(charlie, cycle, ada):
    free = an_objective(ada, cycle, owner=None)
    assert actions.change_objective(by=charlie, objective=free, version=1, at=NOON, changes={"owner": charlie})


@pytest.mark.parametrize(
    "changes", [{"kind": "x"}, {"driver": "x"}, {"visibility": "x"}, {"title": ""}, {"progress": 1.0}, {"ref": "x"}]
)
def test_wrong_and_unknown_changes_are_refused(alice, waiting, changes):
    with pytest.raises(Invalid), leaves():
        actions.change_objective(by=alice, objective=waiting, version=None, at=NOON, changes=changes)


def test_priorities_are_replaced_and_told_by_ref(ada, alice, waiting):
    access, staff = (actions.create_priority(by=ada, title=title, at=NOON) for title in ("Access", "Staff"))
    change = {"by": alice, "objective": waiting, "version": None, "at": NOON, "changes": {}}
    actions.change_objective(**change, priorities=[access])
    with leaves("objective.edited") as left:
        actions.change_objective(**change, priorities=[staff, access])
    with leaves():
        actions.change_objective(**change, priorities=[access, staff])
    assert left[0].data["priorities"] == [["access"], ["access", "staff"]]


def test_progress_by_an_own_metric_needs_everything(alice, waiting):
    metric = a_metric(alice)
    complete = {"driver": "metric", "metric": metric, "baseline": Decimal(20), "target": Decimal(10)}
    own = a_key_result(alice, waiting).metric
    for wrong in (
        {"metric": None}, {"baseline": None}, {"target": None}, {"target": Decimal(20)}, {"metric": own},
        {"target": Decimal("1e16")}, {"baseline": Decimal("NaN")},
    ):  # fmt: skip
        with pytest.raises(Refusal), leaves():
            actions.change_objective(by=alice, objective=waiting, version=None, at=NOON, changes=complete | wrong)
    changed = actions.change_objective(by=alice, objective=waiting, version=None, at=NOON, changes=complete)
    assert changed.progress == 0


def test_a_reading_moves_the_objective_whose_own_metric_it_is(alice, waiting):
    from impactline.checkins.actions import read_metric

    metric = a_metric(alice)
    complete = {"driver": "metric", "metric": metric, "baseline": Decimal(20), "target": Decimal(10)}
    actions.change_objective(by=alice, objective=waiting, version=None, at=NOON, changes=complete)
    read_metric(by=alice, metric=metric, value=Decimal(15), at=NOON)
    waiting.refresh_from_db()
    assert (waiting.progress, waiting.pace) == (0.5, "green")


def test_without_a_driver_there_is_no_progress(alice, waiting):
    says(alice, a_key_result(alice, waiting), 14)
    changed = actions.change_objective(by=alice, objective=waiting, version=None, at=NOON, changes={"driver": "none"})
    assert changed.progress is None


def test_an_objective_that_joins_a_running_cycle_is_frozen_and_measured_over_its_days(ada, alice):
    draft = a_cycle(ada, starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
    running = a_running_cycle(ada)
    objective = an_objective(alice, draft)
    visits = a_key_result(alice, objective, "Visits", values="per_period", baseline=Decimal(0), target=Decimal(10))
    says(alice, visits, 4)
    visits.refresh_from_db()
    assert (visits.progress, visits.frozen_at) == (0, None), "the period has not begun"
    with leaves("objective.edited"):
        actions.change_objective(by=alice, objective=objective, version=None, at=NOON, changes={"cycle": running})
    visits.refresh_from_db()
    objective.refresh_from_db()
    assert (visits.progress, objective.progress, visits.frozen_at) == (0.4, 0.4, NOON)


def test_in_a_closed_cycle_only_what_no_figure_rests_on_changes(ada, alice, cycle, waiting):
    other = a_cycle(ada)
    actions.close_cycle(by=ada, cycle=cycle, at=NOON)
    for changes in ({"kind": "committed"}, {"driver": "none"}, {"cycle": other}):
        with pytest.raises(Invalid):
            actions.change_objective(by=alice, objective=waiting, version=None, at=NOON, changes=changes)
    actions.change_objective(
        by=alice, objective=waiting, version=None, at=NOON, changes={"visibility": "private", "kind": waiting.kind}
    )
    for verb in (actions.override_progress, actions.resume_progress):
        with pytest.raises(Invalid):
            verb(
                by=alice, objective=waiting, at=NOON,
                **({"progress": 1.0, "reason": "x"} if verb is actions.override_progress else {}),
            )  # fmt: skip
    for target in ({"cycle": cycle},):
        late = an_objective(alice, other)
        with pytest.raises(Invalid):
            actions.change_objective(by=alice, objective=late, version=None, at=NOON, changes=target)


def test_an_archived_objective_no_longer_counts_above(alice, cycle, waiting):
    company = an_objective(alice, cycle, "Company")
    actions.change_objective(by=alice, objective=company, version=None, at=NOON, changes={"driver": "objectives"})
    actions.align(by=alice, child=waiting, parent=company, at=NOON)
    says(alice, a_key_result(alice, waiting), 14)
    company.refresh_from_db()
    assert company.progress == 0.5
    with leaves("objective.archived") as left:
        actions.archive_objective(by=alice, objective=waiting, at=NOON)
        actions.archive_objective(by=alice, objective=waiting, at=NOON)
    company.refresh_from_db()
    assert (company.progress, company.pk in left[0].data["rolled"]) == (None, True)
    with leaves("objective.restored"):
        actions.restore_objective(by=alice, objective=waiting, at=NOON)
        actions.restore_objective(by=alice, objective=waiting, at=NOON)
    company.refresh_from_db()
    assert company.progress == 0.5


def test_an_objective_is_moved_within_its_cycle(ada, alice, cycle, waiting):
    second, third = an_objective(alice, cycle, "Second"), an_objective(alice, cycle, "Third")
    with leaves("objective.moved"):
        actions.move_objective(by=alice, objective=third, after=waiting, at=NOON)
        actions.move_objective(by=alice, objective=third, after=waiting, at=NOON)
    assert list(Objective.objects.all()) == [waiting, third, second]
    actions.move_objective(by=alice, objective=second, after=None, at=NOON)
    assert list(Objective.objects.all()) == [second, waiting, third]
    elsewhere = an_objective(alice, a_cycle(ada))
    with pytest.raises(Invalid):
        actions.move_objective(by=alice, objective=second, after=elsewhere, at=NOON)


def test_people_are_invited_to_a_private_objective(alice, bob, charlie, waiting):
    actions.change_objective(by=alice, objective=waiting, version=None, at=NOON, changes={"visibility": "private"})
    for person in (bob, charlie):
        with pytest.raises(NotFound):
            objective_for(person, waiting.ref)
    with leaves("objective.viewers_changed") as left:
        actions.invite_viewers(by=alice, objective=waiting, people=[charlie], at=NOON)
        actions.invite_viewers(by=alice, objective=waiting, people=[charlie, charlie], at=NOON)
    assert left[0].data == {"viewers": [[], ["charlie@example.org"]]}
    assert objective_for(charlie, waiting.ref) == waiting
    actions.invite_viewers(by=alice, objective=waiting, people=[bob], at=NOON)
    assert [row.person for row in Viewer.objects.all()] == [bob]
    with pytest.raises(NotFound):
        objective_for(charlie, waiting.ref)


def test_an_administrator_opens_a_private_objective_for_an_hour_and_a_reason(ada, alice, waiting):
    from django.utils import timezone

    now = timezone.now()
    actions.change_objective(by=alice, objective=waiting, version=None, at=NOON, changes={"visibility": "private"})
    with pytest.raises(NotFound):
        objective_for(ada, waiting.ref)
    with leaves("objective.opened_by_administrator") as left:
        for _ in range(2):
            actions.break_glass(by=ada, objective=waiting, reason="Works council asked", at=now)
    assert left[0].data == {"reason": "Works council asked"}
    assert BrokenGlass.objects.get().until == now + timedelta(hours=1)
    assert objective_for(ada, waiting.ref) == waiting
    BrokenGlass.objects.update(until=now - timedelta(seconds=1))
    with pytest.raises(NotFound):
        objective_for(ada, waiting.ref)
    with leaves("objective.opened_by_administrator"):
        actions.break_glass(by=ada, objective=waiting, reason="Works council asked", at=now)


def test_nobody_else_breaks_the_glass_and_nobody_without_a_reason(ada, alice, bob, gil, waiting):
    for person in (alice, bob, gil):
        with pytest.raises(Forbidden):
            actions.break_glass(by=person, objective=waiting, reason="Curious", at=NOON)
    with pytest.raises(Invalid):
        actions.break_glass(by=ada, objective=waiting, reason=" ", at=NOON)


def test_progress_set_by_hand_stands_until_the_computed_one_is_resumed(alice, waiting):
    says(alice, a_key_result(alice, waiting), 14)
    with leaves("objective.progress_overridden"):
        for _ in range(2):
            actions.override_progress(by=alice, objective=waiting, progress=0.9, reason="Audit", at=NOON)
    waiting.refresh_from_db()
    assert (waiting.progress, waiting.computed) == (0.9, 0.5)
    actions.override_progress(by=alice, objective=waiting, progress=0.7, reason="Second audit", at=NOON)
    waiting.refresh_from_db()
    assert (waiting.progress, Override.objects.filter(resumed_at=None).count()) == (0.7, 1)
    with leaves("objective.progress_resumed"):
        for _ in range(2):
            actions.resume_progress(by=alice, objective=waiting, at=NOON)
    waiting.refresh_from_db()
    assert (waiting.progress, waiting.computed) == (0.5, 0.5)


@pytest.mark.parametrize(
    "wrong", [{"reason": " "}, {"progress": 11.0}, {"progress": float("nan")}, {"progress": float("inf")}]
)
def test_a_wrong_override_is_refused(alice, waiting, wrong):
    with pytest.raises(Invalid), leaves():
        actions.override_progress(by=alice, objective=waiting, at=NOON, **{"progress": 0.5, "reason": "Audit"} | wrong)


def test_what_is_set_by_hand_moves_what_stands_above(alice, cycle, waiting):
    company = an_objective(alice, cycle, "Company")
    actions.change_objective(by=alice, objective=company, version=None, at=NOON, changes={"driver": "both"})
    actions.align(by=alice, child=waiting, parent=company, at=NOON)
    actions.override_progress(by=alice, objective=waiting, progress=0.4, reason="Audit", at=NOON)
    company.refresh_from_db()
    assert company.progress == 0.4
