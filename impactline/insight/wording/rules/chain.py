"""Metrics and assumptions: a name that is neutral, an assumption that can be seen to hold or fail."""

from collections.abc import Iterator

from impactline.insight.wording import rewriting
from impactline.insight.wording.finding import Rule, Severity, Told
from impactline.insight.wording.reading import Reading
from impactline.insight.wording.statement import Kind, Statement

WORDS_FEW = 7


def neutral(said: Statement, reading: Reading) -> Iterator[Told]:
    """A metric that has its direction or target in its name; those may change, the metric stays."""
    lead = reading.lead
    if lead is not None and lead.at == 0 and lead.groups & {"up", "down"}:
        yield Told(
            Severity.WARNING,
            0.8,
            f"“{reading.tokens[0].text}” says which way it shall go; a metric says what is measured.",
            "Name what is measured, and keep direction and target beside it.",
            "" if reading.numbers.quantities else rewriting.without_lead(reading),
        )
    elif reading.numbers.change is not None or (reading.numbers.quantities and reading.places("compare")):
        yield Told(
            Severity.HINT,
            0.6,
            "A target seems to stand in the name.",
            "Name what is measured, and put the figure into the target or the healthy range.",
        )


def assumption(said: Statement, reading: Reading) -> Iterator[Told]:
    """An assumption that is really a plan, that is worded as what could go wrong, or that nobody can check."""
    if reading.places("assumption_plan", 0, 4):
        yield Told(
            Severity.WARNING,
            0.75,
            "This is in our own hands, so it is a plan and no assumption.",
            "Make it an activity; assume what others do, or what has to be so.",
        )
    elif bad := reading.phrases("assumption_bad"):
        yield Told(
            Severity.HINT,
            0.6,
            f"“{bad[0]}” tells what could go wrong.",
            "Say what must be so for the link to work; then it can be seen to hold or fail.",
        )
    elif (loose := reading.phrases("assumption_open")) and not reading.is_counted and _few(reading):
        yield Told(
            Severity.HINT,
            0.6,
            f"From “{loose[0]}” nobody can tell when it no longer holds.",
            "Say who does what, or which metric stays above or below which value.",
        )


def _few(reading: Reading) -> bool:
    return sum(1 for token in reading.tokens if token.is_word) <= WORDS_FEW


RULES = (
    Rule(
        "W-neutral",
        "The name of a metric is neutral.",
        "the word that the name begins with; numbers in it",
        "LogAlto: no direction and no target in an indicator",
        frozenset({Kind.METRIC}),
        neutral,
    ),
    Rule(
        "W-assumption",
        "An assumption is a state outside our hands that can be seen to hold or fail.",
        "how the text begins; words that cannot be checked",
        "logical framework: the assumptions column; festa.design on theories of change",
        frozenset({Kind.ASSUMPTION}),
        assumption,
    ),
)
