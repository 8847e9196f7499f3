"""A person overrules a finding, with a note; the rule keeps quiet for that item until its text changes."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from impactline.base.errors import Forbidden, Invalid, NotFound
from impactline.base.models import Event
from impactline.chain.models import Assumption, ChainItem
from impactline.exchange.reading import read
from impactline.exchange.wording import findings_of
from impactline.insight.actions import heed_again, overrule
from impactline.insight.models import Overruled
from impactline.insight.queries import findings_for, findings_of_objectives
from impactline.insight.stating import words
from impactline.insight.wording import digest_of
from impactline.okrs import actions as okrs
from impactline.okrs.models import KeyResult
from impactline.people.models import Person
from tests.cast import NOON
from tests.exchange.installations import exported, imported
from tests.scenes import leaves

pytestmark = pytest.mark.django_db
RULE = "W-activity-as-result"
WEAK = """\
impactline: 1
cycles: [{ref: 2026-Q4, starts_on: 2026-10-01, ends_on: 2026-12-31}]
objectives:
  - ref: waiting
    title: Nobody waits in pain
    cycle: 2026-Q4
    owner: alice@example.org
    VISIBILITY
    key_results:
      - {ref: site, title: Launch the new website, type: binary}
"""


@pytest.fixture
def site(alice: Person) -> KeyResult:
    imported(WEAK.replace("VISIBILITY", "visibility: open"))
    return KeyResult.objects.get(ref="site")


def rules(person: Person | None) -> set[str]:
    return {finding.rule for _, finding in findings_for(person, words()).findings if finding.ref == "site"}


def test_the_rule_keeps_quiet_with_one_event(site: KeyResult, alice: Person):
    assert RULE in rules(alice)
    with leaves("finding.overruled") as left:
        overrule(by=alice, item=site, rule=RULE, note="The site is the result.", at=NOON)
    assert RULE not in rules(alice)
    assert rules(alice), "other rules go on speaking"
    assert (left[0].objective_id, left[0].data) == (
        site.objective_id,
        {"rule": RULE, "note": "The site is the result."},
    )


def test_twice_is_as_once(site: KeyResult, alice: Person):
    first = overrule(by=alice, item=site, rule=RULE, note="So it is.", at=NOON)
    with leaves():
        assert overrule(by=alice, item=site, rule=RULE, note="So it is.", at=NOON) == first
    with pytest.raises(Invalid, match="overruled already"):
        overrule(by=alice, item=site, rule=RULE, note="For another reason.", at=NOON)


def test_it_speaks_again_when_the_text_changes_and_keeps_quiet_for_spaces(site: KeyResult, alice: Person):
    overrule(by=alice, item=site, rule=RULE, note="So it is.", at=NOON)
    okrs.change_key_result(
        by=alice, key_result=site, version=site.version, at=NOON, changes={"title": "Launch the newest website"}
    )
    assert RULE in rules(alice)
    assert digest_of("Launch  the new website") == digest_of("Launch the new website")


def test_it_is_heeded_again(site: KeyResult, alice: Person):
    overrule(by=alice, item=site, rule=RULE, note="So it is.", at=NOON)
    with leaves("finding.heeded_again"):
        heed_again(by=alice, item=site, rule=RULE, at=NOON)
    assert RULE in rules(alice)
    with pytest.raises(NotFound), leaves():
        heed_again(by=alice, item=site, rule=RULE, at=NOON)
    overrule(by=alice, item=site, rule=RULE, note="Again.", at=NOON)
    assert Overruled.objects.count() == 2, "what was said stays as a record"


def test_only_whoever_may_change_the_item_overrules(site: KeyResult, charlie: Person, gil: Person, alice: Person):
    for person in (charlie, gil):
        with pytest.raises(Forbidden), leaves():
            overrule(by=person, item=site, rule=RULE, note="Mine.", at=NOON)
    overrule(by=alice, item=site, rule=RULE, note="So it is.", at=NOON)
    with pytest.raises(Forbidden), leaves():
        heed_again(by=charlie, item=site, rule=RULE, at=NOON)


@pytest.mark.parametrize(("rule", "note"), [("W-nothing", "Why"), (RULE, "  "), (RULE, "x" * 2_000)])
def test_what_cannot_be_is_refused(site: KeyResult, alice: Person, rule: str, note: str):
    with pytest.raises(Invalid), leaves():
        overrule(by=alice, item=site, rule=rule, note=note, at=NOON)


def test_an_objective_and_a_metric_can_be_overruled_too(site: KeyResult, alice: Person):
    imported("impactline: 1\nmetrics: [{ref: nps, name: Increased NPS}]")
    from impactline.metrics.models import Metric

    metric = Metric.objects.get(ref="nps")
    overrule(by=alice, item=metric, rule="W-neutral", note="That is its name.", at=NOON)
    overrule(by=alice, item=site.objective, rule="W-vague", note="Clear to us.", at=NOON)
    assert "nps" not in {finding.ref for _, finding in findings_for(alice, words()).findings}


def test_charlie_finds_nothing_of_what_is_private(alice: Person, charlie: Person):
    imported(WEAK.replace("VISIBILITY", "visibility: private"))
    site = KeyResult.objects.get(ref="site")
    overrule(by=alice, item=site, rule=RULE, note="Secret.", at=NOON)
    assert rules(charlie) == set()
    event = Event.objects.get(verb="finding.overruled")
    assert event.objective_id == site.objective_id, "the log asks the objective who may read it"


@pytest.mark.parametrize(
    "fields",
    [{}, {"objective": True, "key_result": True}, {"key_result": True, "note": ""}],
)
def test_constraints_hold(site: KeyResult, fields: dict[str, Any]):
    of = {"objective": site.objective, "key_result": site}
    given = {name: of[name] for name in fields if name in of}
    with pytest.raises(IntegrityError), transaction.atomic():
        Overruled.objects.create(rule=RULE, digest="0" * 32, note=fields.get("note", "Why"), at=NOON, **given)


def test_a_text_is_overruled_once_only(site: KeyResult):
    keys = {"key_result": site, "rule": RULE, "digest": "0" * 32, "note": "Why", "at": NOON}
    Overruled.objects.create(**keys)
    with pytest.raises(IntegrityError), transaction.atomic():
        Overruled.objects.create(**keys)


class TestInTheDocument:
    def test_it_goes_there_and_back(self, site: KeyResult, alice: Person):
        overrule(by=alice, item=site, rule=RULE, note="So it is.", at=NOON)
        told = exported()
        assert b"overruled:" in told
        assert b"digest" not in told, "the present text is meant"
        assert imported(told).plan.is_empty
        Overruled.objects.all().delete()
        imported(told)
        assert exported() == told

    def test_an_item_of_the_chain_has_it_too(self, site: KeyResult, ada: Person):
        imported("impactline: 1\nchain: [{ref: calls, level: output, title: Increase calls}]")
        item = ChainItem.objects.get(ref="calls")
        overrule(by=ada, item=item, rule="W-level", note="Its name.", at=NOON)
        assert "calls" not in {
            finding.ref for _, finding in findings_for(ada, words()).findings if finding.rule == "W-level"
        }
        assert Event.objects.get(verb="finding.overruled").chain_item_id == item.pk
        told = exported()
        Overruled.objects.all().delete()
        imported(told)
        assert exported() == told

    def test_a_digest_tells_of_a_text_that_is_no_more(self, site: KeyResult, alice: Person):
        overrule(by=alice, item=site, rule=RULE, note="So it is.", at=NOON)
        KeyResult.objects.filter(pk=site.pk).update(title="Launch the newest website")
        told = exported()
        assert b"digest" in told
        Overruled.objects.all().delete()
        imported(told)
        assert exported() == told
        assert RULE in rules(alice)

    def test_heeding_it_again_is_read_too(self, site: KeyResult, alice: Person):
        overrule(by=alice, item=site, rule=RULE, note="So it is.", at=NOON)
        before = exported()
        heed_again(by=alice, item=site, rule=RULE, at=NOON)
        after = exported()
        Overruled.objects.all().delete()
        imported(before)
        imported(after)
        assert exported() == after


def test_the_number_of_queries_does_not_grow(site: KeyResult, alice: Person):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            findings_of_objectives(alice, [site.objective])
        return len(queries)

    asked()  # the organisation is known from here on
    before = asked()
    for number in range(5):
        okrs.create_key_result(by=alice, objective=site.objective, title=f"Launch site {number}", at=NOON)
    assert asked() == before <= 10


class TestThroughTheApi:
    def test_a_text_is_judged(self, api: Callable[..., Any], alice: Person):
        found = api(alice).post("/lint", {"text": "Launch the new website", "kind": "key_result"}).json()
        assert (found[0]["rule"], found[0]["severity"]) == (RULE, "warning")
        assert api(alice).post("/lint", {"text": "x" * 30_000}).status_code == 422
        assert api(alice).post("/lint", {"text": "x", "kind": "wish"}).status_code == 422

    def test_a_rule_is_overruled_and_heeded_again(self, api: Callable[..., Any], site: KeyResult, alice: Person):
        client, named = api(alice), {"kind": "key_result", "ref": "site"}
        assert RULE in {entry["rule"] for entry in client.get("/lint").json()}
        made = client.post("/overruled", {**named, "rule": RULE, "note": "So it is."})
        assert (made.status_code, made.json()["by"]) == (201, "alice@example.org")
        assert [entry["rule"] for entry in client.get("/overruled", **named).json()] == [RULE]
        assert RULE not in {entry["rule"] for entry in client.get("/lint").json()}
        assert client.post("/overruled/resume", {**named, "rule": RULE}).status_code == 204
        assert client.get("/overruled", **named).json() == []

    def test_an_assumption_is_named_by_what_it_is_on_and_its_number(self, api: Callable[..., Any], ada: Person):
        imported(LINKED.replace("VISIBILITY", "visibility: open"))
        client, named = api(ada), {"kind": "assumption", "ref": "calls→trust", "number": 1}
        made = client.post("/overruled", {**named, "rule": "W-assumption", "note": "It is theirs."})
        assert made.status_code == 201
        assert [entry["rule"] for entry in client.get("/overruled", **named).json()] == ["W-assumption"]
        assert client.get("/overruled", **{**named, "number": 7}).status_code == 404
        assert client.post("/overruled/resume", {**named, "rule": "W-assumption"}).status_code == 204

    def test_charlie_is_told_that_there_is_nothing(self, api: Callable[..., Any], alice: Person, charlie: Person):
        imported(WEAK.replace("VISIBILITY", "visibility: private"))
        client, named = api(charlie), {"kind": "key_result", "ref": "site"}
        assert client.get("/overruled", **named).status_code == 404
        assert client.post("/overruled", {**named, "rule": RULE, "note": "x"}).status_code == 404


LINKED = """impactline: 1
chain:
  - {ref: calls, level: output, title: 400 calls a week, assumptions: [{text: We will hire nurses}]}
  - {ref: trust, level: outcome, title: Patients trust us, VISIBILITY}
