"""Rules of what came of closed cycles, and of what is copied from objective to objective."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from impactline.insight.rules import naming
from impactline.insight.rules.finding import Act, Rule, Threshold, Told
from impactline.insight.rules.naming import limit
from impactline.insight.rules.rows import CycleRow, KeyResultRow
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity

OVER = Threshold("R12", "Mean score of a team in a cycle below which it reached too far", 0.3, 0.05, 0.6)
CYCLES = Threshold("R12-cycles", "Cycles in a row with such a score", 2, 1, 10)
COPIED = 3


def over_reach(snapshot: Snapshot) -> Iterator[Told]:
    """R12: a team's mean score was very low in each of its last closed cycles; of these, open objectives count."""
    for number, by_cycle in _scores(snapshot).items():
        last = sorted(by_cycle, key=lambda cycle: (cycle.ends_on, cycle.pk))[-int(limit(snapshot, CYCLES)) :]
        means = [sum(by_cycle[cycle]) / len(by_cycle[cycle]) for cycle in last]
        if len(last) == int(limit(snapshot, CYCLES)) and all(mean < limit(snapshot, OVER) for mean in means):
            yield Told(
                (naming.open_to_all("team", snapshot.teams[number]),),
                f"The mean scores of its last closed cycles were {' and '.join(f'{mean:.2f}' for mean in means)}.",
                "Take on less, or less at once, and ask what was in the way.",
                Act.LOOK,
                value=float(len(by_cycle[last[-1]])),
            )


def copied_down(snapshot: Snapshot) -> Iterator[Told]:
    """R30: the same key result, word for word, on three levels of objectives."""
    for row, objective in snapshot.running_key_results():
        if objective.is_private:
            continue
        above = _same_above(snapshot, row)
        for middle in above:
            for top in _same_above(snapshot, middle):
                yield Told(
                    (naming.key_result(row), naming.key_result(middle), naming.key_result(top)),
                    f"The same key result stands on {COPIED} levels of objectives: it was copied down.",
                    "Say at each level what that level changes to bring it about.",
                    Act.EDIT,
                    value=snapshot.shares[row.pk],
                )


def _same_above(snapshot: Snapshot, row: KeyResultRow) -> list[KeyResultRow]:
    """Open key results of the objectives above with the same title."""
    title = " ".join(row.title.casefold().split())
    return [
        part
        for number in snapshot.parents_of.get(row.objective_id, ())
        if not snapshot.objectives[number].is_private
        for part in snapshot.key_results_of.get(number, ())
        if " ".join(part.title.casefold().split()) == title
    ]


def _scores(snapshot: Snapshot) -> Mapping[int, Mapping[CycleRow, list[float]]]:
    """The scores of open objectives of closed cycles, by team and cycle."""
    found: dict[int, dict[CycleRow, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in snapshot.objectives.values():
        cycle = snapshot.cycles[row.cycle_id]
        if cycle.state == "closed" and row.score is not None and not row.is_private and row.team_id in snapshot.teams:
            assert row.team_id is not None
            found[row.team_id][cycle].append(row.score)
    return found


RULES = (
    Rule(
        "R12",
        "A team whose mean score was very low in cycle after cycle.",
        "scores of objectives of closed cycles",
        "GitLab handbook: below 70 % may not have been achievable; koliber.com",
        Severity.WARNING,
        over_reach,
        (OVER, CYCLES),
    ),
    Rule(
        "R30",
        "A key result that is copied down over three levels of objectives.",
        "titles of key results, alignments",
        "source{d}: OKRs do not cascade; GitLab handbook allows passing through",
        Severity.HINT,
        copied_down,
    ),
)
