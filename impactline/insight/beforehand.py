"""What the readings before its start say of a key result, for rules that ask whether its target asks for anything."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from impactline.insight.forecast import History, Outlook, forecast
from impactline.insight.forecast.points import one_a_day
from impactline.insight.noise.signals import usual_of
from impactline.insight.rules.rows import Before, KeyResultRow
from impactline.okrs.measure import Kind, Measure, Reading, Type
from impactline.okrs.period import Period

READINGS_LEAST = 4


def before(
    row: KeyResultRow, kind: str, period: Period, readings: Sequence[Reading], history_of: Callable[[date], History]
) -> Before | None:
    """The chance of its target as of the eve of the start, and the usual variation until then; None with few readings.

    `readings` are in order of day; `history_of` tells what closed key results of its type came to by a day.
    """
    known = [one for one in readings if one.day < period.starts_on]
    if row.target is None or len({one.day for one in known}) < READINGS_LEAST:
        return None
    eve = period.starts_on - timedelta(days=1)
    measure = Measure(type=Type.METRIC, baseline=row.baseline, target=row.target, unit=row.unit)
    told = forecast(measure, Kind(kind), known, period, eve, history=history_of(eve), drawn=False)
    usual = usual_of(one_a_day((one.day, one.value) for one in known))
    settled = usual is not None and not usual.of_moves
    return Before(
        chance=told.reach if isinstance(told, Outlook) else None,
        low=usual.low if usual is not None and settled else None,
        high=usual.high if usual is not None and settled else None,
    )
