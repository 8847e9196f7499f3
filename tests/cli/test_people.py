"""`impactline user`."""

import pytest

from impactline.people.models import Organisation, Person
from tests.cast import PASSWORD
from tests.cli.conftest import Command, Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import WAITING


def test_the_first_person_sets_the_installation_up(run: Run):
    told = run(
        "user", "create", "ada@example.org", "--administrator", "--organisation", "N", "--password-stdin", text=PASSWORD
    )
    assert (told.exit_code, told.stdout) == (0, "ada@example.org can sign in now, as administrator.\n")
    assert Organisation.objects.get().name == "N"
    ada = Person.objects.get()
    assert (ada.name, ada.is_administrator, ada.check_password(PASSWORD)) == ("ada", True, True)


def test_the_first_person_has_to_administer(run: Run):
    told = run("user", "create", "ada@example.org", "--generate")
    assert told.exit_code == 2
    assert "Add --administrator" in told.stderr
    assert not Person.objects.exists()


def test_a_generated_password_is_printed_once(run: Run, ada: Person):
    told = run("user", "create", "bob@example.org", "--name", "Bob Brown", "--guest", "--generate")
    password = told.stdout.splitlines()[1].removeprefix("Password: ")
    bob = Person.objects.get(email="bob@example.org")
    assert (bob.name, bob.role, bob.check_password(password)) == ("Bob Brown", "guest", True)
    assert len(password) >= 20


def test_a_member_is_the_default(run: Run, ada: Person):
    run("user", "create", "bob@example.org", "--generate")
    assert Person.objects.get(email="bob@example.org").role == "member"


@pytest.mark.parametrize(
    ("arguments", "text", "message"),
    [
        (["bob@example.org", "--password-stdin"], "short", "too short"),
        (["bob@example.org", "--password-stdin"], "password123456", "common"),
        (["bob@example.org", "--password-stdin"], "", "too short"),
        (["ada@example.org", "--generate"], None, "is there already"),
        (["not an address", "--generate"], None, "is not an e-mail address"),
        (["bob@example.org"], None, "no terminal to ask"),
        (["bob@example.org", "--generate", "--password-stdin"], PASSWORD, "Either --password-stdin or --generate"),
    ],
)
def test_who_cannot_be_is_told(run: Run, ada: Person, arguments: list[str], text: str | None, message: str):
    told = run("user", "create", *arguments, text=text)
    assert told.exit_code == 2
    assert message in told.stderr
    assert Person.objects.count() == 1


def test_somebody_imported_gets_a_password(run: Run):
    imported(WAITING)
    told = run("user", "password", "alice@example.org", "--password-stdin", text=PASSWORD + "\n")
    assert told.stdout == "alice@example.org can sign in now, as administrator.\n"
    assert Person.objects.get(email="alice@example.org").check_password(PASSWORD)


def test_nobody_gets_a_password_who_is_not_there_or_has_left(run: Run):
    imported(WAITING.replace("{email: bob@example.org}", "{email: bob@example.org, archived_at: 2026-10-01}"))
    assert "There is no person" in run("user", "password", "x@example.org", "--generate").stderr
    assert "has no access" in run("user", "password", "bob@example.org", "--generate").stderr


def test_an_administrator_where_there_is_none_yet(run: Run):
    imported(WAITING.replace(", role: administrator", ""))
    assert run("user", "create", "ada@example.org", "--administrator", "--generate").exit_code == 0


def test_creating_makes_the_database(command: Command, fresh_database: str):
    told = command("user", "create", "ada@example.org", "--administrator", "--generate", "--database", fresh_database)
    assert told.returncode == 0, told.stderr
