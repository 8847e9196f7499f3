"""How hard a target is: graded by its chance, with what to say of it for its kind."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from impactline.insight.forecast import Outlook, forecast
from impactline.insight.forecast.difficulty import Difficulty, Grade, difficulty, grade
from impactline.insight.forecast.telling import Words
from impactline.insight.noise import examine
from impactline.okrs.measure import Kind, Measure, Milestone, Reading, Type
from impactline.okrs.period import Period

QUARTER = Period(date(2027, 1, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("reach", "found"),
    [
        (1.0, Grade.EASY),
        (0.9, Grade.EASY),
        (0.6, Grade.WITHIN_REACH),
        (0.3, Grade.STRETCH),
        (0.1, Grade.HARD),
        (0.09, Grade.BEYOND),
        (0.0, Grade.BEYOND),
    ],
)
def test_the_grade_is_by_the_chance(reach: float, found: Grade) -> None:
    assert grade(reach) is found


def judged(baseline: int, target: int, *values: float, kind: Kind = Kind.COMMITTED) -> Difficulty:
    """The difficulty of next quarter's target, after weekly readings up to its first day."""
    measure = Measure(Type.METRIC, Decimal(baseline), Decimal(target), unit="days")
    days = [QUARTER.starts_on - timedelta(days=7 * ago) for ago in range(len(values) - 1, -1, -1)]
    readings = [Reading(day, Decimal(str(value))) for day, value in zip(days, values, strict=True)]
    outlook = forecast(measure, kind, readings, QUARTER, QUARTER.starts_on)
    assert isinstance(outlook, Outlook)
    usual = examine([(row.day, float(row.value)) for row in readings], QUARTER.starts_on, 7).usual
    found = difficulty(measure, kind, outlook, usual, Words())
    assert found is not None
    return found


def test_without_a_reading_it_says_what_is_usual() -> None:
    found = judged(20, 10)
    assert found.grade is Grade.HARD
    assert "Nothing is known of it yet; about 24 % of such targets are reached elsewhere." in found.lines
    assert found.lines[-1].startswith("A committed one is to be reached for certain")


def test_an_aspirational_one_is_told_the_chance_of_its_success_too() -> None:
    found = judged(20, 10, 20, 19, 18, 17, kind=Kind.ASPIRATIONAL)
    assert any(line.startswith("A score of 0.7, which is success for an aspirational one") for line in found.lines)
    assert not any("aspirational" in line for line in judged(20, 19, 21, 20, 19, 18, 17).lines)


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (Measure(Type.CONTROL), "If four of five check-ins are kept, as is usual"),
        (Measure(Type.MILESTONES, milestones=(Milestone("One"), Milestone("Two"))), "If four of five of those"),
        (Measure(Type.BINARY), "Nothing is known of it yet"),
    ],
)
def test_what_is_counted_names_what_it_goes_by(measure: Measure, words: str) -> None:
    outlook = forecast(measure, Kind.COMMITTED, [], QUARTER, QUARTER.starts_on)
    assert isinstance(outlook, Outlook)
    found = difficulty(measure, Kind.COMMITTED, outlook, None, Words())
    assert found is not None
    assert found.lines[0].startswith(words)


def test_a_target_far_from_where_it_ever_went_is_told_its_pace() -> None:
    found = judged(20, 2, 20, 21, 20, 20, 19, 20, 21, 20, 20, 20)
    assert found.grade in (Grade.HARD, Grade.BEYOND)
    assert found.lines[0].startswith("If it goes on as its last 9 readings say")
    assert any(line.startswith("It needs −1.4 days a week; the best it ever did was") for line in found.lines)


def test_a_target_where_it_is_already_going_is_easier() -> None:
    falling = judged(20, 16, 33, 31.5, 30.2, 28.9, 27, 25.8, 24.1, 22.9, 21.3, 20)
    still = judged(20, 16, 20, 20.3, 19.8, 20, 20.1, 19.7, 20, 20.2, 19.9, 20)
    assert falling.reach > still.reach + 0.1


def test_a_target_within_the_usual_variation_is_said_to_be() -> None:
    found = judged(20, 19, 20, 22, 18, 21, 19, 20, 22, 18, 21, 20, kind=Kind.ASPIRATIONAL)
    assert any("may be met by chance" in line for line in found.lines)


def test_an_easy_aspirational_one_may_aim_higher() -> None:
    found = judged(20, 19, 33, 31.5, 30.2, 28.9, 27, 25.8, 24.1, 22.9, 21.3, 12, kind=Kind.ASPIRATIONAL)
    assert found.grade in (Grade.EASY, Grade.WITHIN_REACH)
