"""Numbers beside judgements of an outcome: what each says, and where they disagree.

A number has moved, or has not, as far as was expected of it by now; a judgement is a level of a rubric, of which the
newest of each voice counts. Neither corrects the other: that they disagree is what a team should talk about.
Source: the book, “quality as well as quantity”; Campbell 1979 (a measure that stands for more than it counts);
Davidson 2005 (rubrics beside indicators).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

HIGH_FROM, LOW_UP_TO = 0.6, 0.4


class Numbers(StrEnum):
    """What the numbers of an outcome say."""

    MOVED = "moved"
    NOT_MOVED = "not_moved"
    DIVIDED = "divided"
    SILENT = "silent"


class Voices(StrEnum):
    """What those who judge an outcome say."""

    HIGH = "high"
    LOW = "low"
    MIDDLE = "middle"
    DIVIDED = "divided"
    SILENT = "silent"


class Agreement(StrEnum):
    """How numbers and judgements compare."""

    GOOD = "good"
    BAD = "bad"
    NUMBERS_ALONE = "numbers_alone"
    VOICES_ALONE = "voices_alone"
    VOICES_DIVIDED = "voices_divided"
    NUMBERS_DIVIDED = "numbers_divided"
    UNDECIDED = "undecided"
    NO_NUMBERS = "no_numbers"
    NO_VOICES = "no_voices"
    NOTHING = "nothing"

    @property
    def is_disagreement(self) -> bool:
        """Whether numbers and judgements, or those who judge, contradict each other."""
        return self in {Agreement.NUMBERS_ALONE, Agreement.VOICES_ALONE, Agreement.VOICES_DIVIDED}


@dataclass(frozen=True, slots=True)
class Opinion:
    """A judgement: who gave it, for when, and how high it stands, 0 to 1; None where it is told in words alone."""

    voice: str
    day: date
    level: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Numbers and judgements side by side: what each says, how they compare, and whose opinions count."""

    numbers: Numbers
    voices: Voices
    agreement: Agreement
    moved: int
    known: int
    opinions: tuple[Opinion, ...]

    @property
    def sentence(self) -> str:
        """How they compare, as a sentence for people."""
        return _SENTENCES[self.agreement].format(numbers=self._numbers(), voices=self._voices())

    def _numbers(self) -> str:
        if self.known == 1:
            return "the number moved as expected" if self.moved else "the number did not move as expected"
        return f"{self.moved} of {self.known} numbers moved as expected"

    def _voices(self) -> str:
        found = sorted(
            (one for one in self.opinions if one.share is not None), key=lambda one: (one.share or 0, one.voice)
        )
        if not found:
            return ""
        low, high = found[0], found[-1]
        if len(found) == 1:
            return f"{low.voice} judges “{low.level}”"
        if low.level == high.level:
            return f"{len(found)} voices judge “{low.level}”"
        return f"{len(found)} voices judge from “{low.level}” ({low.voice}) to “{high.level}” ({high.voice})"


def beside(moved: Iterable[bool | None], opinions: Iterable[Opinion]) -> Beside:
    """Numbers (whether each moved as expected, None where that cannot be told) beside judgements."""
    known = [one for one in moved if one is not None]
    counting = newest(opinions)
    numbers = _numbers(known)
    voices = _voices([one.share for one in counting if one.share is not None])
    return Beside(numbers, voices, _agreement(numbers, voices), sum(known), len(known), counting)


def newest(opinions: Iterable[Opinion]) -> tuple[Opinion, ...]:
    """The newest rated judgement of each voice, of several of one day the last, in the order of their first words."""
    found: dict[str, Opinion] = {}
    for one in opinions:
        before = found.get(one.voice.casefold())
        if one.share is not None and (before is None or one.day >= before.day):
            found[one.voice.casefold()] = one
    return tuple(found.values())


def _numbers(known: Sequence[bool]) -> Numbers:
    if not known:
        return Numbers.SILENT
    if all(known):
        return Numbers.MOVED
    return Numbers.DIVIDED if any(known) else Numbers.NOT_MOVED


def _voices(shares: Sequence[float]) -> Voices:
    if not shares:
        return Voices.SILENT
    if min(shares) <= LOW_UP_TO and max(shares) >= HIGH_FROM:
        return Voices.DIVIDED
    mean = sum(shares) / len(shares)
    if mean >= HIGH_FROM:
        return Voices.HIGH
    return Voices.LOW if mean <= LOW_UP_TO else Voices.MIDDLE


def _agreement(numbers: Numbers, voices: Voices) -> Agreement:
    if Numbers.SILENT is numbers or Voices.SILENT is voices:
        return _SILENCE[numbers is Numbers.SILENT, voices is Voices.SILENT]
    return _COMPARED.get((numbers, voices), _BY_VOICES.get(voices) or _BY_NUMBERS.get(numbers, Agreement.UNDECIDED))


_SILENCE = {
    (True, True): Agreement.NOTHING,
    (True, False): Agreement.NO_NUMBERS,
    (False, True): Agreement.NO_VOICES,
}
_COMPARED = {
    (Numbers.MOVED, Voices.HIGH): Agreement.GOOD,
    (Numbers.MOVED, Voices.LOW): Agreement.NUMBERS_ALONE,
    (Numbers.NOT_MOVED, Voices.HIGH): Agreement.VOICES_ALONE,
    (Numbers.NOT_MOVED, Voices.LOW): Agreement.BAD,
}
_BY_VOICES = {Voices.DIVIDED: Agreement.VOICES_DIVIDED}
_BY_NUMBERS = {Numbers.DIVIDED: Agreement.NUMBERS_DIVIDED}
_SENTENCES = {
    Agreement.GOOD: "Numbers and judgements agree that it is coming about: {numbers}, and {voices}.",
    Agreement.BAD: "Numbers and judgements agree that it is not coming about: {numbers}, and {voices}.",
    Agreement.NUMBERS_ALONE: "They disagree: {numbers}, but {voices}. What is counted may miss what matters.",
    Agreement.VOICES_ALONE: "They disagree: {numbers}, but {voices}. The numbers may come later, or count something "
    "else; or the judgements are kinder than the facts.",
    Agreement.VOICES_DIVIDED: "Those who judge disagree: {voices}; {numbers}. For whom does it come about, and for "
    "whom not?",
    Agreement.NUMBERS_DIVIDED: "The numbers point both ways: {numbers}; {voices}.",
    Agreement.UNDECIDED: "Nothing contradicts: {numbers}, and {voices}.",
    Agreement.NO_NUMBERS: "Of no number can it be told yet whether it moved as expected; {voices}.",
    Agreement.NO_VOICES: "Nobody has judged it yet; {numbers}.",
    Agreement.NOTHING: "Nobody has judged it yet, and of no number can it be told whether it moved as expected.",
}
