"""`impactline report`, and `impactline status` of an item of the chain."""

import json
from pathlib import Path

import pytest

from impactline.chain.models import ChainItem, Evidence, Prediction, Report
from tests.cli.conftest import Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import HEAD

CHAIN = HEAD + (
    "metrics: [{ref: wait, name: Median wait, unit: days, readings: [{at: 2026-09-30, value: 21}]}]\n"
    "chain:\n"
    "- {ref: money, level: input, amount: 8000, unit: EUR}\n"
    "- {ref: line, level: activity, title: Run the line, starts_on: 2026-10-01, due_on: 2026-10-11, state: active}\n"
    "- {ref: calls, level: output, title: Calls, planned: 400, unit: calls, starts_on: 2026-10-01, state: active}\n"
    "- {ref: sooner, level: outcome, title: Seen sooner, metrics: [wait]}\n"
    "links:\n"
    "- {from: line, to: calls}\n"
    "- {from: calls, to: sooner, expected_effect: {metric: wait, change: -6, per: 400}, confidence: 0.6, lag_days: 7}\n"
)


@pytest.mark.parametrize(
    ("ref", "value", "recorded", "told"),
    [
        ("line", "0.5", "0.5", "line: activity, active, 50%, expected 100%\n"),
        ("line", "50%", "0.5", "line: activity, active, 50%, expected 100%\n"),
        ("calls", "120", "120", "calls: output, active, 120 of 400 calls\n"),
        ("money", "2500.5", "2500.5", "money: input, draft, 2500.5 of 8000 EUR\n"),
    ],
)
def test_what_was_done_is_reported_and_told(run: Run, ref: str, value: str, recorded: str, told: str):
    imported(CHAIN)
    found = run("report", ref, value, "--note", "As counted", "--at", "2026-10-10")
    assert (found.exit_code, found.stdout) == (0, told)
    row = Report.objects.get()
    assert (f"{row.value.normalize():f}", row.note, row.day.isoformat()) == (recorded, "As counted", "2026-10-10")


def test_a_file_is_kept_as_evidence_with_the_report_or_neither(run: Run, tmp_path: Path):
    imported(CHAIN)
    listed, wrong = tmp_path / "calls.csv", tmp_path / "calls.pdf"
    listed.write_text("day;calls\n")
    wrong.write_text("day;calls\n")
    assert run("report", "calls", "120", "--evidence", str(wrong)).exit_code == 2
    assert not Report.objects.exists()
    assert run("report", "calls", "120", "--evidence", str(listed)).exit_code == 0
    assert (Report.objects.count(), Evidence.objects.get().file_name) == (1, "calls.csv")


def test_a_value_and_a_state_are_recorded_together_or_not_at_all(run: Run):
    imported(CHAIN)
    assert run("report", "calls", "400", "--state", "done", "--at", "2026-10-10").exit_code == 0
    item = ChainItem.objects.get(ref="calls")
    assert (item.state, item.delivered, item.ended_on.isoformat()) == ("done", 400, "2026-10-10")
    assert Prediction.objects.get().item == item
    before = Report.objects.count()
    assert run("report", "line", "1.5", "--state", "done").exit_code == 2
    assert ChainItem.objects.get(ref="line").state == "active"
    assert Report.objects.count() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none", "1"], "There is no item “none” in the chain"),
        (["line", "half"], "“half” is not a number"),
        (["line", "120%"], "at most 100 %"),
        (["calls", "-3"], "at least 0"),
        (["sooner", "3"], "not delivered but measured"),
        (["calls"], "Say a value, a state, or both"),
        (["calls", "1", "--at", "2026-12-01"], "still to come"),
        (["calls", "--strange"], "No such option"),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(run: Run, arguments: list[str], message: str):
    imported(CHAIN)
    told = run("report", *arguments)
    assert told.exit_code == 2
    assert message in told.stderr
    assert not Report.objects.exists()


def test_a_refusal_names_the_level_as_the_organisation_does(run: Run):
    imported(CHAIN.replace("name: Northwind Health", "name: N, level_names: {outcome: {one: change, many: changes}}"))
    told = run("report", "sooner", "3")
    assert "A change is not delivered but measured." in told.stderr


def test_the_status_of_an_item_tells_its_voices_and_what_is_expected(run: Run):
    imported(CHAIN)
    run("report", "calls", "200", "--at", "2026-10-05")
    told = run("status", "sooner").stdout
    assert told.startswith("Seen sooner\nsooner: outcome, draft\nStated: nothing.\n")
    assert "“Run the line” is overdue (this depends on it to 60 %)." in told
    assert "it was not read since" in told
    found = json.loads(run("status", "sooner", "--json").stdout)
    # 200 × −6 ÷ 400 × .6 = −1.8, seven days after 5 October: on the 12th
    assert (found["level"], found["metrics"][0]["expected_change"], found["inherited"]) == ("outcome", -1.8, "at_risk")
    assert found["done"] is None


def test_the_status_of_work_tells_how_far_it_is(run: Run):
    imported(CHAIN)
    found = json.loads(run("report", "calls", "200", "--json").stdout)
    assert (found["delivered"], found["planned"], found["done"], found["unit"]) == (200, 400, 0.5, "calls")
    assert json.loads(run("status", "calls", "--json").stdout) == found
    assert run("status", "calls", "--as-of", "2026-10-01").exit_code == 2


def test_who_may_not_see_it_hears_that_it_is_not_there(run: Run):
    imported(CHAIN)
    run("user", "create", "bob@example.org", "--name", "Bob")
    ChainItem.objects.filter(ref="calls").update(visibility="private")
    for arguments in (("report", "calls", "1"), ("status", "calls")):
        told = run(*arguments, "--as", "bob@example.org")
        assert told.exit_code == 2
        assert "There is no" in told.stderr
