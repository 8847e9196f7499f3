"""Tables that line up whatever the script."""

import pytest

from impactline.cli.tables import Cell, percent, short, table, wide


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("", 0), ("日本", 4), ("e\u0301", 1), ("नमस्ते", 4), ("שלום", 4), ("a\u200db", 2)]
)
def test_the_width_of_a_text(text: str, columns: int):
    assert wide(text) == columns


@pytest.mark.parametrize(
    ("text", "found"), [("abc", "abc"), ("abcdef", "abcd…"), ("日本語", "日本…"), ("ab cdef", "ab c…")]
)
def test_a_long_text_is_cut(text: str, found: str):
    assert short(text, 5) == found
    assert wide(found) <= 5


def test_numbers_stand_on_the_right_and_words_on_the_left():
    lines = table(("name", "share"), [[Cell("a"), percent(1.0)], [Cell("long"), percent(None)]])
    assert [line.replace("\x1b[1m", "").replace("\x1b[0m", "") for line in lines] == [
        "name  share",
        "a     100 %",
        "long      –",
    ]
