"""Forecast and signals as pages show them: the sentence, the reasons, the fan in the chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from impactline.insight.forecast import Method, Outlook, Silence
from impactline.insight.forecast import telling as forecast_telling
from impactline.insight.forecast.queries import Foretold
from impactline.insight.forecast.telling import COUNTED, SILENCES, Words, unit_of
from impactline.insight.noise import telling as noise_telling
from impactline.web.explaining import written

CHANCES = {"target": "Chance of the target", "period": "Chance of the target", "healthy": "Chance of being healthy"}
ROOM = 1.0
SIGNALS_MAX = 5
Fan = list[tuple[date, float, float]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A forecast in words, with what the readings so far say.

    `chance` is empty where nothing is aimed at, the intervals for yes or no.
    """

    sentence: str
    reasons: tuple[str, ...]
    chance_of: str
    chance: str
    half: str
    most: str
    due_on: date | None
    signals: tuple[str, ...]
    usual: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """The fan from the last reading on: 80 %, 50 %, and the middle; all empty where there is none."""

    most: Fan
    half: Fan
    middle: list[tuple[date, float]]


def shown(found: Foretold) -> Shown:
    """The words of a forecast."""
    words, outlook = spoken(found.levels), found.outlook
    signals = [noise_telling.told(signal, found.unit, words.write) for signal in found.examined.signals]
    usual = noise_telling.usual_words(found.examined, found.unit, words.write) if found.examined.count else ""
    if isinstance(outlook, Silence):
        return Shown(SILENCES[outlook], (), "", "", "", "", None, tuple(signals[-SIGNALS_MAX:]), usual)
    unit = unit_of(outlook, found.unit)
    return Shown(
        sentence=forecast_telling.sentence(outlook, found.unit, words, found.aim),
        reasons=tuple(forecast_telling.reasons(outlook, found.unit, words)),
        chance_of=CHANCES[found.aim],
        chance="" if outlook.reach is None else words.chance(outlook.reach),
        half="" if outlook.method is Method.BINARY else words.between(outlook.half, unit),
        most="" if outlook.method is Method.BINARY else words.between(outlook.most, unit),
        due_on=outlook.due_on,
        signals=tuple(signals[-SIGNALS_MAX:]),
        usual=usual,
    )


def spoken(levels: tuple[str, ...] = ()) -> Words:
    """How the reader writes numbers, days and shares; `levels` are those of a rubric."""
    return Words(written(), levels)


def drawn(found: Foretold, course: Sequence[tuple[date, Decimal]], ends: Sequence[Decimal | None]) -> Drawn:
    """The fan for a chart of `course`; cut where it would dwarf what was read.

    It may reach beyond readings and ends by as much as these lie apart.
    """
    outlook = found.outlook
    if isinstance(outlook, Silence) or outlook.method in COUNTED:
        return Drawn([], [], [])
    known = [float(value) for value in (*(value for _, value in course), *ends) if value is not None]
    known += [outlook.middle]
    room = ROOM * (max(known) - min(known)) or abs(known[0]) or 1.0
    low, high = min(known) - room, max(known) + room

    def cut(value: float) -> float:
        return min(max(value, low), high)

    start = [(course[-1][0], float(course[-1][1]))] if course else _start(outlook, ends)
    days = [day for day in outlook.fan if not start or day.day > start[0][0]]
    tips = [(day, value, value) for day, value in start]
    return Drawn(
        [*tips, *((day.day, cut(day.most.low), cut(day.most.high)) for day in days)],
        [*tips, *((day.day, cut(day.half.low), cut(day.half.high)) for day in days)],
        [*start, *((day.day, cut(day.middle)) for day in days)],
    )


def _start(outlook: Outlook, ends: Sequence[Decimal | None]) -> list[tuple[date, float]]:
    """Where the fan begins without a reading: at the baseline, on the day of the forecast."""
    baseline = next(iter(ends), None)
    return [] if baseline is None else [(outlook.day, float(baseline))]
