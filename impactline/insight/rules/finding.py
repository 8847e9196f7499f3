"""What a rule is, and what it finds: about what, how bad, why, how to mend it, what is at stake."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

from impactline.insight.rules.snapshot import Snapshot
from impactline.insight.wording.finding import Finding as Weakness
from impactline.insight.wording.finding import Severity

KEY_BYTES = 8


class Act(StrEnum):
    """What mends a finding: where its button leads."""

    EDIT = "edit"
    CHECK_IN = "check_in"
    ALIGN = "align"
    PLACE = "place"
    LINK = "link"
    LOOK = "look"
    SCORE = "score"
    ADD_KEY_RESULT = "add_key_result"


class Guard(NamedTuple):
    """An objective or an item of the chain whose visibility rules what names it."""

    kind: str
    pk: int


class About(NamedTuple):
    """Something that a finding names; without a guard everybody may see it."""

    kind: str
    pk: int
    ref: str
    title: str
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that decides whether a rule fires; a setting of the organisation, within its bounds."""

    name: str
    meaning: str
    default: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule says. The first of `about` is what it says it of.

    It holds only for whoever sees none of `unless`: what is missing here is there for those who see these. `cause`
    groups what is mended by one act; `value` is the share of key results at stake, 1 for one whole objective. `which`
    tells apart what is said of the same things: one of two assumptions.
    """

    about: tuple[About, ...]
    message: str
    remedy: str
    act: Act
    value: float = 0.0
    cause: str = ""
    unless: tuple[Guard, ...] = ()
    severity: Severity | None = None
    which: str = ""


Judge: TypeAlias = Callable[[Snapshot], Iterator[Told]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its page lists it, with its judges: what it looks for, what it reads, where it comes from.

    `judge` reads rows one by one, with what these name: of a part of the organisation at a time. `whole` reads what no
    part tells: how many there are, which of them are alike. `history` reads what was said and read of some key results.
    """

    id: str
    looks_for: str
    reads: str
    source: str
    severity: Severity
    judge: Judge | None
    thresholds: tuple[Threshold, ...] = ()
    history: Judge | None = None
    whole: Judge | None = None

    @property
    def of_history(self) -> bool:
        """Whether it reads histories."""
        return self.history is not None


def key_of(rule: str, about: Iterable[tuple[str, str]], which: str = "") -> str:
    """The name of a finding: made from the rule, the kinds and refs of what it is about, and which of these it is."""
    named = "|".join([rule, *(f"{kind}:{ref}" for kind, ref in about), *([which] if which else [])])
    return blake2b(named.encode(), digest_size=KEY_BYTES).hexdigest()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that needs attention; the same weakness of the same things has the same key from day to day."""

    rule: str
    severity: Severity
    about: tuple[About, ...]
    message: str
    remedy: str
    act: Act
    value: float
    cause: str
    unless: tuple[Guard, ...]
    source: str
    which: str = ""

    @property
    def key(self) -> str:
        """Its name: made from the rule and the refs of what it is about."""
        return key_of(self.rule, ((one.kind, one.ref) for one in self.about), self.which)

    def as_weakness(self, kind: str) -> Weakness:
        """What it says of the first thing that it names, as the linter tells it. What is set is sure."""
        return Weakness(self.rule, self.severity, 1.0, kind, self.about[0].ref, self.message, self.remedy, self.source)

    @property
    def guards(self) -> frozenset[Guard]:
        """What a person has to see to be shown it."""
        return frozenset(one.guard for one in self.about if one.guard is not None)


def finding(rule: Rule, told: Told) -> Finding:
    """What a rule told, with the rule's name, severity and source."""
    first = told.about[0]
    return Finding(
        rule=rule.id,
        severity=told.severity or rule.severity,
        about=told.about,
        message=told.message,
        remedy=told.remedy,
        act=told.act,
        value=told.value,
        cause=told.cause or f"{rule.id} {first.kind}:{first.ref}",
        unless=tuple(sorted(set(told.unless))),
        source=rule.source,
        which=told.which,
    )
