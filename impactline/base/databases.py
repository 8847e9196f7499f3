"""A database address (URL) turned into Django's settings for SQLite or PostgreSQL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PREPARED_AFTER = "5"


def database(url: str) -> dict[str, Any]:
    """Django's settings for one database.

    Takes `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://user:password@host:port/name?…`, there
    with options of libpq and `prepare_threshold`.
    Raises ValueError, with the remedy, for anything else.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(parts.path)
    if parts.scheme in {"postgresql", "postgres"}:
        return _postgresql(url)
    raise ValueError("must begin with sqlite:/// or postgresql://")


def _sqlite(path: str) -> dict[str, Any]:
    name = unquote(path[1:])
    if not name:
        raise ValueError("names no file: write sqlite:///impactline.db")
    return {
        "ENGINE": "impactline.base.sqlite",
        "NAME": str(Path(name).absolute()),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    times = _times(options.pop("prepare_threshold", PREPARED_AFTER))
    return {
        "ENGINE": "impactline.base.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options | {"server_side_binding": times is not None, "prepare_threshold": times},
    }


def _times(text: str) -> int | None:
    """After how many times a statement stays prepared on its connection; None for never, as most poolers need it."""
    if text.lower() == "none":
        return None
    if not text.isdecimal() or len(text) > 4:
        raise ValueError("prepare_threshold must be a number up to 9999, or none")
    return int(text)
