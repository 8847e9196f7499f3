"""`impactline lint`: a text, files without a database, the installation; for people, JSON, SARIF and pre-commit."""

import json
from pathlib import Path

import pytest

from impactline.people.models import Person
from tests.cli.conftest import Command, Run
from tests.exchange.installations import imported

OKRS = """\
impactline: 1
people: [{email: alice@example.org}]
cycles: [{ref: 2026-Q4, starts_on: 2026-10-01, ends_on: 2026-12-31}]
objectives:
  - ref: waiting
    title: Nobody waits in pain
    cycle: 2026-Q4
    owner: alice@example.org
    key_results:
      - ref: wait-days
        title: Median wait for a first visit falls from 21 to 7 days
        type: metric
        baseline: 21
        target: 7
        unit: days
"""
WEAK = f"""{OKRS}\
      - ref: site
        title: Launch the new website
      - ref: beds
        title: Beds in use
        type: metric
        baseline: 40
        target: 40
chain:
  - {{ref: calls, level: output, title: Increase calls}}
"""


def written(folder: Path, text: str, name: str = "okrs.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_text_is_judged_without_a_database(command: Command, tmp_path: Path):
    told = command("lint", "--text", "Launch the new website", "--kind", "key_result", "--json")
    assert (told.returncode, told.stderr) == (0, "")
    first = json.loads(told.stdout)[0]
    assert {key: first[key] for key in ("rule", "ref", "kind", "severity", "confidence")} == {
        "rule": "W-activity-as-result",
        "ref": "",
        "kind": "key_result",
        "severity": "warning",
        "confidence": 0.85,
    }
    assert all(first[key] for key in ("message", "suggestion", "source", "rewrite"))
    assert not (tmp_path / "data").exists(), "nothing is made for it"


def test_a_file_is_judged_with_file_and_line(command: Command, tmp_path: Path):
    path = written(tmp_path, WEAK)
    told = command("lint", str(path), "--json")
    assert told.returncode == 0
    found = {(entry["rule"], entry["ref"], entry["line"]) for entry in json.loads(told.stdout)}
    assert {
        ("W-activity-as-result", "site", 17),
        ("W-measurable", "beds", 19),
        ("W-level", "calls", 24),
        ("C2", "calls", 24),
        ("R9", "site", 17),
    } <= found
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("text", "asked", "code"),
    [
        (OKRS, (), 0),
        (OKRS, ("--fail-on", "hint"), 0),
        (WEAK, (), 0),
        (WEAK, ("--fail-on", "error"), 1),
        (WEAK, ("--fail-on", "warning", "--least", "error"), 1),
        ("impactline: 1\nobjectives: [{title: x}]", (), 2),
        ("not: [a", ("--fail-on", "error"), 2),
    ],
)
def test_the_exit_code_says_how_it_went(run: Run, tmp_path: Path, text: str, asked: tuple[str, ...], code: int):
    assert run("lint", written(tmp_path, text), *asked).exit_code == code


def test_faults_are_told_with_their_place(run: Run, tmp_path: Path):
    told = run("lint", written(tmp_path, "impactline: 1\nobjektives: []"), written(tmp_path, OKRS, "good.yaml"))
    assert told.exit_code == 2
    assert "okrs.yaml:2" in told.stderr


def test_people_get_each_text_once_with_what_there_is_to_say(run: Run, tmp_path: Path):
    told = run("lint", written(tmp_path, WEAK), "--least", "warning")
    assert "okrs.yaml:17: site: Launch the new website" in told.stdout
    assert told.stdout.count("Launch the new website\n") == 1
    assert "→ Launch the new website, so that __ goes from __ to __ by 31 Dec" in told.stdout
    assert told.stderr == "5 texts judged: 1 error, 5 warnings.\n"


def test_code_hosts_get_sarif(run: Run, tmp_path: Path):
    sarif = json.loads(run("lint", written(tmp_path, WEAK), "--sarif").stdout)
    assert sarif["version"] == "2.1.0"
    rules = sarif["runs"][0]["tool"]["driver"]["rules"]
    found = sarif["runs"][0]["results"]
    assert {entry["ruleId"] for entry in found if entry["properties"]["ref"] == "calls"} >= {"W-level", "C2"}
    assert all(rules[entry["ruleIndex"]]["id"] == entry["ruleId"] for entry in found)
    result = next(entry for entry in found if entry["properties"]["ref"] == "beds")
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "W-measurable"
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 19}
    assert {entry["level"] for entry in sarif["runs"][0]["results"]} <= {"error", "warning", "note"}


