"""Teams: the tree, and what one pursues, owes and consists of."""

import re
from datetime import date
from decimal import Decimal

import pytest

from impactline.chain import actions as chain
from impactline.okrs.models import Cycle
from impactline.people import actions as people
from impactline.people.models import Person, Team
from tests.scenes import a_key_result, a_running_cycle, an_objective, moment, says
from tests.web.visits import MONDAY, queries, read, untold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada, ref="2026-Q4", name="Autumn")


def rows(text: str) -> list[tuple[str, str]]:
    return re.findall(r'class="tree depth-(\d)"><a class="name" href="/teams/([^"]+)"', text)


def test_teams_stand_as_a_tree(ada: Person, alice: Person, care: Team, cycle: Cycle) -> None:
    for ref, parent in (("triage", care), ("admin", None), ("phones", care)):
        people.create_team(by=ada, ref=ref, name=ref.title(), parent=parent, at=MONDAY)
    says(alice, a_key_result(alice, an_objective(alice, cycle, team=care)), 21, at=MONDAY)

    text = read(alice, "/teams")

    assert rows(text) == [("0", "admin"), ("0", "care"), ("1", "phones"), ("1", "triage")]
    assert "Well behind" in text


def test_without_teams_the_page_says_what_they_are_for(alice: Person) -> None:
    assert "No teams yet" in read(alice, "/teams")


def test_a_team_shows_what_it_is_for_its_people_and_what_it_pursues(
    ada: Person, alice: Person, care: Team, cycle: Cycle
) -> None:
    changes = {"purpose": "Nobody *waits*.", "lead": alice}
    people.change_team(by=ada, team=care, version=None, at=MONDAY, changes=changes)
    people.create_team(by=ada, ref="phones", name="Phones", parent=care, at=MONDAY)
    objective = an_objective(alice, cycle, team=care)
    says(alice, a_key_result(alice, objective, owner=alice), 18, at=moment(date(2026, 11, 5)))
    an_objective(alice, cycle, "Of nobody's team")

    text = read(alice, "/teams/care")

    for words in ("<em>waits</em>", "Led by", "Bob Brown", "Phones", "Nobody waits in pain", "4 days late"):
        assert words in text, words
    assert "Of nobody" not in text
    assert "Care</a>" in read(alice, "/teams/phones")


def test_an_output_that_teams_share_stands_with_each_until_it_is_delivered(
    ada: Person, alice: Person, charlie: Person, care: Team, cycle: Cycle
) -> None:
    phones = people.create_team(by=ada, ref="phones", name="Phones", at=MONDAY)
    made = {"by": alice, "level": "output", "owner": alice, "team": care, "state": "active", "at": MONDAY}
    calls = chain.create_item(
        title="Triaged calls",
        planned=Decimal(400),
        unit="calls",
        due_on=date(2026, 11, 6),
        shared_with=[phones],
        **made,
    )
    chain.create_item(title="Secret leaflet", visibility="private", **made)
    chain.report(by=alice, item=calls, value=Decimal(120), at=MONDAY)
    for team, other in (("care", "Phones"), ("phones", "Care")):
        text = read(charlie, f"/teams/{team}")
        section = text.partition('id="outputs"')[2].partition("</section>")[0]
        for words in ("Outputs to come", "Triaged calls", "120 of 400", f">{other}<", "10 days late"):
            assert words in section, words
        assert "Secret" not in text
    assert "Secret leaflet" in read(alice, "/teams/care")
    chain.change_item(by=alice, item=calls, version=None, at=MONDAY, changes={"state": "done"})
    assert "Triaged calls" not in read(charlie, "/teams/phones")


def test_an_empty_team_says_so(ada: Person, alice: Person, cycle: Cycle) -> None:
    people.create_team(by=ada, ref="empty", name="Empty", at=MONDAY)

    text = read(alice, "/teams/empty")

    for words in ("No objectives in this cycle", "Nothing is due.", "Nobody belongs to it yet.", "Nobody leads it"):
        assert words in text, words
    read(alice, "/teams/nothing", status=404)


def test_nothing_hidden_shows_or_counts(alice: Person, charlie: Person, care: Team, cycle: Cycle) -> None:
    asked = ("/teams", "/teams/care")
    before = {address: untold(read(charlie, address)) for address in asked}
    secret = an_objective(alice, cycle, "Secret", team=care, visibility="private")
    says(alice, a_key_result(alice, secret, owner=alice), 18, at=moment(date(2026, 11, 5)))

    assert {address: untold(read(charlie, address)) for address in asked} == before
    assert "Secret" in read(alice, "/teams/care")


@pytest.mark.parametrize("address", ["/teams", "/teams/care"])
def test_a_page_asks_as_often_for_many_as_for_few(
    ada: Person, alice: Person, care: Team, cycle: Cycle, address: str
) -> None:
    def add(count: int) -> None:
        for number in range(count):
            says(alice, a_key_result(alice, an_objective(alice, cycle, team=care)), 18, at=MONDAY)
            other = people.create_team(by=ada, name=f"More {number}", parent=care, lead=alice, at=MONDAY)
            made = {"by": alice, "level": "output", "owner": alice, "team": other, "shared_with": [care], "at": MONDAY}
            chain.create_item(title=f"Output {number}", **made)

    add(2)
    few = queries(alice, address)
    add(8)

    assert queries(alice, address) == few
