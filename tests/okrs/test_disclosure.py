"""What a viewer may learn: both policies, twin worlds, and the difference attack with linear algebra."""

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from impactline.okrs.alignment import Link, Node, bottom_up, roll_up_graph
from impactline.okrs.disclosure import RollUpPolicy, roll_up_for_viewer
from impactline.okrs.measure import Driver
from impactline.okrs.rollup import Key, Origin, Own, Part, Rolled

INCLUSIVE, OPAQUE = RollUpPolicy.INCLUSIVE, RollUpPolicy.OPAQUE


def objective(key: str, *progress: float | None, driver: Driver = Driver.BOTH) -> Node:
    return Node(key, tuple(Part(f"{key}.{n}", amount, 0.5) for n, amount in enumerate(progress)), driver)


def seen(nodes: list[Node], links: list[Link], hidden: set[Key], policy: RollUpPolicy = INCLUSIVE) -> dict[Key, Rolled]:
    return roll_up_for_viewer({node.key: node for node in nodes}, links, hidden, policy)


def under(top: str, *children: str) -> list[Link]:
    return [Link(child, top) for child in children]


FAMILY = [objective("top", 0.5), objective("a", 0.9), objective("b", 0.1), objective("c", 0.3)]
LINKS = under("top", "a", "b", "c")


# --- the two policies --------------------------------------------------------------------------------------


def test_without_anything_hidden_everybody_sees_the_true_figures() -> None:
    for policy in RollUpPolicy:
        assert seen(FAMILY, LINKS, set(), policy) == roll_up_graph({node.key: node for node in FAMILY}, LINKS)


def test_two_hidden_parts_are_included_and_said_to_be() -> None:
    shown = seen(FAMILY, LINKS, {"a", "b"})
    assert shown["top"].progress == pytest.approx((0.5 + 0.9 + 0.1 + 0.3) / 4)
    assert shown["top"].includes_hidden
    assert [(part.key, part.weight) for part in shown["top"].parts] == [("top.0", 0.5), ("c", 0.5)]
    assert sorted(map(str, shown)) == ["c", "top"]


def test_with_exactly_one_hidden_part_the_figure_is_computed_without_it() -> None:
    shown = seen(FAMILY, LINKS, {"a"})
    assert shown["top"].progress == pytest.approx((0.5 + 0.1 + 0.3) / 3)
    assert not shown["top"].includes_hidden
    assert shown == seen(FAMILY, LINKS, {"a"}, OPAQUE)


def test_the_opaque_policy_knows_the_visible_parts_only() -> None:
    shown = seen(FAMILY, LINKS, {"a", "b"}, OPAQUE)
    assert shown["top"].progress == pytest.approx((0.5 + 0.3) / 2)
    assert not shown["top"].includes_hidden


def test_fixed_shares_are_shared_out_among_what_is_visible() -> None:
    nodes = [objective("top", driver=Driver.OBJECTIVES), objective("a", 1.0), objective("b", 0.0), objective("c", 0.4)]
    links = [Link("a", "top", 50.0), Link("b", "top"), Link("c", "top", 20.0)]
    without_c = seen(nodes[:-1], links[:-1], set())
    assert seen(nodes, links, {"c"})["top"] == without_c["top"]


def test_a_visible_child_enters_its_parent_with_its_value_as_shown() -> None:
    nodes = [objective("top"), objective("middle", 0.2), objective("secret", 1.0)]
    shown = seen(nodes, [*under("top", "middle"), *under("middle", "secret")], {"secret"})
    assert (shown["middle"].progress, shown["top"].progress) == (0.2, 0.2)


def test_a_figure_above_an_inclusive_one_includes_hidden_items_too() -> None:
    nodes = [objective("above", 0.0), *FAMILY]
    shown = seen(nodes, [*LINKS, Link("top", "above")], {"a", "b"})
    assert shown["above"].includes_hidden
    assert shown["above"].progress == pytest.approx((0.0 + 0.45) / 2)


def test_hidden_parts_without_progress_protect_nobody() -> None:
    nodes = [objective("top", 0.5), objective("a", 0.9), objective("draft", None)]
    shown = seen(nodes, under("top", "a", "draft"), {"a", "draft"})
    assert (shown["top"].progress, shown["top"].includes_hidden) == (0.5, False)


