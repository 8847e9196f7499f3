"""Positions for the picture of a chain: columns by level, rows so that few links cross, links as curves.

Columns: input, activity, output, one or more of outcomes, impact. An outcome stands in the column of its sublevel, and
behind every outcome that leads to it. Rows: sweeps to and fro put each item at the mean of its neighbours (barycentre),
and the order with the fewest crossings is kept; then each column moves as near to its neighbours as its order allows.
The same chain always gives the same picture.
Sources: Sugiyama, Tagawa and Toda 1981 (layers, barycentres); Barth, Jünger and Mutzel 2004 (counting crossings); pool
adjacent violators for the rows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from impactline.chain.levels import Level, Sublevel

SWEEPS = 8
PATIENCE = 3
STRAIGHTENINGS = 4


@dataclass(frozen=True, slots=True)
class Item:
    """An item to be placed."""

    key: Hashable
    level: Level
    sublevel: Sublevel = Sublevel.NONE


@dataclass(frozen=True, slots=True)
class Line:
    """A link to be drawn.

    `effect` is how much it should move its metric in all (its sign does not matter), None where nothing is stated;
    links are compared with those of the same metric only. Feedback is an `enables` link and leads back.
    """

    key: Hashable
    source: Hashable
    target: Hashable
    effect: float | None = None
    metric: Hashable = None
    feedback: bool = False


@dataclass(frozen=True, slots=True)
class Sizes:
    """Lengths of the picture, in its own units (pixels on a screen)."""

    width: float = 184.0
    height: float = 56.0
    between_columns: float = 88.0
    between_rows: float = 16.0
    margin: float = 16.0
    thinnest: float = 1.5
    thickest: float = 9.0


@dataclass(frozen=True, slots=True)
class Placed:
    """An item in the picture: its upper left corner, size, column and row."""

    key: Hashable
    x: float
    y: float
    width: float
    height: float
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A link in the picture: a cubic curve by its four points, and how thick it is."""

    key: Hashable
    source: Hashable
    target: Hashable
    points: tuple[tuple[float, float], ...]
    thickness: float
    feedback: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column that has items: its level, and for outcomes the sublevel that all in it have, if they have the same."""

    level: Level
    sublevel: Sublevel
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything placed, in the order in which it was given; `crossings` counts the pairs of links that cross."""

    width: float
    height: float
    items: tuple[Placed, ...]
    links: tuple[Drawn, ...]
    columns: tuple[Column, ...]
    crossings: int


def layout(items: Sequence[Item], lines: Iterable[Line], sizes: Sizes | None = None) -> Picture:
    """Place items and draw the links between them; links to what is not there are left out.

    About 100 ms for 2,000 items with 4,000 links.
    """
    sizes = sizes or Sizes()
    there = {item.key for item in items}
    drawn = [line for line in lines if line.source in there and line.target in there and line.source != line.target]
    forward = [line for line in drawn if not line.feedback]
    column_of = _columns(items, forward)
    columns: list[list[Hashable]] = [[] for _ in range(max(column_of.values(), default=-1) + 1)]
    for item in items:
        columns[column_of[item.key]].append(item.key)
    neighbours = _neighbours(forward, column_of)
    columns, crossings = _ordered(columns, forward, column_of, neighbours)
    middle = _rows(columns, neighbours, sizes.height + sizes.between_rows)
    placed = _placed(items, columns, column_of, middle, sizes)
    return Picture(
        width=_extent([box.x + box.width for box in placed.values()], sizes),
        height=_extent([box.y + box.height for box in placed.values()], sizes),
        items=tuple(placed[item.key] for item in items),
        links=_drawn(drawn, placed, sizes),
        columns=_heads(items, column_of, placed),
        crossings=crossings,
    )


def _columns(items: Sequence[Item], forward: Sequence[Line]) -> dict[Hashable, int]:
    """The column of each item, without columns that are empty."""
    outcomes = {item.key: item.sublevel.order for item in items if item.level is Level.OUTCOME}
    within = [(line.source, line.target) for line in forward if line.source in outcomes and line.target in outcomes]
    step = _steps(outcomes, within)
    place = {item.key: (item.level.order, step.get(item.key, 0)) for item in items}
    number = {found: at for at, found in enumerate(sorted(set(place.values())))}
    return {key: number[found] for key, found in place.items()}


