"""The chain in and out of the installation: items, reports, links, dependencies, and what nobody else may see."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impactline.base.models import Event
from impactline.chain import verbs
from impactline.chain.models import ChainItem, Dependency, Evidence, Judgement, Link, Prediction, Report
from impactline.exchange.actions import Refused
from impactline.exchange.document_chain import ChainItem as Part
from impactline.exchange.queries.document import document_for
from impactline.exchange.writing import to_yaml
from impactline.okrs.models import KeyResult
from impactline.people.models import Person
from tests.cast import NOON
from tests.exchange.installations import events, exported, imported, rows
from tests.exchange.samples import CONTRACT
from tests.exchange.test_round_trip import comes_back

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=1)
HEAD = "impactline: 1\n"
CALLS = HEAD + "chain: [{ref: calls, level: output, planned: 400, %s}]\n"


def item(ref: str) -> Part:
    """An item as the operator's export tells it."""
    return next(part for part in document_for(None).chain if part.ref == ref)


def told(content: str) -> list[str]:
    """The messages of all faults of an import that is refused."""
    with pytest.raises(Refused) as refused:
        imported(content)
    return [fault.message for fault in refused.value.faults]


def test_the_contract_comes_in_and_goes_out_with_the_same_bytes():
    imported(CONTRACT)
    comes_back()
    assert KeyResult.objects.get(ref="wait-days").measures == ChainItem.objects.get(ref="first-visit-fast")
    assert list(Link.objects.order_by("source__ref").values_list("source__ref", "kind", "target__ref")) == [
        ("calls", "contributes_to", "first-visit-fast"),
        ("first-visit-fast", "contributes_to", "less-pain"),
        ("nurses", "uses", "triage-line"),
        ("triage-line", "produces", "calls"),
    ]
    assert rows(Dependency, "activity__ref", "after__ref") == [("triage-line", "hire-nurses")]


def test_what_is_given_without_a_report_becomes_one_of_the_day_of_the_import():
    imported(CALLS % "delivered: 120")
    report = Report.objects.get()
    assert (report.day, report.value, report.by) == (NOON.date(), 120, None)
    assert ChainItem.objects.get().delivered == 120
    assert "    delivered: 120\n    reports:\n      - {at: 2026-10-12, value: 120}\n" in exported().decode()


def test_the_same_again_changes_nothing_and_something_else_is_a_further_report():
    imported(CALLS % "delivered: 120")
    assert imported(CALLS % "delivered: 120", at=LATER).plan.is_empty
    imported(CALLS % "delivered: 150", at=LATER)
    assert rows(Report, "day", "value") == [(NOON.date(), Decimal(120)), (LATER.date(), Decimal(150))]
    assert ChainItem.objects.get().delivered == 150
    comes_back()


def test_a_quantity_beside_reports_is_what_the_newest_says_or_a_further_one():
    reports = "reports: [{at: 2026-10-09, value: 90, note: Second}, {at: 2026-10-05, value: 40}]"
    imported(CALLS % f"delivered: 90, {reports}")
    assert [(entry.at.day, entry.value) for entry in item("calls").reports] == [(5, 40), (9, 90)]
    imported(CALLS % f"delivered: 95, {reports}")
    assert [(entry.at.day, entry.value) for entry in item("calls").reports] == [(5, 40), (9, 90), (12, 95)]
    assert item("calls").delivered == 95


def test_a_report_that_the_file_says_otherwise_is_a_further_one_of_its_day():
    imported(CALLS % "reports: [{at: 2026-10-09, value: 90}]")
    imported(CALLS % "reports: [{at: 2026-10-09, value: 95, note: Counted again}]")
    assert rows(Report, "value") == [90, 95]
    assert item("calls").delivered == 95


def test_reports_of_activities_and_inputs_are_their_progress_and_what_was_used():
    imported(HEAD + "chain: [{ref: line, level: activity, progress: 0.5}, {ref: money, level: input, used: 10}]\n")
    assert list(ChainItem.objects.order_by("ref").values_list("progress", "used")) == [(0.5, None), (None, 10)]


def test_what_is_over_ended_on_its_last_day_or_its_newest_report_and_not_after_the_import():
    imported(
        HEAD
        + "chain:\n"
        + "  - {ref: a, level: activity, state: done, due_on: 2026-10-01}\n"
        + "  - {ref: b, level: activity, state: done, due_on: 2026-10-01, reports: [{at: 2026-10-03, value: 1}]}\n"
        + "  - {ref: c, level: activity, state: dropped, due_on: 2026-12-01}\n"
        + "  - {ref: d, level: activity, state: dropped, ended_on: 2026-09-01}\n"
        + "  - {ref: e, level: activity}\n"
    )
    assert dict(ChainItem.objects.values_list("ref", "ended_on")) == {
        "a": date(2026, 10, 1),
        "b": date(2026, 10, 3),
        "c": NOON.date(),
        "d": date(2026, 9, 1),
        "e": None,
    }
    imported(HEAD + "chain: [{ref: d, level: activity, state: active}]\n")
    assert ChainItem.objects.get(ref="d").ended_on is None


