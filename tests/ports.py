"""Ports for servers that tests start."""

import os
import random
import socket


def free_port() -> int:
    """A port nobody listens on. The server shares ports silently, so each worker on each database has a range."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 10
    first = 20_000 + 600 * (2 * worker + os.environ.get("IMPACTLINE_DATABASE_URL", "").startswith("postgresql"))
    for _ in range(100):
        port = random.randrange(first, first + 600)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")
