"""Lines of sight, what has no path, templates, and what a chain says in words."""

import pytest

from impactline.chain import actions
from impactline.chain.models import Assumption, ChainItem, Link
from impactline.chain.templates import TEMPLATES
from impactline.okrs import actions as okrs
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person, Team
from tests.cast import NOON
from tests.web.chain_scene import Scene, a_chain, an_item
from tests.web.visits import queries, read, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def scene(alice: Person, ada: Person, care: Team) -> Scene:
    made = a_chain(alice, ada)
    priority = okrs.create_priority(by=ada, title="Timely care", ref="timely", at=NOON)
    okrs.change_objective(
        by=alice, objective=made.objective, version=None, at=NOON, changes={"team": care}, priorities=[priority]
    )
    actions.change_item(by=alice, item=made.line, version=None, at=NOON, changes={"team": care})
    return made


# --- lines of sight ---


def test_an_activity_sees_its_way_up_to_priority_and_impact_with_the_strength(alice: Person, scene: Scene) -> None:
    text = read(alice, "/chain/line/sight")

    assert "What it serves" in text
    for href in ("/priorities/timely", "/objectives/waiting", "/key-results/wait", "/chain/pain", "/chain/sooner"):
        assert href in text
    assert "60%" in text


def test_a_key_result_sees_what_is_being_done_for_it(alice: Person, scene: Scene) -> None:
    fragment = read(alice, "/key-results/wait/sight", fragment=True)

    assert "<html" not in fragment
    assert "What is being done for it" in fragment
    assert "/chain/line" in fragment


@pytest.mark.parametrize("address", ["/people/alice@example.org/serves", "/teams/care/serves"])
def test_a_person_and_a_team_see_what_their_work_serves(alice: Person, scene: Scene, address: str) -> None:
    text = read(alice, address)

    assert "/priorities/timely" in text
    assert "/chain/line" in text


@pytest.mark.parametrize(
    ("address", "heading", "above"),
    [
        ("/chain/line/sight", "Line of sight", '<a href="/chain/line" dir="auto">Run a phone triage line</a>'),
        ("/people/alice@example.org/serves", "What my work serves", '<a href="/people/alice@example.org"'),
        ("/chain/sooner/voices", "Status in three voices", '<a href="/chain/sooner"'),
        ("/key-results/wait/behind", "Status in three voices, delivery and effect", '<a href="/key-results/wait"'),
        ("/key-results/wait/alike", "Alike elsewhere", '<a href="/key-results/wait"'),
        ("/metrics/median-wait/expected", "Expected and observed", '<a href="/metrics/median-wait"'),
    ],
)
def test_a_page_about_something_says_what_it_is_and_names_above_what_it_is_of(
    alice: Person, scene: Scene, address: str, heading: str, above: str
) -> None:
    text = read(alice, address)

    assert f">{heading}</h1>" in text
    assert above in text.partition('class="breadcrumb"')[2].partition("</nav>")[0]


def test_an_objective_and_a_priority_see_what_is_done_for_them(alice: Person, scene: Scene) -> None:
    for page in ("/objectives/waiting", "/priorities/timely"):
        assert f'href="{page}/sight"' in read(alice, page)
        assert 'href="/chain/line"' in read(alice, f"{page}/sight")
    assert 'href="/priorities/timely"' in read(alice, "/objectives/waiting/sight")
    for highest in ("/priorities/timely/sight", "/chain/pain/sight"):
        assert "No path up" not in read(alice, highest)


def test_an_item_that_leads_nowhere_says_so(alice: Person, scene: Scene) -> None:
    an_item(alice, "output", "A leaflet", ref="leaflet")

    assert "No path up" in read(alice, "/chain/leaflet/sight")


