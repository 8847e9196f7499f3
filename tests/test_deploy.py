"""What is shipped for operators: the unit, the container, the installation by hash."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
EXPOSURE_MAX = 2.0


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_the_systemd_unit_may_do_little():
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", ROOT / "deploy" / "impactline.service"],
        capture_output=True,
        text=True,
        check=False,
    )
    exposure = re.search(r"Overall exposure level for impactline\.service: ([\d.]+)", told.stdout)
    assert exposure, told.stderr
    assert float(exposure[1]) <= EXPOSURE_MAX


def test_the_container_runs_as_a_user_of_its_own_and_says_whether_it_lives():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    last_stage = lines[max(i for i, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert "USER impactline" in last_stage
    assert any(line.startswith("HEALTHCHECK") for line in last_stage)


def test_compose_waits_for_the_database_and_gives_the_server_no_rights():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    server = services["impactline"]
    assert server["depends_on"]["database"]["condition"] == "service_healthy"
    assert server["read_only"] is True
    assert server["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("name", ["run", "dev", "build"])
def test_each_exported_requirement_has_hashes_and_comes_from_the_lock(name: str):
    locked = {
        (entry["name"], entry["version"])
        for entry in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
        if "version" in entry
    }
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    named = {tuple(re.match(r"([\w.-]+)(?:\[[\w,]+\])?==(\S+)", entry).groups()) for entry in entries}
    assert named
    assert named <= locked
    assert all("--hash=sha256:" in entry for entry in entries)
