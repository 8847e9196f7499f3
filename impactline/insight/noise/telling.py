"""Signals and the usual variation in words."""

from __future__ import annotations

from math import floor, log10

from impactline.base.explanation import Format
from impactline.insight.noise.signals import Examined, Kind, Signal, Usual

LEAST = 4


def told(signal: Signal, unit: str, write: Format) -> str:
    """What a signal says, in a sentence."""
    on, since = write.day(signal.day), write.day(signal.since)
    amount = write.number(round(signal.amount, 3))
    way = "up" if signal.upwards else "down"
    match signal.kind:
        case Kind.OUTSIDE:
            limit = "" if signal.usual is None else f": usual was up to {_value(signal.usual, unit, write)}"
            if signal.usual is not None and not signal.upwards:
                limit = f": usual was down to {_value(signal.usual, unit, write)}"
            return f"{_value(signal.amount, unit, write)} on {on} is beyond the usual variation{limit}."
        case Kind.RUN:
            return f"Nine readings in a row up to {on} lie on one side: the level has gone {way}."
        case Kind.SHIFT:
            return f"The level has shifted {way} since {since}."
        case Kind.TURN:
            return f"The pace has turned {'upwards' if signal.upwards else 'downwards'} since {since}."
        case Kind.STALL:
            return f"It has stood still for {amount} readings, since {since}; it used to move."
        case Kind.HOCKEY_STICK:
            return f"{write.share(signal.amount)} of the way came in the last tenth of the time."
        case Kind.GAP:
            usual = write.number(round(signal.usual or 0))
            return f"Nothing was read from {since} to {on}: {amount} days, where {usual} are usual."
    meant = "" if signal.usual is None else f" Was {_value(signal.usual, unit, write)} meant?"
    return f"{_value(signal.amount, unit, write)} on {on} is of another scale than the others.{meant}"


def usual_words(found: Examined, unit: str, write: Format) -> str:
    """Whether the latest reading lies within the usual variation, said as plainly as an alarm."""
    usual = found.usual
    if usual is None:
        return _too_few(found)
    where = "within" if usual.within else "beyond"
    if usual.of_moves:
        low = _value(usual.low, unit if unit == "%" else "", write)
        ends = f"would end between {low} and {_value(usual.high, unit, write)}"
        return f"The last move is {where} the usual variation: a usual one {ends}."
    return f"The last reading is {where} the usual variation ({_limits(usual, unit, write)})."


def explanation(found: Examined, unit: str, write: Format) -> tuple[str, str]:
    """The rule that judged, and how: of values, or of moves."""
    usual = found.usual
    if usual is None:
        return "too few readings", _too_few(found)
    rule = (
        "Each move is judged by those before it, for the value wanders."
        if usual.of_moves
        else "Each reading is judged by those before it, for the value swings about a level."
    )
    return _limits(usual, unit, write), (
        f"{rule} The limits are three spreads to either side, wider with few readings; about 1 reading in 100 lies "
        "beyond one of all tests by chance alone."
    )


def _too_few(found: Examined) -> str:
    if found.count <= LEAST:
        return f"{found.count} of {LEAST + 1} readings: too few to tell the usual variation."
    return "It has moved always alike, or not at all: there is no usual variation to judge by."


def _limits(usual: Usual, unit: str, write: Format) -> str:
    return f"{_value(usual.low, unit if unit == '%' else '', write)} to {_value(usual.high, unit, write)}"


def _value(number: float, unit: str, write: Format) -> str:
    size = abs(number)
    places = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 4
    if 0 < size < 0.01:
        places = min(9, 2 - floor(log10(size)))
    return write.amount(round(number, places) + 0.0, unit)
