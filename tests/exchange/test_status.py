"""The status of hand-made documents, with the numbers worked out on paper.

The period is 1 October to 31 December, 91 days; by 1 November 31 of them have passed: e = 31 ÷ 91 = 0.340659.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from impactline.base.errors import NotFound
from impactline.exchange.queries.status import status_of
from impactline.people.models import Person
from impactline.people.queries import person_named
from tests.exchange.installations import imported

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
HEAD = """\
impactline: 1
organisation: {name: Northwind Health, timezone: Europe/Berlin}
people: [{email: alice@example.org, role: administrator}, {email: bob@example.org}]
cycles: [{ref: 2026-Q4, starts_on: 2026-10-01, ends_on: 2026-12-31}]
"""
CONTRACT = (
    HEAD
    + """\
objectives:
  - ref: waiting
    title: Nobody waits in pain
    cycle: 2026-Q4
    kind: committed
    key_results:
      - ref: wait-days
        title: Median wait for a first visit falls from 21 to 7 days
        baseline: 21
        target: 7
        unit: days
        weight: 50
        check_ins: [{at: 2026-10-12, by: alice@example.org, value: 18, confidence: 6, status: on_track}]
      - {ref: other, title: Other, baseline: 0, target: 14, check_ins: [{at: 2026-10-20, value: 3}]}
"""
)
ALL_TYPES = (
    HEAD
    + """\
objectives:
  - ref: all
    title: All types
    cycle: 2026-Q4
    key_results:
      - ref: rising
        title: Rises
        baseline: 0
        target: 200
        check_ins: [{at: 2026-10-12, value: 30}, {at: 2026-10-26, value: 50}, {at: 2026-11-16, value: 120}]
      - {ref: beyond, title: B, baseline: 100, target: 60, check_ins: [{at: 2026-10-20, value: 50}]}
      - {ref: wrong-side, title: W, baseline: 100, target: 60, check_ins: [{at: 2026-10-20, value: 110}]}
      - {ref: zero, title: Z, baseline: 10, target: -10, check_ins: [{at: 2026-10-20, value: 0}]}
      - {ref: least, title: L, type: at_least, target: 80, check_ins: [{at: 2026-10-20, value: 80}]}
      - {ref: most, title: M, type: at_most, target: 5, warning: 7, check_ins: [{at: 2026-10-20, value: 6}]}
      - {ref: within, title: R, type: range, low: 10, high: 20, check_ins: [{at: 2026-10-20, value: 21}]}
      - ref: weekly
        title: Control
        type: control
        check_ins:
          [{at: 2026-10-06, value: 1}, {at: 2026-10-13, value: 0},
          {at: 2026-10-20, value: 1}, {at: 2026-11-05, value: 1}]
      - ref: steps
        title: Steps
        type: milestones
        milestones:
          [{title: One, reached_on: 2026-10-20}, {title: Two, reached_on: 2026-11-20}, {title: Three, weight: 2}]
      - {ref: done, title: D, type: binary, check_ins: [{at: 2026-10-20, value: false}]}
      - {ref: level, title: R, type: rubric, levels: [a, b, c, d, e], check_ins: [{at: 2026-10-20, value: 2}]}
      - {ref: baseline, title: F, type: find_baseline, check_ins: [{at: 2026-10-20, value: 38}]}
      - {ref: open, title: O, type: open, check_ins: [{at: 2026-10-20, confidence: 5}]}
      - {ref: looked-at-by-nobody, title: N, type: at_least, target: 3}
