"""Key results of every kind, for tests of what is kept and shown."""

from datetime import date
from decimal import Decimal

from impactline.okrs import actions as okrs
from impactline.okrs.measure import Milestone
from impactline.okrs.models import KeyResult, Objective
from tests.cast import NOON
from tests.scenes import a_key_result, a_metric, a_running_cycle, an_objective, says

KEPT_OF_KEY_RESULTS = ("ref", "value", "value_day", "progress", "confidence", "status", "checked_in_on")
KEPT_OF_OBJECTIVES = ("ref", "computed", "progress", "expected", "pace", "status", "figured_on")


def kept():
    """Everything that is kept and can be computed."""
    return (
        list(KeyResult.objects.order_by("pk").values_list(*KEPT_OF_KEY_RESULTS)),
        list(Objective.objects.order_by("pk").values_list(*KEPT_OF_OBJECTIVES)),
    )


def objectives_of_every_kind(ada, alice):
    """Three levels, key results of every type, a shared metric, an override, a score, corrections."""
    cycle = a_running_cycle(ada)
    company, division, team = (an_objective(alice, cycle, title) for title in ("Company", "Division", "Team"))
    for parent, child, driver in ((company, division, "objectives"), (division, team, "both")):
        okrs.change_objective(by=alice, objective=parent, version=None, at=NOON, changes={"driver": driver})
        okrs.align(by=alice, child=child, parent=parent, at=NOON)
    metric = a_metric(alice)
    steps = [Milestone("Plan", due_on=date(2026, 11, 1)), Milestone("Ship", Decimal(2))]
    planned = [{"until": "2026-11-01", "value": "10"}, {"until": "2026-12-31", "value": "30"}]
    for details, value in (
        ({}, 14),
        ({"metric": metric}, 18),
        (
            {
                "values": "per_period",
                "baseline": Decimal(0),
                "target": Decimal(40),
                "curve": "planned",
                "planned": planned,
            },
            8,
        ),
        ({"type": "at_least", "target": Decimal(5)}, 5),
        ({"type": "range", "low": Decimal(1), "high": Decimal(2)}, 3),
        ({"type": "control"}, 1),
        ({"type": "milestones", "milestones": steps, "curve": "milestones"}, 1),
        ({"type": "binary"}, 1),
        ({"type": "rubric", "levels": ["poor", "fair", "good"]}, 1),
        ({"type": "find_baseline"}, 7),
        ({"starts_on": date(2026, 10, 5), "due_on": date(2026, 11, 5), "curve": "back_loaded"}, 20),
    ):
        made = a_key_result(alice, team, **details)
        says(alice, made, value, day=date(2026, 10, 9), confidence=4, status="at_risk")
        says(alice, made, value)
    a_key_result(alice, division, type="open")
    a_key_result(alice, division, metric=metric, weight=30.0)
    says(alice, gone := a_key_result(alice, team), 7)
    okrs.archive_key_result(by=alice, key_result=gone, at=NOON)
    okrs.score_key_result(by=alice, key_result=gone, given=0.3, reason="By eye", at=NOON)
    other = an_objective(alice, cycle, "Other")
    okrs.override_progress(by=alice, objective=other, progress=0.4, reason="Audit", at=NOON)
    by_metric = {"driver": "metric", "metric": metric, "baseline": Decimal(20), "target": Decimal(10)}
    okrs.change_objective(
        by=alice, objective=an_objective(alice, cycle, "Own"), version=None, at=NOON, changes=by_metric
    )
    return company
