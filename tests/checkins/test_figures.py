"""The figures one person sees, today and on any earlier day."""

from datetime import date
from decimal import Decimal

import pytest

from impactline.checkins.actions import correct, read_metric
from impactline.checkins.figures import figures_of
from impactline.okrs import actions as okrs
from impactline.okrs.measure import Milestone
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.today import present
from impactline.people.actions import change_organisation
from tests.cast import NOON
from tests.scenes import TODAY, a_key_result, a_metric, a_running_cycle, an_objective, moment, says

LATER = date(2026, 11, 20)


@pytest.fixture
def cycle(ada):
    return a_running_cycle(ada)


@pytest.fixture
def objective(alice, cycle):
    return an_objective(alice, cycle)


def above(by, cycle, *children, title="Above", driver="both"):
    """An objective to which others contribute."""
    made = an_objective(by, cycle, title)
    okrs.change_objective(by=by, objective=made, version=None, at=NOON, changes={"driver": driver})
    for child in children:
        okrs.align(by=by, child=child, parent=made, at=NOON)
    made.refresh_from_db()
    return made


def figures(person, objective, as_of=None, at=NOON):
    return figures_of(person, [objective], present(at), as_of)[objective.pk]


def progress(person, objective, as_of=None, at=NOON):
    return figures(person, objective, as_of, at).rolled.progress


# --- today ---


def test_who_sees_everything_sees_what_is_kept(charlie, everything):
    now = present(NOON)
    for number, found in figures_of(charlie, list(Objective.objects.all()), now).items():
        row = Objective.objects.get(pk=number)
        rolled = found.rolled
        kept = (row.progress, row.computed, row.pace, row.status)
        assert (rolled.progress, rolled.computed, str(rolled.colour), rolled.status) == kept
        assert (rolled.expected, found.score) == (
            pytest.approx(row.expected) if row.expected else row.expected,
            row.score,
        )
        for entry in found.key_results:
            key_result = entry.key_result
            assert (entry.judged.progress, entry.judged.standing.value) == (key_result.progress, key_result.value)
            assert (entry.confidence, entry.status, entry.checked_in_on) == (
                key_result.confidence, key_result.status, key_result.checked_in_on
            )  # fmt: skip


@pytest.mark.parametrize("at", [NOON, moment(LATER), moment(date(2027, 1, 20))])
def test_today_as_an_earlier_day_is_today(charlie, everything, at):
    objectives, now = list(Objective.objects.all()), present(at)
    today, as_of = figures_of(charlie, objectives, now), figures_of(charlie, objectives, now, now.day)
    for number, found in today.items():
        assert found.rolled == as_of[number].rolled
        assert found.children == as_of[number].children
        for one, other in zip(found.key_results, as_of[number].key_results, strict=True):
            assert (one.judged, one.counted, one.measure) == (other.judged, other.counted, other.measure)
            assert (one.confidence, one.status, one.checked_in_on, one.score) == (
                other.confidence, other.status, other.checked_in_on, other.score
            )  # fmt: skip


def test_on_a_day_for_which_nothing_was_figured_everything_is_computed(alice, cycle, objective):
    says(alice, a_key_result(alice, objective), 14)
    top = above(alice, cycle, above(alice, cycle, objective), title="Top", driver="objectives")
    late = figures(alice, top, at=moment(LATER))
    assert top.expected == pytest.approx(11 / 91)
    assert late.rolled.expected == pytest.approx(50 / 91)
    assert (late.rolled.progress, str(late.rolled.colour)) == (0.5, "green")


def test_the_first_change_of_a_day_does_not_pass_off_figures_of_another(alice, cycle):
    one, other = an_objective(alice, cycle, "One"), an_objective(alice, cycle, "Other")
    first = a_key_result(alice, one)
    says(alice, first, 14), says(alice, a_key_result(alice, other), 20)
    middle = above(alice, cycle, one, other, title="Middle")
    top = above(alice, cycle, middle, title="Top")
    before = figures(alice, top, at=moment(LATER)).rolled
    says(alice, first, 14, at=moment(LATER))
    top.refresh_from_db()
    assert top.figured_on is None, "the other one is still of another day"
    assert figures(alice, top, at=moment(LATER)).rolled == before
    says(alice, KeyResult.objects.get(objective=other), 20, at=moment(LATER))
    top.refresh_from_db()
    assert (top.figured_on, top.expected) == (LATER, pytest.approx(before.expected))