def _steps(lowest: dict[Hashable, int], pairs: Sequence[tuple[Hashable, Hashable]]) -> dict[Hashable, int]:
    """For each outcome the lowest step behind all that lead to it; in a circle, which should not be, any."""
    step = dict(lowest)
    following: dict[Hashable, list[Hashable]] = {}
    waiting = dict.fromkeys(lowest, 0)
    for source, target in pairs:
        following.setdefault(source, []).append(target)
        waiting[target] += 1
    ready = [key for key, count in waiting.items() if not count]
    while ready:
        source = ready.pop()
        for target in following.get(source, ()):
            step[target] = max(step[target], step[source] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return step


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """What stands to the left and to the right of each item and is linked with it."""

    left: dict[Hashable, list[Hashable]]
    right: dict[Hashable, list[Hashable]]


def _neighbours(forward: Sequence[Line], column_of: dict[Hashable, int]) -> _Neighbours:
    left: dict[Hashable, list[Hashable]] = {key: [] for key in column_of}
    right: dict[Hashable, list[Hashable]] = {key: [] for key in column_of}
    for line in forward:
        if column_of[line.source] < column_of[line.target]:
            right[line.source].append(line.target)
            left[line.target].append(line.source)
    return _Neighbours(left, right)


def _ordered(
    columns: list[list[Hashable]], forward: Sequence[Line], column_of: dict[Hashable, int], neighbours: _Neighbours
) -> tuple[list[list[Hashable]], int]:
    """The order within columns with the fewest crossings that the sweeps came across, until they no longer help."""
    pairs = _between(forward, column_of)
    best, fewest, since = columns, _crossings(columns, pairs), 0
    order = [list(column) for column in columns]
    for sweep in range(SWEEPS):
        if not fewest or since == PATIENCE:
            break
        _sweep(order, neighbours.right if sweep % 2 else neighbours.left, backwards=bool(sweep % 2))
        found = _crossings(order, pairs)
        since += 1
        if found < fewest:
            best, fewest, since = [list(column) for column in order], found, 0
    return best, fewest


def _sweep(order: list[list[Hashable]], side: dict[Hashable, list[Hashable]], *, backwards: bool) -> None:
    """Sort each column by the mean place of its neighbours on one side; those without keep their place."""
    place = {key: _centred(row, len(column)) for column in order for row, key in enumerate(column)}
    for column in reversed(order) if backwards else order:
        wanted = {
            key: sum(place[other] for other in side[key]) / len(side[key]) if side[key] else place[key]
            for key in column
        }
        column.sort(key=wanted.__getitem__)
        for row, key in enumerate(column):
            place[key] = _centred(row, len(column))


def _centred(row: int, rows: int) -> float:
    return row - (rows - 1) / 2


def _between(forward: Sequence[Line], column_of: dict[Hashable, int]) -> list[list[tuple[Hashable, Hashable]]]:
    """The ends of the links, together those between the same two columns."""
    pairs: dict[tuple[int, int], list[tuple[Hashable, Hashable]]] = {}
    for line in forward:
        ends = column_of[line.source], column_of[line.target]
        if ends[0] < ends[1]:
            pairs.setdefault(ends, []).append((line.source, line.target))
    return list(pairs.values())


def _crossings(columns: list[list[Hashable]], between: list[list[tuple[Hashable, Hashable]]]) -> int:
    """How many pairs of links between the same two columns cross: inversions of the rows they end in."""
    row = {key: at for column in columns for at, key in enumerate(column)}
    most = max(len(column) for column in columns) if columns else 1
    return sum(
        _inversions([end % most for end in sorted(row[source] * most + row[target] for source, target in pairs)])
        for pairs in between
    )


def _inversions(numbers: Sequence[int]) -> int:
    seen: list[int] = []
    found = 0
    for number in numbers:
        at = bisect_right(seen, number)
        found += len(seen) - at
        seen.insert(at, number)
    return found


def _rows(columns: list[list[Hashable]], neighbours: _Neighbours, pitch: float) -> dict[Hashable, float]:
    """The middle of each item: near its neighbours, in order, no two nearer than the pitch."""
    middle = {key: _centred(row, len(column)) * pitch for column in columns for row, key in enumerate(column)}
    for turn in range(STRAIGHTENINGS):
        side = neighbours.right if turn % 2 else neighbours.left
        for column in reversed(columns) if turn % 2 else columns:
            wanted = [
                sum(middle[other] for other in side[key]) / len(side[key]) if side[key] else middle[key]
                for key in column
            ]
            middle.update(zip(column, _apart(wanted, pitch), strict=True))
    return middle


def _apart(wanted: Sequence[float], pitch: float) -> list[float]:
    """Places in this order, at least a pitch apart, as near as possible to where they want to be (least squares)."""
    blocks: list[tuple[float, int]] = []
    for at, place in enumerate(wanted):
        total, count = place - at * pitch, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            before, many = blocks.pop()
            total, count = total + before, count + many
        blocks.append((total, count))
    flat = [total / count for total, count in blocks for _ in range(count)]
    return [place + at * pitch for at, place in enumerate(flat)]


def _placed(
    items: Sequence[Item],
    columns: list[list[Hashable]],
    column_of: dict[Hashable, int],
    middle: dict[Hashable, float],
    sizes: Sizes,
) -> dict[Hashable, Placed]:
    row = {key: at for column in columns for at, key in enumerate(column)}
    top = min(middle.values(), default=0.0) - sizes.height / 2 - sizes.margin
    return {
        item.key: Placed(
            item.key,
            x=sizes.margin + column_of[item.key] * (sizes.width + sizes.between_columns),
            y=round(middle[item.key] - sizes.height / 2 - top, 2),
            width=sizes.width,
            height=sizes.height,
            column=column_of[item.key],
            row=row[item.key],
        )
        for item in items
    }


def _drawn(lines: Sequence[Line], placed: dict[Hashable, Placed], sizes: Sizes) -> tuple[Drawn, ...]:
    largest: dict[Hashable, float] = {}
    for line in lines:
        largest[line.metric] = max(largest.get(line.metric, 0.0), abs(line.effect or 0.0))
    leaves = _ports([(line.source, placed[line.target].y) for line in lines], placed)
    enters = _ports([(line.target, placed[line.source].y) for line in lines], placed)
    return tuple(
        Drawn(
            line.key,
            line.source,
            line.target,
            _curve(placed[line.source], placed[line.target], leaves[at], enters[at], sizes),
            _thickness(line.effect, largest[line.metric], sizes),
            line.feedback,
        )
        for at, line in enumerate(lines)
    )


def _ports(ends: Sequence[tuple[Hashable, float]], placed: dict[Hashable, Placed]) -> list[float]:
    """Where on the side of its item each link begins or ends: spread over the side, by where the links come from."""
    by_item: dict[Hashable, list[int]] = {}
    for at, (key, _) in enumerate(ends):
        by_item.setdefault(key, []).append(at)
    heights = [0.0] * len(ends)
    for key, links in by_item.items():
        box = placed[key]
        for port, at in enumerate(sorted(links, key=lambda at: ends[at][1]), 1):
            heights[at] = box.y + box.height * port / (len(links) + 1)
    return heights


def _curve(
    source: Placed, target: Placed, leaves: float, enters: float, sizes: Sizes
) -> tuple[tuple[float, float], ...]:
    begin, end = (source.x + source.width, leaves), (target.x, enters)
    if source.column < target.column:
        bend = (end[0] - begin[0]) / 2
        return begin, (begin[0] + bend, leaves), (end[0] - bend, enters), end
    bend = sizes.between_columns
    return begin, (begin[0] + bend, leaves), (end[0] - bend, enters), end


def _thickness(effect: float | None, largest: float, sizes: Sizes) -> float:
    """From thin to thick by the root of the share in the largest effect on the metric: small ones stay visible."""
    if not effect or not largest:
        return sizes.thinnest
    return round(sizes.thinnest + (sizes.thickest - sizes.thinnest) * sqrt(abs(effect) / largest), 2)


def _heads(items: Sequence[Item], column_of: dict[Hashable, int], placed: dict[Hashable, Placed]) -> tuple[Column, ...]:
    by_column: dict[int, list[Item]] = {}
    for item in items:
        by_column.setdefault(column_of[item.key], []).append(item)
    return tuple(
        Column(
            found[0].level,
            found[0].sublevel if all(one.sublevel is two.sublevel for one, two in pairwise(found)) else Sublevel.NONE,
            placed[found[0].key].x,
            placed[found[0].key].width,
        )
        for _, found in sorted(by_column.items())
    )


def _extent(edges: Sequence[float], sizes: Sizes) -> float:
    return max(edges) + sizes.margin if edges else 0.0
