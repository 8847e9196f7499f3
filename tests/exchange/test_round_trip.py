"""Export, import into an empty installation, export: the same bytes."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from impactline.chain.models import ChainItem
from impactline.checkins import actions as checkins
from impactline.exchange.actions import import_document
from impactline.exchange.demo import demo
from impactline.exchange.document import Document
from impactline.exchange.formats import OKR_MARKDOWN, read_as
from impactline.exchange.queries.document import document_for
from impactline.exchange.writing import to_yaml
from impactline.metrics import actions as metrics
from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import PartOf
from impactline.metrics.definition import Start
from impactline.metrics.models import Metric
from impactline.metrics.said import Link
from impactline.okrs import actions as okrs
from impactline.okrs.measure import Milestone
from impactline.okrs.models import KeyResult, Objective
from impactline.okrs.recomputing import doubtful
from impactline.people import actions as people
from impactline.people.models import Person
from tests.cast import NOON
from tests.exchange.installations import empty, events, exported, imported
from tests.exchange.organisations import organisations
from tests.scenes import a_cycle, a_key_result, a_metric, a_running_cycle, an_objective, says

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=2)
PAGES = sorted((Path(__file__).resolve().parents[3] / "shared" / "data" / "okr").rglob("*.md"))


def comes_back() -> None:
    """The installation, exported and imported into an empty one, gives the same bytes, and figures that hold."""
    first = exported()
    figures = _figures()
    assert imported(first).plan.is_empty, "an export says what is there"
    empty()
    imported(first, at=LATER)
    assert exported() == first
    assert _figures() == figures
    assert doubtful(LATER) == []
    told = events()
    assert imported(first, at=LATER).plan.is_empty
    assert events() == told


def _figures() -> dict[str, Any]:
    key_results = KeyResult.objects.values_list(
        "ref", "value", "progress", "confidence", "status", "checked_in_on", "score"
    )
    objectives = Objective.objects.values_list("ref", "progress", "computed", "score")
    chain = ChainItem.objects.values_list("ref", "used", "progress", "delivered")
    return {ref: figures for ref, *figures in [*key_results, *objectives, *chain]}


def test_the_demo_organisation_comes_back():
    imported(demo(NOON.date()))
    comes_back()


@given(document=organisations())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_generated_organisations_come_back(document: Document):
    with transaction.atomic():
        imported(document)
        comes_back()
        transaction.set_rollback(True)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_come_back(path: Path):
    read = read_as(OKR_MARKDOWN, path, today=NOON.date())
    if read.reading.document is None:
        pytest.skip("a page that is no page of OKRs")
    import_document(by=None, reading=read.reading, at=NOON)
    comes_back()


def test_what_people_did_on_the_pages_comes_back(ada: Person, alice: Person, bob: Person):
    _a_year_of_work(ada, alice, bob)
    comes_back()


def test_what_was_done_to_a_metric_comes_back(ada: Person, alice: Person):
    quarter: dict[str, Any] = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 9, 30)}
    metric = metrics.create_metric(
        by=ada,
        name="Reached",
        unit="%",
        measure="percentage",
        dimensions=[("sex", ["women", "men"]), ("region", ["north"])],
        references=[{"vocabulary": "9", "code": "3.8.1"}],
        baselines=[Start(date(2026, 1, 1), Amount(Decimal(20)), (("sex", "women"),), "Survey")],
        owner=alice,
        at=NOON,
    )
    target = metrics.set_target(by=alice, metric=metric, value=Decimal(60), at=NOON, **quarter)
    metrics.revise_target(by=alice, target=target, value=Decimal(50), reason="A clinic closed", at=LATER)
    parts = [PartOf((("sex", "women"), ("region", "north")), Amount(None, Decimal(3), Decimal(4)))]
    first = checkins.read_metric(by=alice, metric=metric, parts=parts, quality="provisional", at=NOON)
    link = Link("Report", "https://example.org/r")
    checkins.read_metric(by=alice, metric=metric, value=Decimal(70), evidence=[link], replaces=first, at=LATER)
    period = metrics.lock_period(by=alice, metric=metric, at=LATER, **quarter)
    metrics.unlock_period(by=alice, period=period, reason="A late form", at=LATER)
    metrics.lock_period(by=alice, metric=metric, reason="Reported", at=LATER, **quarter)
    metrics.change_metric(by=alice, metric=metric, version=None, at=LATER, changes={"dimensions": []})
    comes_back()


def test_what_a_person_may_not_see_is_not_in_the_export(ada: Person, alice: Person, bob: Person):
    cycle = a_running_cycle(ada)
    shown = an_objective(alice, cycle, "Seen")
    hidden = an_objective(alice, cycle, "Hidden words", visibility="private")
    followed = a_metric(ada, "Shared")
    secret = a_key_result(alice, hidden, "Hidden result", metric=followed)
    says(alice, secret, 17, note="Hidden note")
    okrs.align(by=alice, child=shown, parent=hidden, at=NOON)
    text = to_yaml(document_for(bob)).decode()
    assert "Hidden" not in text
    assert "hidden" not in text
    assert document_for(bob).objectives[0].contributes_to == ()
    assert [(entry.at, entry.value, entry.note) for entry in document_for(bob).metrics[0].readings] == [
        (date(2026, 10, 12), 17, "")
    ]
    assert "Hidden note" in to_yaml(document_for(alice)).decode()
    assert "Hidden note" in to_yaml(document_for(None)).decode()


def test_an_export_takes_the_same_number_of_queries_whatever_the_rows(
    ada: Person, alice: Person, django_assert_max_num_queries: Any
):
    imported(demo(NOON.date()), by=ada)
    with django_assert_max_num_queries(50):
        document_for(None)


def _a_year_of_work(ada: Person, alice: Person, bob: Person) -> None:
    """All that the pages can do to the model, so that nothing is forgotten."""
    team = people.create_team(by=ada, ref="care", name="Care", members=[alice, bob], at=NOON)
    cycle = a_running_cycle(ada, ref="q4")
    following = a_cycle(ada, ref="q1", starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
    priority = okrs.create_priority(by=ada, title="Access", at=NOON)
    metric = a_metric(ada, "Wait", unit="days", better="lower", healthy_at_most=Decimal("7.5"))
    first = an_objective(alice, cycle, "First", team=team, priorities=[priority])
    second = an_objective(alice, cycle, "Second", visibility="private")
    okrs.invite_viewers(by=alice, objective=second, people=[bob], at=NOON)
    okrs.align(by=alice, child=second, parent=first, at=NOON)
    own, steps, followed = _key_results(alice, first, second, metric)
    said = says(alice, own, 19, confidence=6, day=date(2026, 10, 5))
    better = {"value": Decimal("18.5"), "day": date(2026, 10, 6), "note": "Typed wrongly"}
    checkins.correct(by=alice, check_in=said, at=LATER, **better)
    says(alice, own, 18, status="at_risk")
    says(alice, own, note="Only words", at=LATER)
    says(alice, steps, 1)
    at_metric = says(alice, followed, 20).reading
    read = checkins.read_metric(by=ada, metric=metric, value=Decimal(19), at=LATER, note="From the board")
    for wrong, value in ((read, 17), (at_metric, 21)):
        checkins.read_metric(by=ada, metric=metric, value=Decimal(value), at=LATER, replaces=wrong)
    changes = {"target": Decimal(5), "metric": metric}
    okrs.change_key_result(by=alice, key_result=own, version=None, at=LATER, changes=changes, reason="Shared is better")
    okrs.override_progress(by=alice, objective=first, progress=0.333, reason="Late figures", at=NOON)
    okrs.resume_progress(by=alice, objective=first, at=LATER)
    okrs.score_key_result(by=alice, key_result=followed, given=0.5, reason="Half of it", at=LATER)
    okrs.archive_key_result(by=alice, key_result=steps, at=LATER)
    okrs.carry_over(by=alice, objective=first, cycle=following, at=LATER)
    okrs.close_cycle(by=ada, cycle=cycle, at=LATER)


def _key_results(by: Person, first: Objective, second: Objective, metric: Metric) -> tuple[KeyResult, ...]:
    planned = [{"until": "2026-11-01", "value": "14"}, {"until": "2026-12-31", "value": "7"}]
    a_key_result(by, first, "Planned", curve="planned", planned=planned)
    milestones = [Milestone("One"), Milestone("Two", Decimal(3))]
    return (
        a_key_result(by, first, "Own"),
        a_key_result(by, first, "Steps", type="milestones", milestones=milestones),
        a_key_result(by, second, "Followed", metric=metric),
    )
