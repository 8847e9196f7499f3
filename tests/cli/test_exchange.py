"""`impactline import` and `impactline export`."""

import json
from pathlib import Path

import pytest

from impactline.base.models import Event
from impactline.exchange.iati_validating import faults
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Organisation, Person
from tests.cli.conftest import Command, Run
from tests.exchange.iati_samples import OLD
from tests.exchange.installations import empty, exported, imported
from tests.exchange.test_importing import HEAD, WAITING

PAGE = """\
# FY26-Q3 OKRs

This quarter runs from July 1, 2026 to September 30, 2026.

1. **CRO: Build a strong pipeline**
    1. CRO KR: Pipeline grows from 10 to 40 deals => 25 deals
    1. CRO KR: Everybody is happy

Something else entirely.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "okrs.yaml"
    path.write_text(WAITING)
    return path


def test_an_import_says_what_it_did(run: Run, file: Path):
    told = run("import", file)
    assert told.exit_code == 0
    assert told.stdout == (
        f"{file}: added: 1 organisation, 2 people, 1 cycle, 1 objective, 1 key result, 2 check-ins.\n"
    )
    assert told.stderr == "People were imported without passwords. Run: impactline user password alice@example.org\n"
    assert Objective.objects.get().title == "Nobody waits in pain"


def test_a_second_import_has_nothing_to_do(run: Run, file: Path):
    run("import", file)
    events = Event.objects.count()
    told = run("import", file)
    assert (told.exit_code, told.stdout) == (0, f"{file}: nothing to do, everything is as the file says.\n")
    assert Event.objects.count() == events


def test_a_plan_tells_what_would_be_and_changes_nothing(run: Run, file: Path):
    imported(WAITING)
    before = exported()
    file.write_text(
        WAITING.replace("target: 7", "target: 9")
        + "      - {ref: second, title: Second, type: binary}\n"
        + "teams: [{ref: care, archived_at: 2026-10-01}]\n"
    )
    told = run("import", file, "--plan")
    differs = "The text says from 21 to 7, the measure from 21 to 9. Correct the one that is wrong."
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "+ team care",
        "+ key result second Second",
        "~ key result wait-days: target: 7 → 9",
        f"wording {file}:13:9: Median wait falls from 21 to 7 days: {differs}",
        f"{file}: would be added: 1 team, 1 key result; changed: 1 key result.",
    ]
    assert told.stderr == "note: wait-days: target was frozen on 2026-10-12; the change is kept in its log.\n"
    assert exported() == before


def test_programs_get_the_plan_as_json(run: Run, file: Path):
    found = json.loads(run("import", file, "--plan", "--json").stdout)
    assert (found["applied"], found["changed"], found["format"]) == (False, True, "native")
    assert found["counts"]["adds"]["check-in"] == 2
    assert found["adds"][0] == {
        "kind": "organisation",
        "ref": "",
        "fields": {"name": "Northwind Health", "timezone": "Europe/Berlin"},
    }
    assert not Organisation.objects.exists()
    assert json.loads(run("import", file, "--json").stdout)["applied"] is True


def test_a_plan_without_a_database_makes_none(command: Command, file: Path, tmp_path: Path):
    told = command("import", "--plan", file)
    assert told.returncode == 0, told.stderr
    assert "would be added: 1 organisation" in told.stdout
    assert not (tmp_path / "data" / "impactline.db").exists()


def test_a_file_with_faults_makes_no_database_either(command: Command, file: Path, tmp_path: Path):
    file.write_text(WAITING.replace("target: 7", "target: 21"))
    assert command("import", file).returncode == 2
    assert not (tmp_path / "data" / "impactline.db").exists()


def test_an_import_into_nothing_makes_the_database(command: Command, file: Path, fresh_database: str):
    file.write_text(WAITING.replace("2026", "2020"))
    told = command("import", file, "--database", fresh_database)
    assert told.returncode == 0, told.stderr
    told = command("status", "wait-days", "--json", "--database", fresh_database, "--as-of", "2020-11-01")
    assert json.loads(told.stdout)["objectives"][0]["key_results"][0]["progress"] == 0.2143
    again = command("import", file, "--database", fresh_database)
    assert "nothing to do" in again.stdout


def test_every_fault_is_told_at_once_with_its_place_and_remedy(run: Run, file: Path):
    file.write_text(
        WAITING.replace("target: 7", "target: 21").replace("owner: alice", "owner: alicia") + "surprise: 1\n"
    )
    told = run("import", file)
    assert (told.exit_code, told.stdout) == (2, "")
    nobody = "alicia@example.org is nobody in people. Did you mean “alice@example.org”?"
    equal = (
        "The target equals the baseline, so nothing would change. Enter another target, or choose “at least”,"
        " “at most” or “range” to keep a value where it is."
    )
    lines = told.stderr.splitlines()
    assert lines[:3] == [
        f"error: {file}:9:5: objectives[0].owner: {nobody}",
        f"error: {file}:15:9: objectives[0].key_results[0].target: {equal}",
        f"error: {file}:17:9: objectives[0].key_results[0].owner: {nobody}",
    ]
    assert lines[3].startswith(f"error: {file}:21:1: surprise: “surprise” is not a section of the document.")
    assert lines[4:] == ["impactline: 4 faults; nothing was changed."]
    assert not Organisation.objects.exists()
    found = json.loads(run("import", file, "--json").stdout)
    assert (found["applied"], len(found["faults"])) == (False, 4)
    assert found["faults"][1]["line"] == 15


def test_what_was_left_of_a_table_is_told_beside_its_faults(run: Run, tmp_path: Path):
    table = tmp_path / "okrs.csv"
    table.write_text("cycle,objective,key result,baseline,target\nq4,A,B,abc,7\nq4,,C,,when it works\n")
    told = run("import", str(table))
    assert told.exit_code == 2
    assert "The baseline “abc” is not a number." in told.stderr
    assert "line 3: it is told in words: target: when it works" in told.stdout
    found = json.loads(run("import", "--json", str(table)).stdout)
    assert [part["text"] for part in found["page"]["unread"]] == ["target: when it works"]


def test_a_folder_is_read_as_one(run: Run, tmp_path: Path):
    folder = tmp_path / "okrs"
    folder.mkdir()
    (folder / "a.yaml").write_text(HEAD)
    (folder / "b.json").write_text(json.dumps({"objectives": [{"ref": "o", "title": "O", "cycle": "2026-Q4"}]}))
    assert run("import", folder).exit_code == 0
    assert Objective.objects.get().ref == "o"


def test_a_page_tells_what_was_read_and_what_was_not(run: Run, tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    told = run("import", page)
    assert told.exit_code == 0, told.stderr
    lines = told.stdout.splitlines()
    assert any(line.startswith("line 7:") and "No measure is plainly written; it is open." in line for line in lines)
    assert "line 9: " in told.stdout
    assert lines[-1].startswith(f"{page}: added: ")
    assert sorted(KeyResult.objects.values_list("type", flat=True)) == ["metric", "open"]
    assert run("import", page).stdout.endswith("nothing to do, everything is as the file says.\n")
    found = json.loads(run("import", page, "--json").stdout)
    assert [entry["line"] for entry in found["page"]["unread"]] == [9]


def test_iati_comes_in_with_an_account_and_goes_out(run: Run, tmp_path: Path):
    file = tmp_path / "a.xml"
    file.write_bytes(OLD)
    told = run("import", file)
    assert "added: " in told.stdout
    assert "read: 1 iati-activity, 1 result, 1 indicator, 1 period, 1 transaction" in told.stderr
    assert "line 8: " in told.stderr
    found = json.loads(run("import", file, "--json").stdout)
    assert found["changed"] is False
    assert {entry["line"] for entry in found["iati"]["left"]} >= {8, 22}
    out = tmp_path / "out.xml"
    assert run("export", "--format", "iati", "--output", out).exit_code == 0
    assert faults(out.read_bytes()) == []
    assert "left out" in run("export", "--format", "iati", "--plain").stderr
    assert run("export", "--plain").exit_code == 2
    assert run("export", "--format", "iati", "--output", tmp_path).exit_code == 2


def test_a_format_that_is_not_built_is_refused(run: Run, file: Path):
    told = run("import", file, "--format", "viva")
    assert told.exit_code == 2
    assert told.stderr == (
        "impactline: The format viva is not built in this version. "
        "There are native, okr-markdown, iati, csv and xlsx.\n"
    )


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_a_table_goes_out_and_comes_back_with_a_word_on_what_it_does_not_hold(
    run: Run, file: Path, tmp_path: Path, name: str
):
    assert run("import", file).exit_code == 0
    out = tmp_path / f"okrs.{name}"
    done = run("export", "--format", name, "--output", out)
    assert (done.exit_code, "note: A table holds objectives and key results only" in done.stderr) == (0, True)
    assert run("export", "--format", name).stdout_bytes == out.read_bytes()
    assert run("export", "--format", name, "--output", tmp_path).exit_code == 2
    again = json.loads(run("import", out, "--plan", "--json").stdout)
    assert again["counts"] == {"adds": {}, "changes": {}, "removals": {}}
    out.write_bytes(b"cycle,objective\n")
    assert run("import", out).exit_code == (0 if name == "csv" else 2)
    out.write_bytes(b"\0")
    assert run("import", out).exit_code == 2


def test_a_path_that_is_not_there(run: Run, tmp_path: Path):
    told = run("import", tmp_path / "none.yaml")
    assert (told.exit_code, told.stderr) == (2, f"impactline: There is no {tmp_path / 'none.yaml'}.\n")


def test_an_import_in_somebodys_name(run: Run, file: Path, ada: Person):
    file.write_text(HEAD.replace("organisation: {name: Northwind Health, timezone: Europe/Berlin}\n", ""))
    assert run("import", file, "--as", "ada@example.org").exit_code == 0
    assert Event.objects.latest("pk").actor == ada


# --- export ---


def test_a_part_is_exported_with_a_word_on_what_stays_out(run: Run, file: Path):
    assert run("import", file).exit_code == 0
    done = run("export", "--objective", "waiting")
    assert (b"ref: waiting" in done.stdout_bytes, done.exit_code) == (True, 0)
    assert "note: Left out: " in done.stderr
    missing = run("export", "--cycle", "nothing", "--format", "iati")
    assert "There is no cycle “nothing”." in missing.stderr
    assert missing.exit_code == 2


def test_an_export_comes_back_as_it_went(run: Run, file: Path, tmp_path: Path):
    run("import", file)
    first = run("export").stdout_bytes
    out = tmp_path / "out.yaml"
    assert run("export", "--output", out).exit_code == 0
    assert out.read_bytes() == first
    empty()
    run("import", out)
    assert run("export").stdout_bytes == first


def test_an_export_as_json_comes_back_too(run: Run, file: Path, tmp_path: Path):
    run("import", file)
    first = run("export").stdout_bytes
    out = tmp_path / "out.json"
    run("export", "--format", "json", "--output", out)
    assert json.loads(out.read_text())["impactline"] == 1
    empty()
    run("import", out)
    assert run("export").stdout_bytes == first


def test_an_export_into_a_folder_is_several_files(run: Run, file: Path, tmp_path: Path):
    run("import", file)
    first = run("export").stdout_bytes
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "old.yaml").write_text("impactline: 1\n")
    told = run("export", "--output", folder)
    assert told.stderr == "Not part of this export, but in the same folder: old.yaml\n"
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.yaml"))
    assert names == ["cycles.yaml", "objectives/2026-Q4.yaml", "old.yaml", "organisation.yaml", "people.yaml"]
    empty()
    run("import", folder)
    assert run("export").stdout_bytes == first


def test_an_export_holds_what_the_caller_may_see(run: Run, file: Path):
    file.write_text(WAITING.replace("kind: committed", "visibility: private"))
    run("import", file)
    assert b"Nobody waits" in run("export").stdout_bytes
    assert b"waiting" not in run("export", "--as", "bob@example.org").stdout_bytes


def test_an_export_to_a_place_that_cannot_be(run: Run, file: Path):
    run("import", file)
    told = run("export", "--output", file / "below" / "out.yaml")
    assert told.exit_code == 2
    assert "cannot be written" in told.stderr
