"""Where people are: time zones and locales."""

from babel import Locale, UnknownLocaleError

from impactline.base.errors import Invalid
from impactline.base.timezones import timezones


def valid_timezone(name: str) -> str:
    """A time zone by its IANA name; raises Invalid."""
    if name not in timezones():
        raise Invalid(f"“{name[:60]}” is not a time zone.", remedy="Write Europe/Berlin.", field="timezone")
    return name


def valid_locale(name: str) -> str:
    """A locale such as en, de or pt_BR; raises Invalid."""
    try:
        return str(Locale.parse(name.strip().replace("-", "_")))
    except (UnknownLocaleError, ValueError, TypeError):
        raise Invalid(f"“{name[:20]}” is not a locale.", remedy="Write en, de or en_GB.", field="locale") from None