def test_confidence_of_an_objective_is_the_mean_of_what_was_stated(alice, objective):
    for confidence in (3, 8, None):
        says(alice, a_key_result(alice, objective), 14, confidence=confidence)
    assert figures(alice, objective).confidence == 5.5


@pytest.mark.parametrize("count", [1, 5])
def test_it_takes_three_queries_whatever_the_rows(
    alice, charlie, cycle, everything, count, django_assert_num_queries, django_assert_max_num_queries
):
    made = list(Objective.objects.all())
    for number in range(count):
        secret = an_objective(alice, cycle, f"Secret {number}", visibility="private")
        says(alice, a_key_result(alice, secret), 14)
        made.append(above(alice, cycle, secret, title=f"Above {number}"))
    for at in (NOON, moment(LATER)):
        now = present(at)
        with django_assert_num_queries(3):
            figures_of(charlie, made, now)
        with django_assert_max_num_queries(12):
            figures_of(charlie, made, now, TODAY)


def test_nothing_asked_nothing_answered(alice, django_assert_num_queries):
    now = present(NOON)
    with django_assert_num_queries(0):
        assert figures_of(alice, [], now) == {}


# --- earlier days ---


def test_as_of_a_day_counts_what_was_recorded_for_days_up_to_it(alice, cycle, objective):
    wait = a_key_result(alice, objective)
    top = above(alice, cycle, objective)
    for day, value, confidence in ((5, 20, 3), (9, 14, 6), (12, 7, 9)):
        says(alice, wait, value, day=date(2026, 10, day), confidence=confidence)
    for day, expected, confidence in (
        (1, 0.0, None),
        (5, 1 / 14, 3),
        (8, 1 / 14, 3),
        (9, 0.5, 6),
        (11, 0.5, 6),
        (12, 1, 9),
    ):
        found = figures(alice, top, date(2026, 10, day)), figures(alice, objective, date(2026, 10, day))
        assert [entry.rolled.progress for entry in found] == [pytest.approx(expected)] * 2
        assert found[1].key_results[0].confidence == confidence


def test_a_back_dated_entry_and_a_correction_change_the_past(alice, objective):
    wait = a_key_result(alice, objective)
    wrong = says(alice, wait, 7, day=date(2026, 10, 5))
    says(alice, wait, 14)
    assert progress(alice, objective, date(2026, 10, 6)) == 1
    correct(by=alice, check_in=wrong, value=Decimal(20), at=NOON)
    assert progress(alice, objective, date(2026, 10, 6)) == pytest.approx(1 / 14)
    says(alice, wait, 19, day=date(2026, 10, 6))
    assert progress(alice, objective, date(2026, 10, 6)) == pytest.approx(1 / 7)
    assert progress(alice, objective) == 0.5


def test_a_revision_holds_from_its_day_on(alice, objective):
    wait = a_key_result(alice, objective)
    says(alice, wait, 14, day=date(2026, 10, 5))
    revise = {"by": alice, "key_result": wait, "version": None}
    okrs.change_key_result(**revise, at=moment(date(2026, 10, 8)), changes={"target": Decimal(14)}, reason="Enough")
    okrs.change_key_result(**revise, at=moment(date(2026, 10, 10)), changes={"target": Decimal(0)}, reason="Not enough")
    assert [progress(alice, objective, date(2026, 10, day)) for day in (5, 7)] == [0.5, 0.5]
    assert [progress(alice, objective, date(2026, 10, day)) for day in (8, 9)] == [1, 1]
    assert progress(alice, objective, date(2026, 10, 10)) == progress(alice, objective) == pytest.approx(1 / 3)
    past = figures(alice, objective, date(2026, 10, 8)).key_results[0]
    assert (past.measure.target, past.key_result.target) == (14, 14)
    wait.refresh_from_db()
    assert wait.target == 0


