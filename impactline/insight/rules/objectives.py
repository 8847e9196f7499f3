"""Rules of how objectives are set: owners, alignment, how many, and what they are measured by."""

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from itertools import chain

from impactline.insight.rules import naming
from impactline.insight.rules.finding import Act, Rule, Threshold, Told
from impactline.insight.rules.naming import count, limit
from impactline.insight.rules.rows import KeyResultRow, ObjectiveRow
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity
from impactline.insight.wording.quantities import holds_figure

YES_OR_NO = ("binary", "milestones")
HOLDS = ("at_least", "at_most", "range", "control")
BY_KEY_RESULTS = ("key_results", "both")

PER_TEAM = Threshold("R5-team", "Objectives of a team in a cycle", 5, 1, 50)
PER_PERSON = Threshold("R5-person", "Objectives that a person leads in a cycle", 3, 1, 50)
PER_OBJECTIVE = Threshold("R5-objective", "Key results of an objective", 5, 1, 50)
MANY, PAIR = 3, 2
GROWTH = Threshold("R33", "Growth, in per cent of the baseline, from which a key result wants a guardrail", 20, 1, 1000)


def without_owner(snapshot: Snapshot) -> Iterator[Told]:
    """R1 of objectives: nobody answers for it. A key result without an owner is its objective's owner's."""
    unowned = [row.pk for row in snapshot.at_hand if row.owner_id is None]
    together = _together(snapshot, unowned)
    for row in map(snapshot.objectives.__getitem__, unowned):
        parts = sum(1 for part in snapshot.key_results_of.get(row.pk, ()) if part.owner_id is None)
        team = snapshot.teams.get(row.team_id or 0)
        whose = team.title if team is not None else ""
        yield Told(
            (naming.objective(row),),
            (f"It belongs to {whose}, but no one person" if whose else "No person")
            + " answers for it"
            + (f" and for {count(parts, 'key result')} of it." if parts else "."),
            "Name one person who answers for it.",
            Act.EDIT,
            value=1.0,
            cause=f"R1 {together(row)}",
        )


def activity_without_owner(snapshot: Snapshot) -> Iterator[Told]:
    """R1 of activities that run."""
    for item in snapshot.items.values():
        if item.level == "activity" and item.state == "active" and item.owner_id is None:
            yield Told(
                (naming.item(item),),
                "The activity runs, and no person answers for it.",
                "Name one person who answers for it.",
                Act.EDIT,
                value=snapshot.stake(item),
            )


def without_alignment(snapshot: Snapshot) -> Iterator[Told]:
    """R4: it serves nothing, and nothing serves it."""
    if not snapshot.has_priorities:
        return
    alone = [
        row.pk for row in snapshot.at_hand if not row.priorities and not _seen(snapshot, _beside(snapshot, row.pk))
    ]
    together = _together(snapshot, alone)
    for row in map(snapshot.objectives.__getitem__, alone):
        yield Told(
            (naming.objective(row),),
            "It serves no strategic priority and no other objective, and none serves it.",
            "Say which priority or objective it serves.",
            Act.ALIGN,
            value=1.0,
            cause=f"R4 {together(row)}",
            unless=naming.objectives(_beside(snapshot, row.pk)),
        )


def serves_what_is_over(snapshot: Snapshot) -> Iterator[Told]:
    """R4 of objectives that serve something: that belongs to a closed cycle."""
    if not snapshot.has_priorities:
        return
    for row in snapshot.at_hand:
        parents, near = snapshot.whole.parents_of.get(row.pk, ()), _beside(snapshot, row.pk)
        if row.priorities or len(near) > len(parents) or not _seen(snapshot, near):
            continue
        if not _seen(snapshot, [number for number in parents if not _is_over(snapshot, number)]):
            yield Told(
                (naming.objective(row),),
                "What it serves belongs to a cycle that is closed.",
                "Say which priority or running objective it serves now.",
                Act.ALIGN,
                value=1.0,
                unless=naming.objectives(near),
            )


