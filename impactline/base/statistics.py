"""What the database knows about the sizes of its tables, by which it plans its queries.

PostgreSQL learns by itself, within a minute; SQLite only when it is told to. Without, the list of a cycle with
thousands of objectives takes eight times as long.
"""

from django.db import connection, transaction

ROWS_LOOKED_AT = 1_000


def refresh() -> None:
    """Count again: after many rows have come or gone. Takes a moment, whatever the rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
        with transaction.atomic():
            cursor.execute("ANALYZE")
