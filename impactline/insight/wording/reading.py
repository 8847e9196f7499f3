"""A text taken apart once, for all rules: language, first verb, sentences, numbers, and which phrases stand in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from impactline.insight.wording.language import language_of
from impactline.insight.wording.lists import Lists, Words
from impactline.insight.wording.quantities import MONEY, Numbers, numbers_of
from impactline.insight.wording.tokens import Token, tokens_of

LENGTH_MAX = 1_000
SKIPPED_MAX = 6
NAME_WORDS = 2
BY_WORDS = 5
_RANK = re.compile(r"top-\d{1,4}")
_SHORT_DAY = re.compile(r"\d{1,2}\.\d{1,2}")
_REDACTED = re.compile(r"[nN]\d{1,3}|N")
_BLANK = frozenset({"x", "xx", "xxx", "y", "n", "?"})
_WORK = frozenset({"activity", "task", "activity_weak"})
_ABBREVIATED = frozenset(
    [
        "vs",
        "incl",
        "inc",
        "approx",
        "etc",
        "no",
        "e",
        "g",
        "i",
        "z",
        "b",
        "p",
        "ca",
        "bzw",
        "max",
        "min",
        "dr",
        "st",
        "ex",
        "sr",
    ]
)


@dataclass(frozen=True, slots=True)
class Lead:
    """The verb that a sentence begins with: where, its base form, and the groups that it is in."""

    at: int
    base: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text taken apart.

    `lows` are its tokens in lower case, `sentences` ranges of tokens; `words` is None in a script without lists.
    """

    text: str
    tokens: tuple[Token, ...]
    lows: frozenset[str]
    words: Words | None
    numbers: Numbers
    sentences: tuple[tuple[int, int], ...]
    lead: Lead | None

    def phrases(self, group: str, start: int = 0, stop: int | None = None) -> list[str]:
        """The phrases of a group that stand between two tokens, as written in the text."""
        return [self.quote(first, last) for first, last in self.places(group, start, stop)]

    def places(self, group: str, start: int = 0, stop: int | None = None) -> list[tuple[int, int]]:
        """Where phrases of a group stand: first token, and the one after the last."""
        if self.words is None or self.lows.isdisjoint(self.words.phrases[group]):
            return []
        known, found, at = self.words.phrases[group], list[tuple[int, int]](), start
        end = len(self.tokens) if stop is None else min(stop, len(self.tokens))
        while at < end:
            length = _fits(self.tokens, at, known.get(self.tokens[at].low, ()))
            if length:
                found.append((at, at + length))
            at += max(length, 1)
        return found

    def groups(self, at: int) -> frozenset[str]:
        """The groups of verbs that the token is a form of."""
        return frozenset() if self.words is None else _groups(self.words, self.tokens[at].low)

    def quote(self, first: int, last: int) -> str:
        """The text from one token up to before another."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]

    @property
    def leads(self) -> frozenset[str]:
        """The groups of the first verb."""
        return self.lead.groups if self.lead is not None else frozenset()

    @property
    def is_counted(self) -> bool:
        """Whether an amount is named, in digits, in words, or blacked out for publication."""
        if self.numbers.quantities or self.places("number"):
            return True
        return any(token.text == "%" or _RANK.fullmatch(token.low) for token in self.tokens) or any(
            _is_redacted(self.tokens, at) for at in range(len(self.tokens))
        )

    def is_amount(self, at: int) -> bool:
        """Whether the token is an amount, or one that was blacked out for publication."""
        return any(quantity.at == at for quantity in self.numbers.quantities) or _is_redacted(self.tokens, at)

    @property
    def is_dated(self) -> bool:
        """Whether it says by when, or may do so: a day, a period, “by the end of June”, “within three months”."""
        if self.numbers.dated or self.places("relative_day"):
            return True
        behind = (range(last, min(last + BY_WORDS, len(self.tokens))) for _, last in self.places("by"))
        return any(self._is_end(at) for places in behind for at in places)

    def _is_end(self, at: int) -> bool:
        """Whether the token, behind “by” or “within”, is a month, a period, or a day such as 31/12 or 30.6."""
        assert self.words is not None
        token = self.tokens[at]
        if token.kind == "number":
            slash = at + 2 < len(self.tokens) and self.tokens[at + 1].text == "/"
            return (slash and self.tokens[at + 2].kind == "number") or _SHORT_DAY.fullmatch(token.text) is not None
        low = token.low.rpartition("-")[2]  # “mid-June”
        return low in self.words.months or (low,) in self.words.phrases["period"].get(low, ())

    @property
    def has_blank(self) -> bool:
        """Whether a number is still to be filled in: “__ %”, “X%”."""
        return any(
            token.kind == "blank" or (token.low in _BLANK and _beside_percent(self.tokens, at))
            for at, token in enumerate(self.tokens)
        )

    @property
    def is_degree(self) -> bool:
        """Whether it names a share, an amount of money, a multiple, or a change from one number to another."""
        return self.numbers.change is not None or any(
            quantity.unit and quantity.unit not in {"k", "m", "d"} for quantity in self.numbers.quantities
        )

    @property
    def is_state(self) -> bool:
        """Whether it tells a state that is or is not so: "The handbook is published", "Website launched"."""
        verbs = self.places("is_state", 0, 14)
        return any(last < len(self.tokens) for _, last in verbs) or self._participle

    @property
    def _participle(self) -> bool:
        """Whether a participle follows what it is about: “Infrastructure moved to the cloud”."""
        english = self.words is not None and self.words.language == "en"
        return english and any(
            token.low.endswith("ed") and len(token.low) > 4 for token in self.tokens[1:14] if token.is_word
        )


def read(text: str, lists: Lists, assumed: str = "") -> Reading:
    """Take a text apart; `assumed` is the language where the text does not tell. At most LENGTH_MAX characters."""
    tokens = tokens_of(text[:LENGTH_MAX])
    language = language_of(tokens, lists, assumed)
    words = lists[language] if language else None
    numbers = numbers_of(text[:LENGTH_MAX], tokens, words)
    sentences = _sentences(tokens)
    lows = frozenset(token.low for token in tokens)
    reading = Reading(text[:LENGTH_MAX], tokens, lows, words, numbers, sentences, None)
    return replace(reading, lead=lead_of(reading, *sentences[0])) if sentences else reading


def lead_of(reading: Reading, start: int, stop: int) -> Lead | None:
    """The verb that the tokens from start to stop begin with (German: also end with), or None."""
    words = reading.words
    if words is None:
        return None
    at = _first(reading, start, stop)
    lead = _lead(reading, at, stop) if at < stop else None
    if lead is None and words.verb_anywhere:
        lead = next(filter(None, (_lead(reading, place, stop) for place in range(stop - 1, start, -1))), None)
    return lead


def _lead(reading: Reading, at: int, stop: int) -> Lead | None:
    words, token = reading.words, reading.tokens[at]
    assert words is not None
    if _fits(reading.tokens, at, words.phrases["activity"].get(token.low, ())):
        return Lead(at, token.low, frozenset({"activity"}))
    found = _groups(words, token.low)
    if not found or not token.is_word or (token.low in words.ambiguous and _is_noun(reading, at, stop)):
        return None
    if words.verb_anywhere and at > 0 and token.text[0].isupper():
        return None  # a German noun
    base = next(group[token.low] for group in words.verbs.values() if token.low in group)
    if words.language == "en" and token.low in {f"{base}s", f"{base}es"} and found & _WORK:
        return None  # “Upgrades take …”: nobody is asked to do something in this form
    return Lead(at, base, found)


def _is_noun(reading: Reading, at: int, stop: int) -> bool:
    """Whether a verb that is as often a noun is one here: “Test coverage”, “Support tickets fall”."""
    words = reading.words
    assert words is not None
    if at + 1 >= stop:
        return True
    after = reading.tokens[at + 1]
    if after.is_word and _said_outside_brackets(reading, at, stop) == NAME_WORDS:
        return True
    if not after.is_word or after.low in words.after_verb:
        return after.text in {":", "–", "—"}
    if (after.low,) in words.phrases["metric_words"].get(after.low, ()):
        return True
    rest = range(at + 1, min(stop, at + 10))
    acts = any(_groups(words, reading.tokens[place].low) & {"up", "down"} for place in rest)
    told = any(reading.tokens[place].low.endswith("ed") for place in range(at + 2, min(stop, at + 7)))
    states = bool(reading.places("compare", at + 1, stop)) or bool(reading.places("is_state", at + 1, at + 6))
    return acts or told or states


def _said_outside_brackets(reading: Reading, at: int, stop: int) -> int:
    """How many words stand from here to the end or to the first bracket."""
    tokens = reading.tokens[at:stop]
    bracket = next((place for place, token in enumerate(tokens) if token.text in {"(", "["}), len(tokens))
    return sum(1 for token in tokens[:bracket] if token.is_word)


def _first(reading: Reading, start: int, stop: int) -> int:
    """The first token that says something: behind marks such as [P1], “we will” and adverbs."""
    tokens, words = reading.tokens, reading.words
    assert words is not None
    at, skipped = start, 0
    while at < stop and skipped < SKIPPED_MAX:
        token = tokens[at]
        if token.text == "[":
            at = next((place + 1 for place in range(at, min(stop, at + 6)) if tokens[place].text == "]"), at + 1)
        elif (
            (token.kind == "sign" and token.text not in MONEY)
            or (token.low,) in words.phrases["filler"].get(token.low, ())
            or _is_adverb(token, words)
        ):
            at += 1
        else:
            break
        skipped += 1
    return at


def _is_adverb(token: Token, words: Words) -> bool:
    return words.language == "en" and token.low.endswith("ly") and len(token.low) > 4


def _sentences(tokens: Sequence[Token]) -> tuple[tuple[int, int], ...]:
    found, start = [], 0
    for at, token in enumerate(tokens):
        if token.text in {".", "!", "?", ";"} and _ends(tokens, at):
            if at > start:
                found.append((start, at))
            start = at + 1
    if start < len(tokens):
        found.append((start, len(tokens)))
    return tuple(found)


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sentence ends with this sign."""
    if at + 1 >= len(tokens):
        return True
    after = tokens[at + 1]
    if tokens[at].text == ";":
        return True
    apart = after.start > tokens[at].end
    abbreviated = at > 0 and tokens[at - 1].low in _ABBREVIATED
    return apart and not abbreviated and (after.text[0].isupper() or after.kind == "number")


def _fits(tokens: Sequence[Token], at: int, phrases: Sequence[tuple[str, ...]]) -> int:
    """The length of the longest of these phrases that begins here, or 0."""
    for phrase in phrases:
        if len(phrase) == 1 or tuple(token.low for token in tokens[at : at + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def _groups(words: Words, low: str) -> frozenset[str]:
    if low not in words.forms:
        return frozenset()
    return frozenset(group for group, forms in words.verbs.items() if low in forms)


def _is_redacted(tokens: Sequence[Token], at: int) -> bool:
    text = tokens[at].text
    money = at > 0 and tokens[at - 1].text in MONEY and len(text) == 1 and text.isupper()
    return money or _REDACTED.fullmatch(text) is not None


def _beside_percent(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].text == "%" and tokens[at + 1].start == tokens[at].end
