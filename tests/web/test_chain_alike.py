"""What is alike, with what came of it: beside what has no path, and on the page of a key result."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from impactline.chain import actions
from impactline.chain.models import ChainItem, Prediction
from impactline.checkins.achieved import achieved
from impactline.okrs.models import Cycle, CycleState, KeyResult, Objective
from impactline.people.models import Person
from tests.scenes import a_cycle, a_key_result, a_metric, a_running_cycle, an_objective
from tests.web.test_metrics import text_of
from tests.web.visits import MONDAY, queries, read, send, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
HERE = "/key-results/wait/alike"


def an(level: str, by: Person, title: str, **more: Any) -> ChainItem:
    return actions.create_item(by=by, level=level, title=title, owner=by, at=MONDAY, **more)


def leads(by: Person, source: ChainItem, target: ChainItem) -> None:
    actions.link(by=by, source=source, target=target, at=MONDAY)


@pytest.fixture
def wait(ada: Person, bob: Person) -> KeyResult:
    """A key result of the running cycle that measures an outcome of Bob's, which leads to an impact."""
    objective = an_objective(bob, a_running_cycle(ada), ref="waiting")
    outcome = an("outcome", bob, "Patients see a clinician sooner", ref="sooner")
    leads(bob, outcome, an("impact", bob, "Fewer people are in pain"))
    return a_key_result(bob, objective, "Median wait for a first visit falls", ref="wait", measures=outcome)


@pytest.fixture
def earlier(ada: Person, alice: Person) -> ChainItem:
    """What Alice did in an earlier cycle: an activity that gave calls, which moved the wait, scored 0.7."""
    cycle = a_cycle(ada, ref="q2", name="Spring", starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30))
    objective = an_objective(alice, cycle, ref="calls-answered")
    line = an("activity", alice, "Answer first calls within a minute", ref="answer", state="active")
    calls = an("output", alice, "First visits given by telephone", ref="given", planned=Decimal(400), unit="visits")
    heard = an("outcome", alice, "The wait for a first visit is short", ref="heard")
    leads(alice, line, calls)
    leads(alice, calls, heard)
    actions.report(by=alice, item=calls, value=Decimal(300), at=MONDAY)
    row = a_key_result(alice, objective, "Wait for a first visit falls from 30 to 20", ref="old", measures=heard)
    KeyResult.objects.filter(pk=row.pk).update(score=0.7)
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.CLOSED, closed_on=date(2026, 7, 3))
    metric = a_metric(alice, "Wait", ref="wait-days", unit="days", better="lower")
    kept = {"expected": Decimal("-3.866666667"), "low": Decimal(-5), "high": Decimal(-3), "claimed": Decimal(-5)}
    Prediction.objects.create(
        item=calls,
        output=calls,
        outcome=heard,
        metric=metric,
        ended_on=date(2026, 6, 20),
        seen_by=date(2026, 6, 30),
        from_on=date(2026, 4, 1),
        from_value=Decimal(30),
        observed_on=date(2026, 6, 30),
        observed=Decimal(-4),
        evidence="weak",
        came="as_expected",
        **kept,
    )
    return calls


def test_a_key_result_shows_what_is_like_it_and_what_that_achieved(
    bob: Person, wait: KeyResult, earlier: ChainItem
) -> None:
    assert f'hx-get="{HERE}"' in read(bob, "/key-results/wait")
    text = text_of(read(bob, HERE))
    assert "First visits given by telephone" in text
    assert "300 of 400 visits" in text
    assert "As expected: “Wait” was to change by −3.867 days, changed by −4 days" in text
    assert "Scored 0.7 in Spring: Wait for a first visit falls from 30 to 20" in text


def test_what_can_be_linked_is_linked_from_there(
    bob: Person, charlie: Person, wait: KeyResult, earlier: ChainItem
) -> None:
    html = read(bob, HERE)
    assert '<input type="hidden" name="source" value="given">' in html
    assert '<input type="hidden" name="source" value="answer">' not in html, "an activity leads to no outcome"
    assert '<input type="hidden" name="source"' not in read(charlie, HERE)
    send(bob, "/chain-links", source="given", target="sooner")
    assert "First visits given by telephone" not in read(bob, HERE), "it leads there already"


def test_what_is_private_is_not_alike(alice: Person, bob: Person, wait: KeyResult, earlier: ChainItem) -> None:
    private = {"visibility": "private"}
    actions.change_item(by=alice, item=earlier, version=None, at=MONDAY, changes=private)
    assert "First visits given" not in read(bob, HERE)
    Objective.objects.filter(ref="calls-answered").update(visibility="private")
    assert "Scored 0.7" not in read(bob, HERE)
    assert visitor(bob).get("/key-results/none/alike").status_code == 404


def test_what_has_no_path_stands_beside_places_and_peers_with_what_came_of_them(
    bob: Person, wait: KeyResult, earlier: ChainItem
) -> None:
    an("output", bob, "First visits by video", ref="video")
    text = text_of(read(bob, "/chain/unattached"))
    row = text[text.index("First visits by video") :]
    assert "Patients see a clinician sooner same owner" in row, "where it could lead"
    assert "First visits given by telephone" in row, "what was done before"
    assert "Scored 0.7 in Spring" in row


def test_what_came_takes_four_queries_whatever_the_number_of_items(
    alice: Person, wait: KeyResult, earlier: ChainItem, django_assert_num_queries: Any
) -> None:
    numbers = list(ChainItem.objects.values_list("pk", flat=True))
    with django_assert_num_queries(4):
        found = achieved(alice, numbers)
    assert set(found) == set(numbers)
    assert [row.ref for row in found[earlier.pk].key_results] == ["old"]


def test_the_pages_ask_as_often_for_many_as_for_few(bob: Person, wait: KeyResult, earlier: ChainItem) -> None:
    an("output", bob, "First visits by video")
    few = queries(bob, HERE), queries(bob, "/chain/unattached")
    for number in range(5):
        leads(bob, an("output", bob, f"First visit number {number}"), an("outcome", bob, f"Wait {number}"))
    assert (queries(bob, HERE), queries(bob, "/chain/unattached")) == few
