"""Is it a result at all, or work, a routine, a show of numbers, a box to tick?"""

from collections.abc import Iterator

from impactline.insight.wording import rewriting
from impactline.insight.wording.finding import Rule, Severity, Told
from impactline.insight.wording.reading import Reading
from impactline.insight.wording.statement import Kind, Statement

RESULTS = frozenset({Kind.KEY_RESULT, Kind.OBJECTIVE, Kind.OUTCOME, Kind.IMPACT})
DEGREES = frozenset({"metric", "at_least", "at_most", "range", "control"})
_STOPS = frozenset('.,;:!?)]}”"')
SET_MIN, REACH = 2, 7


def activity_as_result(said: Statement, reading: Reading) -> Iterator[Told]:
    """Work told as a result: it begins with something done and names no effect.

    Silent where a change is named or the key result measures an outcome; what is counted in pieces is told less
    strongly, since a key result may be an output where the way is known well.
    """
    lead = reading.lead
    if lead is None or not lead.groups & {"activity", "task", "activity_weak"} or _names_effect(said, reading):
        return
    counted = reading.is_counted
    plain = "activity" in lead.groups or ("task" in lead.groups and not counted)
    if not plain and (counted or lead.groups & {"up", "down", "change", "keep"}):
        return
    plain = plain and not (counted and _names_measure(reading, lead.at + 1)) and not _reaches(reading, lead.at + 1)
    verb = reading.tokens[lead.at].text.lower()
    plain = plain and not verb.endswith(("ed", "ing"))  # “Automated enforcement”, “Onboarding score” may be things
    sure = (0.85 if plain else 0.6) - (0.15 if counted else 0)
    strong = plain and said.kind is not Kind.OBJECTIVE and said.measures != "output"
    yield Told(
        Severity.WARNING if strong else Severity.HINT,
        round(sure, 2),
        f"“{verb.capitalize()}” tells what will be done, not what will be different afterwards.",
        "Keep it as an activity or output, and say here what changes through it: for whom, from where to where.",
        rewriting.so_that(said, reading) if said.kind is Kind.KEY_RESULT else "",
    )


def _names_effect(said: Statement, reading: Reading) -> bool:
    """Whether a change is named: in the measure, as from–to, as a share, by a verb of change, by “so that”."""
    if said.measures == "outcome" or reading.numbers.change is not None or reading.places("effect"):
        return True
    if said.measure is not None and said.measure.type in DEGREES and said.measure.counts and said.measure.unit == "%":
        return True
    if reading.places("attain", 1) and (reading.is_counted or _names_measure(reading, 1)):
        return True
    if any(quantity.unit in {"%", "x", "×", *"$€£¥"} for quantity in reading.numbers.quantities):
        return True
    if any(token.text in {">", "<", "≥", "≤"} for token in reading.tokens):
        return True
    assert reading.lead is not None
    after = range(reading.lead.at + 1, len(reading.tokens))
    return any(reading.groups(at) & {"up", "down"} and not reading.groups(at) & {"activity"} for at in after)


def _names_measure(reading: Reading, after: int) -> bool:
    """Whether a thing is named that results are measured by: satisfaction, leads, a rate."""
    return any(reading.places(group, after) for group in ("metric_words", "conversion"))


def _reaches(reading: Reading, after: int) -> bool:
    """Whether a number of people is named that it is in use with: “Deploy to 300 users”, not “Survey of 300 users”."""
    if "spread" not in reading.leads:
        return False
    for at, _ in reading.places("adopters", after):
        near = reading.places("among", max(after, at - REACH), at)
        if near and any(reading.is_amount(place) for place in range(near[0][1], at)):
            return True
    return False


