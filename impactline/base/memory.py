"""What memory is not to be spent on, and time not on memory, while a whole organisation is gone through.

The garbage collector looked where there is nothing to find, for up to a third of the time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

FEW_PAGES = -2_000  # in SQLite's words: so many KiB


def set_aside() -> None:
    """Keep what is loaded by now, and stays for as long as the process runs, out of its rounds."""
    gc.collect()
    gc.freeze()


@contextmanager
def without_collector() -> Iterator[None]:
    """No rounds meanwhile, for hundreds of thousands of light rows that refer to each other in no ring.

    What has no ring is freed at once all the same. Several at once do no harm: the first to end lets it look again.
    """
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


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
