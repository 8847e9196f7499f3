"""The whole examined in parts: the same is found however many rows stand in memory; and what holds them small."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benchmarks.attention import add_chain
from benchmarks.organisation import Shape, write
from impactline.checkins.recomputing import recompute
from impactline.insight import examining, loading
from impactline.insight.examining import examine_all
from impactline.insight.keys import Keys
from impactline.insight.models import Found, FoundGuard
from impactline.insight.rules import RULES, snapshot
from impactline.insight.rules.packing import LOT, Packed, PackedById, Part, Ways
from impactline.insight.rules.rows import KeyResultRow, LinkRow
from impactline.insight.rules.stakes import Stakes
from tests.exchange.installations import imported
from tests.scenes import moment

TODAY = moment(date(2026, 11, 20))
KEPT = ("key", "rule", "severity", "about", "message", "remedy", "act", "value", "cause", "state", "gone_at")
CONCERNED = ("owner_id", "team_id", "cycle_id")
GUARDS = ("found__key", "objective_id", "item_id", "unless")


def found_anew() -> tuple[list[Any], list[Any]]:
    """What is found and kept where nothing was kept before, and who may see it."""
    FoundGuard.objects.all().delete()
    Found.objects.all().delete()
    examine_all(TODAY)
    kept = Found.objects.order_by("key").values_list(*KEPT, *CONCERNED)
    return list(kept), list(FoundGuard.objects.order_by(*GUARDS).values_list(*GUARDS))


def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "PART", 3)
    monkeypatch.setattr(loading, "BATCH", 2)
    monkeypatch.setattr(examining, "AT_ONCE", 5)


@pytest.mark.django_db
def test_each_rule_finds_the_same_in_small_parts_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    imported((Path(__file__).parent / "every_rule.yaml").read_bytes(), at=TODAY)
    in_one = found_anew()
    few_at_once(monkeypatch)
    assert found_anew() == in_one
    assert {row[1] for row in in_one[0]} == set(RULES)


@pytest.mark.django_db
def test_of_many_objectives_and_a_chain_the_same_is_found_in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = Shape("T", 50, 150, 4)
    write(shape, TODAY)
    add_chain(shape)
    recompute(TODAY)
    in_one = found_anew()
    few_at_once(monkeypatch)
    assert found_anew() == in_one
    assert len(in_one[0]) > 100
    assert examine_all(TODAY) == examining.Examined(len(in_one[0]), 0, 0), "again, nothing has changed"


ROWS = [
    KeyResultRow(7, "wait", "Wait", 1, "metric", target=Decimal("7.50"), due_on=date(2026, 12, 1), progress=0.1),
    KeyResultRow(3, "äöü 患者", "", 1, "open", earlier=(date(2026, 11, 1), Decimal(-3))),
    KeyResultRow(5, "content", "Content", 2, "at_least"),
]


def test_packed_rows_are_as_they_were_in_their_order() -> None:
    packed, by_id = Packed(KeyResultRow, ROWS), PackedById(KeyResultRow, ROWS)
    assert list(packed) == ROWS == list(by_id.values())
    assert (packed[1], packed[1:], list(by_id)) == (ROWS[1], ROWS[1:], [7, 3, 5])
    assert [by_id[row.pk] for row in ROWS] == ROWS
    assert str(by_id[7].target) == "7.50"
    assert (4 in by_id, None in by_id, by_id.get(9), len(by_id)) == (False, False, None, 3)
    assert list(PackedById(LinkRow, [])) == []


def test_rows_of_several_lots_are_found_from_either_end() -> None:
    rows = [LinkRow(number, number * 7, number * 3, "produces") for number in range(1, 2 * LOT + 4)]
    packed = Packed(LinkRow, rows)
    assert (list(packed), len(packed), packed[LOT - 2 : LOT + 2]) == (rows, len(rows), rows[LOT - 2 : LOT + 2])
    assert [packed[at] for at in (0, LOT - 1, LOT, -1, -len(rows))] == [
        rows[0],
        rows[LOT - 1],
        rows[LOT],
        rows[-1],
        rows[0],
    ]
    for beyond in (len(rows), -len(rows) - 1):
        with pytest.raises(IndexError):
            packed[beyond]


def test_who_goes_through_a_part_meets_its_rows_and_looks_up_all() -> None:
    whole = PackedById(KeyResultRow, ROWS)
    part = Part({3: ROWS[1]}, whole)
    assert (list(part.values()), part[7], part.get(5), part.get(9)) == ([ROWS[1]], ROWS[0], ROWS[2], None)
    assert (5 in part, 9 in part, list(part)) == (True, False, [3])


@given(some.lists(some.tuples(some.integers(1, 9), some.integers(1, 9))))
def test_ways_lead_where_the_pairs_say(pairs: list[tuple[int, int]]) -> None:
    ways = Ways([start for start, _ in pairs], [end for _, end in pairs])
    for number in range(11):
        assert list(ways.get(number)) == [end for start, end in pairs if start == number]
        assert (number in ways) == any(start == number for start, _ in pairs)


@given(some.sets(some.tuples(some.integers(1, 30), some.integers(1, 30))), some.integers(0, 30))
def test_what_is_at_stake_is_what_is_reached_each_thing_once(pairs: set[tuple[int, int]], valued: int) -> None:
    upward = sorted((low, high) for low, high in pairs if low < high)
    worth = {number: number / 7 for number in range(1, valued + 1)}
    stakes = Stakes(worth, range(1, 31), [low for low, _ in upward], [high for _, high in upward])
    for start in range(1, 31):
        reached, ahead = {start}, [start]
        while ahead:
            here = ahead.pop()
            ahead += [high for low, high in upward if low == here and high not in reached]
            reached |= set(ahead)
        assert stakes.of(start) == pytest.approx(sum(worth.get(number, 0.0) for number in reached))


def test_more_is_worth_something_than_is_taken_at_once() -> None:
    count = 2_500
    stakes = Stakes(dict.fromkeys(range(count), 0.5), range(count), range(count - 1), range(1, count))
    assert (stakes.of(0), stakes.of(count - 1)) == (count / 2, 0.5)


def test_a_circle_does_not_hang() -> None:
    assert Stakes({1: 1.0}, [1, 2], [1, 2], [2, 1]).of(1) == 1.0


@given(some.lists(some.lists(some.integers(0, 2**64 - 1))))
def test_keys_are_kept_as_numbers(lots: list[list[int]]) -> None:
    keys = Keys()
    for lot in lots:
        keys.add(f"{number:016x}" for number in lot)
    there = {number for lot in lots for number in lot}
    assert len(keys) == len(there)
    assert all(f"{number:016x}" in keys for number in there)
    assert (f"{1:016x}" in keys) == (1 in there)
