"""Carrying a document into the installation: all of it or nothing, once and for all."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from impactline.base.errors import Forbidden, Invalid
from impactline.base.models import Event, Ref
from impactline.checkins.actions import correct, record
from impactline.checkins.models import CheckIn
from impactline.exchange.actions import Refused, preview
from impactline.exchange.verbs import IMPORTED
from impactline.metrics.models import Metric, Reading
from impactline.okrs.answers import days_denied
from impactline.okrs.models import (
    Alignment,
    Cycle,
    KeyResult,
    Milestone,
    Objective,
    Override,
    Priority,
    Score,
    Sufficiency,
    TargetChange,
    Viewer,
)
from impactline.okrs.recomputing import doubtful
from impactline.people.models import Membership, Organisation, Person, Team
from tests.cast import NOON
from tests.exchange.installations import empty, events, exported, imported, reading, rows

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
HEAD = """\
impactline: 1
organisation: {name: Northwind Health, timezone: Europe/Berlin}
people: [{email: alice@example.org, name: Alice Adler, role: administrator}, {email: bob@example.org}]
cycles: [{ref: 2026-Q4, starts_on: 2026-10-01, ends_on: 2026-12-31, state: active}]
"""
WAITING = (
    HEAD
    + """\
objectives:
  - ref: waiting
    title: Nobody waits in pain
    cycle: 2026-Q4
    owner: alice@example.org
    kind: committed
    key_results:
      - ref: wait-days
        title: Median wait falls from 21 to 7 days
        baseline: 21
        target: 7
        unit: days
        owner: alice@example.org
        check_ins:
          - {at: 2026-10-06, by: alice@example.org, value: 20, confidence: 5}
          - {at: 2026-10-12, by: alice@example.org, value: 18, confidence: 6, status: on_track, note: Good}
