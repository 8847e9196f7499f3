"""What explains a quadrant, and how quadrant and figures explain themselves."""

from datetime import date

import pytest

from impactline.chain import explain
from impactline.chain.completion import Window, Work
from impactline.chain.delivery import Behind, Change, Figure, Verdict, Why, delivery, effect, verdict
from impactline.chain.levels import Level
from impactline.chain.suspects import Assumed, Contribution, SuspectKind, suspect, told

QUARTER = Window(date(2026, 10, 1), date(2026, 12, 31))
END = date(2026, 12, 31)
ADVICE = Assumed("Callers follow the advice")
SURE = Contribution("l1", "Triaged calls", "Fewer visits", 0.9, "strong")
UNSURE = Contribution("l2", "Triaged calls", "Patients see a clinician sooner", 0.6, "weak")


def judged(delivered: float, moved: float) -> Verdict:
    return verdict(Figure(delivered, 1.0, (), END), Figure(moved, 1.0, (), END))


def names(*links: Contribution) -> str:
    found = judged(1.0, 0.0)
    return told(found, suspect(found, links))


def test_the_link_with_the_lowest_confidence_deserves_a_look():
    assert names(SURE, UNSURE) == (
        "Delivered, not moved: the link “Triaged calls” → “Patients see a clinician sooner” deserves a look "
        "(confidence 0.6, evidence weak)."
    )


def test_its_assumption_is_named_where_it_has_one():
    doubtful = Contribution("l2", "a", "b", 0.6, assumptions=(Assumed("Lines work", "holding"), ADVICE))
    assert names(SURE, doubtful) == (
        "Delivered, not moved: the assumption “Callers follow the advice” deserves a look."
    )


@pytest.mark.parametrize(("state", "says"), [("failed", "has failed."), ("failing", "is failing.")])
def test_an_assumption_that_does_not_hold_comes_before_low_confidence(state: str, says: str):
    broken = Contribution("l1", "a", "b", 0.9, "strong", (Assumed("Callers follow the advice", state),))
    assert names(UNSURE, broken) == f"Delivered, not moved: the assumption “Callers follow the advice” {says}"


def test_a_failed_assumption_comes_before_a_failing_one():
    failing = Contribution("l1", "a", "b", 0.1, assumptions=(Assumed("x", "failing"),))
    failed = Contribution("l2", "a", "b", 0.9, assumptions=(Assumed("y", "failed"), Assumed("z", "failing")))
    assert "“y” has failed" in names(failing, failed)


def test_of_open_assumptions_the_weightiest_and_least_likely_is_named():
    link = Contribution(
        "l", "a", "b", 0.5,
        assumptions=(
            Assumed("p", importance="low", likelihood="unlikely"),
            Assumed("q", importance="high", likelihood="likely"),
            Assumed("r", importance="high", likelihood="unlikely"),
        ),
    )  # fmt: skip
    assert "“r”" in names(link)


def test_a_link_without_stated_confidence_counts_as_even_odds():
    open_one = Contribution("l1", "a", "b", None)
    assert "“a” → “b” deserves a look (no confidence stated, evidence untested)" in names(open_one, UNSURE)
    assert "confidence 0.4" in names(open_one, Contribution("l3", "c", "d", 0.4))


def test_where_no_link_is_stated_that_is_what_is_missing():
    assert names() == ("Delivered, not moved: no link between what was delivered and what should have moved is stated.")


def test_what_holds_back_delivery_the_most_is_named():
    # held back: line .5 × (1 − .5) = .25, calls .5 × (1 − .3) = .35
    line = Work("line", Level.ACTIVITY, "Run a triage line", progress=0.5)
    calls = Work("calls", Level.OUTPUT, "Triaged calls", planned=400, delivered=120)
    figure = delivery([Behind("days", "d", (line, calls))], END, QUARTER)
    found = verdict(figure, effect([Change("days", "d", 0.2, 1.0)], END))
    first = suspect(found, [UNSURE])
    assert first is not None
    assert (first.kind, first.key) == (SuspectKind.WORK, "calls")
    assert told(found, first) == (
        "Not delivered, not moved: “Triaged calls” is furthest behind (0.3 done, 1 expected by now)."
    )


def test_what_works_and_what_moved_without_us_has_no_suspect():
    for found in (judged(1.0, 1.0), judged(0.0, 1.0)):
        assert suspect(found, [UNSURE]) is None
    assert told(judged(1.0, 1.0), None).startswith("Delivered, moved: it works as was thought")
    assert told(judged(0.0, 1.0), None).startswith("Not delivered, moved: something else has moved it")


def test_where_there_is_no_quadrant_the_reason_is_told():
    nothing = Figure(None, None, (), END)
    assert told(verdict(nothing, nothing), None) == (
        "No activity and no output stands behind it, so delivery cannot be told."
    )
    waiting = Verdict(None, Why.WITHIN_LAG, nothing, nothing, until=date(2027, 1, 8))
    assert told(waiting, None) == "Delivered; nothing could be seen of it yet, from 2027-01-08 on it should be."
    assert suspect(waiting, [UNSURE]) is None


# --- explanations ---


def test_delivery_explains_itself():
    line = Work("line", Level.ACTIVITY, "Run a triage line", progress=0.5)
    calls = Work("calls", Level.OUTPUT, "Triaged calls", planned=400, delivered=120)
    figure = delivery([Behind("days", "d", (line, calls)), Behind("cost", "Cost", ())], END, QUARTER)
    told_of = explain.delivery(figure)
    assert told_of.formula == "0.5 × 0.5 + 0.5 × 0.3 = 0.4"
    assert told_of.values == (("delivery", "0.4"), ("expected by now", "1"))
    assert told_of.steps[1] == "Triaged calls: 0.5 × 0.3, expected by now 1"
    assert told_of.rule.endswith("Left out: “Cost”.")
    assert told_of.as_of == END


def test_effect_explains_itself_and_what_was_limited():
    told_of = explain.effect(effect([Change("days", "Median wait", 1.4)], END))
    assert told_of.formula == "1 × 1 = 1"
    assert told_of.steps == ("Median wait: 1 × 1 (progress 1.4, limited to 0 … 1)",)


def test_a_figure_that_is_none_says_why():
    assert explain.delivery(Figure(None, None, (), END)).formula == "none"
    assert "None of its outcomes has progress." in explain.effect(Figure(None, None, (), END)).rule


def test_the_quadrant_explains_itself():
    found = judged(1.0, 0.3)
    told_of = explain.quadrant(found, suspect(found, [UNSURE]))
    assert told_of.formula.startswith("Delivered, not moved: the link")
    assert told_of.steps == (
        "delivery: 1, expected by now 1, 1 of it: enough",
        "effect: 0.3, expected by now 1, 0.3 of it: not enough",
    )
    assert told_of.rule == (
        "“Delivered” and “moved” are at least 0.7 of what was expected by now. This quadrant is called: theory failure."
    )
