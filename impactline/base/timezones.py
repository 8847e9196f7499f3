"""The time zones that there are."""

from functools import cache
from zoneinfo import available_timezones


@cache
def timezones() -> tuple[str, ...]:
    """Their IANA names, in order. Looked up once: the list is read from some six hundred files."""
    return tuple(sorted(available_timezones()))
