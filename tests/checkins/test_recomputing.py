"""Everything anew: what is kept is what was recorded."""

from datetime import date

import pytest

from impactline.checkins.recomputing import doubtful, recompute
from impactline.metrics.models import Reading
from impactline.okrs import actions as okrs
from impactline.okrs.models import KeyResult, Objective
from tests.cast import NOON
from tests.scenes import TODAY, a_key_result, an_objective, moment, says

KEPT_OF_KEY_RESULTS = ("ref", "value", "value_day", "progress", "confidence", "status", "checked_in_on")
KEPT_OF_OBJECTIVES = ("ref", "computed", "progress", "expected", "pace", "status", "figured_on")


def kept():
    """Everything that is kept and can be computed."""
    return (
        list(KeyResult.objects.order_by("pk").values_list(*KEPT_OF_KEY_RESULTS)),
        list(Objective.objects.order_by("pk").values_list(*KEPT_OF_OBJECTIVES)),
    )


def test_what_the_actions_keep_is_what_was_recorded(everything):
    before = kept()
    assert doubtful(NOON) == []
    recompute(NOON)
    assert kept() == before


def test_what_was_lost_or_spoilt_is_found_and_mended(everything):
    before = kept()
    KeyResult.objects.update(value=1, value_day=TODAY, progress=9.5, confidence=1, status=None, checked_in_on=None)
    Objective.objects.update(progress=0.123, computed=None, expected=9, pace="red", status=None, figured_on=None)
    assert set(doubtful(NOON)) == {
        *KeyResult.objects.values_list("ref", flat=True),
        *Objective.objects.values_list("ref", flat=True),
    }
    assert recompute(NOON) == Objective.objects.count()
    assert kept() == before
    assert doubtful(NOON) == []


def test_one_figure_that_is_wrong_is_named(alice, everything):
    Objective.objects.filter(pk=everything.pk).update(progress=0.999)
    assert doubtful(NOON) == ["company"]
    KeyResult.objects.filter(ref="median-wait-falls").update(confidence=10)
    assert doubtful(NOON) == ["company", "median-wait-falls"]


def test_a_rounding_error_is_no_doubt(everything):
    progress = Objective.objects.get(ref="team").progress
    Objective.objects.filter(ref="team").update(progress=progress + 1e-13)
    assert doubtful(NOON) == []


def test_the_next_day_expected_and_pace_follow_and_nothing_is_doubtful(everything):
    tomorrow = moment(date(2026, 11, 20))
    assert doubtful(tomorrow) == []
    assert recompute(tomorrow) == Objective.objects.count()
    team = Objective.objects.get(ref="team")
    assert (team.figured_on, team.pace) == (date(2026, 11, 20), "red")
    assert team.expected == pytest.approx(0.6, abs=0.2)
    assert recompute(tomorrow) == 0


def test_readings_of_which_nobody_was_told_are_counted(alice, everything):
    wait = KeyResult.objects.get(ref="median-wait-falls")
    Reading.objects.create(metric=wait.metric, day=TODAY, value=7, by=alice, recorded_at=NOON)
    assert "median-wait-falls" in doubtful(NOON)
    recompute(NOON)
    wait.refresh_from_db()
    assert wait.progress == 1


def test_a_closed_cycle_keeps_what_it_had(ada, alice, everything):
    okrs.close_cycle(by=ada, cycle=everything.cycle, at=NOON)
    before = kept()
    for metric in KeyResult.objects.exclude(metric=None).values_list("metric", flat=True):
        Reading.objects.create(metric_id=metric, day=date(2026, 10, 13), value=2, recorded_at=NOON)
    assert doubtful(NOON) == []
    recompute(NOON)
    assert kept() == before


@pytest.mark.parametrize("copies", [1, 4])
def test_it_takes_as_many_queries_whatever_the_rows(ada, alice, everything, copies, django_assert_max_num_queries):
    for number in range(copies):
        objective = an_objective(alice, everything.cycle, f"More {number}")
        for _ in range(copies):
            says(alice, a_key_result(alice, objective), 14)
    with django_assert_max_num_queries(22):
        recompute(moment(date(2026, 11, 20)))


def test_before_anything_is_recorded_there_is_nothing_to_do(ada):
    assert recompute(NOON) == 0