def test_no_line_of_sight_leads_through_what_is_hidden(alice: Person, charlie: Person, scene: Scene) -> None:
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"visibility": "private"})

    assert "No path up" in read(charlie, "/chain/line/sight")
    assert "Triaged" not in read(charlie, "/key-results/wait/sight")
    read(charlie, "/chain/calls/sight", status=404)
    assert "phone triage" not in read(charlie, "/priorities/timely/sight")


def test_the_queries_of_a_line_of_sight_do_not_grow(alice: Person, scene: Scene) -> None:
    pages = [
        "/chain/line/sight",
        "/objectives/waiting/sight",
        "/priorities/timely/sight",
        "/people/alice@example.org/serves",
        "/chain/unattached",
    ]
    before = [queries(alice, page) for page in pages]
    for number in range(6):
        made = an_item(alice, "activity", f"Activity {number}")
        actions.link(by=alice, source=made, target=scene.calls, at=NOON)

    assert [queries(alice, page) for page in pages] == before
    assert max(before) < 20


# --- what has no path ---


def test_what_has_no_path_is_listed_with_the_places_most_like_it(alice: Person, scene: Scene) -> None:
    an_item(alice, "activity", "Triage calls at night", ref="night")
    text = read(alice, "/chain/unattached")

    assert "Triage calls at night" in text
    assert "Triaged calls" in text
    assert 'name="source" value="night"' in text
    send(alice, "/chain-links", source="night", target="calls")
    assert Link.objects.filter(source__ref="night", target=scene.calls).exists()
    assert "Everything has a path" in read(alice, "/chain/unattached")


# --- words ---


def test_a_chain_reads_as_a_sentence_whose_items_are_links(alice: Person, scene: Scene) -> None:
    text = read(alice, "/objectives/waiting/chain").partition('id="told"')[2].partition("</p>")[0]

    assert '<a href="/chain/nurses">' in text
    assert "400" in text
    assert "21 → 7" in text
    assert "callers follow the advice" in text


def test_an_objective_tells_delivery_and_effect_down_to_what_deserves_a_look(alice: Person, scene: Scene) -> None:
    text = read(alice, "/objectives/waiting")

    assert "Delivery and effect" in text
    assert 'href="/objectives/waiting/chain"' in text
    assert "/chain/" in text.partition('id="behind"')[2]


def test_an_objective_whose_key_results_measure_nothing_tells_neither(alice: Person, scene: Scene) -> None:
    KeyResult.objects.update(measures=None)

    assert "Delivery and effect" not in read(alice, "/objectives/waiting")


# --- templates ---


@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_a_template_fills_the_chain_of_an_objective(alice: Person, scene: Scene, key: str) -> None:
    assert TEMPLATES[key].title in read(alice, "/objectives/waiting/chain/templates")
    before = ChainItem.objects.count()
    answer = send(alice, "/objectives/waiting/chain/templates", template=key, key_result="wait")

    assert answer.url == "/objectives/waiting/chain/outline"
    template = TEMPLATES[key]
    assert ChainItem.objects.count() == before + len(template.items)
    assert Link.objects.count() == 4 + len(template.links)
    assert Assumption.objects.count() == 1 + sum(len(link.assumptions) for link in template.links)
    measured = KeyResult.objects.get(ref="wait").measures
    assert measured is not None
    assert measured.level == "outcome"


def test_a_template_that_is_not_there_or_for_anothers_key_result_makes_nothing(
    alice: Person, charlie: Person, scene: Scene
) -> None:
    before = ChainItem.objects.count()
    here = "/objectives/waiting/chain/templates"

    assert send(alice, here, template="dream", key_result="wait").status_code == 404
    assert send(charlie, here, template="logframe", key_result="wait").status_code == 403
    assert ChainItem.objects.count() == before
    assert Objective.objects.count() == 1


def test_items_are_found_by_their_words(alice: Person, charlie: Person, scene: Scene) -> None:
    assert "/chain/calls" in read(alice, "/search?q=triaged")
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"visibility": "private"})
    assert "/chain/calls" not in read(charlie, "/search?q=triaged")
