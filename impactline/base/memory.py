"""What a process holds for as long as it runs."""

import gc


def set_aside() -> None:
    """Keep what is loaded by now out of the rounds of the garbage collector, which would never find any of it free.

    Those rounds took a quarter of the processor's time of a page that lists many thousands of rows.
    """
    gc.collect()
    gc.freeze()
