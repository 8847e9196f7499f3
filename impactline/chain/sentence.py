"""A chain reads as a sentence: with what we do what, what that gives, if what holds, what changes, and what for.

The sentence is made of segments, so that a door can link each item. What depends on the language stands in a `Grammar`:
templates with places for the items, words that join, and how a title becomes a phrase. English is given here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from impactline.chain.english import and_more, clause, deed, purpose, thing

MOST = 3


@dataclass(frozen=True, slots=True)
class Phrase:
    """An item as it enters the sentence.

    `number` and `unit` are of its quantity, written by the door (“400”, “calls”); `change` of its metric (“21 → 7
    days”). An item without a title is its quantity alone (“8,000 €”).
    """

    key: object
    title: str
    number: str = ""
    unit: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a chain says, from what is put in to what it is for; each level in the order in which it should be told.

    `outcomes` come in steps: what changes first, what follows from that (immediate, intermediate, ultimate).
    """

    inputs: Sequence[Phrase] = ()
    activities: Sequence[Phrase] = ()
    outputs: Sequence[Phrase] = ()
    assumptions: Sequence[Phrase] = ()
    outcomes: Sequence[Sequence[Phrase]] = ()
    impacts: Sequence[Phrase] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the sentence; with the key of the item that it names, if any."""

    text: str
    key: object = None


@dataclass(frozen=True, slots=True)
class Grammar:
    """What depends on the language.

    `heads` are templates by which of inputs, activities and outputs there are, with the places {inputs}, {activities},
    {gives} and {outputs}; `gives` joins one activity, and several, with what they give; `condition` has the place
    {assumptions}. The callables make the words of one item, and of items that are not named.
    """

    heads: dict[tuple[bool, bool, bool], str]
    gives: tuple[str, str]
    condition: str
    so_that: str
    semicolon: str
    provided: str
    comma: str
    and_word: str
    end: str
    put_in: Callable[[Phrase, Collection[str]], str]
    do: Callable[[Phrase, Collection[str]], str]
    give: Callable[[Phrase, Collection[str]], str]
    hold: Callable[[Phrase, Collection[str]], str]
    change: Callable[[Phrase, Collection[str]], str]
    serve: Callable[[Phrase, Collection[str]], str]
    and_more: Callable[[int], str]


@dataclass
class _Writer:
    grammar: Grammar
    names: Collection[str]
    most: int
    segments: list[Segment] = field(default_factory=list)

    def text(self, text: str) -> None:
        if text:
            self.segments.append(Segment(text))

    def items(self, phrases: Sequence[Phrase], words: Callable[[Phrase, Collection[str]], str]) -> None:
        """The items one after the other, the last joined by “and”; of many the first ones, and how many more."""
        shown = list(phrases) if len(phrases) <= self.most + 1 else list(phrases[: self.most])
        left = len(phrases) - len(shown)
        for at, phrase in enumerate(shown):
            if at:
                is_last = at == len(shown) - 1 and not left
                self.text(self.grammar.and_word if is_last else self.grammar.comma)
            self.segments.append(Segment(words(phrase, self.names), phrase.key))
        if left:
            self.text(self.grammar.and_more(left))


def sentence(
    told: Told, grammar: Grammar | None = None, *, names: Collection[str] = (), most: int = MOST
) -> tuple[Segment, ...]:
    """The chain as one sentence, in segments; none for an empty chain.

    `names` are words that keep their capital letter inside a sentence (of people, teams, places); `most` is how many
    items of a level are named before “and 5 more”. Levels that are missing are left out of the sentence.
    """
    grammar = grammar or ENGLISH
    writer = _Writer(grammar, names, most)
    _head(writer, told)
    _tail(writer, told)
    if not writer.segments:
        return ()
    first = writer.segments[0]
    writer.segments[0] = Segment(first.text[:1].upper() + first.text[1:], first.key)
    writer.text(grammar.end)
    return tuple(writer.segments)


def plain(segments: Sequence[Segment]) -> str:
    """The sentence as text."""
    return "".join(segment.text for segment in segments)


def _head(writer: _Writer, told: Told) -> None:
    grammar = writer.grammar
    template = grammar.heads.get((bool(told.inputs), bool(told.activities), bool(told.outputs)), "")
    levels = {
        "inputs": (told.inputs, grammar.put_in),
        "activities": (told.activities, grammar.do),
        "outputs": (told.outputs, grammar.give),
    }
    for piece in re.split(r"(\{\w+\})", template):
        name = piece.strip("{}")
        if name == "gives":
            writer.text(grammar.gives[len(told.activities) > 1])
        elif name in levels and piece != name:
            writer.items(*levels[name])
        else:
            writer.text(piece)


def _tail(writer: _Writer, told: Told) -> None:
    grammar = writer.grammar
    steps = [(step, grammar.change) for step in told.outcomes if step]
    steps += [(told.impacts, grammar.serve)] if told.impacts else []
    before, _, after = grammar.condition.partition("{assumptions}")
    if not steps:
        if told.assumptions and writer.segments:
            writer.text(grammar.provided)
            writer.items(told.assumptions, grammar.hold)
        return
    if writer.segments:
        writer.text(grammar.semicolon if told.assumptions or told.outcomes else grammar.so_that)
    if told.assumptions:
        writer.text(before)
        writer.items(told.assumptions, grammar.hold)
        writer.text(after)
    for at, (phrases, words) in enumerate(steps):
        writer.text(grammar.so_that if at else "")
        writer.items(phrases, words)


def _put_in(phrase: Phrase, names: Collection[str]) -> str:
    return thing(phrase.title, phrase.number, phrase.unit, names)


def _change(phrase: Phrase, names: Collection[str]) -> str:
    return _with_change(clause(phrase.title, names), phrase)


def _serve(phrase: Phrase, names: Collection[str]) -> str:
    return _with_change(purpose(phrase.title, names), phrase)


def _with_change(text: str, phrase: Phrase) -> str:
    return f"{text} ({phrase.change})" if phrase.change else text


ENGLISH = Grammar(
    heads={
        (True, True, True): "with {inputs} we {activities}, {gives} {outputs}",
        (True, True, False): "with {inputs} we {activities}",
        (True, False, True): "with {inputs} we deliver {outputs}",
        (True, False, False): "we put in {inputs}",
        (False, True, True): "we {activities}, {gives} {outputs}",
        (False, True, False): "we {activities}",
        (False, False, True): "we deliver {outputs}",
    },
    gives=("which gives", "which together give"),
    condition="if {assumptions}, ",
    so_that=", so that ",
    semicolon="; ",
    provided=", provided that ",
    comma=", ",
    and_word=" and ",
    end=".",
    put_in=_put_in,
    do=lambda phrase, names: deed(phrase.title, names),
    give=_put_in,
    hold=lambda phrase, names: clause(phrase.title, names),
    change=_change,
    serve=_serve,
    and_more=and_more,
)
