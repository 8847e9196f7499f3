"""Rules of the shape of the chain: what leads nowhere, comes from nowhere, is not measured, waits for others."""

from collections.abc import Iterable, Iterator

from impactline.insight.rules import naming
from impactline.insight.rules.day import ACTIVE
from impactline.insight.rules.finding import About, Act, Guard, Rule, Threshold, Told
from impactline.insight.rules.naming import count, day, limit
from impactline.insight.rules.rows import ItemRow, KeyResultRow, MetricRow, RequestRow
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity

LIVE = ("draft", "active")
UNANSWERED = Threshold("R29", "Days after which a request wants an answer", 14, 1, 365)


def activity_without_output(snapshot: Snapshot) -> Iterator[Told]:
    """C1: an activity that produces nothing."""
    for row in _live(snapshot, "activity"):
        others = snapshot.whole.above.get(row.pk, ())
        if not _any_open(snapshot, others):
            yield Told(
                (naming.item(row),),
                "It is not said what the activity produces.",
                "Name its output, or link one that exists.",
                Act.LINK,
                unless=naming.items(others),
            )


def output_without_outcome(snapshot: Snapshot) -> Iterator[Told]:
    """C2: an output that leads to no outcome, and that no key result measures."""
    for row in _live(snapshot, "output"):
        others = snapshot.whole.above.get(row.pk, ())
        measured, hidden = _measured(snapshot, row)
        if not measured and not _any_open(snapshot, others):
            yield Told(
                (naming.item(row),),
                "It leads to no outcome, and no key result measures it: nobody can say what it is for.",
                "Link it to the outcome that it contributes to.",
                Act.LINK,
                unless=(*naming.items(others), *hidden),
            )


def magic_outcome(snapshot: Snapshot) -> Iterator[Told]:
    """C3: an outcome or impact to which nothing leads."""
    for row in (*_live(snapshot, "outcome"), *_live(snapshot, "impact")):
        others = snapshot.whole.below.get(row.pk, ())
        if row.intended and not _any_open(snapshot, others):
            yield Told(
                (naming.item(row),),
                f"Nothing leads to this {row.level}: it is hoped for, not worked for.",
                "Link the outputs or outcomes that should bring it about.",
                Act.LINK,
                value=snapshot.stake(row),
                unless=naming.items(others),
            )


def short_of_outcome(snapshot: Snapshot) -> Iterator[Told]:
    """C6: the objective's key results measure outputs only, and none of these leads to an outcome."""
    for objective in snapshot.running:
        parts = snapshot.key_results_of.get(objective.pk, ())
        placed = [part.measures_id for part in parts if part.measures_id is not None]
        hidden = [number for number in placed if number in snapshot.whole.hidden]
        ends = [number for number in placed if number in snapshot.items and number not in snapshot.whole.hidden]
        if not ends or not snapshot.whole.outputs.issuperset(ends):
            continue
        above = [number for end in ends for number in snapshot.whole.above.get(end, ())]
        if not _any_open(snapshot, above):
            yield Told(
                (naming.objective(objective),),
                "Its key results measure what is delivered, and nothing says what that should change.",
                "Link what is delivered to an outcome, and measure the outcome.",
                Act.LOOK,
                value=1.0,
                unless=naming.items((*hidden, *above)),
            )


def without_means(snapshot: Snapshot) -> Iterator[Told]:
    """C7: an activity for which there are no people, money or time."""
    for row in _live(snapshot, "activity"):
        uses = snapshot.whole.below.get(row.pk, ())
        if row.effort_hours is None and row.cost is None and not _any_open(snapshot, uses):
            yield Told(
                (naming.item(row),),
                "No input, effort or cost says with what it is done.",
                "Say its effort or cost, or link the people and money that it uses.",
                Act.EDIT,
                value=snapshot.stake(row),
                unless=naming.items(uses),
            )


def not_measured(snapshot: Snapshot) -> Iterator[Told]:
    """C8: an outcome or output that nothing measures."""
    for row in (*_live(snapshot, "outcome"), *_live(snapshot, "output")):
        measured, hidden = _measured(snapshot, row)
        if not measured and not row.metrics and row.planned is None and row.intended:
            yield Told(
                (naming.item(row),),
                "No metric, key result or planned quantity shows whether it comes.",
                "Choose a metric for it, or let a key result measure it.",
                Act.EDIT if row.level == "output" else Act.LOOK,
                value=snapshot.stake(row),
                severity=Severity.ERROR if row.level == "outcome" else None,
                unless=hidden,
            )


def metric_elsewhere(snapshot: Snapshot) -> Iterator[Told]:
    """C22: a key result measures an item by a metric that is not one of the item's."""
    for row, _ in snapshot.running_key_results():
        metric = snapshot.metrics.get(row.metric_id or 0)
        item = snapshot.items.get(row.measures_id or 0) if metric is not None else None
        if item is None or metric is None or not item.metrics or metric.pk in item.metrics:
            continue
        if item.is_private and snapshot.is_hidden(row):
            continue
        yield Told(
            (naming.key_result(row), naming.item(item), naming.open_to_all("metric", metric)),
            "It measures the item by a metric that is not one of the item's own.",
            "Add the metric to the item, or place the key result where its metric belongs.",
            Act.PLACE,
            value=snapshot.shares[row.pk],
            cause=f"C22 chain_item:{item.ref} metric:{metric.ref}",
        )


