"""The picture of a chain: columns, rows, curves."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.chain.layout import Item, Line, Picture, Sizes, layout
from impactline.chain.levels import Level, Sublevel
from tests.effort import growth

TRIAGE = [
    Item("nurses", Level.INPUT),
    Item("line", Level.ACTIVITY),
    Item("calls", Level.OUTPUT),
    Item("sooner", Level.OUTCOME),
    Item("pain", Level.IMPACT),
]
LINKS = [
    Line(1, "nurses", "line"),
    Line(2, "line", "calls"),
    Line(3, "calls", "sooner", -6, "wait"),
    Line(4, "sooner", "pain"),
]


def columns(picture: Picture) -> dict:
    return {box.key: box.column for box in picture.items}


def test_each_level_has_its_column_and_a_straight_chain_is_straight():
    picture = layout(TRIAGE, LINKS)
    assert [box.column for box in picture.items] == [0, 1, 2, 3, 4]
    assert {box.y for box in picture.items} == {16.0}
    # five boxes of 184, four gaps of 88, two margins of 16
    assert (picture.width, picture.height) == (5 * 184 + 4 * 88 + 2 * 16, 56 + 2 * 16)
    assert picture.items[1].x == 16 + 184 + 88


def test_levels_that_are_missing_take_no_room():
    picture = layout([TRIAGE[1], TRIAGE[4]], [])
    assert columns(picture) == {"line": 0, "pain": 1}
    assert [column.level for column in picture.columns] == ["activity", "impact"]


def test_outcomes_stand_by_their_sublevel_and_behind_what_leads_to_them():
    items = [
        Item("a", Level.OUTCOME, Sublevel.IMMEDIATE),
        Item("b", Level.OUTCOME, Sublevel.IMMEDIATE),
        Item("c", Level.OUTCOME, Sublevel.INTERMEDIATE),
        Item("d", Level.OUTCOME, Sublevel.ULTIMATE),
        Item("e", Level.OUTCOME),
        Item("i", Level.IMPACT),
    ]
    picture = layout(items, [Line(1, "a", "b"), Line(2, "b", "c"), Line(3, "d", "e")])
    assert columns(picture) == {"a": 0, "b": 1, "c": 2, "d": 2, "e": 3, "i": 4}
    assert [column.sublevel for column in picture.columns] == ["immediate", "immediate", "", "", ""]


def test_rows_are_put_so_that_no_links_cross_where_that_can_be():
    activities = [Item(f"a{at}", Level.ACTIVITY) for at in range(6)]
    outputs = [Item(f"o{at}", Level.OUTPUT) for at in range(6)]
    crossed = [Line(at, f"a{at}", f"o{5 - at}") for at in range(6)]
    assert layout([*activities, *outputs], crossed).crossings == 0


def test_items_of_a_column_never_overlap():
    picture = _big(300, 900)
    for _, boxes in itertools.groupby(
        sorted(picture.items, key=lambda box: (box.column, box.y)), lambda box: box.column
    ):
        for upper, lower in itertools.pairwise(list(boxes)):
            assert lower.y - upper.y >= 56 + 16 - 0.02


def test_links_begin_and_end_at_the_sides_of_their_items():
    picture = layout(TRIAGE, LINKS)
    boxes = {box.key: box for box in picture.items}
    for link in picture.links:
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = link.points
        source, target = boxes[link.source], boxes[link.target]
        assert (x0, x3) == (source.x + source.width, target.x)
        assert (y0, y3) == (y1, y2)
        assert source.y < y0 < source.y + source.height
        assert target.y < y3 < target.y + target.height
        assert x0 < x1 <= x2 < x3


def test_links_of_one_item_are_spread_over_its_side_by_where_they_lead():
    items = [Item("a", Level.ACTIVITY), Item("o1", Level.OUTPUT), Item("o2", Level.OUTPUT)]
    picture = layout(items, [Line(1, "a", "o1"), Line(2, "a", "o2")])
    first, second = (link.points[0][1] for link in picture.links)
    assert first < second


@pytest.mark.parametrize(
    ("effect", "metric", "thickness"),
    [
        (-6, "wait", 9.0),
        (-1.5, "wait", 1.5 + 7.5 * 0.5),  # a quarter of the largest: its root is a half
        (3, "trust", 9.0),
        (0, "wait", 1.5),
        (None, None, 1.5),
    ],
)
def test_a_link_is_as_thick_as_its_effect_among_those_on_its_metric(effect, metric, thickness: float):
    lines = [Line(0, "calls", "sooner", -6, "wait"), Line(1, "calls", "sooner", effect, metric)]
    assert layout(TRIAGE, lines).links[1].thickness == pytest.approx(thickness)


def test_feedback_leads_back_and_moves_nothing():
    picture = layout(TRIAGE, [*LINKS, Line(5, "sooner", "line", feedback=True)])
    assert picture.items == layout(TRIAGE, LINKS).items
    back = picture.links[-1]
    assert back.feedback
    assert back.points[0][0] > back.points[-1][0]


def test_links_to_what_is_not_there_and_to_oneself_are_left_out():
    assert layout(TRIAGE, [Line(1, "calls", "gone"), Line(2, "calls", "calls")]).links == ()


def test_an_empty_chain_is_an_empty_picture():
    assert layout([], []) == Picture(0.0, 0.0, (), (), (), 0)


def test_a_circle_that_should_not_be_is_drawn_all_the_same():
    items = [Item(key, Level.OUTCOME) for key in "abc"]
    picture = layout(items, [Line(1, "a", "b"), Line(2, "b", "a"), Line(3, "b", "c")])
    assert len(picture.links) == 3


def test_sizes_can_be_chosen():
    picture = layout(TRIAGE, LINKS, Sizes(width=100, height=40, between_columns=20, margin=0))
    assert (picture.width, picture.height) == (5 * 100 + 4 * 20, 40)


def _big(items: int, links: int, seed: int = 1) -> Picture:
    chance = random.Random(seed)
    levels = list(Level)
    boxes = [Item(at, levels[at * 5 // items]) for at in range(items)]
    fifth = items // 5
    lines = []
    for at in range(links):
        lower = chance.randrange(4)
        near = chance.randrange(fifth)
        lines.append(Line(at, lower * fifth + near, (lower + 1) * fifth + min(fifth - 1, near + chance.randrange(9))))
    return layout(boxes, lines)


def test_two_thousand_items_are_placed_always_alike_for_little_more_each_than_a_few():
    picture = _big(2_000, 4_000)
    assert len(picture.items) == 2_000
    assert picture == _big(2_000, 4_000)
    assert growth(lambda items: _big(items, 2 * items), 500) < 6


items = st.lists(st.builds(Item, st.integers(0, 20), st.sampled_from(Level), st.sampled_from(Sublevel)), max_size=15)


@given(items.map(lambda of: list({one.key: one for one in of}.values())), st.data())
def test_every_item_has_a_place_of_its_own_and_links_lead_to_the_right(of: list[Item], data: st.DataObject):
    pairs = [(a, b) for a in of for b in of if (a.level.order, a.key) < (b.level.order, b.key)]
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    picture = layout(of, [Line((a.key, b.key), a.key, b.key) for a, b in chosen])
    assert len({(box.column, box.row) for box in picture.items}) == len(of)
    assert all(0 < box.x < picture.width and 0 < box.y < picture.height for box in picture.items)
    column = columns(picture)
    for a, b in chosen:
        if a.level is not b.level or a.level is Level.OUTCOME:
            assert column[a.key] < column[b.key]
