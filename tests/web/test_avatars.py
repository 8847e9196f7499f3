import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.web.avatars import TINTS, initials, tint


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Alice Adler", "AA"),
        ("Grace van den Berg", "GB"),
        ("Plato", "P"),
        ("  emre   şahin ", "EŞ"),
        ("Дмитрий Орлов", "ДО"),
        ("فاطمة الزهراء", "فا"),
        ("ßtrange Weiß", "ßW"),
        ("42 (robot)", "?"),
        ("", "?"),
    ],
)
def test_initials_are_the_first_letters_of_the_first_and_last_word(name: str, letters: str):
    assert initials(name) == letters


def test_a_letter_keeps_the_marks_that_belong_to_it():
    assert initials("n\u0308o B") == "N\u0308B"


@given(st.text(max_size=300))
def test_any_name_has_short_initials(name: str):
    assert 1 <= len([sign for sign in initials(name) if sign.isalpha() or sign == "?"]) <= 2


@given(st.text(max_size=300))
def test_a_tint_is_one_of_the_ten_and_stays(key: str):
    assert tint(key) in range(TINTS)
    assert tint(key) == tint(key)
