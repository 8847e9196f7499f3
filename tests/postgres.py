"""A throw-away PostgreSQL cluster for one test run: no port, a socket in a temporary folder, unsafe but quick."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.processes import tied

ROOT = Path(__file__).resolve().parent.parent
UNSAFE_BUT_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


def programs() -> Path | None:
    """The folder of PostgreSQL's server programs, or None where there is none."""
    found = subprocess.run([ROOT / "bin" / "postgresql"], capture_output=True, text=True, check=False)
    return Path(found.stdout.strip()) if found.returncode == 0 else None


class Cluster:
    """One running cluster; its address is `url(database)`. Ends with the process that made it."""

    def __init__(self, folder_of_programs: Path, settings: tuple[str, ...] = UNSAFE_BUT_QUICK) -> None:
        self._programs = folder_of_programs
        self._settings = settings
        self._user = _user()
        self.folder = Path(tempfile.mkdtemp(prefix="impactline-pg-"))
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._initialise()
        self._server = self._start()

    def url(self, database: str) -> str:
        """The address of one database of this cluster."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def stop(self) -> None:
        """End the server at once and remove all it wrote."""
        self._server.terminate()
        try:
            self._server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _initialise(self) -> None:
        made = subprocess.run(
            [
                self._programs / "initdb",
                f"--pgdata={self.folder / 'data'}",
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
            user=self._user,
            group=_group(self._user),
            extra_groups=[] if self._user else None,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stderr}")

    def _start(self) -> "subprocess.Popen[bytes]":
        log = self.folder / "log"
        options = [option for setting in self._settings for option in ("-c", setting)]
        command = [
            str(self._programs / "postgres"),
            *("-D", str(self.folder / "data")),
            *("-k", str(self.folder)),
            *("-c", "listen_addresses="),
            *("-c", "max_connections=200"),
            *options,
        ]
        with log.open("wb") as output:
            server = subprocess.Popen(
                tied(command, signal="INT", user=self._user), cwd=self.folder, stdout=output, stderr=output
            )
        for _ in range(300):
            if server.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
            if "ready to accept connections" in log.read_text():
                return server
            time.sleep(0.1)
        raise RuntimeError(f"PostgreSQL was not ready within 30 s:\n{log.read_text()}")


def _user() -> str | None:
    """PostgreSQL refuses to run as root: the user to run it as, None for the present one."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None
