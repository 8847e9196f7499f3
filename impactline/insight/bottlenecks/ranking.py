"""Who and what holds back most: items, people, teams and dependencies by the key-result value that waits for them.

Held back by an item = what key results lose when it fails × what is missing of it (reverse-mode differentiation finds
the candidates, ablation measures them: engine.md, “Diagnostics”). People and teams: all that they own together. A
single point of failure is one without which key results of at least two objectives have no way left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from impactline.chain.graph import Graph, Key, Numbers
from impactline.insight.bottlenecks.flow import Flow

LISTED = 40
OTHERS_LISTED = 20
BEHIND_MAX = 20
ALONE_FROM = 2
LEAST = 1e-9


class Kind(StrEnum):
    """What holds back."""

    ITEM = "item"
    PERSON = "person"
    TEAM = "team"
    DEPENDENCY = "dependency"


SINGLE = (Kind.ITEM, Kind.PERSON)


class Part(NamedTuple):
    """An item of the chain: how much of it is missing (0 to 1), and whose it is."""

    key: Key
    missing: float
    owner: int | None = None
    team: int | None = None


class Aim(NamedTuple):
    """A key result of an objective, and what it still lacks: its share in the objective × (1 − its progress)."""

    key: Key
    worth: float
    objective: Key


class Wait(NamedTuple):
    """An activity that waits for an item."""

    activity: Key
    after: Key


@dataclass(frozen=True, slots=True)
class Held:
    """What one item, person, team or dependency holds back.

    `key` is of the item, (activity, after) of a dependency, the number of a person or team. `value` is what is held
    back, `hangs` what would be lost if it failed altogether; of both 1 is a whole objective. `waiting` key results are
    held back, `behind` are those with the most value; `alone` those that have no other way, of `alone_of` objectives.
    `items` are the unfinished items that it is about.
    """

    kind: Kind
    key: Key
    value: float
    hangs: float
    waiting: int
    behind: tuple[tuple[Key, float], ...]
    items: tuple[Key, ...]
    alone: tuple[Key, ...]
    alone_of: int

    @property
    def is_single_point(self) -> bool:
        """Whether key results of several objectives have no other way."""
        return self.alone_of >= ALONE_FROM


@dataclass(frozen=True, slots=True)
class Ranking:
    """The lists, each with what holds back most at its head; `lacking` is what all key results still lack."""

    lacking: float
    of: Mapping[Kind, tuple[Held, ...]]

    def single_points(self) -> list[Held]:
        """The single points of failure among items and people, those on which most hangs first."""
        found = [row for kind in SINGLE for row in self.of[kind] if row.is_single_point]
        return sorted(found, key=lambda row: -row.hangs)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A candidate: what fails when it fails altogether, and how much of that is missing now, by place."""

    kind: Kind
    key: Key
    whole: Mapping[int, float]
    now: Mapping[int, float]


def rank(graph: Graph, parts: Iterable[Part], aims: Iterable[Aim], waits: Iterable[Wait]) -> Ranking:
    """The ranking for some key results. The same rows give the same ranking: equals stand in the order of the nodes."""
    known = {part.key: part for part in parts if part.key in graph}
    aimed = {aim.key: aim for aim in aims if aim.key in graph}
    worth = {key: aim.worth for key, aim in aimed.items()}
    flow = Flow(graph, {key: part.missing for key, part in known.items()}, worth)
    upper = flow.marginal()
    asked = [
        *_items(flow, known, upper),
        *_owners(flow, known, upper, Kind.PERSON),
        *_owners(flow, known, upper, Kind.TEAM),
        *_dependencies(flow, known, upper, waits),
    ]
    found: dict[Kind, list[Held]] = {kind: [] for kind in Kind}
    for row in _measured(flow, asked, aimed):
        found[row.kind].append(row)
    ordered = {kind: tuple(sorted(rows, key=lambda row: -row.value)) for kind, rows in found.items()}
    return Ranking(float(flow.worth.sum()), ordered)


