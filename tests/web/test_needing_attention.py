"""Needs attention on screen: whose, why, what mends it, what is new and gone, muted and told again."""

import re
from datetime import date, timedelta
from html import escape as html_escape
from html import unescape as html_unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db.models import F
from django.test import Client

from impactline.chain.actions import create_item, name_levels
from impactline.chain.names import Name
from impactline.chain.names import read as names_of
from impactline.insight import actions
from impactline.insight.attention import Scope, as_data, attention
from impactline.insight.examining import examine_all
from impactline.insight.models import Found, Look, Muted
from impactline.notify.digest import digest_of
from impactline.okrs import actions as okrs
from impactline.okrs.models import KeyResult, Objective, Priority
from impactline.okrs.today import present
from impactline.people.models import Person
from impactline.people.queries import organisation
from impactline.web.remedies import first_step, more_steps
from tests.cast import NOON
from tests.exchange.installations import imported
from tests.scenes import a_key_result, a_running_cycle, an_objective, moment, says
from tests.web.visits import MONDAY, queries, read, send, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
ROOT = Path(__file__).resolve().parent.parent.parent
UNTIL = date(2026, 11, 30)


@pytest.fixture
def waiting(ada: Person, alice: Person) -> Objective:
    okrs.create_priority(by=ada, title="Access", at=NOON)
    return an_objective(alice, a_running_cycle(ada), ref="waiting")


@pytest.fixture
def wait_days(alice: Person, waiting: Objective) -> KeyResult:
    made = a_key_result(alice, waiting, ref="wait-days")
    examine_all(MONDAY)
    return made


def the(rule: str) -> Found:
    return Found.objects.get(rule=rule)


def serves(by: Person, objective: Objective) -> None:
    okrs.change_objective(
        by=by, objective=objective, version=None, at=MONDAY, changes={}, priorities=Priority.objects.all()
    )


def test_each_cause_has_its_reason_its_stake_and_the_button_that_mends_it(alice: Person, wait_days: KeyResult) -> None:
    html = read(alice, "/attention")
    for href in (
        "/key-results/wait-days?back=",
        "/objectives/waiting/alignments?back=",
        f"/roadblocks/new?finding={the('R2').key}&amp;back=",
        "/rules/R2",
    ):
        assert f'href="{href}' in html
    assert the("R2").message in html
    assert '<span class="value">a whole objective</span>' in html
    assert "behind this finding are worth together = a whole objective" in html
    assert "reads the last check-in" in html


def test_days_and_shares_are_written_as_the_reader_writes_them(alice: Person, wait_days: KeyResult) -> None:
    said = "The last check-in was on 2 November 2026: 66 % of “By 4 May 2026”, 1.5 days."
    Found.objects.filter(rule="R2").update(message=said)
    assert "was on Nov 2, 2026: 66% of “By 4 May 2026”, 1.5 days." in read(alice, "/attention")
    Person.objects.filter(pk=alice.pk).update(locale="de")
    assert "was on 02.11.2026: 66\xa0% of “By 4 May 2026”, 1,5 days." in read(alice, "/attention")


class TestTheWording:
    """What the wording is warned of stands below, in the same scope."""

    HERE = "/attention/wording"

    def test_it_stands_below_and_leads_to_where_it_is_mended(self, alice: Person, waiting: Objective) -> None:
        a_key_result(alice, waiting, "Launch the new website", ref="site", type="open")
        assert f'hx-get="{self.HERE}"' in read(alice, "/attention")
        part = read(alice, self.HERE, fragment=True)
        assert 'href="/key-results/site/wording"' in part
        assert "tells what will be done" in part
        assert "Needs attention" in read(alice, f"{self.HERE}?of=organisation")

    def test_it_is_of_the_scope(self, alice: Person, bob: Person, charlie: Person, waiting: Objective) -> None:
        a_key_result(alice, waiting, "Launch the new website", ref="site", type="open")
        assert "site/wording" not in read(charlie, self.HERE, fragment=True)
        for scope in ("of=organisation", "objective=waiting", f"cycle={waiting.cycle.ref}", f"person={alice.email}"):
            assert "site/wording" in read(bob, f"{self.HERE}?{scope}", fragment=True)
        Objective.objects.update(visibility="private")
        assert "site/wording" not in read(charlie, f"{self.HERE}?of=organisation", fragment=True)
        read(charlie, f"{self.HERE}?objective=waiting", status=404)
        Objective.objects.update(visibility="open")
        overrule = {"rule": "W-activity-as-result", "note": "It is the result."}
        assert send(alice, "/key-results/site/wording", **overrule).status_code == 302
        assert "tells what will be done" not in read(alice, self.HERE, fragment=True)

    def test_a_key_result_in_the_objective_of_somebody_else_is_its_owners_too(
        self, alice: Person, bob: Person, waiting: Objective
    ) -> None:
        a_key_result(alice, waiting, "Launch the new website", ref="site", type="open", owner=bob)
        a_key_result(alice, waiting, "Launch the new app", ref="app", type="open")
        part = read(bob, self.HERE, fragment=True)
        assert "site/wording" in part
        assert "app/wording" not in part
        assert "site/wording" in read(alice, self.HERE, fragment=True)

    def test_where_nothing_is_weak_nothing_is_said(self, alice: Person, waiting: Objective) -> None:
        assert "wording-heading" not in read(alice, self.HERE, fragment=True)
        assert "No rule warns of the wording." in read(alice, self.HERE)

    def test_its_queries_do_not_grow(self, alice: Person, waiting: Objective) -> None:
        def asked() -> int:
            return queries(alice, self.HERE)

        a_key_result(alice, waiting, "Launch site", type="open")
        before = asked()
        for number in range(5):
            a_key_result(alice, waiting, f"Launch site {number}", type="open")
            an_objective(alice, waiting.cycle, f"Launch everything {number}", ref=f"more-{number}")
        assert asked() == before


