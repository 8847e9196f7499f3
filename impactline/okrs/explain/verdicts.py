"""Explanations of verdicts: the pace and its rule, stated confidence and status, the score."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date

from impactline.base.explanation import PLAIN, Explanation, Format, Number, in_brackets, number_or_none
from impactline.okrs import score as scoring
from impactline.okrs.bands import Bands, Colour
from impactline.okrs.measure import Kind
from impactline.okrs.pace import IMPACTLINE, Pace, Policy, Preset, Rule, success
from impactline.okrs.status import Disagreement, Status, confidence_band, disagreement


def pace(pace: Pace, as_of: date, *, write: Format = PLAIN) -> Explanation:
    """Where it lands, how much faster it must go, and the rule that gave the colour."""
    values = [
        ("progress", number_or_none(pace.progress, write)),
        ("expected", number_or_none(pace.expected, write)),
        ("kind", str(pace.kind)),
    ]
    if pace.landing is not None:
        values.append(("landing", write.number(pace.landing)))
    if pace.speed_up is not None:
        values.append(("needed speed-up", write.number(pace.speed_up)))
    return Explanation(
        f"Pace: {pace.colour}", _landing_formula(pace, write), tuple(values), pace_rule(pace, write=write),
        as_of, _speed_up_steps(pace, write),
    )  # fmt: skip


def pace_rule(pace: Pace, *, write: Format = PLAIN) -> str:
    """The rule behind the colour, as a sentence with its numbers."""
    if isinstance(pace.policy, Preset) and pace.rule is Rule.PRESET:
        return f"{str(pace.colour).capitalize()} by the rule of another product. {pace.policy.source}"
    policy = pace.policy if isinstance(pace.policy, Policy) else IMPACTLINE
    number = write.number
    match pace.rule:
        case Rule.NO_PROGRESS:
            return "Grey: there is no progress to judge."
        case Rule.NOT_STARTED:
            return "Grey: it has not started."
        case Rule.TOO_EARLY:
            return (
                f"Grey: {number(pace.moment.elapsed)} of the period has passed, less than {number(policy.grey_before)}."
            )
        case Rule.BEFORE_FIRST_CHECK_IN:
            return "Grey: the first check-in is not due yet."
        case Rule.NOTHING_EXPECTED:
            return "Grey: nothing is expected yet, and nothing was lost."
        case Rule.AHEAD:
            return "Green: nothing is expected yet, and some has come."
        case Rule.HOLD_MET | Rule.HOLD_WARNING | Rule.HOLD_BROKEN:
            return _HOLD_RULES[pace.rule]
        case Rule.SMALL_EARLY_GAP:
            return _gap_rule(pace, number(policy.lenient_gap), number)
        case Rule.SPEED_UP:
            return _speed_up_rule(pace, number(policy.speed_up_max), number)
        case Rule.SCORE:
            return _band_rule("the score", _final(pace), scoring.GRADES[pace.kind], pace, number)
        case _:
            return _band_rule("landing", pace.landing or 0.0, policy.bands(pace.kind), pace, number)


def confidence(stated: int, as_of: date, *, write: Format = PLAIN) -> Explanation:
    """What a stated confidence means."""
    band = confidence_band(stated)
    return Explanation(
        "Confidence",
        f"{write.number(stated)} of 10: {band}",
        (("confidence", write.number(stated)),),
        "What a person believes: 0–3 is low, 4–7 medium, 8–10 high. It starts near 5.",
        as_of,
    )


def status(stated: Status | None, computed: Colour, as_of: date) -> Explanation:
    """What was stated, beside the computed colour, and whether the two contradict each other."""
    words = str(stated).replace("_", " ") if stated else "not stated"
    return Explanation(
        "Status",
        words,
        (("stated", words), ("computed pace", str(computed))),
        _DISAGREEMENTS[disagreement(stated, computed)],
        as_of,
    )


def score(
    given: float | None,
    suggested: float | None,
    kind: Kind,
    as_of: date,
    *,
    dropped: bool = False,
    write: Format = PLAIN,
) -> Explanation:
    """The score, the one that progress suggests, its band and its closing word."""
    final = suggested if given is None else given
    word = scoring.verdict(final, kind, dropped=dropped)
    values = (
        ("given", number_or_none(given, write)),
        ("suggested", number_or_none(suggested, write)),
        ("kind", str(kind)),
    )
    return Explanation(
        "Score",
        "no score" if final is None else f"{write.number(final)}: {word}",
        values,
        _score_rule(final, kind, dropped, write),
        as_of,
    )


# --- pace --------------------------------------------------------------------------------------------------


def _landing_formula(pace: Pace, write: Format) -> str:
    if pace.landing is None:
        return "no projection"
    parts = (number_or_none(number, write) for number in (pace.progress, pace.expected, pace.landing))
    return "landing = {} ÷ {} = {}".format(*parts)


def _speed_up_steps(pace: Pace, write: Format) -> tuple[str, ...]:
    if pace.speed_up is None or pace.progress is None or pace.expected is None:
        return ()
    goal, p, e, k = (
        in_brackets(write.number(number))
        for number in (success(pace.kind), pace.progress, pace.expected, pace.speed_up)
    )
    if not math.isfinite(pace.speed_up) or pace.speed_up == 0:
        return (f"needed speed-up = {k}",)
    return (f"needed speed-up = (({goal} − {p}) ÷ (1 − {e})) ÷ ({p} ÷ {e}) = {k}",)


def _final(pace: Pace) -> float:
    return scoring.suggested(pace.progress) or 0.0 if pace.moment.score is None else pace.moment.score


def _band_rule(
    what: str, amount: float, bands: Bands, pace: Pace, number: Callable[[Number], str]
) -> str:  # fmt: skip
    kind, colour = pace.kind, pace.colour
    if colour is Colour.GREEN:
        return f"Green: {what} {number(amount)} is at least {number(bands.green)} ({kind})."
    if colour is Colour.YELLOW:
        between = f"{_below(amount, bands.green, number)}, at least {number(bands.yellow)}"
        return f"Yellow: {what} {number(amount)} is {between} ({kind})."
    return f"Red: {what} {number(amount)} is {_below(amount, bands.yellow, number)} ({kind})."


def _below(amount: float, bound: float, number: Callable[[Number], str]) -> str:
    """The comparison in words; where both are written alike it is the rounding that hides the difference."""
    just = "just " if number(amount) == number(bound) else ""
    return f"{just}below {number(bound)}"


def _gap_rule(pace: Pace, limit: str, number: Callable[[Number], str]) -> str:
    gap = (pace.expected or 0.0) - (pace.progress or 0.0)
    if gap <= 0:
        reached = number(pace.expected or 0.0)
        return f"Green: in the first half, and progress has reached what is expected ({reached})."
    return f"Green: in the first half a gap of {number(gap)} to what is expected is small (at most {limit})."


def _speed_up_rule(pace: Pace, limit: str, number: Callable[[Number], str]) -> str:
    if pace.speed_up is None or not math.isfinite(pace.speed_up):
        return "Red: with what has come so far, and the time that is left, it cannot be reached by any speed-up."
    return f"Red: the rest must come {number(pace.speed_up)} times as fast as so far ({limit} or more is red)."


_HOLD_RULES = {
    Rule.HOLD_MET: "Green: the value is where it should be.",
    Rule.HOLD_WARNING: "Yellow: the value has left its place but not passed the warning.",
    Rule.HOLD_BROKEN: "Red: the value is not where it should be.",
}


# --- status and score --------------------------------------------------------------------------------------

_DISAGREEMENTS = {
    None: "A person states it; pace suggests it.",
    Disagreement.WATERMELON: "Stated on track, computed red: green outside, red inside (a watermelon).",
    Disagreement.REVERSE_WATERMELON: "Stated off track, computed green: what does the person know?",
}


def _score_rule(final: float | None, kind: Kind, dropped: bool, write: Format) -> str:
    if dropped:
        return "It was dropped before its end."
    if final is None:
        return "There is no progress to suggest a score, and none was given."
    bands = scoring.GRADES[kind]
    green, yellow = write.number(bands.green), write.number(bands.yellow)
    rule = f"Banded before rounding: green from {green}, yellow from {yellow}."
    if scoring.wants_post_mortem(final, kind):
        return f"{rule} A committed one under 1 opens a post-mortem."
    low, high = (write.number(bound) for bound in scoring.SWEET_SPOT)
    return f"{rule} {low} to {high} is the sweet spot." if scoring.is_sweet_spot(final, kind) else rule
