"""Forecast and signals on the pages of key results and metrics: said, drawn, explained, and as of a day."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest

from impactline.checkins.actions import read_metric
from impactline.okrs import actions
from impactline.okrs.measure import Milestone
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person
from tests.scenes import STARTS_ON, a_delivery, a_key_result, a_metric, a_running_cycle, an_objective, moment, says
from tests.web.visits import queries, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def objective(ada: Person, alice: Person) -> Objective:
    return an_objective(alice, a_running_cycle(ada), ref="waiting")


@pytest.fixture
def wait(alice: Person, objective: Objective) -> KeyResult:
    key_result = a_key_result(alice, objective, ref="wait")
    for week, value in enumerate((20, 18, 17, 15, 14), 1):
        says(alice, key_result, value, at=moment(STARTS_ON + timedelta(days=7 * week)))
    return key_result


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\u00a0", " ")


def forecast_of(alice: Person, address: str) -> str:
    html = read(alice, address)
    part = re.search(r'<section[^>]*id="forecast".*?</section>', html, re.DOTALL)
    return text_of(part.group()) if part else ""


def test_it_says_the_chance_the_intervals_and_why(alice: Person, wait: KeyResult) -> None:
    words = forecast_of(alice, "/key-results/wait")

    assert re.search(r"Reaches the target with a chance of \d+%\. Likely between [\d.]+ and [\d.]+ days on", words)
    assert "It has moved by -1.4 days a week so far; -1.1 days are needed from now on" in words.replace("−", "-")
    assert "In 80% of cases" in words


def test_figures_are_as_the_reader_writes_them(alice: Person, objective: Objective) -> None:
    alice.locale = "de"
    alice.save()
    share = a_key_result(alice, objective, ref="share", baseline=Decimal(20), target=Decimal(60), unit="%")
    for week, value in enumerate(("22.5", "25", "27.5", "29"), 1):
        says(alice, share, Decimal(value), at=moment(STARTS_ON + timedelta(days=7 * week)))
    words = forecast_of(alice, "/key-results/share")
    assert "In 80 % of cases" in words
    assert re.search(r"Likely between [\d,]+ % and [\d,]+ % on \d\d\.\d\d\.2026", words)
    assert "2,2 percentage points a week so far" in words


def test_it_is_drawn_as_a_fan_with_its_half_and_its_middle(alice: Person, wait: KeyResult) -> None:
    html = read(alice, "/key-results/wait")
    for part in ('class="fan"', 'class="fan half"', 'class="fan-middle"'):
        assert part in html


def test_every_number_explains_itself(alice: Person, wait: KeyResult) -> None:
    html = read(alice, "/key-results/wait")
    for what in ("forecast", "variation"):
        assert f'href="/key-results/wait/explanations/{what}"' in html
        assert "Wed" not in read(alice, f"/key-results/wait/explanations/{what}", fragment=True)
    words = text_of(read(alice, "/key-results/wait/explanations/forecast", fragment=True))
    for word in ("in the middle", "80% of cases", "pace needed", "best pace seen", "P ="):
        assert word in words


def test_it_is_as_of_a_day(alice: Person, wait: KeyResult) -> None:
    early = forecast_of(alice, "/key-results/wait?as_of=2026-10-15")
    assert "There are only 2 readings, so it is wide." in early
    assert "/key-results/wait/days/2026-10-15/explanations/forecast" in read(
        alice, "/key-results/wait?as_of=2026-10-15"
    )
    assert "only" not in forecast_of(alice, "/key-results/wait")


def test_without_a_reading_it_says_what_is_usual(alice: Person, objective: Objective) -> None:
    a_key_result(alice, objective, ref="fresh")
    assert "Nothing has been read yet, and nothing like it is closed" in forecast_of(alice, "/key-results/fresh")


def test_each_type_has_its_own_words(alice: Person, objective: Objective) -> None:
    steps = [Milestone(f"Step {number}") for number in range(4)]
    a_key_result(alice, objective, "Steps", type="milestones", milestones=steps, ref="steps")
    a_key_result(alice, objective, "Licence", type="binary", ref="licence")
    a_key_result(alice, objective, "Clinics", type="control", ref="control")
    a_key_result(alice, objective, "Not said yet", type="open", ref="open")
    held = a_key_result(alice, objective, "Nurses", type="at_least", target=Decimal(5), unit="nurses", ref="held")
    says(alice, held, 6)

    assert "Reaches the target with a chance of" in forecast_of(alice, "/key-results/steps")
    assert "Will be done by" in forecast_of(alice, "/key-results/licence")
    assert "In 80%" not in forecast_of(alice, "/key-results/licence")
    assert "Reaches the target with a chance of" in forecast_of(alice, "/key-results/control")
    assert "it is not said yet how this is measured" in forecast_of(alice, "/key-results/open")
    assert "Stands inside its bounds with a chance of" in forecast_of(alice, "/key-results/held")
    assert "There is one reading only" in forecast_of(alice, "/key-results/held")


def test_a_wrong_entry_is_named_with_what_was_meant(alice: Person, objective: Objective) -> None:
    key_result = a_key_result(alice, objective, ref="wait")
    for week, value in enumerate((20, 19, 180, 18, 18, 17), 1):
        says(alice, key_result, value, at=moment(STARTS_ON + timedelta(days=7 * week)))

    words = forecast_of(alice, "/key-results/wait")

    assert "180 days on Oct 22, 2026 is of another scale than the others. Was 18 days meant?" in words
    assert "One reading seems to be of another scale" in words


def test_a_closed_cycle_has_a_result_and_no_forecast(ada: Person, alice: Person, wait: KeyResult) -> None:
    cycle = wait.objective.cycle
    cycle = actions.begin_closing(by=ada, cycle=cycle, at=moment(date(2026, 11, 12)))
    actions.score_key_result(by=alice, key_result=wait, given=0.5, reason="So far", at=moment(date(2026, 11, 12)))
    actions.close_cycle(by=ada, cycle=cycle, at=moment(date(2026, 11, 13)))
    assert "the time is over" in forecast_of(alice, "/key-results/wait")
    assert "Reaches the target" in forecast_of(alice, "/key-results/wait?as_of=2026-11-01")


def test_the_page_asks_as_often_whatever_was_read(alice: Person, objective: Objective) -> None:
    key_result = a_key_result(alice, objective, ref="wait")
    says(alice, key_result, 20, at=moment(STARTS_ON + timedelta(days=7)))
    few = queries(alice, "/key-results/wait")
    for day in range(8, 40, 3):
        says(alice, key_result, 20 - day / 10, at=moment(STARTS_ON + timedelta(days=day)))
    assert queries(alice, "/key-results/wait") == few


def test_it_says_what_the_chain_is_still_to_bring(ada: Person, alice: Person, objective: Objective) -> None:
    metric = a_metric(alice, ref="median-wait", unit="days")
    key_result = a_key_result(alice, objective, ref="wait", metric=metric)
    for week, value in enumerate((21, 20.8, 21), 1):
        says(alice, key_result, value, at=moment(STARTS_ON + timedelta(days=7 * week)))
    a_delivery(alice, metric)
    words = forecast_of(alice, "/key-results/wait")
    assert "The chain expects another −4.8 days from what is delivered; counted with " in words
    assert "The chain expects another −4.8 days" in text_of(read(alice, "/key-results/wait/explanations/forecast"))
    assert "The chain expects" not in forecast_of(alice, "/key-results/wait?as_of=2026-11-15")

    a_delivery(alice, metric, visibility="private", ref="secret")
    assert forecast_of(ada, "/key-results/wait") == words
    many = queries(alice, "/key-results/wait")
    a_delivery(alice, metric, ref="more")
    assert queries(alice, "/key-results/wait") == many


def test_a_metric_is_foretold_for_its_healthy_range(alice: Person) -> None:
    metric = a_metric(alice, ref="waits", unit="days", healthy_at_most=Decimal(20), better="lower")
    assert forecast_of(alice, "/metrics/waits") == ""
    for week, value in enumerate((18, 17, 19, 18, 17, 18)):
        day = STARTS_ON + timedelta(days=7 * week)
        read_metric(by=alice, metric=metric, value=Decimal(value), day=day, at=moment(day))

    words = forecast_of(alice, "/metrics/waits")

    assert "Chance of being healthy" in words
    assert "Is healthy with a chance of" in words
    assert "is within the usual variation" in words
    assert 'class="fan"' in read(alice, "/metrics/waits")
    assert "50% of cases" in text_of(read(alice, "/metrics/waits/explanations/forecast", fragment=True))
    assert "Usual variation" in read(alice, "/metrics/waits/explanations/variation", fragment=True)
