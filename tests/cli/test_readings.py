"""`impactline readings`: a table of readings, planned or taken; twice is as once."""

import json
from pathlib import Path

import pytest

from impactline.metrics.models import Reading
from impactline.people.models import Person
from tests.cli.conftest import Run
from tests.scenes import a_metric

TABLE = "day,value\n2026-10-05,20\n2026-10-12,17.5\n"


@pytest.fixture
def table(ada: Person, tmp_path: Path) -> Path:
    a_metric(ada, ref="waits")
    file = tmp_path / "waits.csv"
    file.write_text(TABLE)
    return file


def test_a_table_is_planned_taken_and_taken_again(run: Run, table: Path):
    assert (
        run("readings", "waits", table, "--plan").stdout
        == "2 would be recorded, 0 would be corrected, 0 there already\n"
    )
    assert not Reading.objects.exists()
    assert run("readings", "waits", table).stdout == "2 recorded, 0 corrected, 0 there already\n"
    assert json.loads(run("readings", "waits", "-", "--json", text=TABLE).stdout) == {"new": 0, "changed": 0, "same": 2}


def test_what_is_wrong_is_told_by_line_on_standard_error(run: Run, table: Path):
    table.write_text(TABLE + "x,1\n2026-10-09,1e999\n")
    for more in ((), ("--plan",)):
        told = run("readings", "waits", table, *more)
        assert (told.exit_code, told.stdout) == (2, "")
        assert "line 4" in told.stderr
        assert "line 5" in told.stderr
    assert run("readings", "nothing", table).exit_code == 2
    assert not Reading.objects.exists()
