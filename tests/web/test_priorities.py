"""Strategic priorities: what serves them, how far it is, and who may say what they are."""

import re

import pytest

from impactline.okrs import actions
from impactline.okrs.models import Cycle, Objective, Priority
from impactline.people.models import Person
from tests.scenes import a_key_result, a_running_cycle, an_objective, says
from tests.web.visits import MONDAY, queries, read, send, untold, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada, ref="2026-Q4")


@pytest.fixture
def access(ada: Person) -> Priority:
    return actions.create_priority(
        by=ada, title="Care within a week", ref="access", why="A *body* waits.", owner=ada, at=MONDAY
    )


def serving(by: Person, cycle: Cycle, priority: Priority, ref: str, value: int, **details: object) -> Objective:
    """An objective at half its way at 14, at its end at 7."""
    objective = an_objective(by, cycle, ref, ref=ref, priorities=[priority], **details)
    says(by, a_key_result(by, objective, ref=f"{ref}-kr"), value, at=MONDAY)
    return objective


def means(text: str) -> list[str]:
    return re.findall(r'Mean progress <button[^>]*><span class="value">([^<]+)<', text)


def titles(text: str) -> list[str]:
    return re.findall(r'<h2><a class="name" href="/priorities/([^"]+)"', text)


def test_a_priority_stands_with_what_serves_it_and_the_mean(alice: Person, cycle: Cycle, access: Priority) -> None:
    serving(alice, cycle, access, "half", 14)
    serving(alice, cycle, access, "whole", 7)
    an_objective(alice, cycle, "Without figures", priorities=[access])

    for address in ("/priorities", "/priorities/access"):
        text = read(alice, address)
        assert means(text) == ["75%"]
        assert "Without figures" in text
    assert "<em>body</em>" in read(alice, "/priorities/access")
    assert "Median wait falls" in read(alice, "/priorities/access")


def test_objectives_of_closed_cycles_and_the_archive_serve_no_longer(
    ada: Person, alice: Person, cycle: Cycle, access: Priority
) -> None:
    serving(alice, cycle, access, "closed", 14)
    actions.close_cycle(by=ada, cycle=cycle, at=MONDAY)

    assert means(read(alice, "/priorities")) == []
    assert "No objective serves it" in read(alice, "/priorities")


def test_an_empty_list_says_what_priorities_are_for(ada: Person, alice: Person) -> None:
    assert "No priorities yet" in read(alice, "/priorities")
    assert "Add the first" not in read(alice, "/priorities")
    assert "Add the first" in read(ada, "/priorities")


def test_a_priority_is_added_changed_and_moved(ada: Person, access: Priority) -> None:
    assert send(ada, "/priorities/new", title="", ref="trust").status_code == 422
    send(ada, "/priorities/new", title="Trust", ref="trust", owner="ada@example.org")
    assert titles(read(ada, "/priorities")) == ["access", "trust"]

    send(ada, "/priorities/trust/place", to="up")
    assert titles(read(ada, "/priorities")) == ["trust", "access"]
    send(ada, "/priorities/trust/place", to="up")
    send(ada, "/priorities/trust/place", to="down")
    assert titles(read(ada, "/priorities")) == ["access", "trust"]

    version = str(Priority.objects.get(ref="trust").version)
    send(ada, "/priorities/trust/edit", title="More trust", version=version)
    assert Priority.objects.get(ref="trust").title == "More trust"
    answer = send(ada, "/priorities/trust/edit", title="Less", version=version)
    assert answer.status_code == 409
    assert "More trust" in answer.content.decode()


def test_only_administrators_say_what_the_priorities_are(alice: Person, access: Priority) -> None:
    for address in ("/priorities/new", "/priorities/access/edit"):
        read(alice, address, status=403)
        assert send(alice, address, title="Mine").status_code == 403
    for what in ("archiving", "restoration", "place"):
        assert send(alice, f"/priorities/access/{what}").status_code == 403
    read(alice, "/priorities/nothing", status=404)


def test_an_archived_priority_can_be_taken_back(ada: Person, access: Priority) -> None:
    text = visitor(ada).post("/priorities/access/archiving", follow=True).content.decode()
    assert 'action="/priorities/access/restoration"' in text
    assert titles(read(ada, "/priorities")) == []
    assert titles(read(ada, "/priorities?archived=1")) == ["access"]
    assert "In the archive" in read(ada, "/priorities/access")
    assert send(ada, "/priorities/access/place", to="up").status_code == 422

    send(ada, "/priorities/access/restoration")

    assert titles(read(ada, "/priorities")) == ["access"]


def test_nothing_hidden_shows_or_counts(alice: Person, charlie: Person, cycle: Cycle, access: Priority) -> None:
    serving(alice, cycle, access, "half", 14)
    before = {address: untold(read(charlie, address)) for address in ("/priorities", "/priorities/access")}
    serving(alice, cycle, access, "secret", 7, visibility="private")

    assert {address: untold(read(charlie, address)) for address in before} == before
    assert means(read(alice, "/priorities")) == ["75%"]


@pytest.mark.parametrize("address", ["/priorities", "/priorities/access"])
def test_a_page_asks_as_often_for_many_as_for_few(
    ada: Person, alice: Person, cycle: Cycle, access: Priority, address: str
) -> None:
    def add(count: int) -> None:
        for number in range(count):
            serving(alice, cycle, access, f"o{Objective.objects.count()}", 14)
            actions.create_priority(by=ada, title=f"More {number}", at=MONDAY)

    add(2)
    few = queries(alice, address)
    add(8)

    assert queries(alice, address) == few