def _beside(snapshot: Snapshot, number: int) -> tuple[int, ...]:
    """What an objective serves, and what serves it."""
    whole = snapshot.whole
    return (*whole.parents_of.get(number, ()), *whole.children_of.get(number, ()))


def without_priority(snapshot: Snapshot) -> Iterator[Told]:
    """R15: it serves objectives, but none of them leads to a priority."""
    if not snapshot.has_priorities:
        return
    for row in snapshot.at_hand:
        parents = snapshot.whole.parents_of.get(row.pk, ())
        if row.priorities or not _seen(snapshot, parents):
            continue
        reached, hidden = _above(snapshot, row)
        if not any(snapshot.objectives[number].priorities for number in reached):
            yield Told(
                (naming.objective(row),),
                "What it serves leads to no strategic priority.",
                "Name the priority that it is for, or that the objective above it is for.",
                Act.ALIGN,
                value=1.0,
                cause=f"R15 objective:{_top(snapshot, reached).ref}",
                unless=naming.objectives(hidden),
            )


def too_many_key_results(snapshot: Snapshot) -> Iterator[Told]:
    """R5 of objectives: too much at once."""
    for row in snapshot.at_hand:
        parts, most = len(snapshot.key_results_of.get(row.pk, ())), limit(snapshot, PER_OBJECTIVE)
        if parts > most:
            yield Told(
                (naming.objective(row),),
                f"It has {parts} key results; more than {most:g} are hard to steer by.",
                "Keep those that show whether it is reached, and make the others activities or metrics.",
                Act.EDIT,
                value=1.0,
            )


def too_many(snapshot: Snapshot) -> Iterator[Told]:
    """R5 of teams and people: too much at once; open objectives count."""
    yield from _too_many_of(snapshot, "team", PER_TEAM)
    yield from _too_many_of(snapshot, "person", PER_PERSON)


def _too_many_of(snapshot: Snapshot, kind: str, threshold: Threshold) -> Iterator[Told]:
    groups = Counter[tuple[int, int]]()
    for row in snapshot.at_hand:
        number = row.team_id if kind == "team" else row.owner_id
        if number is not None and not row.is_private:
            groups[number, row.cycle_id] += 1
    for (number, cycle_id), found in groups.items():
        who = snapshot.teams.get(number) if kind == "team" else snapshot.people.get(number)
        if who is not None and found > limit(snapshot, threshold):
            yield Told(
                (naming.open_to_all(kind, who), naming.open_to_all("cycle", snapshot.cycles[cycle_id])),
                f"{found} objectives at once; more than {limit(snapshot, threshold):g} are rarely all reached.",
                "Choose which of them matter most, and move or drop the others.",
                Act.LOOK,
                value=float(found),
            )


def yes_or_no_only(snapshot: Snapshot) -> Iterator[Told]:
    """R8: all key results are done or not done, so that nothing moves before the end."""
    rows = map(snapshot.key_results.__getitem__, chain.from_iterable(map(snapshot.whole.of_type, YES_OR_NO)))
    found = [
        number
        for number, many in Counter(row.objective_id for row in rows).items()
        if many > 1 and many == len(snapshot.key_results_of[number])
    ]
    together = _together(snapshot, found)
    for row in map(snapshot.objectives.__getitem__, found):
        parts = snapshot.key_results_of[row.pk]
        yield Told(
            (naming.objective(row),),
            f"{_all(len(parts))} key results are milestones or yes-or-no: none says how much changed.",
            "Add one that measures the change for those it is for.",
            Act.ADD_KEY_RESULT,
            value=1.0,
            cause=f"R8 {together(row)}",
        )


