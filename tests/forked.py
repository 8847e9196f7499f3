"""A server that begins in a tenth of the time: forked from a process that has loaded the product once.

`impactline serve` itself forks what answers from a process that has loaded everything; here the process before it has.
For tests that begin it again and again: what is under test is what one leaves behind for the next, not the imports.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from tests.processes import tied
from tests.servers import Server

LOADS = "import sys; from tests.forked import fork_for_each_line; fork_for_each_line(sys.stdin)"
ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1


class Forked(Server):
    """The same as a Server, on Linux."""

    def __enter__(self) -> Self:
        self._loaded = subprocess.Popen(
            tied([sys.executable, "-c", LOADS]),
            cwd=ROOT,
            env={**self._environment, "IMPACTLINE_PORT": str(self.port), "SERVER_FOLDER": str(self._folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        return super().__enter__()

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self._loaded.communicate()

    def _begin(self) -> "Child":
        assert self._loaded.stdin is not None
        assert self._loaded.stdout is not None
        print("serve", "--port", self.port, file=self._loaded.stdin, flush=True)
        return Child(int(self._loaded.stdout.readline()))


class Child:
    """As much of a subprocess.Popen as a Server asks for, for a child of another process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ends = os.pidfd_open(pid)

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        ended = self._ended(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return ended

    def _ended(self, within: float | None) -> int | None:
        """-1, once it has ended: how, its parent alone could tell."""
        if self.returncode is None and select.select([self._ends], [], [], within)[0]:
            self.returncode = -1
            os.close(self._ends)
        return self.returncode


def fork_for_each_line(lines: Any) -> None:
    """Load the product; then run each line as a command, in a process group of its own, and print its id."""
    import granian  # noqa: F401

    import impactline.asgi
    import impactline.worker  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever has ended is gone at once
    for line in lines:
        child = os.fork()
        if child == 0:
            _run(line.split())
        os.setpgid(child, child)  # here too, so that it holds for whoever reads the id
        print(child, flush=True)


def _run(arguments: list[str]) -> None:
    """Be the command, to the end of the process."""
    from impactline.cli import main

    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.chdir(os.environ["SERVER_FOLDER"])
    nothing, log = os.open(os.devnull, os.O_RDONLY), os.open("log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for here, there in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(here, there)
    try:
        main(arguments)
    finally:
        os._exit(1)
