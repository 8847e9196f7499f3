"""`impactline serve`: pages, API and the worker on one port."""

import ctypes
import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module

import click

from impactline.base.environ import give
from impactline.base.memory import without_collector
from impactline.cli.faults import BadInput
from impactline.cli.installation import begin, database_option, ready

log = logging.getLogger(__name__)
APPLICATION = "impactline.asgi:application"
AGAIN_AFTER_SECONDS = 3.0
ENDS_WITHIN_SECONDS = 20
LOOKS_EVERY_SECONDS = 0.1
PR_SET_PDEATHSIG = 1


@click.command()
@click.option("--host", metavar="ADDRESS", help="The address to listen on. Default: IMPACTLINE_HOST, else 127.0.0.1.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="The port; 0 takes a free one. Default: IMPACTLINE_PORT, else 8000.",
)
@database_option
def serve(host: str | None, port: int | None) -> None:
    """Serve the pages and the API, and run the worker, until SIGTERM or Ctrl-C.

    Creates the database, or brings it up to date, when needed.
    """
    if host is not None:
        give("IMPACTLINE_HOST", host)
    if port is not None:
        port = port or _free_port(host or "127.0.0.1")
        give("IMPACTLINE_PORT", str(port))
        give("IMPACTLINE_URL", f"http://{_reachable(host or '127.0.0.1')}:{port}", over=False)
    begin()
    from django.conf import settings

    _must_be_free(settings.HOST, settings.PORT)
    ready()
    _must_be_free(settings.HOST, settings.PORT)  # still: to make a database takes seconds
    _run(settings.HOST, settings.PORT or _free_port(settings.HOST))


def _run(host: str, port: int) -> None:
    """Run the server here and the worker beside it, in the same process group; both end together."""
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    with without_collector():  # nothing of what is loaded goes again
        for module in (APPLICATION.partition(":")[0], "impactline.worker"):
            import_module(module)  # once, here: the processes that begin now find it loaded, and share the memory
    _end_children_with(os.getpid())
    connections.close_all()  # none of them may be shared with the processes that begin now
    server = Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=ENDS_WITHIN_SECONDS,
    )
    worker = Worker()
    server.on_startup(worker.start)
    server.on_startup(threading.Thread(target=_tell, args=(host, port), daemon=True).start)
    server.on_shutdown(worker.stop)
    try:
        server.serve()
    finally:
        worker.stop()


def _tell(host: str, port: int) -> None:
    """Say where it is, as soon as it answers there: whoever opens the address at once must not be refused."""
    address = (_reachable(host).strip("[]"), port)
    while not _answers(address):
        time.sleep(LOOKS_EVERY_SECONDS)
    click.echo(f"Impactline is at http://{_reachable(host)}:{port}  (Ctrl-C ends it)")


def _answers(address: tuple[str, int]) -> bool:
    with suppress(OSError), socket.create_connection(address, timeout=1):
        return True
    return False


class Worker:
    """The worker process: begun again when it ends of itself, until it is stopped."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._process: multiprocessing.Process | None = None
        self._watch: threading.Thread | None = None

    def start(self) -> None:
        """Begin it."""
        self._process = multiprocessing.Process(target=_work, name="impactline worker")
        self._process.start()
        self._watch = threading.Thread(target=self._watched, daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """End it, and wait until it has ended; once is enough, twice does no harm."""
        self._ending.set()
        if self._process is not None and self._process.is_alive():
            self._process.terminate()
            self._process.join(ENDS_WITHIN_SECONDS)
            self._process.kill()
        if self._watch is not None:
            self._watch.join(1)

    def _watched(self) -> None:
        while self._process is not None:
            multiprocessing.connection.wait([self._process.sentinel])
            if self._ending.wait(AGAIN_AFTER_SECONDS):
                return
            log.error("the worker ended with %s; it is begun again", self._process.exitcode)
            self._process = multiprocessing.Process(target=_work, name="impactline worker")
            self._process.start()


def _work() -> None:
    """The worker's process."""
    begin()
    from impactline.worker import main

    main()


def _end_children_with(parent: int) -> None:
    """Let processes that are begun from here end when this one is killed (only Linux can), or when told to end.

    Until they say otherwise: the handlers of the process that they come from would leave a signal unheard.
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None

    def tie() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        if library is not None:
            library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGTERM)

    os.register_at_fork(after_in_child=tie)


def _must_be_free(host: str, port: int) -> None:
    """Raises BadInput when something listens there: the server would share the port silently."""
    try:
        _probe(host, port)
    except OSError as error:
        raise BadInput(f"{host} port {port} cannot be used: {error.strerror}. Choose another: --port NUMBER") from None


def _free_port(host: str) -> int:
    return _probe(host, 0)


def _probe(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])


def _reachable(host: str) -> str:
    """An address that a browser on this machine can open."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what was asked for, not chosen here
    return f"[{name}]" if ":" in name else name