def test_a_key_result_of_another_type_and_curve_was_what_it_was(alice, objective):
    was = a_key_result(alice, objective, type="binary", curve="linear")
    says(alice, was, 1, day=date(2026, 10, 5))
    okrs.change_key_result(
        by=alice, key_result=was, version=None, at=NOON, reason="Measure it",
        changes={"type": "metric", "baseline": Decimal(0), "target": Decimal(4), "curve": "back_loaded"},
    )  # fmt: skip
    assert (progress(alice, objective, date(2026, 10, 11)), progress(alice, objective)) == (1, 0.25)


def test_a_key_result_followed_the_metric_that_it_followed(alice, objective):
    metric = a_metric(alice)
    wait = a_key_result(alice, objective)
    says(alice, wait, 14, day=date(2026, 10, 5))
    read_metric(by=alice, metric=metric, value=Decimal(7), day=date(2026, 10, 5), at=NOON)
    okrs.change_key_result(
        by=alice, key_result=wait, version=None, at=NOON, changes={"metric": metric}, reason="A better source"
    )
    assert (progress(alice, objective, date(2026, 10, 11)), progress(alice, objective)) == (0.5, 1)


def test_milestones_that_were_taken_away_counted_before(alice, objective):
    steps = [Milestone("Plan"), Milestone("Build", Decimal(2)), Milestone("Ship")]
    ship = a_key_result(alice, objective, type="milestones", milestones=steps)
    says(alice, ship, reached=[1], day=date(2026, 10, 5))
    says(alice, ship, reached=[1, 2], day=date(2026, 10, 7))
    okrs.change_key_result(
        by=alice, key_result=ship, version=None, at=NOON, changes={}, reason="Bought instead",
        milestones=[Milestone("Plan", Decimal(1), date(2026, 10, 5)), Milestone("Ship")],
    )  # fmt: skip
    assert progress(alice, objective) == 0.5
    assert [progress(alice, objective, date(2026, 10, day)) for day in (4, 5, 7, 11)] == [0, 0.25, 0.75, 0.75]


def test_what_was_set_by_hand_holds_until_it_was_resumed(alice, cycle, objective):
    says(alice, a_key_result(alice, objective), 14, day=date(2026, 10, 5))
    top = above(alice, cycle, objective)
    okrs.override_progress(by=alice, objective=objective, progress=0.9, reason="Audit", at=moment(date(2026, 10, 7)))
    okrs.override_progress(by=alice, objective=objective, progress=0.8, reason="Again", at=moment(date(2026, 10, 9)))
    okrs.resume_progress(by=alice, objective=objective, at=moment(date(2026, 10, 11)))
    days = [5, 6, 7, 8, 9, 10, 11, 12]
    assert [progress(alice, objective, date(2026, 10, day)) for day in days] == [0.5, 0.5, 0.9, 0.9, 0.8, 0.8, 0.5, 0.5]
    assert [progress(alice, top, date(2026, 10, day)) for day in (7, 9, 11)] == [0.9, 0.8, 0.5]


def test_scores_are_those_that_were_given_by_then(alice, objective):
    wait = a_key_result(alice, objective)
    says(alice, wait, 14)
    for day, given in ((4, 0.6), (5, 0.7)):
        at = moment(date(2027, 1, day))
        okrs.score_key_result(by=alice, key_result=wait, given=given, reason="We talked", at=at)
        okrs.score_objective(by=alice, objective=objective, given=given, reason="We talked", at=at)
    now = moment(date(2027, 1, 10))
    found = [figures(alice, objective, date(2027, 1, day), now) for day in (3, 4, 5)]
    assert [entry.score for entry in found] == [None, 0.6, 0.7]
    assert [entry.key_results[0].score for entry in found] == [None, 0.6, 0.7]
    assert [str(entry.rolled.colour) for entry in found] == ["yellow", "yellow", "green"]


