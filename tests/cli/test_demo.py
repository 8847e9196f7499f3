"""`impactline demo`: loaded once, and signed in to."""

import re
from pathlib import Path

from impactline.people.models import Person
from tests.cli.conftest import Command, Run


def test_it_is_loaded_once_and_the_login_is_told_each_time(command: Command, fresh_database: str, tmp_path: Path):
    first = command("demo", "--if-empty", "--database", fresh_database)
    assert first.returncode == 0, first.stderr
    assert re.match(
        r"Loaded the demo organisation: 24 people, 18 objectives, 43 key results, \d+ check-ins\.\n", first.stdout
    )
    login = first.stdout.split("\n", 1)[1]
    assert login.startswith("Sign in at http://127.0.0.1:8000\n  alice@example.org    administrator\n")
    assert re.search(r"password: \w{4}-\w{4}-\w{4}-\w{4}\n$", login)
    second = command("demo", "--if-empty", "--database", fresh_database)
    assert (second.returncode, second.stdout) == (0, login)
    third = command("demo", "--database", fresh_database)
    assert third.returncode == 2
    assert "There is an organisation already" in third.stderr
    kept = tmp_path / "data" / "demo-login"
    assert kept.stat().st_mode & 0o777 == 0o600


def test_the_three_can_sign_in_with_what_is_printed(run: Run, tmp_path: Path, settings: object):
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    told = run("demo")
    password = told.stdout.splitlines()[-1].split("password: ")[1]
    can = {person.email: person.role for person in Person.objects.all() if person.check_password(password)}
    assert can == {
        "alice@example.org": "administrator",
        "ben@example.org": "member",
        "gale@example.org": "guest",
    }


def test_an_organisation_that_is_there_is_left_alone(run: Run, ada: Person, tmp_path: Path, settings: object):
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    told = run("demo", "--if-empty")
    assert (told.exit_code, told.stdout) == (0, "")
    assert Person.objects.count() == 1