links: [{from: calls, to: trust, assumptions: [{text: We will hire nurses}, {text: Patients pick up}]}]
"""


class TestAnAssumption:
    def test_it_is_overruled_on_its_item_and_on_its_link_apart_until_its_words_change(self, ada: Person):
        imported(LINKED.replace("VISIBILITY", "visibility: open"))
        on_item, on_link = (Assumption.objects.get(**{f"{on}__isnull": False}, position=1) for on in ("item", "link"))
        assert told_of(ada) == ["calls→trust", "calls"]
        with leaves("finding.overruled") as left:
            overrule(by=ada, item=on_link, rule="W-assumption", note="It is theirs.", at=NOON)
        assert (left[0].chain_item_id, left[0].linked_item_id) == (on_item.item_id, on_link.link.target_id)
        assert told_of(ada) == [], "the same words on an end of the link are the same assumption"
        Assumption.objects.filter(pk=on_item.pk).update(text="We will hire ten nurses")
        assert told_of(ada) == ["calls"]
        heed_again(by=ada, item=on_link, rule="W-assumption", at=NOON)
        assert told_of(ada) == ["calls→trust", "calls"]
        with pytest.raises(NotFound):
            heed_again(by=ada, item=on_link, rule="W-assumption", at=NOON)

    def test_it_is_kept_with_the_private_end_of_its_link(self, ada: Person):
        imported(LINKED.replace("VISIBILITY", "visibility: private"))
        on_link = Assumption.objects.get(link__isnull=False, position=1)
        made = overrule(by=ada, item=on_link, rule="W-assumption", note="Secret.", at=NOON)
        assert made.chain_item.ref == "trust"
        ChainItem.objects.update(visibility="private")
        on_link = Assumption.objects.get(pk=on_link.pk)
        with pytest.raises(Invalid, match="Both ends"), leaves():
            overrule(by=ada, item=on_link, rule="W-assumption", note="Secret.", at=NOON)

    def test_it_goes_through_the_document_there_and_back_and_a_file_heeds_it(self, ada: Person, tmp_path: Path):
        imported(LINKED.replace("VISIBILITY", "visibility: open"))
        on_link = Assumption.objects.get(link__isnull=False, position=1)
        overrule(by=ada, item=on_link, rule="W-assumption", note="It is theirs.", at=NOON)
        told = exported()
        Overruled.objects.all().delete()
        imported(told)
        assert exported() == told
        (tmp_path / "okrs.yaml").write_bytes(told)
        assert "W-assumption" not in {found.finding.rule for found in findings_of(read(tmp_path / "okrs.yaml"))}


def told_of(person: Person) -> list[str]:
    return [finding.ref for _, finding in findings_for(person, words()).findings if finding.rule == "W-assumption"]


@pytest.mark.django_db(transaction=True)
def test_at_once_is_as_once(alice: Person):
    imported(WEAK.replace("VISIBILITY", "visibility: open"))
    site = KeyResult.objects.get(ref="site")

    def again() -> None:
        try:
            overrule(by=alice, item=site, rule=RULE, note="So it is.", at=NOON)
        finally:
            connection.close()

    threads = [threading.Thread(target=again) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Overruled.objects.count() == 1
