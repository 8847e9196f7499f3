"""What is alike by its words."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.chain.similar import Near, Similar, words
from tests.effort import growth

TEXTS = [
    ("wait", "Median wait for a first visit falls from 21 to 7 days"),
    ("calls", "400 triaged calls"),
    ("trust", "Patients trust the phone line"),
    ("page", "Launch the new pricing page"),
]


def nearest(text: str, **options) -> list:
    return [near.key for near in Similar(TEXTS).nearest(text, **options)]


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("400 Triaged Calls", ["0", "triaged", "call"]),
        ("from 1,250.50 to 3 000 €", ["from", "0", "to", "0", "euro"]),
        ("5 percent, 5 % and 5 Prozent", ["0", "%", "0", "%", "and", "0", "%"]),
        ("2 hrs 30 mins", ["0", "hour", "0", "minute"]),
        ("Cities, class, status, basis", ["city", "class", "status", "basis"]),
        ("Élèves", ["eleve"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("", []),
        ("___ !!!", []),
    ],
)
def test_words_are_compared_in_a_common_form(text: str, compared: list[str]):
    assert words(text) == compared


def test_the_same_words_with_other_numbers_are_the_same():
    assert Similar(TEXTS).nearest("300 triaged call")[0] == Near("calls", pytest.approx(1.0))


def test_what_shares_rarer_words_is_nearer():
    assert nearest("A shorter wait for the first visit")[0] == "wait"
    assert nearest("Do patients trust us on the phone?")[0] == "trust"


def test_what_has_nothing_in_common_is_not_suggested():
    assert nearest("Zebra") == []
    assert nearest("") == []


def test_words_that_only_hold_others_together_are_nothing_in_common():
    assert nearest("The Zebra with a Falcon for our Gnu") == []
    assert Similar([("of", "of the")]).nearest("of the")[0].likeness == 1.0, "a text of nothing else is itself"


def test_items_that_are_not_wanted_are_left_out():
    assert nearest("400 triaged calls", leave_out=["calls"]) == []


def test_no_more_are_suggested_than_were_asked_for():
    texts = [(at, "Triaged calls") for at in range(10)]
    found = Similar(texts).nearest("triaged calls", k=3)
    assert [near.key for near in found] == [0, 1, 2]


def test_without_texts_nothing_is_alike():
    assert Similar([]).nearest("anything") == []
    assert Similar([("a", ""), ("b", "...")]).nearest("anything") == []


def test_the_likeness_of_two_texts_worked_out_by_hand():
    # Two texts; “a” in both: rarity ln(3/3) + 1 = 1; “b”, “a b” in one: ln(3/2) + 1 = 1.4055; the same for “c”, “a c”.
    # |a b| = √(1 + 2 × 1.4055²) = 2.2252;  likeness of “a b” and “a c” = 1 ÷ 2.2252² = 0.2020
    found = Similar([("ab", "aa bb"), ("ac", "aa cc")]).nearest("aa bb")
    assert found == [Near("ab", 1.0), Near("ac", pytest.approx(0.2020, abs=1e-4))]


def test_ten_thousand_texts_are_asked_with_as_many_calls_as_a_few():
    chance = random.Random(1)
    vocabulary = [f"{''.join(chance.choices('abcdefghij', k=6))}" for _ in range(5_000)]
    texts = [(at, " ".join(chance.choices(vocabulary, k=12))) for at in range(10_000)]
    similar = {count: Similar(texts[:count]) for count in (2_500, 10_000)}
    assert similar[10_000].nearest(texts[77][1])[0].key == 77
    assert growth(lambda count: similar[count].nearest(texts[77][1]), 2_500) < 2


@given(st.lists(st.text(max_size=40), max_size=6))
def test_each_text_is_nearest_to_itself_or_to_one_with_the_same_words(of: list[str]):
    similar = Similar(enumerate(of))
    for at, text in enumerate(of):
        found = similar.nearest(text, k=len(of))
        assert all(0 <= near.likeness <= 1 for near in found)
        if words(text):
            assert found[0].likeness == pytest.approx(1.0)
            assert at in [near.key for near in found if near.likeness == pytest.approx(1.0)]
