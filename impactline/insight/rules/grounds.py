"""Rules of what the chain rests on: assumptions, evidence, and whether what was delivered has moved anything."""

from collections.abc import Iterator
from datetime import timedelta

from impactline.insight.rules import naming
from impactline.insight.rules.finding import About, Act, Rule, Threshold, Told
from impactline.insight.rules.naming import day, limit, percent
from impactline.insight.rules.rows import AssumptionRow, ItemRow, KeyResultRow, LinkRow
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity

HALF = Threshold("C25", "Share of the cycle after which a link should be borne out, in per cent", 50, 5, 95)
DELIVERED = Threshold(
    "C26-delivered", "Share of what was planned from which an output is delivered, in per cent", 90, 50, 100
)
FLAT = Threshold("C26-flat", "Progress in per cent below which an outcome has not moved", 10, 0, 50)
ENOUGH = Threshold("C24", "Progress in per cent below which all that was delivered was not enough", 70, 20, 100)

QUOTED_MAX = 80
FAILS = {"failing": "is failing", "failed": "has failed"}


def not_assumed(snapshot: Snapshot) -> Iterator[Told]:
    """C14: a link above the activities that seems to rest on nothing."""
    for link in snapshot.links.values():
        if link.kind == "contributes_to" and link.pk not in snapshot.whole.resting and _tellable(snapshot, link):
            target = snapshot.items[link.target_id]
            yield Told(
                _ends(snapshot, link),
                "It is not said what has to hold for the one to lead to the other.",
                "Write down what has to hold, as something that can be checked.",
                Act.LOOK,
                value=snapshot.stake(target),
                cause=f"C14 chain_item:{target.ref}",
            )


def unwatched(snapshot: Snapshot) -> Iterator[Told]:
    """C15: an assumption on which much hangs, without somebody and something that watches it."""
    for row, about in _assumptions(snapshot):
        if row.importance != "high" or row.state == "failed":
            continue
        missing = [
            word
            for word, there in (
                ("likelihood", row.likelihood),
                ("owner", row.owner_id),
                ("day of review", row.review_on),
                ("metric with a threshold", row.is_watched),
            )
            if not there
        ]
        overdue = row.review_on is not None and row.review_on < snapshot.today
        if missing or overdue:
            lacks = f"it has no {' and no '.join(missing)}" if missing else ""
            late = f"it was to be looked at on {day(row.review_on)}" if overdue and row.review_on else ""
            yield Told(
                about,
                f"Much hangs on “{_quoted(row)}”, and {' and '.join(said for said in (lacks, late) if said)}.",
                "Name who looks at it and when, and the value that warns.",
                Act.LOOK,
                value=_stake(snapshot, about),
                cause=f"C15 assumption:{row.pk}",
                which=row.text,
            )


def killer(snapshot: Snapshot) -> Iterator[Told]:
    """C16: much hangs on it, it is unlikely to hold, and nobody can influence it."""
    for row, about in _assumptions(snapshot):
        if row.importance == "high" and row.likelihood == "unlikely" and row.influenceable is False:
            yield Told(
                about,
                f"Much hangs on “{_quoted(row)}”, it is unlikely to hold, and nobody here can influence it.",
                "Find another way to the same result, or stop.",
                Act.LOOK,
                value=_stake(snapshot, about),
                which=row.text,
            )


def still_green(snapshot: Snapshot) -> Iterator[Told]:
    """C17: an assumption is failing, and what depends on it is still said to be on track."""
    for row, about in _assumptions(snapshot):
        if row.state not in FAILS:
            continue
        link = snapshot.links.get(row.link_id or 0)
        above = link.target_id if link is not None else row.item_id
        for part in _resting_on(snapshot, above or 0):
            private = snapshot.is_hidden(part) + sum(one.pk in snapshot.whole.hidden for one in about)
            if part.status == "on_track" and private < 2:
                yield Told(
                    (naming.key_result(part), *about),
                    f"It is said to be on track, and “{_quoted(row)}”, on which it rests, {FAILS[row.state]}.",
                    "Check in with what that means for it, or say why it does not matter here.",
                    Act.CHECK_IN,
                    value=snapshot.shares[part.pk],
                    cause=f"C17 assumption:{row.pk}",
                    which=row.text,
                )


