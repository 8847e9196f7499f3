"""What the doctor looks at around the database: settings, the data folder, the disk, the key, mail, the address."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from impactline.base.environ import FAULTS
from impactline.cli.seen import Seen, finding, hint, ok

KEY_LENGTH_MIN = 32
KEY_CHARACTERS_MIN = 12
FREE_MIN, FREE_HINT = 500_000_000, 2_000_000_000
REMOTE = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs", "fuse.s3fs", "glusterfs", "ceph")
LOCAL = {"127.0.0.1", "localhost", "::1"}


def look() -> Iterator[Seen]:
    """All of it, in order."""
    yield from _settings()
    yield from _folder(settings.DATA)
    yield _disk(settings.DATA)
    yield from _network_share(_data_paths())
    yield _key(settings.SECRET_KEY)
    yield _address(settings.URL)
    yield _mail(settings.EMAIL_HOST, settings.URL)


def _settings() -> Iterator[Seen]:
    if not FAULTS:
        yield ok("settings", "all of them make sense")
    for fault in FAULTS:
        yield finding("settings", fault, "Correct the environment variable; docs/reference/settings.md lists them.")


def _folder(path: Path) -> Iterator[Seen]:
    if not path.is_dir():
        yield finding("data folder", f"{path} is not there", "Create it, or set IMPACTLINE_DATA.")
        return
    if not os.access(path, os.W_OK | os.X_OK):
        yield finding("data folder", f"{path} cannot be written to", "Let the user who runs Impactline own it.")
    for place in (path, *_secrets(path)):
        mode = stat.S_IMODE(place.stat().st_mode)
        if mode & 0o077:
            right = "0700" if place.is_dir() else "0600"
            yield finding("data folder", f"others may open {place} ({mode:04o})", f"Run: chmod {right} {place}")
            return
    yield ok("data folder", f"{path} can be written to, and by its owner alone")


def _secrets(path: Path) -> list[Path]:
    """What of the folder nobody else may read."""
    names = [path / "secret-key", path / "demo-login"]
    if settings.DATABASES["default"]["ENGINE"] == "impactline.base.sqlite":
        names.append(Path(str(settings.DATABASES["default"]["NAME"])))
    return [name for name in names if name.is_file()]


def _data_paths() -> list[Path]:
    database = settings.DATABASES["default"]
    own = [Path(str(database["NAME"])).parent] if database["ENGINE"] == "impactline.base.sqlite" else []
    return [path for path in (settings.DATA, *own) if path.is_dir()]


def _disk(path: Path) -> Seen:
    there = next((folder for folder in (path, *path.parents) if folder.is_dir()), Path("/"))
    free = shutil.disk_usage(there).free
    said = f"{free / 1e9:.1f} GB are free"
    if free < FREE_MIN:
        return finding("disk", said, "Make room: a full disk refuses every change.")
    return hint("disk", said, "Make room soon.") if free < FREE_HINT else ok("disk", said)


def _network_share(paths: list[Path]) -> Iterator[Seen]:
    if settings.DATABASES["default"]["ENGINE"] != "impactline.base.sqlite":
        return
    for path in paths:
        kind = _file_system(path.resolve())
        if kind in REMOTE:
            yield finding(
                "disk",
                f"{path} lies on a network share ({kind}), where SQLite's locks do not hold",
                "Move it to a disk of this machine, or use PostgreSQL.",
            )


def _file_system(path: Path) -> str:
    """The kind of file system that a path lies on; empty where the machine does not tell."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    found = [(len(target), kind) for _, target, kind, *_ in mounts if path.is_relative_to(target)]
    return max(found, default=(0, ""))[1]


def _key(key: str) -> Seen:
    if len(key) < KEY_LENGTH_MIN or len(set(key)) < KEY_CHARACTERS_MIN:
        return finding(
            "secret key",
            f"it can be guessed: {len(key)} characters, {len(set(key))} of them different",
            f"Set IMPACTLINE_SECRET_KEY to at least {KEY_LENGTH_MIN} random characters, or leave it out.",
        )
    return ok("secret key", "it is long and random")


def _address(url: str) -> Seen:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return ok("address", url)
    if parts.hostname in LOCAL:
        return hint("address", f"{url}: for this machine alone", "For others, set IMPACTLINE_URL to an https address.")
    return finding(
        "address", f"{url} is not encrypted", "Put a proxy with TLS in front, and write https in IMPACTLINE_URL."
    )


def _mail(host: str, url: str) -> Seen:
    if host:
        return ok("mail", f"goes out by {host}")
    remedy = "Set IMPACTLINE_SMTP_HOST: without it nobody gets invitations or links to a new password."
    said = "none is sent"
    return hint("mail", said, remedy) if urlsplit(url).hostname in LOCAL else finding("mail", said, remedy)