"""
)


def with_key_result(lines: str, *, head: str = HEAD, more: str = "") -> str:
    """A document with one objective `o`, and within it the key result `k` with these keys."""
    key_result = f"{{ref: k, title: K, {lines}}}"
    return f"{head}objectives:\n  - {{ref: o, title: O, cycle: 2026-Q4{more}, key_results: [{key_result}]}}\n"


def one(model: Any, ref: str) -> Any:
    return model.objects.get(ref=ref)


# --- into an empty installation ---


def test_an_import_sets_an_empty_installation_up():
    imported(WAITING)
    found = Organisation.objects.get()
    assert (found.name, found.timezone, found.locale) == ("Northwind Health", "Europe/Berlin", "en")
    alice = Person.objects.get(email="alice@example.org")
    assert (alice.name, alice.role, alice.has_usable_password()) == ("Alice Adler", "administrator", False)
    assert Person.objects.get(email="bob@example.org").name == "bob"


def test_without_an_organisation_in_the_file_there_is_a_sensible_one():
    imported("impactline: 1\npeople: [{email: alice@example.org}]\n")
    found = Organisation.objects.get()
    assert (found.name, found.timezone, found.locale) == ("My organisation", "UTC", "en")


def test_figures_are_there_at_once():
    imported(WAITING)
    key_result, objective = one(KeyResult, "wait-days"), one(Objective, "waiting")
    assert key_result.progress == pytest.approx(3 / 14)
    assert objective.progress == pytest.approx(3 / 14)
    assert (key_result.value, key_result.value_day) == (18, date(2026, 10, 12))
    assert (key_result.confidence, key_result.status) == (6, "on_track")
    assert key_result.checked_in_on == date(2026, 10, 12)
    assert doubtful(NOON) == []


def test_each_change_leaves_one_event():
    imported(WAITING)
    assert events() == [
        ("key_result.checked_in", "wait-days"),
        ("organisation.set_up", "Northwind Health"),
        ("person.created", "alice@example.org"),
        ("person.created", "bob@example.org"),
        ("cycle.created", "2026-Q4"),
        ("objective.created", "waiting"),
        ("key_result.created", "wait-days"),
        ("key_result.checked_in", "wait-days"),
    ]
    said = Event.objects.earliest("pk")
    assert (said.at.date(), said.actor.email) == (date(2026, 10, 6), "alice@example.org"), (
        "people said it, on their day"
    )
    assert Event.objects.get(handled_at=None).verb == IMPORTED, "what follows, follows once"
    last = Event.objects.exclude(verb=IMPORTED).latest("pk")
    assert last.objective_id == one(Objective, "waiting").pk
    assert last.data["value"] == "18"
    assert last.data["rolled"] == [last.objective_id]


def test_an_event_names_who_imported(ada: Person):
    imported("impactline: 1\nteams: [{ref: care}]\n", by=ada)
    assert Event.objects.get(verb="team.created").actor == ada


def test_refs_are_taken_by_what_was_imported():
    imported(WAITING)
    assert set(Ref.objects.values_list("ref", "kind")) == {
        ("2026-Q4", "cycle"),
        ("waiting", "objective"),
        ("wait-days", "key_result"),
    }


def test_trees_and_leads_may_be_named_before_they_come():
    imported(
        "impactline: 1\n"
        "teams: [{ref: care, parent: all, lead: alice@example.org}, {ref: all}]\n"
        "people: [{email: alice@example.org, teams: [care]}]\n"
        "cycles: [{ref: q, starts_on: 2026-10-01, ends_on: 2026-12-31, parent: y},"
        " {ref: y, starts_on: 2026-01-01, ends_on: 2026-12-31}]\n"
    )
    care = one(Team, "care")
    assert (care.parent.ref, care.lead.email) == ("all", "alice@example.org")
    assert one(Cycle, "q").parent.ref == "y"
    assert Membership.objects.get().team == care


def test_what_a_running_cycle_holds_is_frozen_but_for_what_has_no_measure():
    imported(
        HEAD + "objectives:\n  - {ref: o, title: O, cycle: 2026-Q4, key_results: [{ref: k, title: K, type: binary},"
        " {ref: open, title: Open}, {ref: then, title: T, type: binary, frozen_at: 2026-10-01T08:00:00Z}]}\n"
    )
    assert one(KeyResult, "k").frozen_at == NOON
    assert one(KeyResult, "open").frozen_at is None
    assert one(KeyResult, "then").frozen_at == datetime(2026, 10, 1, 8, tzinfo=UTC)


def test_a_draft_freezes_nothing():
    imported(with_key_result("type: binary", head=HEAD.replace(", state: active", "")))
    assert one(KeyResult, "k").frozen_at is None


# --- twice is as once, all or nothing ---


def test_a_second_import_changes_nothing_and_leaves_no_event():
    imported(WAITING)
    before, told = exported(), events()
    outcome = imported(WAITING, at=LATER)
    assert outcome.plan.is_empty
    assert (exported(), events()) == (before, told)


def test_a_fault_anywhere_changes_nothing():
    with pytest.raises(Refused) as refused:
        imported(WAITING.replace("target: 7", "target: 21").replace("2026-10-12", "2027-10-12"))
    assert [(fault.place.line, fault.message) for fault in refused.value.faults] == [
        (15, "The target equals the baseline, so nothing would change."),
        (20, "The day 2027-10-12 lies in the future."),
    ]
    assert refused.value.message == "2 faults; nothing was changed."
    assert not Organisation.objects.exists()
    assert not Event.objects.exists()


def test_what_the_database_refuses_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    imported(HEAD)
    told = events()
    Ref.objects.create(ref="wait-days", kind="key_result")
    with pytest.raises(Invalid, match="refused a row"):
        imported(WAITING)
    assert events() == told
    assert not Objective.objects.exists()


def test_a_preview_changes_nothing():
    outcome = preview(reading(WAITING), at=NOON)
    assert outcome.plan.counts()["adds"] == {
        "organisation": 1,
        "person": 2,
        "cycle": 1,
        "objective": 1,
        "key result": 1,
        "check-in": 2,
    }
    assert not Person.objects.exists()


@pytest.mark.django_db(databases=[])
def test_a_preview_needs_no_database():
    assert preview(reading(WAITING), at=NOON, there=False).plan.counts()["adds"]["check-in"] == 2


# --- changes ---


def test_what_the_file_is_silent_about_stays():
    imported(WAITING)
    imported("impactline: 1\nobjectives: [{ref: waiting, title: Nobody waits, cycle: 2026-Q4}]\n", at=LATER)
    found = one(Objective, "waiting")
    assert (found.title, found.kind, found.owner.email) == ("Nobody waits", "committed", "alice@example.org")
    assert found.version == 2
    assert events()[-1] == ("objective.edited", "waiting")
    assert KeyResult.objects.count() == 1


def test_null_clears():
    imported(WAITING)
    imported("impactline: 1\nobjectives: [{ref: waiting, title: T, cycle: 2026-Q4, owner: null}]\n")
    assert one(Objective, "waiting").owner is None


def test_a_frozen_target_is_changed_into_the_log():
    imported(WAITING)
    imported(WAITING.replace("target: 7", "target: 10"), at=LATER)
    found = one(KeyResult, "wait-days")
    assert (found.target, found.progress) == (10, pytest.approx(3 / 11))
    log = TargetChange.objects.get()
    assert (log.before, log.after, log.reason) == ({"target": "7"}, {"target": "10"}, "Changed by an import.")
    assert (log.at, log.day) == (LATER, date(2026, 10, 12))
    assert events()[-1] == ("key_result.revised", "wait-days")
    assert imported(WAITING.replace("target: 7", "target: 10")).plan.is_empty


def test_a_change_that_the_file_tells_itself_is_logged_once():
    imported(WAITING)
    told = WAITING.replace("target: 7\n", "target: 10\n").replace(
        "        check_ins:",
        "        changes: [{at: 2026-10-08T09:00:00Z, by: bob@example.org, reason: Too far,"
        " before: {target: 7}, after: {target: 10}}]\n        check_ins:",
    )
    imported(told, at=LATER)
    log = TargetChange.objects.get()
    assert (log.reason, log.by.email, log.day) == ("Too far", "bob@example.org", date(2026, 10, 8))
    assert imported(told).plan.is_empty


def test_a_changed_check_in_becomes_a_correction():
    imported(WAITING)
    imported(WAITING.replace("value: 18", "value: 17"), at=LATER)
    old, new = CheckIn.objects.filter(day=date(2026, 10, 12)).order_by("pk")
    assert (old.value, old.replaced, new.value, new.replaces, new.recorded_at) == (18, True, 17, old, LATER)
    assert (new.confidence, new.note) == (6, "Good")
    assert (old.reading.replaced, new.reading.replaces) == (True, old.reading)
    assert one(KeyResult, "wait-days").value == 17
    assert events()[-1] == ("key_result.check_in_corrected", "wait-days")
    assert imported(WAITING.replace("value: 18", "value: 17")).plan.is_empty


SAME_DAY = (
    "baseline: 0, target: 10,"
    " check_ins: [{at: 2026-10-06, value: 1}, {at: 2026-10-06, value: 2}, {at: 2026-10-06, value: 3}]"
)


def test_the_last_of_a_day_counts_also_after_an_earlier_one_was_corrected():
    imported(with_key_result(SAME_DAY))
    assert one(KeyResult, "k").value == 3
    changed = with_key_result(SAME_DAY.replace("value: 2}", "value: 5}"))
    imported(changed, at=LATER)
    assert one(KeyResult, "k").value == 3
    held = CheckIn.objects.filter(replaced=False).order_by("day", "pk")
    assert [entry.value for entry in held] == [1, 5, 3]
    assert CheckIn.objects.count() == 5
    assert imported(changed).plan.is_empty


def test_a_value_may_be_taken_back_by_a_correction():
    imported(WAITING)
    imported(WAITING.replace("value: 18", "value: null"), at=LATER)
    assert one(KeyResult, "wait-days").value == 20
    assert Reading.objects.filter(replaced=False).count() == 1


def test_people_lose_access_when_they_are_archived():
    imported(WAITING)
    imported("impactline: 1\npeople: [{email: bob@example.org, archived_at: 2026-10-10}]\n")
    bob = Person.objects.get(email="bob@example.org")
    assert (bob.is_active, bob.archived_at) == (False, datetime(2026, 10, 10, tzinfo=UTC))
    assert events()[-1] == ("person.deactivated", "bob@example.org")
    imported("impactline: 1\npeople: [{email: bob@example.org, archived_at: null}]\n")
    assert Person.objects.get(email="bob@example.org").is_active
    assert events()[-1] == ("person.reactivated", "bob@example.org")


def test_the_last_administrator_stays():
    imported(WAITING)
    with pytest.raises(Forbidden, match="nobody could administer"):
        imported("impactline: 1\npeople: [{email: alice@example.org, role: member}]\n")
    assert Person.objects.get(email="alice@example.org").is_administrator


def test_alignments_become_as_stated_in_their_order():
    text = (
        HEAD + "objectives: [{ref: a, title: A, cycle: 2026-Q4}, {ref: b, title: B, cycle: 2026-Q4},"
        " {ref: c, title: C, cycle: 2026-Q4, %s}]\n"
    )

    imported(text % "contributes_to: [{objective: a}]")
    imported(text % "contributes_to: [{objective: b, weight: 40}, {objective: a}]", at=LATER)
    found = [(row.parent.ref, row.kind, row.weight) for row in Alignment.objects.order_by("pk")]
    assert found == [("b", "contributes", 40), ("a", "contributes", None)]
    assert imported(text % "contributes_to: [{objective: b, weight: 40}, {objective: a}]").plan.is_empty
    imported(text % "contributes_to: [], supports: [a]", at=LATER)
    assert [(row.parent.ref, row.kind) for row in Alignment.objects.all()] == [("a", "supports")]
    assert [entry for entry in events() if "aligned" in entry[0]] == [
        ("objective.aligned", "c"),
        ("objective.aligned", "c"),
        ("objective.aligned", "c"),
        ("objective.unaligned", "c"),
    ]


def test_a_parent_that_is_left_behind_is_rolled_up_again():
    text = HEAD + (
        "objectives: [{ref: p, title: P, cycle: 2026-Q4, driver: objectives}, {ref: c, title: C, cycle: 2026-Q4,"
        " contributes_to: [%s],"
        " key_results: [{ref: k, title: K, type: binary, check_ins: [{at: 2026-10-05, value: true}]}]}]\n"
    )
    imported(text % "{objective: p}")
    assert one(Objective, "p").progress == 1
    imported(text % "", at=LATER)
    assert one(Objective, "p").progress is None


def test_lists_of_people_and_priorities_become_as_stated():
    text = (
        "impactline: 1\nteams: [{ref: a}, {ref: b}]\n"
        "people: [{email: alice@example.org, teams: %s}, {email: bob@example.org}]\n"
        "priorities: [{ref: p}, {ref: q}]\ncycles: [{ref: c, starts_on: 2026-10-01, ends_on: 2026-12-31}]\n"
        "objectives: [{ref: o, title: O, cycle: c, visibility: private, viewers: %s, priorities: %s}]\n"
    )
    imported(text % ("[b, a]", "[alice@example.org, bob@example.org]", "[q, p]"))
    assert rows(Membership, "team__ref") == ["b", "a"]
    assert rows(Viewer, "person__email") == ["alice@example.org", "bob@example.org"]
    after = text % ("[a]", "[bob@example.org]", "[p, q]")
    imported(after, at=LATER)
    assert rows(Membership, "team__ref") == ["a"]
    assert rows(Viewer, "person__email") == ["bob@example.org"]
    assert imported(after).plan.is_empty
    assert [verb for verb, _ in events()[-2:]] == ["person.edited", "objective.edited"]


def test_viewers_alone_are_told_as_such():
    text = HEAD + "objectives: [{ref: o, title: O, cycle: 2026-Q4, visibility: private, viewers: [%s]}]\n"
    imported(text % "")
    imported(text % "bob@example.org", at=LATER)
    assert events()[-1] == ("objective.viewers_changed", "o")


def test_policies_are_changed_one_by_one():
    imported("impactline: 1\norganisation: {name: N, policies: {pace: viva, grace_days: 5}}\n")
    text = "impactline: 1\norganisation: {policies: {pace: impactline, strict_holds: true}}\n"
    imported(text, at=LATER)
    assert Organisation.objects.get().policies == {"pace": "impactline", "grace_days": 5, "strict_holds": True}
    assert imported(text).plan.is_empty
    assert events()[-1] == ("organisation.policies_changed", "N")


def test_levels_are_named_one_by_one_and_come_out_as_they_went_in():
    imported("impactline: 1\norganisation: {name: N, level_names: {output: {one: result, many: results}}}\n")
    text = "impactline: 1\norganisation: {level_names: {impact: {one: goal, many: goals}}}\n"
    imported(text, at=LATER)
    both = {"output": ["result", "results"], "impact": ["goal", "goals"]}
    assert Organisation.objects.get().level_names == both
    assert imported(text).plan.is_empty
    assert "level_names: {output: {one: result, many: results}" in exported().decode()
    imported("impactline: 1\norganisation: {level_names: {output: {one: output, many: outputs}}}\n", at=LATER)
    assert Organisation.objects.get().level_names == {"impact": ["goal", "goals"]}


def test_a_policy_that_changes_figures_changes_them_at_once():
    at_most = with_key_result("type: at_most, target: 5, check_ins: [{at: 2026-10-06, value: 5}]")
    imported(at_most)
    assert one(Objective, "o").progress == 1
    imported("impactline: 1\norganisation: {policies: {strict_holds: true}}\n", at=LATER)
    assert one(Objective, "o").progress == 0


def test_cycles_go_their_way():
    text = "impactline: 1\ncycles: [{ref: 2026-Q4, state: %s}]\n"
    imported(
        with_key_result(
            "baseline: 0, target: 4, check_ins: [{at: 2026-10-06, value: 1}]", head=HEAD.replace(", state: active", "")
        )
    )
    for state in ("active", "closing", "closed", "active"):
        imported(text % state, at=LATER)
    cycle_events = [verb for verb, ref in events() if ref == "2026-Q4"]
    assert cycle_events == ["cycle.created", "cycle.activated", "cycle.closing", "cycle.closed", "cycle.activated"]
    assert one(KeyResult, "k").frozen_at == LATER
    assert one(Cycle, "2026-Q4").closed_on is None


@pytest.mark.parametrize(
    ("cycle", "check_in", "closed_on"),
    [
        ("starts_on: 2026-07-01, ends_on: 2026-09-30", "2026-09-28", date(2026, 9, 30)),
        ("starts_on: 2026-07-01, ends_on: 2026-09-30", "2026-10-05", date(2026, 10, 5)),
        ("starts_on: 2026-07-01, ends_on: 2026-12-30", "2026-10-05", date(2026, 10, 12)),
        ("starts_on: 2026-07-01, ends_on: 2026-09-30, closed_on: 2026-10-02", "2026-10-05", date(2026, 10, 2)),
    ],
)
def test_a_closed_cycle_was_closed_on_its_last_day_or_that_of_the_last_check_in(
    cycle: str, check_in: str, closed_on: date
):
    imported(
        f"impactline: 1\ncycles: [{{ref: c, state: closed, {cycle}}}]\nobjectives: [{{ref: o, title: O, cycle: c,"
        f" key_results: [{{ref: k, title: K, type: binary, check_ins: [{{at: {check_in}, value: true}}]}}]}}]\n"
    )
    assert one(Cycle, "c").closed_on == closed_on


def test_archiving_and_restoring_are_told_as_such():
    imported(
        HEAD + "teams: [{ref: t}]\npriorities: [{ref: p}]\nmetrics: [{ref: m}]\n"
        "objectives: [{ref: o, title: O, cycle: 2026-Q4, key_results: [{ref: k, title: K}]}]\n"
    )
    text = (
        "impactline: 1\nteams: [{ref: t, archived_at: %(at)s}]\npriorities: [{ref: p, archived_at: %(at)s}]\n"
        "metrics: [{ref: m, archived_at: %(at)s}]\ncycles: [{ref: 2026-Q4, archived_at: %(at)s}]\n"
        "objectives: [{ref: o, title: O, cycle: 2026-Q4, archived_at: %(at)s,"
        " key_results: [{ref: k, title: K, archived_at: %(at)s}]}]\n"
    )
    for at, word in (("2026-10-10", "archived"), ("null", "restored")):
        imported(text % {"at": at})
        kinds = ("team", "priority", "cycle", "metric", "objective", "key_result")
        assert sorted(verb for verb, _ in events()[-6:]) == sorted(f"{kind}.{word}" for kind in kinds)


# --- metrics ---

SHARED = HEAD + "metrics: [{ref: m, name: M, readings: [{at: 2026-10-01, value: 5}]}]\n"


def test_a_shared_metric_moves_all_that_follow_it():
    imported(
        SHARED + "objectives: [{ref: o, title: O, cycle: 2026-Q4, key_results: ["
        "{ref: a, title: A, baseline: 0, target: 10, metric: m, check_ins: [{at: 2026-10-05, value: 6}]},"
        "{ref: b, title: B, baseline: 0, target: 20, metric: m}]}]\n"
    )
    assert (one(KeyResult, "a").progress, one(KeyResult, "b").progress) == (0.6, 0.3)
    assert Metric.objects.count() == 1
    imported("impactline: 1\nmetrics: [{ref: m, readings: [{at: 2026-10-08, value: 8}]}]\n", at=LATER)
    assert (one(KeyResult, "a").progress, one(KeyResult, "b").progress) == (0.8, 0.4)
    assert one(Objective, "o").progress == pytest.approx(0.6)
    assert events()[-1] == ("metric.read", "m")


def test_a_reading_is_corrected():
    imported(SHARED)
    imported(SHARED.replace("value: 5", "value: 7"), at=LATER)
    old, new = Reading.objects.order_by("pk")
    assert (old.value, old.replaced, new.value, new.replaces) == (5, True, 7, old)
    assert events()[-1] == ("metric.reading_corrected", "m")


def test_on_one_day_the_moment_of_recording_decides_between_those_who_follow_a_metric():
    imported(
        SHARED + "objectives: [{ref: o, title: O, cycle: 2026-Q4, key_results: ["
        "{ref: a, title: A, baseline: 0, target: 10, metric: m,"
        " check_ins: [{at: 2026-10-05, value: 6, recorded_at: 2026-10-05T15:00:00Z}]},"
        "{ref: b, title: B, baseline: 0, target: 20, metric: m,"
        " check_ins: [{at: 2026-10-05, value: 2, recorded_at: 2026-10-05T09:00:00Z}]}]}]\n"
    )
    assert one(KeyResult, "b").value == 6


def test_a_key_result_without_a_shared_metric_has_one_of_its_own():
    imported(
        with_key_result("baseline: 9, target: 3, unit: days, source: The list, readings: [{at: 2026-10-02, value: 8}]")
    )
    metric = one(KeyResult, "k").metric
    assert (metric.ref, metric.name, metric.unit, metric.better, metric.source) == (
        None,
        "K",
        "days",
        "lower",
        "The list",
    )
    assert one(KeyResult, "k").value == 8


def test_a_key_result_may_follow_another_ones_metric():
    text = HEAD + (
        "objectives: [{ref: o, title: O, cycle: 2026-Q4, key_results: ["
        "{ref: b, title: B, baseline: 6, target: 10, metric: a},"
        "{ref: a, title: A, baseline: 0, target: 6, check_ins: [{at: 2026-10-05, value: 7}]}]}]\n"
    )
    imported(text)
    assert one(KeyResult, "b").metric == one(KeyResult, "a").metric
    assert one(KeyResult, "b").progress == 0.25
    assert imported(text).plan.is_empty


def test_a_key_result_that_gets_another_metric_keeps_what_was_said():
    own = with_key_result("baseline: 0, target: 10, check_ins: [{at: 2026-10-05, value: 6}]", head=SHARED)
    imported(own)
    moved = own.replace("target: 10,", "target: 10, metric: m,")
    imported(moved, at=LATER)
    key_result = one(KeyResult, "k")
    assert (key_result.metric.ref, key_result.value) == ("m", 5)
    assert TargetChange.objects.get().after == {"metric": key_result.metric.pk}
    assert b"metric: k/1" in exported()
    assert imported(moved).plan.is_empty


def test_unit_and_source_of_an_own_metric_follow():
    imported(with_key_result("baseline: 0, target: 10, unit: calls"))
    imported(with_key_result("baseline: 0, target: 10, unit: visits, source: The desk"), at=LATER)
    metric = one(KeyResult, "k").metric
    assert (metric.unit, metric.source) == ("visits", "The desk")


def test_an_open_key_result_that_gets_its_measure_is_frozen_and_has_a_metric():
    imported(with_key_result("type: open"))
    assert one(KeyResult, "k").metric is None
    imported(with_key_result("baseline: 0, target: 10"), at=LATER)
    found = one(KeyResult, "k")
    assert (found.type, found.frozen_at, found.metric is not None) == ("metric", LATER, True)
    assert not TargetChange.objects.exists()


# --- milestones, scores, overrides ---


def test_milestones_are_as_stated():
    text = "type: milestones, milestones: [{title: One, reached_on: 2026-10-05}, {title: Two, weight: 3%s}]"
    imported(with_key_result(text % ""))
    assert one(KeyResult, "k").progress == 0.25
    imported(with_key_result(text % ", reached_on: 2026-10-10"), at=LATER)
    assert one(KeyResult, "k").progress == 1
    assert not TargetChange.objects.exists(), "reaching a milestone revises nothing"
    assert rows(Milestone, "title", "weight") == [("One", 1), ("Two", 3)]


def test_the_last_score_by_day_is_the_score():
    text = with_key_result(
        "type: binary, scores: [{given: 0.9, on: 2026-10-09, at: 2026-10-09},"
        " {given: 0.5, on: 2026-10-02, at: 2026-10-02}]",
        more=", scores: [{given: 0.7, suggested: 0.65, reason: Kind, by: bob@example.org}]",
    )
    imported(text)
    assert one(KeyResult, "k").score == 0.9
    assert one(Objective, "o").score == 0.7
    score = Score.objects.get(objective__ref="o")
    assert (score.suggested, score.reason, score.by.email, score.at) == (0.65, "Kind", "bob@example.org", NOON)
    assert imported(text).plan.is_empty
    assert Score.objects.count() == 3


def test_an_override_is_in_force_until_it_is_resumed():
    text = with_key_result(
        "type: binary", more=", overrides: [{progress: 0.4, reason: Late figures, at: 2026-10-05%s}]"
    )
    imported(text % "")
    assert (one(Objective, "o").progress, one(Objective, "o").computed) == (0.4, 0)
    ended = text % ", resumed_at: 2026-10-08T10:00:00Z, resumed_by: bob@example.org"
    imported(ended, at=LATER)
    assert one(Objective, "o").progress == 0
    override = Override.objects.get()
    assert (override.resumed_day, override.resumed_by.email) == (date(2026, 10, 8), "bob@example.org")
    assert events()[-1] == ("objective.progress_resumed", "o")
    assert imported(ended).plan.is_empty


def test_a_new_override_ends_the_one_in_force():
    text = with_key_result("type: binary", more=", overrides: [{progress: %s, reason: R, at: %s}]")
    imported(text % ("0.4", "2026-10-05"))
    imported(text % ("0.6", "2026-10-08"), at=LATER)
    first, second = Override.objects.order_by("pk")
    assert (first.resumed_at, second.resumed_at) == (second.at, None)
    assert one(Objective, "o").progress == 0.6


# --- beside what people do on the pages ---


def test_what_people_recorded_is_not_recorded_again(ada: Person):
    imported(WAITING.replace("organisation: {name: Northwind Health, timezone: Europe/Berlin}\n", ""), by=ada)
    key_result = KeyResult.objects.select_related("objective", "metric").get()
    made = record(by=ada, key_result=key_result, at=NOON, value=Decimal(17), note="From the page")
    correct(by=ada, check_in=made, at=LATER, value=Decimal(16), note="Typed wrongly")
    text = exported()
    assert imported(text).plan.is_empty
    assert exported() == text


def test_priorities_stand_in_the_order_of_the_file():
    imported("impactline: 1\npriorities: [{ref: b, title: B}, {ref: a}]\n")
    imported("impactline: 1\npriorities: [{ref: c, why: Because}]\n")
    assert rows(Priority, "ref", "title", "position") == [("b", "B", 1), ("a", "a", 2), ("c", "c", 3)]


# --- whether key results suffice ---


def test_an_answer_on_sufficiency_is_of_the_key_results_in_the_file():
    text = with_key_result(
        "type: binary", more=", sufficiency: [{answer: 'no', reason: Nobody asks them, at: 2026-10-05}]"
    )
    imported(text)
    said = Sufficiency.objects.get()
    assert (said.answer, said.reason, said.day) == ("no", "Nobody asks them", date(2026, 10, 5))
    assert days_denied(Objective.objects.all()) == {said.objective_id: said.day}
    assert imported(text).plan.is_empty
    assert imported(exported()).plan.is_empty
    assert events()[-1] == ("objective.sufficiency_answered", "o")


def test_an_exported_answer_is_of_before_the_change_where_the_file_has_other_key_results():
    imported(with_key_result("type: binary", more=", sufficiency: [{answer: 'no', at: 2026-10-05}]"))
    changed = exported().replace(b"type: binary", b"type: open")
    empty()
    imported(changed)
    assert Sufficiency.objects.get().answer == "no"
    assert days_denied(Objective.objects.all()) == {}
