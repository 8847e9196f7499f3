"""What a viewer may learn from a roll-up that includes items which the viewer may not see.

Two policies. *Opaque*: hidden parts are left out, as if they did not exist. *Inclusive*: the true figure,
marked `includes_hidden`, where at least two hidden parts protect each other; with one alone it is computed
without it, or the parent less its visible children would be the hidden child. Both compose from the bottom
up: a visible child enters with its value as shown to this viewer.

A figure is inclusive only if none of its hidden parts could be computed even by someone who knows the whole
graph and sees all other figures:

* at least two of them rest on something hidden that counts (a private objective whose only part is a visible
  one protects nobody: its value can be read off);
* none of them has more than nine tenths of their joint weight (the dominance rule of statistical disclosure
  control: else the mean is nearly that one's value);
* expected progress is known of all of them or of none, for it is a figure too;
* nothing hidden beneath this figure counts in any other place (the difference of two parents would tell it).

Then every inclusive figure holds at least two unknowns that no other figure holds. What remains is what any
mean of bounded numbers and any worst colour tell: at exactly 0 or 1, or green, all parts are there. Who
cannot accept that chooses opaque.

Visible parts are listed with the weights that they have among themselves: their true weights would tell how
much is hidden.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from impactline.okrs.alignment import Link, Node, children_of, part_of, roll_up_graph
from impactline.okrs.measure import Driver
from impactline.okrs.rollup import Counted, Key, Origin, Part, Rolled, roll_up

HIDDEN_MIN = 2
HIDDEN_SHARE_MAX = 0.9


class RollUpPolicy(StrEnum):
    """Whether figures include items that the viewer may not see."""

    INCLUSIVE = "inclusive"
    OPAQUE = "opaque"


def roll_up_for_viewer(
    nodes: Mapping[Key, Node],
    links: Iterable[Link],
    hidden: Collection[Key],
    policy: RollUpPolicy = RollUpPolicy.INCLUSIVE,
) -> dict[Key, Rolled]:
    """Every visible objective as one viewer sees it; hidden ones are in no result and in no list of parts.

    `hidden` holds the keys of the objectives, with all their key results, and of any other parts that the
    viewer may not see; keys are unique across both, such as refs. The graph must be whole: an objective that
    is left out could be the other place in which something hidden counts. Raises as `roll_up_graph` does.
    """
    links = list(links)
    if not hidden:
        return roll_up_graph(nodes, links)
    graph = _Graph(nodes, links, frozenset(hidden), roll_up_graph(nodes, links))
    shown: dict[Key, Rolled] = {}
    secrets: dict[Key, _Secret] = {}
    for key in graph.true:  # every child before all its parents
        if key not in graph.hidden and _is_untouched(key, graph, shown):
            shown[key], secrets[key] = graph.true[key], _VISIBLE_LEAF
            continue
        secrets[key] = _secret(key, graph, secrets)
        if key not in graph.hidden:
            inclusive = policy is RollUpPolicy.INCLUSIVE and _may_include(key, graph, secrets)
            shown[key] = _shown(key, graph, shown, inclusive=inclusive)
    return shown


class _Graph:
    """The whole graph with its true figures, and what of it is hidden."""

    def __init__(
        self, nodes: Mapping[Key, Node], links: list[Link], hidden: frozenset[Key], true: dict[Key, Rolled]
    ) -> None:
        self.nodes = nodes
        self.hidden = hidden
        self.true = true
        self.children = children_of(links)
        self.parents = Counter(link.child for link in links if link.contributes)

    def counted(self, key: Key) -> list[Counted]:
        """The parts that count in the computed figure of an objective."""
        return [part for part in self.true[key].parts if part.counted is not None]

    def has_own_figure(self, key: Key) -> bool:
        """Whether its figure does not come from its parts."""
        node = self.nodes[key]
        return node.override is not None or node.driver is Driver.METRIC


class _Secret(NamedTuple):
    """What the true figure of an item holds that a viewer may not learn.

    `depends`: it depends on something hidden. `protects`: it is hidden itself, and so is some of what it
    rests on. `repeated`: some hidden thing that it depends on counts in more than one place.
    """

    depends: bool
    protects: bool
    repeated: bool


_HIDDEN_LEAF = _Secret(depends=True, protects=True, repeated=False)
_VISIBLE_LEAF = _Secret(depends=False, protects=False, repeated=False)


def _secret(key: Key, graph: _Graph, secrets: dict[Key, _Secret]) -> _Secret:
    is_hidden = key in graph.hidden
    if graph.has_own_figure(key):
        below = [_HIDDEN_LEAF] if is_hidden else []
    else:
        own = {part.key for part in graph.nodes[key].parts if part.origin is Origin.KEY_RESULT} if is_hidden else ()
        below = [
            _HIDDEN_LEAF if part.key in own else _secret_of(part.key, graph, secrets) for part in graph.counted(key)
        ]
    depends = is_hidden or any(part.depends for part in below)
    return _Secret(
        depends=depends,
        protects=is_hidden and any(part.protects for part in below),
        repeated=depends and (graph.parents[key] > 1 or any(part.repeated for part in below)),
    )


def _secret_of(key: Key, graph: _Graph, secrets: dict[Key, _Secret]) -> _Secret:
    if key in secrets:
        return secrets[key]
    return _HIDDEN_LEAF if key in graph.hidden else _VISIBLE_LEAF


def _may_include(key: Key, graph: _Graph, secrets: dict[Key, _Secret]) -> bool:
    parts = [part for part in graph.counted(key) if part.key in graph.hidden]
    behind = [_secret_of(part.key, graph, secrets) for part in parts]
    if any(secret.repeated for secret in behind) or len({part.expected is None for part in parts}) > 1:
        return False
    weights = [part.weight for part, secret in zip(parts, behind, strict=True) if secret.protects]
    return len(weights) >= HIDDEN_MIN and max(weights) <= HIDDEN_SHARE_MAX * sum(weights)


def _is_untouched(key: Key, graph: _Graph, shown: dict[Key, Rolled]) -> bool:
    """Whether nothing hidden is below a visible objective, so that its true figure can stand as it is."""
    if not graph.hidden.isdisjoint([part.key for part in graph.true[key].parts]):
        return False
    return all(shown[link.child] is graph.true[link.child] for link in graph.children.get(key, ()))


def _shown(key: Key, graph: _Graph, shown: dict[Key, Rolled], *, inclusive: bool) -> Rolled:
    node = graph.nodes[key]
    parts = [part for part in _parts(key, graph, shown) if inclusive or part.key not in graph.hidden]
    rolled = roll_up(parts, node.driver, own=node.own, override=node.override)
    visible = rolled.parts
    if inclusive:
        visible = roll_up([part for part in parts if part.key not in graph.hidden], node.driver).parts
    below = any(
        shown[part.key].includes_hidden
        for part in visible
        if part.counted is not None and part.key in shown and not graph.has_own_figure(part.key)
    )
    return rolled._replace(parts=visible, includes_hidden=inclusive or below)


def _parts(key: Key, graph: _Graph, shown: dict[Key, Rolled]) -> list[Part]:
    aligned = [
        part_of(link, graph.true[link.child] if link.child in graph.hidden else shown[link.child])
        for link in graph.children.get(key, ())
    ]
    return [*graph.nodes[key].parts, *aligned]
