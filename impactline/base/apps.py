"""The base room, as Django knows it."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class Room(AppConfig):
    """The base room."""

    name = "impactline.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Settle each new connection."""
        connection_created.connect(_settle, dispatch_uid="impactline.base")


def _settle(connection: Any, **_: Any) -> None:
    """How PostgreSQL is to plan: it compiles nothing, and takes what an index leads to for as near as what is in a row.

    It compiles what it thinks is dear, and of how far a recursive query goes it knows nothing: it took seconds for a
    roll-up that then ran in a tenth of one. And it reads a table of thousands at each step up an alignment, for it
    thinks of discs that have to be turned.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off; SET random_page_cost = 1.1")
