"""The three voices of a status: what a person states, what the figures say, and what comes down the chain.

They are kept apart and never mixed into one colour. Where they disagree, that is told: it is what a team should talk
about. Inherited is what an item has to expect from upstream: assumptions that fail and work that is late, each by how
strongly the item depends on it. Source: domain of the product, semantics 3; LFA (a failed assumption with dependants
that are still green).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from impactline.base.explanation import PLAIN, Format
from impactline.chain.completion import DONE, Lateness, Window, Work, completion, lateness, reaches
from impactline.chain.delivery import THRESHOLD
from impactline.chain.graph import Graph, Key
from impactline.chain.paths import strengths_from

OFF_TRACK_FROM, AT_RISK_FROM = 0.5, 0.2
SHOWN_MAX = 5


class Voice(StrEnum):
    """What one voice says; the words of a stated status."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"

    @property
    def words(self) -> str:
        """As on screen."""
        return self.value.replace("_", " ")


class Trouble(StrEnum):
    """What is wrong with an item or link."""

    ASSUMPTION_FAILED = "assumption_failed"
    ASSUMPTION_FAILING = "assumption_failing"
    OVERDUE = "overdue"
    BEHIND = "behind"


class Disagreement(StrEnum):
    """Where the voices part by two steps: one says on track, another off track."""

    WATERMELON = "watermelon"
    REVERSE_WATERMELON = "reverse_watermelon"
    UPSTREAM = "upstream"


@dataclass(frozen=True, slots=True)
class Source:
    """Trouble with a node, or with a link that leads into one: `at` is that node, `share` how strong the link is.

    `title` are the words of the item or the assumption.
    """

    trouble: Trouble
    at: Key
    title: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Inherited:
    """One trouble upstream, with the strength of the best path by which it comes down, and its weight."""

    source: Source
    strength: float

    @property
    def weight(self) -> float:
        """How much of a trouble it is × how strongly the item depends on it."""
        return _WEIGHTS[self.source.trouble] * self.strength


@dataclass(frozen=True, slots=True)
class Voices:
    """What the three voices say, each None while it is silent, with the troubles that the inherited one comes from."""

    stated: Voice | None
    computed: Voice | None
    inherited: Voice | None
    troubles: tuple[Inherited, ...] = ()

    @property
    def disagreement(self) -> Disagreement | None:
        """How they disagree; one step apart is no disagreement."""
        if self.stated is Voice.ON_TRACK and self.computed is Voice.OFF_TRACK:
            return Disagreement.WATERMELON
        if self.stated is Voice.OFF_TRACK and self.computed is Voice.ON_TRACK:
            return Disagreement.REVERSE_WATERMELON
        if self.inherited is Voice.OFF_TRACK and Voice.ON_TRACK in (self.stated, self.computed):
            return Disagreement.UPSTREAM
        return None


def heard(
    stated: Voice | None, computed: Voice | None, troubles: Iterable[Inherited], *, has_upstream: bool = True
) -> Voices:
    """The three voices of an item. Without anything upstream the inherited one is silent.

    Inherited is by the heaviest trouble: off track from a weight of 0.5, at risk from 0.2, else on track.
    """
    weighty = sorted((one for one in troubles if reaches(one.weight, AT_RISK_FROM)), key=lambda one: -one.weight)
    if not has_upstream and not weighty:
        return Voices(stated, computed, None)
    heaviest = weighty[0].weight if weighty else 0.0
    return Voices(stated, computed, _voice(heaviest), tuple(weighty[:SHOWN_MAX]))


def inherited(graph: Graph, key: Key, sources: Iterable[Source]) -> list[Inherited]:
    """All troubles upstream of an item, and of the item itself, heaviest first. One sweep over the links."""
    if key not in graph:
        return []
    strengths = strengths_from(graph, graph.marked([key]), back=True)
    upstream = graph.reaching(graph.marked([key]))
    found = [
        Inherited(source, source.share * float(strengths[graph.place[source.at]]))
        for source in sources
        if source.at in graph and upstream[graph.place[source.at]]
    ]
    return sorted(found, key=lambda one: -one.weight)