def twins(snapshot: Snapshot) -> Iterator[Told]:
    """C22 of metrics: two shared ones with the same name and unit."""
    known: dict[tuple[str, str], MetricRow] = {}
    for row in snapshot.metrics.values():
        name = " ".join(row.title.casefold().split()), row.unit.casefold()
        first = known.setdefault(name, row)
        if first is not row:
            yield Told(
                (naming.open_to_all("metric", row), naming.open_to_all("metric", first)),
                "There are two metrics of this name and unit, so that nobody knows which one counts.",
                "Keep one, and let what follows the other follow it; or say in the names how they differ.",
                Act.EDIT,
                value=sum(snapshot.whole.following.get(one.pk, 0.0) for one in (row, first)),
                cause=f"C22 metric:{first.ref}",
            )


def work_for_nothing(snapshot: Snapshot) -> Iterator[Told]:
    """R22: an activity that produces something, and leads to no key result."""
    for row in _live(snapshot, "activity"):
        above, counted = snapshot.whole.above.get(row.pk, ()), snapshot.whole.counted_on
        if row.state != "active" or not _any_open(snapshot, above):
            continue
        if row.pk not in counted and not any(number in counted for number in above):
            met, hidden = snapshot.leading_to(row.pk)
            behind = [part for number in met for part in snapshot.measuring(number)]
            yield Told(
                (naming.item(row),),
                "What it leads to is measured by no key result of a running cycle.",
                "Link it to what a key result measures, let a key result measure it, or stop it.",
                Act.LOOK,
                unless=(*naming.items(hidden), *naming.objectives(part.objective_id for part in behind)),
            )


def no_work_behind(snapshot: Snapshot) -> Iterator[Told]:
    """R23: a key result that has no place in the chain, or a place that no activity leads to."""
    if not snapshot.whole.has_work:
        return
    for row, _ in snapshot.running_key_results():
        if row.measures_id in snapshot.whole.worked_on:
            continue
        item = snapshot.items.get(row.measures_id or 0)
        if item is None or item.is_private:
            yield _told_of_work(
                snapshot,
                row,
                "It is not said which output or outcome it measures, so no activity stands behind it.",
                naming.items([item.pk]) if item is not None else (),
            )
        else:
            _, hidden = snapshot.led_from(item.pk)
            yield _told_of_work(snapshot, row, "No activity leads to what it measures.", naming.items(hidden))


def _told_of_work(snapshot: Snapshot, row: KeyResultRow, message: str, unless: tuple[Guard, ...]) -> Told:
    return Told(
        (naming.key_result(row),),
        message,
        "Say what it measures in the chain, and link the activities that lead there.",
        Act.PLACE,
        value=snapshot.shares[row.pk],
        cause=f"place objective:{snapshot.objectives[row.objective_id].ref}",
        unless=unless,
    )


def waits_for_the_late(snapshot: Snapshot) -> Iterator[Told]:
    """R29: an activity waits for something of another team that is late, or that comes after its own start."""
    for wait in snapshot.waits:
        row, after = snapshot.items[wait.activity_id], snapshot.items[wait.after_id]
        if after.state == "done" or row.state not in LIVE or after.team_id == row.team_id:
            continue
        late = after.due_on is not None and after.due_on < snapshot.today
        crossed = after.due_on is not None and row.starts_on is not None and after.due_on > row.starts_on
        if (row.is_private and after.is_private) or not (late or crossed):
            continue
        assert after.due_on is not None
        team = snapshot.teams.get(after.team_id or 0)
        whose = team.title if team is not None else "no team"
        yield Told(
            (naming.item(row), naming.item(after)),
            f"What it waits for, from {whose}, was due on {day(after.due_on)} and is not there."
            if late
            else f"It was to start on {day(row.starts_on or after.due_on)}, and what it waits for, from {whose}, is "
            f"due only on {day(after.due_on)}.",
            "Ask the team for a day, or begin without it.",
            Act.LOOK,
            value=snapshot.stake(row),
            cause=f"late chain_item:{after.ref}",
        )


def not_promised(snapshot: Snapshot) -> Iterator[Told]:
    """R29 of requests: the team that was asked declined, or has not answered for long; of several the last counts."""
    for row in {(row.asked_id, row.key_result_id, row.waiting_id): row for row in snapshot.requests}.values():
        days = (snapshot.today - row.asked_on).days
        if row.asked_id not in snapshot.teams or (row.state != "declined" and days < limit(snapshot, UNANSWERED)):
            continue
        behind = _behind(snapshot, row)
        if behind is not None:
            about, value = behind
            team = snapshot.teams[row.asked_id]
            yield Told(
                (*about, naming.open_to_all("team", team)),
                f"{team.title} declined “{row.title}”, which it was asked for."
                if row.state == "declined"
                else f"{team.title} was asked for “{row.title}” {count(days, 'day')} ago, and has not promised it.",
                "Ask the team for a day, ask another one, or go on without it.",
                Act.LOOK,
                value=value,
            )


