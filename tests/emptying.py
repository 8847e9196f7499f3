"""Empties the database after a test whose changes were committed.

Django's own flush takes half a second: PostgreSQL makes every file of a table anew that it truncates, and the content
types and permissions, which nothing here uses, are written again. This deletes from the tables that hold something.
"""

from typing import Any

from django.db import OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

KEPT = {"django_migrations", "django_content_type", "auth_permission"}
TRIES = 5
LARGE_BYTES = 1_000_000


def empty_quickly() -> None:
    """From now on databases are emptied so, after each test that commits."""

    def teardown(self: Any) -> None:
        for name in self._databases_names(include_mirrors=False):
            _empty_patiently(connections[name])

    setattr(TransactionTestCase, "_fixture_teardown", teardown)  # noqa: B010 - a method, to which mypy lets nobody assign


def _empty_patiently(connection: BaseDatabaseWrapper) -> None:
    """A server that is still at work may hold what has to be locked here."""
    for tries in range(1, TRIES + 1):
        try:
            _empty(connection)
        except OperationalError as error:
            if tries == TRIES or "deadlock" not in str(error):
                raise
        else:
            return


def _empty(connection: BaseDatabaseWrapper) -> None:
    names = [name for name in connection.introspection.table_names() if name not in KEPT]
    quoted = [connection.ops.quote_name(name) for name in names]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {', '.join(quoted)} IN EXCLUSIVE MODE")
            cursor.execute("SET LOCAL session_replication_role = replica")  # no order of deletion, no triggers
        cursor.execute(" UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {one})" for one in quoted))
        for (one,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {one}")
    if connection.vendor == "postgresql":
        _give_back(connection)


def _give_back(connection: BaseDatabaseWrapper) -> None:
    """What tests wrote and took back stays in the files of PostgreSQL, and would slow the tests that follow."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind = 'r' AND nspname = 'public' AND pg_relation_size(pg_class.oid) > %s",
            [LARGE_BYTES],
        )
        for (one,) in cursor.fetchall():
            cursor.execute(f"VACUUM {one}")
