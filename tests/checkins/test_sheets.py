"""Tables of readings, taken all or none: new days, corrections, what is there already; and what follows moves once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from impactline.base.errors import Faults, Forbidden
from impactline.base.numbers import number
from impactline.checkins.sheets import planned, read_table
from impactline.metrics import actions as metrics
from impactline.metrics.models import Metric, Part, Reading
from impactline.okrs.models import KeyResult
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import a_key_result, a_metric, a_running_cycle, an_objective, leaves

pytestmark = pytest.mark.django_db
TABLE = "day,value\n2026-10-05,20\n2026-10-12,17.5\n"


@pytest.fixture
def metric(alice: Person) -> Metric:
    return a_metric(alice, ref="median-wait", unit="days", owner=alice)


def take(by: Person, metric: Metric, text: str = TABLE) -> Any:
    return read_table(by=by, metric=metric, text=text, read=number, at=NOON)


def counts(plan: Any) -> tuple[int, int, int]:
    return plan.count("new"), plan.count("changed"), plan.count("same")


def test_new_days_are_read_and_the_same_table_again_changes_nothing(alice: Person, metric: Metric) -> None:
    with leaves("metric.read_many") as events:
        assert counts(take(alice, metric)) == (2, 0, 0)
    assert events[0].data["days"] == ["2026-10-05", "2026-10-12"]
    with leaves():
        assert counts(take(alice, metric)) == (0, 0, 2)
    assert Reading.objects.count() == 2


def test_another_value_corrects_and_the_earlier_one_stays(alice: Person, metric: Metric) -> None:
    take(alice, metric)
    assert counts(take(alice, metric, TABLE.replace("17.5", "17") + "2026-10-01,21\n")) == (1, 1, 1)
    old = Reading.objects.get(value=Decimal("17.5"))
    assert (old.replaced, Reading.objects.get(replaces=old).value) == (True, 17)


def test_what_follows_moves(alice: Person, ada: Person, metric: Metric) -> None:
    own = a_key_result(alice, an_objective(alice, a_running_cycle(ada)), metric=metric)
    take(alice, metric)
    own.refresh_from_db()
    assert (own.value, own.value_day) == (Decimal("17.5"), date(2026, 10, 12))
    assert KeyResult.objects.get().progress == pytest.approx(0.25)


def test_one_line_that_is_wrong_keeps_all_out(alice: Person, metric: Metric) -> None:
    metrics.lock_period(by=alice, metric=metric, starts_on=date(2026, 10, 5), ends_on=date(2026, 10, 6), at=NOON)
    text = TABLE + "2099-01-01,1\nx,y\n"
    with pytest.raises(Faults) as refusal, leaves():
        take(alice, metric, text)
    assert [fault.field for fault in refusal.value.faults] == ["line 2", "line 4", "line 5"]
    assert not Reading.objects.exists()
    plan = planned(by=alice, metric=metric, text=text, read=number, at=NOON)
    assert (len(plan.rows), len(plan.faults)) == (1, 3)


def test_parts_come_along_and_must_come_to_the_whole_or_say_so(alice: Person, metric: Metric) -> None:
    changes = {"dimensions": [("sex", ("women", "men"))]}
    metric = metrics.change_metric(by=alice, metric=metric, version=None, at=NOON, changes=changes)
    text = "day,sex,value\n2026-10-05,women,12\n2026-10-05,men,8\n"
    assert counts(take(alice, metric, text)) == (1, 0, 0)
    assert Reading.objects.get().value == 20
    assert [part.categories for part in Part.objects.order_by("id")] == [{"sex": "women"}, {"sex": "men"}]
    assert counts(take(alice, metric, text)) == (0, 0, 1)
    assert counts(take(alice, metric, text.replace("12", "13"))) == (0, 1, 0)
    with pytest.raises(Faults, match="no category"):
        take(alice, metric, text.replace("men,8", "none,8"))


def test_shares_are_worked_out_and_words_are_taken(alice: Person) -> None:
    share = a_metric(alice, "Share", ref="share", measure="percentage", numerator="Seen", denominator="All")
    take(alice, share, "day,numerator,denominator\n2026-10-05,1,3\n")
    assert Reading.objects.get().value == Decimal("33.333333333")
    assert counts(take(alice, share, "day,numerator,denominator\n2026-10-05,1,3\n")) == (0, 0, 1)
    words = a_metric(alice, "Mood", ref="mood", measure="qualitative")
    assert counts(take(alice, words, "day,note\n2026-10-05,Calm\n")) == (1, 0, 0)


def test_a_day_with_two_readings_is_left_to_people(alice: Person, metric: Metric) -> None:
    for value in (20, 19):
        metrics.enter(by=alice, metric_id=metric.pk, value=Decimal(value), day=date(2026, 10, 5), at=NOON)
    assert counts(take(alice, metric, "2026-10-05,20")) == (0, 0, 1)
    with pytest.raises(Faults, match="2 readings"):
        take(alice, metric, "2026-10-05,18")


def test_only_its_stewards_read_it_out(charlie: Person, gil: Person, metric: Metric) -> None:
    for person in (charlie, gil):
        with pytest.raises(Forbidden):
            take(person, metric)
        with pytest.raises(Forbidden):
            planned(by=person, metric=metric, text=TABLE, read=number, at=NOON)


def test_many_lines_take_as_many_questions_as_few_for_each_five_hundred(
    alice: Person, metric: Metric, django_assert_max_num_queries: Any
) -> None:
    first = date(2015, 1, 1).toordinal()
    lines = [f"{date.fromordinal(first + at)},{at}" for at in range(4000)]
    with django_assert_max_num_queries(60):
        assert counts(take(alice, metric, "\n".join(lines))) == (4000, 0, 0)
    with django_assert_max_num_queries(20):
        assert counts(take(alice, metric, "\n".join(lines))) == (0, 0, 4000)
