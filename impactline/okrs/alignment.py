"""The graph of aligned objectives: no cycles, and every roll-up from the bottom to the top in one pass.

An objective may contribute to several parents. Nothing here recurses, so depth is no limit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from impactline.base.errors import Invalid
from impactline.okrs.measure import Driver
from impactline.okrs.rollup import Key, Origin, Own, Part, Rolled, roll_up


class AlignmentCycle(Invalid):
    """Objectives that would serve themselves; `path` names them from the first back to the first."""

    code = "alignment_cycle"

    def __init__(self, path: list[Key]) -> None:
        super().__init__(
            f"This would close a circle: {' → '.join(str(key) for key in path)}.",
            remedy="Remove one of these alignments first.",
            field="contributes_to",
        )
        self.path = path


@dataclass(frozen=True, slots=True)
class Node:
    """An objective with its key results as ready parts.

    An aligned objective that is not in the graph, because only a piece of it is computed, may be given as
    a part too, with the origin `objective` and the progress that it had.
    """

    key: Key
    parts: tuple[Part, ...] = ()
    driver: Driver = Driver.KEY_RESULTS
    own: Own | None = None
    override: Own | None = None


class Link(NamedTuple):
    """A child objective is aligned to a parent: it contributes, with an equal or fixed share, or supports."""

    child: Key
    parent: Key
    fixed: float | None = None
    contributes: bool = True


def find_cycle(links: Iterable[tuple[Key, Key]], new: tuple[Key, Key]) -> list[Key] | None:
    """The circle that a new (child, parent) would close among existing ones, or None.

    The path starts and ends with the child: [child, parent, …, child]. Supporting links count too.
    """
    child, parent = new
    if child == parent:
        return [child, child]
    parents: dict[Key, list[Key]] = defaultdict(list)
    for lower, upper in links:
        parents[lower].append(upper)
    came_from: dict[Key, Key] = {parent: child}
    waiting = [parent]
    while waiting:
        here = waiting.pop()
        for upper in parents.get(here, ()):
            if upper == child:
                return [*_trail(here, child, came_from), child]
            if upper not in came_from:
                came_from[upper] = here
                waiting.append(upper)
    return None


def bottom_up(keys: Iterable[Key], links: Iterable[tuple[Key, Key]]) -> list[Key]:
    """The keys so ordered that every child comes before all its parents; stable for equal input.

    Raises AlignmentCycle when there is no such order, ValueError when a link names an unknown key.
    """
    below: dict[Key, int] = dict.fromkeys(keys, 0)
    parents: dict[Key, list[Key]] = defaultdict(list)
    for child, parent in links:
        if child not in below or parent not in below:
            raise ValueError(f"the link from {child} to {parent} leaves the graph")
        parents[child].append(parent)
        below[parent] += 1
    order = [key for key, children in below.items() if not children]
    for key in order:
        for parent in parents.get(key, ()):
            below[parent] -= 1
            if not below[parent]:
                order.append(parent)
    if len(order) < len(below):
        raise AlignmentCycle(_circle(below, parents))
    return order


def roll_up_graph(nodes: Mapping[Key, Node], links: Iterable[Link]) -> dict[Key, Rolled]:
    """Every objective of a graph, children first, each once. O(objectives + key results + links).

    Raises AlignmentCycle and ValueError as `bottom_up` does.
    """
    links = list(links)
    children = children_of(links)
    rolled: dict[Key, Rolled] = {}
    for key in bottom_up(nodes, ((link.child, link.parent) for link in links)):
        node = nodes[key]
        aligned = (part_of(link, rolled[link.child]) for link in children.get(key, ()))
        rolled[key] = roll_up((*node.parts, *aligned), node.driver, own=node.own, override=node.override)
    return rolled


def children_of(links: Iterable[Link]) -> dict[Key, list[Link]]:
    """The links of each parent, in the order in which they were given."""
    children: dict[Key, list[Link]] = defaultdict(list)
    for link in links:
        children[link.parent].append(link)
    return children


def part_of(link: Link, child: Rolled) -> Part:
    """A rolled-up child as a part of its parent."""
    return Part(
        link.child,
        child.progress,
        child.expected,
        link.fixed,
        child.colour,
        child.status,
        Origin.OBJECTIVE,
        link.contributes,
    )


def _trail(end: Key, start: Key, came_from: dict[Key, Key]) -> list[Key]:
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path[::-1]


def _circle(below: dict[Key, int], parents: dict[Key, list[Key]]) -> list[Key]:
    """One circle among the keys that were never reached: each of them still waits for a child."""
    children: dict[Key, list[Key]] = defaultdict(list)
    for child, uppers in parents.items():
        for parent in uppers:
            if below[child] and below[parent]:
                children[parent].append(child)
    key = next(key for key, waiting in below.items() if waiting)
    seen: dict[Key, int] = {}
    path: list[Key] = []
    while key not in seen:
        seen[key] = len(path)
        path.append(key)
        key = children[key][0]
    return [*path[seen[key] :], key][::-1]
