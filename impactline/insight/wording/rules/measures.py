"""Can it be counted, from where to where, and is the figure one that can be reached?"""

from collections.abc import Iterator

from impactline.insight.wording import rewriting
from impactline.insight.wording.finding import Rule, Severity, Told
from impactline.insight.wording.reading import Reading, lead_of
from impactline.insight.wording.statement import Kind, Measure, Statement

FAR_TIMES = 10
# What begins so is work, which is done or not: another rule tells that.
MORE = frozenset({"up", "down", "vague"})
WORK = frozenset({"activity", "task", "activity_weak", "finish"})


def measurable(said: Statement, reading: Reading) -> Iterator[Told]:
    """Whether a key result has something to count; where its measure is known, that is judged and not the words."""
    measure = said.measure
    if reading.has_blank:
        yield Told(
            Severity.WARNING, 0.9, "A number is still a blank.", "Fill it in, or say that the baseline is to be found."
        )
    if measure is not None and measure.type not in {"", "open"}:
        yield from _of_measure(said, reading, measure)
    elif measure is None or not measure.counts:
        yield from _of_text(said, reading)


def _of_measure(said: Statement, reading: Reading, measure: Measure) -> Iterator[Told]:
    if measure.type in {"metric", "at_least", "at_most"} and measure.target is None:
        yield Told(Severity.ERROR, 0.95, "It has no target.", "Say which value shall be reached.")
    if measure.type != "metric" or measure.target is None:
        return
    if measure.baseline is None:
        yield Told(
            Severity.WARNING,
            0.8,
            "It has no baseline, so nobody can say how far it has come.",
            "Enter the value before the work starts, or make finding it the first key result.",
            rewriting.from_there(said, reading),
        )
        return
    if measure.baseline == measure.target:
        yield Told(
            Severity.ERROR,
            0.95,
            f"Baseline and target are both {measure.target:f}: nothing has to change.",
            "Give a target that differs, or make it a KPI with a healthy range.",
        )
        return
    yield from _against_text(reading, measure)


def _against_text(reading: Reading, measure: Measure) -> Iterator[Told]:
    """Where the text says another thing than the figures beside it."""
    assert measure.baseline is not None
    assert measure.target is not None
    change = reading.numbers.change
    if change is not None:
        said = tuple(reading.numbers.quantities[place].value for place in change)
        if None not in said and said != (measure.baseline, measure.target):
            yield Told(
                Severity.WARNING,
                0.85,
                f"The text says from {said[0]} to {said[1]}, the measure from {measure.baseline:f} to "
                f"{measure.target:f}.",
                "Correct the one that is wrong.",
            )
            return
    rises = measure.target > measure.baseline
    against = "down" if rises else "up"
    if against in reading.leads and not reading.leads & {"up" if rises else "down"}:
        yield Told(
            Severity.WARNING,
            0.8,
            f"The text speaks of {'less' if rises else 'more'}, but the target is "
            f"{'above' if rises else 'below'} the baseline.",
            "Correct the text, or exchange baseline and target.",
        )


def _of_text(said: Statement, reading: Reading) -> Iterator[Told]:
    if said.kind is not Kind.KEY_RESULT:
        return
    if reading.is_counted:
        yield from _half_measured(said, reading)
        return
    if reading.has_blank or not any(token.is_word for token in reading.tokens):
        return
    if reading.words is None:
        if not any(char.isdigit() for char in reading.text):
            yield Told(Severity.HINT, 0.5, "No number is written in it.", "Say what is counted, from where to where.")
        return
    if _is_open(reading):
        yield Told(
            Severity.WARNING,
            0.85,
            "It has no number, baseline or target, so opinions will differ on whether it was reached.",
            "Say what is counted, from where to where, and by when.",
            rewriting.from_to(said, reading),
        )
    else:
        yield Told(
            Severity.HINT,
            0.6,
            "It has no number, so it is done or not done, and shows nothing on the way.",
            "Say what is counted, from where to where; or give it milestones.",
        )


def _is_open(reading: Reading) -> bool:
    """Whether it asks for more or better of something, so that only a number could tell when it is enough.

    What is a state, work, or tied to a plan or a rhythm may be plain enough: done or not done.
    """
    if any(reading.places(group) for group in ("all", "compare", "against", "frequency")):
        return False
    if reading.leads & WORK or reading.is_state or _is_participle(reading):
        return False
    if reading.leads & MORE:
        return True
    return bool(reading.places("vague")) and not _names_work(reading)


def _names_work(reading: Reading) -> bool:
    """Whether what shall be done follows a colon: “Take on more responsibility: add a maintainer”."""
    colon = next((at for at, token in enumerate(reading.tokens) if token.text == ":"), len(reading.tokens))
    lead = lead_of(reading, colon + 1, len(reading.tokens))
    return lead is not None and bool(lead.groups & WORK)


def _is_participle(reading: Reading) -> bool:
    """Whether it begins like “Streamlined process”, which tells a state."""
    return reading.lead is not None and reading.tokens[reading.lead.at].low.endswith("ed")


def _half_measured(said: Statement, reading: Reading) -> Iterator[Told]:
    """A target in the text, but no start: “increase to 50”, “increase by 20 %”."""
    if reading.numbers.change is not None or not reading.leads & {"up", "down"}:
        return
    if len(reading.numbers.quantities) == 1:
        yield Told(
            Severity.HINT,
            0.7,
            "It says where to, but not from where.",
            "Add the value before the work starts, so that progress can be seen on the way.",
            rewriting.from_there(said, reading),
        )


def achievable(said: Statement, reading: Reading) -> Iterator[Told]:
    """Whether the figure can be reached at all; whether it is likely is for the forecast."""
    measure = said.measure
    if measure is not None and measure.target is not None:
        if measure.unit == "%" and measure.target > 100 and not reading.places("beyond"):
            yield Told(
                Severity.HINT,
                0.5,
                f"The target is {measure.target:f} %, and a share ends at 100 %.",
                "Give the share itself, or say that it is growth against plan.",
            )
        if measure.baseline and measure.target / measure.baseline >= FAR_TIMES:
            times = measure.target / measure.baseline
            yield Told(
                Severity.HINT,
                0.5,
                f"The target is {times:.0f} times the baseline.",
                "Say what makes such a leap possible, or set a step on the way.",
            )
    hundred = any(quantity.value == 100 and quantity.unit == "%" for quantity in reading.numbers.quantities)
    if said.kind is Kind.KEY_RESULT and hundred and reading.places("whole"):
        yield Told(
            Severity.HINT,
            0.5,
            "100 % leaves no room: one miss and it is lost for the whole cycle.",
            "Set the level that is worth its cost, such as 99.5 %.",
        )


RULES = (
    Rule(
        "W-measurable",
        "A key result has something to count: from where, to where.",
        "type, baseline and target; else numbers and number words in the text",
        "SMART; GitLab's formula “from X to Y”; results frameworks: baseline and target of every indicator",
        frozenset({Kind.KEY_RESULT}),
        measurable,
    ),
    Rule(
        "W-achievable",
        "A target can be reached at all.",
        "baseline, target and unit; 100 % of what is never whole",
        "SMART; monitoring practice: percentages within 0 to 100",
        frozenset({Kind.KEY_RESULT}),
        achievable,
    ),
)
