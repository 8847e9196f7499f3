"""What holds for all commands: help, version, quick answers, faults on standard error, exit codes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from impactline.cli import main
from impactline.exchange.document import json_schema
from tests.cli.conftest import Command, Run

ON_THE_DATABASE = ["check-in", "demo", "doctor", "export", "import", "migrate", "serve", "status"]


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, inner in group.commands.items():
        if isinstance(inner, click.Group):
            yield from commands(inner, f"{path}{name} ")
        else:
            yield f"{path}{name}", inner


ALL = dict(commands(main))


def test_the_commands_of_the_contract_are_there():
    assert set(ALL) >= {*ON_THE_DATABASE, "user create", "schema"}


@pytest.mark.parametrize("name", ALL)
def test_each_command_and_option_says_what_it_does(name: str):
    assert ALL[name].help
    silent = [option.name for option in ALL[name].params if isinstance(option, click.Option) and not option.help]
    assert silent == []


@pytest.mark.parametrize("name", [*ON_THE_DATABASE, "user create"])
def test_each_command_on_the_database_takes_its_address(name: str):
    assert "--database" in [flag for option in ALL[name].params for flag in option.opts]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["schema"], ["status", "--help"], ["import", "--help"]]
)
def test_what_needs_no_database_loads_no_django(arguments: list[str]):
    program = (
        "import sys\nfrom impactline.cli import main\n"
        "try:\n    main(sys.argv[1:])\nfinally:\n    sys.exit('django' in sys.modules)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout


def test_the_schema_is_that_of_the_document(command: Command):
    assert json.loads(command("schema").stdout) == json_schema()


def test_the_version_is_told(command: Command):
    assert command("--version").stdout.startswith("impactline 0.")


@pytest.mark.parametrize("name", ["status", "export", "check-in k 1"])
def test_without_a_database_it_is_said_what_to_do(command: Command, name: str, tmp_path: Path):
    told = command(*name.split())
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "impactline: There is no database yet. Run: impactline migrate\n"
    assert not (tmp_path / "data" / "impactline.db").exists()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://x", "must begin with sqlite:/// or postgresql://"),
        ("postgresql://nobody@127.0.0.1:1/none", "The database cannot be reached"),
        ("sqlite:////proc/none/x.db", "The database cannot be made"),
    ],
)
def test_a_database_that_cannot_be_is_told(command: Command, url: str, message: str):
    told = command("migrate", "--database", url)
    assert (told.returncode, told.stdout) == (2, "")
    assert message in told.stderr
    assert "Traceback" not in told.stderr


def test_all_faults_of_the_settings_are_told_at_once(command: Command):
    told = command("status", IMPACTLINE_PORT="many", IMPACTLINE_THREADS="0")
    assert told.returncode == 2
    assert "IMPACTLINE_PORT" in told.stderr
    assert "IMPACTLINE_THREADS: must lie between 1 and 256" in told.stderr


def test_migrating_makes_a_database_that_only_its_owner_reads(command: Command, tmp_path: Path):
    assert command("migrate").stdout == "The database is up to date now.\n"
    assert command("migrate").stdout == "The database is up to date.\n"
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "impactline.db").stat().st_mode & 0o777 == 0o600


def test_the_option_goes_before_the_environment(command: Command, migrated_database: str):
    elsewhere = {"IMPACTLINE_DATABASE_URL": "sqlite:////nowhere/x.db"}
    told = command("status", "--json", "--database", migrated_database, **elsewhere)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["objectives"] == []


def test_a_database_of_a_newer_program_is_left_alone(run: Run):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('okrs', '9999_future', '2030-01-01')"
        )
    told = run("status")
    assert told.exit_code == 2
    assert "newer version of this program" in told.stderr
