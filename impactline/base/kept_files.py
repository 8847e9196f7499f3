"""Files that people hand in, kept in the data folder under the digest of what they hold.

No address leads there: whoever may read one gets it from a page that asks first. The same content is kept once.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

UNUSED_KEPT = timedelta(days=1)
_DIGEST = re.compile(r"[0-9a-f]{64}")


def folder() -> Path:
    """Where they lie; part of every backup."""
    return Path(settings.DATA) / "files"


def digest_of(content: bytes) -> str:
    """The SHA-256 by which a content is named."""
    return hashlib.sha256(content).hexdigest()


def is_digest(text: str) -> bool:
    """Whether a text can be such a name."""
    return _DIGEST.fullmatch(text) is not None


def keep(content: bytes) -> str:
    """Keep a content, whole or not at all, so that it is there after a power cut; returns its digest."""
    digest = digest_of(content)
    place = _place(digest)
    if place.exists():
        os.utime(place)
        return digest
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return digest


def kept(digest: str) -> Path | None:
    """Where a content lies; None where it is not."""
    place = _place(digest) if is_digest(digest) else None
    return place if place is not None and place.is_file() else None


def drop_unused(used: Callable[[Iterable[str]], Iterable[str]], now: datetime) -> None:
    """Remove what nothing has used for a day; `used` tells which of some digests are in use."""
    old = [path for path in folder().glob("??/*") if _is_old(path, now)]
    wanted = set(used([path.name for path in old])) if old else set()
    for path in old:
        if path.name not in wanted and _is_old(path, now):
            path.unlink(missing_ok=True)


def _is_old(path: Path, now: datetime) -> bool:
    try:
        return now.timestamp() - path.stat().st_mtime > UNUSED_KEPT.total_seconds()
    except FileNotFoundError:
        return False


def _place(digest: str) -> Path:
    return folder() / digest[:2] / digest
