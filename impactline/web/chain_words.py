"""The words of the chain: levels and what leads from one to the next, states, evidence, effects."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from impactline.base.errors import Refusal
from impactline.chain import names
from impactline.chain.levels import Level, LinkKind, Sublevel
from impactline.chain.models import ChainItem, Holding, InputKind, Link, State, Strength
from impactline.chain.prediction import Came
from impactline.web import reader
from impactline.web.rows import with_unit


@dataclass(frozen=True, slots=True)
class LevelWords:
    """A level: its name and plural as a heading, its name inside a sentence, what an item of it is."""

    key: str
    one: str
    many: str
    inside: str
    what: str


@dataclass(frozen=True, slots=True)
class Way:
    """A kind of link as it is read from one of its ends, and the levels that can stand at the other.

    `asks` is how another is asked for, with places for the names of levels.
    """

    kind: LinkKind
    up: bool
    heading: str
    levels: tuple[Level, ...]
    asks: str

    @property
    def add(self) -> str:
        """How another is asked for, in the words of the organisation."""
        return named().say(self.asks)


WHAT = {
    Level.INPUT: "What is put in: people, money, skills, assets.",
    Level.ACTIVITY: "What is done with it.",
    Level.OUTPUT: "What the work yields: delivered, counted, accepted.",
    Level.OUTCOME: "What changes for people because of it.",
    Level.IMPACT: "What it is all for, in the long run.",
}
STATES = {
    State.DRAFT: "Draft",
    State.ACTIVE: "Active",
    State.DONE: "Done",
    State.DROPPED: "Dropped",
}
KINDS = {
    InputKind.PEOPLE: "People",
    InputKind.MONEY: "Money",
    InputKind.SKILL: "Skill",
    InputKind.ASSET: "Asset",
}
EVIDENCE = {
    Strength.UNTESTED: "Untested",
    Strength.WEAK: "Weak",
    Strength.MODERATE: "Moderate",
    Strength.STRONG: "Strong",
}
HOLDING = {
    Holding.UNTESTED: "Untested",
    Holding.HOLDING: "Holding",
    Holding.FAILING: "Failing",
    Holding.FAILED: "Failed",
}
WAYS: dict[Level, tuple[Way, ...]] = {
    Level.INPUT: (Way(LinkKind.USES, True, "Used by", (Level.ACTIVITY,), "{an_activity} that uses it"),),
    Level.ACTIVITY: (
        Way(LinkKind.PRODUCES, True, "Produces", (Level.OUTPUT,), "{an_output} of this {activity}"),
        Way(LinkKind.USES, False, "Uses", (Level.INPUT,), "{an_input} that it uses"),
        Way(LinkKind.ENABLES, False, "Enabled by", (Level.OUTCOME,), "{an_outcome} that makes it possible"),
    ),
    Level.OUTPUT: (
        Way(LinkKind.CONTRIBUTES_TO, True, "Contributes to", (Level.OUTCOME,), "{an_outcome} that it contributes to"),
        Way(LinkKind.PRODUCES, False, "Produced by", (Level.ACTIVITY,), "{an_activity} that produces it"),
    ),
    Level.OUTCOME: (
        Way(
            LinkKind.CONTRIBUTES_TO,
            True,
            "Contributes to",
            (Level.IMPACT, Level.OUTCOME),
            "{an_impact} or {outcome} that it contributes to",
        ),
        Way(
            LinkKind.CONTRIBUTES_TO,
            False,
            "Brought about by",
            (Level.OUTPUT, Level.OUTCOME),
            "{an_output} or {outcome} that brings it about",
        ),
        Way(LinkKind.ENABLES, True, "Enables", (Level.ACTIVITY,), "{an_activity} that it makes possible"),
    ),
    Level.IMPACT: (
        Way(
            LinkKind.CONTRIBUTES_TO, False, "Brought about by", (Level.OUTCOME,), "{an_outcome} that contributes to it"
        ),
    ),
}
RARE = (LinkKind.ENABLES,)

CAME = {
    Came.AS_EXPECTED: "As expected",
    Came.MORE: "More than expected",
    Came.LESS: "Less than expected",
    Came.NOT_AT_ALL: "It did not move",
    Came.OPPOSITE: "It moved the other way",
    Came.NOTHING_EXPECTED: "Nothing was expected",
    Came.NOT_OBSERVED: "Not observed",
    Came.TOO_EARLY: "Too early to tell",
}


def named() -> names.Names:
    """What the organisation calls the levels."""
    organisation = reader.organisation()
    return names.read(organisation.level_names if organisation else {})


def words_of(level: str, sublevel: str = "") -> LevelWords:
    """A level, or a kind of outcome, in the words of the organisation."""
    name = named().of(level, sublevel)
    return LevelWords(level, _begun(name.one), _begun(name.many), name.one, WHAT[Level(level)])


def every_level() -> list[LevelWords]:
    """All levels, from what is put in to what it is all for."""
    return [words_of(level) for level in Level]


def level_name(item: ChainItem) -> str:
    """The level of an item in words, with the kind of an outcome: "Intermediate outcome"."""
    return words_of(item.level, item.sublevel).one


def sublevels() -> dict[Sublevel, str]:
    """The kinds of outcome for a select, as the organisation calls them."""
    return {kind: words_of(Level.OUTCOME, kind).one if kind else "Not said" for kind in Sublevel}


def retold(refusal: Refusal) -> Refusal:
    """A refusal in the organisation's names of the levels, with days as the reader writes them.

    A day in a remedy is an example of what is to be typed, and stays.
    """
    return named().retold(refusal).reworded(reader.with_days, str)


def options(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Words for a select."""
    return [(str(key), shown) for key, shown in words.items()]


