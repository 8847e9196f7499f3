"""The real command, run in this process at the moment of the cast, or as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from impactline.cli import main
from tests.cast import NOON

Run = Callable[..., Result]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the test's database, at NOON."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)

    def command(*arguments: str | Path, text: str | None = None) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=text)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return command


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Run `impactline` as a process, with a data folder of its own and nothing else set."""
    program = Path(sys.executable).with_name("impactline")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("IMPACTLINE_", "DJANGO_"))}

    def run(*arguments: str | Path, text: str | None = None, **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [program, *arguments],
            env={**kept, "IMPACTLINE_DATA": str(tmp_path / "data"), **settings},
            cwd=tmp_path,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run
