"""The five levels of the results chain, and which of them may be linked, by what kind of link.

A link goes from one level to the next, so that it can be seen where a chain breaks. Outcomes may also lead to
outcomes, and may enable an activity; only that feedback may close a circle.
Sources: OECD-DAC glossary 2002 (the levels), Common Impact Data Standard 3.2 (`canProduce`: output → outcome,
outcome → outcome; `canEnable`: outcome → activity).
"""

from enum import StrEnum

from impactline.base.errors import Invalid


class Level(StrEnum):
    """A level of the chain, in order from what is put in to what it is all for."""

    INPUT = "input"
    ACTIVITY = "activity"
    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"

    @property
    def order(self) -> int:
        """Its place, from 0 for an input to 4 for an impact."""
        return _ORDER[self]


class Sublevel(StrEnum):
    """How far on an outcome is: a change of capacity, of behaviour, of condition; empty where it is not said.

    Source: Global Affairs Canada, results-based management, tip sheet 2.2.
    """

    NONE = ""
    IMMEDIATE = "immediate"
    INTERMEDIATE = "intermediate"
    ULTIMATE = "ultimate"

    @property
    def order(self) -> int:
        """Its place among the outcomes, from 0; one of which nothing is said stands with the immediate ones."""
        return _SUBORDER[self]


class LinkKind(StrEnum):
    """What a link says; given by the levels of its two ends."""

    USES = "uses"
    PRODUCES = "produces"
    CONTRIBUTES_TO = "contributes_to"
    ENABLES = "enables"

    @property
    def closes_circles(self) -> bool:
        """Whether it may lead back to where it came from: feedback may, all others must not."""
        return self is LinkKind.ENABLES


class NotLinkable(Invalid):
    """A link between two items that the chain does not know; the code says what is wrong with it."""

    code = "not_linkable"


LEVELS = tuple(Level)
KINDS = {
    (Level.INPUT, Level.ACTIVITY): LinkKind.USES,
    (Level.ACTIVITY, Level.OUTPUT): LinkKind.PRODUCES,
    (Level.OUTPUT, Level.OUTCOME): LinkKind.CONTRIBUTES_TO,
    (Level.OUTCOME, Level.OUTCOME): LinkKind.CONTRIBUTES_TO,
    (Level.OUTCOME, Level.IMPACT): LinkKind.CONTRIBUTES_TO,
    (Level.OUTCOME, Level.ACTIVITY): LinkKind.ENABLES,
}
_ORDER = {level: at for at, level in enumerate(Level)}
_SUBORDER = {Sublevel.NONE: 0, Sublevel.IMMEDIATE: 0, Sublevel.INTERMEDIATE: 1, Sublevel.ULTIMATE: 2}


def kind_of(source: Level, target: Level) -> LinkKind:
    """The kind of a link between two items of these levels.

    Raises NotLinkable, with the code `level_skipped`, `level_reversed` or `level_alike`, where there can be none.
    """
    kind = kind_or_none(source, target)
    if kind is None:
        raise refusal(source, target)
    return kind


def kind_or_none(source: Level, target: Level) -> LinkKind | None:
    """The kind of a link between two items of these levels; None where there can be none."""
    return KINDS.get((source, target))


def refusal(source: Level, target: Level) -> NotLinkable:
    """Why two items of these levels cannot be linked, and what to do instead; for pairs without a kind."""
    message, remedy, code = _why(source, target)
    return NotLinkable(message, remedy=remedy, field="target", code=code)


def _why(source: Level, target: Level) -> tuple[str, str, str]:
    """Message, remedy and code."""
    if source is target:
        alike = with_article(source)
        return f"{alike[:1].upper()}{alike[1:]} does not lead to {alike}.", _ALIKE[source], "level_alike"
    if source.order > target.order:
        return (
            f"A link from {source} to {target} leads down the chain.",
            "Exchange the two; only an outcome may lead back, to an activity that it enables.",
            "level_reversed",
        )
    *others, last = LEVELS[source.order + 1 : target.order]
    between = f"{', the '.join(others)} and the {last}" if others else last
    return (
        f"A link from {source} to {target} skips the {between}.",
        "Name what lies between and link each to the next, so that it can be seen where the chain breaks.",
        "level_skipped",
    )


def leads_to_itself() -> NotLinkable:
    """Why an item cannot be linked to itself."""
    return NotLinkable(
        "An item does not lead to itself.", remedy="Name two items.", field="target", code="link_to_itself"
    )


def with_article(word: str) -> str:
    """A word with the English article before it."""
    return f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}"


_ALIKE = {
    Level.INPUT: "Link each input to the activity that uses it.",
    Level.ACTIVITY: "Say that one waits for the other: a dependency.",
    Level.OUTPUT: "Link each to the outcome that it contributes to; what waits for one says so by a dependency.",
    Level.IMPACT: "Make the one that comes first an ultimate outcome.",
}
