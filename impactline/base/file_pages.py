"""How much of its file SQLite keeps in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

FEW_PAGES = -2_000  # in SQLite's words: so many KiB


@contextmanager
def few_pages() -> Iterator[None]:
    """SQLite keeps few pages of its file meanwhile: of what is read once from end to end, many more serve nobody."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size={FEW_PAGES}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size={usual}")
