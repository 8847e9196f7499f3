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
    """PostgreSQL is not to compile queries: it takes seconds for a roll-up that then runs in a tenth of one.

    It compiles what it thinks is dear, and of how far a recursive query goes it knows nothing.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
