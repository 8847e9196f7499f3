"""The three voices of a status, and where they disagree."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.chain.completion import Lateness, Work
from impactline.chain.graph import Graph
from impactline.chain.levels import Level
from impactline.chain.status import (
    Disagreement,
    Inherited,
    Source,
    Trouble,
    Voice,
    Voices,
    heard,
    inherited,
    inherited_by_all,
    of_work,
    told,
    trouble_of,
    worst,
)
from tests.chain.graphs import graphs, triage

ON, RISK, OFF = Voice.ON_TRACK, Voice.AT_RISK, Voice.OFF_TRACK
LATE = Source(Trouble.OVERDUE, "line", "Run a phone triage line")
ADVICE = Source(Trouble.ASSUMPTION_FAILED, "sooner", "Callers follow the advice", share=0.6)


@pytest.mark.parametrize(
    ("key", "troubles"),
    [
        # days ← sooner ← calls ← line: 1 × .6 × 1;  the assumption sits on the link into sooner, of strength .6
        ("days", [("sooner", 0.6, 0.6), ("line", 0.6, 0.48)]),
        # pain: by trust .4 × .9 = .36, by sooner .6 × .5 = .3; the best counts. The assumption: .6 × .5
        ("pain", [("sooner", 0.3, 0.3), ("line", 0.36, 0.288)]),
        ("calls", [("line", 1.0, 0.8)]),
        ("nurses", []),
        ("gone", []),
    ],
)
def test_trouble_upstream_weighs_by_how_strongly_one_depends_on_it(key: str, troubles: list):
    found = [(one.source.at, one.strength, one.weight) for one in inherited(triage(), key, [LATE, ADVICE])]
    assert [at for at, _, _ in found] == [at for at, _, _ in troubles]
    assert [one[1:] for one in found] == [pytest.approx(one[1:]) for one in troubles]


@pytest.mark.parametrize(
    ("trouble", "strength", "voice"),
    [
        (Trouble.ASSUMPTION_FAILED, 0.5, OFF),
        (Trouble.ASSUMPTION_FAILED, 0.49, RISK),
        (Trouble.ASSUMPTION_FAILED, 0.2, RISK),
        (Trouble.ASSUMPTION_FAILED, 0.19, ON),
        (Trouble.OVERDUE, 1.0, OFF),
        (Trouble.ASSUMPTION_FAILING, 1.0, OFF),
        (Trouble.ASSUMPTION_FAILING, 0.5, RISK),
        (Trouble.BEHIND, 1.0, RISK),
        (Trouble.BEHIND, 0.4, ON),
    ],
)
def test_the_inherited_voice_speaks_by_the_heaviest_trouble(trouble: Trouble, strength: float, voice: Voice):
    light = Inherited(Source(Trouble.BEHIND, "x", "x"), 0.1)
    assert heard(None, None, [light, Inherited(Source(trouble, "y", "y"), strength)]).inherited is voice


def test_without_anything_upstream_the_inherited_voice_is_silent():
    assert heard(ON, RISK, [], has_upstream=False) == Voices(ON, RISK, None)
    assert heard(ON, RISK, []).inherited is ON


@pytest.mark.parametrize(
    ("voices", "disagreement"),
    [
        (Voices(ON, OFF, None), Disagreement.WATERMELON),
        (Voices(ON, OFF, OFF), Disagreement.WATERMELON),
        (Voices(OFF, ON, None), Disagreement.REVERSE_WATERMELON),
        (Voices(ON, ON, OFF), Disagreement.UPSTREAM),
        (Voices(None, ON, OFF), Disagreement.UPSTREAM),
        (Voices(ON, None, OFF), Disagreement.UPSTREAM),
        (Voices(RISK, RISK, OFF), None),
        (Voices(ON, RISK, RISK), None),
        (Voices(OFF, OFF, ON), None),
        (Voices(None, None, None), None),
    ],
)
def test_voices_that_part_by_two_steps_disagree(voices: Voices, disagreement: Disagreement | None):
    assert voices.disagreement is disagreement


def test_the_voices_are_told_as_sentences():
    voices = heard(ON, ON, inherited(triage(), "days", [LATE, ADVICE]))
    assert told(voices) == (
        "Stated: on track.",
        "Computed: on track.",
        "Inherited: off track.",
        "“Callers follow the advice” has failed (this depends on it to 60 %).",
        "“Run a phone triage line” is overdue (this depends on it to 60 %).",
        "Nothing is to be seen here yet, but what it depends on is off track.",
    )
    assert told(Voices(None, None, None))[0] == "Stated: nothing."


@pytest.mark.parametrize(
    ("stated", "computed", "words"),
    [
        (None, ON, "Nothing is to be seen here yet, but what it depends on is off track."),
        (ON, RISK, "Stated on track, computed at risk, and what it depends on is off track."),
        (RISK, ON, "Computed on track, stated at risk, and what it depends on is off track."),
    ],
)
def test_where_a_risk_is_to_be_seen_already_it_is_not_said_that_there_is_none(
    stated: Voice | None, computed: Voice, words: str
):
    assert told(Voices(stated, computed, OFF))[-1] == words


def test_only_late_work_is_trouble():
    assert [trouble_of(late) for late in Lateness] == [None, Trouble.BEHIND, Trouble.OVERDUE]


sources = st.lists(
    st.builds(Source, st.sampled_from(list(Trouble)), st.integers(0, 9), st.just("t"), st.floats(0, 1)), max_size=5
)


@given(graphs(), sources)
def test_what_all_inherit_is_what_each_inherits(graph: Graph, of: list[Source]):
    everybody = inherited_by_all(graph, of)
    for node in graph.nodes:
        has_upstream = bool(list(graph.leading(node.key)))
        alone = heard(None, None, inherited(graph, node.key, of), has_upstream=has_upstream).inherited
        assert everybody.get(node.key, ON) == (alone or ON)


@pytest.mark.parametrize(
    ("work", "voice"),
    [
        # 10 of 20 days: .5 expected, of which .7 is .35
        (Work("a", Level.ACTIVITY, "A", starts_on=date(2026, 10, 1), due_on=date(2026, 10, 21), progress=0.35), ON),
        (Work("a", Level.ACTIVITY, "A", starts_on=date(2026, 10, 1), due_on=date(2026, 10, 21), progress=0.3), RISK),
        (Work("a", Level.ACTIVITY, "A", starts_on=date(2026, 10, 1), due_on=date(2026, 10, 10), progress=0.9), OFF),
        (Work("a", Level.ACTIVITY, "A", starts_on=date(2026, 10, 1)), None),
        (Work("a", Level.ACTIVITY, "A", state="dropped"), None),
        (Work("a", Level.ACTIVITY, "A", state="done"), ON),
        (Work("o", Level.OUTPUT, "O", state="done", planned=400, delivered=400), ON),
        (Work("o", Level.OUTPUT, "O", state="done", planned=400, delivered=280), RISK),
        (Work("o", Level.OUTPUT, "O", state="done", planned=400, delivered=279), OFF),
    ],
)
def test_work_speaks_by_its_days_and_by_what_was_delivered(work: Work, voice: Voice | None):
    assert of_work(work, date(2026, 10, 11)) is voice


def test_the_worst_voice_is_heard():
    assert worst([None, ON, RISK]) is RISK
    assert worst([None, None]) is None
