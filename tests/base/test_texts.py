"""Texts as people enter them."""

import pytest

from impactline.base.errors import Invalid
from impactline.base.texts import line, prose, spellings


def test_a_line_has_single_spaces_and_no_breaks():
    assert line("  Nobody \t waits\n in  pain ", "title") == "Nobody waits in pain"


@pytest.mark.parametrize("text", ["", "   ", "\u0000", "\u202e\u202c", "\ufeff", "\u200b\u200f", "\u0301"])
def test_a_line_without_anything_to_see_is_refused(text):
    with pytest.raises(Invalid) as refusal:
        line(text, "title")
    assert refusal.value.field == "title"


def test_what_deceives_the_reader_is_taken_out_and_scripts_stay_as_they_are():
    assert line("safe\u202egpj.exe", "title") == "safegpj.exe"
    assert line("שלום 日本語 e\u0301", "title") == "שלום 日本語 é"


def test_a_text_of_200_000_characters_is_refused_with_its_length():
    with pytest.raises(Invalid, match="200000 characters"):
        line("x" * 200_000, "title")
    with pytest.raises(Invalid, match="20000 are the most"):
        prose("x" * 20_001, "note")


def test_prose_keeps_its_lines_and_may_be_empty():
    assert prose(" one\r\ntwo\rthree ", "note") == "one\ntwo\nthree"
    assert prose("", "note") == ""


def test_a_word_beyond_ascii_is_looked_for_in_its_spellings() -> None:
    assert spellings("Wait") == ["Wait"]
    assert spellings("a\u0308rzte") == ["ärzte", "ÄRZTE", "Ärzte"]