def _items(flow: Flow, known: Mapping[Key, Part], upper: Numbers) -> list[_Asked]:
    places = _most(upper * flow.missing, [flow.graph.place[key] for key in known])
    nodes = flow.graph.nodes
    return [_Asked(Kind.ITEM, nodes[at].key, {at: 1.0}, {at: float(flow.missing[at])}) for at in places]


def _owners(flow: Flow, known: Mapping[Key, Part], upper: Numbers, kind: Kind) -> list[_Asked]:
    owned: dict[int, list[int]] = defaultdict(list)
    for key, part in known.items():
        number = part.owner if kind is Kind.PERSON else part.team
        at = flow.graph.place[key]
        if number is not None and part.missing > 0 and upper[at] > LEAST:
            owned[number].append(at)
    most = sorted(owned, key=lambda number: (-float((upper * flow.missing)[owned[number]].sum()), number))[
        :OTHERS_LISTED
    ]
    return [
        _Asked(kind, number, dict.fromkeys(owned[number], 1.0), {at: float(flow.missing[at]) for at in owned[number]})
        for number in most
    ]


def _dependencies(flow: Flow, known: Mapping[Key, Part], upper: Numbers, waits: Iterable[Wait]) -> list[_Asked]:
    place, missing = flow.graph.place, flow.missing
    rows = [(row, place[row.activity], place[row.after]) for row in waits if {row.activity, row.after} <= known.keys()]
    held = [(-upper[at] * missing[after], row, at, after) for row, at, after in rows if missing[at] and missing[after]]
    held.sort(key=lambda entry: entry[0])
    return [
        _Asked(Kind.DEPENDENCY, (row.activity, row.after), {at: 1.0}, {at: float(missing[after])})
        for value, row, at, after in held[:OTHERS_LISTED]
        if value < -LEAST
    ]


def _most(value: Numbers, places: Sequence[int]) -> list[int]:
    """The places with the highest values, of equal ones the first; none without value."""
    return sorted((at for at in places if value[at] > LEAST), key=lambda at: (-value[at], at))[:LISTED]


def _measured(flow: Flow, asked: Sequence[_Asked], aimed: Mapping[Key, Aim]) -> Iterable[Held]:
    """What each of the candidates holds back: one sweep for all of them, and one for those that may stand alone."""
    aims = np.flatnonzero(flow.worth > 0)
    if not asked or not aims.size:
        return
    whole = flow.failing([row.whole for row in asked])
    several = [at for at, row in enumerate(asked) if len(row.whole) > 1]
    lost = flow.lost(np.hstack((whole, flow.failing([asked[at].now for at in several]))))[aims]
    lost *= flow.worth[aims, None]
    now = lost[:, : len(asked)] * [next(iter(row.now.values())) for row in asked]
    now[:, several] = lost[:, len(asked) :]
    hangs = lost[:, : len(asked)].sum(axis=0)
    single = [at for at, row in enumerate(asked) if row.kind in SINGLE]
    alone = np.zeros(now.shape, dtype=np.bool_)
    alone[:, single] = flow.cut_off(whole[:, single])[aims]
    nodes = flow.graph.nodes
    for at, row in enumerate(asked):
        order = np.argsort(-now[:, at], kind="stable")
        waiting = int((now[:, at] > LEAST).sum())
        only = tuple(nodes[aim].key for aim in aims[order[alone[order, at]]])
        yield Held(
            kind=row.kind,
            key=row.key,
            value=float(now[:, at].sum()),
            hangs=float(hangs[at]),
            waiting=waiting,
            behind=tuple((nodes[aims[i]].key, float(now[i, at])) for i in order[: min(waiting, BEHIND_MAX)]),
            items=tuple(nodes[place].key for place in row.whole),
            alone=only,
            alone_of=len({aimed[key].objective for key in only}),
        )
