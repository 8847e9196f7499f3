"""Django's PostgreSQL backend, whose statements stay prepared on their connection.

Planning takes longer than running for most of ours. A statement with very many parameters is written out instead, as
without preparing: the protocol takes 65,535 of them, and hardly a second list has the same length.
"""

from typing import Any

from django.db.backends.postgresql import base as postgresql
from psycopg import ClientCursor

PARAMETERS_MAX = 1_000


class Cursor(postgresql.ServerBindingCursor):
    """Binds parameters on the server, unless there are very many."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """Run one statement."""
        if params is not None and len(params) > PARAMETERS_MAX:
            query, params = ClientCursor(self.connection).mogrify(query, params), None  # type: ignore[attr-defined]
            options["prepare"] = False
        return super().execute(query, params, **options)  # type: ignore[misc]


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """One connection."""

    def get_connection_params(self) -> dict[str, Any]:
        """What it is opened with."""
        found: dict[str, Any] = super().get_connection_params()
        if found["cursor_factory"] is postgresql.ServerBindingCursor:
            found["cursor_factory"] = Cursor
        return found