def without_key_results(snapshot: Snapshot) -> Iterator[Told]:
    """C8 for objectives: it would be moved by key results, and has none."""
    has = frozenset(snapshot.whole.at_hand.measured)
    bare = [row.pk for row in snapshot.at_hand if row.pk not in has and _is_bare(snapshot, row)]
    together = _together(snapshot, bare)
    for row in map(snapshot.objectives.__getitem__, bare):
        yield Told(
            (naming.objective(row),),
            "No key result says how it will be seen that it is reached.",
            "Add a key result: from what, to what, by when.",
            Act.ADD_KEY_RESULT,
            value=1.0,
            cause=f"C8 {together(row)}",
            severity=Severity.ERROR,
            unless=naming.objectives(snapshot.whole.children_of.get(row.pk, ())) if row.driver == "both" else (),
        )


def _is_bare(snapshot: Snapshot, row: ObjectiveRow) -> bool:
    """Whether it would be moved by key results; where objectives below count too, whether there are none either."""
    if row.driver not in BY_KEY_RESULTS:
        return False
    return row.driver != "both" or not _seen(snapshot, snapshot.whole.children_of.get(row.pk, ()))


def without_number(snapshot: Snapshot) -> Iterator[Told]:
    """R9: the measure is not defined."""
    found = snapshot.whole.of_type("open")
    rows = map(snapshot.key_results.__getitem__, found)
    together = _together(snapshot, {row.objective_id: None for row in rows})
    for row in map(snapshot.key_results.__getitem__, found):
        stated = holds_figure(row.title)
        yield Told(
            (naming.key_result(row),),
            "A figure stands in its words, and in no measure: nobody can follow it."
            if stated
            else "It is not said how it is measured.",
            "Take baseline and target over into the measure."
            if stated
            else "Choose how it is measured, with a baseline and a target.",
            Act.EDIT,
            value=snapshot.shares[row.pk],
            cause=f"R9 {together(snapshot.objectives[row.objective_id])}",
        )


def without_guardrail(snapshot: Snapshot) -> Iterator[Told]:
    """R33: something shall grow a lot, and nothing watches what may suffer from it."""
    least = limit(snapshot, GROWTH)
    for row in snapshot.at_hand:
        parts = snapshot.key_results_of.get(row.pk, ())
        grown = [part for part in parts if part.type == "metric" and _growth(part) >= least]
        if grown and len(grown) == len(parts):
            yield Told(
                (naming.objective(row),),
                f"All its key results want growth, the first by {_growth(grown[0]):,.0f} %, and none keeps watch over "
                "what growth may cost.",
                "Add one that keeps quality where it is: at least, at most, or within a range.",
                Act.ADD_KEY_RESULT,
                value=1.0,
            )


def _together(snapshot: Snapshot, numbers: Collection[int]) -> Callable[[ObjectiveRow], str]:
    """What objectives of which the same is told have in common, for each of them: a team or, without one, a cycle.

    Where half of all that is open in a cycle, of several teams, lacks the same, that is a habit, and one for the cycle.
    Where that are fewer than three, or somebody may not see them, each stands for itself.
    """

    def seen() -> Iterator[ObjectiveRow]:
        rows = map(snapshot.objectives.__getitem__, numbers)
        return (row for row in rows if not row.is_private)

    wide = _habits(snapshot, seen())
    sizes = Counter(_group(snapshot, row, wide) for row in seen())

    def common(row: ObjectiveRow) -> str:
        group = _group(snapshot, row, wide)
        return group if sizes[group] >= MANY else f"objective:{row.ref}"

    return common


def _habits(snapshot: Snapshot, rows: Iterable[ObjectiveRow]) -> set[int]:
    """The cycles in half of the open objectives of which, of several teams, the same is told."""
    there = Counter(row.cycle_id for row in snapshot.at_hand if not row.is_private)
    pairs = Counter((row.cycle_id, row.team_id) for row in rows)
    told, teams = Counter[int](), Counter(cycle for cycle, _ in pairs)
    for (cycle, _), many in pairs.items():
        told[cycle] += many
    return {cycle for cycle, many in told.items() if 2 * many >= there[cycle] and teams[cycle] >= MANY}