def test_hidden_parts_of_no_weight_protect_nobody() -> None:
    nodes = [objective("top", 0.5), objective("a", 0.9), objective("b", 0.1)]
    shown = seen(nodes, [Link("a", "top", 50.0), Link("b", "top", 0.0)], {"a", "b"})
    assert (shown["top"].progress, shown["top"].includes_hidden) == (0.5, False)


def test_a_hidden_part_that_outweighs_the_other_is_not_included() -> None:
    nodes = [objective("top", 0.5), objective("a", 0.9), objective("b", 0.1)]
    shown = seen(nodes, [Link("a", "top", 49.0), Link("b", "top", 1.0)], {"a", "b"})
    assert (shown["top"].progress, shown["top"].includes_hidden) == (0.5, False)


def test_an_expectation_known_of_one_hidden_part_alone_is_not_told() -> None:
    undated = Node("b", (Part("b.0", 0.1),), Driver.BOTH)
    shown = seen([objective("top", 0.5), objective("a", 0.9), undated], under("top", "a", "b"), {"a", "b"})
    assert not shown["top"].includes_hidden


def test_a_private_objective_made_of_a_visible_one_protects_nobody() -> None:
    nodes = [objective("top", 0.5), objective("shell"), objective("open", 0.7), objective("secret", 0.9)]
    links = [*under("top", "shell", "secret"), *under("shell", "open")]
    shown = seen(nodes, links, {"shell", "secret"})
    assert (shown["top"].progress, shown["top"].includes_hidden) == (0.5, False)


def test_hidden_parts_with_a_second_parent_are_not_included_for_the_difference_would_tell() -> None:
    nodes = [objective("left", 0.5), objective("right", 0.5), objective("a", 0.9), objective("b", 0.1)]
    links = [Link("a", "left", 30.0), Link("b", "left", 20.0), Link("a", "right", 20.0), Link("b", "right", 30.0)]
    shown = seen(nodes, links, {"a", "b"})
    assert [shown[key].progress for key in ("left", "right")] == [0.5, 0.5]


def test_what_counts_twice_further_down_is_not_included_for_three_sums_of_three_would_tell() -> None:
    secrets = {"a": 0.9, "b": 0.1, "c": 0.4}
    pairs = {"first": "ab", "second": "bc", "third": "ac"}
    nodes = [objective(key, amount) for key, amount in secrets.items()]
    links = []
    for top, pair in pairs.items():
        nodes.append(objective(top, 0.5))
        for key in pair:
            shell = f"{key} for {top}"
            nodes.append(objective(shell))
            links += [Link(key, shell), Link(shell, top)]
    hidden = {node.key for node in nodes} - pairs.keys()
    shown = seen(nodes, links, hidden)
    assert [shown[top].progress for top in pairs] == [0.5, 0.5, 0.5]


def test_an_override_is_shown_and_the_computed_value_follows_the_policy() -> None:
    top = replace(FAMILY[0], override=Own(0.8, 0.5))
    shown = seen([top, *FAMILY[1:]], LINKS, {"a", "b"}, OPAQUE)["top"]
    assert (shown.progress, shown.overridden) == (0.8, True)
    assert shown.computed == pytest.approx(0.4)
    assert seen([top, *FAMILY[1:]], LINKS, {"a", "b"})["top"].computed == pytest.approx(0.45)


def test_above_an_override_nothing_hidden_is_included() -> None:
    top = replace(FAMILY[0], override=Own(0.8, 0.5))
    shown = seen([objective("above", 0.0), top, *FAMILY[1:]], [*LINKS, Link("top", "above")], {"a", "b"})
    assert (shown["above"].progress, shown["above"].includes_hidden) == (0.4, False)


def test_a_hidden_key_result_of_a_visible_objective_counts_as_a_hidden_part() -> None:
    shown = seen([objective("top", 0.2, 0.4, 0.9)], [], {"top.0", "top.1"})
    assert shown["top"].progress == pytest.approx(0.5)
    assert [part.key for part in shown["top"].parts] == ["top.2"]


# --- generated organisations -------------------------------------------------------------------------------


