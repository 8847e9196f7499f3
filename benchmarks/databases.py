"""Throw-away databases for benchmarks: a SQLite file, or a PostgreSQL cluster as bin/postgresql finds it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DATABASES = ("sqlite", "postgresql")


@contextmanager
def throw_away(database: str) -> Iterator[str]:
    """An empty database of one kind, as the settings of this process; its address."""
    with tempfile.TemporaryDirectory(prefix="impactline-bench-") as home, _address(database, Path(home)) as url:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "impactline.settings",
            "IMPACTLINE_DATA": home,
            "IMPACTLINE_DATABASE_URL": url,
            "IMPACTLINE_URL": "http://testserver",
        }
        yield url


@contextmanager
def _address(database: str, home: Path) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite:///{home / 'bench.db'}"
        return
    import psycopg

    from tests.postgres import Cluster, programs

    folder = programs()
    if folder is None:
        raise SystemExit("PostgreSQL 15 or later was not found: see bin/postgresql")
    cluster = Cluster(folder, settings=())  # as it is installed: what it has committed is on the disk
    try:
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield cluster.url("bench")
    finally:
        cluster.stop()


def versions() -> dict[str, str]:
    """The versions of the databases that are there."""
    import pysqlite3.dbapi2

    from tests.postgres import programs

    found = {"sqlite": str(pysqlite3.dbapi2.sqlite_version)}
    if (folder := programs()) is not None:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
        found["postgresql"] = told.stdout.split()[2]
    return found
