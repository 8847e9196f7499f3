"""The collector of rings held off while much is made that has none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Let Python not look for rings meanwhile: with hundreds of thousands of light rows it takes longer than the work.

    What has no ring is freed at once all the same. Several at once do no harm: the first to end lets it look again.
    """
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()
