"""The example of the contract, completed, through the commands."""

import json
from pathlib import Path

import pytest

from impactline.okrs.models import Objective
from tests.cli.conftest import Run

EXAMPLE = Path(__file__).resolve().parent.parent / "exchange" / "contract.yaml"


def test_the_example_of_the_contract_is_imported_and_gives_its_figures(run: Run) -> None:
    assert run("import", EXAMPLE).exit_code == 0
    told = json.loads(run("status", "waiting", "--as-of", "2026-10-12", "--json").stdout)
    (objective,) = told["objectives"]
    wait, seen = objective["key_results"]
    assert (wait["value"], wait["progress"], wait["weight"], wait["confidence"]) == (18.0, 0.2143, 0.5, 6)
    assert seen["weight"] == 0.5
    assert objective["kind"] == "committed"


def test_of_two_parts_one_with_a_fixed_share_the_other_takes_the_rest(run: Run) -> None:
    run("import", EXAMPLE)
    told = json.loads(run("status", "company-care", "--as-of", "2026-10-12", "--json").stdout)
    waiting = Objective.objects.get(ref="waiting").progress
    rest = Objective.objects.get(ref="open-late").progress
    assert rest is None
    assert told["objectives"][0]["progress"] == pytest.approx(waiting, abs=1e-3)


def test_a_single_key_result_with_half_of_the_weight_is_refused_with_the_remedy(run: Run, tmp_path: Path) -> None:
    lines = [line for line in EXAMPLE.read_text().splitlines() if "seen-in-pain" not in line]
    path = tmp_path / "half.yaml"
    path.write_text("\n".join(lines))
    told = run("import", path)
    assert told.exit_code == 2
    assert "sum to 50 % instead of 100 %" in told.stderr
    assert "Add 50 %" in told.stderr
    assert not Objective.objects.exists()
