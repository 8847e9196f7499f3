"""Levels, references and dimensions: each once, none empty, no more than can be used."""

from collections.abc import Callable
from typing import Any

import pytest

from impactline.base.errors import Invalid
from impactline.metrics.definition import dimensions, levels, references


def test_what_is_right_comes_back_in_normal_form() -> None:
    assert levels([" poor ", "good"]) == ["poor", "good"]
    assert dimensions([("sex ", ["women", " men"])]) == (("sex", ("women", "men")),)
    assert references([{"vocabulary": "9", "code": "3.8.1"}]) == [{"vocabulary": "9", "code": "3.8.1", "uri": ""}]


@pytest.mark.parametrize(
    ("check", "wanted", "field"),
    [
        (levels, ["poor", "poor"], "levels"),
        (levels, ["poor", " "], "levels"),
        (levels, [str(at) for at in range(101)], "levels"),
        (dimensions, [("sex", ["women"]), ("sex", ["men"])], "dimensions"),
        (dimensions, [("sex", ["women", "women"])], "dimensions"),
        (dimensions, [("sex", [])], "dimensions"),
        (dimensions, [("", ["women"])], "dimensions"),
        (dimensions, [(str(at), ["a"]) for at in range(21)], "dimensions"),
        (dimensions, [("plan", [str(at) for at in range(501)])], "dimensions"),
        (references, [{"vocabulary": "", "code": "1"}], "references"),
        (references, [{"vocabulary": "9", "code": ""}], "references"),
        (references, [{"vocabulary": "9", "code": "1", "url": "x"}], "references"),
        (references, [{"vocabulary": "9", "code": "1", "uri": "not an address"}], "references"),
        (references, [{"vocabulary": "9", "code": str(at)} for at in range(101)], "references"),
    ],
)
def test_what_is_wrong_is_refused(check: Callable[[Any], object], wanted: Any, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check(wanted)
    assert refusal.value.field == field
