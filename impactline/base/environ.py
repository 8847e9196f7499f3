"""Settings come from the environment only; each is declared once, with its type, default and meaning."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the reference documents it."""

    name: str
    default: str
    meaning: str
    secret: bool = False


DECLARED: list[Setting] = []
FAULTS: list[str] = []


def text(value: str) -> str:
    """The value as it stands."""
    return value


def switch(value: str) -> bool:
    """on/off, yes/no, true/false, 1/0."""
    word = value.strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("must be on or off")


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number between two bounds, both included."""

    def parse(value: str) -> int:
        number = int(value)
        if not least <= number <= most:
            raise ValueError(f"must lie between {least} and {most}")
        return number

    return parse


def words(value: str) -> list[str]:
    """A list, separated by commas."""
    return [word.strip() for word in value.split(",") if word.strip()]


def setting(
    name: str, default: str, meaning: str, parse: Callable[[str], T], *, secret: bool = False, shown: str = ""
) -> T:
    """Declare and read one setting.

    A secret may also be given as NAME_FILE, the path of a file that holds it. A value that does not parse
    is noted in FAULTS, so that all faults are told at once at start, and the default is used meanwhile.
    `shown` is what the reference prints as the default where the real one depends on the machine.
    """
    DECLARED.append(Setting(name, shown or default, meaning, secret))
    raw = _raw(name, secret)
    if raw is None:
        return parse(default)
    try:
        return parse(raw)
    except (ValueError, OSError) as error:
        FAULTS.append(f"{name}: {error}")
        return parse(default)


def give(name: str, value: str, *, over: bool = True) -> None:
    """Set a value as the environment would, before the settings are read: what the command line gives.

    Without `over`, a value that the environment has stays.
    """
    if over or name not in os.environ:
        os.environ[name] = value


def _raw(name: str, secret: bool) -> str | None:
    value = os.environ.get(name)
    file = os.environ.get(f"{name}_FILE") if secret else None
    if value is None and file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            FAULTS.append(f"{name}_FILE: {error}")
    return value
