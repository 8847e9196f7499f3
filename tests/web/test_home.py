"""Home: what is owed, how one's objectives stand, what others moved; nothing of what one may not see."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from impactline.checkins import actions as checkins
from impactline.insight import actions as insight
from impactline.okrs import actions
from impactline.okrs.models import Cycle, KeyResult, Objective
from impactline.people import actions as people
from impactline.people.models import Person, Team
from impactline.planning import actions as planning
from tests.scenes import a_cycle, a_key_result, a_metric, a_running_cycle, an_objective, moment, says
from tests.web.visits import MONDAY, queries, read, send, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    """It begins on 1 October, a Thursday; check-ins are due on Thursdays."""
    return a_running_cycle(ada, ref="2026-Q4")


@pytest.fixture
def objective(alice: Person, care: Team, cycle: Cycle) -> Objective:
    return an_objective(alice, cycle, ref="waiting", team=care)


@pytest.fixture
def wait(alice: Person, objective: Objective) -> KeyResult:
    """Last checked in on Thursday, 5 November; the one of the 12th is 4 days late."""
    key_result = a_key_result(alice, objective, ref="wait", title="Median wait falls", owner=alice)
    says(alice, key_result, 18, at=moment(date(2026, 11, 5)), confidence=6)
    return key_result


def due_refs(text: str) -> list[str]:
    return re.findall(r'<li id="due-([^"]+)"', text)


# --- what is owed ---


def test_a_due_check_in_can_be_answered_on_the_page(alice: Person, wait: KeyResult) -> None:
    text = read(alice, "/")

    assert due_refs(text) == ["wait"]
    assert "4 days late" in text
    assert "Last: 18\u00a0days on Nov 5, 2026, confidence 6" in text
    assert "Expected by now: 13.9\u00a0days" in text
    assert 'hx-post="/key-results/wait/check-ins?from=home"' in text


def test_the_latest_comes_first(alice: Person, objective: Objective, wait: KeyResult) -> None:
    shorter = {"starts_on": date(2026, 10, 6), "ref": "tuesdays", "owner": alice}
    says(alice, a_key_result(alice, objective, **shorter), 20, at=moment(date(2026, 11, 10)))

    assert due_refs(read(alice, "/")) == ["wait", "tuesdays"]


def test_what_was_answered_is_no_longer_due(alice: Person, wait: KeyResult) -> None:
    says(alice, wait, 17, at=MONDAY)

    text = read(alice, "/")

    assert due_refs(text) == []
    assert "Nothing is due. Next:" in text
    assert "Thu, Nov 26" in text or "Thu, Nov 19" in text


def test_key_results_that_nobody_owns_are_asked_of_the_owner_of_the_objective(
    alice: Person, bob: Person, objective: Objective
) -> None:
    a_key_result(alice, objective, ref="nobodys")
    a_key_result(alice, objective, ref="bobs", owner=bob)

    assert due_refs(read(alice, "/")) == ["nobodys"]
    assert due_refs(read(bob, "/")) == ["bobs"]


@pytest.mark.parametrize("why", ["draft", "closed", "archived", "scored", "unmeasured", "objective archived"])
def test_nothing_is_asked_where_nothing_can_be_said(ada: Person, alice: Person, cycle: Cycle, why: str) -> None:
    of = a_cycle(ada, ref="next") if why == "draft" else cycle
    objective = an_objective(alice, of)
    measure = {"type": "open"} if why == "unmeasured" else {}
    key_result = a_key_result(alice, objective, owner=alice, **measure)
    if why == "archived":
        actions.archive_key_result(by=alice, key_result=key_result, at=MONDAY)
    if why == "objective archived":
        actions.archive_objective(by=alice, objective=objective, at=MONDAY)
    if why == "scored":
        actions.score_key_result(by=alice, key_result=key_result, given=0.5, reason="Enough.", at=MONDAY)
    if why == "closed":
        actions.begin_closing(by=ada, cycle=of, at=MONDAY)
        actions.close_cycle(by=ada, cycle=Cycle.objects.get(pk=of.pk), at=MONDAY)

    assert due_refs(read(alice, "/")) == []


def test_requests_that_wait_for_my_answer_are_answered_here(
    ada: Person, alice: Person, charlie: Person, wait: KeyResult, care: Team
) -> None:
    lines = people.create_team(by=ada, name="Lines", members=[charlie], at=MONDAY)
    asked = {"title": "Four lines", "asked": lines, "asking": care, "due_on": date(2026, 12, 4), "at": MONDAY}
    made = planning.ask_for_contribution(by=alice, **asked)
    assert "Requests that wait" not in read(alice, "/")
    assert "Four lines" in read(charlie, "/")

    sent = {"proposed_on": "2026-12-18", "reason": "Holidays", "back": "home"}
    assert send(charlie, f"/requests/{made.ref}/proposals", **sent).headers["Location"] == "/"

    assert "Requests that wait" not in read(charlie, "/")
    assert f"/requests/{made.ref}/acceptance" in read(alice, "/")


def test_what_is_mine_to_clear_stands_here(alice: Person, bob: Person, cycle: Cycle) -> None:
    for number in range(12):
        insight.raise_roadblock(by=alice, title=f"Block {number:02}", raised_on=date(2026, 11, 2), at=MONDAY)
    text = read(alice, "/")
    assert ("Block 09" in text, "Block 10" in text, "All of them" in text) == (True, False, True)
    assert "yours to clear" not in read(bob, "/")


def test_what_has_no_measure_asks_for_one(alice: Person, objective: Objective) -> None:
    a_key_result(alice, objective, type="open", title="Calm", ref="calm", owner=alice)

    assert 'href="/key-results/calm/edit"' in read(alice, "/")


def test_what_is_being_closed_asks_for_scores(ada: Person, alice: Person, cycle: Cycle, wait: KeyResult) -> None:
    actions.begin_closing(by=ada, cycle=cycle, at=MONDAY)

    text = read(alice, "/")

    assert "Scores are wanted" in text
    assert 'href="/key-results/wait#score"' in text


def test_what_was_typed_is_there_again_with_what_is_wrong(alice: Person, wait: KeyResult) -> None:
    answer = send(alice, "/key-results/wait/check-ins?from=home", value="about 12", note="Almost <there>", confidence=7)
    text = answer.content.decode()

    assert answer.status_code == 422
    assert 'value="about 12"' in text
    assert "Almost &lt;there&gt;" in text
    assert "is not a number" in text
    assert re.search(r'name="confidence" value="7"[^>]* checked', text)


# --- what stands ---


def test_my_objectives_stand_with_their_progress(alice: Person, bob: Person, wait: KeyResult) -> None:
    a_key_result(alice, wait.objective, ref="bobs", owner=bob)

    for person in (alice, bob):
        text = read(person, "/")
        assert 'id="objective-waiting"' in text
        assert 'data-live-url="/objectives/waiting/row"' in text


def test_an_outsider_has_an_empty_page_that_says_what_comes(charlie: Person, wait: KeyResult) -> None:
    text = read(charlie, "/")

    assert "Nothing is due" in text
    assert "No objective is yours yet" in text
    assert "Nothing moved" in text


# --- what moved ---


def test_what_others_moved_is_told_from_what_to_what(alice: Person, bob: Person, wait: KeyResult) -> None:
    says(bob, wait, 16, at=MONDAY, confidence=3, status="at_risk", note="Two nurses fell **ill**.")

    text = read(alice, "/")

    assert "Bob Brown" in text
    assert re.search(r"<del>18\u00a0days</del>.*<ins>16\u00a0days</ins>", text)
    assert "Two nurses fell <strong>ill</strong>." in text


def test_what_i_moved_is_no_news_to_me(alice: Person, wait: KeyResult) -> None:
    says(alice, wait, 16, at=MONDAY)

    assert "Nothing moved" in read(alice, "/")


def test_changes_of_targets_scores_and_contributions_are_told(
    ada: Person, alice: Person, bob: Person, wait: KeyResult
) -> None:
    child = an_objective(bob, wait.objective.cycle, title="Phones are answered")
    actions.align(by=bob, child=child, parent=wait.objective, at=MONDAY)
    part = a_key_result(bob, child, title="Calls get through", at=MONDAY)
    actions.change_key_result(
        by=ada, key_result=wait, version=None, at=MONDAY, changes={"target": Decimal(9)}, reason="One nurse left."
    )

    text = read(alice, "/")

    assert re.search(r"target.*<del>7\u00a0days</del>.*<ins>9\u00a0days</ins>", text, re.DOTALL)
    assert "One nurse left." in text
    assert part.title in text


def test_a_reading_of_a_metric_that_mine_follow_is_told(ada: Person, alice: Person, objective: Objective) -> None:
    metric = a_metric(ada, name="Waits", unit="days")
    a_key_result(alice, objective, metric=metric)
    checkins.read_metric(by=ada, metric=metric, value=Decimal(15), at=MONDAY)

    text = read(alice, "/")

    assert "recorded" in text
    assert "Waits" in text


def test_the_last_visit_is_remembered_over_the_hours(
    alice: Person, bob: Person, wait: KeyResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visitor(alice)
    client.get("/")
    later = MONDAY + timedelta(hours=5)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)

    assert "since Nov 16, 2026" in client.get("/").content.decode().replace("\u202f", " ")
    assert datetime.fromisoformat(client.session["home_since"]) == MONDAY


def test_nothing_private_is_told(alice: Person, bob: Person, charlie: Person, care: Team, cycle: Cycle) -> None:
    secret = an_objective(bob, cycle, title="The secret plan", visibility="private", team=care)
    key_result = a_key_result(bob, secret, title="The secret number")
    says(bob, key_result, 12, at=MONDAY)

    for person in (alice, charlie):
        for address in ("/", "/moved"):
            assert "secret" not in read(person, address)


def test_what_moved_is_fetched_again_alone(alice: Person, bob: Person, wait: KeyResult) -> None:
    says(bob, wait, 16, at=MONDAY)

    text = read(alice, "/moved", fragment=True)

    assert text.count("<section") == 1
    assert 'data-live="objective:waiting' in text


# --- a fresh installation ---


def test_a_fresh_installation_says_what_comes_first(ada: Person) -> None:
    text = read(ada, "/")

    assert "First steps" in text
    assert 'href="/cycles/new"' in text
    assert "Written down already?" in text


def test_steps_that_are_taken_are_ticked_and_go_with_the_first_check_in(
    ada: Person, alice: Person, objective: Objective
) -> None:
    assert read(alice, "/").count('<li class="done">') == 4
    assert "Written down already?" not in read(ada, "/")
    says(alice, a_key_result(alice, objective), 20, at=MONDAY)

    assert "First steps" not in read(alice, "/")


def test_guests_are_not_told_to_begin(gil: Person) -> None:
    assert "First steps" not in read(gil, "/")


# --- cost ---


def test_the_page_asks_as_often_for_a_hundred_rows_as_for_ten(
    ada: Person, alice: Person, bob: Person, cycle: Cycle
) -> None:
    def more(count: int) -> None:
        for _ in range(count // 5):
            objective = an_objective(alice, cycle)
            for _ in range(5):
                key_result = a_key_result(alice, objective, owner=alice)
            says(alice, key_result, 20, at=moment(date(2026, 11, 5)))
            insight.raise_roadblock(by=alice, title="Late", on=key_result, at=MONDAY)
            asked = {"title": "Help", "asked": team, "asking": team_of_bob, "due_on": date(2026, 12, 4), "at": MONDAY}
            planning.ask_for_contribution(by=bob, key_result=key_result, **asked)

    team = people.create_team(by=ada, name="Ours", members=[alice], at=MONDAY)
    team_of_bob = people.create_team(by=ada, name="Theirs", members=[bob], at=MONDAY)
    more(10)
    few = queries(alice, "/")
    more(90)

    assert queries(alice, "/") == few
