"""Circles in what refers to what: teams above teams, objectives that serve each other, links of the chain."""

from collections.abc import Iterable, Mapping

CIRCLES_MAX = 20


def circles(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Circles, each as a path that ends where it began; enough of them that none is left without one told.

    `edges` gives for each item those that it leads to. O(items + edges), without recursion.
    """
    found: list[list[str]] = []
    done: set[str] = set()
    for start in edges:
        if start not in done and len(found) < CIRCLES_MAX:
            _walk(start, edges, done, found)
    return found


def _walk(start: str, edges: Mapping[str, Iterable[str]], done: set[str], found: list[list[str]]) -> None:
    path = [start]
    on_path = {start: 0}
    waiting = [iter(edges[start])]
    while waiting:
        following = next(waiting[-1], None)
        if following is None:
            waiting.pop()
            done.add(gone := path.pop())
            del on_path[gone]
        elif following in on_path:
            if len(found) < CIRCLES_MAX:
                found.append([*path[on_path[following] :], following])
        elif following not in done:
            on_path[following] = len(path)
            path.append(following)
            waiting.append(iter(edges.get(following, ())))