def inherited_by_all(graph: Graph, sources: Iterable[Source]) -> dict[Key, Voice]:
    """What every item inherits that has anything upstream or trouble of its own, by the heaviest trouble.

    One sweep over the links for all together.
    """
    weights = np.zeros(len(graph), dtype=np.float64)
    for source in sources:
        if source.at in graph:
            at = graph.place[source.at]
            weights[at] = max(weights[at], _WEIGHTS[source.trouble] * source.share)
    heard_of = (np.diff(graph.incoming.begins) > 0) | (weights > 0)
    for step in graph.steps:
        np.maximum.at(weights, graph.target[step], graph.strength[step] * weights[graph.source[step]])
    return {graph.nodes[at].key: _voice(float(weights[at])) for at in np.flatnonzero(heard_of).tolist()}


def of_work(work: Work, day: date, *, threshold: float = THRESHOLD) -> Voice | None:
    """What an activity or output says by its days and its quantities; None where it was dropped or has no due day.

    Said to be done, yet with less than was planned, it is at risk, and off track below the threshold.
    """
    done = completion(work, day)
    if done is None:
        return None
    if work.is_in(DONE, day):
        if reaches(done, 1.0):
            return Voice.ON_TRACK
        return Voice.AT_RISK if reaches(done, threshold) else Voice.OFF_TRACK
    if work.due_on is None:
        return None
    return _BY_LATENESS[lateness(work, day, Window(day, day), threshold=threshold)]


def worst(voices: Iterable[Voice | None]) -> Voice | None:
    """The worst of what is said; None where all are silent."""
    said = set(voices)
    return next((voice for voice in (Voice.OFF_TRACK, Voice.AT_RISK, Voice.ON_TRACK) if voice in said), None)


def trouble_of(lateness: Lateness) -> Trouble | None:
    """The trouble that late work is; None where it is on time."""
    return _LATE.get(lateness)


def disagreement_words(voices: Voices) -> str:
    """How the voices disagree, as a sentence; empty where they do not."""
    if voices.disagreement is None:
        return ""
    if voices.disagreement is Disagreement.UPSTREAM and Voice.AT_RISK in (voices.stated, voices.computed):
        on, other = ("Stated", "computed") if voices.stated is Voice.ON_TRACK else ("Computed", "stated")
        return f"{on} on track, {other} at risk, and what it depends on is off track."
    return _DISAGREEMENTS[voices.disagreement]


def reason(one: Inherited, *, write: Format = PLAIN) -> str:
    """One trouble upstream, as a sentence."""
    return _line(one, write)


def told(voices: Voices, *, write: Format = PLAIN) -> tuple[str, ...]:
    """What the voices say and where they disagree, as sentences."""
    said = (("stated", voices.stated), ("computed", voices.computed), ("inherited", voices.inherited))
    lines = [f"{name.capitalize()}: {voice.words if voice else 'nothing'}." for name, voice in said]
    lines += [_line(one, write) for one in voices.troubles]
    if voices.disagreement is not None:
        lines.append(disagreement_words(voices))
    return tuple(lines)


def _voice(weight: float) -> Voice:
    if reaches(weight, OFF_TRACK_FROM):
        return Voice.OFF_TRACK
    return Voice.AT_RISK if reaches(weight, AT_RISK_FROM) else Voice.ON_TRACK


def _line(one: Inherited, write: Format) -> str:
    share = write.share(one.strength)
    return f"“{one.source.title}” {_TROUBLES[one.source.trouble]} (this depends on it to {share})."


_WEIGHTS: Mapping[Trouble, float] = {
    Trouble.ASSUMPTION_FAILED: 1.0,
    Trouble.OVERDUE: 0.8,
    Trouble.ASSUMPTION_FAILING: 0.6,
    Trouble.BEHIND: 0.4,
}
_BY_LATENESS = {
    Lateness.ON_TIME: Voice.ON_TRACK,
    Lateness.BEHIND: Voice.AT_RISK,
    Lateness.OVERDUE: Voice.OFF_TRACK,
}
_LATE = {Lateness.OVERDUE: Trouble.OVERDUE, Lateness.BEHIND: Trouble.BEHIND}
_TROUBLES = {
    Trouble.ASSUMPTION_FAILED: "has failed",
    Trouble.ASSUMPTION_FAILING: "is failing",
    Trouble.OVERDUE: "is overdue",
    Trouble.BEHIND: "is behind",
}
_DISAGREEMENTS = {
    Disagreement.WATERMELON: "Stated on track, computed off track: green outside, red inside (a watermelon).",
    Disagreement.REVERSE_WATERMELON: "Stated off track, computed on track: what does the person know?",
    Disagreement.UPSTREAM: "Nothing is to be seen here yet, but what it depends on is off track.",
}
