"""C8: whether it can be seen that something is reached, of objectives and of the chain."""

from impactline.insight.rules.chains import not_measured
from impactline.insight.rules.finding import Rule
from impactline.insight.rules.objectives import without_key_results
from impactline.insight.wording.finding import Severity

RULES = (
    Rule(
        "C8",
        "An objective, outcome or output of which nothing shows whether it is reached.",
        "key results of objectives, metrics of items, what key results measure",
        "IATI: at least one indicator; Akvo RSR",
        Severity.WARNING,
        not_measured,
        whole=without_key_results,
    ),
)