"""
)
NUMBERS = ("value", "progress", "counted", "weight", "expected", "landing", "speed_up", "pace")
WEIGHT = 0.0909  # of eleven that count


def objectives(as_of: date | None = None, viewer: Person | None = None, ref: str = "") -> dict[str, Any]:
    """The status by ref."""
    found = status_of(viewer, at=NOW, ref=ref, as_of=as_of).as_data()
    return {entry["ref"]: entry for entry in found["objectives"]}


def key_results(as_of: date | None = None) -> dict[str, Any]:
    """The key results of all objectives by ref."""
    return {entry["ref"]: entry for found in objectives(as_of).values() for entry in found["key_results"]}


def test_the_example_of_the_contract_to_the_letter():
    imported(CONTRACT, at=NOW)
    found = status_of(None, at=NOW, as_of=NOVEMBER).as_data()
    assert list(found) == ["as_of", "objectives"]
    assert found["as_of"] == "2026-11-01"
    objective = found["objectives"][0]
    parts = objective.pop("key_results")
    assert list(objective.items()) == [
        ("ref", "waiting"),
        ("title", "Nobody waits in pain"),
        ("cycle", "2026-Q4"),
        ("kind", "committed"),
        ("progress", 0.214),
        ("expected", 0.341),
        ("pace", "red"),
        ("delivery", None),
        ("effect", 0.214),
        ("quadrant", None),
        ("score", None),
    ]
    assert list(parts[0].items()) == [
        ("ref", "wait-days"),
        ("type", "metric"),
        ("value", 18.0),
        ("progress", 0.2143),
        ("counted", 0.2143),
        ("weight", 0.5),
        ("expected", 0.341),
        ("landing", 0.629),
        ("speed_up", 1.894),
        ("pace", "red"),
        ("confidence", 6),
        ("status", "on_track"),
        ("last_check_in_at", "2026-10-12"),
        ("score", None),
    ]


@pytest.mark.parametrize(
    ("ref", "numbers"),
    [
        # p = 50 ÷ 200; L = p ÷ e; k = ((0.7 − p) ÷ (1 − e)) ÷ L = 0.6825 ÷ 0.733871
        ("rising", (50.0, 0.25, 0.25, WEIGHT, 0.341, 0.734, 0.93, "green")),
        # p = −50 ÷ −40, clamped for the mean only; nothing is left to do
        ("beyond", (50.0, 1.25, 1.0, WEIGHT, 0.341, 3.669, 0.0, "green")),
        # p = 10 ÷ −40: negative, not positive; there is nothing to multiply
        ("wrong-side", (110.0, -0.25, 0.0, WEIGHT, 0.341, -0.734, None, "red")),
        # a real 0 is a value: −10 ÷ −20
        ("zero", (0.0, 0.5, 0.5, WEIGHT, 0.341, 1.468, 0.207, "green")),
        # equal counts as met; a hold has no projection
        ("least", (80.0, 1.0, 1.0, WEIGHT, 0.341, None, None, "green")),
        ("most", (6.0, 0.0, 0.0, WEIGHT, 0.341, None, None, "yellow")),
        ("within", (21.0, 0.0, 0.0, WEIGHT, 0.341, None, None, "red")),
        # 2 of 13 planned; 4 of 13 due days are over; k = ((0.7 − 2/13) ÷ (9/13)) ÷ 0.5
        ("weekly", (1.0, 0.1538, 0.1538, WEIGHT, 0.308, 0.5, 1.578, "yellow")),
        # weight 1 of 4; L = 0.25 ÷ e
        ("steps", (1.0, 0.25, 0.25, WEIGHT, 0.341, 0.734, 0.93, "green")),
        # half of a yes does not exist: nothing is expected before the last day
        ("done", (0.0, 0.0, 0.0, WEIGHT, 0.0, None, None, "grey")),
        # level 2 of 0 to 4
        ("level", (2.0, 0.5, 0.5, WEIGHT, 0.341, 1.468, 0.207, "green")),
        ("baseline", (38.0, None, None, None, None, None, None, "grey")),
        ("open", (None, None, None, None, None, None, None, "grey")),
        ("looked-at-by-nobody", (None, None, None, None, 0.341, None, None, "grey")),
    ],
)
def test_each_type_of_key_result(ref: str, numbers: tuple[Any, ...]):
    imported(ALL_TYPES, at=NOW)
    found = key_results(NOVEMBER)[ref]
    assert tuple(found[name] for name in NUMBERS) == numbers


def test_all_types_in_one_objective():
    """(0.25 + 1 + 0 + 0.5 + 1 + 0 + 0 + 2/13 + 0.25 + 0 + 0.5) ÷ 11 and (9 e + 4/13 + 0) ÷ 11."""
    imported(ALL_TYPES, at=NOW)
    found = objectives(NOVEMBER)["all"]
    assert (found["progress"], found["expected"], found["pace"]) == (0.332, 0.307, "red")


@pytest.mark.parametrize(
    ("as_of", "value", "progress", "expected", "pace"),
    [
        (date(2026, 9, 30), None, 0.0, 0.0, "grey"),  # not begun
        (date(2026, 10, 5), None, 0.0, 0.044, "grey"),  # 4 ÷ 91: too early
        (date(2026, 10, 12), 30.0, 0.15, 0.121, "green"),
        (date(2026, 10, 25), 30.0, 0.15, 0.264, "yellow"),  # L = 0.569; k = (0.55 ÷ 0.736264) ÷ L = 1.31
        (date(2026, 11, 15), 50.0, 0.25, 0.495, "yellow"),  # L = 0.506; k = (0.45 ÷ 0.505495) ÷ L = 1.76
        (date(2026, 11, 16), 120.0, 0.6, 0.505, "green"),
        (date(2026, 12, 31), 120.0, 0.6, 1.0, "red"),  # no time is left to go faster
        (date(2027, 1, 1), 120.0, 0.6, 1.0, "yellow"),  # after the end the score decides: 0.6 ≥ 0.4
    ],
)
def test_the_same_key_result_on_several_days(as_of: date, value: Any, progress: Any, expected: Any, pace: str):
    imported(ALL_TYPES, at=NOW)
    found = key_results(as_of)["rising"]
    assert (found["value"], found["progress"], found["expected"], found["pace"]) == (value, progress, expected, pace)


ALIGNED = (
    HEAD.replace(
        "cycles:", "metrics: [{ref: m, readings: [{at: 2026-10-05, value: 20}, {at: 2026-10-30, value: 16}]}]\ncycles:"
    )
    + """\
