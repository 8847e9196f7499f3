"""A forecast for programs: the same in the API and on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import floor, log10
from typing import Any

from impactline.insight.forecast.outlook import Outlook, Span
from impactline.insight.forecast.telling import COUNTED, SILENCES, Words, reasons, sentence
from impactline.insight.noise import Examined
from impactline.insight.noise.telling import told

DIGITS = 6


def as_data(
    ref: str,
    outlook: Outlook | Any,
    examined: Examined,
    unit: str,
    day: date,
    levels: Sequence[str] = (),
    aim: str = "",
) -> dict[str, Any]:
    """The shape of the contract; `silence` says why there is no forecast, all that depends on one is null then.

    `levels` are the words of a rubric, `aim` is what the chance is of.
    """
    return {"ref": ref, "as_of": day, **_ahead(outlook, unit, levels, aim), **_so_far(examined, unit)}


def _ahead(outlook: Outlook | Any, unit: str, levels: Sequence[str], aim: str) -> dict[str, Any]:
    if not isinstance(outlook, Outlook):
        names = ("method", "due_on", "middle", "half", "most", "reach", "enough", "enough_at", "speed", "chain")
        empty: dict[str, Any] = dict.fromkeys(names)
        return {
            **empty,
            "silence": str(outlook),
            "unit": unit,
            "readings": 0,
            "caveats": [],
            "fan": [],
            "words": [SILENCES[outlook]],
        }
    words = Words(levels=tuple(levels))
    return {
        "silence": None,
        "method": str(outlook.method),
        "due_on": outlook.due_on,
        "unit": "%" if outlook.method in COUNTED else unit,
        "middle": _short(outlook.middle),
        "half": _span(outlook.half),
        "most": _span(outlook.most),
        "reach": _short(outlook.reach),
        "enough": _short(outlook.enough),
        "enough_at": outlook.enough_at,
        "readings": outlook.count,
        "speed": {
            "so_far": _short(outlook.speed.so_far),
            "needed": _short(outlook.speed.needed),
            "best": _short(outlook.speed.best),
        },
        "chain": outlook.chain
        and {
            "expects": _short(outlook.chain.expects),
            "counted": _short(outlook.chain.counted),
            "moves": _short(outlook.chain.moves),
        },
        "caveats": [str(caveat) for caveat in outlook.caveats],
        "fan": [
            {"day": day.day, "middle": _short(day.middle), "half": _span(day.half), "most": _span(day.most)}
            for day in outlook.fan
        ],
        "words": [sentence(outlook, unit, words, aim), *reasons(outlook, unit, words)],
    }


def _so_far(examined: Examined, unit: str) -> dict[str, Any]:
    usual = examined.usual
    write = Words().write
    return {
        "usual": usual
        and {
            "low": _short(usual.low),
            "high": _short(usual.high),
            "of_moves": usual.of_moves,
            "within": usual.within,
        },
        "signals": [
            {
                "kind": str(signal.kind),
                "day": signal.day,
                "since": signal.since,
                "amount": _short(signal.amount),
                "usual": _short(signal.usual),
                "upwards": signal.upwards,
                "words": told(signal, unit, write),
            }
            for signal in examined.signals
        ],
    }


def _span(span: Span) -> dict[str, float | None]:
    return {"low": _short(span.low), "high": _short(span.high)}


def _short(value: float | None) -> float | None:
    """To six decimals; what is small to as many digits."""
    if not value:
        return value
    return round(value, max(DIGITS, DIGITS - 1 - floor(log10(abs(value))))) + 0.0