def _resting_on(snapshot: Snapshot, number: int) -> Iterator[KeyResultRow]:
    """The key results that measure an item or what it leads to directly, by open ways."""
    yield from snapshot.measuring(number)
    if number not in snapshot.whole.hidden:
        for above in snapshot.whole.above.get(number, ()):
            if above not in snapshot.whole.hidden:
                yield from snapshot.measuring(above)


def necessity_open(snapshot: Snapshot) -> Iterator[Told]:
    """C24: several things lead to an outcome, and it is not said which of them are needed."""
    for row in snapshot.items.values():
        links = [link for link in _leading_to(snapshot, row) if link.source_id not in snapshot.whole.hidden]
        if len(links) > 1 and all(link.necessary is None for link in links):
            yield Told(
                (naming.item(row),),
                f"{len(links)} things lead to it, and it is not said which of them are necessary.",
                "Say of each link whether the outcome can come without it, and whether together they are enough.",
                Act.LOOK,
                value=snapshot.stake(row),
            )


def not_sufficient(snapshot: Snapshot) -> Iterator[Told]:
    """C24: all that leads to an outcome was delivered, its time is over, and the outcome has come in part only."""
    for target in snapshot.items.values():
        links = _leading_to(snapshot, target) if target.pk in snapshot.whole.measuring and not target.is_private else ()
        sources = [snapshot.items[link.source_id] for link in links]
        if not links or any(row.is_private for row in sources):
            continue
        if not all(
            row.level == "output" and _delivered(snapshot, row, link) for row, link in zip(sources, links, strict=True)
        ):
            continue
        for part in snapshot.measuring(target.pk):
            came = -1.0 if part.progress is None else part.progress * 100
            if limit(snapshot, FLAT) <= came < limit(snapshot, ENOUGH):
                yield Told(
                    (naming.key_result(part), naming.item(target)),
                    f"Everything that leads to it was delivered and has had its time, and {percent(came / 100)} of the "
                    "change has come: all together it is not enough.",
                    "Ask what else has to happen for the outcome to come, and add it to the chain.",
                    Act.LOOK,
                    value=snapshot.shares[part.pk],
                    cause=f"C24 chain_item:{target.ref}",
                    severity=Severity.WARNING,
                )


def _leading_to(snapshot: Snapshot, row: ItemRow) -> list[LinkRow]:
    """The links from below to an outcome; of other items none."""
    numbers = snapshot.whole.links_to.get(row.pk, ()) if row.level == "outcome" else ()
    return [snapshot.links[number] for number in numbers]


def necessary_and_sufficient(snapshot: Snapshot) -> Iterator[Told]:
    """C24: what an outcome needs is not said, or is there and does not suffice."""
    yield from necessity_open(snapshot)
    yield from not_sufficient(snapshot)


def untested(snapshot: Snapshot) -> Iterator[Told]:
    """C25: the cycle is half over, and nothing shows that what leads to a key result's outcome does so."""
    for link in snapshot.links.values():
        if link.kind != "contributes_to" or link.evidence != "untested" or not _tellable(snapshot, link):
            continue
        spent = [snapshot.elapsed(cycle) for cycle in set(snapshot.whole.measured_in.get(link.target_id, ()))]
        if spent and max(spent) * 100 >= limit(snapshot, HALF):
            yield Told(
                _ends(snapshot, link),
                f"{percent(max(spent))} of the cycle has passed, and nothing shows yet that the one leads to "
                "the other.",
                "Look for what speaks for it and against it, and say how strong it is.",
                Act.LOOK,
                value=snapshot.stake(snapshot.items[link.target_id]),
                cause=f"C25 chain_item:{snapshot.items[link.target_id].ref}",
            )


def failed_theory(snapshot: Snapshot) -> Iterator[Told]:
    """C26: what was planned is there, and the outcome has not moved; or neither, although both are due."""
    for link in snapshot.links.values():
        if link.source_id not in snapshot.whole.outputs or not _tellable(snapshot, link):
            continue
        source, target = snapshot.items[link.source_id], snapshot.items[link.target_id]
        done, late = _delivered(snapshot, source, link), _overdue(snapshot, source)
        for part in snapshot.measuring(link.target_id) if done or late else ():
            private = snapshot.is_hidden(part) + source.is_private + target.is_private
            if part.progress is None or part.progress * 100 >= limit(snapshot, FLAT) or private > 1:
                continue
            yield Told(
                (naming.key_result(part), naming.item(source), naming.item(target)),
                f"{_said(source, done=done)} and {percent(part.progress)} of the change has come: "
                + ("the theory may be wrong." if done else "the work is behind, not the theory."),
                "Ask those it is for why it does not help, and change what is made."
                if done
                else "Agree on what is delivered first, and by when.",
                Act.LOOK,
                value=snapshot.shares[part.pk],
                cause=f"C26 chain_item:{source.ref}",
            )


