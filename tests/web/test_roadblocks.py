"""Roadblocks on screen: raised in a line, on a board by kind, resolved with what was done."""

from datetime import timedelta
from typing import Any

import pytest

from impactline.insight import actions
from impactline.insight.models import Roadblock
from impactline.people.models import Person
from tests.scenes import a_running_cycle, an_objective
from tests.web.chain_scene import a_chain
from tests.web.visits import MONDAY, queries, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def late(by: Person, title: str = "The licence is late", **details: Any) -> Roadblock:
    return actions.raise_roadblock(by=by, title=title, at=MONDAY, **details)


def test_a_line_raises_one_on_what_it_blocks(ada: Person, alice: Person) -> None:
    an_objective(alice, a_running_cycle(ada), ref="waiting")
    assert "/roadblocks/new?on=waiting" in read(alice, "/objectives/waiting")
    assert send(alice, "/roadblocks", title="No budget", on="waiting").status_code == 302
    made = Roadblock.objects.get()
    assert made.objective is not None
    assert (made.objective.ref, made.kind) == ("waiting", "other")
    assert "/objectives/waiting" in read(alice, "/roadblocks")


def test_the_dialog_of_every_page_knows_what_the_page_is_about(ada: Person, alice: Person) -> None:
    an_objective(alice, a_running_cycle(ada), "Nobody waits", ref="waiting")
    page = read(alice, "/objectives/waiting")
    assert '<input type="checkbox" name="on" value="waiting" checked><span>It blocks <b dir="auto">Nobody waits' in page
    assert '"/roadblocks/new?on=waiting" data-dialog' in page
    elsewhere = read(alice, "/teams")
    assert 'id="raise-anywhere-kind" name="kind"' in elsewhere
    assert "It blocks" not in elsewhere
    assert '"/roadblocks/new" data-dialog' in elsewhere


def test_what_it_blocks_must_be_there(alice: Person) -> None:
    answer = send(alice, "/roadblocks", title="No budget", on="nowhere")
    assert answer.status_code == 422
    assert not Roadblock.objects.exists()


def test_what_it_may_block_is_offered_by_its_title(ada: Person, alice: Person, charlie: Person) -> None:
    cycle = a_running_cycle(ada)
    an_objective(alice, cycle, "Nobody waits", ref="nobody-waits")
    an_objective(alice, cycle, "Secret", ref="secret", visibility="private")
    offer = '<option value="{}">{}</option>'.format

    assert offer("nobody-waits", "Nobody waits") in read(charlie, "/roadblocks/new")
    assert offer("secret", "Secret") in read(alice, "/roadblocks/new")
    assert "Secret" not in read(charlie, "/roadblocks/new")


def test_the_board_says_for_how_long(alice: Person) -> None:
    late(alice, kind="resources", raised_on=MONDAY.date() - timedelta(days=20))
    html = read(alice, "/roadblocks")
    assert "for 20 days" in html
    assert "is-old" in html


def test_it_is_changed_resolved_and_opened_again(alice: Person, charlie: Person) -> None:
    made = late(alice)
    sent: dict[str, Any] = {"title": made.title, "kind": "clarity", "next_step": "Call", "version": 1}
    assert send(alice, f"/roadblocks/{made.ref}/edit", **sent).status_code == 302
    assert "Call" in read(charlie, f"/roadblocks/{made.ref}")
    assert '<dt>Blocked for</dt><dd dir="auto">less than a day</dd>' in read(charlie, f"/roadblocks/{made.ref}")
    assert send(alice, f"/roadblocks/{made.ref}/resolution", resolution="").status_code == 422
    assert send(alice, f"/roadblocks/{made.ref}/resolution", resolution="Bought").status_code == 302
    assert "Bought" in read(charlie, "/roadblocks")
    assert send(alice, f"/roadblocks/{made.ref}/reopening").status_code == 302
    made.refresh_from_db()
    assert made.resolved_on is None


def test_guests_raise_nothing_and_an_empty_board_says_what_it_is_for(gil: Person) -> None:
    assert "Nothing is in the way" in read(gil, "/roadblocks")
    assert send(gil, "/roadblocks", title="No budget").status_code == 403


def test_the_board_asks_as_often_for_a_hundred_as_for_ten(alice: Person) -> None:
    for number in range(10):
        late(alice, f"Block {number}")
    few = queries(alice, "/roadblocks")
    for number in range(90):
        late(alice, f"More {number}")
    assert queries(alice, "/roadblocks") == few


def test_a_line_raises_one_where_one_is_and_one_stays_there(ada: Person, alice: Person) -> None:
    an_objective(alice, a_running_cycle(ada), ref="waiting")
    assert "Something is in the way" in read(alice, "/objectives/waiting")
    answer = send(alice, "/roadblocks", title="No budget", kind="resources", on="waiting", back="on")
    assert answer.headers["Location"] == "/objectives/waiting"
    assert "No budget" in read(alice, "/objectives/waiting")
    assert Roadblock.objects.get().kind == "resources"
    assert 'id="raise-here-kind" name="kind"' in read(alice, "/objectives/waiting")
    assert send(alice, "/roadblocks", title="No time", back="board").headers["Location"] == "/roadblocks"
    assert 'id="raise-dialog"' in read(alice, "/teams")


def test_what_blocks_something_stands_on_its_page(ada: Person, alice: Person, charlie: Person, gil: Person) -> None:
    scene = a_chain(alice, ada)
    late(alice, "No phones", on=scene.line)
    late(alice, "No wish", on=scene.key_result)
    assert "No phones" in read(charlie, f"/chain/{scene.line.ref}")
    assert "No phones" not in read(charlie, f"/chain/{scene.calls.ref}")
    assert "No wish" in read(gil, f"/key-results/{scene.key_result.ref}")
    assert "raise-here" not in read(gil, f"/key-results/{scene.key_result.ref}")
    item = read(alice, f"/chain/{scene.line.ref}")
    assert f"/requests/new?waiting={scene.line.ref}" in item
    assert f"/roadblocks/new?on={scene.line.ref}" in item
    few = queries(alice, f"/chain/{scene.line.ref}")
    late(alice, "No room", on=scene.line, owner=ada)
    assert queries(alice, f"/chain/{scene.line.ref}") == few
