"""The search finds by words what one may see, and tells of nothing else."""

import re

import pytest

from impactline.okrs import actions
from impactline.okrs.models import Cycle
from impactline.people.models import Person, Team
from impactline.web.search import FEW
from tests.scenes import a_key_result, a_metric, a_running_cycle, an_objective
from tests.web.visits import MONDAY, queries, read, untold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada, ref="2026-Q4", name="Care in autumn")


def hits(text: str) -> list[str]:
    return re.findall(r'<li><svg[^>]*>.*?</svg><div><a href="([^"]+)"', text)


def test_everything_is_found_by_its_words(ada: Person, alice: Person, care: Team, cycle: Cycle) -> None:
    objective = an_objective(alice, cycle, "Care for all", ref="all")
    a_key_result(alice, objective, "Careful calls", ref="calls")
    a_metric(ada, "Hours of care", ref="hours")
    actions.create_priority(by=ada, title="Care first", ref="first", at=MONDAY)

    assert hits(read(alice, "/search?q=CARE")) == [
        "/objectives/all",
        "/key-results/calls",
        "/metrics/hours",
        "/priorities/first",
        "/teams/care",
        "/cycles/2026-Q4",
    ]
    assert hits(read(alice, "/search?q=adler")) == ["/people/alice@example.org"]
    assert hits(read(alice, "/search?q=2026-q4")) == ["/cycles/2026-Q4"]


@pytest.mark.parametrize("words", ["ärzte", "ÄRZTE", "Ärzte", "a\u0308rzte", "für übermorgen"])
def test_case_does_not_matter_beyond_english_letters(alice: Person, cycle: Cycle, words: str) -> None:
    a_key_result(
        alice, an_objective(alice, cycle, "Die Ärzte FÜR Übermorgen", ref="o"), "Mehr Ärzte für Übermorgen", ref="k"
    )

    assert hits(read(alice, f"/search?q={words}")) == ["/objectives/o", "/key-results/k"]
    assert "/key-results/k" in read(alice, f"/cycles/2026-Q4?q={words}")


def test_nothing_found_and_nothing_asked_are_told(alice: Person) -> None:
    assert "Nothing found" in read(alice, "/search?q=zebra")
    assert "Words of a title" in read(alice, "/search?q=+++")
    assert hits(read(alice, "/search?q=%25")) == []
    assert read(alice, "/search?q=" + "long+" * 500)


def test_more_of_one_sort_stands_on_a_page_of_its_own(alice: Person, cycle: Cycle) -> None:
    for number in range(FEW + 2):
        an_objective(alice, cycle, f"Care {number}", ref=f"care-{number}")

    few = read(alice, "/search?q=care")
    assert len([hit for hit in hits(few) if "/objectives/" in hit]) == FEW
    assert "More objectives" in few
    assert len(hits(read(alice, "/search?q=care&sort=objective"))) == FEW + 2


def test_what_is_in_the_archive_is_not_found(alice: Person, cycle: Cycle) -> None:
    objective = an_objective(alice, cycle, "Care for all")
    a_key_result(alice, objective, "Careful calls")
    actions.archive_objective(by=alice, objective=objective, at=MONDAY)

    assert hits(read(alice, "/search?q=careful")) == []


def test_nothing_hidden_is_found(alice: Person, charlie: Person, cycle: Cycle) -> None:
    for number in range(FEW):
        an_objective(alice, cycle, f"Secretly open {number}", ref=f"open-{number}")
    asked = ("/search?q=secret", "/search?q=secret&sort=objective", "/search?q=letters", "/search?q=merger")
    before = [untold(read(charlie, address)) for address in asked]
    hidden = an_objective(alice, cycle, "A secret merger", ref="merger", visibility="private")
    a_key_result(alice, hidden, "Secret letters", ref="letters")

    assert [untold(read(charlie, address)) for address in asked] == before
    assert "/objectives/merger" in hits(read(alice, "/search?q=merger"))


def test_the_search_asks_as_often_for_many_as_for_few(alice: Person, cycle: Cycle) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            a_key_result(alice, an_objective(alice, cycle, "Care for all"), "Careful calls")

    add(2)
    few = queries(alice, "/search?q=care")
    add(8)

    assert queries(alice, "/search?q=care") == few
