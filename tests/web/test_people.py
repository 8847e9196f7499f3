"""People: the list, and what somebody's work serves, line by line up to the strategy."""

import re

import pytest

from impactline.okrs import actions
from impactline.okrs.models import Cycle
from impactline.people import actions as people
from impactline.people.models import Person, Team
from tests.scenes import a_key_result, a_running_cycle, an_objective, says
from tests.web.visits import MONDAY, queries, read, untold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada, ref="2026-Q4")


def trails(text: str) -> list[list[str]]:
    found = re.findall(r'<ol class="trail">(.*?)</ol>', text, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", step).strip() for step in re.findall(r"<li>(.*?)</li>", one, re.DOTALL)]
        for one in found
    ]


def test_everybody_is_listed_and_found_by_name_or_address(alice: Person, bob: Person, care: Team) -> None:
    assert "Alice Adler" in read(alice, "/people")
    found = read(alice, "/people?q=bob+example").partition('id="results"')[2]
    assert "Bob Brown" in found
    assert "Ada Admin" not in found
    assert "Care" in found
    assert "Nobody fits" in read(alice, "/people?q=zebra")


def test_work_is_shown_with_its_line_up_to_a_priority(ada: Person, alice: Person, bob: Person, cycle: Cycle) -> None:
    access = actions.create_priority(by=ada, title="Access", at=MONDAY)
    top = an_objective(ada, cycle, "Care for all", priorities=[access])
    waiting = an_objective(alice, cycle, "Nobody waits")
    actions.align(by=alice, child=waiting, parent=top, at=MONDAY)
    a_key_result(alice, waiting, "Median wait falls", owner=alice)
    an_objective(alice, cycle, "Alone")

    own = read(alice, "/people/alice@example.org")

    assert trails(own) == [
        ["Median wait falls", "Nobody waits", "Care for all", "Access"],
        ["Alone", "no path to a priority"],
    ]
    assert "What my work serves" in own
    assert "What this work serves" in read(bob, "/people/alice@example.org")


def test_key_results_in_objectives_of_others_stand_there_alone(alice: Person, bob: Person, cycle: Cycle) -> None:
    waiting = an_objective(alice, cycle, "Nobody waits")
    a_key_result(alice, waiting, "Median wait falls", owner=bob)
    a_key_result(alice, waiting, "Calls are answered", owner=alice)

    text = read(alice, "/people/bob@example.org")

    assert "Key results in others’ objectives" in text
    assert "Median wait falls" in text
    assert "Calls are answered" not in text


def test_a_person_without_work_and_an_absent_one(alice: Person, bob: Person) -> None:
    assert "Nothing yet" in read(alice, "/people/bob@example.org")
    read(alice, "/people/nobody@example.org", status=404)


def test_closed_cycles_and_the_archive_are_over(ada: Person, alice: Person, cycle: Cycle) -> None:
    a_key_result(alice, an_objective(alice, cycle), owner=alice)
    actions.close_cycle(by=ada, cycle=cycle, at=MONDAY)

    assert trails(read(alice, "/people/alice@example.org")) == []


def test_nothing_hidden_shows(ada: Person, alice: Person, charlie: Person, cycle: Cycle) -> None:
    access = actions.create_priority(by=ada, title="Access", at=MONDAY)
    waiting = an_objective(alice, cycle, "Nobody waits")
    before = untold(read(charlie, "/people/alice@example.org"))
    secret = an_objective(alice, cycle, "Secret", visibility="private", priorities=[access])
    a_key_result(alice, secret, "Letters", owner=alice)
    actions.align(by=alice, child=waiting, parent=secret, at=MONDAY)

    assert untold(read(charlie, "/people/alice@example.org")) == before
    assert ["Nobody waits", "Secret", "Access"] in trails(read(alice, "/people/alice@example.org"))


@pytest.mark.parametrize("address", ["/people", "/people/alice@example.org"])
def test_a_page_asks_as_often_for_many_as_for_few(ada: Person, alice: Person, cycle: Cycle, address: str) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            objective = an_objective(alice, cycle)
            says(alice, a_key_result(alice, objective, owner=alice), 18, at=MONDAY)
            actions.align(by=alice, child=objective, parent=an_objective(ada, cycle), at=MONDAY)
            people.create(by=ada, name="More", email=f"more{objective.pk}@example.org", at=MONDAY)

    add(2)
    few = queries(alice, address)
    add(8)

    assert queries(alice, address) == few
