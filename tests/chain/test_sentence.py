"""A chain reads as a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.chain.english import clause, deed, lowered, purpose, thing
from impactline.chain.sentence import Phrase, Segment, Told, plain, sentence

NURSES = Phrase("nurses", "Two nurses", "2", "FTE")
MONEY = Phrase("line", "", "8,000", "€")
LINE = Phrase("line", "Run a phone triage line")
CALLS = Phrase("calls", "Triaged calls", "400", "calls")
ADVICE = Phrase("advice", "Callers follow the advice")
SOONER = Phrase("sooner", "Patients see a clinician sooner", change="21 → 7 days")
PAIN = Phrase("pain", "Fewer people live with untreated pain")


def told(**levels) -> str:
    return plain(sentence(Told(**levels)))


def test_a_whole_chain_reads_as_in_the_issue():
    assert told(
        inputs=[NURSES, MONEY], activities=[LINE], outputs=[CALLS], assumptions=[ADVICE], outcomes=[[SOONER]],
        impacts=[PAIN],
    ) == (
        "With two nurses and 8,000 € we run a phone triage line, which gives 400 triaged calls; if callers follow the "
        "advice, patients see a clinician sooner (21 → 7 days), so that fewer people live with untreated pain."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("levels", "reads"),
    [
        ({}, ""),
        ({"inputs": [NURSES]}, "We put in two nurses."),
        ({"activities": [LINE]}, "We run a phone triage line."),
        ({"outputs": [CALLS]}, "We deliver 400 triaged calls."),
        ({"inputs": [NURSES], "outputs": [CALLS]}, "With two nurses we deliver 400 triaged calls."),
        ({"inputs": [NURSES], "activities": [LINE]}, "With two nurses we run a phone triage line."),
        ({"outcomes": [[SOONER]]}, "Patients see a clinician sooner (21 → 7 days)."),
        ({"impacts": [PAIN]}, "Fewer people live with untreated pain."),
        (
            {"activities": [LINE], "impacts": [PAIN]},
            "We run a phone triage line, so that fewer people live with untreated pain.",
        ),
        (
            {"activities": [LINE], "outcomes": [[SOONER]]},
            "We run a phone triage line; patients see a clinician sooner (21 → 7 days).",
        ),
        (
            {"assumptions": [ADVICE], "outcomes": [[SOONER]]},
            "If callers follow the advice, patients see a clinician sooner (21 → 7 days).",
        ),
        (
            {"activities": [LINE], "assumptions": [ADVICE]},
            "We run a phone triage line, provided that callers follow the advice.",
        ),
        ({"assumptions": [ADVICE]}, ""),
        (
            {"outputs": [CALLS], "outcomes": [[], [SOONER]]},
            "We deliver 400 triaged calls; patients see a clinician sooner (21 → 7 days).",
        ),
    ],
)
def test_levels_that_are_missing_are_left_out(levels: dict, reads: str):
    assert told(**levels) == reads


def test_outcomes_in_steps_follow_from_each_other():
    know = Phrase("know", "Callers know what to do")
    assert told(outcomes=[[know], [SOONER]], impacts=[PAIN]) == (
        "Callers know what to do, so that patients see a clinician sooner (21 → 7 days), "
        "so that fewer people live with untreated pain."
    )


def test_several_items_are_joined_and_of_many_the_first_are_named():
    outputs = [Phrase(at, f"Guide {at}") for at in "ABCDEF"]
    assert told(activities=[LINE, Phrase("t", "Train the nurses.")], outputs=outputs[:2]) == (
        "We run a phone triage line and train the nurses, which together give guide A and guide B."
    )
    assert told(outputs=outputs[:4]) == "We deliver guide A, guide B, guide C and guide D."
    assert told(outputs=outputs) == "We deliver guide A, guide B, guide C and 3 more."


def test_each_item_can_be_found_again_in_its_segment():
    segments = sentence(Told(activities=[LINE], outputs=[CALLS]))
    assert segments == (
        Segment("We "),
        Segment("run a phone triage line", "line"),
        Segment(", "),
        Segment("which gives"),
        Segment(" "),
        Segment("400 triaged calls", "calls"),
        Segment("."),
    )


@pytest.mark.parametrize(
    ("title", "reads"),
    [
        ("Run a phone triage line", "run a phone triage line"),
        ("Running a phone triage line", "are running a phone triage line"),
        ("Phone triage line", "carry out “Phone triage line”"),
        ("Making guides", "are making guides"),
        ("Training for nurses", "carry out “Training for nurses”"),
        ("Spring campaign", "carry out “Spring campaign”"),
    ],
)
def test_an_activity_is_a_deed(title: str, reads: str):
    assert deed(title) == reads


@pytest.mark.parametrize(
    ("title", "number", "unit", "reads"),
    [
        ("Triaged calls", "400", "calls", "400 triaged calls"),
        ("Two nurses", "2", "FTE", "two nurses"),
        ("12 beds", "12", "beds", "12 beds"),
        ("A guide for callers", "1", "", "a guide for callers"),
        ("Guide for callers", "40", "copies", "guide for callers (40 copies)"),
        ("A grant", "90,000", "EUR", "a grant (90,000 EUR)"),
        ("Trained nurses", "40", "", "40 trained nurses"),
        ("", "8,000", "€", "8,000 €"),
        ("IT licences", "", "", "IT licences"),
    ],
)
def test_an_input_or_output_is_a_thing_with_its_quantity(title: str, number: str, unit: str, reads: str):
    assert thing(title, number, unit) == reads


@pytest.mark.parametrize(
    ("title", "reads"),
    [
        ("Patients see a clinician sooner", "patients see a clinician sooner"),
        ("The median wait falls", "the median wait falls"),
        ("Patients use the line", "patients use the line"),
        ("Fewer people live with pain.", "fewer people live with pain"),
        ("Reduce waste", "we reduce waste"),
        ("Shorter waits", "this leads to shorter waits"),
        ("Fewer emergency calls", "this leads to fewer emergency calls"),
        ("Better trust in care", "this leads to better trust in care"),
        ("Nobody waits in pain", "nobody waits in pain"),
    ],
)
def test_an_outcome_is_a_clause(title: str, reads: str):
    assert clause(title) == reads


def test_an_impact_that_is_no_clause_is_come_nearer_to():
    assert purpose("Health for all") == "we come nearer to health for all"
    assert purpose("Fewer people live with pain") == "fewer people live with pain"


@pytest.mark.parametrize(
    ("title", "reads"),
    [
        ("Patients wait", "patients wait"),
        ("IT is secure", "IT is secure"),
        ("COVID-19 spreads less", "COVID-19 spreads less"),
        ("iPhone users return", "iPhone users return"),
        ("Berlin has more nurses", "Berlin has more nurses"),
        ("Élèves lisent", "élèves lisent"),
        ("", ""),
        ("I trust them", "I trust them"),
    ],
)
def test_a_first_letter_is_made_small_unless_it_is_a_name(title: str, reads: str):
    assert lowered(title, names={"Berlin"}) == reads


phrases = st.lists(st.builds(Phrase, st.integers(), st.text(max_size=20), st.text(max_size=3)), max_size=6)


@given(st.builds(Told, phrases, phrases, phrases, phrases, st.lists(phrases, max_size=3), phrases))
def test_whatever_the_titles_are_there_is_a_sentence_or_none(of: Told):
    text = plain(sentence(of))
    assert text == "" or text.endswith(".")