def test_every_row_leaves_an_event_that_names_the_ends():
    imported(CONTRACT)
    found = [event for event in events() if event[0].startswith("chain_item")]
    assert found[-1] == ("chain_item.waits", "triage-line")
    assert ("chain_item.created", "nurses") in found
    linked = Event.objects.get(verb="chain_item.linked", ref="calls")
    assert linked.chain_item_id == ChainItem.objects.get(ref="calls").pk
    assert linked.linked_item_id == ChainItem.objects.get(ref="first-visit-fast").pk
    assert Event.objects.get(verb="chain_item.waits").linked_item_id == ChainItem.objects.get(ref="hire-nurses").pk
    reported = Event.objects.get(verb="chain_item.reported", ref="calls")
    assert reported.data == {"imported": True, "day": "2026-10-01", "delivered": [None, "120"]}


def test_what_is_said_without_a_day_counts_from_the_beginning_of_what_is_new_and_from_today_else():
    year, quarter = (
        "{ref: y, starts_on: 2026-01-01, ends_on: 2026-12-31}",
        "{ref: q, starts_on: 2026-10-01, ends_on: 2026-12-31}",
    )
    cycles = f"cycles: [{year}, {quarter}]\n"
    known = "{ref: a, level: output, planned: 9, delivered: %s}"
    imported(
        f"{HEAD}{cycles}chain:\n  - {known % 3}\n"
        "  - {ref: b, level: output, planned: 9, delivered: 3, due_on: 2026-09-01}\n"
        "  - {ref: c, level: activity, progress: 0.5, starts_on: 2026-09-07}\n"
        "  - {ref: d, level: activity, progress: 0.5, starts_on: 2027-01-01}\n"
        "  - {ref: e, level: activity, progress: 1, state: done, ended_on: 2026-02-02}\n"
    )
    imported(f"{HEAD}chain: [{known % 4}]\n")
    days = Report.objects.order_by("item__ref", "day").values_list("item__ref", "day")
    assert [(ref, str(day)) for ref, day in days] == [
        ("a", "2026-10-01"),
        ("a", "2026-10-12"),
        ("b", "2026-01-01"),
        ("c", "2026-09-07"),
        ("d", "2026-10-12"),
        ("e", "2026-01-01"),
    ]


def test_changes_are_told_with_what_was_and_raise_the_version():
    imported(CONTRACT)
    imported(HEAD + "chain: [{ref: calls, level: output, title: Calls, archived_at: 2026-10-12}]\n")
    imported(HEAD + "links: [{from: calls, to: first-visit-fast, confidence: 0.7, assumptions: []}]\n")
    found = ChainItem.objects.get(ref="calls")
    assert (found.title, found.version, found.planned, found.archived_at is None) == ("Calls", 2, 400, False)
    link = Link.objects.get(source=found)
    assert (link.confidence, link.version, link.evidence, link.effect_change) == (0.7, 2, "weak", -6)
    told_of = Event.objects.get(verb="chain_item.link_edited")
    assert told_of.data["confidence"] == ["0.6", "0.7"]
    comes_back()


