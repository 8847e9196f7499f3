"""Generated values and lists that organisations are made of."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from impactline.exchange import scalars
from tests.cast import NOON
from tests.exchange.documents import LINES, NOTES, accepted

TODAY = NOON.date()
EMAILS = ("alice@example.org", "bob@example.org", "o'neil@a-b.co.uk")
PERSON = st.none() | st.sampled_from(EMAILS)
TITLES = accepted(scalars.title, LINES)
NAMES = accepted(scalars.name, LINES)
TEXTS = accepted(scalars.note, NOTES)
NUMBERS = st.decimals(-1000, 1000, allow_nan=False, places=3) | st.sampled_from([Decimal(0), Decimal("0.000000001")])
FRACTIONS = st.decimals(0, 1, places=9)
DAYS = st.dates(date(2026, 9, 1), TODAY)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=40)).map(lambda step: NOON - step)
CONFIDENCE = st.none() | st.integers(0, 10)
STATUS = st.none() | st.sampled_from(["on_track", "at_risk", "off_track"])


def optional(**keys: Any) -> Any:
    """Any of these keys."""
    return st.fixed_dictionaries({}, optional=keys)


def listed(needed: dict[str, Any], **keys: Any) -> Any:
    """Up to two entries with the keys needed, and any of the others."""
    return st.lists(st.fixed_dictionaries(needed, optional=keys), max_size=2)


def subset(names: tuple[str, ...]) -> Any:
    """Some of the names, each once, in any order."""
    return st.lists(st.sampled_from(names), unique=True, max_size=len(names))


def entries(value: Any, *, stated: bool) -> Any:
    """Check-ins or readings, some of them corrected."""
    said = {"by": PERSON, "note": TEXTS, "recorded_at": MOMENTS}
    if stated:
        said |= {"confidence": CONFIDENCE, "status": STATUS}
    earlier = optional(at=DAYS, value=value, **said)
    needed = {"at": DAYS, "value": value}
    corrected = st.lists(earlier, max_size=2)
    return st.lists(st.fixed_dictionaries(needed, optional={**said, "earlier": corrected}), max_size=4)
