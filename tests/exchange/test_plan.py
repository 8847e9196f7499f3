"""Planning: what an import would add and change, and that doing it twice is as once."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impactline.exchange.document import Document
from impactline.exchange.plan import FieldChange, Plan, key_of, plan
from impactline.exchange.reading import read_text
from impactline.exchange.writing import json_text
from tests.exchange.applying import applied
from tests.exchange.documents import DOCUMENTS
from tests.exchange.samples import CONTRACT


def document(text: str) -> Document:
    reading = read_text(text)
    assert reading.document, [str(fault) for fault in reading.faults]
    return reading.document


def wanted(*keys: str) -> Document:
    """An objective `a` with the keys, and a key result `k` with those that begin with a blank."""
    own = [key for key in keys if not key.startswith(" ")]
    inner = ", ".join(("ref: k", "title: t", *(key.strip() for key in keys if key.startswith(" "))))
    if len(own) < len(keys):
        own.append(f"key_results: [{{{inner}}}]")
    return document(f"impactline: 1\nobjectives: [{{{', '.join(('ref: a', 'title: t', 'cycle: c', *own))}}}]\n")


def unique(found: Document) -> Document:
    """A generated document with refs that are unique in the organisation, as checking demands."""

    def named(parts: tuple[Any, ...], prefix: str) -> tuple[Any, ...]:
        renamed = [part.model_copy(update={"ref": f"{prefix}.{part.ref}"}) for part in parts]
        return tuple({part.ref: part for part in renamed}.values())

    sections = ("teams", "priorities", "cycles", "metrics", "chain", "objectives", "roadblocks", "requests")
    update: dict[str, Any] = {section: named(getattr(found, section), section) for section in sections}
    update["objectives"] = tuple(
        part.model_copy(update={"key_results": named(part.key_results, part.ref)}) for part in update["objectives"]
    )
    for section in ("people", "links", "dependencies", "foreign"):
        update[section] = tuple({key_of(part): part for part in getattr(found, section)}.values())
    return found.model_copy(update=update)


UNIQUE = DOCUMENTS.map(unique)


@given(UNIQUE)
@settings(max_examples=40)
def test_what_is_there_already_needs_nothing(found: Document) -> None:
    assert plan(found, found).is_empty


@given(UNIQUE)
@settings(max_examples=40)
def test_into_an_empty_organisation_everything_comes_as_it_stands(found: Document) -> None:
    assert applied(Document(), plan(Document(), found)) == found


@given(st.data())
@settings(max_examples=40)
def test_twice_is_as_once(data: st.DataObject) -> None:
    first = data.draw(UNIQUE)
    second = data.draw(UNIQUE)
    once = applied(first, plan(first, second))
    assert plan(once, second).is_empty


def test_the_contract_is_added_item_by_item() -> None:
    planned = plan(Document(), document(CONTRACT))
    assert planned.counts()["adds"] == {
        "organisation": 1,
        "team": 2,
        "person": 1,
        "priority": 1,
        "cycle": 2,
        "metric": 1,
        "reading": 1,
        "chain item": 6,
        "objective": 3,
        "key result": 3,
        "check-in": 1,
        "link": 4,
        "dependency": 1,
        "roadblock": 1,
    }
    assert not planned.changes
    assert '"value": 18' in json_text(planned.as_data())


def test_a_changed_key_is_told_with_what_it_was_and_will_be() -> None:
    current = wanted("kind: committed, owner: a@b.de", " target: 7, baseline: 21")
    planned = plan(current, wanted("kind: learning", " target: 5"))
    assert [(change.ref, change.fields) for change in planned.changes] == [
        ("a", (FieldChange("kind", "committed", "learning"),)),
        ("k", (FieldChange("target", Decimal(7), Decimal(5)),)),
    ]
    assert not planned.adds


def test_what_the_file_is_silent_about_stays() -> None:
    current = document(CONTRACT)
    assert plan(current, document("impactline: 1\n")).is_empty
    silent = "impactline: 1\nobjectives: [{ref: waiting, title: Nobody waits in pain, cycle: 2026-Q4}]\n"
    assert plan(current, document(silent)).is_empty


def test_key_results_that_the_file_leaves_out_stay_and_are_told() -> None:
    text = (
        "impactline: 1\nobjectives:\n"
        "- {ref: waiting, title: Nobody waits in pain, cycle: 2026-Q4,"
        " key_results: [{ref: new, title: t}]}\n"
    )
    planned = plan(document(CONTRACT), document(text))
    assert [add.ref for add in planned.adds] == ["new"]
    assert not planned.changes
    assert planned.notes == ["waiting: the file does not name wait-days, phone; that stays as it is."]


def test_null_clears() -> None:
    planned = plan(wanted("owner: a@b.de"), wanted("owner: null"))
    assert planned.changes[0].fields == (FieldChange("owner", "a@b.de", None),)
    team = document("impactline: 1\nteams: [{ref: t, name: t}]\n")
    assert plan(team, document("impactline: 1\nteams: [{ref: t, name: null}]\n")).is_empty


def test_a_list_that_is_stated_becomes_as_stated() -> None:
    planned = plan(wanted("supports: [x, y]"), wanted("supports: [y, z]"))
    assert planned.changes[0].fields == (FieldChange("supports", ("x", "y"), ("y", "z")),)
    assert [(removal.field, removal.entry) for removal in planned.removals] == [("supports", "x")]
    milestones = " type: milestones, milestones: [{title: one}, {title: two}]"
    planned = plan(wanted(milestones), wanted(" milestones: [{title: two, weight: 2}]"))
    assert [removal.entry.title for removal in planned.removals] == ["one"]


def test_archiving_is_told_as_a_removal() -> None:
    planned = plan(wanted(), wanted("archived_at: 2026-10-01"))
    assert [(removal.ref, removal.field) for removal in planned.removals] == [("a", "archived_at")]
    assert planned.counts()["removals"] == {"objective": 1}


def test_check_ins_are_added_and_corrected_but_never_deleted() -> None:
    current = wanted(
        " check_ins: [{at: 2026-10-05, value: 1}, {at: 2026-10-12, value: 2, note: n}, {at: 2026-10-12, value: 3}]"
    )
    changed = wanted(
        " check_ins: [{at: 2026-10-12, value: 2}, {at: 2026-10-12, value: 4, confidence: 5},"
        " {at: 2026-10-12, value: 5}, {at: 2026-10-19, value: 6}]"
    )
    planned = plan(current, changed)
    assert [(add.kind, add.ref, add.part.value) for add in planned.adds] == [("check-in", "k", 5), ("check-in", "k", 6)]
    change = planned.changes[0]
    assert (change.kind, change.ref, change.owner, change.day, change.number) == (
        "check-in",
        "k",
        "a",
        date(2026, 10, 12),
        1,
    )
    assert change.fields == (FieldChange("value", Decimal(3), Decimal(4)), FieldChange("confidence", None, 5))
    after = applied(current, planned).objectives[0].key_results[0].check_ins
    assert [entry.value for entry in after] == [1, 2, 4, 5, 6]
    assert [entry.value for entry in after[2].earlier] == [3]
    assert plan(applied(current, planned), changed).is_empty


def test_scores_are_added_once_also_when_the_file_leaves_out_who_and_when() -> None:
    given_before = wanted(" scores: [{given: 0.7, by: a@b.de, at: 2026-12-31T10:00:00Z, suggested: 0.6}]")
    assert plan(given_before, wanted(" scores: [{given: 0.7}]")).is_empty
    planned = plan(given_before, wanted(" scores: [{given: 0.7}, {given: 0.7}, {given: 0.8}]"))
    assert [add.part.given for add in planned.adds] == [Decimal("0.7"), Decimal("0.8")]


def test_an_override_that_was_resumed_is_changed_not_added() -> None:
    text = "overrides: [{progress: 0.5, reason: r, at: 2026-10-01}]"
    planned = plan(wanted(text), wanted(text.replace("}]", ", resumed_at: 2026-10-09}]")))
    assert not planned.adds
    assert planned.changes[0].fields == (FieldChange("resumed_at", None, datetime(2026, 10, 9, tzinfo=UTC)),)


def test_a_frozen_target_that_changes_is_noted() -> None:
    planned = plan(wanted(" baseline: 1, target: 2, frozen_at: 2026-10-01"), wanted(" target: 3"))
    assert planned.notes == ["k: target was frozen on 2026-10-01; the change is kept in its log."]


def test_policies_that_are_not_stated_stay() -> None:
    current = document("impactline: 1\norganisation: {name: N, policies: {pace: viva, grace_days: 2}}\n")
    changed = document("impactline: 1\norganisation: {policies: {pace: upraise}}\n")
    (change,) = plan(current, changed).changes[0].fields
    assert change.after == {"pace": "upraise", "grace_days": 2}


def test_links_are_known_by_their_ends_and_written_with_their_keys() -> None:
    head = "impactline: 1\nlinks: [{from: a, to: b, "
    planned = plan(document(head + "lag_days: 3}]\n"), document(head + "lag_days: 4}]\n"))
    assert [(change.kind, change.ref) for change in planned.changes] == [("link", "a → b")]
    assert plan(document(head + "lag_days: 3}]\n"), document(head.replace("b", "c") + "lag_days: 3}]\n")).adds


def test_a_plan_tells_programs_what_is_corrected_and_taken_away() -> None:
    current = wanted("supports: [x]", " check_ins: [{at: 2026-10-12, value: 2}]")
    told = plan(current, wanted("supports: []", " check_ins: [{at: 2026-10-12, value: 3}]")).as_data()
    assert told["changes"][1] == {
        "kind": "check-in",
        "ref": "k",
        "at": date(2026, 10, 12),
        "number": 1,
        "fields": {"value": [Decimal(2), Decimal(3)]},
    }
    assert told["removals"] == [{"kind": "objective", "ref": "a", "field": "supports", "entry": "x"}]


@pytest.mark.parametrize("planned", [Plan(), plan(Document(), document(CONTRACT))])
def test_a_plan_is_json(planned: Plan) -> None:
    assert json_text(planned.as_data()).startswith("{")
