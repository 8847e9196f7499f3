"""Settings that depend on each other."""

import subprocess
import sys

import pytest


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
