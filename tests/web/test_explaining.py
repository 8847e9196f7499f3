"""Every number explains itself, to whoever may see its item, as of today or an earlier day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from impactline.checkins.actions import read_metric
from impactline.okrs import actions
from impactline.okrs.measure import Milestone
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person
from impactline.web.explaining import KEY_RESULT
from impactline.web.explaining_objectives import OBJECTIVE
from tests.scenes import a_key_result, a_metric, a_running_cycle, an_objective, moment, says
from tests.web.visits import MONDAY, queries, read, untold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def objective(ada: Person, alice: Person) -> Objective:
    return an_objective(alice, a_running_cycle(ada), ref="waiting", kind="committed")


@pytest.fixture
def wait(alice: Person, objective: Objective) -> KeyResult:
    key_result = a_key_result(alice, objective, ref="wait", title="Median wait falls")
    says(alice, key_result, 18, at=moment(date(2026, 10, 12)), confidence=6, status="on_track")
    says(alice, key_result, 14, at=MONDAY, confidence=7)
    return key_result


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("progress", ["(14 − 21) ÷ (7 − 21) = 0.5", "50%", "14 days"]),
        ("value", ["14\u00a0days", "Alice Adler", "Nov 16, 2026"]),
        ("expected", ["46 ÷ 91 = 0.505", "Linear in days", "51%"]),
        ("pace", ["landing = 0.5 ÷ 0.505 = 0.989", "Green: landing 0.989 is at least 0.95 (committed)", "On pace"]),
        ("confidence", ["7 of 10: medium", "7/10"]),
        ("status", ["on track", "computed pace", "On track"]),
        ("score", ["given", "none", "suggested"]),
        ("weight", ["0.5 limited to 0 … 1 = 0.5", "It brings 1 × 0.5 to its objective", "100%, equal share"]),
    ],
)
def test_each_figure_of_a_key_result_tells_its_formula_and_rule(
    alice: Person, wait: KeyResult, what: str, told: list[str]
) -> None:
    text = read(alice, f"/key-results/wait/explanations/{what}", fragment=True)

    for words in [*told, "As of", "Nov 16, 2026"]:
        assert words in text
    assert "<html" not in text


def test_an_earlier_day_is_explained_by_what_was_known_then(alice: Person, wait: KeyResult) -> None:
    text = read(alice, "/key-results/wait/days/2026-10-20/explanations/progress", fragment=True)

    assert "(18 − 21) ÷ (7 − 21) = 0.214" in text
    assert "Oct 20, 2026" in text


def test_numbers_and_days_are_those_of_the_reader(alice: Person, wait: KeyResult) -> None:
    Person.objects.filter(pk=alice.pk).update(locale="de")

    text = read(alice, "/key-results/wait/explanations/progress", fragment=True)

    assert "= 0,5" in text
    assert "16.11.2026" in text


@pytest.mark.parametrize(
    ("measure", "said", "told"),
    [
        ({"type": "at_least", "target": Decimal(95), "unit": "%"}, 93, "93 ≥ 95 is not met = 0"),
        ({"type": "range", "low": Decimal(2), "high": Decimal(8)}, 5, "2 ≤ 5 ≤ 8 is met = 1"),
        ({"type": "control"}, 1, "1 ÷ 13 = 0.077"),
        ({"type": "binary"}, 1, "done = 1"),
        ({"type": "rubric", "levels": ["None", "Some", "All"]}, 1, "1 ÷ 2 = 0.5"),
        ({"type": "milestones", "milestones": [Milestone("A"), Milestone("B", Decimal(3))]}, 1, "1 ÷ 4 = 0.25"),
        ({"type": "find_baseline"}, 7, "no progress"),
    ],
)
def test_every_type_is_explained_in_its_own_way(
    alice: Person, objective: Objective, measure: dict[str, Any], said: int, told: str
) -> None:
    key_result = a_key_result(alice, objective, ref="kr", **measure)
    says(alice, key_result, said, at=MONDAY)

    assert told in read(alice, "/key-results/kr/explanations/progress", fragment=True)
    for what in KEY_RESULT:
        read(alice, f"/key-results/kr/explanations/{what}", fragment=True)


def test_the_explanation_is_a_page_for_who_opens_its_address(alice: Person, wait: KeyResult) -> None:
    text = read(alice, "/key-results/wait/explanations/pace")

    assert "<html" in text
    assert 'href="/key-results/wait"' in text


def test_an_objective_adds_up_its_parts(alice: Person, bob: Person, objective: Objective, wait: KeyResult) -> None:
    child = an_objective(bob, objective.cycle, title="Phones are answered", ref="phones")
    says(bob, a_key_result(bob, child), 7, at=MONDAY)
    actions.align(by=bob, child=child, parent=objective, at=MONDAY)
    actions.change_objective(by=alice, objective=objective, version=None, at=MONDAY, changes={"driver": "both"})

    text = read(alice, "/objectives/waiting/explanations/progress", fragment=True)
    pace = read(alice, "/objectives/waiting/explanations/pace", fragment=True)

    assert "0.5 × 0.5 + 0.5 × 1 = 0.75" in text
    assert "Phones are answered: 0.5 × 1" in text
    assert "Median wait falls: On pace" in pace
    assert "the worst of On pace, On pace = On pace" in pace


def test_the_pace_and_status_of_an_objective_name_the_part_that_is_worst(
    alice: Person, bob: Person, objective: Objective, wait: KeyResult
) -> None:
    child = an_objective(bob, objective.cycle, title="Phones are answered", ref="phones")
    says(bob, a_key_result(bob, child), 21, at=MONDAY, status="off_track")
    actions.align(by=bob, child=child, parent=objective, at=MONDAY, weight=10)
    actions.change_objective(by=alice, objective=objective, version=None, at=MONDAY, changes={"driver": "both"})
    says(alice, wait, 7, at=MONDAY, status="on_track")

    pace = read(alice, "/objectives/waiting/explanations/pace", fragment=True)
    status = read(alice, "/objectives/waiting/explanations/status", fragment=True)

    assert "the worst of On pace, Well behind = Well behind" in pace
    assert "The mean is where it should be, but not every part is." in pace
    assert "the worst of On track, Off track = Off track" in status
    assert "Phones are answered: Off track" in status


def test_every_figure_of_an_objective_is_explained(alice: Person, objective: Objective, wait: KeyResult) -> None:
    told = {what: read(alice, f"/objectives/waiting/explanations/{what}", fragment=True) for what in OBJECTIVE}

    assert "1 × 0.505 = 0.505" in told["expected"]
    assert "7/10" in told["confidence"]
    assert "The worst status" in told["status"]
    assert "suggested" in told["score"]


def test_an_empty_objective_has_nothing_to_add(alice: Person, objective: Objective) -> None:
    assert "no progress" in read(alice, "/objectives/waiting/explanations/progress", fragment=True)
    for what in OBJECTIVE:
        read(alice, f"/objectives/waiting/explanations/{what}", fragment=True)


def test_an_objective_driven_by_its_own_metric_shows_its_way(ada: Person, alice: Person, objective: Objective) -> None:
    metric = a_metric(ada, unit="days")
    changes = {"driver": "metric", "metric": metric, "baseline": Decimal(20), "target": Decimal(10)}
    actions.change_objective(by=alice, objective=objective, version=None, at=MONDAY, changes=changes)
    read_metric(by=ada, metric=metric, value=Decimal(15), at=MONDAY)

    text = read(alice, "/objectives/waiting/explanations/progress", fragment=True)

    assert "(15 − 20) ÷ (10 − 20) = 0.5" in text


@pytest.mark.parametrize(
    "address",
    [
        "/key-results/wait/explanations/nonsense",
        "/objectives/waiting/explanations/nonsense",
        "/key-results/wait/days/tomorrow/explanations/pace",
        "/key-results/absent/explanations/pace",
    ],
)
def test_what_is_not_there_is_not_found(alice: Person, wait: KeyResult, address: str) -> None:
    read(alice, address, status=404)


def test_charlie_finds_no_explanation_of_what_is_private(alice: Person, charlie: Person, wait: KeyResult) -> None:
    actions.change_objective(
        by=alice, objective=wait.objective, version=None, at=MONDAY, changes={"visibility": "private"}
    )

    for address in ("/key-results/{}/explanations/pace", "/objectives/{}/explanations/pace"):
        hidden = read(charlie, address.format("wait" if "key" in address else "waiting"), status=404)
        absent = read(charlie, address.format("nowhere"), status=404)
        assert untold(hidden, "waiting", "wait") == untold(absent, "nowhere")


def test_an_explanation_asks_as_often_for_a_hundred_parts_as_for_ten(alice: Person, objective: Objective) -> None:
    for number in range(10):
        a_key_result(alice, objective, title=f"Part {number}")
    few = queries(alice, "/objectives/waiting/explanations/progress", fragment=True)
    for number in range(90):
        a_key_result(alice, objective, title=f"More {number}")

    assert queries(alice, "/objectives/waiting/explanations/progress", fragment=True) == few