def _group(snapshot: Snapshot, row: ObjectiveRow, wide: Container[int]) -> str:
    cycle, team = snapshot.cycles[row.cycle_id], snapshot.teams.get(row.team_id or 0)
    if row.is_private:
        return f"objective:{row.ref}"
    apart = team is not None and row.cycle_id not in wide
    return f"cycle:{cycle.ref} team:{team.ref}" if team is not None and apart else f"cycle:{cycle.ref}"


def _all(count: int) -> str:
    return "Both" if count == PAIR else f"All {count}"


def _top(snapshot: Snapshot, reached: set[int]) -> ObjectiveRow:
    """Where the way up ends; of several ends the first."""
    ends = [number for number in reached if not snapshot.whole.parents_of.get(number)]
    return snapshot.objectives[min(ends or reached)]


def _is_over(snapshot: Snapshot, number: int) -> bool:
    return snapshot.cycles[snapshot.objectives[number].cycle_id].state == "closed"


def _seen(snapshot: Snapshot, numbers: Iterable[int]) -> bool:
    """Whether one of these objectives is open to all."""
    return any(number not in snapshot.whole.private for number in numbers)


def _above(snapshot: Snapshot, row: ObjectiveRow) -> tuple[set[int], set[int]]:
    """The open objectives that one leads to by open ones, and the private ones met on the way."""
    waiting, reached, hidden = [row.pk], set[int](), set[int]()
    while waiting:
        for number in snapshot.whole.parents_of.get(waiting.pop(), ()):
            if number in snapshot.whole.private:
                hidden.add(number)
            elif number not in reached:
                reached.add(number)
                waiting.append(number)
    return reached, hidden - {row.pk}


def _growth(row: KeyResultRow) -> float:
    """By how many per cent of its baseline it shall grow; 0 where it shall not or the baseline is 0."""
    if row.baseline is None or row.target is None or row.baseline <= 0:
        return 0.0
    return float((row.target - row.baseline) / row.baseline * 100)


RULES = (
    Rule(
        "R1",
        "An objective or a running activity without one person who answers for it.",
        "owner and team of objectives, key results and activities",
        "The book (accountability); GitLab handbook: one directly responsible individual",
        Severity.WARNING,
        activity_without_owner,
        whole=without_owner,
    ),
    Rule(
        "R4",
        "An objective that serves nothing that runs, and that nothing serves.",
        "priorities and alignments of objectives",
        "The book (alignment); GitLab handbook: “linked”",
        Severity.WARNING,
        serves_what_is_over,
        whole=without_alignment,
    ),
    Rule(
        "R5",
        "Too many objectives for a team or a person, too many key results for an objective.",
        "objectives by team and owner, key results by objective",
        "Google playbook; Microsoft: 3 to 5; source{d}",
        Severity.WARNING,
        too_many_key_results,
        (PER_TEAM, PER_PERSON, PER_OBJECTIVE),
        whole=too_many,
    ),
    Rule(
        "R8",
        "An objective with nothing but milestones and yes-or-no key results.",
        "types of key results",
        "okrstraining.com; leaddev",
        Severity.WARNING,
        None,
        whole=yes_or_no_only,
    ),
    Rule(
        "R9",
        "A key result without a measure.",
        "types of key results",
        "koliber.com; Microsoft",
        Severity.WARNING,
        None,
        whole=without_number,
    ),
    Rule(
        "R15",
        "An objective whose way up leads to no strategic priority.",
        "alignments and priorities of objectives",
        "Google playbook: “low value objectives (who cares?)”",
        Severity.WARNING,
        without_priority,
    ),
    Rule(
        "R33",
        "An objective that wants growth only, without a guardrail.",
        "types, baselines and targets of key results",
        "Grove: effect and counter-effect",
        Severity.HINT,
        without_guardrail,
        (GROWTH,),
    ),
)
