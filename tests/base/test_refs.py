"""Refs: made from titles, unique in the organisation."""

import pytest

from impactline.base import refs
from impactline.base.errors import Invalid

pytestmark = pytest.mark.django_db


def test_a_ref_is_made_from_the_title():
    assert refs.claim("objective", "", "Nobody waits in pain!") == "nobody-waits-in-pain"


def test_a_second_item_of_the_same_title_gets_a_ref_of_its_own():
    first, second = refs.claim("objective", "", "Growth"), refs.claim("key_result", "", "Growth")
    assert first == "growth"
    assert second.startswith("growth-")


@pytest.mark.parametrize("title", ["", "…", "🙂"])
def test_a_title_without_letters_gives_the_kind_as_ref(title):
    assert refs.claim("key_result", "", title) == "key-result"


def test_a_wanted_ref_is_kept_in_normal_form_and_taken_once_whatever_the_kind():
    assert refs.claim("team", " cafe\u0301 ") == "caf\u00e9"
    with pytest.raises(Invalid) as refusal:
        refs.claim("metric", "caf\u00e9")
    assert refusal.value.field == "ref"


@pytest.mark.parametrize("wanted", ["a b", "a/b", "../x", "x" * 81, "-x", "<b>", "a\nb", "?", "\u202eabc"])
def test_a_malformed_ref_is_refused(wanted):
    with pytest.raises(Invalid):
        refs.claim("team", wanted)


@pytest.mark.parametrize("wanted", ["हिन्दी", "எண்-1", "ก่อน.2", "2026-Q4"])
def test_a_ref_may_have_the_marks_of_its_script(wanted):
    assert refs.claim("team", wanted) == wanted


def test_a_title_in_another_script_keeps_its_marks_and_pictures_leave_nothing():
    assert refs.slug("हिन्दी में ❤\ufe0f लक्ष्य") == "हिन्दी-में-लक्ष्य"


def test_a_refused_ref_leaves_the_transaction_usable():
    refs.claim("team", "care")
    with pytest.raises(Invalid):
        refs.claim("team", "care")
    assert refs.claim("team", "cure") == "cure"
