"""The marks in lists and on pages: how many things are weak, for whoever may see them, and which."""

from datetime import date

import pytest
from django.test import Client

from impactline.insight import actions
from impactline.insight.examining import examine_all
from impactline.insight.marking import Mark, marks_of, weak_in
from impactline.insight.models import Found
from impactline.insight.wording import Severity
from impactline.okrs import actions as okrs
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective, moment

pytestmark = pytest.mark.django_db
LATER = moment(date(2026, 11, 16))


@pytest.fixture
def waiting(ada: Person, alice: Person) -> Objective:
    okrs.create_priority(by=ada, title="Access", at=NOON)
    return an_objective(alice, a_running_cycle(ada), ref="waiting")


@pytest.fixture
def launched(alice: Person, waiting: Objective) -> KeyResult:
    """A key result that nobody checked in on, and that is work."""
    made = a_key_result(alice, waiting, "Launch the new phone line", ref="launched", type="binary")
    examine_all(LATER)
    return made


def test_rules_and_wording_are_counted_together_and_each_thing_alone(
    alice: Person, waiting: Objective, launched: KeyResult
) -> None:
    marks = marks_of(alice, [(waiting, [launched])], LATER.date(), "en")
    assert marks["key_result", "launched"] == Mark(2, Severity.ERROR)
    assert marks["objective", "waiting"] == Mark(1, Severity.WARNING)
    weak = weak_in(alice, launched, LATER.date())
    assert [row.rule for row in weak.found] == ["R2"]
    assert "W-activity-as-result" in {one.rule for one in weak.wording}


def test_what_is_muted_overruled_or_hidden_is_not_marked(
    alice: Person, charlie: Person, waiting: Objective, launched: KeyResult
) -> None:
    actions.mute(by=alice, found=Found.objects.get(rule="R2"), reason="Known", until=date(2026, 12, 1), at=LATER)
    actions.overrule(by=alice, item=launched, rule="W-activity-as-result", note="It is so", at=LATER)
    assert ("key_result", "launched") not in marks_of(alice, [(waiting, [launched])], LATER.date(), "en")
    secret = an_objective(alice, waiting.cycle, "Secret", ref="secret", visibility="private")
    okrs.align(by=alice, child=waiting, parent=secret, at=NOON)
    examine_all(LATER)
    assert ("objective", "waiting") not in marks_of(alice, [(waiting, [])], LATER.date(), "en")
    assert marks_of(charlie, [(waiting, [])], LATER.date(), "en")["objective", "waiting"].count == 1


@pytest.mark.parametrize(
    "path", ["/marks?ref=waiting&ref=none", "/cycles/{cycle}/outline", "/objectives/waiting", "/key-results/launched"]
)
def test_the_mark_leads_to_what_is_weak(
    client: Client, alice: Person, waiting: Objective, launched: KeyResult, path: str
) -> None:
    client.force_login(alice, backend="impactline.people.signing_in.Backend")
    shown = client.get(path.format(cycle=waiting.cycle.ref)).content.decode()
    assert 'href="/key-results/launched/attention"' in shown
    part = client.get("/key-results/launched/attention", headers={"HX-Request": "true"}).content.decode()
    assert "tells what will be done" in part
    assert "/attention?objective=waiting" in client.get("/key-results/launched/attention").content.decode()


def test_a_list_does_not_wait_for_its_marks_which_nobody_gets_of_what_they_cannot_see(
    client: Client, alice: Person, charlie: Person, waiting: Objective, launched: KeyResult
) -> None:
    client.force_login(alice, backend="impactline.people.signing_in.Backend")
    page = client.get(f"/cycles/{waiting.cycle.ref}").content.decode()
    assert 'hx-get="/marks?ref=waiting"' in page
    assert 'id="mark-launched"' in page
    okrs.change_objective(by=alice, objective=waiting, version=None, at=LATER, changes={"visibility": "private"})
    assert "launched" in client.get("/marks?ref=waiting").content.decode()
    client.force_login(charlie, backend="impactline.people.signing_in.Backend")
    assert client.get("/marks?ref=waiting").content.strip() == b""
