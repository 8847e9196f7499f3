"""Django's SQLite backend on the bundled library, with writers that queue instead of polling.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL file that two processes checkpoint at once, and Debian 12 ships 3.40;
so the bundled library stands in for the system's. Writers wait for each other on a file lock, in the order
in which they came: SQLite's own busy timeout polls, and starves some of them under load.
"""

import fcntl
import os
import sys

import pysqlite3
import pysqlite3.dbapi2

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.db.backends.sqlite3 import base as sqlite  # noqa: E402

from impactline.base.sqlite import values  # noqa: E402

SAFE_SINCE = (3, 51, 3)

if pysqlite3.sqlite_version_info < SAFE_SINCE:
    raise ImproperlyConfigured(
        f"SQLite {pysqlite3.sqlite_version} can corrupt a database that several processes use; "
        "install pysqlite3 0.6 or later, or use PostgreSQL (IMPACTLINE_DATABASE_URL)."
    )


values.register()


class DatabaseWrapper(sqlite.DatabaseWrapper):
    """One connection; holds the write lock from BEGIN IMMEDIATE to the end of the transaction."""

    ops_class = values.DatabaseOperations
    _lock: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._take_lock()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._release_lock()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        except BaseException:
            if self.connection is not None and self.connection.in_transaction:
                raise  # the rollback that follows releases the lock
            self._release_lock()
            raise
        self._release_lock()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._release_lock()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._release_lock()

    def _take_lock(self) -> None:
        name = str(self.settings_dict["NAME"])
        if self._lock is not None or ":memory:" in name or "mode=memory" in name:
            return
        self._lock = os.open(f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        except BaseException:
            self._release_lock()
            raise

    def _release_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
