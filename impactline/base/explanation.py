"""What a person reads about one number: formula, values, rule and steps; and how its figures are written."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Number = float | Decimal


def plain_number(value: Number) -> str:
    """A number with a real minus sign and no needless zeros; ∞ for infinity.

    What people entered (a Decimal) has all its digits, what was computed (a float) at most three decimals.
    """
    if not math.isfinite(value):
        return "∞"
    text = f"{value:f}" if isinstance(value, Decimal) else f"{value:.3f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "0") else text.replace("-", "−")


def told_digits(value: Number) -> Number:
    """A computed amount as it is told: with three decimals, or with two digits where these would make nothing of it."""
    if isinstance(value, Decimal) or not math.isfinite(value):
        return value
    if value == 0 or abs(value) >= 0.001:
        return round(value, 3) + 0.0
    return Decimal(f"{value:.{min(9, 1 - math.floor(math.log10(abs(value))))}f}")


def plain_amount(value: Number, unit: str) -> str:
    """A number with its unit, if it has one; of a tiny one two digits."""
    return f"{plain_number(told_digits(value))} {unit}".strip()


def plain_share(value: float) -> str:
    """A share as per cent, without decimals."""
    return f"{value * 100:.0f} %"


@dataclass(frozen=True, slots=True)
class Format:
    """How the door writes numbers, days, shares, and numbers with their unit."""

    number: Callable[[Number], str] = plain_number
    day: Callable[[date], str] = date.isoformat
    share: Callable[[float], str] = plain_share
    amount: Callable[[Number, str], str] = plain_amount


PLAIN = Format()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a person reads about one number.

    `formula` has the numbers put in and ends with the result; `values` name what went in; `rule` is a
    sentence; `steps` are further lines, such as one for each part of a roll-up.
    """

    title: str
    formula: str
    values: tuple[tuple[str, str], ...]
    rule: str
    as_of: date
    steps: tuple[str, ...] = ()


def number_or_none(number: Number | None, write: Format) -> str:
    """A number, or the word none."""
    return "none" if number is None else write.number(number)


def in_brackets(number: str) -> str:
    """A written number, in brackets if it starts with a minus sign."""
    return f"({number})" if number[:1] in "−-" else number
