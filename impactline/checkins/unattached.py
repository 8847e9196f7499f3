"""What has no path to a priority or an impact: each with the places most like it, to be attached there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from impactline.chain.levels import Level, LinkKind, kind_or_none
from impactline.chain.similar import NEAREST, Similar
from impactline.checkins.achieved import Achieved, achieved
from impactline.checkins.sights import Key, Place, World
from impactline.people.models import Person

Why = float | str
HANDS = ("team", "owner")


@dataclass(frozen=True, slots=True)
class Near:
    """An item near another, and what came of it; `why`: how much their titles are alike, or whose both are."""

    place: Place
    why: Why
    came: Achieved | None

    def as_data(self) -> dict[str, Any]:
        """The item for programs."""
        came = self.came
        return self.place.as_data() | {
            "likeness": None if isinstance(self.why, str) else round(self.why, 4),
            "same": self.why if isinstance(self.why, str) else None,
            "state": came.item.state if came else None,
            "came": [row.came for row in came.predictions] if came else [],
            "key_results": [{"ref": row.ref, "score": row.score} for row in came.key_results] if came else [],
        }


@dataclass(frozen=True, slots=True)
class Loose:
    """An item without a path, the places to which it could be attached, and what like it was done before."""

    place: Place
    near: list[Near]
    before: list[Near]

    def as_data(self) -> dict[str, Any]:
        """The item for programs."""
        nearest, before = ([one.as_data() for one in found] for found in (self.near, self.before))
        return self.place.as_data() | {"nearest": nearest, "before": before}


class Unattached:
    """Everything without a path that a person sees, in the order of the chain; `items` are loaded by the page."""

    def __init__(self, person: Person | None) -> None:
        self.person = person
        self.world = World(person)
        self.keys = [key for key in self.world.lines.without() if key in self.world.whose]

    def items(self, begin: int, end: int) -> list[Loose]:
        """Some of them, each with the three nearest of those with a path that it can be linked with; four queries."""
        away, shown = set(self.keys), self.keys[begin:end]
        levels = {self._level(key) for key in shown}
        places = {level: self._index([other for other in Level if _leads(level, other)], away) for level in levels}
        peers = {level: self._index([level], ()) for level in levels}
        found = [(key, self._near(key, places[self._level(key)]), self._like(key, peers)) for key in shown]
        came = achieved(self.person, [number for _, *both in found for near in both for _, number in near])
        return [
            Loose(self.world.places[key], self._told(near, came), self._told(before, came))
            for key, near, before in found
        ]

    def _near(self, key: Key, places: Similar[Key]) -> dict[Key, Why]:
        near = _by_likeness(places, self.world.places[key].title)
        for other, whose in self._same_hands(key, places):
            if len(near) < NEAREST:
                near.setdefault(other, whose)
        return near

    def _like(self, key: Key, peers: dict[Level, Similar[Key]]) -> dict[Key, Why]:
        return _by_likeness(peers[self._level(key)], self.world.places[key].title, leave_out=[key])

    def _same_hands(self, key: Key, places: Similar[Key]) -> Iterator[tuple[Key, Why]]:
        """Places of the same team, then of the same owner: where words tell little, these are the nearest."""
        for at, words in enumerate(HANDS):
            whose = self.world.whose[key][at]
            for other in places.keys if whose is not None else ():
                if self.world.whose[other][at] == whose:
                    yield other, words

    def _index(self, levels: Collection[Level], leave_out: Collection[Key]) -> Similar[Key]:
        """The items of some levels, to be asked for those most like a text."""
        rows = (key for key in self.world.whose if key not in leave_out and self._level(key) in levels)
        return Similar((key, self.world.places[key].title) for key in rows)

    def _level(self, key: Key) -> Level:
        return Level(self.world.places[key].kind)

    def _told(self, found: dict[Key, Why], came: dict[int, Achieved]) -> list[Near]:
        return [Near(self.world.places[key], why, came.get(key[1])) for key, why in found.items()]


def _by_likeness(places: Similar[Key], title: str, leave_out: Collection[Key] = ()) -> dict[Key, Why]:
    return {one.key: one.likeness for one in places.nearest(title, leave_out=leave_out)}


def _leads(level: Level, other: Level) -> bool:
    return kind_or_none(level, other) not in (None, LinkKind.ENABLES)
