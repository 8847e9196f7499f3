"""`impactline overrule` and `impactline mute`: what is wrong here, and what is of no use now."""

import json
from datetime import timedelta

from django.utils import timezone

from tests.cli.conftest import Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import HEAD

WEAK = (
    HEAD
    + """\
objectives:
  - {ref: o, title: Nobody waits, cycle: 2026-Q4, key_results: [{ref: site, title: Launch the new website}]}
chain: [{ref: calls, level: output, title: Calls, assumptions: [{text: We will hire nurses}]}]
"""
)
RULE = "W-activity-as-result"


def judged(run: Run) -> set[tuple[str, str]]:
    return {(found["rule"], found["ref"]) for found in json.loads(run("lint", "--json").stdout)}


def test_a_rule_is_overruled_with_a_note_and_heeded_again(run: Run) -> None:
    imported(WEAK)
    assert run("overrule", RULE, "site").exit_code == 2
    assert run("overrule", RULE, "nowhere", "--note", "x").exit_code == 2
    assert (RULE, "site") in judged(run)
    assert "until the text changes" in run("overrule", RULE, "site", "--note", "The site is the result.").stdout
    assert (RULE, "site") not in judged(run)
    assert "heeded again" in run("overrule", RULE, "site", "--heed").stdout
    assert (RULE, "site") in judged(run)


def test_one_of_an_assumption_too(run: Run) -> None:
    imported(WEAK)
    assert ("W-assumption", "calls") in judged(run)
    assert run("overrule", "W-assumption", "calls", "--assumption", "1", "--note", "It is theirs.").exit_code == 0
    assert ("W-assumption", "calls") not in judged(run)


def test_a_finding_is_muted_until_a_day_and_told_again(run: Run) -> None:
    imported(WEAK)
    first = json.loads(run("attention", "--json").stdout)["causes"][0]["findings"][0]["key"]
    assert first in run("attention").stdout
    day = (timezone.now() + timedelta(days=30)).date().isoformat()
    assert run("mute", first, "--reason", "Known").exit_code == 2
    assert day in run("mute", first, "--reason", "Known", "--until", day).stdout
    assert first not in run("attention").stdout
    assert "told again" in run("mute", first, "--hear").stdout
    assert first in run("attention").stdout
    assert run("mute", "0" * 16, "--reason", "Known", "--until", day).exit_code == 2