class World:
    """A generated organisation: objectives with key results, aligned in a tree or with several parents."""

    def __init__(self, seed: int, *, parents_max: int = 1) -> None:
        chance = self.chance = random.Random(seed)
        size = chance.randrange(2, 22)
        self.nodes: dict[Key, Node] = {f"o{n}": self._objective(f"o{n}") for n in range(size)}
        self.links = [
            Link(f"o{n}", f"o{parent}", chance.choice([None, None, 10.0, 30.0]), chance.random() < 0.9)
            for n in range(1, size)
            for parent in chance.sample(range(min(n, 5)), min(n, chance.choice([1, 1, 1, 1, parents_max])))
        ]
        self.hidden: set[Key] = {key for key in self.nodes if chance.random() < 0.45}

    def _objective(self, key: str) -> Node:
        chance = self.chance
        amounts = [
            chance.choice([None, 0.0, 1.0, *(chance.random() for _ in range(6))]) for _ in range(chance.randrange(4))
        ]
        parts = tuple(Part(f"{key}.{n}", amount, chance.random()) for n, amount in enumerate(amounts))
        drivers = [Driver.BOTH] * 4 + [Driver.OBJECTIVES, Driver.KEY_RESULTS]
        return Node(key, parts, chance.choice(drivers), override=Own(0.33, 0.5) if chance.random() < 0.05 else None)

    def hides(self, key: Key) -> bool:
        return key in self.hidden or str(key).split(".")[0] in self.hidden

    def as_seen(self, policy: RollUpPolicy = INCLUSIVE) -> dict[Key, Rolled]:
        return roll_up_for_viewer(self.nodes, self.links, self.hidden, policy)


Row = dict[Key, Fraction]


def equations(world: World, of: Callable[[Rolled], float | None]) -> tuple[list[Row], dict[Key, Row]]:
    """What an attacker who knows the whole structure can write down.

    Each hidden key result, and each hidden override, is an unknown. Returned are the rows of unknowns that the
    shown figures disclose, and for each hidden item its value as a row. Known terms are dropped: they change no
    rank. Hidden items that are made of visible ones only are dropped too: no roll-up gives them away.
    """
    true = roll_up_graph(world.nodes, world.links)
    shown = world.as_seen()
    values: dict[Key, Row] = {}
    disclosed: list[Row] = []
    for key in bottom_up(world.nodes, ((link.child, link.parent) for link in world.links)):
        node = world.nodes[key]
        for part in node.parts:
            values[part.key] = {part.key: Fraction(1)} if world.hides(part.key) else {}
        computed: Row = {}
        for part in true[key].parts:
            if part.counted is not None:
                for unknown, factor in values[part.key].items():
                    computed[unknown] = computed.get(unknown, Fraction(0)) + Fraction(part.weight) * factor
        own = {key: Fraction(1)} if key in world.hidden else {}
        values[key] = own if node.override else computed
        if key in shown and of(shown[key]) is not None:
            disclosed.append(_disclosed(key, world, true, shown, values))
    hidden = {key: row for key, row in values.items() if world.hides(key) and row and not _is_shell(key, world, true)}
    return [row for row in disclosed if row], hidden


def _is_shell(key: Key, world: World, true: dict[Key, Rolled]) -> bool:
    """Whether a hidden item rests on visible objectives alone, however deep."""
    if key not in world.nodes or world.nodes[key].override:
        return False
    parts = [part.key for part in true[key].parts if part.counted is not None]
    return all(not world.hides(part) or _is_shell(part, world, true) for part in parts)


def _disclosed(
    key: Key, world: World, true: dict[Key, Rolled], shown: dict[Key, Rolled], values: dict[Key, Row]
) -> Row:
    """The row of a shown figure: its hidden direct parts, unless it was computed without them."""
    if not shown[key].includes_hidden or shown[key].listed == shown[key].computed:
        return {}
    row: Row = {}
    for part in true[key].parts:
        if world.hides(part.key) and part.counted is not None:
            for unknown, factor in values[part.key].items():
                row[unknown] = row.get(unknown, Fraction(0)) + Fraction(part.weight) * factor
    return row


def spans(rows: list[Row], goal: Row) -> bool:
    """Whether a row is a linear combination of others: Gaussian elimination with exact fractions."""
    basis: list[tuple[Key, Row]] = []
    for row in rows:
        rest = _reduced(row, basis)
        if rest:
            pivot = next(iter(rest))
            basis.append((pivot, {key: factor / rest[pivot] for key, factor in rest.items()}))
    return not _reduced(goal, basis)


