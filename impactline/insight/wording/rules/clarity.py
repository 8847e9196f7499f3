"""Does it say one thing, and clearly?"""

import re
from collections.abc import Iterator

from impactline.insight.wording.finding import Rule, Severity, Told
from impactline.insight.wording.reading import LENGTH_MAX, Reading, lead_of
from impactline.insight.wording.statement import Kind, Statement

ALL = frozenset(Kind)
SHORT, LONG = 2, 45
_NUMBERED = re.compile(
    r"(?i)\s*(?:goals?|objectives?|ziele?|objectifs?|objetivos?|kr|key results?|results?|o|task|item)\W{0,3}\d*\W*"
)


def specific(said: Statement, reading: Reading) -> Iterator[Told]:
    """Whether the text says what is meant at all, at a length that is read."""
    words = [token for token in reading.tokens if token.is_word]
    if not words:
        yield Told(Severity.WARNING, 0.95, "It says nothing in words.", "Write in a few words what is meant.")
    elif _NUMBERED.fullmatch(reading.text) or _is_placeholder(reading, len(words)):
        yield Told(Severity.WARNING, 0.95, "This only holds a place.", "Write what is meant.")
    elif len(words) > LONG:
        yield Told(
            Severity.HINT,
            0.7,
            f"It has {len(words)} words; few people will know it by heart.",
            "Say it in one line and put the rest into the description.",
        )
    elif len(words) <= SHORT and said.kind is not Kind.METRIC and _is_topic(said, reading):
        yield Told(
            Severity.HINT,
            0.6,
            "It names a topic, and not what shall become of it.",
            "Say who or what will be different.",
        )
    if said.owned is False:
        yield Told(Severity.HINT, 0.9, "Nobody answers for it.", "Name one owner.")


def _is_placeholder(reading: Reading, words: int) -> bool:
    found = reading.places("placeholder")
    return bool(found) and (words <= 5 or found[0][0] == 0)


def _is_topic(said: Statement, reading: Reading) -> bool:
    chain = said.kind in {Kind.INPUT, Kind.OUTPUT, Kind.ACTIVITY}
    measured = said.measure is not None and said.measure.type not in {"", "open"}
    if chain or measured or reading.words is None:
        return False
    return reading.lead is None and not reading.is_counted and not reading.is_state


def vague(said: Statement, reading: Reading) -> Iterator[Told]:
    """Words that everybody reads differently, where no figure says what is meant."""
    measured = said.measure is not None and said.measure.counts
    if reading.is_counted or measured or reading.words is None:
        return
    lead = reading.lead
    verb = reading.tokens[lead.at].text if lead is not None and "vague" in lead.groups else ""
    if said.kind is Kind.OBJECTIVE and sum(1 for token in reading.tokens if token.is_word) > 4:
        return
    found = ([verb] if verb else []) + reading.phrases("vague")
    if not found:
        return
    quoted = " and ".join(f"“{word.lower()}”" for word in dict.fromkeys(found[:2]))
    yield Told(
        Severity.HINT,
        0.7 if verb else 0.55,
        f"{quoted[0]}{quoted[1:]} can mean anything here.",
        "Say by what one would see it, and how much of it is enough.",
    )


def compound(said: Statement, reading: Reading) -> Iterator[Told]:
    """Two things in one: two sentences that each ask for something, or two verbs with something of their own."""
    parts = _parts(reading)
    if len(parts) < 2:
        return
    told = [start for start in parts if start[2]]
    strong = said.kind is Kind.KEY_RESULT and (len(told) >= 2 or len(parts) > 2)
    first, second = (_short(reading.quote(start, stop)) for start, stop, _ in parts[:2])
    yield Told(
        Severity.WARNING if strong else Severity.HINT,
        0.85 if len(told) >= 2 else 0.7 if strong else 0.55,
        f"It asks for {_several(len(parts))} at once; if one is reached and another is not, there is no honest figure.",
        f"Split it: “{first}” and “{second}”.",
    )


def _parts(reading: Reading) -> list[tuple[int, int, bool]]:
    """The things asked for, each from where to where, and whether it has a figure of its own."""
    found = [
        (begin, end)
        for start, stop in _outside(reading)
        for begin, end in _joined(reading, start, stop)
        if lead_of(reading, begin, end) is not None or _lists(reading, begin, end)
    ]
    return [(start, stop, _counted(reading, start, stop)) for start, stop in found if stop - start >= 2]


def _lists(reading: Reading, start: int, stop: int) -> bool:
    """Whether it begins like an entry of a list, “5 case studies”; not like “20% in Q2”, a step of the one before."""
    thing = next((token for token in reading.tokens[start + 1 : stop] if token.is_word), None)
    small = thing is not None and reading.words is not None and thing.low in reading.words.known_by
    return reading.tokens[start].kind == "number" and thing is not None and not small


def _outside(reading: Reading) -> Iterator[tuple[int, int]]:
    """The sentences, as far as they do not begin within brackets."""
    depth, at = 0, 0
    for start, stop in reading.sentences:
        depth += sum(_depth(token.text) for token in reading.tokens[at:start])
        if depth == 0:
            yield start, stop
        at = start


def _depth(sign: str) -> int:
    return 1 if sign == "(" else -1 if sign == ")" else 0


def _joined(reading: Reading, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The halves of a sentence around “and”, where a verb of its own and its object follow."""
    lead = lead_of(reading, start, stop)
    begin = start
    if lead is not None and reading.words is not None and not reading.words.verb_anywhere:
        for first, last in reading.places("joined", lead.at + 2, stop):
            after = lead_of(reading, last, stop) if last < stop else None
            same = after is not None and after.at <= last + 1 and _mood(reading, after.at) == _mood(reading, lead.at)
            if same and stop - last >= 3 and first - begin >= 3:
                yield begin, first
                begin = last
    yield begin, stop


def _mood(reading: Reading, at: int) -> str:
    low = reading.tokens[at].low
    return low[-3:] if low.endswith("ing") else low[-2:] if low.endswith("ed") else ""


def _counted(reading: Reading, start: int, stop: int) -> bool:
    return any(start <= quantity.at < stop for quantity in reading.numbers.quantities)


def _several(count: int) -> str:
    return "two things" if count == 2 else f"{count} things"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59].rstrip()}…"


def too_long(said: Statement) -> Told:
    """What is said of a text that is not judged at all."""
    return Told(
        Severity.WARNING,
        1.0,
        f"It has {len(said.text):,} characters, too many to be judged or read.",
        f"Say it in one line, of {LENGTH_MAX // 10} characters at the most, and put the rest into the description.",
    )


RULES = (
    Rule(
        "W-specific",
        "It says what is meant, at a length that is read, and somebody answers for it.",
        "length, place-holders, whether there is a verb or a number; owner",
        "SMART; GitLab's OKR criteria: few words, one responsible",
        ALL,
        specific,
    ),
    Rule(
        "W-vague",
        "Words have one meaning for all who read them.",
        "vague verbs and adjectives where neither text nor measure has a figure",
        "results-based management handbooks; koliber.com on vague key results",
        frozenset({Kind.KEY_RESULT, Kind.OBJECTIVE, Kind.OUTCOME, Kind.OUTPUT}),
        vague,
    ),
    Rule(
        "W-compound",
        "One thing a line.",
        "sentences, and verbs with an object of their own behind “and”",
        "Miradi and GAC: one change a statement; koliber.com on compound key results",
        frozenset({Kind.KEY_RESULT, Kind.OBJECTIVE, Kind.OUTCOME, Kind.OUTPUT, Kind.ACTIVITY, Kind.IMPACT}),
        compound,
    ),
)
