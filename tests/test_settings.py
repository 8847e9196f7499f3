"""Settings that depend on each other."""

import subprocess
import sys

import pytest

from impactline.base.databases import database


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"IMPACTLINE_PORT": "8123"}, "http://127.0.0.1:8123"),
        ({"IMPACTLINE_PORT": "8123", "IMPACTLINE_URL": "https://okr.example.org"}, "https://okr.example.org"),
    ],
)
def test_the_address_follows_the_port_unless_it_is_given(
    given: dict[str, str], expected: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from impactline import settings; print(settings.URL)"],
        env={"IMPACTLINE_DATA": str(tmp_path_factory.mktemp("data")), **given},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == expected


@pytest.mark.parametrize(("asked", "times"), [("", 5), ("?prepare_threshold=none", None), ("?prepare_threshold=7", 7)])
def test_postgresql_keeps_statements_prepared_unless_its_address_says_otherwise(asked: str, times: int | None) -> None:
    options = database(f"postgresql://one@db.example.org/name{asked}")["OPTIONS"]
    assert options == {"server_side_binding": times is not None, "prepare_threshold": times}


@pytest.mark.parametrize("wrong", ["often", "-1", "99999", "1.5"])
def test_a_wrong_number_of_times_is_refused_with_the_remedy(wrong: str) -> None:
    with pytest.raises(ValueError, match="a number up to 9999, or none"):
        database(f"postgresql://one@db.example.org/name?prepare_threshold={wrong}")
