"""Expected and observed: on the pages of an outcome, of its metric, and of a key result that measures it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from impactline.chain import actions
from impactline.chain.names import Name
from impactline.checkins import actions as check_ins
from impactline.people.models import Person
from tests.cast import NOON
from tests.web.chain_scene import Scene, a_chain, an_item
from tests.web.visits import MONDAY, queries, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def scene(alice: Person, ada: Person) -> Scene:
    """The wait is read at 21 days on 1 October; 100 calls come by 12 October, from 1 October on."""
    made = a_chain(alice, ada)
    began = {"starts_on": date(2026, 10, 1)}
    actions.change_item(by=alice, item=made.calls, version=None, at=NOON, changes=began)
    check_ins.read_metric(by=alice, metric=made.metric, value=Decimal(21), at=datetime(2026, 10, 1, 9, tzinfo=UTC))
    return made


def delivers(by: Person, scene: Scene) -> None:
    actions.report(by=by, item=scene.calls, value=Decimal(100), at=NOON)
    check_ins.read_metric(by=by, metric=scene.metric, value=Decimal(19), at=MONDAY)


def test_an_outcome_shows_what_its_metric_should_have_done(alice: Person, scene: Scene) -> None:
    delivers(alice, scene)

    assert 'hx-get="/chain/sooner/expected"' in read(alice, "/chain/sooner")
    part = read(alice, "/chain/sooner/expected", fragment=True)
    assert "<html" not in part
    # 100 calls × −0.03 × .6 = −1.8
    assert "it should have come to 19.2 days" in part
    assert "within the band" in part
    assert 'class="fan"' in part
    assert "Band, 4 of 5" in part
    assert "<html" in read(alice, "/chain/sooner/expected")


def test_its_metric_and_its_key_result_show_the_same(alice: Person, scene: Scene) -> None:
    delivers(alice, scene)

    for page in ("/metrics/median-wait", "/key-results/wait"):
        assert f'hx-get="{page}/expected"' in read(alice, page)
        assert "it should have come to 19.2 days" in read(alice, f"{page}/expected", fragment=True)
    assert 'href="/chain/sooner"' in read(alice, "/key-results/wait")


def test_a_metric_that_no_link_claims_to_move_shows_nothing(alice: Person, scene: Scene) -> None:
    actions.unlink(by=alice, source=scene.calls, target=scene.sooner, at=NOON)

    assert "/expected" not in read(alice, "/metrics/median-wait")


def test_what_is_missing_is_said_with_where_to_mend_it(alice: Person, scene: Scene) -> None:
    assert "Nothing was delivered yet" in read(alice, "/chain/sooner/expected")
    none = {"effect_metric": None, "effect_change": None, "effect_per": None}
    actions.change_link(by=alice, link=scene.link, version=None, at=NOON, changes=none)
    text = read(alice, "/chain/sooner/expected")
    assert "No effect is stated yet" in text
    assert 'href="/chain/calls/links/sooner"' in text
    actions.unlink(by=alice, source=scene.calls, target=scene.sooner, at=NOON)
    assert "Nothing leads here yet" in read(alice, "/chain/sooner/expected")
    actions.change_item(by=alice, item=scene.sooner, version=None, at=NOON, changes={}, metrics=[])
    assert "No metric yet" in read(alice, "/chain/sooner/expected")


def test_what_is_missing_is_told_in_the_names_that_the_organisation_gives_the_levels(
    ada: Person, alice: Person, scene: Scene
) -> None:
    actions.unlink(by=alice, source=scene.calls, target=scene.sooner, at=NOON)
    assert "Nothing leads to this outcome yet" in read(alice, "/chain/sooner/expected")
    actions.name_levels(by=ada, version=None, names={"outcome": Name("change", "changes")}, at=NOON)
    assert "Nothing leads to this change yet" in read(alice, "/chain/sooner/expected")


def test_what_is_hidden_claims_nothing(alice: Person, charlie: Person, scene: Scene) -> None:
    delivers(alice, scene)
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"visibility": "private"})

    text = read(charlie, "/chain/sooner/expected")
    assert "Nothing leads here yet" in text
    assert "Triaged" not in text
    assert "/expected" not in read(charlie, "/metrics/median-wait")
    actions.change_item(by=alice, item=scene.sooner, version=None, at=NOON, changes={"visibility": "private"})
    read(charlie, "/chain/sooner/expected", status=404)
    assert "sooner" not in read(charlie, "/key-results/wait")


def test_the_queries_do_not_grow_with_the_chain(alice: Person, scene: Scene) -> None:
    delivers(alice, scene)
    pages = [f"{page}/expected" for page in ("/chain/sooner", "/metrics/median-wait", "/key-results/wait")]
    before = [queries(alice, page) for page in pages]
    for number in range(4):
        made = an_item(alice, "output", f"Output {number}", planned=Decimal(10))
        effect = {"effect_metric": scene.metric, "effect_change": Decimal(-1)}
        actions.link(by=alice, source=made, target=scene.sooner, at=NOON, **effect)
        actions.report(by=alice, item=made, value=Decimal(5), at=NOON)

    assert [queries(alice, page) for page in pages] == before
    assert max(before) < 18


def test_what_has_ended_shows_what_was_predicted_beside_what_was_observed(
    alice: Person, charlie: Person, scene: Scene
) -> None:
    delivers(alice, scene)
    before = queries(alice, "/chain/calls")
    actions.change_item(by=alice, item=scene.calls, version=None, at=NOON, changes={"state": "done"})

    text = read(alice, "/chain/calls")
    assert "Predicted and observed" in text
    assert "As expected" in text
    assert "agrees with a contribution (evidence: moderate)" in text
    assert queries(alice, "/chain/calls") == before
    actions.change_item(by=alice, item=scene.sooner, version=None, at=NOON, changes={"visibility": "private"})
    assert "Predicted and observed" not in read(charlie, "/chain/calls")