def test_what_is_private_is_in_nobody_elses_export(ada: Person, alice: Person, bob: Person, charlie: Person):
    imported(CONTRACT)
    hide = "chain: [{ref: first-visit-fast, level: outcome, visibility: private, owner: %s, viewers: [%s]}]\n"
    imported(HEAD + hide % (alice.email, bob.email))
    seen = document_for(charlie)
    assert b"first-visit-fast" not in to_yaml(seen)
    assert [(link.from_, link.to) for link in seen.links] == [("nurses", "triage-line"), ("triage-line", "calls")]
    assert all(part.measures is None for objective in seen.objectives for part in objective.key_results)
    for person in (alice, bob, None):
        assert b"measures: first-visit-fast" in to_yaml(document_for(person))
    assert b"first-visit-fast" not in to_yaml(document_for(ada))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ref: a, level: output, cost: 3}", "only an activity has cost"),
        ("{ref: a, level: activity, delivered: 3}", "only an output has delivered"),
        ("{ref: a, level: output, used: 3}", "only an input has used"),
        ("{ref: a, level: output, sublevel: ultimate}", "only an outcome has sublevel"),
        ("{ref: a, level: output, ended_on: 2026-10-01}", "said to have ended on 2026-10-01, but is draft"),
        ("{ref: a, level: outcome, reports: [{at: 2026-10-01, value: 1}]}", "not delivered but measured"),
        ("{ref: a, level: output, reports: [{at: 2026-10-20, value: 1}]}", "lies in the future"),
        ("{ref: a, level: activity, reports: [{at: 2026-10-01, value: 1.5}]}", "more than the whole"),
        ("{ref: a, level: impact, assumptions: [{text: T, at_least: 1}]}", "needs the metric"),
        ("{ref: a, level: impact, metrics: [b]}", "no metric “b”"),
        ("{ref: a, level: impact, viewers: [z@example.org]}", "nobody in people"),
        ("{ref: a, level: impact, evidence: [{title: T, url: 'javascript:alert(1)'}]}", "not a web address"),
        ("{ref: a, level: impact, evidence: [{title: T}]}", "has an address or a file"),
        ("{ref: a, level: impact, evidence: [{title: T, file: {name: a.pdf, sha256: 12, size: 1}}]}", "not a SHA-256"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, message: str):
    assert message in told(HEAD + f"chain: [{text}]\n")[0]
    assert not ChainItem.objects.exists()


def test_a_range_that_ends_below_its_start_is_refused():
    text = "metrics: [{ref: m}]\nchain: [{ref: a, level: impact, assumptions: [{text: T, metric: m, %s}]}]\n"
    assert "below its start" in told(HEAD + text % "at_least: 3, at_most: 2")[0]


def test_nobody_waits_for_what_it_produces_itself():
    chain = "chain: [{ref: a, level: activity}, {ref: o, level: output}]\n"
    rest = "links: [{from: a, to: o}]\ndependencies: [{activity: a, after: o}]\n"
    assert "wait for each other" in told(HEAD + chain + rest)[0]


def test_an_export_of_a_chain_takes_the_same_number_of_queries_whatever_the_rows(django_assert_num_queries: Any):
    imported(CONTRACT)
    document_for(None)  # what is read once for a process is read now
    with CaptureQueriesContext(connection) as few:
        document_for(None)
    more = "".join(f"  - {{ref: a{at}, level: activity, progress: 0.{at}}}\n" for at in range(1, 9))
    imported(HEAD + "chain:\n" + more)
    with django_assert_num_queries(len(few)):
        document_for(None)
    assert len(few) < 53


JUDGED = """impactline: 1
people: [{email: bob@example.org, name: Bob}]
chain:
- {ref: sooner, level: outcome, judgements: [JUDGEMENT]}
"""


def test_judgements_come_in_and_go_out_with_the_same_bytes():
    one = "at: 2026-10-12, by: bob@example.org, level: largely, evidence: [{title: A, url: 'https://example.org'}]"
    two = "at: 2026-10-11, on_behalf_of: Patients, narrative: We wait., written_by: bob@example.org"
    file = f"{{name: a.pdf, sha256: '{'0' * 64}', size: 12}}"
    three = f"at: 2026-10-10, level: Better, rating: 2, of: 3, evidence: [{{title: Letters, file: {file}}}]"
    text = JUDGED.replace("JUDGEMENT", f"{{{one}}}, {{{two}}}, {{{three}}}")
    imported(text)
    assert imported(text, at=LATER).plan.is_empty
    comes_back()
    assert rows(Judgement, "day", "level", "rating", "of", "person__name", "by__name", "on_behalf_of") == [
        (date(2026, 10, 10), "Better", 2, 3, None, None, ""),
        (date(2026, 10, 11), "", None, None, None, "Bob", "Patients"),
        (date(2026, 10, 12), "Largely", 3, 5, "Bob", "Bob", ""),
    ]


def test_a_rubric_comes_in_and_its_levels_are_those_of_new_judgements():
    text = JUDGED.replace("level: outcome", "level: outcome, rubric: [No, Yes]")
    imported(text.replace("JUDGEMENT", "{at: 2026-10-12, level: Yes}"))
    comes_back()
    assert rows(Judgement, "level", "rating", "of") == [("Yes", 1, 2)]