def test_progress_by_an_own_metric_is_that_of_the_day(alice, objective):
    metric = a_metric(alice)
    by_metric = {"driver": "metric", "metric": metric, "baseline": Decimal(20), "target": Decimal(10)}
    okrs.change_objective(by=alice, objective=objective, version=None, at=NOON, changes=by_metric)
    for day, value in ((5, 18), (9, 12)):
        read_metric(by=alice, metric=metric, value=Decimal(value), day=date(2026, 10, day), at=NOON)
    found = [progress(alice, objective, date(2026, 10, day)) for day in (4, 5, 9)]
    assert found == [0, pytest.approx(0.2), pytest.approx(0.8)]


def test_expected_and_pace_are_those_of_the_day(alice, objective):
    says(alice, a_key_result(alice, objective), 20, day=date(2026, 10, 5))
    found = figures(alice, objective, date(2026, 11, 1), moment(LATER)).rolled
    assert found.expected == pytest.approx(31 / 91)
    assert str(found.colour) == "red"


# --- what is hidden ---


@pytest.fixture
def company(alice, cycle):
    """Three objectives below the company, two of them private, with progress 0.5, 1 and 0."""
    children = []
    for title, value, visibility in (("Seen", 14, "open"), ("First", 7, "private"), ("Second", 21, "private")):
        child = an_objective(alice, cycle, title, visibility=visibility)
        says(alice, a_key_result(alice, child, title), value)
        children.append(child)
    return above(alice, cycle, *children, title="Company")


def test_the_true_figure_is_shown_where_two_hidden_parts_protect_each_other(alice, charlie, company):
    hers, his = figures(alice, company), figures(charlie, company)
    assert hers.rolled.progress == his.rolled.progress == pytest.approx(0.5)
    assert (hers.rolled.includes_hidden, his.rolled.includes_hidden) == (False, True)
    assert (len(hers.children), len(his.children)) == (3, 1)
    assert figures(None, company).rolled == hers.rolled


def test_one_hidden_part_alone_is_left_out(alice, charlie, cycle, company):
    okrs.change_objective(
        by=alice, objective=Objective.objects.get(ref="second"), version=None, at=NOON, changes={"visibility": "open"}
    )
    his = figures(charlie, company).rolled
    assert (his.progress, his.includes_hidden) == (0.25, False)
    assert progress(alice, company) == pytest.approx(0.5)


def test_by_the_opaque_policy_nothing_hidden_counts(ada, charlie, company):
    change_organisation(by=ada, version=None, at=NOON, changes={"policies": {"roll_up": "opaque"}})
    his = figures(charlie, company).rolled
    assert (his.progress, his.includes_hidden) == (0.5, False)


def test_the_same_holds_on_earlier_days_and_on_a_new_one(alice, charlie, cycle, company):
    top = above(alice, cycle, company, title="Top")
    for as_of, at in ((None, moment(LATER)), (TODAY, moment(LATER))):
        hers, his = figures(alice, top, as_of, at), figures(charlie, top, as_of, at)
        assert his.rolled.progress == hers.rolled.progress
        assert (his.rolled.includes_hidden, hers.rolled.includes_hidden) == (True, False)
    assert progress(charlie, top, date(2026, 10, 2)) == 0


def test_what_stands_beside_something_hidden_is_not_touched(alice, charlie, cycle, company, objective):
    says(alice, a_key_result(alice, objective), 14)
    other = above(alice, cycle, objective, title="Elsewhere")
    assert figures(charlie, other).rolled == figures(alice, other).rolled


def test_key_results_of_what_is_hidden_are_in_no_list(charlie, company):
    found = figures_of(charlie, [company, Objective.objects.get(ref="seen")], present(NOON))
    refs = {entry.key_result.ref for entry in (row for f in found.values() for row in f.key_results)}
    assert refs == {"seen-" + ref.split("-", 1)[1] if "-" in ref else ref for ref in refs}
    assert not {"first", "second"} & {str(part.key) for f in found.values() for part in f.rolled.parts}
    assert all(
        part.key not in Objective.objects.filter(visibility="private").values_list("pk", flat=True)
        for f in found.values()
        for part in f.rolled.parts
    )
