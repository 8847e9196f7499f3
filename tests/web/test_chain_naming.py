"""Items of the chain that have the same title: told apart where they stand, and never taken for one another."""

import re

import pytest

from impactline.chain.models import ChainItem, Dependency, Link
from impactline.okrs.models import KeyResult
from impactline.people.models import Person
from tests.web.chain_scene import Scene, a_chain, an_item
from tests.web.test_metrics import text_of
from tests.web.visits import read, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
KENYA, UGANDA = "XM-1-KEN-water", "XM-1-UGA-water"


@pytest.fixture
def scene(alice: Person, ada: Person) -> Scene:
    return a_chain(alice, ada)


@pytest.fixture
def waters(alice: Person, scene: Scene) -> list[ChainItem]:
    return [an_item(alice, "output", "Clean water", ref=ref) for ref in (KENYA, UGANDA)]


@pytest.mark.parametrize("view", ["", "/outline", "/logframe", "/gaps", "/unattached", "/drawing"])
def test_lists_and_pictures_tell_them_apart_and_only_them(alice: Person, waters: list[ChainItem], view: str) -> None:
    told = re.findall(r"…[\w-]+", text_of(read(alice, f"/chain{view}")))
    assert set(told) == {"…KEN-water", "…UGA-water"}


def test_a_title_that_several_have_names_none_of_them(alice: Person, scene: Scene, waters: list[ChainItem]) -> None:
    for address, fields in (
        ("/chain/sooner/links", {"way": "1"}),
        ("/chain/line/waits", {}),
        ("/key-results/wait/measures", {}),
    ):
        before = Link.objects.count(), ChainItem.objects.count(), Dependency.objects.count()
        answer = send(alice, address, title="clean water", **fields)
        assert answer.status_code == 422
        assert f"Name one by its ref: {KENYA}, {UGANDA}" in text_of(answer.content.decode())
        assert (Link.objects.count(), ChainItem.objects.count(), Dependency.objects.count()) == before
    assert KeyResult.objects.get().measures == scene.sooner


def test_fields_offer_refs_where_titles_are_the_same(alice: Person, scene: Scene, waters: list[ChainItem]) -> None:
    html = read(alice, "/chain/line")
    assert f'<option value="{KENYA}">Clean water</option>' in html
    assert '<option value="Triaged calls"></option>' in html
    assert "Clean water (…KEN-water)" in read(alice, "/key-results/wait/edit")
    assert send(alice, "/key-results/wait/measures", title=UGANDA).status_code == 302
    assert KeyResult.objects.get().measures == waters[1]