@pytest.mark.parametrize(
    ("judgement", "message"),
    [
        ("{at: 2026-10-12, level: Superb}", "“Superb” is not a level of its rubric."),
        ("{at: 2026-10-12}", "The judgement says nothing."),
        ("{at: 2199-10-12, level: Fully}", "The day 2199-10-12 lies in the future."),
        ("{at: 2026-10-12, level: Fully, by: bob@example.org, on_behalf_of: Nurses}", "A judgement has one voice."),
        ("{at: 2026-10-12, level: Fully, rating: 5, of: 5}", "There are 5 levels, from 0 to 4."),
        ("{at: 2026-10-12, level: Fully, rating: 4}", "A rating needs the number of levels."),
        ("{at: 2026-10-12, narrative: A, rating: 4, of: 5}", "A rating needs the words of its level."),
    ],
)
def test_judgements_that_do_not_hold_together_are_faults(judgement: str, message: str):
    assert message in told(JUDGED.replace("JUDGEMENT", judgement))


def test_only_outcomes_are_judged_and_by_a_rubric_that_can_be_used():
    text = JUDGED.replace("JUDGEMENT", "{at: 2026-10-12, level: Fully}")
    assert "“sooner” is of the level output; only an outcome is judged." in told(text.replace("outcome", "output"))
    assert "“sooner”: A rubric has 2 to 10 levels." in told(text.replace("outcome", "outcome, rubric: [Fully]"))


PREDICTED = """
impactline: 1
metrics: [{ref: wait, name: Wait, unit: days}]
chain:
- {ref: calls, level: output, state: done, ended_on: 2026-10-12, predictions: [PREDICTION]}
- {ref: sooner, level: outcome}
"""
PREDICTION = (
    "{output: calls, outcome: sooner, metric: wait, ended_on: 2026-10-12, seen_by: 2026-10-26, expected: -1.8, "
    "low: -3, high: 0, claimed: -3, evidence: moderate, from_on: 2026-10-01, from_value: 21, observed_on: 2026-10-26, "
    "observed: -2, came: as_expected}"
)


def test_what_was_predicted_comes_back_as_it_was_kept():
    imported(PREDICTED.replace("PREDICTION", PREDICTION))
    row = Prediction.objects.get()
    assert (row.came, row.observed, row.item) == ("as_expected", Decimal(-2), row.output)
    comes_back()


def test_what_ended_is_looked_at_only_where_something_was_expected_of_it():
    imported(
        PREDICTED.replace("PREDICTION", PREDICTION)
        + "- {ref: leaflets, level: output, state: done, ended_on: 2026-10-12}\n"
    )
    waiting = Event.objects.filter(handled_at=None, verb=verbs.ITEM)
    assert [event.ref for event in waiting] == ["calls"]


@pytest.mark.parametrize(
    ("predictions", "message"),
    [
        (f"{PREDICTION}, {PREDICTION}", "The same was predicted above."),
        (PREDICTION.replace(", came: as_expected", ""), "What was observed is not compared."),
        (PREDICTION.replace("sooner", "later"), "There is no chain item “later”."),
    ],
)
def test_predictions_that_do_not_hold_together_are_faults(predictions: str, message: str):
    assert message in told(PREDICTED.replace("PREDICTION", predictions))
    assert not ChainItem.objects.exists()


def test_a_file_comes_out_as_a_reference_with_its_digest():
    file = "file: {name: calls.pdf, sha256: " + "ab" * 32 + ", size: 15}"
    head = "impactline: 1\norganisation: {name: N}\n"
    imported(f"{head}chain: [{{ref: a, level: output, evidence: [{{title: T, {file}}}]}}]\n")
    assert Evidence.objects.get().digest == "ab" * 32
    assert "sha256: " + "ab" * 32 in exported().decode()


def test_what_does_not_fit_is_told_and_stops_no_import():
    text = HEAD + (
        "metrics: [{ref: wait, name: Wait, unit: days}, {ref: share, name: Share, unit: '%'}]\n"
        "cycles: [{ref: q4, starts_on: 2026-10-01, ends_on: 2026-12-31}]\n"
        "objectives:\n"
        "- ref: care\n"
        "  title: Care\n"
        "  cycle: q4\n"
        "  key_results: [{ref: k, title: K, metric: wait, baseline: 9, target: 7, measures: sooner}]\n"
        "chain: [{ref: calls, level: output, starts_on: 2026-10-01}, {ref: sooner, level: outcome}]\n"
        "links: [{from: calls, to: sooner, expected_effect: {metric: share, change: -600}, lag_days: 400}]\n"
    )
    found = imported(text)
    assert [(fault.severity, fault.path) for fault in found.warnings] == [
        ("warning", "links[0].expected_effect"),
        ("warning", "links[0].expected_effect"),
        ("warning", "links[0].lag_days"),
    ]
    assert "“calls” → “sooner”: It shows from 2027-11-05 on" in found.warnings[2].message
    assert Link.objects.get().lag_days == 400