objectives:
  - {ref: company, title: C, cycle: 2026-Q4, kind: committed, driver: objectives}
  - ref: both
    title: B
    cycle: 2026-Q4
    driver: both
    key_results: [{ref: b1, title: B, baseline: 0, target: 3, check_ins: [{at: 2026-10-20, value: 1}]}]
  - ref: x
    title: X
    cycle: 2026-Q4
    kind: committed
    contributes_to: [{objective: company, weight: 40}, {objective: both}]
    key_results:
      - {ref: x1, title: X1, baseline: 0, target: 10, weight: 75, check_ins: [{at: 2026-10-20, value: 5}]}
      - {ref: x2, title: X2, type: binary, check_ins: [{at: 2026-10-20, value: true}]}
  - ref: y
    title: Y
    cycle: 2026-Q4
    contributes_to: [{objective: company}]
    key_results:
      - {ref: y1, title: Y1, baseline: 100, target: 60, check_ins: [{at: 2026-10-25, value: 70}]}
      - {ref: y2, title: Y2, baseline: 0, target: 4, check_ins: [{at: 2026-10-31, value: 1}]}
  - ref: only-supports
    title: S
    cycle: 2026-Q4
    supports: [company]
    key_results: [{ref: s1, title: S, type: binary}]
  - ref: own
    title: O
    cycle: 2026-Q4
    driver: metric
    metric: m
    baseline: 20
    target: 10
    key_results: [{ref: o1, title: O, type: binary, check_ins: [{at: 2026-10-20, value: true}]}]
  - {ref: nothing, title: N, cycle: 2026-Q4, driver: none, key_results: [{ref: n1, title: N, type: binary}]}
  - ref: hand
    title: H
    cycle: 2026-Q4
    overrides: [{progress: 0.35, reason: R, at: 2026-10-15, resumed_at: 2026-10-28}]
    scores: [{given: 0.8, at: 2026-11-10}]
    key_results: [{ref: h1, title: H, baseline: 0, target: 10, check_ins: [{at: 2026-10-05, value: 9}]}]
  - ref: moved
    title: M
    cycle: 2026-Q4
    key_results:
      - ref: t
        title: T
        baseline: 0
        target: 20
        frozen_at: 2026-10-01
        changes: [{at: 2026-10-20, reason: More, before: {target: 10}, after: {target: 20}}]
        check_ins: [{at: 2026-10-10, value: 5}]
      - ref: sum
        title: S
        baseline: 0
        target: 100
        values: per_period
        check_ins: [{at: 2026-10-05, value: 10}, {at: 2026-10-12, value: 15}, {at: 2026-11-09, value: 20}]
