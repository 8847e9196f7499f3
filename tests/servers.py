"""`impactline serve` as users run it: its own process group, a random port, a log that failures show."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.ports import free_port
from tests.processes import tied

if TYPE_CHECKING:
    from tests.mailbox import Mailbox

STARTS_WITHIN_SECONDS = 60


class Server:
    """Runs while it is open. `url` has no slash at its end."""

    def __init__(
        self,
        *,
        database_url: str,
        smtp: "Mailbox | None" = None,
        program: str | None = None,
        folder: Path | None = None,
        **environment: str,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = Path(tempfile.mkdtemp(prefix="serve-", dir=os.environ.get("IMPACTLINE_TEST_HOME")))
        self._program = program or str(Path(sys.executable).with_name("impactline"))
        self._working_folder = folder or self._folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "IMPACTLINE_"))},
            "IMPACTLINE_DATA": str(self._folder / "data"),
            "IMPACTLINE_DATABASE_URL": database_url,
            "IMPACTLINE_URL": self.url,
            "IMPACTLINE_THREADS": "4",
            "PYTHONUNBUFFERED": "1",
            **_mail(smtp),
            **environment,
        }

    @property
    def environment(self) -> dict[str, str]:
        """What the server was started with: the same for a command on the same installation."""
        return dict(self._environment)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = self._begin()
        until = time.monotonic() + STARTS_WITHIN_SECONDS
        while not self._answers():
            self.must_be_alive()
            if time.monotonic() > until:
                self.stop()
                raise AssertionError(f"the server did not answer within {STARTS_WITHIN_SECONDS} s:\n{self.log()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask the process group to end, and end it."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=15)
        self.kill()

    def kill(self) -> None:
        """End every process of the group at once, as a crash would."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def must_be_alive(self) -> None:
        """Fails, with the log, when the server has ended."""
        if self._process.poll() is not None:
            raise AssertionError(f"the server ended with {self._process.returncode}:\n{self.log()}")

    def processes(self) -> list[int]:
        """The ids of its processes."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[2]) == self._process.pid and fields[0] != "Z":
                    found.append(int(entry.name))
        return found

    def log(self) -> str:
        """What it has written so far, the last 20,000 characters."""
        return (self._folder / "log").read_text(errors="replace")[-20_000:]

    def _begin(self) -> Any:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                tied([self._program, "serve", "--port", str(self.port)]),
                cwd=self._working_folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/livez", timeout=10) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _mail(smtp: "Mailbox | None") -> dict[str, str]:
    if smtp is None:
        return {}
    return {
        "IMPACTLINE_SMTP_HOST": smtp.host,
        "IMPACTLINE_SMTP_PORT": str(smtp.port),
        "IMPACTLINE_SMTP_TLS": "off",
    }