def _behind(snapshot: Snapshot, row: RequestRow) -> tuple[tuple[About, ...], float] | None:
    """What a request is for, and what that is worth; none where it is over or has two audiences."""
    item, part = snapshot.items.get(row.waiting_id or 0), snapshot.key_results.get(row.key_result_id or 0)
    lost = (item is None) != (row.waiting_id is None) or (part is None) != (row.key_result_id is None)
    if lost or (item is not None and item.state not in LIVE):
        return None
    if part is not None and snapshot.cycles[snapshot.objectives[part.objective_id].cycle_id].state != ACTIVE:
        return None
    if item is not None and part is not None and item.is_private and snapshot.is_hidden(part):
        return None
    parts = () if part is None else (naming.key_result(part),)
    items = () if item is None else (naming.item(item),)
    value = snapshot.shares[part.pk] if part is not None else 0.0 if item is None else snapshot.stake(item)
    return ((*items, *parts), value) if items or parts else None


def late_or_not_promised(snapshot: Snapshot) -> Iterator[Told]:
    """R29: what is waited for is late, or was never promised."""
    yield from waits_for_the_late(snapshot)
    yield from not_promised(snapshot)


def nothing_unexpected(snapshot: Snapshot) -> Iterator[Told]:
    """C28: cycles were closed, and no result that was not intended was ever written down."""
    closed = [row for row in snapshot.cycles.values() if row.state == "closed"]
    outcomes = (row for row in snapshot.items.values() if not row.is_private and row.level in ("outcome", "impact"))
    if closed and {row.intended for row in outcomes} == {True}:
        last = max(closed, key=lambda row: (row.ends_on, row.pk))
        yield Told(
            (naming.open_to_all("cycle", last),),
            f"{count(len(closed), 'cycle')} closed, and no result that was not intended was ever written down.",
            "Ask those concerned what else changed, for better or worse, and add it as an unintended outcome.",
            Act.LOOK,
        )


def _live(snapshot: Snapshot, level: str) -> list[ItemRow]:
    return [row for row in snapshot.items.values() if row.level == level and row.state in LIVE]


def _any_open(snapshot: Snapshot, numbers: Iterable[int]) -> bool:
    return any(number not in snapshot.whole.hidden for number in numbers)


def _measured(snapshot: Snapshot, row: ItemRow) -> tuple[bool, tuple[Guard, ...]]:
    """Whether an open key result measures an item, and the private objectives of those that do."""
    whole = snapshot.whole
    return row.pk in whole.measured_in, naming.objectives(whole.measured_under.get(row.pk, ()))


RULES = (
    Rule(
        "C1",
        "An activity that produces nothing.",
        "items and links of the chain",
        "OECD-DAC glossary 2002; the book",
        Severity.WARNING,
        activity_without_output,
    ),
    Rule(
        "C2",
        "An output that leads to no outcome.",
        "items and links of the chain, what key results measure",
        "TolaData: if, then; OECD-DAC glossary 2002",
        Severity.WARNING,
        output_without_outcome,
    ),
    Rule(
        "C3",
        "An outcome or impact to which nothing leads.",
        "items and links of the chain",
        "Miradi: “causally linked”; measured: 234 of 787 UNHCR activity-years",
        Severity.WARNING,
        magic_outcome,
    ),
    Rule(
        "C6",
        "An objective whose part of the chain ends with what is delivered.",
        "what key results measure, links of the chain",
        "Kellogg Foundation, logic model guide",
        Severity.HINT,
        short_of_outcome,
    ),
    Rule(
        "C7",
        "An activity without people, money or time.",
        "inputs, effort and cost of activities",
        "The book (resources); OECD-DAC glossary 2002",
        Severity.WARNING,
        without_means,
    ),
    Rule(
        "C22",
        "A key result that measures an item by a metric which is not the item's; a metric that is there twice.",
        "metrics of items and of key results, names and units of metrics",
        "DevResults: explicit joins",
        Severity.WARNING,
        metric_elsewhere,
        whole=twins,
    ),
    Rule(
        "C28",
        "No result that was not intended was ever written down.",
        "state of cycles, outcomes",
        "OECD-DAC glossary 2002: “intended or unintended, positive and negative”",
        Severity.HINT,
        None,
        whole=nothing_unexpected,
    ),
    Rule(
        "R22",
        "A running activity that leads to no key result.",
        "items and links of the chain, what key results measure",
        "The book",
        Severity.WARNING,
        work_for_nothing,
    ),
    Rule(
        "R23",
        "A key result that no activity leads to.",
        "what key results measure, links of the chain",
        "The book: “each key result should be aligned with a specific activity”",
        Severity.WARNING,
        no_work_behind,
    ),
    Rule(
        "R29",
        "Something of another team that is waited for, and is late or was not promised.",
        "dependencies, days and teams of items, requests and their answers",
        "GitLab handbook: “dependency commitments”; leaddev",
        Severity.WARNING,
        None,
        (UNANSWERED,),
        whole=late_or_not_promised,
    ),
)
