"""C8: whether it can be seen that something is reached, of objectives and of the chain."""

from collections.abc import Iterator

from impactline.insight.rules.chains import not_measured
from impactline.insight.rules.finding import Rule, Told
from impactline.insight.rules.objectives import without_key_results
from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Severity


def nothing_shows_it(snapshot: Snapshot) -> Iterator[Told]:
    """C8: an objective without key results, an outcome or output without anything that measures it."""
    yield from without_key_results(snapshot)
    yield from not_measured(snapshot)


RULES = (
    Rule(
        "C8",
        "An objective, outcome or output of which nothing shows whether it is reached.",
        "key results of objectives, metrics of items, what key results measure",
        "IATI: at least one indicator; Akvo RSR",
        Severity.WARNING,
        nothing_shows_it,
    ),
)
