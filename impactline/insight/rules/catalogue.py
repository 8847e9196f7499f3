"""Every rule that is judged on a snapshot, and for the others of the design where they are looked after."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from impactline.insight.rules import (
    agreement,
    ambition,
    chains,
    grounds,
    learning,
    means,
    measures,
    objectives,
    overload,
    progress,
    scores,
    stated,
)
from impactline.insight.rules.finding import Finding, Rule, Threshold, finding
from impactline.insight.rules.measured import RULES as MEASURED
from impactline.insight.rules.snapshot import Snapshot

Hear: TypeAlias = Callable[[Snapshot], Snapshot]

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in sorted(
        (
            *agreement.RULES,
            *ambition.RULES,
            *chains.RULES,
            *grounds.RULES,
            *learning.RULES,
            *means.RULES,
            *measures.RULES,
            *MEASURED,
            *objectives.RULES,
            *overload.RULES,
            *progress.RULES,
            *scores.RULES,
            *stated.RULES,
        ),
        key=lambda rule: (rule.id[0], int(rule.id[1:])),
    )
}
THRESHOLDS: dict[str, Threshold] = {
    threshold.name: threshold for rule in RULES.values() for threshold in rule.thresholds
}

# The other rules of the design, each once.
REFUSED: dict[str, str] = {
    "C4": "A link that goes down the levels or closes a circle cannot be made.",
    "C5": "A link that skips a level cannot be made.",
    "C10": "A value that is no number cannot be entered; a metric told in words takes words.",
}
WORDING: dict[str, tuple[str, ...]] = {
    "C18": ("W-level",),
    "C19": ("W-compound",),
    "C20": ("W-specific",),
    "C21": ("W-neutral",),
    "R6": ("W-objective-is-metric",),
    "R7": ("W-activity-as-result",),
    "R10": ("W-compound",),
    "R14": ("W-business-as-usual",),
    "R36": ("W-vanity",),
    "R37": ("W-business-as-usual",),
}
TOLD_BY: dict[str, tuple[str, ...]] = {
    "R24": ("C1", "C2"),
    "R31": ("C26",),
    "R32": ("C15", "C16", "C17"),
}


def judge(snapshot: Snapshot, rules: Iterable[Rule] | None = None) -> Iterator[Finding]:
    """What the rules find in a snapshot, in the order of the rules; the same snapshot gives the same findings."""
    for rule in RULES.values() if rules is None else rules:
        yield from judge_rows(snapshot, [rule])
        yield from judge_histories(snapshot, [rule])


def judge_rows(snapshot: Snapshot, rules: Iterable[Rule], hear: Hear | None = None) -> Iterator[Finding]:
    """What they find in the rows of a snapshot: a part of it after the other, and then in the whole.

    `hear` gives a part the histories of its key results; without it, nothing is found in these.
    """
    listed = list(rules)
    for part in snapshot.parts():
        yield from (finding(rule, told) for rule in listed if rule.judge is not None for told in rule.judge(part))
        if hear is not None:
            yield from judge_histories(hear(part), listed)
    yield from (finding(rule, told) for rule in listed if rule.whole is not None for told in rule.whole(snapshot))


def judge_histories(snapshot: Snapshot, rules: Iterable[Rule]) -> Iterator[Finding]:
    """What they find in the histories that a snapshot holds."""
    return (finding(rule, told) for rule in rules if rule.history is not None for told in rule.history(snapshot))