def level(said: Statement, reading: Reading) -> Iterator[Told]:
    """A part of the chain that is worded as if it stood on another level."""
    lead = reading.lead
    if lead is None:
        return
    verb = reading.tokens[lead.at].text.capitalize()
    changes = bool(lead.groups & {"up", "down"}) and not lead.groups & {"activity"}
    if said.kind is Kind.ACTIVITY and changes and reading.is_counted:
        yield Told(
            Severity.WARNING,
            0.75,
            f"“{verb}” with a number is what shall come of the work, not the work.",
            "Say what will be done, and link it to this as its outcome.",
        )
    if said.kind is Kind.OUTPUT and changes:
        yield Told(
            Severity.WARNING,
            0.75,
            f"“{verb}” is a change, which is an outcome; an output is the thing that was made.",
            "Name the thing and how many of it, and link it to this as its outcome.",
        )
    if said.kind is Kind.OUTPUT and lead.at == 0 and "activity" in lead.groups and lead.base == verb.lower():
        yield Told(
            Severity.HINT,
            0.6,
            f"“{verb}” is work; an output is what is there when it is done.",
            "Name the thing: “Triaged calls” rather than “Triage calls”.",
        )


def objective_is_metric(said: Statement, reading: Reading) -> Iterator[Told]:
    """An objective that is a figure: that belongs into a key result."""
    if not reading.numbers.quantities:
        return
    degree = reading.is_degree and not _is_wholly(reading)
    leads = bool(reading.leads & {"up", "down", "change"})
    yield Told(
        Severity.WARNING if degree or leads else Severity.HINT,
        0.85 if degree and leads else 0.75 if degree or leads else 0.5,
        f"It holds a figure ({_figure(reading)}), which is a key result.",
        "Say in words what will be better and for whom, and make the figure a key result under it.",
    )


def _is_wholly(reading: Reading) -> bool:
    """Whether its one figure is a manner of speaking: “a 100 % data-driven team”."""
    figures = reading.numbers.quantities
    if len(figures) != 1 or figures[0].value != 100 or figures[0].unit != "%":
        return False
    after = figures[0].at + 2
    return after < len(reading.tokens) and reading.tokens[after].low not in {"of", "der", "des", "de", "del"}


def _figure(reading: Reading) -> str:
    """The first figure as it is written, “€ 20”, “4–5x”, with the thing that is counted: “3 clinics”."""
    tokens, quantity = reading.tokens, reading.numbers.quantities[0]
    first = quantity.at
    if first > 0 and tokens[first - 1].text == quantity.unit:
        return reading.quote(first - 1, first + 1)
    last = first + 1
    while last < len(tokens) and tokens[last].start == tokens[last - 1].end and tokens[last].text not in _STOPS:
        last += 1
    if last == first + 1 and last < len(tokens) and tokens[last].is_word and not _is_small(reading, last):
        last += 1
    return reading.quote(first, last)


def _is_small(reading: Reading, at: int) -> bool:
    return reading.words is not None and reading.tokens[at].low in reading.words.known_by


def binary(said: Statement, reading: Reading) -> Iterator[Told]:
    """All or nothing: a hint for one key result, a warning where an objective has no other."""
    if said.kind is Kind.OBJECTIVE:
        boxes = [part for part in said.parts if _is_box(part)]
        if len(boxes) == len(said.parts) >= SET_MIN:
            yield Told(
                Severity.WARNING,
                0.8,
                f"{_all(len(boxes))} key results are boxes to tick: until the end nobody sees how it goes.",
                "Give at least one of them a measure that moves by degrees, or milestones with weights.",
            )
        return
    of_type = said.measure is not None and said.measure.type == "binary"
    if of_type or (said.measure is None and "finish" in reading.leads and not reading.is_counted):
        yield Told(
            Severity.HINT,
            0.6 if of_type else 0.5,
            "It is done or not done, with nothing in between.",
            "If there are steps, make them milestones; if something changes through it, measure that.",
        )


def _all(count: int) -> str:
    return "Both its" if count == SET_MIN else f"All its {count}"