"""
)


@pytest.mark.parametrize(
    ("ref", "as_of", "progress", "expected", "effect"),
    [
        ("x", NOVEMBER, 0.625, 0.255, 0.625),  # 0.75 × 0.5 + 0.25 × 1; 0.75 e + 0.25 × 0
        ("y", NOVEMBER, 0.5, 0.341, 0.5),  # (0.75 + 0.25) ÷ 2
        ("company", NOVEMBER, 0.55, 0.307, None),  # 0.4 × 0.625 + 0.6 × 0.5; 0.4 × 0.255495 + 0.6 e
        ("both", NOVEMBER, 0.479, 0.298, 0.333),  # (1/3 + 0.625) ÷ 2; (e + 0.255495) ÷ 2
        ("own", NOVEMBER, 0.4, 0.341, 1.0),  # (16 − 20) ÷ (10 − 20)
        ("own", date(2026, 10, 10), 0.0, 0.099, 0.0),  # a reading at the baseline; 9 ÷ 91
        ("nothing", NOVEMBER, None, None, 0.0),
        ("hand", date(2026, 10, 14), 0.9, 0.143, 0.9),
        ("hand", date(2026, 10, 20), 0.35, 0.209, 0.9),
        ("hand", NOVEMBER, 0.9, 0.341, 0.9),
        ("company", date(2026, 10, 21), 0.25, 0.198, None),  # y at 0: 0.4 × 0.625; (0.4 × 0.75 + 0.6) × 20/91
    ],
)
def test_objectives_by_driver_weight_and_override(
    ref: str, as_of: date, progress: float | None, expected: float | None, effect: float | None
):
    imported(ALIGNED, at=NOW)
    found = objectives(as_of)[ref]
    assert (found["progress"], found["expected"], found["effect"]) == (progress, expected, effect)


def test_a_moved_target_counts_from_its_day_and_a_sum_grows():
    imported(ALIGNED, at=NOW)
    for as_of, moved, summed in (
        (date(2026, 10, 15), 0.5, 0.25),
        (NOVEMBER, 0.25, 0.25),
        (date(2026, 11, 10), 0.25, 0.45),
    ):
        found = key_results(as_of)
        assert (found["t"]["progress"], found["sum"]["progress"]) == (moved, summed)


def test_a_score_is_seen_from_its_day():
    imported(ALIGNED, at=NOW)
    assert objectives(NOVEMBER)["hand"]["score"] is None
    assert objectives()["hand"]["score"] == 0.8


def test_weights_that_are_fixed_and_shared():
    imported(ALIGNED, at=NOW)
    found = key_results(NOVEMBER)
    assert (found["x1"]["weight"], found["x2"]["weight"]) == (0.75, 0.25)
    assert found["o1"]["weight"] is None, "its objective is driven by a metric"


@pytest.mark.parametrize("document", [ALL_TYPES, ALIGNED, CONTRACT])
def test_today_is_like_any_other_day(document: str):
    """What is kept for today is what would be computed from all that was recorded."""
    imported(document, at=NOW)
    kept = status_of(None, at=NOW).as_data()
    later = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert status_of(None, at=later, as_of=NOW.date()).as_data() == kept


def test_a_ref_chooses():
    imported(ALIGNED, at=NOW)
    assert list(objectives(ref="both")) == ["both"]
    found = objectives(ref="y2")["y"]
    assert [entry["ref"] for entry in found["key_results"]] == ["y2"]
    assert len(objectives(ref="2026-Q4")) == 9
    with pytest.raises(NotFound, match="no objective, key result, cycle or team"):
        objectives(ref="nothing-like-it")


def test_what_is_archived_is_left_out_unless_it_is_asked_for():
    imported(CONTRACT.replace("    kind: committed", "    archived_at: 2026-11-02"), at=NOW)
    assert objectives() == {}
    assert list(objectives(ref="waiting")) == ["waiting"]


def test_a_person_sees_what_that_person_may_see():
    imported(CONTRACT.replace("    kind: committed", "    visibility: private\n    owner: alice@example.org"), at=NOW)
    bob, alice = person_named("bob@example.org"), person_named("alice@example.org")
    assert list(objectives(viewer=alice)) == ["waiting"]
    assert list(objectives(viewer=None)) == ["waiting"]
    assert objectives(viewer=bob) == {}
    for ref in ("waiting", "wait-days"):
        with pytest.raises(NotFound):
            objectives(viewer=bob, ref=ref)
