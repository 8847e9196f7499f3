"""Each rule: it fires, it stays silent, and what it does on the edge."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from impactline.insight.rules import REFUSED, RULES, THRESHOLDS, TOLD_BY, WORDING, Guard, judge
from impactline.insight.rules.likeness import alike
from impactline.insight.rules.rows import (
    AlignmentRow,
    AssumptionRow,
    Before,
    ItemRow,
    LinkRow,
    MetricRow,
    Moved,
    ObjectiveRow,
    RequestRow,
    RoadblockRow,
    Said,
    TeamRow,
    WaitRow,
)
from impactline.insight.wording import RULES as WORDING_RULES
from impactline.insight.wording import Severity
from tests.insight.snapshots import (
    CLOSED,
    CONTENT,
    TODAY,
    WAIT,
    WAITING,
    Change,
    added,
    all_of,
    changed,
    having,
    healthy,
    told,
    without,
)

OLD = CLOSED._replace(pk=3, ref="2026-q2", starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30))
BELOW = WAITING._replace(pk=2, ref="below", title="Below", priorities=0)
ABOVE = WAITING._replace(pk=3, ref="above", title="Above", priorities=0)
SERVES = AlignmentRow(2, 3, "contributes")
LATE = ItemRow(7, "licence", "Licence", "activity", 1, 2, due_on=date(2026, 11, 14), effort_hours=Decimal(1))
OF_BELOW = WAIT._replace(pk=7, ref="wait-below", objective_id=2)
OF_ABOVE = CONTENT._replace(pk=8, ref="content-above", objective_id=3)
END = date(2026, 12, 31)
WATCHED = AssumptionRow(9, "A", None, 4, "untested", "high", "likely", None, 1, TODAY, True)
TWIN = MetricRow(2, "twin", "median  Wait", "Days", "lower", "Register", 7, 1)
PROMISE = WAITING._replace(pk=9, ref="promise", cycle_id=2, kind="committed", score=0.99)
OTHER_OUTCOME = ItemRow(9, "trust", "Trust", "outcome", metrics=frozenset({1}))
BLOCK = RoadblockRow(1, "licence-late", "Licence is late", None, None, 2, date(2026, 11, 1))
ASKED = RequestRow(1, "link", "A link", 2, None, 2, "asked", TODAY - timedelta(days=14), END)
CLEARED = BLOCK._replace(pk=2, ref="licence", title="The licence is late", resolved_on=CLOSED.ends_on)
BY_ALICE = tuple(Said(TODAY - timedelta(days=7 * at), None, 8, None, 1) for at in range(3))
UNLIKE = (Said(TODAY, None, 8, None, 1), Said(TODAY, None, 4, None, 2))
SURPRISE = [(18, 7, "on_track"), (18, 6, "on_track"), (17, 2, "off_track")]
SUMMED = changed("key_results", 1, baseline=Decimal(0), target=Decimal(14), values="per_period")
EARLIER = date(2026, 11, 5)  # 0.38 of the way was expected then
ALL_THERE = changed("items", 3, delivered=Decimal(360), ended_on=date(2026, 10, 31))
CARRIED_ON = all_of(
    added("objectives", WAITING._replace(pk=9, ref="old", cycle_id=2, score=0.8)),
    added("key_results", WAIT._replace(pk=9, ref="old-wait", objective_id=9, progress=1.0)),
    changed("objectives", 1, carried_from_id=9),
)


def many(count: int, **values: object) -> Change:
    """So many further objectives."""
    return added("objectives", *(WAITING._replace(pk=10 + at, ref=f"more-{at}", **values) for at in range(count)))


def parts(count: int) -> Change:
    """So many further key results of the objective."""
    return added("key_results", *(CONTENT._replace(pk=10 + at, ref=f"part-{at}") for at in range(count)))


def scored(*scores: float) -> Change:
    """Objectives of closed cycles, one score in each."""
    rows = [
        WAITING._replace(pk=20 + at, ref=f"old-{at}", cycle_id=cycle.pk, score=score)
        for at, (cycle, score) in enumerate(zip((CLOSED, OLD), scores, strict=False))
    ]
    return all_of(added("cycles", OLD), added("objectives", *rows))


FIRES: dict[str, list[tuple[Change, tuple[str, ...]]]] = {
    "C1": [(without("links", 2), ("triage",))],
    "C2": [(without("links", 3), ("calls",))],
    "C3": [
        (without("links", 3), ("seen-sooner",)),
        (added("items", ItemRow(9, "peace", "Peace", "impact")), ("peace",)),
    ],
    "C6": [
        (
            all_of(
                changed("key_results", 1, measures_id=3), changed("key_results", 2, measures_id=3), without("links", 3)
            ),
            ("waiting",),
        )
    ],
    "C7": [(without("links", 1), ("triage",))],
    "C8": [
        (added("items", ItemRow(9, "trust", "Trust", "outcome")), ("trust",)),
        (changed("items", 3, planned=None), ("calls",)),
        (added("objectives", BELOW), ("below",)),
    ],
    "C9": [
        (changed("metrics", 1, source=""), ("median-wait",)),
        (changed("metrics", 1, owner_id=None), ("median-wait",)),
    ],
    "C11": [
        (changed("key_results", 1, due_on=END + timedelta(days=1)), ("wait-days",)),
        (changed("key_results", 1, starts_on=date(2026, 9, 30)), ("wait-days",)),
    ],
    "C12": [(changed("metrics", 1, better="higher"), ("wait-days", "median-wait"))],
    "C13": [
        (changed("key_results", 2, target=Decimal(101)), ("content",)),
        (changed("key_results", 2, values="per_period"), ("content",)),
    ],
    "C14": [(without("assumptions", 1), ("calls", "seen-sooner"))],
    "C15": [
        (
            having(assumptions=(AssumptionRow(1, "A", 3, None, importance="high"), *healthy().assumptions)),
            ("calls", "seen-sooner"),
        ),
        (
            added("assumptions", WATCHED._replace(review_on=TODAY - timedelta(days=1))),
            ("seen-sooner",),
        ),
    ],
    "C16": [
        (
            added(
                "assumptions",
                AssumptionRow(9, "A", None, 4, "untested", "high", "unlikely", False, 1, TODAY, True),
            ),
            ("seen-sooner",),
        )
    ],
    "C17": [
        (added("assumptions", AssumptionRow(9, "A", None, 4, "failed")), ("wait-days", "seen-sooner")),
        (added("assumptions", AssumptionRow(9, "A", 2, None, "failing")), ("wait-days", "triage", "calls")),
    ],
    "C22": [
        (changed("items", 4, metrics=frozenset({9})), ("wait-days", "seen-sooner", "median-wait")),
        (added("metrics", TWIN), ("twin", "median-wait")),
    ],
    "C23": [(changed("key_results", 2, type="milestones"), ("content", "seen-sooner"))],
    "C24": [
        (
            all_of(
                added("items", ItemRow(9, "letters", "Letters", "output", planned=Decimal(1))),
                added("links", LinkRow(9, 9, 4, "contributes_to", "weak")),
            ),
            ("seen-sooner",),
        ),
        (all_of(ALL_THERE, changed("key_results", 1, progress=0.69)), ("wait-days", "seen-sooner")),
    ],
    "C25": [
        (
            all_of(having(today=date(2026, 11, 16)), changed("links", 3, evidence="untested")),
            ("calls", "seen-sooner"),
        )
    ],
    "C26": [
        (
            all_of(
                changed("items", 3, delivered=Decimal(360), ended_on=date(2026, 10, 31)),
                changed("key_results", 1, progress=0.09),
            ),
            ("wait-days", "calls", "seen-sooner"),
        ),
        (
            all_of(changed("items", 3, due_on=date(2026, 11, 14)), changed("key_results", 1, progress=0.0)),
            ("wait-days", "calls", "seen-sooner"),
        ),
    ],
    "C27": [(changed("metrics", 1, codes=(("99", ""),)), ("median-wait",))],
    "C28": [(without("items", 6), ("2026-q3",))],
    "R1": [
        (changed("objectives", 1, owner_id=None), ("waiting",)),
        (changed("items", 2, owner_id=None), ("triage",)),
    ],
    "R2": [(changed("key_results", 1, checked_in_on=date(2026, 11, 4)), ("wait-days",))],
    "R3": [
        (
            all_of(having(today=date(2026, 12, 13)), told(2, date(2026, 10, 5), [(1, 5, "on_track")])),
            ("content",),
        )
    ],
    "R4": [
        (changed("objectives", 1, priorities=0), ("waiting",)),
        (all_of(added("objectives", BELOW, ABOVE._replace(cycle_id=2)), added("alignments", SERVES)), ("below",)),
    ],
    "R5": [
        (parts(4), ("waiting",)),
        (many(5, owner_id=None), ("care", "2026-q4")),
        (many(3, team_id=None), ("alice@example.org", "2026-q4")),
    ],
    "R8": [
        (all_of(changed("key_results", 1, type="binary"), changed("key_results", 2, type="milestones")), ("waiting",))
    ],
    "R9": [
        (changed("key_results", 1, type="open"), ("wait-days",)),
        (
            all_of(
                changed("key_results", 1, type="open"),
                changed("cycles", 1, state="draft"),
                having(today=date(2026, 9, 17)),
            ),
            ("wait-days",),
        ),
    ],
    "R11": [
        (all_of(having(today=date(2026, 10, 30)), changed("key_results", 1, progress=1.0)), ("wait-days",)),
        (having(before={1: Before(chance=0.6)}), ("wait-days",)),
        (all_of(scored(0.95, 1.0), having(limits={"R11-cycles": 2})), ("care",)),
    ],
    "R12": [
        (scored(0.2, 0.29), ("care",)),
        (
            changed("key_results", 1, pace="red", beyond_best=True, reach=0.09),
            ("wait-days",),
        ),
    ],
    "R13": [
        (added("objectives", PROMISE), ("promise",)),
        (many(7, team_id=None, owner_id=None), ("2026-q4",)),
    ],
    "R14": [(having(before={1: Before(low=7.0, high=24.0)}), ("wait-days",))],
    "R15": [(all_of(added("objectives", BELOW, ABOVE), added("alignments", SERVES)), ("below",))],
    "R16": [
        (
            all_of(changed("objectives", 1, by_hand=0.39), changed("key_results", 1, progress=0.7)),
            ("waiting",),
        ),
        (CARRIED_ON, ("waiting", "old")),
        (changed("objectives", 1, denied_on=TODAY), ("waiting",)),
        (
            all_of(changed("items", 4, voices="low"), changed("key_results", 1, progress=0.7)),
            ("seen-sooner", "wait-days", "content"),
        ),
    ],
    "R17": [
        (changed("key_results", 1, progress=0.24, pace="red"), ("wait-days",)),
        (changed("key_results", 1, progress=0.24, pace="red", earlier=(EARLIER, Decimal(18))), ("wait-days",)),
        (
            all_of(
                changed("key_results", 1, progress=0.24, pace="red", earlier=(EARLIER, Decimal(15))),
                having(today=date(2026, 11, 20)),
            ),
            ("wait-days",),
        ),
        (
            changed("key_results", 1, progress=0.24, pace="red", checked_in_on=date(2026, 10, 16), earlier=None),
            ("wait-days",),
        ),
        (changed("key_results", 1, reach=0.29), ("wait-days",)),
        (having(roadblocks=(BLOCK,)), ("wait-days", "triage")),
        (having(roadblocks=(BLOCK._replace(item_id=None, key_result_id=2),)), ("content",)),
    ],
    "R18": [(changed("key_results", 1, status="off_track"), ("wait-days",))],
    "R19": [
        (told(1, date(2026, 12, 1), SURPRISE), ("wait-days",)),
        (all_of(having(today=date(2027, 1, 1)), changed("key_results", 1, progress=0.39)), ("wait-days",)),
    ],
    "R20": [
        (told(1, date(2026, 10, 15), [(at, 6, "on_track") for at in range(6)]), ("wait-days",)),
        (
            all_of(
                changed("key_results", 1, pace="yellow"),
                told(1, date(2026, 10, 15), [(at, 6, "on_track") for at in range(5)]),
            ),
            ("wait-days",),
        ),
        (told(1, date(2026, 10, 15), [(9, at, "on_track") for at in range(4)]), ("wait-days",)),
    ],
    "R21": [
        (having(moved={1: (Moved(TODAY, Decimal(7), Decimal(9)),)}), ("wait-days",)),
        (told(1, date(2026, 12, 18), [(20, 5, "on_track"), (14, 9, "on_track")]), ("wait-days",)),
        (all_of(SUMMED, told(1, date(2026, 12, 18), [(1, 5, "on_track"), (9, 9, "on_track")])), ("wait-days",)),
    ],
    "R22": [(changed("cycles", 1, state="closing"), ("triage",))],
    "R23": [
        (changed("key_results", 2, measures_id=None), ("content",)),
        (changed("key_results", 2, measures_id=6), ("content",)),
    ],
    "R27": [
        (
            added("key_results", WAIT._replace(pk=9, ref="wait-again", target=Decimal(5))),
            ("wait-days", "wait-again"),
        ),
        (added("key_results", CONTENT._replace(pk=9, ref="content-again")), ("content", "content-again")),
    ],
    "R25": [
        # The week of 16 November has room for 40 hours: 50 are left; 90 are overdue; of 60, an input says whose 45 are
        (changed("items", 2, effort_hours=Decimal(50), due_on=date(2026, 11, 20)), ("alice@example.org",)),
        (added("items", LATE._replace(effort_hours=Decimal(90))), ("alice@example.org",)),
        (
            all_of(
                changed("items", 1, kind="people", owner_id=2, amount=Decimal(45), unit="hours"),
                changed("items", 2, effort_hours=Decimal(60), due_on=date(2026, 11, 20)),
            ),
            ("bob@example.org",),
        ),
    ],
    "R26": [
        (
            all_of(
                changed("items", 2, effort_hours=Decimal(80)),
                added("items", LATE._replace(effort_hours=Decimal(20)), OTHER_OUTCOME),
                added("links", LinkRow(9, 7, 9, "contributes_to", "weak")),
                changed("key_results", 2, weight=60.0, measures_id=9),
            ),
            ("content",),
        )
    ],
    "R28": [
        (
            all_of(
                added("objectives", BELOW, ABOVE._replace(driver="both")),
                added("alignments", SERVES),
                added("key_results", OF_BELOW, WAIT._replace(pk=8, ref="wait-above", objective_id=3)),
            ),
            ("wait-above", "wait-below"),
        )
    ],
    "R29": [
        (all_of(added("items", LATE), having(waits=(WaitRow(2, 7),))), ("triage", "licence")),
        (
            all_of(
                added("items", LATE._replace(due_on=date(2026, 11, 20))),
                changed("items", 2, starts_on=date(2026, 11, 19)),
                having(waits=(WaitRow(2, 7),)),
            ),
            ("triage", "licence"),
        ),
        (having(requests=(ASKED._replace(state="declined", asked_on=TODAY),)), ("triage", "it")),
        (having(requests=(ASKED,)), ("triage", "it")),
    ],
    "R30": [
        (
            all_of(
                added("objectives", BELOW, ABOVE),
                having(alignments=(SERVES, AlignmentRow(3, 1, "supports"))),
                added("key_results", OF_BELOW, WAIT._replace(pk=8, ref="wait-above", objective_id=3)),
            ),
            ("wait-below", "wait-above", "wait-days"),
        )
    ],
    "R33": [
        (
            all_of(without("key_results", 2), changed("key_results", 1, baseline=Decimal(10), target=Decimal(12))),
            ("waiting",),
        )
    ],
    "R34": [
        (added("objectives", WAITING._replace(pk=9, ref="old", cycle_id=2)), ("old",)),
        (having(roadblocks=(BLOCK._replace(raised_on=CLOSED.ends_on),)), ("triage",)),
        (having(roadblocks=(BLOCK,), cleared=(CLEARED,)), ("triage",)),
    ],
    "R35": [
        (having(said={1: UNLIKE}), ("wait-days",)),
        (all_of(changed("key_results", 1, owner_id=2), having(said={1: BY_ALICE})), ("wait-days",)),
    ],
    "R38": [
        (
            all_of(
                added("objectives", WAITING._replace(pk=9, ref="old", cycle_id=2, score=0.2)),
                added(
                    "key_results", WAIT._replace(pk=9, ref="old-wait", objective_id=9, progress=0.39, target=Decimal(5))
                ),
                changed("key_results", 1, carried_from_id=9),
            ),
            ("wait-days", "old-wait"),
        )
    ],
}

EDGES: dict[str, list[Change]] = {
    "C1": [all_of(without("links", 2), changed("items", 2, state="done"))],
    "C2": [all_of(without("links", 3), changed("key_results", 1, measures_id=3))],
    "C3": [all_of(without("links", 3), changed("items", 4, intended=False))],
    "C6": [all_of(changed("key_results", 1, measures_id=3), changed("key_results", 2, measures_id=3))],
    "C7": [all_of(without("links", 1), changed("items", 2, cost=Decimal(0)))],
    "C8": [changed("items", 4, metrics=frozenset()), changed("objectives", 1, driver="none")],
    "C9": [all_of(changed("metrics", 1, source=""), changed("key_results", 1, metric_id=None))],
    "C11": [changed("key_results", 1, starts_on=date(2026, 10, 1), due_on=END)],
    "C12": [changed("metrics", 1, better="within")],
    "C13": [
        changed("key_results", 2, target=Decimal(100)),
        changed("key_results", 2, target=Decimal(101), unit="calls"),
    ],
    "C14": [without("links", 1, 2)],
    "C15": [added("assumptions", WATCHED)],
    "C16": [added("assumptions", AssumptionRow(9, "A", None, 4, "untested", "high", "unlikely", None, 1, TODAY, True))],
    "C17": [
        all_of(
            added("assumptions", AssumptionRow(9, "A", None, 4, "failed")),
            changed("key_results", 1, status="at_risk"),
            changed("key_results", 2, status=None),
        )
    ],
    "C22": [changed("items", 4, metrics=frozenset())],
    "C23": [changed("key_results", 2, type="milestones", measures_id=3)],
    "C24": [
        changed("links", 3, necessary=None),
        all_of(ALL_THERE, changed("key_results", 1, progress=0.7)),
        all_of(ALL_THERE, changed("key_results", 1, progress=0.09)),
        all_of(ALL_THERE, changed("items", 3, is_private=True), changed("key_results", 1, progress=0.5)),
        all_of(ALL_THERE, changed("items", 3, ended_on=date(2026, 11, 1)), changed("key_results", 1, progress=0.5)),
    ],
    "C25": [changed("links", 3, evidence="untested")],
    "C26": [
        all_of(
            changed("items", 3, delivered=Decimal(360), ended_on=date(2026, 11, 1)),
            changed("key_results", 1, progress=0.0),
            changed("items", 3, due_on=date(2026, 11, 15)),
        ),
        all_of(
            changed("items", 3, delivered=Decimal(360), ended_on=date(2026, 10, 31)),
            changed("key_results", 1, progress=0.1),
        ),
    ],
    "C27": [changed("metrics", 1, codes=(("99", "https://example.org/codes"), ("9", "")))],
    "C28": [all_of(without("items", 6), without("cycles", 2))],
    "R1": [all_of(changed("items", 2, owner_id=None), changed("items", 2, state="draft"))],
    "R2": [changed("key_results", 1, checked_in_on=date(2026, 11, 5))],
    "R3": [
        all_of(having(today=date(2026, 12, 12)), told(2, date(2026, 10, 5), [(1, 5, "on_track")])),
        all_of(having(today=date(2026, 12, 13)), told(2, date(2026, 10, 5), [])),
    ],
    "R4": [
        all_of(changed("objectives", 1, priorities=0), having(has_priorities=False)),
        all_of(added("objectives", BELOW, ABOVE), added("alignments", SERVES)),
    ],
    "R5": [parts(3), many(4, owner_id=None), many(2, team_id=None), many(9, is_private=True)],
    "R8": [
        changed("key_results", 1, type="binary"),
        all_of(changed("key_results", 1, type="binary"), without("key_results", 2)),
    ],
    "R9": [
        all_of(changed("key_results", 1, type="open"), changed("cycles", 1, state="closing")),
        all_of(
            changed("key_results", 1, type="open"),
            changed("cycles", 1, state="draft"),
            having(today=date(2026, 9, 16)),
        ),
    ],
    "R11": [
        all_of(having(today=date(2026, 11, 1)), changed("key_results", 1, progress=1.0)),
        all_of(
            having(today=date(2026, 10, 30)),
            changed("key_results", 1, progress=1.0),
            changed("objectives", 1, kind="committed"),
        ),
    ],
    "R12": [
        scored(0.2, 0.3),
        scored(0.2),
        changed("key_results", 1, pace="red"),
        changed("key_results", 1, beyond_best=True, reach=0.09),
        changed("key_results", 1, pace="yellow", beyond_best=True, reach=0.09),
        changed("key_results", 1, pace="red", beyond_best=True, reach=0.1),
        changed("key_results", 1, pace="red", beyond_best=True, reach=None),
    ],
    "R13": [
        added("objectives", PROMISE._replace(score=1.0)),
        added("objectives", PROMISE._replace(explained=True)),
        all_of(many(7), changed("objectives", 1, kind="committed")),
        many(6),
    ],
    "R14": [having(before={1: Before(low=7.1, high=24.0)})],
    "R16": [
        all_of(changed("objectives", 1, by_hand=0.4), changed("key_results", 1, progress=0.7)),
        all_of(changed("objectives", 1, by_hand=0.39), changed("key_results", 1, progress=0.69)),
        all_of(CARRIED_ON, changed("key_results", 9, progress=0.99)),
        all_of(changed("objectives", 1, denied_on=TODAY), changed("cycles", 1, state="closed")),
        changed("items", 4, voices="low"),
        all_of(changed("items", 4, voices="divided"), changed("key_results", 1, progress=0.7)),
        all_of(CARRIED_ON, changed("objectives", 1, is_private=True), changed("objectives", 9, is_private=True)),
    ],
    "R15": [all_of(added("objectives", BELOW, ABOVE._replace(priorities=1)), added("alignments", SERVES))],
    "R17": [
        changed("key_results", 1, progress=0.245, pace="red"),
        changed("key_results", 1, progress=0.2, pace="grey"),
        changed("key_results", 1, reach=0.3),
        changed("key_results", 1, progress=0.24, pace="red", earlier=(EARLIER, Decimal(15))),
        changed("key_results", 1, reach=0.29, earlier=(EARLIER, Decimal(15))),
        all_of(
            changed("key_results", 1, progress=0.0, pace="red", checked_in_on=date(2026, 10, 15), expected=0.15),
            having(today=date(2026, 10, 15)),
        ),
        having(roadblocks=(BLOCK._replace(item_id=5),)),
    ],
    "R18": [changed("key_results", 1, status="off_track", pace="yellow")],
    "R19": [told(1, date(2026, 11, 15), SURPRISE), told(1, date(2026, 12, 1), [*SURPRISE[:1], (1, 1, "at_risk")])],
    "R20": [
        told(1, date(2026, 10, 15), [(at, 6, "on_track") for at in range(5)]),
        all_of(
            changed("key_results", 1, pace="red"),
            told(1, date(2026, 10, 15), [(at, 6, "on_track") for at in range(4)]),
        ),
        told(1, date(2026, 10, 15), [(9, at, "on_track") for at in range(3)]),
        all_of(SUMMED, told(1, date(2026, 10, 15), [(2, at, "on_track") for at in range(4)])),
        told(2, date(2026, 10, 15), [(84, at, "on_track") for at in range(6)]),
    ],
    "R21": [
        having(moved={1: (Moved(TODAY, Decimal(7), Decimal(5)),)}),
        told(1, date(2026, 12, 18), [(16, 5, "on_track"), (14, 9, "on_track")]),
        told(1, date(2026, 12, 18), [(20, 5, "on_track"), (18.3, 9, "on_track")]),
        all_of(SUMMED, told(1, date(2026, 12, 11), [(7, 5, "on_track"), (1, 5, "on_track"), (4, 9, "on_track")])),
    ],
    "R22": [changed("items", 2, state="draft")],
    "R23": [all_of(changed("key_results", 2, measures_id=None), without("items", 2), without("links", 1, 2))],
    "R25": [
        changed("items", 2, effort_hours=Decimal(40), due_on=date(2026, 11, 20)),
        changed("items", 2, effort_hours=Decimal(80), due_on=date(2026, 11, 20), progress=0.5),
        changed("items", 2, effort_hours=Decimal(80), due_on=None),
        all_of(changed("items", 2, effort_hours=Decimal(50), due_on=date(2026, 11, 20)), having(limits={"R25": 125.0})),
        changed("items", 2, effort_hours=Decimal(50), due_on=date(2026, 11, 20), state="done"),
        all_of(
            changed("items", 2, effort_hours=Decimal(30), due_on=date(2026, 11, 20)),
            added("items", LATE._replace(effort_hours=Decimal(20), is_private=True)),
        ),
    ],
    "R26": [
        all_of(
            changed("items", 2, effort_hours=Decimal(70)),
            added("items", LATE._replace(effort_hours=Decimal(30)), OTHER_OUTCOME),
            added("links", LinkRow(9, 7, 9, "contributes_to", "weak")),
            changed("key_results", 2, weight=60.0, measures_id=9),
        )
    ],
    "R27": [
        added("key_results", WAIT._replace(pk=9, ref="wait-again", title="Half of them are seen on the same day")),
        all_of(
            added("objectives", BELOW),
            having(alignments=(AlignmentRow(2, 1, "supports"),)),
            added("key_results", OF_BELOW),
        ),
    ],
    "R28": [
        all_of(
            added("objectives", BELOW, ABOVE._replace(driver="both")),
            having(alignments=(SERVES._replace(kind="supports"),)),
            added("key_results", OF_BELOW, WAIT._replace(pk=8, ref="wait-above", objective_id=3)),
        )
    ],
    "R29": [
        all_of(added("items", LATE._replace(due_on=TODAY)), having(waits=(WaitRow(2, 7),))),
        all_of(added("items", LATE._replace(team_id=1)), having(waits=(WaitRow(2, 7),))),
        all_of(added("items", LATE._replace(state="done")), having(waits=(WaitRow(2, 7),))),
        having(requests=(ASKED._replace(asked_on=TODAY - timedelta(days=13)),)),
    ],
    "R30": [
        all_of(
            added("objectives", BELOW, ABOVE),
            having(alignments=(SERVES,)),
            added("key_results", OF_BELOW, WAIT._replace(pk=8, ref="wait-above", objective_id=3)),
        )
    ],
    "R33": [changed("key_results", 1, baseline=Decimal(10), target=Decimal(12)), without("key_results", 2)],
    "R34": [
        added("objectives", WAITING._replace(pk=9, ref="old", cycle_id=2, score=0.0)),
        having(roadblocks=(BLOCK,)),
        having(roadblocks=(BLOCK,), cleared=(CLEARED._replace(resolved_on=date(2026, 10, 1)),)),
        having(roadblocks=(BLOCK,), cleared=(CLEARED._replace(title="Nobody has time for the licence"),)),
        all_of(having(roadblocks=(BLOCK,), cleared=(CLEARED,)), changed("items", 2, is_private=True)),
    ],
    "R35": [
        all_of(changed("key_results", 1, owner_id=2), having(said={1: BY_ALICE[:2]})),
        all_of(changed("key_results", 1, owner_id=1), having(said={1: BY_ALICE})),
        having(said={1: UNLIKE[:1]}),
        having(said={1: UNLIKE}, today=TODAY + timedelta(days=20)),
    ],
    "R38": [
        all_of(
            added("objectives", WAITING._replace(pk=9, ref="old", cycle_id=2, score=0.2)),
            added("key_results", WAIT._replace(pk=9, ref="old-wait", objective_id=9, progress=0.4, target=Decimal(5))),
            changed("key_results", 1, carried_from_id=9),
        )
    ],
}


def refs(rule: str, change: Change) -> list[tuple[str, ...]]:
    """What a rule finds after a change, by the refs that it names."""
    return [tuple(one.ref for one in found.about) for found in judge(change(healthy()), [RULES[rule]])]


def test_where_nothing_is_weak_no_rule_finds_anything() -> None:
    assert [(found.rule, found.message) for found in judge(healthy())] == []


@pytest.mark.parametrize(("rule", "at"), [(rule, at) for rule, cases in FIRES.items() for at in range(len(cases))])
def test_it_fires(rule: str, at: int) -> None:
    change, named = FIRES[rule][at]
    assert named in refs(rule, change)


@pytest.mark.parametrize(("rule", "at"), [(rule, at) for rule, cases in EDGES.items() for at in range(len(cases))])
def test_it_stays_silent_on_the_edge(rule: str, at: int) -> None:
    assert refs(rule, EDGES[rule][at]) == []


def test_every_rule_is_in_both_tables() -> None:
    assert set(FIRES) == set(EDGES) == set(RULES)


def test_every_rule_of_the_design_is_looked_after_once() -> None:
    design = {f"C{number}" for number in range(1, 29)} | {f"R{number}" for number in range(1, 39)}
    groups = (set(RULES), set(REFUSED), set(WORDING), set(TOLD_BY))
    assert set.union(*groups) == design
    assert sum(map(len, groups)) == len(design) + 1, "R14 reads words, and the usual variation"
    assert {rule for named in WORDING.values() for rule in named} <= set(WORDING_RULES)
    assert {rule for named in TOLD_BY.values() for rule in named} <= set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_what_is_told_says_why_and_how_to_mend_it(rule: str) -> None:
    for change, _ in FIRES[rule]:
        for found in judge(change(healthy()), [RULES[rule]]):
            assert found.message.endswith(".")
            assert found.remedy.endswith(".")
            assert "None" not in found.message
            assert found.source == RULES[rule].source
            assert found.value >= 0


@pytest.mark.parametrize("name", THRESHOLDS)
def test_a_threshold_has_its_default_within_its_bounds(name: str) -> None:
    threshold = THRESHOLDS[name]
    assert threshold.least <= threshold.default <= threshold.most


def test_a_threshold_can_be_set() -> None:
    change = all_of(changed("key_results", 1, checked_in_on=date(2026, 11, 5)), having(limits={"R2": 1.4}))
    assert refs("R2", change) == [("wait-days",)]


def test_long_neglect_is_worse() -> None:
    change = changed("key_results", 1, checked_in_on=date(2026, 11, 1))
    assert [found.severity for found in judge(change(healthy()), [RULES["R2"]])] == [Severity.ERROR]


def test_a_key_is_made_of_the_rule_and_the_refs_and_nothing_else() -> None:
    one, other = (
        next(judge(change(healthy()), [RULES["R4"]]))
        for change in (
            changed("objectives", 1, priorities=0),
            changed("objectives", 1, priorities=0, title="Other", pk=1, owner_id=2),
        )
    )
    assert one.key == other.key


# --- what is private -----------------------------------------------------------------------------------------


def test_a_private_parent_silences_the_rule_only_for_those_who_see_it() -> None:
    hidden = WAITING._replace(pk=2, ref="secret", is_private=True)
    change = all_of(
        changed("objectives", 1, priorities=0),
        added("objectives", hidden),
        added("alignments", AlignmentRow(1, 2, "contributes")),
    )
    found = [one for one in judge(change(healthy()), [RULES["R4"]]) if one.about[0].ref == "waiting"]
    assert [one.unless for one in found] == [(Guard("objective", 2),)]
    assert "secret" not in found[0].message


def test_a_private_item_neither_joins_the_chain_nor_shows_by_its_absence() -> None:
    change = changed("items", 3, is_private=True)
    silenced = {
        found.rule: found.unless for found in judge(change(healthy())) if Guard("chain_item", 3) not in found.guards
    }
    assert silenced == {
        "C1": (Guard("chain_item", 3),),
        "C3": (Guard("chain_item", 3),),
        "R23": (Guard("chain_item", 3),),
    }


@pytest.mark.parametrize("rule", RULES)
def test_no_finding_names_two_audiences_of_private_things(rule: str) -> None:
    for change, _ in FIRES[rule]:
        snapshot = change(healthy())
        private = all_of(
            *(changed("objectives", number, is_private=True) for number in snapshot.objectives),
            *(changed("items", number, is_private=True) for number in snapshot.items),
        )(snapshot)
        for found in judge(private, [RULES[rule]]):
            assert len(found.guards) <= 1, (found.rule, found.message)


def test_what_is_private_adds_nothing_to_the_value_at_stake() -> None:
    bare = without("assumptions", 1)
    private = all_of(bare, changed("objectives", 1, is_private=True))
    values = [[found.value for found in judge(change(healthy()), [RULES["C14"]])] for change in (bare, private)]
    assert values == [[1.0], [0]]


def test_new_metrics_do_not_count_where_nobody_follows_them() -> None:
    assert refs("C9", added("metrics", MetricRow(2, "m", "M", "", "higher", "", None, None))) == []


def causes(rule: str, change: Change) -> set[str]:
    """The causes of what a rule finds after a change, where it finds more than one thing."""
    found = list(judge(change(healthy()), [RULES[rule]]))
    assert len({one.key for one in found}) == len(found) > 1
    return {one.cause for one in found}


FAILED = AssumptionRow(9, "A", None, 4, "failed")
SHORT = (LATE._replace(pk=8, ref="letters"), LinkRow(8, 8, 4, "contributes_to"))
ONE_ACT: dict[str, Change] = {
    "C12": all_of(added("key_results", WAIT._replace(pk=9, ref="again")), changed("metrics", 1, better="higher")),
    "C14": all_of(added("items", SHORT[0]), added("links", SHORT[1]), without("assumptions", 1)),
    "C17": added("assumptions", FAILED),
    "C22": all_of(added("key_results", WAIT._replace(pk=9, ref="again")), changed("items", 4, metrics=frozenset({9}))),
    "C26": all_of(
        changed("items", 3, due_on=date(2026, 11, 14)),
        changed("key_results", 1, progress=0.0),
        changed("key_results", 2, progress=0.0),
    ),
    "R2": all_of(
        changed("key_results", 1, checked_in_on=date(2026, 11, 1)),
        changed("key_results", 2, checked_in_on=date(2026, 11, 1)),
    ),
    "R9": all_of(changed("key_results", 1, type="open"), changed("key_results", 2, type="open")),
    "R13": added("objectives", PROMISE, PROMISE._replace(pk=8, ref="promise-2")),
    "R15": all_of(
        added("objectives", BELOW, ABOVE, BELOW._replace(pk=4, ref="below-2")),
        having(alignments=(SERVES, AlignmentRow(4, 2, "supports"))),
    ),
    "R23": all_of(changed("key_results", 1, measures_id=None), changed("key_results", 2, measures_id=None)),
    "R34": added("objectives", *(WAITING._replace(pk=at, ref=f"old-{at}", cycle_id=2) for at in (8, 9))),
}


@pytest.mark.parametrize("rule", ONE_ACT)
def test_what_one_act_mends_has_one_cause(rule: str) -> None:
    assert len(causes(rule, ONE_ACT[rule])) == 1


@pytest.mark.parametrize(
    ("number", "kind", "what"),
    [(1, "aspirational", "70 % of the way"), (1, "committed", "the target"), (2, "aspirational", "the target")],
)
def test_the_chance_is_told_of_what_counts_as_success(number: int, kind: str, what: str) -> None:
    change = all_of(changed("key_results", number, reach=0.2), changed("objectives", 1, kind=kind))
    (found,) = judge(change(healthy()), [RULES["R17"]])
    assert found.message == (f"It is said to be on track, and by its readings the chance of reaching {what} is 20 %.")


def test_an_old_draft_is_judged_only_where_nothing_newer_is_at_hand() -> None:
    old = changed("cycles", 1, state="draft", starts_on=date(2020, 2, 1), ends_on=date(2020, 4, 30))(healthy())
    assert {row.cycle_id for row in old.at_hand} == {1}
    last = changed("cycles", 2, state="draft", starts_on=date(2020, 5, 1), ends_on=date(2020, 7, 31))(old)
    assert {row.cycle_id for row in last.at_hand} <= {2}
    now = changed("cycles", 2, state="active")(old)
    assert {row.cycle_id for row in now.at_hand} <= {2}


def test_how_a_draft_goes_is_not_judged_yet() -> None:
    draft = changed("cycles", 1, state="draft")(healthy())
    silent = changed("key_results", 1, checked_in_on=None, status="on_track", progress=0.0)(draft)
    assert not list(judge(silent, [RULES[rule] for rule in ("R2", "R3", "R17", "R18", "R19", "R20", "R21")]))


def test_what_is_told_of_many_objectives_of_a_team_is_one_cause() -> None:
    of_team = [WAITING._replace(pk=at, ref=f"more-{at}", owner_id=None) for at in (7, 8, 9)]
    assert causes("R1", added("objectives", *of_team)) == {"R1 cycle:2026-q4 team:care"}
    assert len(causes("R1", added("objectives", *of_team[:2]))) == 2
    of_team[0] = of_team[0]._replace(is_private=True)
    assert len(causes("R1", added("objectives", *of_team))) == 3


def test_texts_of_a_series_are_not_the_same() -> None:
    texts = {
        1: "Create a plan for supporting the rest of AR-related use cases in each of the quarters",
        2: "Create a plan for supporting the rest of CR-related use cases in each of the quarters",
        3: "Create the plan for supporting the rest of AR-related use cases in each of the quarters",
    }
    assert list(alike(texts)) == [(1, 3)]


def test_objectives_of_one_name_are_not_named_twice() -> None:
    twin = WAITING._replace(pk=20, ref="twin")
    same = {"title": "Patients of all clinics are seen within a week"}
    parts = [row._replace(**same) for row in healthy().key_results.values() if row.objective_id == WAITING.pk][:1]
    made = all_of(
        added("objectives", twin),
        changed("key_results", parts[0].pk, **same),
        added("key_results", parts[0]._replace(pk=90, ref="again", objective_id=20, metric_id=None)),
    )
    (found,) = judge(made(healthy()), [RULES["R27"]])
    assert f"under two objectives that are called “{WAITING.title}”" in found.message


def test_a_habit_of_half_of_a_cycle_is_one_cause() -> None:
    def of(*teams: int) -> list[ObjectiveRow]:
        return [
            WAITING._replace(pk=20 + at, ref=f"more-{at}", team_id=team, owner_id=None) for at, team in enumerate(teams)
        ]

    extra = tuple(TeamRow(pk, f"team-{pk}", f"Team {pk}") for pk in (70, 71, 72))

    def with_teams(*teams: int) -> set[str]:
        return causes("R1", all_of(added("teams", *extra), added("objectives", *of(*teams))))

    assert with_teams(70, 71, 72, 70, 71, 72) == {"R1 cycle:2026-q4"}
    assert len(with_teams(70, 70, 70, 71, 71, 71)) == 2, "two teams may be two causes"


@pytest.mark.parametrize("rule", ["C8", "R4"])
def test_objectives_of_a_team_that_nothing_measures_or_that_serve_nothing_are_one_cause(rule: str) -> None:
    def bare(count: int) -> set[str]:
        rows = (WAITING._replace(pk=20 + at, ref=f"more-{at}", team_id=70, priorities=0) for at in range(count))
        return causes(rule, all_of(added("teams", TeamRow(70, "team-70", "Team 70")), added("objectives", *rows)))

    assert bare(3) == {f"{rule} cycle:2026-q4 team:team-70"}
    assert bare(2) == {f"{rule} objective:more-0", f"{rule} objective:more-1"}


def test_a_figure_that_stands_in_the_words_alone_is_told_as_such() -> None:
    def told(title: str) -> str:
        (found,) = judge(changed("key_results", 1, type="open", title=title)(healthy()), [RULES["R9"]])
        return found.message

    assert told("MR rate rises from 9 to 11").startswith("A figure stands in its words")
    assert told("Publish by 2026-10-01 for Rails 5.1").startswith("It is not said how it is measured")


def test_two_assumptions_of_one_item_are_two_findings() -> None:
    killers = (WATCHED._replace(pk=at, text=f"A{at}", likelihood="unlikely", influenceable=False) for at in (8, 9))
    assert len(list(judge(added("assumptions", *killers)(healthy()), [RULES["C16"]]))) == 2
    assert (
        len(
            causes(
                "C15", added("assumptions", *(WATCHED._replace(pk=at, text=f"A{at}", owner_id=None) for at in (8, 9)))
            )
        )
        == 2
    )