def test_it_is_counted_in_the_navigation_and_where_it_belongs(alice: Person, bob: Person, wait_days: KeyResult) -> None:
    html = read(alice, "/")
    assert "All of them, with reasons" in html
    assert 'href="/attention?objective=waiting"' in read(bob, "/objectives/waiting")
    assert f'href="/attention?cycle={wait_days.objective.cycle.ref}"' in read(
        bob, f"/cycles/{wait_days.objective.cycle.ref}"
    )
    assert f"/attention?person={alice.email.replace('@', '%40')}" in read(bob, f"/people/{alice.email}")
    assert "Nothing needs you now" in read(bob, "/attention")
    for scope in ("of=organisation", f"person={alice.email}", "objective=waiting"):
        assert "wait-days" in read(bob, f"/attention?{scope}")
    read(bob, "/attention?team=nowhere", status=404)


def test_what_is_hidden_is_nowhere(alice: Person, charlie: Person, wait_days: KeyResult) -> None:
    Objective.objects.update(visibility="private")
    for address in ("/", "/attention?of=organisation", f"/attention?person={alice.email}"):
        assert "wait-days" not in read(charlie, address)
    read(charlie, "/attention?objective=waiting", status=404)
    read(charlie, f"/roadblocks/new?finding={the('R2').key}", status=404)
    assert send(charlie, "/attention/mutes", key=the("R2").key, reason="x", until=UNTIL.isoformat()).status_code == 404


