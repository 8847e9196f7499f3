"""Rules of what was not learnt: cycles without scores, roadblocks that outlive a cycle or come back."""

from collections.abc import Iterator

from impactline.insight.rules import naming
from impactline.insight.rules.finding import About, Act, Rule, Threshold, Told
from impactline.insight.rules.likeness import alike
from impactline.insight.rules.naming import day, limit
from impactline.insight.rules.rows import RoadblockRow
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity

AGAIN = Threshold("R34", "Share of words, in per cent, from which two roadblocks are the same", 60, 40, 95)


def not_scored(snapshot: Snapshot) -> Iterator[Told]:
    """R34: the cycle is closed, and nobody said what became of it."""
    for row in snapshot.objectives.values():
        cycle = snapshot.cycles[row.cycle_id]
        if cycle.state == "closed" and row.score is None and cycle.ends_on < snapshot.today:
            yield Told(
                (naming.objective(row),),
                "Its cycle is closed, and it was never scored: nothing was learnt from it.",
                "Score it, with a sentence on why.",
                Act.SCORE,
                value=1.0,
                cause=f"R34 cycle:{cycle.ref}",
            )


def still_in_the_way(snapshot: Snapshot) -> Iterator[Told]:
    """R34 of roadblocks: it was in the way when an earlier cycle ended, and is in the way still."""
    ended = [cycle for cycle in snapshot.cycles.values() if cycle.state == "closed" and cycle.ends_on < snapshot.today]
    for row in snapshot.roadblocks:
        outlived = [cycle for cycle in ended if row.raised_on <= cycle.ends_on]
        about = _blocked(snapshot, row)
        if outlived and about is not None:
            last = max(outlived, key=lambda cycle: (cycle.ends_on, cycle.pk))
            yield Told(
                (about,),
                f"“{row.title}” was in its way before {last.title} ended, and is in its way still: nothing was learnt.",
                "Clear it, escalate it, or plan without it.",
                Act.LOOK,
                value=_behind(snapshot, row),
                which=row.ref,
            )


def again_in_the_way(snapshot: Snapshot) -> Iterator[Told]:
    """R34 of roadblocks: one like it was cleared in an earlier cycle, in the way of something that everybody sees."""
    ends = [cycle.ends_on for cycle in snapshot.cycles.values() if cycle.state == "closed"]
    before = {row.pk: row for row in snapshot.cleared if _was_open(snapshot, row)}
    rows = {row.pk: row for row in snapshot.roadblocks}
    texts = {number: row.title for number, row in (before | rows).items()}
    met = set[int]()
    for pair in alike(texts, limit(snapshot, AGAIN) / 100) if before and rows else ():
        for row, old in ((rows.get(one), before.get(other)) for one, other in (pair, pair[::-1])):
            about = _blocked(snapshot, row) if row is not None else None
            if row is None or old is None or old.resolved_on is None or about is None or row.pk in met:
                continue
            if not any(old.resolved_on <= end < row.raised_on for end in ends):
                continue
            met.add(row.pk)
            yield Told(
                (about,),
                f"“{row.title}” is in its way. “{old.title}” was cleared on {day(old.resolved_on)}, in an earlier "
                "cycle, and is back: nothing was learnt.",
                "Ask what lets it come back, and change that; clearing it once more will not last.",
                Act.LOOK,
                value=_behind(snapshot, row),
                which=f"{row.ref} again",
            )


def _was_open(snapshot: Snapshot, row: RoadblockRow) -> bool:
    part = snapshot.key_results.get(row.key_result_id or 0)
    objective = snapshot.objectives.get(part.objective_id if part is not None else row.objective_id or 0)
    item = snapshot.items.get(row.item_id or 0)
    return (objective is not None and not objective.is_private) or (item is not None and not item.is_private)


def _blocked(snapshot: Snapshot, row: RoadblockRow) -> About | None:
    """What a roadblock is in the way of, where that runs."""
    part = snapshot.key_results.get(row.key_result_id or 0)
    objective = snapshot.objectives.get(part.objective_id if part is not None else row.objective_id or 0)
    if objective is not None:
        return naming.key_result(part) if part is not None else naming.objective(objective)
    return naming.item(snapshot.items[row.item_id]) if row.item_id in snapshot.items and row.item_id else None


def _behind(snapshot: Snapshot, row: RoadblockRow) -> float:
    if row.item_id is not None:
        return snapshot.stake(snapshot.items[row.item_id])
    return snapshot.shares.get(row.key_result_id or 0, 1.0)


def in_the_way(snapshot: Snapshot) -> Iterator[Told]:
    """R34 of roadblocks: one that outlived a cycle or came back."""
    yield from still_in_the_way(snapshot)
    yield from again_in_the_way(snapshot)


RULES = (
    Rule(
        "R34",
        "An objective of a closed cycle that was not scored; a roadblock that outlived a cycle or came back.",
        "state of cycles, scores of objectives, roadblocks, those that were cleared before",
        "The book (lessons); Google playbook",
        Severity.WARNING,
        not_scored,
        (AGAIN,),
        whole=in_the_way,
    ),
)
