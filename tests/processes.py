"""Processes that tests start: they end with the test run, even when it is killed."""

import pwd
import shutil


def tied(command: list[str], *, signal: str = "TERM", user: str | None = None) -> list[str]:
    """The command so that it gets `signal` when its parent dies, and runs as `user` when one is given."""
    if not shutil.which("setpriv"):
        if user:
            raise RuntimeError("setpriv (util-linux) is needed to start a server as another user")
        return command
    identity = [f"--reuid={user}", f"--regid={_primary_group(user)}", "--clear-groups"] if user else []
    return ["setpriv", *identity, f"--pdeathsig={signal}", *command]


def _primary_group(user: str) -> str:
    return str(pwd.getpwnam(user).pw_gid)