def _said(source: ItemRow, *, done: bool) -> str:
    share = percent(float(source.delivered / source.planned)) if source.delivered and source.planned else "Little"
    return f"{share} is delivered, the time for its effect is over," if done else f"{share} is delivered, it is late,"


def _delivered(snapshot: Snapshot, source: ItemRow, link: LinkRow) -> bool:
    """Whether an output is there, and for so long that its effect should show."""
    since = source.ended_on or source.due_on
    if since is None or since + timedelta(days=link.lag_days or 0) >= snapshot.today:
        return False
    if not source.planned or source.delivered is None:
        return False
    return float(source.delivered / source.planned) * 100 >= limit(snapshot, DELIVERED)


def _overdue(snapshot: Snapshot, source: ItemRow) -> bool:
    if source.due_on is None or source.due_on >= snapshot.today or not source.planned:
        return False
    return float((source.delivered or 0) / source.planned) * 100 < limit(snapshot, DELIVERED)


def _assumptions(snapshot: Snapshot) -> Iterator[tuple[AssumptionRow, tuple[About, ...]]]:
    """The assumptions with what they stand on: an item, or the two ends of a link."""
    for row in snapshot.assumptions:
        if row.item_id in snapshot.items:
            yield row, (naming.item(snapshot.items[row.item_id or 0]),)
        elif row.link_id in snapshot.links:
            link = snapshot.links[row.link_id or 0]
            if _tellable(snapshot, link):
                yield row, _ends(snapshot, link)


def _stake(snapshot: Snapshot, about: tuple[About, ...]) -> float:
    return snapshot.stake(snapshot.items[about[-1].pk])


def _ends(snapshot: Snapshot, link: LinkRow) -> tuple[About, ...]:
    return naming.item(snapshot.items[link.source_id]), naming.item(snapshot.items[link.target_id])


def _tellable(snapshot: Snapshot, link: LinkRow) -> bool:
    """Whether at most one end is private, so that one audience rules who is told."""
    return not (link.source_id in snapshot.whole.hidden and link.target_id in snapshot.whole.hidden)


def _quoted(row: AssumptionRow) -> str:
    return row.text if len(row.text) <= QUOTED_MAX else f"{row.text[: QUOTED_MAX - 1]}…"


RULES = (
    Rule(
        "C14",
        "A link above the activities without an assumption.",
        "links and assumptions of the chain",
        "Logframe: an assumption at every transition; Global Affairs Canada",
        Severity.WARNING,
        not_assumed,
    ),
    Rule(
        "C15",
        "An assumption on which much hangs, and that nobody watches.",
        "importance, likelihood, owner, review and watch of assumptions",
        "Logframe; festa.design",
        Severity.WARNING,
        unwatched,
    ),
    Rule(
        "C16",
        "A killer assumption: important, unlikely, and out of reach.",
        "importance, likelihood and influence of assumptions",
        "The logframe's algorithm for assumptions",
        Severity.ERROR,
        killer,
    ),
    Rule(
        "C17",
        "A key result said to be on track whose assumption is failing.",
        "state of assumptions, stated status of key results",
        "Logframe approach",
        Severity.ERROR,
        still_green,
    ),
    Rule(
        "C24",
        "An outcome of which it is not said what is necessary for it, or for which what was delivered is not enough.",
        "links to outcomes, deliveries and lags, progress of key results",
        "Theory of change: necessary and sufficient; Google: insufficient key results",
        Severity.HINT,
        necessary_and_sufficient,
        (ENOUGH,),
    ),
    Rule(
        "C25",
        "A link that is untested when half of the cycle is over.",
        "evidence of links, days of cycles",
        "Mayne: contribution analysis",
        Severity.WARNING,
        untested,
        (HALF,),
    ),
    Rule(
        "C26",
        "Delivered, and the outcome flat: theory failure. Late, and the outcome flat: implementation failure.",
        "outputs planned and delivered, lags of links, progress of key results",
        "Standard distinction of evaluation; Perdoo: hypotheses validated by key results",
        Severity.WARNING,
        failed_theory,
        (DELIVERED, FLAT),
    ),
)
