"""Rules of metrics and of what key results share: how a metric is defined, the same thing measured twice."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from impactline.insight.rules import naming
from impactline.insight.rules.finding import Act, Rule, Told
from impactline.insight.rules.likeness import alike
from impactline.insight.rules.packing import Looked
from impactline.insight.rules.rows import KeyResultRow
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity
from impactline.metrics.measure import is_percentage

OWN_VOCABULARY = "99"
TOGETHER_MAX = 20


def half_defined(snapshot: Snapshot) -> Iterator[Told]:
    """C9: a shared metric that running key results follow, and that lacks what makes a reading repeatable."""
    for number, value in sorted(snapshot.whole.following.items()):
        metric = snapshot.metrics[number]
        missing = [
            word
            for word, there in (
                ("unit", metric.unit),
                ("source", metric.source),
                ("rhythm of reading", metric.read_every_days),
                ("owner", metric.owner_id),
            )
            if not there
        ]
        if missing:
            yield Told(
                (naming.open_to_all("metric", metric),),
                f"Key results follow it, and it has no {' and no '.join(missing)}.",
                "Say where it is read, how often, and by whom.",
                Act.EDIT,
                value=value,
            )


def wrong_way(snapshot: Snapshot) -> Iterator[Told]:
    """C12: the target lies where the metric gets worse."""
    for row, _ in snapshot.key_results_at_hand():
        metric = snapshot.metrics.get(row.metric_id or 0)
        if metric is None or row.type != "metric" or row.baseline is None or row.target is None:
            continue
        worse = row.target < row.baseline if metric.better == "higher" else row.target > row.baseline
        if metric.better in ("higher", "lower") and worse:
            yield Told(
                (naming.key_result(row), naming.open_to_all("metric", metric)),
                f"It goes from {row.baseline:f} to {row.target:f}, and of this metric {metric.better} is better.",
                "Exchange baseline and target, or mend what is better for the metric.",
                Act.EDIT,
                value=snapshot.shares[row.pk],
                cause=f"C12 metric:{metric.ref}",
            )


def beyond_percent(snapshot: Snapshot) -> Iterator[Told]:
    """C13: a share of less than nothing, or of more than all."""
    for row, _ in snapshot.key_results_at_hand():
        known = [value for value in (row.baseline, row.target) if value is not None]
        if is_percentage(row.unit) and row.type in ("metric", "at_least", "at_most"):
            if any(value < 0 or value > 100 for value in known):
                yield Told(
                    (naming.key_result(row),),
                    f"{_range(known)} per cent is not a share of something.",
                    "If it is growth, measure the number that grows; else mend the value.",
                    Act.EDIT,
                    value=snapshot.shares[row.pk],
                )
            elif row.values == "per_period":
                yield Told(
                    (naming.key_result(row),),
                    "Its values are shares, and they are summed: shares do not add up.",
                    "Let the latest value count, or sum what the share is of.",
                    Act.EDIT,
                    value=snapshot.shares[row.pk],
                )


def reference_without_uri(snapshot: Snapshot) -> Iterator[Told]:
    """C27: a reference to a vocabulary of one's own that nobody else can find."""
    for metric in snapshot.metrics.values():
        if any(vocabulary == OWN_VOCABULARY and not uri for vocabulary, uri in metric.codes):
            yield Told(
                (naming.open_to_all("metric", metric),),
                "It refers to a vocabulary of your own (99) without saying where that is.",
                "Add the address of the vocabulary.",
                Act.EDIT,
                value=snapshot.whole.following.get(metric.pk, 0.0),
            )


def at_odds(snapshot: Snapshot) -> Iterator[Told]:
    """R27: two key results of the same cycle follow the same metric to different targets."""
    together: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in map(snapshot.key_results.__getitem__, snapshot.whole.at_hand.followers):
        if row.type == "metric":
            together[row.metric_id or 0, snapshot.objectives[row.objective_id].cycle_id].append(row.pk)
    for numbers in together.values():
        for one, other in _pairs(snapshot, [snapshot.key_results[number] for number in numbers]):
            if one.target == other.target:
                continue
            yield Told(
                (naming.key_result(one), naming.key_result(other)),
                f"Both follow the same metric, one to {_text(one.target)} and the other to {_text(other.target)}.",
                "Agree on one target, or let each follow its own part of the metric.",
                Act.EDIT,
                value=snapshot.shares[one.pk] + snapshot.shares[other.pk],
            )


def said_twice(snapshot: Snapshot) -> Iterator[Told]:
    """R27 of texts: two open key results of a cycle say nearly the same, and neither stands above the other."""
    for numbers in snapshot.whole.at_hand.open_in.values():
        for one, other in alike(Looked(numbers, lambda number: snapshot.key_results[number].title)):
            first, second = snapshot.key_results[one], snapshot.key_results[other]
            same = first.metric_id == second.metric_id and first.metric_id in snapshot.metrics
            if (same and first.target != second.target) or _above(snapshot, first, second):
                continue
            yield Told(
                (naming.key_result(first), naming.key_result(second)),
                f"Both say nearly the same, {_under(snapshot, first, second)}: the same success would count twice, or "
                "nobody knows who brings it about.",
                "Keep one, or say how they differ."
                if first.objective_id == second.objective_id
                else "Keep one, and let the other objective contribute to it; or say how they differ.",
                Act.EDIT,
                value=snapshot.shares[one] + snapshot.shares[other],
                cause=f"R27 key_result:{first.ref}",
            )


