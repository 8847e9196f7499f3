"""Baselines of a metric and of its parts, targets of parts, and the codes by which others know it, in the browser."""

from datetime import date
from typing import Any

import pytest

from impactline.metrics import actions
from impactline.metrics.models import Metric, PeriodTarget
from impactline.metrics.queries import starts_of
from impactline.people.models import Person
from tests.scenes import a_metric
from tests.web.test_metrics import text_of
from tests.web.visits import MONDAY, queries, read, send, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
HERE = "/metrics/reached"
SEX = ("sex", ["women", "men"])


@pytest.fixture
def reached(alice: Person) -> Metric:
    kind: dict[str, Any] = {"unit": "%", "measure": "percentage", "dimensions": [SEX, ("region", ["north", "south"])]}
    return a_metric(alice, "Reached", ref="reached", owner=alice, **kind)


def test_baselines_are_added_as_a_whole_and_by_part_and_changed_and_removed(
    alice: Person, bob: Person, reached: Metric
) -> None:
    send(alice, f"{HERE}/baselines", day="2026-09-30", value="40", note="Of *all*")
    parts = {"of-0": "women", "of-1": "north", "numerator": "30", "denominator": "40"}
    send(alice, f"{HERE}/baselines", day="2026-09-30", **parts)
    assert [start.categories for start in starts_of(reached)] == [(), (("sex", "women"), ("region", "north"))]
    assert "women, north 75% (30 of 40)" in text_of(read(bob, HERE))

    version = Metric.objects.get(ref="reached").version
    assert 'value="30"' in read(alice, f"{HERE}/baselines/2")
    typed = parts | {"numerator": "20", "value": "75", "version": str(version)}
    send(alice, f"{HERE}/baselines/2", day="2026-09-29", **typed)
    assert starts_of(reached)[1].amount.value == 50

    send(alice, f"{HERE}/baselines/1/removal", version=str(version + 1))
    assert [start.day for start in starts_of(reached)] == [date(2026, 9, 29)]


def test_a_wrong_baseline_is_refused_at_its_field_and_keeps_what_was_typed(alice: Person, reached: Metric) -> None:
    def answer(**typed: str) -> str:
        found = visitor(alice).post(f"{HERE}/baselines", {"day": "2026-09-30", "note": "", **typed})
        assert found.status_code == 422
        return text_of(found.content.decode())

    assert "The baseline is missing. Give a value, or say it in words." in answer()
    assert "1 of 3 make 33.333333333, not 50." in answer(value="50", numerator="1", denominator="3")
    assert "The value has too many digits." in answer(value="1234567890123456")
    assert "Select a valid choice" in answer(value="1", **{"of-0": "dogs"})
    assert starts_of(reached) == []


def test_a_baseline_is_named_by_its_place_in_the_version_that_was_read(alice: Person, reached: Metric) -> None:
    send(alice, f"{HERE}/baselines", day="2026-09-30", value="40")
    stale = {"day": "2026-09-30", "value": "41", "version": "1"}
    answer = visitor(alice).post(f"{HERE}/baselines/1", stale)
    assert answer.status_code == 422
    assert "Somebody else changed this" in text_of(answer.content.decode())
    assert send(alice, f"{HERE}/baselines/1/removal", version="1").status_code == 409
    assert starts_of(reached)[0].amount.value == 40
    assert visitor(alice).get(f"{HERE}/baselines/2").status_code == 404


def test_only_stewards_change_baselines(bob: Person, gil: Person, reached: Metric) -> None:
    for person in (bob, gil):
        assert visitor(person).get(f"{HERE}/baselines").status_code == 403
        assert send(person, f"{HERE}/baselines", day="2026-09-30", value="1").status_code == 403
        assert "Add a baseline" not in read(person, HERE)


def test_the_page_asks_as_often_for_many_baselines_as_for_one(alice: Person, reached: Metric) -> None:
    send(alice, f"{HERE}/baselines", day="2026-09-30", value="40")
    few = queries(alice, HERE)
    for number in range(5):
        send(alice, f"{HERE}/baselines", day=f"2026-08-0{number + 1}", value="40")
    assert queries(alice, HERE) == few


def test_the_target_of_a_part_is_set_in_the_browser(alice: Person, reached: Metric) -> None:
    typed = {"starts_on": "2026-10-01", "ends_on": "2026-12-31", "value": "60", "of-0": "women"}
    send(alice, f"{HERE}/targets", **typed)
    assert PeriodTarget.objects.get().categories == {"sex": "women"}
    assert "women" in text_of(read(alice, f"{HERE}/targets/1"))
    send(alice, f"{HERE}/targets/1", value="50", reason="A clinic closed")
    assert PeriodTarget.objects.get(replaced=False).categories == {"sex": "women"}


def test_codes_by_which_others_know_it_are_typed_one_a_line(alice: Person, reached: Metric) -> None:
    codes = "9: 3.8.1 https://unstats.un.org/sdgs\nOur list: A 7"
    send(alice, f"{HERE}/edit", name="Reached", better="higher", measure="percentage", references=codes)

    found = Metric.objects.get(ref="reached")
    assert found.references == [
        {"vocabulary": "9", "code": "3.8.1", "uri": "https://unstats.un.org/sdgs"},
        {"vocabulary": "Our list", "code": "A 7", "uri": ""},
    ]
    assert "SDG indicator 3.8.1" in text_of(read(alice, HERE))
    assert "9: 3.8.1 https://unstats.un.org/sdgs\nOur list: A 7</textarea>" in read(alice, f"{HERE}/edit")


def test_a_code_without_its_list_is_refused_and_kept(alice: Person, reached: Metric) -> None:
    typed = {"name": "Reached", "better": "higher", "references": "3.8.1"}
    answer = visitor(alice).post(f"{HERE}/edit", typed)
    assert answer.status_code == 422
    assert "3.8.1</textarea>" in answer.content.decode()


def test_a_form_leaves_lists_alone_that_it_could_not_write_as_they_are(alice: Person, reached: Metric) -> None:
    odd: dict[str, Any] = {
        "dimensions": [("sex", ["women, girls", "men"])],
        "references": [{"vocabulary": "a: b", "code": "c", "uri": "urn:x"}],
    }
    actions.change_metric(by=alice, metric=reached, version=None, at=MONDAY, changes=odd)
    shown = {"dimensions": "sex: women, girls, men", "references": "a: b: c urn:x"}
    send(alice, f"{HERE}/edit", name="Renamed", better="higher", measure="percentage", **shown)

    found = Metric.objects.get(ref="reached")
    assert found.name == "Renamed"
    assert found.references == odd["references"]
    assert found.dimensions.get().categories == ["women, girls", "men"]
