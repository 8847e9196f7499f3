"""A forecast in words: the sentence, the reasons, and the explanation of its number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log10

from impactline.base.explanation import PLAIN, Explanation, Format
from impactline.insight.forecast.outlook import Caveat, Outlook, Silence, Span
from impactline.insight.methods import Method

SILENCES = {
    Silence.NO_MEASURE: "There is no forecast: it is not said yet how this is measured.",
    Silence.OVER: "There is no forecast: the time is over, and what was read is the result.",
    Silence.NOTHING_READ: "There is no forecast: nothing has been read yet.",
}
RULES = {
    Method.COURSE: "All ways in which the value could wander on, weighed by how well each tells what was read so far.",
    Method.SUM: "All rates at which parts could go on coming, weighed by how well each tells those that came so far.",
    Method.HOLD: "The chance that the value stands inside its bounds on the last day, from its own swing so far.",
    Method.RUBRIC: "The ways in which the level could wander on; half a level counts as the next.",
    Method.CONTROL: "Check-ins go on being kept as often as so far; a missed one cannot be made up for.",
    Method.MILESTONES: "The chance that milestones go on coming at the rate at which they came so far.",
    Method.BINARY: "How often such key results were done, less the chance that it would be done by now.",
    Method.HISTORY: "What similar key results came to; the first readings will say more.",
}
READ = "the readings move by as much already"
UNSURE = "too little is known of it beside what the readings say"
COUNTED = frozenset({Method.CONTROL, Method.MILESTONES, Method.BINARY})


@dataclass(frozen=True, slots=True)
class Words:
    """How the door writes figures of a forecast."""

    write: Format = PLAIN

    def share(self, value: float) -> str:
        """A part of all."""
        return self.write.share(value)

    def chance(self, value: float) -> str:
        """A probability; never none and never certainty where it was worked out."""
        if value >= 0.995:
            return self.share(1.0) if value >= 1 else f"over {self.share(0.99)}"
        return f"under {self.share(0.01)}" if 0 < value < 0.005 else self.share(value)

    def value(self, number: float, span: Span, unit: str = "") -> str:
        """A value to as many digits as its interval is worth, with its unit."""
        return f"{self.write.number(rounded(number, span))} {unit}".strip()

    def between(self, span: Span, unit: str) -> str:
        """An interval: between 9 and 14 days."""
        low, high = rounded(span.low, span), rounded(span.high, span)
        if low == high:
            return f"at {self.write.number(low)} {unit}".strip()
        return f"between {self.write.number(low)} and {self.write.number(high)} {unit}".strip()


def rounded(number: float, span: Span) -> float:
    """A number to two digits of the length of an interval; as a sum of tenths, hundredths, … of a unit."""
    length = abs(span.high - span.low)
    places = 2 if length <= 0 else min(9, 1 - floor(log10(length)))
    if places < 0:
        places = max(places, -ceil(log10(length)))
    return round(number, places) + 0.0


def sentence(found: Outlook, unit: str, words: Words) -> str:
    """What is to come in one sentence: the chance, and where the value will likely stand."""
    unit = "%" if found.method in COUNTED else unit
    on = words.write.day(found.due_on)
    if found.method is Method.BINARY:
        return f"{'Done' if found.reach == 1 else 'Will be done'} by {on} with a chance of {_reach(found, words)}."
    middle = words.value(found.middle, found.most, unit)
    where = f"Likely {words.between(found.most, unit)} on {on}, with {middle} in the middle"
    if found.reach is None:
        return f"{where}."
    chance = _reach(found, words)
    verb = "Stands inside its bounds" if found.method is Method.HOLD else "Reaches the target"
    return f"{verb} with a chance of {chance}. {where}."


def reasons(found: Outlook, unit: str, words: Words) -> list[str]:
    """Why: the pace so far against what is needed, and what makes it unsure."""
    return [
        *_enough(found, words),
        *_chain(found, unit, words),
        *_corrected(found, words),
        *_speed(found, unit, words),
        *_caveats(found, words),
    ]


def _corrected(found: Outlook, words: Words) -> list[str]:
    """That the chance is corrected, with an example, where it is."""
    own = found.history.own
    if not own.count or found.reach is None or found.method is Method.HISTORY:
        return []
    told = f"what is worked out as {words.share(0.5)} is told as {words.share(own.told(0.5))}"
    return [f"Chances are corrected by how {own.count} forecasts of your closed cycles came out: {told}."]


def explanation(found: Outlook, unit: str, words: Words) -> Explanation:
    """The explanation of the chance, with the values that went in."""
    shown = "%" if found.method in COUNTED else unit
    write = words.write
    values = [
        ("in the middle", words.value(found.middle, found.most, shown)),
        (f"{words.share(0.5)} of cases", words.between(found.half, shown)),
        (f"{words.share(0.8)} of cases", words.between(found.most, shown)),
        ("readings" if found.method not in COUNTED else "known", str(found.count)),
    ]
    if found.speed.needed is not None:
        values += [
            (name, f"{write.number(round(value, 3))} a week")
            for name, value in (
                ("pace so far", found.speed.so_far),
                ("pace needed", found.speed.needed),
                ("best pace seen", found.speed.best),
            )
            if value is not None
        ]
    formula = "no target" if found.reach is None else f"P = {write.number(round(found.reach, 3))}"
    return Explanation(
        "Forecast", formula, tuple(values), RULES[found.method], found.day, tuple(reasons(found, unit, words))
    )


def chance_word(found: Outlook, words: Words) -> str:
    """The chance alone, or a dash."""
    return "–" if found.reach is None else words.chance(found.reach)


def _reach(found: Outlook, words: Words) -> str:
    return words.chance(found.reach or 0.0)


def _enough(found: Outlook, words: Words) -> Iterator[str]:
    if found.enough is not None:
        yield (
            f"It comes to {words.write.number(found.enough_at)}, which is success for an aspirational one, "
            f"with a chance of {words.chance(found.enough)}."
        )


def _chain(found: Outlook, unit: str, words: Words) -> Iterator[str]:
    chain = found.chain
    if chain is None:
        return
    said = f"The chain expects another {_signed(chain.expects, unit, words)} from what is delivered"
    if chain.counted < 0.005:
        yield f"{said}; that adds nothing: {READ if chain.is_read else UNSURE}."
        return
    moves = _signed(chain.moves, unit, words)
    yield f"{said}; counted with {words.share(chain.counted)}, it moves the middle by {moves}."


def _signed(value: float, unit: str, words: Words) -> str:
    return f"{'−' if value < 0 else '+'}{_pace(abs(value), unit, words)}"


def _speed(found: Outlook, unit: str, words: Words) -> Iterator[str]:
    speed = found.speed
    if speed.so_far is None or found.method in COUNTED:
        return
    pace = _pace(speed.so_far, unit, words)
    if speed.needed is None or abs(speed.needed) < 1e-12:
        yield f"It has moved by {pace} a week."
        return
    needed = _pace(speed.needed, unit, words)
    said = f"It has moved by {pace} a week so far; {needed} are needed from now on"
    if speed.best is None:
        yield f"{said}."
    elif speed.beyond_best:
        yield f"{said}, more than the best it ever did ({_pace(speed.best, unit, words)})."
    else:
        yield f"{said}; the best it ever did was {_pace(speed.best, unit, words)}."


def _pace(value: float, unit: str, words: Words) -> str:
    size = abs(value)
    places = 2 if size == 0 else max(0, min(9, 1 - floor(log10(size))))
    return f"{words.write.number(round(value, places) + 0.0)} {unit}".strip()


def _caveats(found: Outlook, words: Words) -> Iterator[str]:
    for caveat in found.caveats:
        if caveat is Caveat.NONE:
            yield _nothing(found)
        elif caveat is Caveat.FEW:
            one = found.count == 1
            yield f"There {'is' if one else 'are'} only {found.count} reading{'' if one else 's'}, so it is wide."
        elif caveat is Caveat.GAP:
            yield "It has not been read for a while: what has happened since is not in it."
        elif caveat is Caveat.SCALE:
            yield "One reading seems to be of another scale; until it is corrected this is very wide."
        elif caveat is Caveat.CONSTANT:
            yield "It has not moved at all so far; whether it can is not known."


def _nothing(found: Outlook) -> str:
    if found.method is Method.HOLD:
        return "There is one reading only: how much it swings is not known, so it is wide."
    if found.history.count:
        count = found.history.count
        like = f"{count} closed key {'result' if count == 1 else 'results'} like it"
        return f"Nothing has been read yet: it says what {like} came to."
    return "Nothing has been read yet, and nothing like it is closed: it says what is usual elsewhere, and is wide."