def effect_text(link: Link) -> str:
    """What is expected of a link, in a phrase; nothing where it is not said."""
    if link.effect_metric is None or link.effect_change is None:
        return ""
    metric = link.effect_metric
    change = reader.number(link.effect_change)
    signed = change if change.startswith(("-", "−")) else f"+{change}"
    per = link.effect_per or Decimal(1)
    return f"{signed.replace('-', '−')} {metric.unit} of “{metric.name}” for each {with_unit(per, '')}".replace(
        "  ", " "
    )


def known_text(link: Link) -> str:
    """How soon, how surely, how well borne out."""
    parts: list[str] = []
    if link.lag_days is not None:
        parts.append("at once" if link.lag_days == 0 else f"after {days(link.lag_days)}")
    if link.confidence is not None:
        parts.append(f"confidence {reader.percent(link.confidence)}")
    if link.necessary is not None:
        parts.append("necessary" if link.necessary else "not necessary")
    if link.group:
        parts.append(f"one of “{link.group}”")
    return ", ".join(parts)


def days(count: int) -> str:
    """A number of days in words."""
    return f"{reader.number(count)} {'day' if count == 1 else 'days'}"


def amount_text(value: Decimal | None, unit: str) -> str:
    """A quantity with its unit; a dash where there is none."""
    return reader.NONE if value is None else with_unit(value, unit)


def dates_text(item: ChainItem) -> str:
    """From when until when, as far as it is said."""
    if item.starts_on and item.due_on:
        return f"{reader.day(item.starts_on)} to {reader.day(item.due_on)}"
    if item.due_on:
        return f"due {reader.day(item.due_on)}"
    return f"from {reader.day(item.starts_on)}" if item.starts_on else ""


def done_share(item: ChainItem) -> float | None:
    """How far an item is, as a share of what was planned; None where it cannot be said."""
    if item.level == Level.ACTIVITY:
        return 1.0 if item.state == State.DONE and item.progress is None else item.progress
    planned, came = (item.planned, item.delivered) if item.level == Level.OUTPUT else (item.amount, item.used)
    if planned is None or came is None or planned <= 0:
        return None
    return float(came / planned)


def _begun(name: str) -> str:
    return name[:1].upper() + name[1:]


def figure_of(item: ChainItem) -> str:
    """How far an item is, in a few words; nothing where it is measured, not delivered, or nothing is said."""
    if item.level == Level.ACTIVITY:
        return "" if item.progress is None else reader.percent(item.progress)
    came, planned = (item.delivered, item.planned) if item.level == Level.OUTPUT else (item.used, item.amount)
    if came is None and planned is None:
        return ""
    if planned is None:
        return with_unit(came, item.unit)
    return f"{reader.number(came or 0)} of {with_unit(planned, item.unit)}"
