"""What tells items apart that have the same title."""

import pytest

from impactline.chain.apart import apart


@pytest.mark.parametrize(
    ("titled", "words"),
    [
        ([], {}),
        ([("calls", "Calls"), ("nurses", "Nurses")], {}),
        ([("calls", "Calls"), ("calls-2", " calls ")], {"calls": "calls", "calls-2": "calls-2"}),
        (
            [("XM-1-KEN-water", "Water"), ("XM-1-UGA-water", "Water"), ("XM-1-UGA-food", "Food")],
            {"XM-1-KEN-water": "…KEN-water", "XM-1-UGA-water": "…UGA-water"},
        ),
        ([("a-b", "B"), ("a-b-2", "B")], {"a-b": "…b", "a-b-2": "…b-2"}),
        ([("a-", "B"), ("a-x", "B")], {"a-": "a-", "a-x": "…x"}),
    ],
)
def test_the_part_of_the_refs_in_which_they_differ(titled: list[tuple[str, str]], words: dict[str, str]) -> None:
    assert apart(titled) == words
