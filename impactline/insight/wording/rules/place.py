"""Does it fit where it stands: into its time, under its objective, to what the organisation wants?"""

from collections.abc import Iterator

from impactline.insight.wording import rewriting
from impactline.insight.wording.finding import Rule, Severity, Told
from impactline.insight.wording.reading import Reading
from impactline.insight.wording.statement import Kind, Statement
from impactline.insight.wording.tokens import lowered

ALIKE, WORDS_MIN = 0.8, 3


def time_bound(said: Statement, reading: Reading) -> Iterator[Told]:
    """Whether there is an end: its own day, a day in the text, or the end of its cycle."""
    days, cycle = said.days, said.cycle
    starts_on, ends_on = (days.starts_on, days.ends_on) if days is not None else (None, None)
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        yield Told(Severity.ERROR, 0.95, "It ends before it begins.", "Correct the first or the last day.")
        return
    if cycle is not None and cycle.ends_on is not None:
        if ends_on is not None and ends_on > cycle.ends_on:
            yield Told(
                Severity.WARNING,
                0.8,
                f"It is due on {ends_on}, after its cycle has ended on {cycle.ends_on}.",
                "Set a step that can be reached in this cycle, or move it to the next.",
            )
        late = [day for day in reading.numbers.days if day > cycle.ends_on]
        if late and ends_on is None:
            yield Told(
                Severity.HINT,
                0.6,
                f"The text names {late[0]}, after its cycle has ended on {cycle.ends_on}.",
                "Set a step that can be reached in this cycle.",
            )
        return
    if reading.words is None or not any(token.is_word for token in reading.tokens):
        return
    if ends_on is None and not reading.is_dated:
        yield Told(
            Severity.HINT,
            0.6,
            "It does not say by when.",
            "Name the day, or put it into a cycle.",
            "" if said.kind is Kind.KEY_RESULT and not reading.is_counted else rewriting.dated(said, reading),
        )


def relevant(said: Statement, reading: Reading) -> Iterator[Told]:
    """Whether it adds something where it stands, and serves something above it."""
    if said.serves is False:
        yield Told(
            Severity.HINT,
            0.7,
            "It serves no strategic priority and contributes to no other objective.",
            "Link it to what it is for, or say in the description why it stands alone.",
        )
    own = _said(said.text)
    if len(own) < WORDS_MIN:
        return
    adds_figure = bool(reading.numbers.quantities) and not any(char.isdigit() for char in said.above)
    if said.above and not adds_figure and _alike(own, _said(said.above)):
        yield Told(
            Severity.WARNING,
            0.85,
            "It repeats its objective.",
            "Say by what one would see that the objective is reached.",
        )
    elif any(_alike(own, _said(other)) for other in said.beside):
        yield Told(
            Severity.HINT,
            0.6,
            "Another key result of the same objective says the same.",
            "Keep one of them, or say in what they differ; what several teams share can be one metric.",
        )


def _said(text: str) -> frozenset[str]:
    return frozenset(token for token in lowered(text[:1_000]) if token[0].isalnum())


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one says nearly all that the other says, and nothing else; numbers count as words."""
    return (one <= other or other <= one) and bool(other) and len(one & other) / len(one | other) >= ALIKE


RULES = (
    Rule(
        "W-time-bound",
        "It ends in its cycle.",
        "first and last day, days in the text, the days of the cycle",
        "SMART; GitLab: within the quarter unless otherwise stated, so the cycle counts as a date",
        frozenset({Kind.KEY_RESULT, Kind.ACTIVITY, Kind.OUTPUT}),
        time_bound,
    ),
    Rule(
        "W-relevant",
        "It adds something where it stands.",
        "what the objective serves; the words of the objective and of its other key results",
        "SMART; GitLab: mutually exclusive key results; source{d}: OKRs are not copied down",
        frozenset({Kind.OBJECTIVE, Kind.KEY_RESULT}),
        relevant,
    ),
)
