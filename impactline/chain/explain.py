"""The figures of the chain explain themselves: the formula with the values put in, the rule, as of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from impactline.base.explanation import PLAIN, Explanation, Format, in_brackets, number_or_none
from impactline.chain.delivery import Figure, Share, Verdict
from impactline.chain.expectation import Claim, Move
from impactline.chain.graph import Edge, Key
from impactline.chain.paths import Path
from impactline.chain.suspects import Suspect, told

_DELIVERY = (
    "The weighted completion of the activities and outputs behind its key results: each key result enters with its "
    "weight, and within it each activity and output alike. Dropped ones are left out."
)
_EFFECT = (
    "The weighted progress of its outcomes and outcome key results, each limited to 0 … 1. What was delivered raises "
    "no outcome."
)


def delivery(figure: Figure, *, write: Format = PLAIN) -> Explanation:
    """How delivery came about, with one step for each activity and output."""
    return _explained("Delivery", _DELIVERY, "No activity and no output stands behind it.", figure, write)


def effect(figure: Figure, *, write: Format = PLAIN) -> Explanation:
    """How effect came about, with one step for each outcome and outcome key result."""
    return _explained("Effect", _EFFECT, "None of its outcomes has progress.", figure, write)


def of_priority(title: str, figure: Figure, *, write: Format = PLAIN) -> Explanation:
    """How the delivery or effect of a priority came about, with one step for each objective."""
    rule = "The mean of its objectives that have begun, have this figure, and that you see."
    return _explained(title, rule, "No objective has this figure.", figure, write)


def quadrant(verdict: Verdict, found: Suspect | None = None, *, write: Format = PLAIN) -> Explanation:
    """Which quadrant, by which comparison, and what deserves a look."""
    number = write.number
    steps = tuple(
        f"{name}: {number_or_none(figure.value, write)}, expected by now {number_or_none(figure.expected, write)}"
        + _compared(figure, verdict.threshold, write)
        for name, figure in (("delivery", verdict.delivery), ("effect", verdict.effect))
    )
    rule = f"“Delivered” and “moved” are at least {number(verdict.threshold)} of what was expected by now."
    if verdict.quadrant is not None:
        rule += f" This quadrant is called: {verdict.quadrant.meaning}."
    return Explanation(
        "Delivered and moved",
        told(verdict, found, write=write),
        (
            ("delivery", number_or_none(verdict.delivery.value, write)),
            ("effect", number_or_none(verdict.effect.value, write)),
        ),
        rule,
        verdict.delivery.as_of,
        steps,
    )


def strength(path: Path, titles: Mapping[Key, str], as_of: date, *, write: Format = PLAIN) -> Explanation:
    """How the strength of a path came about, with one step for each link."""
    terms = " × ".join(write.number(edge.strength) for edge in path.edges) or "1"
    weakest = path.weakest
    values = [("strength", write.number(path.strength)), ("links", write.number(len(path.edges)))]
    if weakest is not None and weakest.strength < 1:
        values.append(("weakest link", _way(weakest, titles)))
    if path.effect is not None:
        values.append(("effect for one unit of the first output", write.number(path.effect)))
    return Explanation(
        "Strength",
        f"{terms} = {write.number(path.strength)}",
        tuple(values),
        "The product of the confidences of the links. What uses, produces or measures counts as a fact (1); a "
        "contribution of which nobody said how sure it is counts as even odds (0.5).",
        as_of,
        tuple(f"{_way(edge, titles)}: {_sure(edge, write)}" for edge in path.edges),
    )


def expected(
    parts: Sequence[tuple[Claim, Move]],
    titles: Mapping[Key, str],
    as_of: date,
    *,
    unit: str = "",
    write: Format = PLAIN,
) -> Explanation:
    """What a metric should have moved by a day, with one step for each claim; `parts` as `Expectation.parts` gives."""
    total = Move()
    for _, move in parts:
        total = total.plus(move)
    terms = " + ".join(in_brackets(write.number(move.likely)) for _, move in parts)
    likely = f"{write.number(total.likely)} {unit}".strip()
    return Explanation(
        "Expected change",
        f"{terms} = {likely}" if parts else "nothing is claimed",
        (
            ("expected", likely),
            ("band (4 of 5)", f"{write.number(total.low)} … {write.number(total.high)} {unit}".strip()),
            ("if every link holds", f"{write.number(total.claimed)} {unit}".strip()),
        ),
        "What was delivered before the lag × change ÷ per × confidence, for each link that claims to move it. The "
        "band comes from the confidences.",
        as_of,
        tuple(_claim(claim, move, titles, write) for claim, move in parts),
    )


def _way(edge: Edge, titles: Mapping[Key, str]) -> str:
    return f"{titles.get(edge.source, edge.source)} → {titles.get(edge.target, edge.target)}"


def _sure(edge: Edge, write: Format) -> str:
    return f"{write.number(edge.strength)}, not stated" if edge.assumed else write.number(edge.strength)


def _claim(claim: Claim, move: Move, titles: Mapping[Key, str], write: Format) -> str:
    effect = f"{write.number(claim.change)} per {write.number(claim.per)}"
    lag = f", after {write.number(claim.lag_days)} days" if claim.lag_days else ""
    return (
        f"{titles.get(claim.source, claim.source)}: {effect}{lag}: "
        f"{in_brackets(write.number(move.claimed))} × {write.number(claim.odds)} = {write.number(move.likely)}"
    )


def _explained(title: str, rule: str, none: str, figure: Figure, write: Format) -> Explanation:
    values = (
        (title.lower(), number_or_none(figure.value, write)),
        ("expected by now", number_or_none(figure.expected, write)),
    )
    if figure.value is None:
        return Explanation(title, "none", values, f"{none} {_left_out(figure)}".strip(), figure.as_of)
    terms = " + ".join(f"{write.number(share.weight)} × {write.number(share.value)}" for share in figure.shares)
    return Explanation(
        title,
        f"{terms} = {write.number(figure.value)}",
        values,
        f"{rule} {_left_out(figure)}".strip(),
        figure.as_of,
        tuple(_line(share, write) for share in figure.shares),
    )


def _left_out(figure: Figure) -> str:
    if not figure.left_out:
        return ""
    return f"Left out: {', '.join(f'“{title}”' for title in figure.left_out)}."


def _line(share: Share, write: Format) -> str:
    line = f"{share.title}: {write.number(share.weight)} × {write.number(share.value)}"
    if share.raw != share.value:
        line += f" (progress {write.number(share.raw)}, limited to 0 … 1)"
    if share.expected is not None:
        line += f", expected by now {write.number(share.expected)}"
    return line


def _compared(figure: Figure, threshold: float, write: Format) -> str:
    if figure.value is None or not figure.expected:
        return ""
    share = write.number(figure.value / figure.expected)
    return f", {share} of it: {'enough' if figure.has_come(threshold) else 'not enough'}"