def test_what_came_and_went_since_the_last_look_is_told(
    alice: Person, waiting: Objective, wait_days: KeyResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visitor(alice)
    assert 'class="since"' not in _told(client)
    later = MONDAY + timedelta(hours=2)
    serves(alice, waiting)
    an_objective(alice, waiting.cycle, "Fewer falls", ref="falls")
    examine_all(MONDAY + timedelta(hours=1))
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert "1 gone since you looked on Nov 16, 2026" in _told(client, **{"X-Live": "1"})
    assert Look.objects.get().at == MONDAY
    for _ in range(2):  # as long as the visit lasts
        html = _told(client)
        assert "1 gone since you looked on Nov 16, 2026" in html
        assert '<b class="fresh">2 new</b> and' in html
    assert (Look.objects.get().at, Look.objects.get().before) == (later, MONDAY)


def _told(client: Client, **headers: str) -> str:
    return client.get("/attention", headers=headers).content.decode().partition('id="attention"')[2]


def test_a_cause_is_muted_with_a_reason_and_told_again(alice: Person, wait_days: KeyResult) -> None:
    a_key_result(alice, wait_days.objective, "Another", ref="another")
    examine_all(MONDAY)
    keys = list(Found.objects.filter(rule="R2").values_list("key", flat=True))
    said = {"key": keys, "until": UNTIL.isoformat(), "of": "organisation"}
    refused = send(alice, "/attention/mutes", **said, reason=" ")
    assert refused.status_code == 422
    assert 'value="2026-11-30"' in refused.content.decode()
    late = send(alice, "/attention/mutes", **{**said, "until": "2031-01-01"}, reason="Holidays")
    assert "within a year" in late.content.decode()
    assert 'value="Holidays"' in late.content.decode()
    done = send(alice, "/attention/mutes", **said, reason="Holidays")
    assert (done.status_code, done.headers["Location"]) == (302, "/attention?of=organisation")
    html = read(alice, "/attention?of=organisation")
    assert "2 muted" in html
    assert "and 1 more" in html
    assert html.count("Tell them again") == html.count("Holidays") == 1, "what was muted at once stands there once"
    assert send(alice, "/attention/hearings", key=keys, of="organisation", then=keys[1]).headers["Location"] == (
        f"/attention?of=organisation#cause-{keys[1]}"
    )
    assert "muted</summary>" not in read(alice, "/attention")


def test_where_all_that_was_found_is_muted_nobody_is_told_that_nothing_was_found(
    alice: Person, wait_days: KeyResult
) -> None:
    assert "found nothing worse" not in read(alice, "/attention")
    actions.mute_all(by=alice, found=Found.objects.filter(gone_at=None), reason="x", until=UNTIL, at=MONDAY)
    html = read(alice, "/attention")
    assert "Nothing needs you now" in html
    assert "What is worse than a hint is muted, and stands below." in html


def test_where_there_is_nothing_to_look_at_nobody_is_told_that_the_rules_looked(ada: Person, gil: Person) -> None:
    html = read(ada, "/attention")
    assert "No objectives yet" in html
    assert 'href="/administration/imports"' in html.partition("No objectives yet")[2]
    assert "administration/imports" not in read(gil, "/attention")


def test_each_thing_is_named_once_in_a_cause_and_the_heading_says_how_many(alice: Person, wait_days: KeyResult) -> None:
    a_key_result(alice, wait_days.objective, "Another", ref="another")
    examine_all(MONDAY)
    cause = the_cause = Found.objects.filter(rule="R2").first()
    assert cause is not None
    for row in Found.objects.filter(rule="R2"):
        more = {name: getattr(row, name) for name in ("about", "severity", "value", "appeared_at", "cause", "owner")}
        Found.objects.create(rule="R3", key=f"r3{row.pk}", message="Nothing in the middle.", remedy="-", **more)
    html = read(alice, "/attention").partition("data-causes")[2].partition("</ol>")[0]
    card = next(
        part for part in html.split("<li class=") if f"cause-{the_cause.key}" in part or "Nothing in the middle" in part
    )
    assert '<span class="besides">and 1 more</span>' in card
    assert card.count('href="/key-results/another"') + card.count('href="/key-results/wait-days"') == 2


def test_hardly_anything_is_left_out(alice: Person, waiting: Objective) -> None:
    for number in (*range(4), *range(8, 12)):
        an_objective(alice, waiting.cycle, f"More {number}", ref=f"more-{number}")
    examine_all(MONDAY)
    Found.objects.exclude(rule="C8").delete()
    Found.objects.update(cause=F("key"))
    html = read(alice, "/attention")
    titles = re.findall(r">(More \d+)</a>", html)
    assert titles == [f"More {number}" for number in (0, 1, 2, 3, 8, 9, 10, 11)], (
        "what weighs the same is told by its title"
    )
    assert html.count("data-cause>") == 9
    assert "Show all" not in html
    for number in (20, 21):
        an_objective(alice, waiting.cycle, f"More {number}", ref=f"more-{number}")
    examine_all(MONDAY)
    Found.objects.exclude(rule="C8").delete()
    Found.objects.update(cause=F("key"))
    html = read(alice, "/attention")
    assert html.count("data-cause>") == 7
    assert "Show all 11" in html


def test_muting_goes_on_to_the_next_cause_and_undo_takes_it_all_back(alice: Person, wait_days: KeyResult) -> None:
    a_key_result(alice, wait_days.objective, "Another", ref="another")
    examine_all(MONDAY)
    client, keys = visitor(alice), list(Found.objects.filter(rule="R2").values_list("key", flat=True))
    html = read(alice, "/attention?show=all")
    listed = re.findall(r'id="cause-(\w+)"', html)
    after = listed[listed.index(next(key for key in keys if key in listed)) + 1]
    assert f'name="then" value="{after}"' in html
    said = {"key": [*keys, "gone-meanwhile"], "until": UNTIL.isoformat(), "reason": "x", "show": "all", "then": after}
    assert client.post("/attention/mutes", said).headers["Location"] == f"/attention?show=all#cause-{after}"
    assert Muted.objects.filter(ended_at=None).count() == 2
    undo = html_unescape(client.get("/attention").content.decode().partition('action="/attention/hearings?')[2])
    done = client.post("/attention/hearings?" + undo.partition('"')[0])
    assert done.headers["Location"] == f"/attention?show=all#cause-{keys[0]}"
    assert not Muted.objects.filter(ended_at=None).exists()
    assert client.post("/attention/hearings?muted_at=never").status_code == 404
    assert client.post("/attention/hearings?muted_at=0001-01-01T00:00:00%2B23:00").status_code == 404


def test_a_button_leads_back_to_its_cause_once_it_is_done_or_given_up(alice: Person, wait_days: KeyResult) -> None:
    html = read(alice, "/attention?of=organisation")
    back = f"/attention?of=organisation#cause-{the('R4').key}"
    to_form = f"/objectives/waiting/alignments?{urlencode({'back': back})}"
    assert f'href="{html_escape(to_form)}"' in html
    assert f'href="{html_escape(back)}">Cancel' in read(alice, to_form)
    for asked, answer in ((back, back), ("//evil.example", "/objectives/waiting"), ("x", "/objectives/waiting")):
        edit = f"/objectives/waiting/edit?{urlencode({'back': asked})}"
        version = Objective.objects.get().version
        said = {"title": f"Nobody waits {version}", "owner": alice.email, "version": version, "driver": "key_results"}
        done = send(alice, edit, **said)
        assert done.headers["Location"] == answer
    check_in = "/key-results/wait-days?back=%2Fattention#check-in-heading"
    action = "/key-results/wait-days/check-ins?back=%2Fattention"
    assert f'action="{action}"' in read(alice, check_in.partition("#")[0])
    assert send(alice, action, value="").status_code == 422
    assert send(alice, action, value="12").headers["Location"] == "/attention"


def test_a_roadblock_is_taken_over_from_a_finding(alice: Person, wait_days: KeyResult) -> None:
    html = read(alice, f"/roadblocks/new?finding={the('R2').key}")
    assert "Taken over from what was found" in html
    assert 'name="on" value="wait-days"' in html
    assert 'value="accountability" selected' in html
    assert wait_days.title in html


def test_the_pages_ask_as_often_for_many_as_for_few(alice: Person, wait_days: KeyResult) -> None:
    pages = ("/attention", "/attention?of=organisation&show=all", "/")
    before = [queries(alice, address) for address in pages]
    for number in range(9):
        more = an_objective(alice, wait_days.objective.cycle, f"More {number}")
        says(alice, a_key_result(alice, more, f"More of {number}"), 20, at=MONDAY)
    examine_all(MONDAY)
    actions.mute(by=alice, found=Found.objects.filter(rule="R4")[0], reason="x", until=UNTIL, at=MONDAY)
    assert [queries(alice, address) for address in pages] == before


def test_findings_and_rules_speak_in_the_names_that_the_organisation_gives_the_levels(
    ada: Person, alice: Person, wait_days: KeyResult
) -> None:
    create_item(by=alice, level="output", title="A leaflet", ref="leaflet", owner=alice, state="active", at=MONDAY)
    examine_all(MONDAY)
    assert "It leads to no outcome" in read(alice, "/attention")
    name_levels(by=ada, version=None, names={"outcome": Name("change", "changes")}, at=MONDAY)

    assert "It leads to no change" in read(alice, "/attention")
    assert "It leads to no change" in read(alice, "/chain/leaflet/attention")
    assert "An output that leads to no change." in read(alice, "/rules")
    assert "It leads to no change" in str(digest_of(alice, present(MONDAY), MONDAY - timedelta(days=7)))
    found = as_data(attention(alice, Scope(), MONDAY.date()), names_of(organisation().level_names))
    assert "It leads to no change" in str(found)
    assert "It leads to no outcome" in the("C2").message, "what is kept speaks in codes"


def test_guests_see_and_change_nothing(gil: Person, wait_days: KeyResult) -> None:
    html = read(gil, "/attention?of=organisation")
    assert "wait-days" in html
    assert "Raise as a roadblock" not in html
    assert "/attention/mutes" not in html
    assert "<kbd>m</kbd> mute" not in html


def test_every_button_of_every_rule_leads_to_a_page_that_is_there(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    at = moment(date(2026, 11, 20))
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    imported((ROOT / "tests/insight/every_rule.yaml").read_bytes(), at=at)
    examine_all(at)
    client, steps = visitor(ada), {}
    for found in Found.objects.filter(gone_at=None).order_by("rule", "key"):
        for step in (first_step(found, concerned=True), *more_steps(found)):
            steps.setdefault((step.label, found.about[0][0]), step)
    assert len(steps) > 20
    for step in steps.values():
        address, _, place = step.href.partition("#")
        answer = client.get(address)
        assert answer.status_code == 200, step
        assert not place or f'id="{place}"' in answer.content.decode(), step
