"""Rules of how key results go: check-ins, what was said over time, and what was promised at the start."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

from impactline.checkins.cadence import NEGLECTED_AFTER, STALE_AFTER
from impactline.insight.rules import naming
from impactline.insight.rules.finding import Act, Rule, Threshold, Told
from impactline.insight.rules.naming import count, day, limit, percent
from impactline.insight.rules.rows import KeyResultRow, Said
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity
from impactline.okrs.period import Period

CADENCES = Threshold("R2", "Cadences without a check-in", STALE_AFTER, 1, 20)
EDGE = Threshold("R3", "Share of the cycle at its start and at its end that does not count, in per cent", 20, 5, 45)
LATE = Threshold("R19", "Share of the period at its end in which bad news is late, in per cent", 20, 5, 50)
SAME = Threshold("R20", "Check-ins in a row with the same confidence, off the pace", 5, 3, 20)
SAME_ON_PACE = Threshold("R20-pace", "Check-ins in a row with the same confidence, on the pace", 6, 3, 20)
SAME_VALUE = Threshold("R20-value", "Check-ins, all of them with the same value", 4, 3, 20)
RUSH = Threshold("R21", "Share of all progress that came in the last tenth of the period, in per cent", 60, 20, 100)
MISSED = Threshold("R38", "Score or progress, in per cent, below which a cycle was missed", 40, 5, 90)

LAST_TENTH = 0.9
RUSHED = Decimal("0.2")  # of the way, twice what a tenth of the time should bring; less is noise
RED_BELOW = 0.4
MOVES = ("metric", "at_least", "at_most", "range", "rubric")
RANKS = {"on_track": 2, "at_risk": 1, "off_track": 0}


def stale(snapshot: Snapshot) -> Iterator[Told]:
    """R2: nobody has checked in for longer than the cadence allows."""
    most = limit(snapshot, CADENCES)
    for row, objective in snapshot.running_key_results():
        if row.type == "open":
            continue
        period = snapshot.period(row)
        last = row.checked_in_on
        since = max(period.starts_on, last) if last else period.starts_on
        days = (min(snapshot.today, period.due_on) - since).days
        if days >= most * period.every_days:
            said = f"The last check-in was on {day(last)}" if last else "Nobody has ever checked in"
            yield Told(
                (naming.key_result(row),),
                f"{said}: {count(days, 'day')} without one, and one is due every {period.every_days}.",
                "Check in: the value, how sure you are, and a word on why.",
                Act.CHECK_IN,
                value=snapshot.shares[row.pk],
                cause=f"check-in objective:{objective.ref}",
                severity=Severity.ERROR if days >= max(most, NEGLECTED_AFTER) * period.every_days else None,
            )


def forgotten(snapshot: Snapshot) -> Iterator[Told]:
    """R3: the end is near, and nobody checked in in the middle of the cycle. That nobody ever did tells R2."""
    edge = limit(snapshot, EDGE) / 100
    for number, said in snapshot.said.items():
        row = snapshot.key_results[number]
        period = snapshot.period(row)
        if row.type == "open" or not said or period.elapsed(snapshot.today) < 1 - edge:
            continue
        middle = [one for one in said if edge < period.elapsed(one.day) < 1 - edge]
        if not middle:
            yield Told(
                (naming.key_result(row),),
                f"{percent(period.elapsed(snapshot.today))} of its time has passed without a check-in in the middle.",
                "Check in now, and agree on when it is looked at from here on.",
                Act.CHECK_IN,
                value=snapshot.shares[row.pk],
                cause=f"check-in objective:{snapshot.objectives[row.objective_id].ref}",
            )


def late_surprise(snapshot: Snapshot) -> Iterator[Told]:
    """R19: on track until the end was near, then off track at once."""
    share = 1 - limit(snapshot, LATE) / 100
    for number, said in snapshot.said.items():
        row = snapshot.key_results[number]
        period = snapshot.period(row)
        told = [one for one in said if one.status is not None]
        if _missed_unseen(snapshot, row, told, share):
            yield Told(
                (naming.key_result(row),),
                f"Its time is over at {percent(row.progress or 0)} of the way, and until the end was near it was never "
                "said to be anything but on track.",
                "Say what was known when, and what would have shown it earlier.",
                Act.CHECK_IN,
                value=snapshot.shares[row.pk],
            )
            continue
        if len(told) < 2 or period.elapsed(told[-1].day) < share:
            continue
        before, last = RANKS[str(told[-2].status)], RANKS[str(told[-1].status)]
        if before - last >= 2:
            yield Told(
                (naming.key_result(row),),
                f"It was on track on {day(told[-2].day)} and off track on {day(told[-1].day)}, with "
                f"{percent(1 - period.elapsed(told[-1].day))} of the time left.",
                "Say what was known when, and what can still be saved.",
                Act.CHECK_IN,
                value=snapshot.shares[row.pk],
            )


def _missed_unseen(snapshot: Snapshot, row: KeyResultRow, told: list[Said], share: float) -> bool:
    """Whether its time is over, little came, and all that was said before the end was near is that it is on track."""
    period = snapshot.period(row)
    before = [one.status for one in told if period.elapsed(one.day) < share]
    over = snapshot.today > period.due_on and row.progress is not None and row.progress < RED_BELOW
    return over and bool(before) and set(before) == {"on_track"}


def frozen_confidence(snapshot: Snapshot) -> Iterator[Told]:
    """R20: the value moves, and the confidence stays the same from check-in to check-in."""
    for number, said in snapshot.said.items():
        row = snapshot.key_results[number]
        least = int(limit(snapshot, SAME if row.pace in ("yellow", "red") else SAME_ON_PACE))
        last = [one for one in said if one.confidence is not None][-least:]
        values = {one.value for one in last if one.value is not None}
        if _is_stuck(row, said, limit(snapshot, SAME_VALUE)):
            yield Told(
                (naming.key_result(row),),
                f"The same value was entered in all its {len(said)} check-ins.",
                "Read the metric anew; where it does not move, say what is done about it.",
                Act.CHECK_IN,
                value=snapshot.shares[row.pk],
            )
            continue
        if len(last) == least and len({one.confidence for one in last}) == 1 and len(values) > 1:
            yield Told(
                (naming.key_result(row),),
                f"In the last {least} check-ins the value moved, and the confidence stayed {last[0].confidence}.",
                "Ask what would have to happen for the confidence to change.",
                Act.CHECK_IN,
                value=snapshot.shares[row.pk],
            )


def _is_stuck(row: KeyResultRow, said: Sequence[Said], least: float) -> bool:
    """Whether one value was entered again and again short of the target; parts of a sum may well be equal."""
    same = {one.value for one in said if one.value is not None}
    is_level = row.type == "metric" and row.values == "latest"
    return is_level and len(said) >= least and len(same) == 1 and (row.progress or 0) < 1


def gamed(snapshot: Snapshot) -> Iterator[Told]:
    """R21: the target was moved towards the baseline, or nearly all came at the very end."""
    for number in snapshot.said:
        row = snapshot.key_results[number]
        eased = [one for one in snapshot.moved.get(number, ()) if _is_easier(row, one.before, one.after)]
        if eased:
            one = eased[-1]
            yield Told(
                (naming.key_result(row),),
                f"The target was eased on {day(one.day)}, from {one.before:f} to {one.after:f}, after the start.",
                "Keep both in view: it is scored against the first target too. Agree on it with those it is for.",
                Act.LOOK,
                value=snapshot.shares[row.pk],
            )
    yield from _hockey_sticks(snapshot)


def _hockey_sticks(snapshot: Snapshot) -> Iterator[Told]:
    most = limit(snapshot, RUSH) / 100
    for number, said in snapshot.said.items():
        row = snapshot.key_results[number]
        period = snapshot.period(row)
        known = _course(row, said, period)
        if row.type != "metric" or row.baseline is None or not known or period.elapsed(known[-1][0]) < LAST_TENTH:
            continue
        before = [value for on, value in known if period.elapsed(on) < LAST_TENTH]
        whole, late = known[-1][1] - row.baseline, known[-1][1] - (before[-1] if before else row.baseline)
        wanted = (row.target or row.baseline) - row.baseline
        if whole * wanted > 0 and late / whole > Decimal(str(most)) and late / wanted > RUSHED:
            yield Told(
                (naming.key_result(row),),
                f"{percent(float(late / whole))} of all its progress was entered in the last tenth of its time.",
                "Look at where the last values come from, and measure it earlier next time.",
                Act.LOOK,
                value=snapshot.shares[row.pk],
            )


def _course(row: KeyResultRow, said: Sequence[Said], period: Period) -> list[tuple[date, Decimal]]:
    """The values at which it stood, from check-in to check-in; of sums what had come until then."""
    known = [(one.day, one.value) for one in said if one.value is not None]
    if row.values != "per_period":
        return known
    parts = [(on, value) for on, value in known if period.starts_on <= on <= period.due_on]
    return list(zip([on for on, _ in parts], accumulate(value for _, value in parts), strict=True))


def punished(snapshot: Snapshot) -> Iterator[Told]:
    """R38: after a miss, less is asked of the same thing."""
    for row, _ in snapshot.key_results_at_hand():
        before = snapshot.key_results.get(row.carried_from_id or 0)
        if before is None or before.progress is None or before.progress * 100 >= limit(snapshot, MISSED):
            continue
        same = not (snapshot.is_hidden(before) and snapshot.is_hidden(row))
        asked = _asked(before)
        if same and asked is not None and row.target is not None and _is_easier(before, asked, row.target):
            yield Told(
                (naming.key_result(row), naming.key_result(before)),
                f"{percent(before.progress)} was reached last time, and now {row.target:f} is asked instead of "
                f"{asked:f}.",
                "Ask what was in the way last time before less is asked.",
                Act.EDIT,
                value=snapshot.shares[row.pk],
            )


def outside_cycle(snapshot: Snapshot) -> Iterator[Told]:
    """C11: its own days leave the cycle."""
    for row, objective in snapshot.key_results_at_hand():
        cycle = snapshot.cycles[objective.cycle_id]
        early = row.starts_on is not None and row.starts_on < cycle.starts_on
        late = row.due_on is not None and row.due_on > cycle.ends_on
        if early or late:
            said = f"begins on {day(row.starts_on)}" if early and row.starts_on else ""
            said += " and " if early and late else ""
            said += f"is due on {day(row.due_on)}" if late and row.due_on else ""
            yield Told(
                (naming.key_result(row),),
                f"It {said}, outside its cycle ({day(cycle.starts_on)} to {day(cycle.ends_on)}).",
                "Set its days within the cycle, or move it to the cycle in which it ends.",
                Act.EDIT,
                value=snapshot.shares[row.pk],
            )


def _is_easier(row: KeyResultRow, before: Decimal, after: Decimal) -> bool:
    """Whether a target is nearer to the baseline than the one before."""
    if row.baseline is None or row.type != "metric":
        return False
    return abs(after - row.baseline) < abs(before - row.baseline)


def _asked(row: KeyResultRow) -> Decimal | None:
    return row.target if row.type == "metric" else None


RULES = (
    Rule(
        "C11",
        "A key result with days outside its cycle.",
        "days of key results and cycles",
        "IATI rules 8.6.1",
        Severity.WARNING,
        outside_cycle,
    ),
    Rule(
        "R2",
        "A key result without a check-in for longer than its cadence allows.",
        "the last check-in, the cadence of the cycle",
        "koliber.com: “not driving every week”; Lamorte: every two weeks",
        Severity.WARNING,
        stale,
        (CADENCES,),
    ),
    Rule(
        "R3",
        "A key result that nobody looked at between the start and the end of its time.",
        "days of all check-ins",
        "okrstool: people “rediscover their OKRs in the final weeks”",
        Severity.WARNING,
        None,
        (EDGE,),
        forgotten,
    ),
    Rule(
        "R19",
        "Off track at once, near the end, after on track until then.",
        "stated status of all check-ins",
        "pragmaticcoders; techkraft",
        Severity.WARNING,
        None,
        (LATE,),
        late_surprise,
    ),
    Rule(
        "R20",
        "A confidence that stays the same while the value moves, or a value that is the same each time.",
        "value and confidence of all check-ins",
        "runsheet.sh",
        Severity.HINT,
        None,
        (SAME, SAME_ON_PACE, SAME_VALUE),
        frozen_confidence,
    ),
    Rule(
        "R21",
        "A target that was eased after the start, or progress that nearly all came at the very end.",
        "revisions of targets, values of all check-ins",
        "GitLab handbook: “not lowering goal posts”; measured: 4 of 63",
        Severity.WARNING,
        None,
        (RUSH,),
        gamed,
    ),
    Rule(
        "R38",
        "A target that was lowered after a miss.",
        "key results that were carried over, their progress and targets",
        "The ratchet effect",
        Severity.HINT,
        punished,
        (MISSED,),
    ),
)
