"""How often rules of how key results go err, and how soon they find what they are for: by simulated quarters.

`python -m benchmarks.alarms` prints the tables of docs/explanation/rules.md. Key results by chance
(`benchmarks/quarters.py`) are judged after each of thirteen weeks, and once after the end, by the rules themselves over
the rows that they read in an installation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from benchmarks.quarters import FAULTS, PERIOD, START, WEEKS, Quarter, day_of, failing, faulty, healthy
from impactline.insight.beforehand import before
from impactline.insight.forecast import History, Outlook
from impactline.insight.forecast.forecasting import asking
from impactline.insight.forecast.together import together
from impactline.insight.rules import RULES, Finding, Snapshot, judge
from impactline.insight.rules.rows import PACE_LEAST, Before, CycleRow, KeyResultRow, ObjectiveRow, Said
from impactline.okrs.judge import judge as judged_of
from impactline.okrs.measure import Kind
from impactline.okrs.progress import value_on

JUDGED = ("R11", "R12", "R14", "R17", "R18", "R19", "R20", "R21")
FORECAST = frozenset({"R12", "R17"})  # these read forecasts
CYCLE = CycleRow(1, "q1", "Q1", START, PERIOD.due_on, 7, "active")
KINDS = (Kind.COMMITTED, Kind.ASPIRATIONAL)
OBJECTIVES = {
    at: ObjectiveRow(at, str(kind), str(kind), 1, 1, 1, str(kind), False, "key_results", None, 1)
    for at, kind in enumerate(KINDS, 1)
}
HEALTHY, FAILING, PLANTED, SEED = 3_000, 1_500, 300, 7


@dataclass(frozen=True, slots=True)
class Alarms:
    """Of each rule the weeks in which it stood, by key result; `count` key results were judged."""

    count: int
    weeks: dict[str, dict[int, list[int]]]

    def per_check_in(self, rule: str) -> float:
        """The share of all weeks of all key results in which the rule finds something."""
        return sum(map(len, self.weeks[rule].values())) / (self.count * (WEEKS + 1))

    def per_key_result(self, rule: str) -> float:
        """The share of key results of which the rule finds something in any week."""
        return len(self.weeks[rule]) / self.count

    def of(self, numbers: Collection[int]) -> Alarms:
        """Of some of the key results alone."""
        kept = {
            rule: {number: found for number, found in told.items() if number in numbers}
            for rule, told in self.weeks.items()
        }
        return Alarms(len(numbers), kept)

    def delays(self, rules: Iterable[str], quarters: Sequence[Quarter]) -> list[int]:
        """For each found fault, how many weeks after it began one of the rules finds it."""
        found = []
        for number, quarter in enumerate(quarters, 1):
            since = quarter.faulty or 1
            weeks = [week for rule in rules for week in self.weeks[rule].get(number, ()) if week >= since]
            found += [min(weeks) - since] if weeks else []
        return found


def alarms(quarters: Sequence[Quarter], rules: Collection[str] = JUDGED) -> Alarms:
    """What rules find of key results, week by week."""
    known = {number: _before(number, one) for number, one in enumerate(quarters, 1)}
    there = {number: told for number, told in known.items() if told is not None}
    weeks: dict[str, dict[int, list[int]]] = {rule: defaultdict(list) for rule in rules}
    for week in range(1, WEEKS + 2):
        day = day_of(week) if week <= WEEKS else PERIOD.due_on + timedelta(days=1)
        for rule, number in {(one.rule, one.about[0].pk) for one in _found(quarters, rules, day, there)}:
            weeks[rule][number].append(week)
    return Alarms(len(quarters), weeks)


def _found(
    quarters: Sequence[Quarter], rules: Collection[str], day: date, there: dict[int, Before]
) -> Iterator[Finding]:
    told: Sequence[object] = [None] * len(quarters)
    if FORECAST.intersection(rules):
        told = together(asking(one.measure, one.kind, one.readings(day), PERIOD, day) for one in quarters)
    rows = [_row(at, *pair, day) for at, pair in enumerate(zip(quarters, told, strict=True), 1)]
    snapshot = Snapshot(
        today=day,
        cycles={1: CYCLE},
        objectives=OBJECTIVES,
        key_results={row.pk: row for row in rows},
        said={number: one.spoken(day) for number, one in enumerate(quarters, 1)},
        moved={number: [m for m in one.moved if m.day <= day] for number, one in enumerate(quarters, 1)},
        before=there,
    )
    return judge(snapshot, [RULES[rule] for rule in rules])


def _row(number: int, quarter: Quarter, outlook: object, day: date) -> KeyResultRow:
    """A key result as it is loaded on a day."""
    measure, spoken = quarter.measure, quarter.spoken(day)
    seen = judged_of(measure, quarter.readings(day), PERIOD, day, kind=quarter.kind)
    ahead = outlook if isinstance(outlook, Outlook) else None
    return KeyResultRow(
        number,
        f"k{number}",
        f"Key result {number}",
        KINDS.index(quarter.kind) + 1,
        "metric",
        metric_id=number,
        baseline=measure.baseline,
        target=measure.target,
        value=seen.standing.value,
        progress=seen.progress,
        status=next((one.status for one in reversed(spoken) if one.status), None),
        checked_in_on=spoken[-1].day if spoken else None,
        expected=seen.expected,
        pace=str(seen.pace.colour),
        values=str(measure.values),
        reach=(ahead.reach if ahead.enough is None else ahead.enough) if ahead else None,
        beyond_best=ahead is not None and ahead.count >= PACE_LEAST and ahead.speed.beyond_best,
        earlier=_earlier(quarter, spoken),
    )


def _earlier(quarter: Quarter, spoken: Sequence[Said]) -> tuple[date, Decimal] | None:
    """The day of the check-in before the last, and where it stood then."""
    if len(spoken) < 2:
        return None
    on = spoken[-2].day
    value = value_on(quarter.measure, quarter.readings(on), on, PERIOD)
    return None if value is None else (on, value)


def _before(number: int, quarter: Quarter) -> Before | None:
    if not quarter.before:
        return None
    row = _row(number, quarter, None, START)
    return before(row, str(quarter.kind), PERIOD, quarter.before, lambda _: History())


def main() -> None:
    """Print the tables."""
    chance = np.random.default_rng(SEED)
    groups = {"healthy": list(healthy(chance, HEALTHY)), "failing": list(failing(chance, FAILING))}
    found = {name: alarms(quarters) for name, quarters in groups.items()}
    reached = {number for number, one in enumerate(groups["healthy"], 1) if one.succeeds}
    print(f"{HEALTHY:,} healthy key results, {len(reached):,} of them come to success; {FAILING:,} fail and say so.\n")
    print("| rule | healthy, of 100 check-ins | of 100 key results | come to success, of 100 check-ins | fail |")
    print("|---|---|---|---|---|")
    for rule in JUDGED:
        told = found["healthy"]
        shares = told.per_check_in(rule), told.per_key_result(rule), told.of(reached).per_check_in(rule)
        print(
            f"| {rule} | {' | '.join(f'{100 * one:.2f}' for one in (*shares, found['failing'].per_check_in(rule)))} |"
        )
    print("\n| planted | rule | found, of 100 | weeks until then, median | nine of ten |\n|---|---|---|---|---|")
    for name, (rules, _) in FAULTS.items():
        quarters = faulty(chance, name, PLANTED)
        delays = sorted(alarms(quarters, rules).delays(rules, quarters))
        middle, late = (delays[int(len(delays) * share)] for share in (0.5, 0.9))
        print(f"| {name} | {', '.join(rules)} | {100 * len(delays) / PLANTED:.0f} | {middle} | {late} |")


if __name__ == "__main__":
    main()
