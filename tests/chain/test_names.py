"""What an organisation calls the levels: names over codes, told everywhere, stored nowhere else."""

import pytest

from impactline.base.errors import Faults, Forbidden
from impactline.base.models import Event
from impactline.chain.actions import create_item, name_levels
from impactline.chain.levels import Level
from impactline.chain.names import Name, checked, read
from impactline.people.models import Organisation
from tests.cast import NOON

RESULT = {"output": Name("result", "")}


def test_usual_names_need_no_place_and_a_missing_plural_gets_an_s():
    usual = {"output": Name("output", "outputs"), "impact": Name("", "")}
    assert checked(usual) == {}
    assert checked(RESULT) == {"output": ["result", "results"]}


def test_kinds_of_outcome_follow_a_renamed_outcome_unless_they_have_names_of_their_own():
    names = read({"outcome": ["change", "changes"], "ultimate": ["overall goal", "overall goals"]})
    assert names.of("outcome", "immediate") == Name("immediate change", "immediate changes")
    assert names.of("outcome", "ultimate").one == "overall goal"


def test_sentences_take_the_names_and_their_articles():
    names = read({"output": ["result", "results"], "activity": ["operation", "operations"]})
    assert names.say("{an_output} of this {activity}") == "A result of this operation"
    assert names.say("link the {outputs} or {outcomes}") == "Link the results or outcomes"


def test_a_level_is_named_by_its_code_or_its_name():
    names = read({"impact": ["Goal", "Goals"]})
    assert [names.code_of(word) for word in ("impact", " goal", "GOAL", "aim")] == [Level.IMPACT] * 3 + [None]


@pytest.mark.parametrize(
    ("names", "field"),
    [
        ({"result": Name("result", "")}, "result"),
        ({"output": Name("r" * 41, "")}, "output"),
        ({"output": Name("re: sult", "")}, "output"),
        ({"output": Name("Outcome", "")}, "output"),
    ],
)
def test_names_that_cannot_be_are_told_at_their_level(names, field):
    with pytest.raises(Faults) as refused:
        checked(names)
    assert refused.value.faults[0].field == field


@pytest.mark.django_db
def test_an_administrator_names_the_levels_and_the_event_keeps_codes(ada, alice):
    name_levels(by=ada, version=None, names=RESULT, at=NOON)
    assert Organisation.objects.get().level_names == {"output": ["result", "results"]}
    before, after = Event.objects.latest("id").data["level_names"]
    assert (before, after) == ({}, {"output": ["result", "results"]})
    assert create_item(by=alice, level="output", title="Calls", owner=alice, at=NOON).level == "output"
    with pytest.raises(Forbidden):
        name_levels(by=alice, version=None, names={}, at=NOON)


OWN = read({"outcome": ["change", "changes"], "activity": ["measure", "measures"], "impact": ["aim", "aims"]})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It leads to no outcome, no key result measures it.", "It leads to no change, no key result measures it."),
        ("Link the outputs or outcomes behind it.", "Link the outputs or changes behind it."),
        ("An activity that produces nothing.", "A measure that produces nothing."),
        ("An outcome or impact to which nothing leads.", "A change or aim to which nothing leads."),
        ("It is an activity. Activities lead to an impact.", "It is a measure. Measures lead to an aim."),
        ("“An outcome of the activity” is an outcome.", "“An outcome of the activity” is a change."),
        ("Rule W-activity-as-result of outcome-based work", "Rule W-activity-as-result of outcome-based work"),
        ("No outcome: no end.", "No change: no end."),
        ("", ""),
    ],
)
def test_what_speaks_of_the_usual_levels_is_told_in_the_own_names_but_not_what_stands_in_quotes(text, told):
    assert OWN.retell(text) == told
    assert read({}).retell(text) == text
