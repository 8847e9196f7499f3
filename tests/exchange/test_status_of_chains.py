"""Delivery, effect and quadrant of a hand-made document, with the numbers worked out on paper.

The period is 1 October to 31 December, 91 days; what should have come by a day is linear. Two key results: the wait
(75 %) with the line (an activity) and the calls (an output) behind it, and trust (25 %) with the survey and its
answers.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from impactline.exchange.queries.status import status_of
from impactline.people.models import Person
from impactline.people.queries import person_named
from tests.exchange.installations import imported

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DOCUMENT = """\
impactline: 1
organisation: {name: Northwind Health, timezone: Europe/Berlin}
people: [{email: alice@example.org, role: administrator}, {email: bob@example.org}]
cycles: [{ref: 2026-Q4, starts_on: 2026-10-01, ends_on: 2026-12-31}]
objectives:
  - ref: waiting
    title: Nobody waits in pain
    cycle: 2026-Q4
    key_results:
      - ref: wait
        title: Median wait
        baseline: 21
        target: 7
        weight: 75
        measures: sooner
        check_ins: [{at: 2026-10-12, value: 18}, {at: 2026-11-20, value: 8}]
      - {ref: trust, title: T, baseline: 0, target: 10, weight: 25, measures: heard, check_ins: [%s]}
  - ref: plain
    title: Plain
    cycle: 2026-Q4
    key_results: [{ref: p, title: P, baseline: 0, target: 2, check_ins: [%s]}]
chain:
  - {ref: nurses, level: input, used: 1}
  - ref: line
    level: activity
    reports: [{at: 2026-10-12, value: 0.25}, {at: 2026-10-26, value: 0.5}, {at: 2026-11-10, value: 0.8}]
  - {ref: survey, level: activity, state: done, ended_on: 2026-11-05}
  - {ref: dropped, level: activity, state: dropped, ended_on: 2026-10-15}
  - {ref: calls, level: output, planned: 400, reports: [{at: 2026-10-20, value: 120}, {at: 2026-11-09, value: 400}]}
  - {ref: answers, level: output, state: done, ended_on: 2026-11-05}
  - {ref: sooner, level: outcome}
  - {ref: heard, level: outcome}
links:
  - {from: nurses, to: line}
  - {from: line, to: calls}
  - {from: dropped, to: calls}
  - {from: calls, to: sooner, lag_days: 14}
  - {from: survey, to: answers}
  - {from: answers, to: heard, lag_days: 30}
  - {from: sooner, to: line}
""" % (("{at: 2026-10-12, value: 1}",) * 2)


def told(day: date | None = None, viewer: Person | None = None, ref: str = "waiting") -> tuple[Any, ...]:
    """Delivery, effect and quadrant of an objective."""
    (found,) = status_of(viewer, at=NOW, ref=ref, as_of=day).as_data()["objectives"]
    return found["delivery"], found["effect"], found["quadrant"]


@pytest.mark.parametrize(
    ("day", "delivery", "effect", "quadrant"),
    [
        # nothing reported, and the key results at their baselines; expected 9/91
        (date(2026, 10, 10), 0.0, 0.0, "not_delivered_not_moved"),
        # .75 × (.25 + 0 + 0) ÷ 3; .75 × 3/14 + .25 × .1; expected 11/91 = .121, × .7 = .085: .0625 is less, .186 more
        (date(2026, 10, 12), 0.062, 0.186, "not_delivered_moved"),
        # .75 × (.25 + .3) ÷ 2 without the dropped one; 21/91 × .7 = .162
        (date(2026, 10, 22), 0.206, 0.186, "delivered_moved"),
        # .75 × (.5 + .3) ÷ 2 + .25 × 0; 31/91 × .7 = .238
        (date(2026, 11, 1), 0.3, 0.186, "delivered_not_moved"),
        # .75 × (.8 + 1) ÷ 2 + .25 × 1; not moved, but the calls of 9 November show from the 23rd on: too early
        (date(2026, 11, 12), 0.925, 0.186, None),
        # .75 × 13/14 + .25 × .1; 52/91 × .7 = .4
        (None, 0.925, 0.721, "delivered_moved"),
    ],
)
def test_the_numbers_of_every_day(day: date | None, delivery: float, effect: float, quadrant: str):
    imported(DOCUMENT, at=NOW)
    assert told(day) == (delivery, effect, quadrant)


def test_without_a_chain_all_key_results_are_the_effect_and_there_is_no_delivery():
    imported(DOCUMENT, at=NOW)
    assert told(ref="plain") == (None, 0.5, None)


def test_a_key_result_that_measures_an_output_says_nothing_of_the_effect():
    imported(DOCUMENT.replace("measures: heard", "measures: calls"), at=NOW)
    # Behind both are the line and the calls: (.8 + 1) ÷ 2; the wait alone has moved: 13/14.
    assert told() == (0.9, 0.929, "delivered_moved")


def test_what_somebody_may_not_see_counts_nowhere_for_them():
    imported(DOCUMENT, at=NOW)
    imported("impactline: 1\nchain: [{ref: calls, level: output, visibility: private, owner: alice@example.org}]\n")
    alice, bob = (person_named(f"{name}@example.org") for name in ("alice", "bob"))
    assert told(viewer=alice)[0] == 0.925
    assert told(viewer=bob) == (1.0, 0.721, "delivered_moved")  # the survey and its answers alone
    imported("impactline: 1\nchain: [{ref: sooner, level: outcome, visibility: private, owner: alice@example.org}]\n")
    assert told(viewer=bob)[1] == 0.1  # as if the wait measured nothing


def test_what_is_archived_counts_nowhere():
    imported(DOCUMENT, at=NOW)
    imported("impactline: 1\nchain: [{ref: line, level: activity, archived_at: 2026-11-01}]\n")
    assert told()[0] == 1.0


def test_the_status_takes_the_same_number_of_queries_whatever_the_chain(django_assert_num_queries: Any):
    imported(DOCUMENT, at=NOW)
    with django_assert_num_queries(8):
        status_of(None, at=NOW)
    more = "".join(f"  - {{ref: a{at}, level: activity, progress: 0.{at}}}\n" for at in range(1, 9))
    links = "".join(f"  - {{from: a{at}, to: calls}}\n" for at in range(1, 9))
    imported(f"impactline: 1\nchain:\n{more}links:\n{links}", at=NOW)
    with django_assert_num_queries(8):
        status_of(None, at=NOW)