def test_a_page_of_okrs_is_judged_too(run: Run, tmp_path: Path):
    page = "# 2026-Q4 OKRs\n\n1. **OBJECTIVE: Be the place to go**\n   - KR: Launch the new website\n"
    told = run("lint", written(tmp_path, page, "okrs.md"), "--json")
    assert [entry["line"] for entry in json.loads(told.stdout) if entry["rule"] == "W-activity-as-result"] == [4]


def test_a_folder_is_judged_as_one_document(run: Run, tmp_path: Path):
    folder = tmp_path / "okrs"
    folder.mkdir()
    written(folder, OKRS)
    told = run("lint", folder, "--fail-on", "hint")
    assert (told.exit_code, told.stdout) == (0, "")


RENAMED = "organisation: {level_names: {output: {one: product, many: products}, outcome: {one: result, many: results}}}"


def test_a_file_is_told_of_in_its_own_names_of_levels(run: Run, tmp_path: Path):
    path = written(tmp_path, WEAK.replace("people:", f"{RENAMED}\npeople:", 1))
    entry = next(one for one in json.loads(run("lint", path, "--json").stdout) if one["rule"] == "C2")
    assert (entry["kind"], entry["suggestion"]) == ("output", "Link it to the result that it contributes to.")
    assert "It leads to no result" in run("lint", path).stdout
    assert "It leads to no result" in run("lint", path, "--sarif").stdout


def test_names_of_levels_that_cannot_be_taken_are_not_used(run: Run, tmp_path: Path):
    path = written(tmp_path, WEAK.replace("people:", f"{RENAMED.replace('result,', 'Product,')}\npeople:", 1))
    assert "It leads to no outcome" in run("lint", path).stdout


def test_words_of_a_team_are_heeded(run: Run, tmp_path: Path):
    folder = tmp_path / "words"
    folder.mkdir()
    written(folder, '[verbs]\nactivity = "yeet"\n', "en.toml")
    told = run("lint", "--text", "Yeet the new website", "--words", folder, "--json")
    assert json.loads(told.stdout)[0]["rule"] == "W-activity-as-result"
    written(folder, "[verbs", "en.toml")
    assert run("lint", "--text", "x", "--words", tmp_path / "nowhere").exit_code == 2


@pytest.mark.parametrize(
    "arguments", [("x.yaml", "--text", "y"), ("--kind", "objective"), ("--text", "x", "--kind", "y")]
)
def test_what_cannot_be_asked_is_refused(run: Run, arguments: tuple[str, ...]):
    assert run("lint", *arguments).exit_code == 2


class TestOnTheInstallation:
    SITE = f"{OKRS}      - {{ref: site, title: Launch the new website}}\n"

    def test_everything_that_is_not_archived_is_judged(self, run: Run):
        imported(self.SITE)
        found = {(entry["rule"], entry["ref"]) for entry in json.loads(run("lint", "--json").stdout)}
        assert ("W-activity-as-result", "site") in found
        assert run("lint", "--fail-on", "warning").exit_code == 1

    def test_levels_are_called_as_the_organisation_calls_them(self, run: Run):
        imported(f"{OKRS}chain: [{{ref: calls, level: output, title: Calls}}]\n{RENAMED}\n")
        assert "It leads to no result" in run("lint").stdout

    def test_a_person_is_told_of_what_that_person_sees(self, run: Run, charlie: Person):
        imported(self.SITE.replace("    cycle: 2026-Q4", "    cycle: 2026-Q4\n    visibility: private", 1))
        assert "site" in {entry["ref"] for entry in json.loads(run("lint", "--json").stdout)}
        assert "site" not in run("lint", "--as", charlie.email).stdout


def test_the_plan_of_an_import_lists_what_is_weak_and_does_not_stop(run: Run, organisation: object, tmp_path: Path):
    path = written(tmp_path, TestOnTheInstallation.SITE)
    told = run("import", path, "--plan")
    assert (told.exit_code, "“Launch” tells what will be done" in told.stdout) == (0, True)
    planned = json.loads(run("import", path, "--plan", "--json").stdout)
    assert [(entry["rule"], entry["line"]) for entry in planned["findings"]] == [("W-activity-as-result", 16)]