def _is_box(part: Statement) -> bool:
    """Whether a key result is a box to tick and names no figure."""
    typed = part.measure is not None and part.measure.type == "binary"
    return typed and not any(char.isdigit() for char in part.text)


def business_as_usual(said: Statement, reading: Reading) -> Iterator[Told]:
    """What shall stay as it is: watch it as a KPI."""
    lead = reading.lead
    if lead is None or "keep" not in lead.groups or lead.groups & {"up", "down"}:
        return
    text = reading.quote(lead.at, len(reading.tokens))
    ensures = bool(reading.places("loose", lead.at, lead.at + 1))
    strong = said.kind is Kind.KEY_RESULT and not ensures and not _names_more(reading)
    if ensures and said.kind is Kind.OBJECTIVE:
        return
    yield Told(
        Severity.WARNING if strong else Severity.HINT,
        0.8 if strong and reading.is_counted else 0.7 if strong else 0.5,
        f"“{text.split()[0].capitalize()}” asks that things stay as they are.",
        "Make it a KPI with a healthy range, which warns when it leaves that; keep key results for what shall change.",
    )


def _names_more(reading: Reading) -> bool:
    """Whether something changes after all: “Keep improving …”, “while growing”."""
    assert reading.lead is not None
    after = range(reading.lead.at + 1, len(reading.tokens))
    return reading.numbers.change is not None or any(reading.groups(at) & {"up", "down", "vague"} for at in after)


def vanity(said: Statement, reading: Reading) -> Iterator[Told]:
    """A count that grows by itself and pays nothing, with no conversion beside it."""
    if reading.places("conversion"):
        return
    strong, weak = reading.phrases("vanity"), reading.phrases("vanity_weak")
    if not strong and not weak:
        return
    yield Told(
        Severity.WARNING if strong and said.kind is Kind.KEY_RESULT else Severity.HINT,
        0.75 if strong else 0.5,
        f"“{(strong or weak)[0]}” can rise without anybody being better off.",
        "Count what people do next: how many sign up, stay, buy or come back.",
    )


RULES = (
    Rule(
        "W-activity-as-result",
        "A result says what will be different, not what will be done.",
        "what the key result measures, its measure, the first verb, and whether a change is named",
        "Felipe Castro's activity verbs and his “so that”; results chains of DAC and DoView",
        RESULTS,
        activity_as_result,
    ),
    Rule(
        "W-level",
        "What stands in the chain is worded as its level: work, thing, or change.",
        "the level, and the verb that the text begins with",
        "DoView; Global Affairs Canada, results-based management, tip sheet 2.2",
        frozenset({Kind.ACTIVITY, Kind.OUTPUT}),
        level,
    ),
    Rule(
        "W-objective-is-metric",
        "An objective says in words what will be better; figures are key results.",
        "numbers in the text that measure something (no days, versions or names)",
        "Google re:Work: objectives are qualitative; GitLab's OKR criteria",
        frozenset({Kind.OBJECTIVE}),
        objective_is_metric,
    ),
    Rule(
        "W-binary",
        "Progress can be seen on the way.",
        "the type of the key results; else the verb that the text begins with",
        "okrstraining.com and inspiresoftware.com on milestones: warn on the set, not on the one",
        frozenset({Kind.OBJECTIVE, Kind.KEY_RESULT}),
        binary,
    ),
    Rule(
        "W-business-as-usual",
        "A key result asks for a change; what shall stay is a KPI.",
        "the verb that the text begins with, and whether a change is named",
        "okrstool.com; Google's playbook on business as usual",
        frozenset({Kind.KEY_RESULT, Kind.OBJECTIVE}),
        business_as_usual,
    ),
    Rule(
        "W-vanity",
        "What is counted matters to somebody.",
        "the things counted, and whether a conversion is named beside them",
        "Eric Ries on vanity metrics; koliber.com",
        frozenset({Kind.KEY_RESULT, Kind.METRIC}),
        vanity,
    ),
)
