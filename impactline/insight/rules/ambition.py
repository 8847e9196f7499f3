"""Rules of how much is asked: too little, too much, or nothing that differs from what comes by itself."""

from collections.abc import Iterator

from impactline.insight.rules import naming
from impactline.insight.rules.finding import Act, Rule, Threshold, Told
from impactline.insight.rules.naming import limit, percent
from impactline.insight.rules.scores import means_of_teams, over_reach
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity

EARLY = Threshold("R11", "Share of the period in which a target reached is early, in per cent", 33, 5, 90)
ALWAYS = Threshold("R11-score", "Mean score of a team in a cycle from which it asked for little", 0.95, 0.7, 1)
ALWAYS_CYCLES = Threshold("R11-cycles", "Cycles in a row with such a score", 3, 1, 10)
LIKELY = Threshold(
    "R11-chance",
    "Chance of a target in per cent, by what was read before the start, from which it is easy",
    60,
    50,
    99,
)
OVER = Threshold("R12", "Mean score of a team in a cycle below which it reached too far", 0.3, 0.05, 0.6)
UNLIKELY = Threshold("R12-chance", "Chance of success, in per cent, below which a pace never seen tells", 10, 1, 100)
OVER_CYCLES = Threshold("R12-cycles", "Cycles in a row with such a score", 2, 1, 10)


def always_reached(snapshot: Snapshot) -> Iterator[Told]:
    """R11 of teams: all, or nearly all, was reached in each of its last closed cycles; open objectives count."""
    for number, means in means_of_teams(snapshot, int(limit(snapshot, ALWAYS_CYCLES))):
        if all(mean >= limit(snapshot, ALWAYS) for mean in means):
            yield Told(
                (naming.open_to_all("team", snapshot.teams[number]),),
                f"The mean scores of its last closed cycles were {' and '.join(f'{mean:.2f}' for mean in means)}: it "
                "asked for what it was sure of.",
                "Ask for more than is sure in what is aspirational; 0.6 to 0.7 is what to aim for.",
                Act.LOOK,
                value=float(snapshot.whole.pursued.get(number, 0)),
            )


def reached_easily(snapshot: Snapshot) -> Iterator[Told]:
    """R11 of key results: an aspirational target reached very early, or to be reached if things go on as before."""
    for number in snapshot.said:
        row = snapshot.key_results[number]
        if snapshot.objectives[row.objective_id].kind != "aspirational" or row.type != "metric":
            continue
        elapsed = snapshot.period(row).elapsed(snapshot.today)
        before = snapshot.before.get(number)
        if elapsed <= limit(snapshot, EARLY) / 100 and row.progress is not None and row.progress >= 1:
            said = f"The target is reached with {percent(1 - elapsed)} of the time still to come."
        elif before and before.chance is not None and before.chance * 100 >= limit(snapshot, LIKELY):
            said = f"As it went before the start, the target comes by itself with a chance of {percent(before.chance)}."
        else:
            continue
        yield Told(
            (naming.key_result(row),),
            said,
            "Raise the target, with the reason, or put the time into something else.",
            Act.EDIT,
            value=snapshot.shares[row.pk],
        )


def over_reached(snapshot: Snapshot) -> Iterator[Told]:
    """R12 of teams: one that reached too far again and again."""
    yield from over_reach(snapshot, int(limit(snapshot, OVER_CYCLES)), limit(snapshot, OVER))


def too_much(snapshot: Snapshot) -> Iterator[Told]:
    """R12 of key results: one that has to move faster than it ever did."""
    for row, _ in snapshot.running_key_results():
        unlikely = row.reach is not None and row.reach * 100 < limit(snapshot, UNLIKELY)
        if row.beyond_best and row.pace == "red" and unlikely:
            yield Told(
                (naming.key_result(row),),
                "To reach its target, it has to move faster from here on than it ever did; the chance of success is "
                f"{percent(row.reach or 0.0)}.",
                "Say what will be done differently, or agree on a target that can be reached.",
                Act.LOOK,
                value=snapshot.shares[row.pk],
                cause=f"pace key_result:{row.ref}",
            )


def within_usual(snapshot: Snapshot) -> Iterator[Told]:
    """R14: the target lies where the value goes by itself."""
    for number, before in snapshot.before.items():
        row = snapshot.key_results[number]
        if row.target is None or before.low is None or before.high is None:
            continue
        if before.low <= float(row.target) <= before.high:
            yield Told(
                (naming.key_result(row),),
                f"Before the start it moved between {before.low:,.4g} and {before.high:,.4g}: {row.target:f} may come "
                "with nothing changed.",
                "Aim beyond the usual variation, or watch it as a KPI.",
                Act.EDIT,
                value=snapshot.shares[row.pk],
            )


RULES = (
    Rule(
        "R11",
        "A target that asks for little: reached very early, reached if all goes on as before, or all reached always.",
        "progress, days, readings before the start, scores of objectives of closed cycles",
        "Google playbook (sandbagging); re:Work: 0.6 to 0.7; GitLab handbook: always 100 %",
        Severity.HINT,
        None,
        (EARLY, LIKELY, ALWAYS, ALWAYS_CYCLES),
        reached_easily,
        always_reached,
    ),
    Rule(
        "R12",
        "Too much: a team's mean score very low in cycle after cycle, or a pace never seen and hardly a chance.",
        "scores of objectives of closed cycles, forecasts",
        "GitLab handbook: below 70 % may not have been achievable; koliber.com",
        Severity.WARNING,
        too_much,
        (OVER, OVER_CYCLES, UNLIKELY),
        whole=over_reached,
    ),
    Rule(
        "R14",
        "Business as usual: a target within what the metric does by itself.",
        "readings before the start",
        "Google playbook; re:Work",
        Severity.HINT,
        None,
        (),
        within_usual,
    ),
)
