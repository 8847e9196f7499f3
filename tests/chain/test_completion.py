"""How far activities and outputs are, and how far they should be."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.chain.completion import (
    Lateness,
    Window,
    Work,
    completion,
    expected_completion,
    lateness,
    share_of_days,
)
from impactline.chain.levels import Level

QUARTER = Window(date(2026, 10, 1), date(2026, 12, 31))  # 91 days
NOVEMBER = date(2026, 11, 1)  # 31 days after the first: 31 ÷ 91 = 0.3407


def activity(**known) -> Work:
    return Work("a", Level.ACTIVITY, "Run a triage line", **known)


def output(**known) -> Work:
    return Work("o", Level.OUTPUT, "Triaged calls", **known)


@pytest.mark.parametrize(
    ("work", "done"),
    [
        (activity(), 0.0),
        (activity(progress=0.5), 0.5),
        (activity(progress=1.3), 1.0),
        (activity(state="draft", progress=0.2), 0.2),
        (activity(state="done"), 1.0),
        (activity(state="done", progress=0.4), 1.0),
        (activity(state="done", progress=0.4, ended_on=date(2026, 11, 1)), 1.0),
        (activity(state="done", progress=0.4, ended_on=date(2026, 11, 2)), 0.4),
        (activity(state="dropped", progress=0.4), None),
        (activity(state="dropped", progress=0.4, ended_on=date(2026, 11, 2)), 0.4),
        (output(planned=400, delivered=120), 0.3),
        (output(planned=400, delivered=500), 1.0),
        (output(planned=400), 0.0),
        (output(planned=400, state="done"), 1.0),
        (output(planned=400, delivered=300, state="done"), 0.75),
        (output(state="done"), 1.0),
        (output(), 0.0),
        (output(delivered=7), 0.0),
        (output(planned=0, state="done"), 1.0),
        (output(planned=400, delivered=300, state="dropped"), None),
        (Work("i", Level.INPUT, "Nurses"), None),
        (Work("x", Level.OUTCOME, "Sooner", state="done"), None),
    ],
)
def test_how_much_is_done(work: Work, done: float | None):
    assert completion(work, NOVEMBER) == done


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (activity(), 31 / 91),
        (activity(starts_on=date(2026, 10, 22), due_on=date(2026, 11, 11)), 0.5),  # 10 of 20 days
        (activity(due_on=date(2026, 12, 2)), 0.5),  # 31 of 62
        (activity(starts_on=date(2026, 11, 1)), 0.0),
        (activity(starts_on=date(2027, 2, 1)), 0.0),
        (activity(due_on=date(2026, 9, 1)), 1.0),
        (activity(starts_on=date(2026, 11, 1), due_on=date(2026, 11, 1)), 1.0),
        (output(due_on=date(2026, 11, 1)), 1.0),
    ],
)
def test_how_much_should_be_done(work: Work, expected: float):
    assert expected_completion(work, NOVEMBER, QUARTER) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("work", "late"),
    [
        (activity(progress=0.3), Lateness.ON_TIME),
        (activity(progress=0.24), Lateness.ON_TIME),  # 0.7 × 0.3407 = 0.2385
        (activity(progress=0.23), Lateness.BEHIND),
        (activity(progress=0.9, due_on=date(2026, 10, 31)), Lateness.OVERDUE),
        (activity(progress=0.9, due_on=date(2026, 11, 1)), Lateness.ON_TIME),
        (activity(state="done", due_on=date(2026, 10, 31)), Lateness.ON_TIME),
        (output(state="done", planned=4, delivered=1, due_on=date(2026, 10, 31)), Lateness.ON_TIME),
        (activity(state="dropped", due_on=date(2026, 10, 31)), Lateness.ON_TIME),
        (output(planned=400, delivered=400, due_on=date(2026, 10, 31)), Lateness.ON_TIME),
    ],
)
def test_work_is_on_time_behind_or_overdue(work: Work, late: Lateness):
    assert lateness(work, NOVEMBER, QUARTER) is late


@given(st.dates(), st.dates(), st.dates(), st.dates())
def test_what_is_expected_never_falls(first: date, last: date, day: date, later: date):
    first, last = sorted((first, last))
    day, later = sorted((day, later))
    assert 0 <= share_of_days(first, last, day) <= share_of_days(first, last, later) <= 1
    assert share_of_days(first, last, last) == 1
