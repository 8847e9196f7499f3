"""The slides of an objective: what stands on each, what does not, and for whom."""

import re

import pytest

from impactline.chain import actions
from impactline.people.models import Person
from impactline.web import objective_slides
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective
from tests.web.chain_scene import Scene, a_chain, an_item
from tests.web.visits import queries, read, untold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
HERE = "/objectives/waiting/slides"


@pytest.fixture
def scene(alice: Person, ada: Person) -> Scene:
    return a_chain(alice, ada)


def told(text: str) -> dict[str, str]:
    """The slides by their ids, in order, each as its words."""
    parts = re.split(r'<section class="slide" id="([\w-]+)"', text)[1:]
    words = [" ".join(re.sub(r"<[^>]+>", " ", part.partition(">")[2]).split()) for part in parts[1::2]]
    return dict(zip(parts[::2], words, strict=True))


def test_an_objective_is_told_from_its_title_to_what_deserves_a_look(alice: Person, scene: Scene) -> None:
    leaflet = an_item(alice, "output", "A leaflet")
    actions.link(by=alice, source=scene.line, target=leaflet, at=NOON)
    actions.change_assumption(by=alice, assumption=scene.assumption, version=None, at=NOON, changes={"state": "failed"})
    slides = told(read(alice, HERE))

    assert list(slides) == ["what-for", "how-far", "in-words", "chain", "delivered", "looks"]
    assert scene.objective.title in slides["what-for"]
    assert scene.key_result.title in slides["how-far"]
    assert "With two nurses we" in slides["in-words"]
    assert "Triaged calls" in slides["chain"]
    assert "Delivery" in slides["delivered"]
    assert "If “ Callers follow the advice ” does not hold" in slides["looks"]
    assert "A leaflet" in slides["looks"]


def test_an_objective_without_a_chain_says_where_one_is_written(alice: Person, ada: Person) -> None:
    an_objective(alice, a_running_cycle(ada), ref="waiting")
    text = read(alice, HERE)

    assert list(told(text)) == ["what-for", "how-far", "chain"]
    assert "No key results yet" in text
    assert "No chain yet" in text
    assert 'href="/objectives/waiting/chain"' in text


def test_a_picture_that_could_not_be_read_gives_way_to_the_numbers_of_its_levels(
    alice: Person, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "<svg viewBox" in read(alice, HERE)
    monkeypatch.setattr(objective_slides, "ROOM", (500.0, 500.0))
    text = read(alice, HERE)

    assert "<svg viewBox" not in text
    assert "Inputs 1 Activities 1 Outputs 1 Outcomes 1 Impacts 1" in told(text)["chain"]


def test_of_much_that_deserves_a_look_the_first_stands_there_and_the_rest_is_counted(
    alice: Person, scene: Scene
) -> None:
    for number in range(objective_slides.LOOKED_AT + 3):
        made = an_item(alice, "output", f"Leaflet {number}")
        actions.link(by=alice, source=scene.line, target=made, at=NOON)
    text = read(alice, HERE)

    assert '<a href="/objectives/waiting/chain/gaps">3 more</a>' in text
    assert text.partition('class="gap-list"')[2].partition("</ul>")[0].count("<li>") == objective_slides.LOOKED_AT


def test_who_does_not_see_an_objective_finds_no_slides(alice: Person, charlie: Person, scene: Scene) -> None:
    an_objective(alice, scene.objective.cycle, "What nobody knows", ref="secret", visibility="private")

    assert "What nobody knows" in read(alice, "/objectives/secret/slides")
    hidden, absent = (read(charlie, f"/objectives/{ref}/slides", status=404) for ref in ("secret", "none"))
    assert untold(hidden, "secret") == untold(absent, "none")


def test_a_private_item_stands_on_no_slide_of_those_who_do_not_see_it(
    alice: Person, charlie: Person, scene: Scene
) -> None:
    actions.change_item(by=alice, item=scene.line, version=None, at=NOON, changes={"visibility": "private"})

    assert "Run a phone triage line" in read(alice, HERE)
    assert "triage line" not in read(charlie, HERE)


def test_a_guest_reads_the_slides_and_they_lie_behind_a_link_of_objective_and_chain(gil: Person, scene: Scene) -> None:
    assert scene.objective.title in read(gil, HERE)
    for page in ("/objectives/waiting", "/objectives/waiting/chain"):
        assert f'href="{HERE}"' in read(gil, page)


def test_slides_ask_as_often_for_many_items_as_for_few(alice: Person, scene: Scene) -> None:
    few = queries(alice, HERE)
    for number in range(8):
        made = an_item(alice, "output", f"Output {number}")
        link = actions.link(by=alice, source=made, target=scene.sooner, at=NOON)
        actions.assume(by=alice, on=link, text=f"Assumption {number}", at=NOON, state="failed")
        a_key_result(alice, scene.objective, ref=f"kr-{number}", measures=made)

    assert queries(alice, HERE) == few
