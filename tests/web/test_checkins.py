"""Check-ins through the pages: recorded in place, refused with nothing lost, corrected with the history kept."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from impactline.checkins.models import CheckIn
from impactline.okrs import actions
from impactline.okrs.measure import Milestone
from impactline.okrs.models import Cycle, KeyResult, Objective
from impactline.okrs.models import Milestone as Step
from impactline.people.models import Person, Team
from tests.scenes import a_key_result, a_metric, a_running_cycle, an_objective, says
from tests.web.visits import MONDAY, read, send, untold, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ADDRESS = "/key-results/wait/check-ins"


@pytest.fixture
def objective(ada: Person, alice: Person, care: Team) -> Objective:
    return an_objective(alice, a_running_cycle(ada), ref="waiting", team=care)


@pytest.fixture
def wait(alice: Person, objective: Objective) -> KeyResult:
    return a_key_result(alice, objective, ref="wait", title="Median wait falls", owner=alice)


def last() -> CheckIn:
    return CheckIn.objects.order_by("-id")[0]


# --- recording ---


def test_a_check_in_is_recorded_and_rolled_up_and_its_item_is_done(alice: Person, wait: KeyResult) -> None:
    answer = send(alice, ADDRESS, fragment=True, value="14", confidence="7", status="at_risk", note="The phone line.")
    text = answer.content.decode()

    assert answer.status_code == 200
    assert 'id="due-wait" data-done' in text
    assert "14\u00a0days, confidence 7, at risk · progress 50%" in text
    assert 'href="/key-results/wait/check-ins/1"' in text
    assert (last().value, last().confidence, last().status, last().note, last().by) == (
        14,
        7,
        "at_risk",
        "The phone line.",
        alice,
    )
    assert Objective.objects.get(ref="waiting").progress == 0.5


def test_without_script_the_page_comes_back(alice: Person, wait: KeyResult) -> None:
    assert send(alice, ADDRESS + "?from=home", value="14").headers["Location"] == "/"
    assert send(alice, ADDRESS, value="13").headers["Location"] == "/key-results/wait"


def test_a_number_is_read_as_the_reader_writes_it(alice: Person, wait: KeyResult) -> None:
    Person.objects.filter(pk=alice.pk).update(locale="de")

    text = send(alice, ADDRESS, fragment=True, value="12,5").content.decode()

    assert last().value == Decimal("12.5")
    assert "12,5\u00a0days" in text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"value": "about 12"}, "is not a number"),
        ({"value": "NaN"}, "number"),
        ({"value": "9" * 400}, "number"),
        ({"value": "1e400"}, "large"),
        ({}, "Nothing to record."),
        ({"value": "14", "day": "2026-11-17"}, "still to come"),
        ({"value": "14", "day": "yesterday"}, "Write the day"),
        ({"value": "14", "confidence": "11"}, "Select a valid choice"),
        ({"value": "14", "note": "x" * 20_001}, "20000"),
    ],
)
def test_what_is_wrong_stands_beside_what_was_typed(
    alice: Person, wait: KeyResult, said: dict[str, str], told: str
) -> None:
    typed = {"note": "Two nurses are ill.", **said}
    if not said:
        typed = {}
    answer = send(alice, ADDRESS, fragment=True, **typed)
    text = answer.content.decode()

    assert answer.status_code == 422
    assert told in text
    assert 'id="due-wait"' in text
    assert typed.get("note", "")[:19] in text
    assert f'value="{typed["value"]}"' in text if "value" in typed else True
    assert not CheckIn.objects.exists()


def test_a_check_in_can_be_for_an_earlier_day(alice: Person, wait: KeyResult) -> None:
    send(alice, ADDRESS, value="14", day="2026-11-02")

    assert (last().day, last().recorded_at) == (date(2026, 11, 2), MONDAY)


def test_confidence_alone_is_worth_saying(alice: Person, wait: KeyResult) -> None:
    assert send(alice, ADDRESS, fragment=True, confidence="0").status_code == 200
    assert last().confidence == 0


@pytest.mark.parametrize(
    ("measure", "said", "words"),
    [
        ({"type": "binary"}, {"value": "1"}, "done · progress 100%"),
        ({"type": "rubric", "levels": ["None", "Some", "All"]}, {"value": "1"}, "Some · progress 50%"),
        ({"type": "control"}, {"value": "1"}, "kept · progress 8%"),
        ({"type": "find_baseline", "unit": "%"}, {"value": "3.5"}, "3.5%"),
        ({"type": "open"}, {"confidence": "4"}, "confidence 4"),
    ],
)
def test_every_type_is_answered_in_its_own_words(
    alice: Person, objective: Objective, measure: dict[str, Any], said: dict[str, str], words: str
) -> None:
    a_key_result(alice, objective, ref="wait", owner=alice, **measure)

    assert words in send(alice, ADDRESS, fragment=True, **said).content.decode()


def test_milestones_are_ticked_and_unticked(alice: Person, objective: Objective) -> None:
    steps = [Milestone("Registered"), Milestone("Papers sent"), Milestone("Granted")]
    a_key_result(alice, objective, ref="wait", type="milestones", milestones=steps)

    send(alice, ADDRESS, milestones="1", milestone=["1", "3"])
    assert [step.reached_on for step in Step.objects.order_by("position")] == [MONDAY.date(), None, MONDAY.date()]
    text = send(alice, ADDRESS, fragment=True, milestones="1", milestone=["1"]).content.decode()

    assert [step.reached_on for step in Step.objects.order_by("position")] == [MONDAY.date(), None, None]
    assert "1 of 3 · progress 33%" in text


def test_a_shared_metric_moves_all_that_follow_it(ada: Person, alice: Person, objective: Objective) -> None:
    metric = a_metric(ada)
    a_key_result(alice, objective, ref="wait", metric=metric, owner=alice)
    other = a_key_result(alice, objective, ref="other", metric=metric, target=Decimal(14))

    send(alice, ADDRESS, value="14")

    assert KeyResult.objects.get(pk=other.pk).progress == 1


# --- refusals ---


def test_an_outsider_may_not_check_in(charlie: Person, gil: Person, wait: KeyResult) -> None:
    for person in (charlie, gil):
        for said in ({"value": "14"}, {"value": "nonsense"}):
            assert send(person, ADDRESS, fragment=True, **said).status_code == 403
    assert not CheckIn.objects.exists()


def test_to_charlie_a_private_key_result_is_absent(alice: Person, charlie: Person, wait: KeyResult) -> None:
    actions.change_objective(
        by=alice, objective=wait.objective, version=None, at=MONDAY, changes={"visibility": "private"}
    )

    hidden, absent = (send(charlie, f"/key-results/{ref}/check-ins", value="14") for ref in ("wait", "nowhere"))

    assert hidden.status_code == absent.status_code == 404
    assert untold(hidden.content.decode(), "wait") == untold(absent.content.decode(), "nowhere")


def test_the_past_is_closed_and_the_archive_is_silent(ada: Person, alice: Person, wait: KeyResult) -> None:
    actions.archive_key_result(by=alice, key_result=wait, at=MONDAY)
    assert "archived" in send(alice, ADDRESS, fragment=True, value="14").content.decode()
    actions.restore_key_result(by=alice, key_result=wait, at=MONDAY)
    cycle = wait.objective.cycle
    actions.begin_closing(by=ada, cycle=cycle, at=MONDAY)
    actions.close_cycle(by=ada, cycle=Cycle.objects.get(pk=cycle.pk), at=MONDAY)

    answer = send(alice, ADDRESS, value="14")

    assert answer.status_code == 422
    assert not CheckIn.objects.exists()


def test_a_check_in_is_sent_and_never_asked_for(alice: Person, wait: KeyResult) -> None:
    assert visitor(alice).get(ADDRESS).status_code == 405


# --- corrections ---


def test_a_correction_shows_what_was_said_and_takes_its_place(alice: Person, bob: Person, wait: KeyResult) -> None:
    says(alice, wait, 14, at=MONDAY, confidence=7, note="Read in haste.")

    form = read(alice, ADDRESS + "/1", fragment=True)
    answer = send(bob, ADDRESS + "/1", value="16", confidence="6", note="Read with care.", day="2026-11-15")
    page = read(alice, "/key-results/wait")

    assert 'value="14"' in form
    assert "Read in haste." in form
    assert answer.headers["Location"] == "/key-results/wait"
    assert (last().value, last().day, last().by) == (16, date(2026, 11, 15), bob)
    assert KeyResult.objects.get(pk=wait.pk).value == 16
    assert re.search(r"<del>.*14\u00a0days, confidence 7: .*Read in haste\..*</del>", page)


def test_a_correction_can_be_made_once(alice: Person, wait: KeyResult) -> None:
    says(alice, wait, 14, at=MONDAY)
    send(alice, ADDRESS + "/1", value="15")

    answer = send(alice, ADDRESS + "/1", value="16")

    assert answer.status_code == 422
    assert "has been corrected already" in answer.content.decode()


def test_a_correction_of_what_is_not_there_is_not_found(alice: Person, charlie: Person, wait: KeyResult) -> None:
    says(alice, wait, 14, at=MONDAY)

    read(alice, ADDRESS + "/2", status=404)
    read(alice, ADDRESS + "/0", status=404)
    read(charlie, ADDRESS + "/1", status=403)
