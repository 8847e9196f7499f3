"""What the readings of running key results say of their ends, for the rules that ask."""

from collections.abc import Callable
from datetime import date, timedelta

from impactline.insight.forecast import History, Outlook, forecast
from impactline.insight.forecast.points import one_a_day, speed_of
from impactline.insight.noise.signals import usual_of
from impactline.insight.rules import Snapshot
from impactline.insight.rules.rows import Foretold, KeyResultRow
from impactline.okrs.measure import Kind, Reading, Type, Values
from impactline.okrs.period import Period

BEFORE_LEAST = 4
PACE_LEAST = 4


class Foretelling:
    """Forecasts as of the day of a snapshot; what closed key results of a type came to is asked once."""

    def __init__(self, snapshot: Snapshot, history_of: Callable[[str, date], History]) -> None:
        self._snapshot = snapshot
        self._history_of = history_of
        self._histories: dict[str, History] = {}

    def of(self, row: KeyResultRow, readings: list[Reading]) -> Foretold:
        """What the readings of its metric up to the day, in order, say of a key result."""
        measure, day, period = row.measure, self._snapshot.today, self._snapshot.period(row)
        if measure is None:
            return Foretold()
        reach = self._reach(row, readings, period, day) if row.status == "on_track" and row.pace != "grey" else None
        if measure.type is not Type.METRIC or measure.values is Values.PER_PERIOD or measure.target is None:
            return Foretold(reach=reach)
        course = one_a_day((one.day, one.value) for one in readings)
        speed = speed_of(course, float(measure.target), period.due_on, day, period.every_days)
        before = [one for one in readings if one.day < period.starts_on]
        usual = usual_of([point for point in course if point[0] < period.starts_on]) if before else None
        known = len({one.day for one in before}) >= BEFORE_LEAST
        return Foretold(
            reach=reach,
            at_start=self._reach(row, before, period, period.starts_on - timedelta(days=1)) if known else None,
            needed=speed.needed if len(course) >= PACE_LEAST else None,
            best=speed.best if len(course) >= PACE_LEAST else None,
            low=usual.low if usual is not None and not usual.of_moves else None,
            high=usual.high if usual is not None and not usual.of_moves else None,
        )

    def _reach(self, row: KeyResultRow, readings: list[Reading], period: Period, day: date) -> float | None:
        assert row.measure is not None
        if not readings and row.metric_id is not None:
            return None
        kind = Kind(self._snapshot.objectives[row.objective_id].kind)
        found = forecast(row.measure, kind, readings, period, day, history=self._history(row.type), drawn=False)
        return found.reach if isinstance(found, Outlook) else None

    def _history(self, kind: str) -> History:
        if kind not in self._histories:
            self._histories[kind] = self._history_of(kind, self._snapshot.today)
        return self._histories[kind]
