"""Rules of whether people stand behind a key result."""

from collections.abc import Iterator

from impactline.insight.rules import naming
from impactline.insight.rules.finding import Act, Rule, Threshold, Told
from impactline.insight.rules.naming import limit
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity

SPREAD = Threshold("R35", "Points of confidence by which people may differ", 3, 1, 9)
SILENT = Threshold("R35-silent", "Check-ins by others after which the owner should have spoken", 3, 2, 20)
RECENT = 2


def far_apart(snapshot: Snapshot) -> Iterator[Told]:
    """R35: what people lately said of the same key result lies far apart."""
    for number, said in snapshot.said.items():
        row = snapshot.key_results[number]
        days = RECENT * snapshot.period(row).every_days
        by = {
            one.by_id: one.confidence
            for one in said
            if one.by_id is not None and one.confidence is not None and (snapshot.today - one.day).days <= days
        }
        low, high = min(by.values(), default=0), max(by.values(), default=0)
        if high - low > limit(snapshot, SPREAD):
            yield Told(
                (naming.key_result(row),),
                f"{len(by)} people lately gave it confidences from {low} to {high} of 10: they do not expect the same.",
                "Ask those who are least sure what they see, and agree on what it takes.",
                Act.LOOK,
                value=snapshot.shares[row.pk],
            )


def owner_silent(snapshot: Snapshot) -> Iterator[Told]:
    """R35: others say how it goes, and whoever is to bring it about never did."""
    for number, said in snapshot.said.items():
        row = snapshot.key_results[number]
        voices = [one.by_id for one in said if one.by_id is not None]
        if row.owner_id is None or row.owner_id in voices or len(voices) < limit(snapshot, SILENT):
            continue
        yield Told(
            (naming.key_result(row),),
            f"All {len(voices)} check-ins came from others; its owner has not said once how it goes.",
            "Ask the owner whether they stand behind it, or make its owner whoever does.",
            Act.LOOK,
            value=snapshot.shares[row.pk],
            which="owner",
            severity=Severity.HINT,
        )


def not_behind_it(snapshot: Snapshot) -> Iterator[Told]:
    """R35: people expect different things of it, or its owner keeps silent."""
    yield from far_apart(snapshot)
    yield from owner_silent(snapshot)


RULES = (
    Rule(
        "R35",
        "No common belief: people's confidences in one key result lie far apart, or its owner never checks in.",
        "confidence of all check-ins, and who said it",
        "The book (buy-in); Wodtke, Radical Focus",
        Severity.WARNING,
        None,
        (SPREAD, SILENT),
        not_behind_it,
    ),
)
