"""Hints about the wording: while typing, in the form, after saving, and on a page where a rule can be overruled."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from impactline.chain.models import Assumption, ChainItem
from impactline.insight.models import Overruled
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person, Team
from tests.scenes import a_key_result, a_metric, a_running_cycle, an_objective
from tests.web.chain_scene import Scene, a_chain
from tests.web.visits import queries, read, send, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
RULE = "W-activity-as-result"
WEAK = "“Launch” tells what will be done"


@pytest.fixture
def objective(ada: Person, alice: Person) -> Objective:
    return an_objective(alice, a_running_cycle(ada), ref="waiting")


@pytest.fixture
def site(alice: Person, objective: Objective) -> KeyResult:
    return a_key_result(alice, objective, "Launch the new website", ref="site", type="open")


def test_hints_follow_what_is_typed(alice: Person, objective: Objective):
    answer = send(alice, "/wording/key-result", fragment=True, title="Launch the new website", objective="waiting")
    told = unescape(answer.content.decode())
    assert answer.status_code == 200
    assert WEAK in told
    assert 'data-rewrite="Launch the new website, so that __ goes from __ to __ by 31 Dec"' in told
    calm = send(alice, "/wording/key-result", fragment=True, title="Median wait falls from 21 to 7 days")
    assert calm.content.decode().strip() == ""


def test_a_measure_that_is_typed_counts(alice: Person, objective: Objective):
    fields = {"title": "Wait falls", "type": "metric", "baseline": "7", "target": "7", "objective": "waiting"}
    assert "Baseline and target are both 7" in send(alice, "/wording/key-result", **fields).content.decode()


def test_hints_ask_little_of_the_database(alice: Person, objective: Objective, django_assert_max_num_queries: Any):
    client = visitor(alice)
    fields = {"title": "Improve the quality of everything considerably", "objective": "waiting"}
    with django_assert_max_num_queries(10):
        assert client.post("/wording/key-result", fields).status_code == 200


def test_hints_keep_to_the_rules_of_the_house(alice: Person, charlie: Person, objective: Objective, site: KeyResult):
    Objective.objects.update(visibility="private")
    for fields in ({"objective": "waiting"}, {"item": "site"}):
        assert send(charlie, "/wording/key-result", title="Launch it", **fields).status_code == 404
    assert send(alice, "/wording/wish", title="x").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice, backend="impactline.people.signing_in.Backend")
    assert strict.post("/wording/key-result", {"title": "x"}).status_code == 403
    assert Client().post("/wording/key-result", {"title": "x"}).status_code == 302


@pytest.mark.parametrize("text", ["x" * 30_000, "🎉", "提高客户满意度", "<script>alert(1)</script>"])
def test_awkward_texts_do_no_harm(alice: Person, text: str):
    answer = send(alice, "/wording/objective", title=text)
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_forms_show_hints_without_script_and_never_stop_a_save(alice: Person, site: KeyResult):
    assert WEAK in unescape(read(alice, "/key-results/site/edit"))
    assert WEAK not in unescape(read(alice, "/objectives/waiting/key-results/new"))
    fields = {"title": "Launch the newest website", "type": "open", "version": site.version}
    assert send(alice, "/key-results/site/edit", **fields).status_code == 302
    site.refresh_from_db()
    assert site.title == "Launch the newest website"


def test_the_line_that_adds_a_key_result_has_hints_too(alice: Person, objective: Objective):
    page = read(alice, "/objectives/waiting")
    assert 'hx-post="/wording/key-result"' in page
    assert '<input type="hidden" name="objective" value="waiting">' in page


def test_saving_says_that_there_is_something_to_see(alice: Person, objective: Objective):
    client = visitor(alice)
    fields = {"title": "Launch the new website", "type": "open"}
    page = client.post("/objectives/waiting/key-results/new", fields, follow=True).content.decode()
    assert "Its wording could be better in one way" in page


def test_the_forms_of_objectives_and_metrics_have_hints_too(alice: Person, ada: Person):
    an_objective(alice, a_running_cycle(ada), "Increase NPS by 20 points", ref="nps")
    assert "It holds a figure" in read(alice, "/objectives/nps/edit")
    a_metric(alice, "Increased satisfaction", ref="happy")
    page = unescape(read(alice, "/metrics/happy/edit"))
    assert "“Increased” says which way it shall go" in page
    assert 'data-field="name"' in page


class TestThePageOfFindings:
    def test_it_says_why_and_how_to_mend_it(self, alice: Person, site: KeyResult):
        page = unescape(read(alice, "/key-results/site/wording"))
        assert WEAK in page
        assert "85% sure" in page
        assert "/key-results/site/wording" in read(alice, "/key-results/site")

    def test_a_rule_is_overruled_and_heeded_again(self, alice: Person, site: KeyResult):
        here = "/key-results/site/wording"
        assert send(alice, here, rule=RULE, note="The site is the result.").status_code == 302
        page = unescape(read(alice, here))
        assert WEAK not in page
        assert "The site is the result." in page
        assert WEAK not in unescape(read(alice, "/key-results/site/edit"))
        assert WEAK in unescape(
            send(alice, "/wording/key-result", title="Launch another website", item="site").content.decode()
        )
        assert send(alice, f"{here}/heeding", rule=RULE).status_code == 302
        assert WEAK in unescape(read(alice, here))

    def test_a_note_is_needed(self, alice: Person, site: KeyResult):
        assert send(alice, "/key-results/site/wording", rule=RULE, note=" ").status_code == 422
        assert not Overruled.objects.exists()

    def test_others_read_it_and_change_nothing(self, charlie: Person, alice: Person, site: KeyResult):
        page = unescape(read(charlie, "/key-results/site/wording"))
        assert WEAK in page
        assert "It is wrong here" not in page
        assert send(charlie, "/key-results/site/wording", rule=RULE, note="No.").status_code == 403
        Objective.objects.update(visibility="private")
        read(charlie, "/key-results/site/wording", status=404)

    def test_where_nothing_is_weak_it_says_so(self, alice: Person, objective: Objective):
        assert "Nothing to say" in read(alice, "/objectives/waiting/wording")

    def test_its_queries_do_not_grow(self, alice: Person, objective: Objective, site: KeyResult):
        before = queries(alice, "/objectives/waiting/wording")
        for number in range(5):
            a_key_result(alice, objective, f"Launch site {number}", type="open")
        assert queries(alice, "/objectives/waiting/wording") == before


@pytest.fixture
def scene(alice: Person, ada: Person, care: Team) -> Scene:
    return a_chain(alice, ada)


@pytest.mark.usefixtures("scene")
class TestTheChain:
    """The scene: calls contribute to the outcome sooner, and assume that callers follow the advice."""

    HERE = "/chain/calls/wording"

    def test_hints_follow_what_is_typed_in_each_of_its_forms(self, alice: Person):
        form = read(alice, "/chain/new?level=output")
        assert 'hx-post="/wording/output"' in form
        told = send(alice, "/wording/output", fragment=True, title="Increase calls", item="calls").content.decode()
        assert 'class="wording"' in told
        assert 'hx-post="/wording/assumption"' in read(alice, "/chain/calls/links/sooner/assumptions/1")
        plan = {"text": "We will hire nurses", "item": "calls/sooner/1"}
        assert "so it is a plan" in send(alice, "/wording/assumption", fragment=True, **plan).content.decode()
        for nowhere in ("calls/sooner/9", "calls/sooner/x", "calls/nowhere/1", "nowhere/1"):
            assert send(alice, "/wording/assumption", text="x", item=nowhere).status_code == 404

    def test_saving_says_that_there_is_something_to_see(self, alice: Person):
        client = visitor(alice)
        made = client.post("/chain/new?level=output", {"title": "Increase calls", "state": "active"}, follow=True)
        assert "Its wording could be better" in made.content.decode()

    def test_a_rule_is_overruled_until_the_words_change(self, alice: Person):
        ChainItem.objects.filter(ref="calls").update(title="Increase calls")
        assert self.HERE in read(alice, "/chain/calls")
        before = unescape(read(alice, self.HERE))
        assert "It is wrong here" in before
        rule = re.search(r"Rule (W-[a-z-]+),", before)
        assert rule is not None
        assert send(alice, self.HERE, rule=rule[1], note="So it is.").status_code == 302
        assert "So it is." in unescape(read(alice, self.HERE))
        assert send(alice, f"{self.HERE}/heeding", rule=rule[1]).status_code == 302
        assert "So it is." not in unescape(read(alice, self.HERE))

    def test_of_an_assumption_too_and_never_of_another_that_stands_in_its_place(self, alice: Person, charlie: Person):
        Assumption.objects.filter(position=1).update(text="We will hire nurses")
        here = "/chain/calls/links/sooner/assumptions/1/wording"
        assert "so it is a plan" in unescape(read(alice, here))
        said = {"rule": "W-assumption", "note": "It is theirs."}
        assert send(alice, here, same="Callers follow the advice", **said).status_code == 422
        assert send(charlie, here, **said).status_code == 403
        assert not Overruled.objects.exists()
        assert send(alice, here, same="We will hire nurses", **said).status_code == 302
        assert "so it is a plan" not in unescape(read(alice, here))
        assert "so it is a plan" not in unescape(read(alice, here.removesuffix("/wording")))
        assert send(alice, f"{here}/heeding", rule="W-assumption").status_code == 302
        assert "so it is a plan" in unescape(read(alice, here))
