"""What the page of a metric says of periods and parts: targets beside what was read, breakdowns, locked periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import Split, splits
from impactline.metrics.models import LockedPeriod, Metric, PeriodTarget, Reading
from impactline.metrics.periods import Actual
from impactline.metrics.queries import Attained, Target, attained, declared, said_with
from impactline.web import reader
from impactline.web.rows import with_unit


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A period with its target and what was read in it; `met` is a word, `how` says where the value comes from."""

    number: int
    starts_on: date
    ends_on: date
    of: str
    target: str
    note: str
    value: str
    difference: str
    met: str
    how: str
    is_present: bool
    revisions: list[PeriodTarget]
    revised: PeriodTarget


@dataclass(frozen=True, slots=True)
class Bar:
    """One part: its name, its amount in words and its length in per cent of the longest."""

    name: str
    words: str
    width: float


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The parts of a reading by one dimension; `state` is complete, incomplete or nothing, `words` say what of it."""

    title: str
    bars: list[Bar]
    state: str
    words: str
    unnamed: str


def target_rows(metric: Metric, targets: Sequence[Target], until: date) -> list[TargetRow]:
    """The targets that hold beside what was read until a day, the latest period first; two queries."""
    holding = [target for target in targets if _holds(target.row)]
    return [_target_row(metric, entry, until) for entry in attained(metric, holding, until)][::-1]


def breakdowns(metric: Metric, reading: Reading | None) -> list[Breakdown]:
    """The parts of a reading against the whole, by dimension."""
    if reading is None:
        return []
    said = said_with(reading)
    found = splits(said.amount, said.parts, metric.kind, declared(metric))
    return [_breakdown(metric, split) for split in found]


def locked_words(period: LockedPeriod) -> str:
    """A locked period in words."""
    return f"{reader.day(period.starts_on)} – {reader.day(period.ends_on)}"


def amount_words(metric: Metric, amount: Amount) -> str:
    """An amount with its unit and, of a share, what it counts: 42 % (21 of 50)."""
    if amount.value is None:
        return ""
    words = level_words(metric, amount.value) or with_unit(amount.value, metric.unit)
    if amount.numerator is None or amount.denominator is None:
        return words
    return f"{words} ({reader.number(amount.numerator)} of {reader.number(amount.denominator)})"


def level_words(metric: Metric, value: Decimal) -> str:
    """The level of an ordinal metric; nothing where a value is none."""
    at = int(value) if value == value.to_integral_value() else -1
    return metric.levels[at] if metric.measure == "ordinal" and 0 <= at < len(metric.levels) else ""


def _holds(row: PeriodTarget) -> bool:
    return row.value is not None or bool(row.note)


def _target_row(metric: Metric, entry: Attained, today: date) -> TargetRow:
    target, found, stands = entry.target, entry.actual, entry.stands
    row = target.row
    return TargetRow(
        number=target.number,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        of=", ".join(row.categories.values()),
        target=amount_words(metric, row.amount),
        note=row.note,
        value=amount_words(metric, found.amount) if found.amount else "",
        difference=_signed(stands.difference, metric.unit) if stands else "",
        met="" if stands is None or stands.met is None else "met" if stands.met else "not_met",
        how=_how(metric, found),
        is_present=row.span.holds(today),
        revisions=target.before,
        revised=row,
    )


def _how(metric: Metric, found: Actual) -> str:
    """Where the value of a period comes from, in a sentence."""
    if found.reason:
        return found.reason
    if metric.aggregation == "per_period" and found.count > 1:
        what = "Σ numerators ÷ Σ denominators" if metric.kind.measure.is_share else "The sum"
        return f"{what} of {found.count} readings."
    total = "The running total" if metric.aggregation == "cumulative" else "The last"
    return f"{total} of {found.count} readings, {reader.day(found.day)}." if found.day else ""


def _signed(value: Decimal, unit: str) -> str:
    words = with_unit(abs(value), unit)
    return f"+{words}" if value > 0 else f"−{words}" if value < 0 else words


def _breakdown(metric: Metric, split: Split) -> Breakdown:
    amounts = [part.amount.value or Decimal(0) for part in split.parts]
    longest = max((abs(value) for value in amounts), default=Decimal(0)) or Decimal(1)
    bars = [
        Bar(
            name=" · ".join(category for _, category in part.categories),
            words=amount_words(metric, part.amount),
            width=round(float(abs(value) / longest) * 100, 2),
        )
        for part, value in zip(split.parts, amounts, strict=True)
    ]
    state = "complete" if split.is_complete else "incomplete" if split.is_incomplete else ""
    return Breakdown(
        title="By " + " and ".join(split.dimensions),
        bars=bars,
        state=state,
        words=_sum_words(metric, split),
        unnamed=", ".join(split.unnamed),
    )


def _sum_words(metric: Metric, split: Split) -> str:
    """Whether the parts come to the whole, and what is missing if they do not."""
    if split.missing is None:
        return split.reason
    if split.missing.is_nothing:
        return "The parts come to the whole."
    value, above = split.missing.value, split.missing.numerator
    if metric.kind.measure.is_share:
        counted = f"{reader.number(abs(above or Decimal(0)))} of {reader.number(abs(value))}"
        return f"{counted} {'are missing' if value >= 0 else 'are too many'}."
    words = with_unit(abs(value), metric.unit)
    return f"{words} {'missing' if value > 0 else 'too much'}: the parts do not come to the whole."
