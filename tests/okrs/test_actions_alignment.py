"""Alignment: contributing, supporting, fixed shares, no loops."""

import itertools

import pytest

from impactline.base.errors import Forbidden, Invalid
from impactline.okrs import actions
from impactline.okrs.actions.alignment import path_between
from impactline.okrs.models import Alignment
from impactline.okrs.rollup import WeightsDoNotSum
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective, leaves, says


@pytest.fixture
def cycle(ada):
    return a_running_cycle(ada)


@pytest.fixture
def tree(alice, cycle):
    """Company, and below it two objectives with a key result each."""
    company = an_objective(alice, cycle, "Company")
    actions.change_objective(by=alice, objective=company, version=None, at=NOON, changes={"driver": "objectives"})
    company.refresh_from_db()
    return company, *(an_objective(alice, cycle, title) for title in ("Left", "Right"))


def progress_of(objective):
    objective.refresh_from_db()
    return objective.progress


def test_children_contribute_with_equal_or_fixed_shares(alice, tree):
    company, left, right = tree
    says(alice, a_key_result(alice, left), 7)
    says(alice, a_key_result(alice, right), 21)
    with leaves("objective.aligned"):
        actions.align(by=alice, child=left, parent=company, at=NOON)
        actions.align(by=alice, child=left, parent=company, at=NOON)
    actions.align(by=alice, child=right, parent=company, at=NOON)
    assert progress_of(company) == 0.5
    with leaves("objective.aligned") as event:
        actions.align(by=alice, child=left, parent=company, weight=80.0, at=NOON)
    assert event[0].data["weight"] == [None, 80.0]
    assert progress_of(company) == pytest.approx(0.8)
    assert Alignment.objects.count() == 2


def test_what_only_supports_is_drawn_and_not_counted(alice, tree):
    company, left, right = tree
    says(alice, a_key_result(alice, left), 7)
    says(alice, a_key_result(alice, right), 21)
    actions.align(by=alice, child=left, parent=company, at=NOON)
    actions.align(by=alice, child=right, parent=company, kind="supports", at=NOON)
    assert progress_of(company) == 1


def test_an_objective_contributes_to_several(alice, cycle, tree):
    company, left, _ = tree
    other = an_objective(
        alice,
        cycle,
        "Other",
    )
    actions.change_objective(by=alice, objective=other, version=None, at=NOON, changes={"driver": "both"})
    for parent in (company, other):
        actions.align(by=alice, child=left, parent=parent, at=NOON)
    says(alice, a_key_result(alice, left), 14)
    assert progress_of(company) == progress_of(other) == 0.5


def test_an_alignment_ends_once(alice, tree):
    company, left, _ = tree
    says(alice, a_key_result(alice, left), 7)
    actions.align(by=alice, child=left, parent=company, at=NOON)
    with leaves("objective.unaligned"):
        actions.unalign(by=alice, child=left, parent=company, at=NOON)
        actions.unalign(by=alice, child=left, parent=company, at=NOON)
    assert progress_of(company) is None


def test_outsiders_and_guests_align_nothing(alice, charlie, gil, tree):
    company, left, _ = tree
    actions.align(by=alice, child=left, parent=company, at=NOON)
    for person in (charlie, gil):
        for verb in (actions.align, actions.unalign):
            with pytest.raises(Forbidden):
                verb(by=person, child=left, parent=company, at=NOON)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "opposes"},
        {"kind": "supports", "weight": 10.0},
        {"weight": 101.0},
        {"weight": -1.0},
        {"weight": float("nan")},
    ],
)
def test_a_wrong_alignment_is_refused(alice, tree, wrong):
    company, left, _ = tree
    with pytest.raises(Invalid), leaves():
        actions.align(by=alice, child=left, parent=company, at=NOON, **wrong)


def test_fixed_shares_have_to_make_up_the_whole(alice, tree):
    company, left, right = tree
    with pytest.raises(WeightsDoNotSum):
        actions.align(by=alice, child=left, parent=company, weight=60.0, at=NOON)
    actions.align(by=alice, child=left, parent=company, at=NOON)
    actions.align(by=alice, child=right, parent=company, weight=60.0, at=NOON)
    with pytest.raises(WeightsDoNotSum):
        actions.align(by=alice, child=left, parent=company, weight=50.0, at=NOON)


@pytest.mark.parametrize("kind", ["contributes", "supports"])
def test_nothing_serves_itself_over_any_number_of_steps(alice, cycle, kind):
    chain = [an_objective(alice, cycle, f"Step {number}") for number in range(5)]
    for child, parent in itertools.pairwise(chain):
        actions.align(by=alice, child=child, parent=parent, kind=kind, at=NOON)
    for child in chain[1:]:
        with pytest.raises(Invalid) as refusal, leaves():
            actions.align(by=alice, child=child, parent=chain[0], at=NOON)
        assert refusal.value.field == "parent"
    with pytest.raises(Invalid):
        actions.align(by=alice, child=chain[0], parent=chain[0], at=NOON)
    assert path_between(chain[0].pk, chain[4].pk) == [row.pk for row in chain]
    assert path_between(chain[4].pk, chain[0].pk) == []


def test_a_diamond_is_no_loop(alice, cycle):
    top, left, right, bottom = (an_objective(alice, cycle, title) for title in ("Top", "Left", "Right", "Bottom"))
    for child, parent in ((bottom, left), (bottom, right), (left, top), (right, top), (bottom, top)):
        actions.align(by=alice, child=child, parent=parent, at=NOON)
    assert Alignment.objects.count() == 5


def test_what_a_closed_cycle_holds_is_not_aligned_anew(ada, alice, cycle, tree):
    company, left, right = tree
    actions.align(by=alice, child=left, parent=company, at=NOON)
    actions.close_cycle(by=ada, cycle=cycle, at=NOON)
    with pytest.raises(Invalid):
        actions.align(by=alice, child=right, parent=company, at=NOON)
    with pytest.raises(Invalid):
        actions.unalign(by=alice, child=left, parent=company, at=NOON)
