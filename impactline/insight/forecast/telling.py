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
AIMS = {"healthy": "Is healthy", "period": "Reaches the target"}
OF_MOVES = {"%": ("percentage point", "percentage points"), "levels": ("level", "levels")}
COUNTED = frozenset({Method.CONTROL, Method.MILESTONES, Method.BINARY})


@dataclass(frozen=True, slots=True)
class Words:
    """How the door writes figures of a forecast; those of a rubric by the words of its levels."""

    write: Format = PLAIN
    levels: tuple[str, ...] = ()

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
        return self.level(number) if self.levels else self.write.amount(rounded(number, span), unit)

    def level(self, number: float) -> str:
        """The level that is nearest; half a level counts as the next."""
        return f"“{self.levels[min(max(floor(number + 0.5), 0), len(self.levels) - 1)]}”"

    def between(self, span: Span, unit: str) -> str:
        """An interval: between 9 and 14 days."""
        low, high = self.value(span.low, span, unit), self.value(span.high, span, unit)
        if low == high:
            return f"at {high}"
        if not self.levels and unit != "%":
            low = self.value(span.low, span)
        return f"between {low} and {high}"


def rounded(number: float, span: Span) -> float:
    """A number to two digits of the length of an interval; as a sum of tenths, hundredths, … of a unit."""
    length = abs(span.high - span.low)
    places = 2 if length <= 0 else min(9, 1 - floor(log10(length)))
    if places < 0:
        places = max(places, -ceil(log10(length)))
    return round(number, places) + 0.0


def sentence(found: Outlook, unit: str, words: Words, aim: str = "") -> str:
    """What is to come in one sentence: the chance (of the `aim`), and where the value will likely stand."""
    unit = unit_of(found, unit)
    on = words.write.day(found.due_on)
    if found.method is Method.BINARY:
        return f"{'Done' if found.reach == 1 else 'Will be done'} by {on} with a chance of {_reach(found, words)}."
    middle = words.value(found.middle, found.most, unit)
    where = f"Likely {words.between(found.most, unit)} on {on}, with {middle} in the middle"
    if found.reach is None:
        return f"{where}."
    chance = _reach(found, words)
    held = "Stands inside its bounds" if found.method is Method.HOLD else "Reaches the target"
    return f"{AIMS.get(aim, held)} with a chance of {chance}. {where}."


def unit_of(found: Outlook, unit: str) -> str:
    """In what a forecast is told: shares of counts, levels of a rubric, else the unit of the measure."""
    if found.method in COUNTED:
        return "%"
    return "levels" if found.method is Method.RUBRIC else unit


def reasons(found: Outlook, unit: str, words: Words) -> list[str]:
    """Why: the pace so far against what is needed, and what makes it unsure."""
    return [
        *enough(found, words),
        *_counts(found, words),
        *_chain(found, unit, words),
        *_corrected(found, words),
        *_speed(found, unit_of(found, unit), words),
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
    shown, write = unit_of(found, unit), words.write
    values = [
        ("in the middle", words.value(found.middle, found.most, shown)),
        (f"{words.share(0.5)} of cases", words.between(found.half, shown)),
        (f"{words.share(0.8)} of cases", words.between(found.most, shown)),
        ("readings" if found.method not in COUNTED else "known", str(found.count)),
    ]
    if found.speed.needed is not None:
        values += [
            (name, f"{pace(value, shown, words)} a week")
            for name, value in (
                ("pace so far", found.speed.so_far),
                ("pace needed", found.speed.needed),
                ("best pace seen", found.speed.best),
            )
            if value is not None
        ]
    formula = "no target" if found.reach is None else f"P = {write.amount(found.reach, '')}"
    return Explanation(
        "Forecast", formula, tuple(values), RULES[found.method], found.day, tuple(reasons(found, unit, words))
    )


def chance_word(found: Outlook, words: Words) -> str:
    """The chance alone, or a dash."""
    return "–" if found.reach is None else words.chance(found.reach)


def _reach(found: Outlook, words: Words) -> str:
    return words.chance(found.reach or 0.0)


def enough(found: Outlook, words: Words) -> Iterator[str]:
    """The chance of what counts as success, where that is less than the target."""
    if found.enough is not None and (found.reach is None or words.chance(found.enough) != words.chance(found.reach)):
        yield (
            f"A score of {words.write.number(found.enough_at)}, which is success for an aspirational one, "
            f"is reached with a chance of {words.chance(found.enough)}."
        )


def _counts(found: Outlook, words: Words) -> Iterator[str]:
    """What the chance of something counted hangs on."""
    if not found.count or found.reach == 1:
        return
    if found.method is Method.BINARY:
        done = words.share(found.history.reached)
        yield f"About {done} of such key results are done; the longer this one is not, the less likely it becomes."
    elif found.method is Method.MILESTONES:
        one = found.count == 1
        yield f"{found.count} {'is' if one else 'are'} reached; the others are expected as these came, by their days."
    elif found.method is Method.CONTROL and found.reach == 0:
        yield "A check-in was missed or not kept, which cannot be made up for."
    elif found.method is Method.CONTROL:
        yield "None was missed so far; those to come are expected to be kept as these were."


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
    return f"{'−' if value < 0 else '+'}{pace(abs(value), unit, words)}"


def _speed(found: Outlook, unit: str, words: Words) -> Iterator[str]:
    speed = found.speed
    if speed.so_far is None or found.method in COUNTED:
        return
    so_far = pace(speed.so_far, unit, words)
    if speed.needed is None:
        yield f"It has moved by {so_far} a week."
        return
    if speed.needed == 0:
        yield f"It has moved by {so_far} a week so far, and is where it should be."
        return
    needed = pace(speed.needed, unit, words)
    said = f"It has moved by {so_far} a week so far; {needed} are needed from now on"
    if speed.best is None:
        yield f"{said}."
    elif speed.best * speed.needed <= 0:
        yield f"{said}, and it has never moved that way."
    elif speed.beyond_best:
        yield f"{said}, more than the best it ever did ({pace(speed.best, unit, words)})."
    else:
        yield f"{said}; the best it ever did was {pace(speed.best, unit, words)}."


def pace(value: float, unit: str, words: Words) -> str:
    """A pace to two digits or, of a hundred and more, three; of per cent in percentage points."""
    size = abs(value)
    places = 2 if size == 0 else min(9, (1 if size < 100 else 2) - floor(log10(size)))
    told, own = round(value, places) + 0.0, OF_MOVES.get(unit)
    return words.write.amount(told, unit if own is None else own[abs(told) != 1])


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
            yield "One reading seems to be of another scale: until it is corrected, do not rely on this."
        elif caveat is Caveat.BOUND:
            yield "Going on so it would come to more than is possible: it will slow down, and the middle is too far."
        elif caveat is Caveat.CONSTANT:
            yield "It has not moved at all so far; whether it can is not known."


def _nothing(found: Outlook) -> str:
    if found.method is Method.CONTROL:
        return "Nothing has been said yet: as usual elsewhere, four of five are expected to be kept, and it is wide."
    if found.method is Method.MILESTONES:
        return (
            "None is reached yet: as usual elsewhere, four of five that are due are expected to come, and it is wide."
        )
    if found.method is Method.HOLD:
        return "There is one reading only: how much it swings is not known, so it is wide."
    if found.history.count:
        count = found.history.count
        like = f"{count} closed key {'result' if count == 1 else 'results'} like it"
        return f"Nothing has been read yet: it says what {like} came to."
    return "Nothing has been read yet, and nothing like it is closed: it says what is usual elsewhere, and is wide."
