"""Targets by period, parts, quality and locked periods on the page of a metric."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from impactline.checkins import actions as checkins
from impactline.metrics import actions
from impactline.metrics.breakdown import PartOf
from impactline.metrics.models import LockedPeriod, Metric, PeriodTarget, Reading
from impactline.people.models import Person
from tests.metrics.test_adding import amount
from tests.scenes import a_metric, moment
from tests.web.test_metrics import text_of
from tests.web.visits import MONDAY, queries, read, send, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
TODAY = MONDAY.date()
HERE = "/metrics/reached"
QUARTER: dict[str, Any] = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 12, 31)}


@pytest.fixture
def reached(alice: Person) -> Metric:
    return a_metric(
        alice,
        "Reached",
        ref="reached",
        unit="%",
        measure="percentage",
        owner=alice,
        dimensions=[("sex", ["women", "men"])],
    )


def test_a_reading_is_entered_with_its_parts_and_shown_with_what_is_missing(alice: Person, reached: Metric) -> None:
    typed = {"numerator": "60", "denominator": "100", "day": str(TODAY), "quality": "provisional", "note": ""}
    typed |= {"part-0-0-numerator": "30", "part-0-0-denominator": "40", "evidence_url": "https://example.org/r"}
    send(alice, f"{HERE}/readings", **typed)

    text = text_of(read(alice, HERE))

    assert Reading.objects.get().value == 60
    assert "By sex women 75% (30 of 40)" in text
    assert "Incomplete 30 of 60 are missing. Without a part: men." in text
    assert "Provisional" in text
    assert 'href="https://example.org/r" rel="noopener noreferrer"' in read(alice, HERE)


def test_a_wrong_reading_keeps_what_was_typed(alice: Person, reached: Metric) -> None:
    typed = {"value": "50", "numerator": "1", "denominator": "3", "day": str(TODAY), "note": "Mine"}
    answer = visitor(alice).post(f"{HERE}/readings", typed)
    assert answer.status_code == 422
    assert "1 of 3 make 33.333333333, not 50." in text_of(answer.content.decode())
    assert "Mine" in answer.content.decode()


def test_the_target_of_a_part_is_compared_with_what_was_read_of_that_part(alice: Person, reached: Metric) -> None:
    for share, sex in ((50, "women"), (30, "men")):
        actions.set_target(
            by=alice, metric=reached, at=MONDAY, value=Decimal(share), categories={"sex": sex}, **QUARTER
        )
    assert text_of(read(alice, HERE)).count("Nothing was read in this period.") == 2
    for day, women in ((date(2026, 11, 2), 10), (TODAY, 30)):
        parts = [PartOf((("sex", "women"),), amount(None, women, 40))]
        checkins.read_metric(by=alice, metric=reached, parts=parts, day=day, at=moment(day))

    text = text_of(read(alice, HERE))

    assert "women Now 50% 75% (30 of 40) +25% Met The last of 2 readings" in text
    assert "men Now 30% – Nothing read – Nothing to compare Nothing was read in this period." in text


def test_a_correction_keeps_parts_and_evidence_that_it_does_not_touch(alice: Person, reached: Metric) -> None:
    parts = [PartOf((("sex", "women"),), amount(None, 30, 40)), PartOf((("sex", "men"),), amount(None, 20, 60))]
    checkins.read_metric(by=alice, metric=reached, parts=parts, day=TODAY, at=moment(TODAY))
    html = read(alice, f"{HERE}/readings/1")
    assert 'name="part-0-1-numerator"' in html
    typed = {"numerator": "50", "denominator": "100", "day": str(TODAY), "part-0-0-numerator": "30"}
    typed |= {"part-0-0-denominator": "40", "part-0-1-numerator": "20", "part-0-1-denominator": "60"}
    send(alice, f"{HERE}/readings/1", **typed)
    assert Reading.objects.get(replaced=False).parts.count() == 2


def test_a_target_is_set_compared_and_revised_with_a_reason(alice: Person, bob: Person, reached: Metric) -> None:
    checkins.read_metric(by=alice, metric=reached, value=Decimal(55), day=TODAY, at=moment(TODAY))
    send(alice, f"{HERE}/targets", starts_on="2026-10-01", ends_on="2026-12-31", value="60")
    text = text_of(read(alice, HERE))
    assert "60% 55% −5% Not met" in text
    assert "Now" in text

    send(alice, f"{HERE}/targets/1", value="50", reason="A clinic closed")
    text = text_of(read(bob, HERE))
    assert "+5% Met" in text
    assert "A clinic closed (Alice" in text
    assert "Before: 60" in text
    assert PeriodTarget.objects.count() == 2
    assert "Revise" not in text
    assert visitor(bob).get(f"{HERE}/targets/2").status_code == 403


def test_a_period_is_locked_and_unlocked_with_a_reason(alice: Person, reached: Metric) -> None:
    send(alice, f"{HERE}/locked-periods", starts_on="2026-10-01", ends_on="2026-12-31", reason="Reported")
    assert "Reported" in text_of(read(alice, HERE))
    refused = visitor(alice).post(f"{HERE}/readings", {"value": "1", "day": str(TODAY), "note": ""})
    assert refused.status_code == 422
    assert "is locked" in text_of(refused.content.decode())
    send(alice, f"{HERE}/locked-periods/1/unlocking", reason="A late form")
    assert LockedPeriod.objects.get().unlock_reason == "A late form"


def test_a_metric_is_defined_in_full(alice: Person) -> None:
    typed = {"name": "Share", "unit": "%", "better": "higher", "measure": "percentage", "aggregation": "per_period"}
    typed |= {"dimensions": "sex: women, men\nregion: north", "ref": "share", "adds_up": "1", "definition": ""}
    send(alice, "/metrics/new", **typed)
    made = Metric.objects.get(ref="share")
    assert [(row.name, row.categories) for row in made.dimensions.all()] == [
        ("sex", ["women", "men"]),
        ("region", ["north"]),
    ]
    assert "Broken down by sex: women, men; region: north" in text_of(read(alice, "/metrics/share"))
    assert "region: north" in read(alice, "/metrics/share/edit")


def test_the_page_takes_the_same_number_of_queries_whatever_the_rows(alice: Person, reached: Metric) -> None:
    def grow(times: int) -> None:
        for at in range(times):
            day = date(2026, 10, 1 + at)
            parts = [PartOf((("sex", "women"),), amount(None, 30, 40))]
            checkins.read_metric(by=alice, metric=reached, parts=parts, day=day, at=moment(day))

    actions.set_target(by=alice, metric=reached, value=Decimal(1), at=moment(TODAY), **QUARTER)
    grow(1)
    few = queries(alice, HERE)
    grow(8)
    assert queries(alice, HERE) == few
