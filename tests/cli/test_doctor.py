"""`impactline doctor` on a healthy installation, and on each fault that it has to find."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from impactline.base.leases import hold
from impactline.base.models import Event
from impactline.cli import looking_at_data, looking_at_place
from impactline.okrs.models import KeyResult
from impactline.people.models import Person
from tests.cast import NOON
from tests.cli.conftest import Command, Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import WAITING


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A data folder as it should be."""
    path = tmp_path / "data"
    path.mkdir(mode=0o700)
    settings.DATA = path
    return path


def seen(run: Run) -> dict[str, list[dict[str, str]]]:
    """What it saw, by subject."""
    told = run("doctor", "--json")
    found: dict[str, list[dict[str, str]]] = {}
    for entry in json.loads(told.stdout)["seen"]:
        found.setdefault(entry["subject"], []).append(entry)
    findings = any(entry["state"] == "finding" for entries in found.values() for entry in entries)
    assert told.exit_code == (1 if findings else 0)
    assert json.loads(told.stdout)["healthy"] is not findings
    return found


def state(run: Run, subject: str) -> str:
    return seen(run)[subject][-1]["state"]


def test_a_healthy_installation_has_no_findings(command: Command, migrated_database: str):
    told = command("doctor", "--database", migrated_database)
    findings = [line for line in told.stdout.splitlines() if line.startswith("FINDING") and "fsync" not in line]
    assert findings == []
    assert "ok       figures: all are what recomputation gives" in told.stdout


def test_where_there_is_no_database_that_is_the_finding(command: Command):
    told = command("doctor")
    assert told.returncode == 1
    assert "FINDING  database: there is none yet" in told.stdout
    assert told.stdout.endswith("1 finding.\n")


def test_a_database_that_cannot_be_reached(command: Command):
    told = command("doctor", "--database", "postgresql://nobody@127.0.0.1:1/none")
    assert told.returncode == 1
    assert "FINDING  database: The database cannot be reached" in told.stdout


def test_figures_that_somebody_changed_behind_our_back(run: Run, folder: Path):
    imported(WAITING)
    assert state(run, "figures") == "ok"
    KeyResult.objects.update(progress=0.9)
    found = seen(run)["figures"][0]
    assert found["state"] == "finding"
    assert "wait-days" in found["message"]
    assert KeyResult.objects.get().progress == 0.9, "the doctor looks and changes nothing"


def test_a_worker_that_runs_and_one_that_is_behind(run: Run, folder: Path, ada: Person):
    Event.objects.update(handled_at=NOON)
    assert state(run, "worker") == "hint"
    hold("worker", "here:1", NOON, timedelta(minutes=1))
    assert seen(run)["worker"][0]["message"] == "runs as here:1"
    Event.objects.update(handled_at=None, at=NOON - timedelta(minutes=11))
    assert state(run, "worker") == "finding"


def test_faults_of_the_settings(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(looking_at_place, "FAULTS", ["IMPACTLINE_PORT: no number"])
    assert seen(run)["settings"][0]["message"] == "IMPACTLINE_PORT: no number"


@pytest.mark.parametrize("name", ["", "secret-key", "demo-login"])
def test_what_others_may_read(run: Run, folder: Path, name: str):
    if name:
        (folder / name).write_text("secret")
    (folder / name).chmod(0o755)
    found = seen(run)["data folder"][-1]
    assert found["state"] == "finding"
    assert str(folder / name) in found["message"]
    assert found["remedy"].startswith("Run: chmod 0")


def test_a_data_folder_that_is_not_there(run: Run, tmp_path: Path, settings: Any):
    settings.DATA = tmp_path / "none"
    assert state(run, "data folder") == "finding"


@pytest.mark.parametrize(("free", "found"), [(10**8, "finding"), (10**9, "hint"), (10**10, "ok")])
def test_a_disk_that_fills(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, free: int, found: str):
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    assert state(run, "disk") == found


def test_a_network_share(folder: Path, monkeypatch: pytest.MonkeyPatch, settings: Any):
    monkeypatch.setattr(looking_at_place, "_file_system", lambda path: "nfs4")
    there = {"ENGINE": "impactline.base.sqlite", "NAME": str(folder / "x.db")}
    monkeypatch.setitem(settings.DATABASES, "default", there)
    (found, *_) = looking_at_place._network_share([folder])
    assert (found.state, "nfs4" in found.message) == ("finding", True)


def test_the_file_system_of_a_path_is_that_of_the_nearest_mount():
    assert looking_at_place._file_system(Path("/proc/self")) == "proc"


@pytest.mark.parametrize(
    ("key", "found"), [("short", "finding"), ("a" * 60, "finding"), ("abcdefghijklmnopqrstuvwxyz0123456789", "ok")]
)
def test_a_key_that_can_be_guessed(key: str, found: str):
    assert looking_at_place._key(key).state == found


@pytest.mark.parametrize(
    ("url", "host", "address", "mail"),
    [
        ("http://127.0.0.1:8000", "", "hint", "hint"),
        ("http://okr.example.org", "", "finding", "finding"),
        ("https://okr.example.org", "mail", "ok", "ok"),
    ],
)
def test_an_address_and_mail(run: Run, folder: Path, settings: Any, url: str, host: str, address: str, mail: str):
    settings.URL, settings.EMAIL_HOST = url, host
    found = seen(run)
    assert (found["address"][0]["state"], found["mail"][0]["state"]) == (address, mail)


def test_a_journal_that_another_program_changed(monkeypatch: pytest.MonkeyPatch):
    answers = {"PRAGMA journal_mode": "delete", "PRAGMA synchronous": 1, "PRAGMA quick_check(1)": "page 7 is wrong"}
    monkeypatch.setattr(looking_at_data, "_one", answers.__getitem__)
    found = {entry.subject: entry.state for entry in looking_at_data._sqlite()}
    assert found == {"database": "ok", "journal": "finding", "file": "finding"}


@pytest.mark.parametrize(
    ("version", "synchronous", "fsync", "found"),
    [
        ("150004", "on", "on", ["ok", "ok"]),
        ("140010", "on", "on", ["finding", "ok"]),
        ("160000", "off", "on", ["ok", "finding"]),
        ("160000", "on", "off", ["ok", "finding"]),
    ],
)
def test_a_server_that_is_old_or_careless(
    monkeypatch: pytest.MonkeyPatch, version: str, synchronous: str, fsync: str, found: list[str]
):
    answers = {
        "SHOW server_version_num": version,
        "SHOW server_version": version[:2],
        "SHOW synchronous_commit": synchronous,
        "SHOW fsync": fsync,
    }
    monkeypatch.setattr(looking_at_data, "_one", answers.__getitem__)
    assert [entry.state for entry in looking_at_data._postgresql()] == found
