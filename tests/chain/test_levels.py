"""Levels of the chain: their order, and which pairs may be linked by what."""

import pytest

from impactline.chain.levels import (
    LEVELS,
    Level,
    LinkKind,
    NotLinkable,
    Sublevel,
    kind_of,
    kind_or_none,
    leads_to_itself,
    refusal,
)

INPUT, ACTIVITY, OUTPUT, OUTCOME, IMPACT = LEVELS


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        (INPUT, ACTIVITY, "uses"),
        (ACTIVITY, OUTPUT, "produces"),
        (OUTPUT, OUTCOME, "contributes_to"),
        (OUTCOME, OUTCOME, "contributes_to"),
        (OUTCOME, IMPACT, "contributes_to"),
        (OUTCOME, ACTIVITY, "enables"),
    ],
)
def test_the_levels_give_the_kind_of_a_link(source: Level, target: Level, kind: str):
    assert kind_of(source, target) == kind


def test_no_other_pair_may_be_linked():
    assert sum(kind_or_none(source, target) is not None for source in LEVELS for target in LEVELS) == 6


@pytest.mark.parametrize(
    ("source", "target", "code", "says"),
    [
        (INPUT, OUTPUT, "level_skipped", "skips the activity"),
        (INPUT, OUTCOME, "level_skipped", "skips the activity and the output"),
        (INPUT, IMPACT, "level_skipped", "skips the activity, the output and the outcome"),
        (ACTIVITY, OUTCOME, "level_skipped", "skips the output"),
        (OUTPUT, IMPACT, "level_skipped", "skips the outcome"),
        (OUTPUT, ACTIVITY, "level_reversed", "leads down"),
        (IMPACT, OUTCOME, "level_reversed", "leads down"),
        (OUTCOME, OUTPUT, "level_reversed", "leads down"),
        (ACTIVITY, ACTIVITY, "level_alike", "An activity does not lead to an activity"),
        (IMPACT, IMPACT, "level_alike", "An impact does not lead to an impact"),
        (OUTPUT, OUTPUT, "level_alike", "An output"),
        (INPUT, INPUT, "level_alike", "An input"),
    ],
)
def test_a_pair_that_cannot_be_linked_is_refused_with_a_remedy(source: Level, target: Level, code: str, says: str):
    with pytest.raises(NotLinkable) as refused:
        kind_of(source, target)
    assert refused.value.code == code
    assert says in refused.value.message
    assert refused.value.remedy
    assert refused.value.field == "target"
    assert refusal(source, target).message == refused.value.message


def test_the_levels_stand_in_order():
    assert [level.order for level in LEVELS] == [0, 1, 2, 3, 4]
    assert [sublevel.order for sublevel in Sublevel] == [0, 0, 1, 2]


def test_only_feedback_may_close_a_circle():
    assert [kind for kind in LinkKind if kind.closes_circles] == [LinkKind.ENABLES]


def test_an_item_does_not_lead_to_itself():
    assert leads_to_itself().code == "link_to_itself"
