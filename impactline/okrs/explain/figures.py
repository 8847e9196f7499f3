"""Explanations of what is computed from values: progress, what of it counts, roll-up, expected progress."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from impactline.base.explanation import PLAIN, Explanation, Format, Number, in_brackets, number_or_none
from impactline.okrs.expected import curve_of
from impactline.okrs.measure import Curve, Driver, Measure, Type, Values
from impactline.okrs.period import Period
from impactline.okrs.progress import Standing
from impactline.okrs.rollup import Key, Rolled


def progress(
    measure: Measure, standing: Standing, as_of: date, *, unit: str = "", write: Format = PLAIN
) -> Explanation:
    """How progress came about, for every type."""
    values = [("value", _value(standing.value, unit, write))]
    values += [(name, _value(bound, unit, write)) for name, bound in _bounds(measure) if bound is not None]
    return Explanation(
        title="Progress",
        formula=_progress_formula(measure, standing, write),
        values=tuple(values),
        rule=_progress_rule(measure, standing),
        as_of=as_of,
        steps=_milestone_steps(measure, as_of, write),
    )


def counted(raw: float | None, entered: float | None, as_of: date, *, write: Format = PLAIN) -> Explanation:
    """What of a raw progress entered the roll-up."""
    values = (("progress", number_or_none(raw, write)), ("counted", number_or_none(entered, write)))
    if raw is None or entered is None:
        rule = "Without progress it is left out; its weight goes to the other parts."
        return Explanation("Counted", "does not count", values, rule, as_of)
    formula = f"{write.number(raw)} limited to 0 … 1 = {write.number(entered)}"
    rule = "Each part enters a roll-up limited to 0 … 1, so that one part cannot make up for another."
    return Explanation("Counted", formula, values, rule, as_of)


def roll_up(
    rolled: Rolled,
    driver: Driver,
    as_of: date,
    *,
    names: Mapping[Key, str] | None = None,
    write: Format = PLAIN,
) -> Explanation:
    """How the progress of an objective came about, with one step for each part."""
    names = names or {}
    steps = tuple(
        f"{names.get(part.key, str(part.key))}: {_part_line(part.weight, part.raw, part.counted, write)}"
        for part in rolled.parts
    )
    values = (
        ("progress", number_or_none(rolled.progress, write)),
        ("computed", number_or_none(rolled.computed, write)),
    )
    return Explanation(
        "Progress of the objective", _roll_up_formula(rolled, write), values, _roll_up_rule(rolled, driver),
        as_of, steps,
    )  # fmt: skip


def expected(
    measure: Measure,
    curve: Curve,
    period: Period,
    amount: float | None,
    as_of: date,
    *,
    write: Format = PLAIN,
) -> Explanation:
    """How much was expected by a day, and by which curve."""
    used = curve_of(measure, curve)
    passed = (min(max(as_of, period.starts_on), period.due_on) - period.starts_on).days
    values = (
        ("first day", write.day(period.starts_on)),
        ("last day", write.day(period.due_on)),
        ("days passed", write.number(passed)),
        ("days in all", write.number(period.span)),
    )
    if amount is None:
        return Explanation("Expected", "does not apply", values, "This type has no expected progress.", as_of)
    formula = f"{_expected_terms(used, period, as_of, write)} = {write.number(amount)}"
    return Explanation("Expected", formula, values, _CURVE_RULES[used], as_of)


# --- progress ----------------------------------------------------------------------------------------------


def _value(value: Number | None, unit: str, write: Format) -> str:
    if value is None:
        return "nothing recorded"
    return f"{write.number(value)} {unit}".strip()


def _bounds(measure: Measure) -> list[tuple[str, Decimal | None]]:
    shown: dict[Type, tuple[str, ...]] = {
        Type.METRIC: ("baseline", "target"),
        Type.AT_LEAST: ("target", "warning"),
        Type.AT_MOST: ("target", "warning"),
        Type.RANGE: ("low", "high"),
        Type.CONTROL: ("target", "low", "high"),
    }
    return [(name, getattr(measure, name)) for name in shown.get(measure.type, ())]


def _progress_formula(measure: Measure, standing: Standing, write: Format) -> str:
    match measure.type:
        case Type.METRIC:
            return _metric_formula(measure, standing, write)
        case Type.CONTROL | Type.MILESTONES:
            return _share_formula(standing, write)
        case Type.RUBRIC if standing.value is not None:
            level, steps = write.number(standing.value), write.number(len(measure.levels) - 1)
            return f"{level} ÷ {steps} = {number_or_none(standing.progress, write)}"
        case Type.BINARY:
            return f"{'done' if standing.met else 'not done'} = {number_or_none(standing.progress, write)}"
        case Type.FIND_BASELINE | Type.OPEN | Type.RUBRIC:
            return "no progress"
        case _:
            return _hold_formula(measure, standing, write)


def _metric_formula(measure: Measure, standing: Standing, write: Format) -> str:
    if standing.value is None:
        return f"stands at its baseline = {number_or_none(standing.progress, write)}"
    value, baseline, target = (
        in_brackets(write.number(number))
        for number in (standing.value, measure.baseline or Decimal(0), measure.target or Decimal(0))
    )
    return f"({value} − {baseline}) ÷ ({target} − {baseline}) = {number_or_none(standing.progress, write)}"


def _share_formula(standing: Standing, write: Format) -> str:
    done, planned = standing.done or Decimal(0), standing.planned or Decimal(0)
    return f"{write.number(done)} ÷ {write.number(planned)} = {number_or_none(standing.progress, write)}"


def _hold_formula(measure: Measure, standing: Standing, write: Format) -> str:
    if standing.value is None:
        return "unknown"
    value, met = write.number(standing.value), "met" if standing.met else "not met"
    if measure.type is Type.RANGE:
        low, high = (write.number(bound or Decimal(0)) for bound in (measure.low, measure.high))
        return f"{low} ≤ {value} ≤ {high} is {met} = {number_or_none(standing.progress, write)}"
    signs = {(Type.AT_LEAST, False): "≥", (Type.AT_LEAST, True): ">", (Type.AT_MOST, False): "≤"}
    sign = signs.get((measure.type, measure.strict), "<")
    target = write.number(measure.target or Decimal(0))
    return f"{value} {sign} {target} is {met} = {number_or_none(standing.progress, write)}"


def _progress_rule(measure: Measure, standing: Standing) -> str:
    rule = _TYPE_RULES[measure.type]
    if measure.type is Type.METRIC and measure.values is Values.PER_PERIOD:
        rule += " The value is the sum of the readings of the period."
    if standing.behind:
        rule += " The value lies between warning and target: behind."
    if not standing.recorded and measure.type not in (Type.FIND_BASELINE, Type.OPEN):
        rule += " Nothing has been recorded yet."
    return rule


def _milestone_steps(measure: Measure, as_of: date, write: Format) -> tuple[str, ...]:
    if measure.type is not Type.MILESTONES:
        return ()
    return tuple(
        f"{step.title}: weight {write.number(step.weight)}, "
        + (
            f"reached on {write.day(step.reached_on)}"
            if step.reached_on and step.reached_on <= as_of
            else "not reached"
        )
        for step in measure.milestones
    )


_TYPE_RULES = {
    Type.METRIC: "How much of the way from baseline to target is covered; below 0 and above 1 are possible.",
    Type.AT_LEAST: "1 while the value is at least the target, else 0.",
    Type.AT_MOST: "1 while the value is at most the target, else 0.",
    Type.RANGE: "1 while the value is inside the range, bounds included, else 0.",
    Type.CONTROL: "Successful check-ins ÷ planned check-ins of the whole period; a missed one is no success.",
    Type.MILESTONES: "Weights of the milestones reached ÷ weights of all.",
    Type.BINARY: "1 when done, else 0.",
    Type.RUBRIC: "Position of the level ÷ (number of levels − 1).",
    Type.FIND_BASELINE: "A search for a baseline has no progress and is left out of roll-ups.",
    Type.OPEN: "Its measure is not defined yet, so it has no progress and is left out of roll-ups.",
}


# --- roll-up and expected ----------------------------------------------------------------------------------


def _part_line(weight: float, raw: float | None, entered: float | None, write: Format) -> str:
    if entered is None:
        return f"does not count (progress {number_or_none(raw, write)})"
    line = f"{write.number(weight)} × {write.number(entered)}"
    return line if raw == entered else f"{line} (progress {number_or_none(raw, write)}, limited to 0 … 1)"


def _roll_up_formula(rolled: Rolled, write: Format) -> str:
    if rolled.overridden:
        return f"set by hand = {number_or_none(rolled.progress, write)}"
    terms = [
        f"{write.number(part.weight)} × {write.number(part.counted)}"
        for part in rolled.parts
        if part.counted is not None
    ]
    if not terms:
        return number_or_none(rolled.progress, write) if rolled.progress is not None else "no progress"
    return mean_formula(terms, rolled.listed, rolled.progress, write)


def mean_formula(terms: Sequence[str], listed: float | None, amount: float | None, write: Format) -> str:
    """A weighted mean of listed parts; what it comes to with parts that the reader cannot see is said after it."""
    formula = f"{' + '.join(terms)} = {number_or_none(listed, write)}"
    if listed is None or amount is None or math.isclose(listed, amount, abs_tol=1e-9):
        return formula
    return f"{formula}; with what you cannot see {write.number(amount)}"


def _roll_up_rule(rolled: Rolled, driver: Driver) -> str:
    rule = _DRIVER_RULES[driver]
    if rolled.overridden:
        rule = f"A person set it by hand, and it stays until “resume”. Computed: {rule[0].lower()}{rule[1:]}"
    if rolled.progress is None:
        rule += " No part counts, so there is no progress."
    return f"{rule} It includes items that you cannot see." if rolled.includes_hidden else rule


_DRIVER_RULES = {
    Driver.KEY_RESULTS: "The weighted mean of its key results.",
    Driver.OBJECTIVES: "The weighted mean of the objectives that contribute to it.",
    Driver.BOTH: "The weighted mean of its key results and the objectives that contribute to it.",
    Driver.METRIC: "The progress of its own metric.",
    Driver.NONE: "It has no driver, so no progress is computed.",
}


def _expected_terms(used: Curve | Type, period: Period, as_of: date, write: Format) -> str:
    if as_of < period.starts_on:
        return "before the first day"
    if as_of >= period.due_on:
        return "on the last day or after it"
    days = f"{write.number((as_of - period.starts_on).days)} ÷ {write.number(period.span)}"
    if used is Curve.LINEAR:
        return days
    return f"({days})²" if used is Curve.BACK_LOADED else _CURVE_NAMES[used]


_CURVE_NAMES: dict[Curve | Type, str] = {
    Curve.STEP: "share of the period at the last due check-in",
    Curve.MILESTONES: "weights of the milestones due ÷ weights of all",
    Curve.PLANNED: "progress of the planned value",
    Type.BINARY: "before the last day",
    Type.CONTROL: "check-ins whose day is over ÷ planned check-ins",
}
_CURVE_RULES: dict[Curve | Type, str] = {
    Curve.LINEAR: "Linear in days: 0 on the first day, 1 on the last.",
    Curve.STEP: "In steps: nothing is expected between two planned check-ins.",
    Curve.BACK_LOADED: "Back-loaded: the square of the share of the period that has passed.",
    Curve.MILESTONES: "By milestones: what was planned to be reached by now.",
    Curve.PLANNED: "As planned for the parts of the period, straight from one planned day to the next.",
    Type.BINARY: "All or nothing: it is expected on the last day and not before.",
    Type.CONTROL: "By check-ins: every one whose day is over should have been a success.",
}
