"""What a field offers where there are very many: what the words of a title find, while one types."""

import pytest

from impactline.metrics.models import Metric
from impactline.okrs.models import KeyResult
from impactline.people.models import Person
from impactline.web import suggestions
from tests.scenes import a_metric
from tests.web.chain_scene import a_chain, an_item
from tests.web.visits import queries, read, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def metrics(alice: Person) -> list[Metric]:
    return [a_metric(alice, f"Wells dug in district {number}", ref=f"wells-{number}") for number in range(4)]


def test_few_metrics_are_a_select_and_of_many_words_find_one(
    alice: Person, metrics: list[Metric], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = an_item(alice, "outcome", "Water is clean", ref="water", metrics=metrics[:1])
    here = f"/chain/{outcome.ref}/edit"
    assert read(alice, here).count('type="checkbox" name="metrics"') == 4
    monkeypatch.setattr(suggestions, "MOST", 3)
    many = read(alice, here)
    assert many.count('type="checkbox" name="metrics"') == 1, "what is chosen stays and can be taken away"
    assert 'hx-get="/suggestions/metrics"' in many
    assert read(alice, "/suggestions/metrics?metrics=DISTRICT 2 wells").split("\n")[0] == (
        '<option value="wells-2">Wells dug in district 2</option>'
    )
    assert queries(alice, here) == queries(alice, here)


def test_a_metric_that_was_found_is_added_to_those_that_were_chosen(alice: Person, metrics: list[Metric]) -> None:
    an_item(alice, "outcome", "Water is clean", ref="water")
    typed = {"title": "Water is clean", "metrics": ["wells-1", "wells-3"], "version": "1"}
    assert visitor(alice).post("/chain/water/edit", typed).status_code == 302
    assert 'href="/metrics/wells-3"' in read(alice, "/chain/water")
    wrong = visitor(alice).post("/chain/water/edit", typed | {"metrics": ["wells"], "version": "2"})
    assert "There is no metric “wells”" in wrong.content.decode()


def test_nobody_is_offered_what_they_do_not_see(alice: Person, charlie: Person) -> None:
    an_item(alice, "outcome", "Water is clean", ref="water")
    an_item(alice, "output", "Water plans", ref="plans", visibility="private")
    assert "plans" in read(alice, "/suggestions/items?measures=water")
    assert read(charlie, "/suggestions/items?measures=water").strip() == '<option value="water">Water is clean</option>'


def test_words_that_find_nothing_are_told_at_the_field_and_nothing_typed_is_lost(
    alice: Person, ada: Person, metrics: list[Metric]
) -> None:
    scene = a_chain(alice, ada)
    form = f"/objectives/{scene.objective.ref}/key-results/new"
    typed = {
        "title": "Wells dug",
        "type": "metric",
        "baseline": "0",
        "target": "9",
        "metric": "wells dug in district 2",
    }
    kept = visitor(alice).post(form, typed | {"measures": "no such thing", "metric": "wells"})
    assert kept.status_code == 422
    assert "There is no metric “wells”. Write a word of its name and choose." in kept.content.decode()
    assert "Wells dug" in kept.content.decode()
    assert "There is no item" in visitor(alice).post(form, typed | {"measures": "no such thing"}).content.decode()
    assert visitor(alice).post(form, typed | {"measures": "triaged CALLS"}).status_code == 302
    made = KeyResult.objects.get(title="Wells dug")
    assert (made.metric.ref, made.measures.ref) == ("wells-2", "calls"), "a whole title is as good as a ref"
