"""`impactline serve`: pages and worker begin and end together."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers import Server, free_port

pytestmark = pytest.mark.slow


def children(pid: int) -> set[int]:
    """The processes that a process began."""
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return {int(number) for number in told.stdout.split()}


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().split()[2] != "Z"


def wait_until(what: object, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.1)


def test_it_makes_the_database_tells_its_address_and_ends_cleanly(fresh_database: str):
    with Server(database_url=fresh_database) as server:
        wait_until(lambda: f"Impactline is at {server.url}  (Ctrl-C ends it)" in server.log())
        main = server._process.pid
        began = children(main)
        assert len(began) == 2, "the server and the worker"
        os.kill(main, signal.SIGTERM)
        assert server._process.wait(timeout=60) == 0
        assert not any(is_alive(pid) for pid in began)
        assert "Traceback" not in server.log()


def test_ctrl_c_on_a_terminal_ends_the_whole_group(migrated_database: str):
    with Server(database_url=migrated_database) as server:
        os.killpg(server._process.pid, signal.SIGINT)
        assert server._process.wait(timeout=60) == 0


def test_nothing_stays_behind_when_it_is_killed(migrated_database: str):
    with Server(database_url=migrated_database) as server:
        began = children(server._process.pid)
        os.kill(server._process.pid, signal.SIGKILL)
        server._process.wait()
        wait_until(lambda: not any(is_alive(pid) for pid in began))


def test_a_worker_that_ends_is_begun_again(migrated_database: str):
    with Server(database_url=migrated_database) as server:
        main = server._process.pid
        before = children(main)
        worker = min(before)
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: children(main) != before and len(children(main)) == 2)
        assert "it is begun again" in server.log()


def test_a_port_that_is_taken_is_told_at_once(tmp_path: Path):
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        told = subprocess.run(
            [Path(sys.executable).with_name("impactline"), "serve", "--port", str(port)],
            env={
                **os.environ,
                "IMPACTLINE_DATA": str(tmp_path),
                "IMPACTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert told.returncode == 2
    assert f"port {port} cannot be used" in told.stderr
    assert not (tmp_path / "x.db").exists()
