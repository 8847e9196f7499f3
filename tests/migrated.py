"""Databases for tests. The migrations run once in a test run; every database that is to have them is a copy."""

import fcntl
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ORIGINAL = "migrated"
EMPTY = "template0"  # what every PostgreSQL has


def is_sqlite() -> bool:
    """Which of the two it is."""
    return os.environ["IMPACTLINE_DATABASE_URL"].startswith("sqlite")


def original() -> str:
    """The name of the database with the migrations: made for the first process that asks, the others wait."""
    with (_home() / "migrated.lock").open("a+") as made:
        fcntl.flock(made, fcntl.LOCK_EX)
        made.seek(0)
        if not made.read():
            _make_original()
            made.write("yes")
    return ORIGINAL


def file_of_original() -> Path:
    """The same as a file of SQLite."""
    return _home() / f"{original()}.db"


@contextmanager
def database(template: str) -> Iterator[str]:
    """The address of a new database, a copy of that one, or EMPTY; it is gone afterwards."""
    name = f"fresh_{uuid.uuid4().hex[:12]}"
    if is_sqlite():
        if template != EMPTY:
            shutil.copy(file_of_original(), _home() / f"{name}.db")
        yield _url(name)  # goes with the folder
        return
    _in_cluster(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _url(name)
    _in_cluster(f'DROP DATABASE "{name}" WITH (FORCE)')


def _make_original() -> None:
    if not is_sqlite():
        _in_cluster(f'CREATE DATABASE "{ORIGINAL}"')
    program = Path(sys.executable).with_name("impactline")
    subprocess.run([program, "migrate", "--database", _url(ORIGINAL)], check=True, stdout=subprocess.DEVNULL)


def _in_cluster(statement: Any) -> None:
    import psycopg

    with psycopg.connect(_url("postgres"), autocommit=True) as connection:
        connection.execute(statement)


def _url(name: str) -> str:
    base = os.environ["IMPACTLINE_DATABASE_URL"]
    return f"sqlite:///{_home() / name}.db" if is_sqlite() else base.replace("/unused?", f"/{name}?")


def _home() -> Path:
    return Path(os.environ["IMPACTLINE_TEST_HOME"])