def _under(snapshot: Snapshot, first: KeyResultRow, second: KeyResultRow) -> str:
    """Under which objectives two key results stand; these are open to all."""
    one, other = snapshot.objectives[first.objective_id], snapshot.objectives[second.objective_id]
    if one.pk == other.pk:
        return "under the same objective"
    if naming.short(one.title) == naming.short(other.title):
        return f"under two objectives that are called “{naming.short(one.title)}”"
    return f"under “{naming.short(one.title)}” and under “{naming.short(other.title)}”"


def _above(snapshot: Snapshot, one: KeyResultRow, other: KeyResultRow) -> bool:
    """Whether the objective of one serves that of the other: what is copied down is told by R30."""
    ends = one.objective_id, other.objective_id
    return ends[1] in _served(snapshot, ends[0]) or ends[0] in _served(snapshot, ends[1])


def _served(snapshot: Snapshot, start: int) -> set[int]:
    waiting, met = [start], set[int]()
    while waiting:
        found = set(snapshot.whole.parents_of.get(waiting.pop(), ())) - met
        met |= found
        waiting += found
    return met


def work_done(snapshot: Snapshot) -> Iterator[Told]:
    """C23: milestones count what is done; an outcome is what becomes different for somebody."""
    for row, _ in snapshot.key_results_at_hand():
        item = snapshot.items.get(row.measures_id or 0) if row.type == "milestones" else None
        if item is None or item.level not in ("outcome", "impact"):
            continue
        if not (item.is_private and snapshot.is_hidden(row)):
            yield Told(
                (naming.key_result(row), naming.item(item)),
                f"Milestones tell what was done, and it measures an {item.level}, which is what changes for somebody.",
                "Let it measure the output that is made, and measure the change itself by a figure.",
                Act.PLACE,
                value=snapshot.shares[row.pk],
            )


def conflicting(snapshot: Snapshot) -> Iterator[Told]:
    """R27: at odds about one metric, or the same thing twice."""
    yield from at_odds(snapshot)
    yield from said_twice(snapshot)


def counted_twice(snapshot: Snapshot) -> Iterator[Told]:
    """R28: one metric counts in an objective and again in one that contributes to it."""
    following: dict[int, dict[int, int]] = defaultdict(dict)
    for row in map(snapshot.key_results.__getitem__, snapshot.whole.at_hand.followers):
        following[row.objective_id].setdefault(row.metric_id or 0, row.pk)
    for pair in snapshot.alignments:
        below, above = following.get(pair.child_id, {}), following.get(pair.parent_id, {})
        both = sorted(below.keys() & above.keys())
        if not both or pair.kind != "contributes" or snapshot.objectives[pair.parent_id].driver != "both":
            continue
        if pair.parent_id in snapshot.whole.private and pair.child_id in snapshot.whole.private:
            continue
        for number in both:
            yield Told(
                tuple(naming.key_result(snapshot.key_results[one]) for one in (above[number], below[number])),
                "One metric counts twice in the objective: by its own key result, and by that of an objective which "
                "contributes to it.",
                "Let it count once: take one of the two away, or let the objective only support.",
                Act.LOOK,
                value=snapshot.shares[above[number]],
            )


def _pairs(snapshot: Snapshot, rows: list[KeyResultRow]) -> Iterator[tuple[KeyResultRow, KeyResultRow]]:
    """Open key results with each other, and each private one with them; private ones never with each other."""
    known = [row for row in rows if not snapshot.is_hidden(row)][:TOGETHER_MAX]
    yield from combinations(known, 2)
    for row in rows:
        if snapshot.is_hidden(row):
            yield from ((row, other) for other in known)


def _range(values: list[Decimal]) -> str:
    return " to ".join(_text(value) for value in values)


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


RULES = (
    Rule(
        "C9",
        "A metric that key results follow, without unit, source, rhythm or owner.",
        "shared metrics and the key results that follow them",
        "Logframe; Akvo RSR; IATI rules",
        Severity.WARNING,
        None,
        whole=half_defined,
    ),
    Rule(
        "C12",
        "A target in the direction in which the metric gets worse.",
        "baseline, target, and what is better for the metric",
        "IATI @ascending; measured: 2,868 of 20,563 pairs fall",
        Severity.WARNING,
        wrong_way,
    ),
    Rule(
        "C13",
        "A percentage below 0 or above 100, or percentages that are summed.",
        "units, baselines and targets of key results",
        "Akvo RSR: numerator and denominator",
        Severity.WARNING,
        beyond_percent,
    ),
    Rule(
        "C23",
        "Work that is done as a measure of an outcome.",
        "types of key results, and what they measure",
        "monitoringevaluationstudio: levels of indicators",
        Severity.WARNING,
        work_done,
    ),
    Rule(
        "C27",
        "A reference to a vocabulary of one's own without its address.",
        "references of metrics",
        "IATI rules 8.11.1",
        Severity.ERROR,
        None,
        whole=reference_without_uri,
    ),
    Rule(
        "R27",
        "Two key results that follow one metric to different targets, or that say nearly the same.",
        "metrics, targets and titles of key results",
        "GitLab handbook: mutually exclusive",
        Severity.WARNING,
        None,
        whole=conflicting,
    ),
    Rule(
        "R28",
        "A metric that counts twice in an objective.",
        "alignments, metrics of key results",
        "GitLab handbook: no double counting",
        Severity.WARNING,
        None,
        whole=counted_twice,
    ),
)