def _reduced(row: Row, basis: list[tuple[Key, Row]]) -> Row:
    rest = dict(row)
    for pivot, known in basis:
        factor = rest.get(pivot)
        if factor:
            for key, amount in known.items():
                rest[key] = rest.get(key, Fraction(0)) - factor * amount
            rest = {key: amount for key, amount in rest.items() if amount}
    return rest


def test_the_attack_itself_finds_what_a_careless_roll_up_tells() -> None:
    one, other = Fraction(1, 2), Fraction(1, 4)
    assert spans([{"a": one}], {"a": Fraction(1)})
    assert spans([{"a": one, "b": one}, {"a": one, "b": other}], {"a": Fraction(1)})
    assert not spans([{"a": one, "b": one}], {"a": Fraction(1)})
    assert spans([{"a": one, "b": one}, {"b": one, "c": one}, {"a": one, "c": one}], {"b": Fraction(1)})


@pytest.mark.parametrize("parents_max", [1, 3])
def test_no_single_hidden_value_can_be_computed_from_a_thousand_organisations(parents_max: int) -> None:
    inclusive = attacked = 0
    for seed in range(1000):
        world = World(seed, parents_max=parents_max)
        disclosed, hidden = equations(world, lambda rolled: rolled.computed)
        inclusive += len(disclosed)
        attacked += len(hidden)
        for key, value in hidden.items():
            assert not spans(disclosed, value), f"seed {seed}: {key} can be computed"
    assert inclusive > 50  # the policy does show true figures
    assert attacked > 3000


def test_two_hundred_viewers_never_find_a_hidden_name() -> None:
    for seed in range(200):
        world = World(seed, parents_max=3)
        for policy in RollUpPolicy:
            shown = world.as_seen(policy)
            assert not any(world.hides(key) for key in shown)
            assert not any(world.hides(part.key) for rolled in shown.values() for part in rolled.parts)


def twin(world: World) -> dict[Key, Node]:
    """The same organisation with other values in what is hidden."""
    chance = random.Random(99)
    return {
        key: replace(
            node,
            parts=tuple(part._replace(progress=chance.choice([None, chance.random()])) for part in node.parts),
            override=None,
        )
        if key in world.hidden
        else node
        for key, node in world.nodes.items()
    }


def test_twin_worlds_look_alike_to_a_viewer_except_for_labelled_figures() -> None:
    for seed in range(200):
        world = World(seed, parents_max=3)
        other = twin(world)
        opaque = roll_up_for_viewer(other, world.links, world.hidden, OPAQUE)
        assert opaque == world.as_seen(OPAQUE)
        one, two = world.as_seen(INCLUSIVE), roll_up_for_viewer(other, world.links, world.hidden, INCLUSIVE)
        labelled = {key for key in one if one[key].includes_hidden or two[key].includes_hidden}
        for key in one.keys() - labelled:
            assert _without(labelled, one[key]) == _without(labelled, two[key])
        for key in labelled:
            assert _weights(labelled, one[key]) == _weights(labelled, two[key])


def _without(labelled: set[Key], rolled: Rolled) -> Rolled:
    """A figure without what it repeats of labelled ones, which it draws and does not count."""
    parts = tuple(part._replace(raw=None, expected=None) if part.key in labelled else part for part in rolled.parts)
    return rolled._replace(parts=parts)


def _weights(labelled: set[Key], rolled: Rolled) -> dict[Key, float]:
    """The weights where no part is labelled itself, and so perhaps without progress in one of the worlds."""
    known = not any(part.key in labelled for part in rolled.parts)
    return {part.key: part.weight for part in rolled.parts} if known else {}


def test_the_opaque_world_is_the_world_without_what_is_hidden() -> None:
    for seed in range(200):
        world = World(seed, parents_max=3)
        nodes = {key: node for key, node in world.nodes.items() if key not in world.hidden}
        links = [link for link in world.links if link.child in nodes and link.parent in nodes]
        assert world.as_seen(OPAQUE) == roll_up_graph(nodes, links)


def test_ready_parts_of_the_graph_can_be_hidden_too() -> None:
    ready = tuple(Part(key, 0.4, 0.5, origin=Origin.OBJECTIVE) for key in ("x", "y", "z"))
    top = Node("top", ready, Driver.OBJECTIVES)
    shown = seen([top], [], {"x", "y"})["top"]
    assert shown.includes_hidden
    assert [part.key for part in shown.parts] == ["z"]
