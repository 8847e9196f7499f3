"""Contribution requests on screen: asked, answered in place, kept."""

from datetime import date, timedelta
from typing import Any

import pytest

from impactline.chain import actions as chain
from impactline.okrs.models import KeyResult
from impactline.people import actions as people
from impactline.people.models import Person, Team
from impactline.planning import actions
from impactline.planning.models import ContributionRequest
from tests.scenes import a_key_result, a_running_cycle, an_objective
from tests.web.visits import MONDAY, queries, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
DUE = date(2026, 12, 4)


@pytest.fixture
def lines(ada: Person, charlie: Person) -> Team:
    return people.create_team(by=ada, name="Lines", members=[charlie], at=MONDAY)


@pytest.fixture
def key_result(ada: Person, alice: Person) -> KeyResult:
    return a_key_result(alice, an_objective(alice, a_running_cycle(ada)), ref="wait")


def ask(by: Person, asked: Team, title: str = "Four telephone lines") -> ContributionRequest:
    return actions.ask_for_contribution(by=by, title=title, asked=asked, due_on=DUE, at=MONDAY)


def test_a_team_is_asked_from_the_page_of_a_key_result(alice: Person, lines: Team, key_result: KeyResult) -> None:
    assert "/requests/new?key_result=wait" in read(alice, "/key-results/wait")
    assert 'value="wait"' in read(alice, "/requests/new?key_result=wait")
    sent: dict[str, Any] = {"title": "Four lines", "asked": "lines", "due_on": DUE.isoformat(), "key_result": "wait"}
    assert send(alice, "/requests/new", **sent).status_code == 302
    assert ContributionRequest.objects.get().key_result == key_result


def test_what_is_not_there_is_told_at_its_field(alice: Person, lines: Team) -> None:
    sent: dict[str, Any] = {"title": "Four lines", "asked": "lines", "due_on": DUE.isoformat(), "key_result": "nowhere"}
    answer = send(alice, "/requests/new", **sent)
    assert answer.status_code == 422
    assert "There is no key result" in answer.content.decode()


def test_it_is_accepted_in_place_and_becomes_a_promise(alice: Person, charlie: Person, lines: Team) -> None:
    made = ask(alice, lines)
    assert f"/requests/{made.ref}/acceptance" in read(charlie, "/requests")
    assert f"/requests/{made.ref}/acceptance" not in read(alice, "/requests")
    assert send(charlie, f"/requests/{made.ref}/acceptance", back="list").headers["Location"] == "/requests"
    made.refresh_from_db()
    assert made.state == "accepted"
    assert "Promised for" in read(alice, f"/requests/{made.ref}")


def test_what_became_of_a_promise_stands_with_the_request_and_in_the_history_of_both_ends(
    alice: Person, charlie: Person, lines: Team
) -> None:
    waiting = chain.create_item(by=alice, level="activity", title="Run triage", owner=alice, at=MONDAY)
    asked = {"title": "Four lines", "asked": lines, "due_on": DUE, "waiting": waiting}
    made = actions.accept_request(
        by=charlie, request=actions.ask_for_contribution(by=alice, at=MONDAY, **asked), at=MONDAY
    )
    promise = made.promise
    assert promise is not None

    def does(**changes: Any) -> str:
        chain.change_item(by=charlie, item=promise, version=None, at=MONDAY, changes=changes)
        return " ".join(read(alice, f"/requests/{made.ref}").split())

    assert "now due Dec 18, 2026" in does(due_on=DUE + timedelta(days=14)).replace("18 Dec 2026", "Dec 18, 2026")
    assert "Given up, promised for" in does(state="dropped")
    assert "Done, promised for" in does(state="done")
    assert "lets this be waited for by" in read(alice, f"/chain/{promise.ref}")
    assert "promised this to" in read(alice, f"/chain/{promise.ref}")
    assert "lets it wait for" in read(alice, f"/chain/{waiting.ref}")


def test_another_day_is_proposed_and_agreed(alice: Person, charlie: Person, lines: Team) -> None:
    made, later = ask(alice, lines), DUE + timedelta(days=7)
    sent: dict[str, Any] = {"proposed_on": later.isoformat(), "reason": "Holidays"}
    assert send(charlie, f"/requests/{made.ref}/proposals", **sent).status_code == 302
    assert "Holidays" in read(alice, "/requests")
    assert send(alice, f"/requests/{made.ref}/acceptance").status_code == 302
    made.refresh_from_db()
    assert (made.state, made.due_on) == ("accepted", later)


def test_a_refusal_needs_a_reason(charlie: Person, alice: Person, lines: Team) -> None:
    made = ask(alice, lines)
    assert send(charlie, f"/requests/{made.ref}/refusal", reason="").status_code == 422
    assert send(charlie, f"/requests/{made.ref}/refusal", reason="No capacity").status_code == 302
    assert "No capacity" in read(alice, f"/requests/{made.ref}")


def test_what_was_typed_stays_in_the_answer_that_was_refused(charlie: Person, alice: Person, lines: Team) -> None:
    made = ask(alice, lines)
    past: dict[str, Any] = {"proposed_on": "2020-01-01", "reason": "No room in autumn"}
    answer = send(charlie, f"/requests/{made.ref}/proposals", **past).content.decode()
    assert answer.count('<details class="answer" open>') == 1
    assert 'value="2020-01-01" aria-invalid="true" aria-describedby="fault-proposed_on"' in answer
    assert answer.count('id="field-reason" value="No room in autumn"') == 1
    answer = send(charlie, f"/requests/{made.ref}/refusal", reason=" ").content.decode()
    assert answer.count('id="fault-reason"') == 1
    assert answer.count('<details class="answer" open>') == 1
    answer = send(charlie, f"/requests/{made.ref}/acceptance", owner="nobody@example.org").content.decode()
    assert '<details class="section log" id="promise" open>' in answer


def test_the_page_asks_as_often_for_a_hundred_as_for_ten(alice: Person, charlie: Person, lines: Team) -> None:
    for number in range(10):
        ask(alice, lines, f"Line {number}")
    few = queries(charlie, "/requests")
    for number in range(90):
        ask(alice, lines, f"More {number}")
    assert queries(charlie, "/requests") == few
