"""Rules of what came of closed cycles, and of what is copied from objective to objective."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from impactline.chain.agreement import Voices
from impactline.insight.rules import naming
from impactline.insight.rules.finding import Act, Rule, Threshold, Told
from impactline.insight.rules.naming import day, limit, percent
from impactline.insight.rules.rows import CycleRow, KeyResultRow
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity

ALL_ONE = Threshold("R13", "Objectives of a cycle from which kinds are to be told apart", 8, 2, 100)
REACHED = Threshold("R16", "Progress or score, in per cent, from which a key result counts as reached", 70, 30, 100)
JUDGED = Threshold("R16-judged", "Progress or score, in per cent, below which an objective is judged low", 40, 5, 90)
COPIED = 3


def over_reach(snapshot: Snapshot, cycles: int, least: float) -> Iterator[Told]:
    """R12 of teams: the mean score was very low in each of its last closed cycles; of these, open objectives count."""
    for number, means in means_of_teams(snapshot, cycles):
        if all(mean < least for mean in means):
            yield Told(
                (naming.open_to_all("team", snapshot.teams[number]),),
                f"The mean scores of its last closed cycles were {' and '.join(f'{mean:.2f}' for mean in means)}.",
                "Take on less, or less at once, and ask what was in the way.",
                Act.LOOK,
                value=float(snapshot.whole.pursued.get(number, 0)),
            )


def means_of_teams(snapshot: Snapshot, cycles: int) -> Iterator[tuple[int, list[float]]]:
    """The mean scores of each team in its last closed cycles, where it has so many."""
    for number, by_cycle in _scores(snapshot).items():
        last = sorted(by_cycle, key=lambda cycle: (cycle.ends_on, cycle.pk))[-cycles:]
        if len(last) == cycles:
            yield number, [sum(by_cycle[cycle]) / len(by_cycle[cycle]) for cycle in last]


def not_kept(snapshot: Snapshot) -> Iterator[Told]:
    """R13 of objectives: a promise that was not kept and not explained."""
    for row in snapshot.objectives.values():
        cycle = snapshot.cycles[row.cycle_id]
        if row.kind != "committed" or cycle.state != "closed" or row.score is None or row.explained:
            continue
        if row.score < 1:
            yield Told(
                (naming.objective(row),),
                f"It was committed, came to {row.score:.2f}, and nobody wrote down why.",
                "Score it with the reason: what was in the way, and what is done about it.",
                Act.SCORE,
                value=1.0,
                cause=f"R13 cycle:{cycle.ref}",
            )


def not_told_apart(snapshot: Snapshot) -> Iterator[Told]:
    """R13 of cycles: one in which nothing is called a promise, or all."""
    by_cycle: dict[int, Counter[str]] = defaultdict(Counter)
    hidden: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in snapshot.at_hand:
        if row.is_private:
            hidden[row.cycle_id].append((row.pk, row.kind))
        else:
            by_cycle[row.cycle_id][row.kind] += 1
    for number, kinds in by_cycle.items():
        (kind, known), *others = kinds.most_common()
        if known >= limit(snapshot, ALL_ONE) and not others and kind != "learning":
            yield Told(
                (naming.open_to_all("cycle", snapshot.cycles[number]),),
                f"All its {known} objectives are {kind}: what is promised is not told apart from a stretch.",
                "Say which of them are promises to be kept in full.",
                Act.LOOK,
                value=1.0,
                unless=naming.objectives(one for one, of_kind in hidden[number] if of_kind != kind),
                severity=Severity.HINT,
            )


def not_enough(snapshot: Snapshot) -> Iterator[Told]:
    """R16: its key results are reached, and people say that it is not."""
    least, most = limit(snapshot, REACHED), limit(snapshot, JUDGED)
    for row in snapshot.objectives.values():
        verdict = row.by_hand if snapshot.cycles[row.cycle_id].state == "active" else row.score
        parts = [_came_to(part) for part in snapshot.key_results_of.get(row.pk, ())]
        came = [part for part in parts if part is not None]
        if verdict is None or verdict * 100 >= most or not came or len(came) < len(parts):
            continue
        if min(came) * 100 >= least:
            yield Told(
                (naming.objective(row),),
                f"All its key results came to {percent(min(came))} or more, and the objective is judged to stand at "
                f"{percent(verdict)}.",
                "Ask what would have to be seen for it to be reached, and add the key result that is missing.",
                Act.ADD_KEY_RESULT if snapshot.cycles[row.cycle_id].state == "active" else Act.LOOK,
                value=1.0,
            )


def reached_and_carried_on(snapshot: Snapshot) -> Iterator[Told]:
    """R16 of carry-over: all its key results were reached in full, and people go on with it: they did not suffice."""
    for row in snapshot.at_hand:
        before = snapshot.objectives.get(row.carried_from_id or 0)
        if before is None or snapshot.cycles[before.cycle_id].state != "closed":
            continue
        came = [_came_to(part) or 0.0 for part in snapshot.key_results_of.get(before.pk, ())]
        if came and min(came) >= 1 and not (row.is_private and before.is_private):
            yield Told(
                (naming.objective(row), naming.objective(before)),
                f"All {len(came)} key results were reached in {snapshot.cycles[before.cycle_id].title}, and it goes "
                "on: they were not enough to reach it.",
                "Ask what would have to be seen for it to be reached, and add the key result that is missing.",
                Act.ADD_KEY_RESULT,
                value=1.0,
            )


def counted_and_judged_low(snapshot: Snapshot) -> Iterator[Told]:
    """R16 of outcomes: all key results that measure it are reached, and those who judge it say that it has not come."""
    least = limit(snapshot, REACHED)
    for row in snapshot.items.values():
        if row.voices != Voices.LOW:
            continue
        parts = [part for part in snapshot.measuring(row.pk) if not snapshot.is_hidden(part)]
        came = [_came_to(part) for part in parts]
        if came and all(one is not None and one * 100 >= least for one in came):
            yield Told(
                (naming.item(row), *(naming.key_result(part) for part in parts)),
                f"What measures it came to {percent(min(one or 0.0 for one in came))} or more, and those who judge it "
                "say that it has hardly come about: what is counted may miss what matters.",
                "Ask those who judge it what they miss, and measure that, too.",
                Act.LOOK,
                value=sum(snapshot.shares[part.pk] for part in parts),
                cause=f"R16 chain_item:{row.ref}",
            )


def said_not_to_suffice(snapshot: Snapshot) -> Iterator[Told]:
    """R16 beforehand: a person said that it would not be reached if all its key results were, and they are the same."""
    for row in snapshot.at_hand:
        if row.denied_on is not None:
            yield Told(
                (naming.objective(row),),
                f"It was said on {day(row.denied_on)} that it would not be reached if all its key results were.",
                "Ask what would have to be seen for it to be reached, and add the key result that is missing.",
                Act.ADD_KEY_RESULT,
                value=1.0,
                which="said",
            )


def insufficient(snapshot: Snapshot) -> Iterator[Told]:
    """R16: key results that are reached or said not to suffice, and an objective or outcome that is not reached."""
    yield from said_not_to_suffice(snapshot)
    yield from not_enough(snapshot)
    yield from counted_and_judged_low(snapshot)
    yield from reached_and_carried_on(snapshot)


def _came_to(row: KeyResultRow) -> float | None:
    return row.score if row.score is not None else row.progress


def copied_down(snapshot: Snapshot) -> Iterator[Told]:
    """R30: the same key result, word for word, on three levels of objectives."""
    for row, objective in snapshot.key_results_at_hand():
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
                    cause=f"R30 key_result:{top.ref}",
                )


def _same_above(snapshot: Snapshot, row: KeyResultRow) -> list[KeyResultRow]:
    """Open key results of the objectives above with the same title."""
    title = " ".join(row.title.casefold().split())
    return [
        part
        for number in snapshot.whole.parents_of.get(row.objective_id, ())
        if number not in snapshot.whole.private
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
        "R13",
        "A promise that is not told apart from a stretch, or was not kept and not explained.",
        "kinds of objectives, scores of closed cycles and their reasons",
        "Google playbook: committed and aspirational; Doerr: committed needs 1.0",
        Severity.WARNING,
        not_kept,
        (ALL_ONE,),
        whole=not_told_apart,
    ),
    Rule(
        "R16",
        "An objective or outcome that is judged low, or an objective that goes on, although all its key results were "
        "reached; one of which a person says that they do not suffice.",
        "scores and progress of key results, score or progress given to the objective, what it was carried over from, "
        "judgements of outcomes, what is said of sufficiency",
        "Google playbook: insufficient key results",
        Severity.WARNING,
        insufficient,
        (REACHED, JUDGED),
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
