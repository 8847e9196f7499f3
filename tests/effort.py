"""What work costs, counted instead of timed: a busy machine changes nothing about it.

`growth` guards against work that grows faster than what it is done on. Calls that are made inside of C are not seen:
where the cost may lie there (a parser, a regular expression), `within_a_minute` at least ends what hangs. How long
something takes is measured in benchmarks/.
"""

import gc
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

CPU_SECONDS_MAX = 60
TIMES = 4


def growth(act: Callable[[int], object], size: int) -> float:
    """How many times as many calls `act` makes with four times the size: 4 when they grow with it, 16 with its square.

    What `act` prepares counts as well.
    """
    act(size)  # what is kept for the next time is not counted
    return calls(lambda: act(TIMES * size)) / calls(lambda: act(size))


def calls(act: Callable[[], object]) -> int:
    """How many functions `act` calls in this thread, of Python and of C."""
    count = 0

    def note(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    collects = gc.isenabled()
    gc.disable()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
        if collects:
            gc.enable()
    return count


@contextmanager
def within_a_minute() -> Iterator[None]:
    """Fails after a minute of this process's own CPU, a hundred times what any of it takes: it would never end."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"still at work after {CPU_SECONDS_MAX} s of CPU")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS_MAX)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
