"""Rules of what is said of a key result against what is computed of it."""

from collections.abc import Iterator, Mapping

from impactline.insight.rules import naming
from impactline.insight.rules.finding import About, Act, Rule, Threshold, Told
from impactline.insight.rules.naming import day, percent
from impactline.insight.rules.rows import KeyResultRow, ObjectiveRow
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity
from impactline.okrs.bands import Colour
from impactline.okrs.measure import Kind, Type
from impactline.okrs.pace import colour_of, moment_of
from impactline.okrs.progress import progress_of_value
from impactline.okrs.score import GRADES

LAGGING = Threshold("R17", "Progress in per cent of what is expected, below which “on track” is doubted", 50, 5, 95)
UNLIKELY = Threshold("R17-chance", "Chance of success, in per cent, below which “on track” is doubted", 30, 1, 60)


def watermelon(snapshot: Snapshot) -> Iterator[Told]:
    """R17: said to be on track, while far less has come than expected, success is unlikely, or work is blocked."""
    for row, objective in snapshot.running_key_results():
        if row.status != "on_track":
            continue
        why = doubt(row, objective, snapshot.limits)
        found = ((), why, None) if why and not _is_news(snapshot, row, objective) else _blocked(snapshot, row)
        if found is not None:
            about, said, severity = found
            yield Told(
                (naming.key_result(row), *about),
                f"It is said to be on track, {said}.",
                "Check in with what is known now, or say in a note why it will be reached all the same.",
                Act.CHECK_IN,
                value=snapshot.shares[row.pk],
                cause=f"pace key_result:{row.ref}",
                severity=severity,
            )


def doubt(row: KeyResultRow, objective: ObjectiveRow, limits: Mapping[str, float]) -> str:
    """Why a key result that is said to be on track is hardly so, by its figures alone; empty where it may be."""
    if row.status != "on_track":
        return ""
    least, unlikely = (limits.get(one.name, one.default) / 100 for one in (LAGGING, UNLIKELY))
    if row.pace == "red" and row.progress is not None and row.expected and row.progress / row.expected < least:
        return f"with {percent(row.progress)} of the way done where {percent(row.expected)} was expected by now"
    if row.reach is not None and row.pace != "grey" and row.reach < unlikely:
        enough = GRADES[Kind(objective.kind)].green
        what = "the target" if enough >= 1 or Type(row.type).is_hold else f"{percent(enough)} of the way"
        return f"and by its readings the chance of reaching {what} is {percent(row.reach)}"
    return ""


def _is_news(snapshot: Snapshot, row: KeyResultRow, objective: ObjectiveRow) -> bool:
    """Whether all was well as of the check-in before the last: until the next is due, people may still say otherwise.

    So it is of a first check-in within two cadences. What was expected earlier is what is expected now, by the time
    that had passed.
    """
    period = snapshot.period(row)
    if row.checked_in_on is None or row.expected is None or row.progress is None:
        return False
    if (snapshot.today - row.checked_in_on).days > period.every_days:
        return False
    if row.earlier is None:
        return (row.checked_in_on - period.starts_on).days <= 2 * period.every_days
    on, value = row.earlier
    passed = period.elapsed(snapshot.today)
    expected = row.expected * period.elapsed(on) / passed if passed else 0.0
    done = progress_of_value(row, value)
    colour, _ = colour_of(done, expected, Kind(objective.kind), moment_of(period, on))
    return colour in (Colour.GREEN, Colour.GREY)


def _blocked(snapshot: Snapshot, row: KeyResultRow) -> tuple[tuple[About, ...], str, Severity] | None:
    """What is in the way of a key result that is said to be on track."""
    here = snapshot.whole.blocked_key_results.get(row.pk)
    if here is not None:
        return (), f"and “{here.title}” is in its way since {day(here.raised_on)}", Severity.WARNING
    for item, block in snapshot.blocked_near(row.measures_id):
        if not (item.is_private and snapshot.is_hidden(row)):
            said = f"and what leads to it is blocked since {day(block.raised_on)}: “{block.title}”"
            return (naming.item(item),), said, Severity.WARNING
    return None


def needless_fear(snapshot: Snapshot) -> Iterator[Told]:
    """R18: said to be off track, while as much has come as was expected."""
    for row, _ in snapshot.running_key_results():
        if row.status == "off_track" and row.pace == "green" and row.progress is not None and row.expected:
            yield Told(
                (naming.key_result(row),),
                f"It is said to be off track, with {percent(row.progress)} of the way done where "
                f"{percent(row.expected)} was expected by now.",
                "Say in a note what is feared, or raise it as a roadblock.",
                Act.CHECK_IN,
                value=snapshot.shares[row.pk],
            )


RULES = (
    Rule(
        "R17",
        "A key result said to be on track while little has come, success is unlikely, or it is blocked.",
        "stated status, progress, expected progress, pace, forecast, the check-in before the last, roadblocks",
        "“Watermelon”: MSDN; measured on public OKRs with confidences",
        Severity.ERROR,
        watermelon,
        (LAGGING, UNLIKELY),
    ),
    Rule(
        "R18",
        "A key result said to be off track while it is as far as was expected.",
        "stated status, progress, expected progress, pace",
        "Common knowledge",
        Severity.HINT,
        needless_fear,
    ),
)
