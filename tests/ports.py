"""Ports for servers that tests start."""

import os
import random
import socket


def free_port() -> int:
    """A port nobody listens on. The server shares ports silently, so each worker tries a range of its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 20
    for _ in range(100):
        port = random.randrange(20_000 + worker * 600, 20_600 + worker * 600)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")
