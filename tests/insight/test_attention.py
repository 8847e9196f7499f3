"""What rules find, kept over time: it appears, is muted, goes and comes back; who is told; what is examined when."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from impactline.base.errors import Faults, Forbidden, Invalid, NotFound
from impactline.base.models import Event
from impactline.chain import actions as chain
from impactline.insight import actions, rules
from impactline.insight.attention import Scope, attention
from impactline.insight.examining import BY_CHECK_INS, examine_all, examine_check_ins, examine_settings
from impactline.insight.models import Forecast, Found, FoundGuard, Limit, Muted, SwitchedOff
from impactline.insight.queries import rule_as_set
from impactline.insight.visibility import found_visible_to
from impactline.okrs import actions as okrs
from impactline.okrs.audience import news_of
from impactline.okrs.models import KeyResult, Objective, Priority
from impactline.people.models import Person
from impactline.worker import step
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective, leaves, moment, says

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 16)
MIDDLE = moment(DAY)


@pytest.fixture
def waiting(ada: Person, alice: Person) -> Objective:
    """An objective of Alice in a running cycle, and a priority so that it ought to serve something."""
    okrs.create_priority(by=ada, title="Access", at=NOON)
    return an_objective(alice, a_running_cycle(ada), ref="waiting")


@pytest.fixture
def wait_days(alice: Person, waiting: Objective) -> KeyResult:
    return a_key_result(alice, waiting, ref="wait-days")


def seen(person: Person | None) -> set[tuple[str, str]]:
    """The rules and first refs of what a person sees."""
    return {(row.rule, row.about[0][1]) for row in found_visible_to(person)}


def serves(by: Person, objective: Objective, *priorities: Priority) -> None:
    """Let an objective serve these priorities."""
    okrs.change_objective(by=by, objective=objective, version=None, at=NOON, changes={}, priorities=priorities)


def the(rule: str) -> Found:
    return Found.objects.get(rule=rule)


def test_clocks_of_two_machines_may_differ(ada: Person, waiting: Objective) -> None:
    examine_all(NOON + timedelta(seconds=2))
    serves(ada, waiting, Priority.objects.get())
    assert examine_all(NOON).gone > 0
    assert the("R4").gone_at == the("R4").appeared_at


def test_a_finding_appears_stays_goes_and_comes_back(ada: Person, alice: Person, waiting: Objective) -> None:
    first = examine_all(NOON)
    kept = the("R4")
    assert first.appeared == first.there > 0
    assert examine_all(moment(date(2026, 10, 14))).appeared == 0
    assert Found.objects.get(pk=kept.pk).appeared_at == kept.appeared_at == NOON
    serves(alice, waiting, Priority.objects.get())
    gone = moment(date(2026, 10, 15))
    assert examine_settings(gone).gone == 1
    assert the("R4").gone_at == gone
    assert ("R4", "waiting") not in seen(alice)
    serves(alice, waiting)
    back = moment(date(2026, 10, 16))
    assert examine_settings(back).appeared == 1
    assert (the("R4").pk, the("R4").appeared_at, the("R4").gone_at) == (kept.pk, back, None)


def test_what_is_told_follows_what_it_is_about(alice: Person, waiting: Objective) -> None:
    examine_all(NOON)
    okrs.change_objective(by=alice, objective=waiting, version=None, at=NOON, changes={"title": "Nobody waits"})
    assert examine_settings(NOON).appeared == 0
    assert the("R4").about == [["objective", "waiting", "Nobody waits"]]


def test_a_check_in_examines_its_objective_only(alice: Person, waiting: Objective, wait_days: KeyResult) -> None:
    other = a_key_result(alice, an_objective(alice, waiting.cycle, "Elsewhere"), ref="other")
    examine_all(MIDDLE)
    assert {("R2", "wait-days"), ("R2", "other")} <= seen(alice)
    says(alice, wait_days, 21, at=MIDDLE, status="on_track")
    examine_check_ins([waiting.pk], MIDDLE)
    assert {("R17", "wait-days"), ("R2", "other")} <= seen(alice)
    assert ("R2", "wait-days") not in seen(alice)
    assert other.ref == "other"


def test_after_a_check_in_it_is_as_if_everything_were_examined(
    alice: Person, waiting: Objective, wait_days: KeyResult
) -> None:
    outcome = chain.create_item(by=alice, level="outcome", title="Seen sooner", at=NOON)
    output = chain.create_item(by=alice, level="output", title="Calls", at=NOON)
    chain.link(by=alice, source=output, target=outcome, at=NOON)
    okrs.change_key_result(by=alice, key_result=wait_days, version=None, at=NOON, changes={"measures": outcome})
    examine_all(MIDDLE)
    for weeks, value in enumerate((20, 20, 20, 20, 20, 19)):
        at = moment(date(2026, 10, 12) + timedelta(days=7 * weeks))
        says(alice, wait_days, value, at=at, confidence=6, status="on_track")
        examine_check_ins([waiting.pk], MIDDLE)
        after = set(Found.objects.filter(gone_at=None).values_list("key", "state"))
        examine_all(MIDDLE)
        assert set(Found.objects.filter(gone_at=None).values_list("key", "state")) == after
    assert ("R20", "wait-days") in seen(alice)


def test_whoever_said_on_track_has_until_the_next_check_in_to_say_otherwise(
    alice: Person, waiting: Objective, wait_days: KeyResult
) -> None:
    for day, value in (date(2026, 11, 2), 16), (date(2026, 11, 9), 14), (date(2026, 11, 16), 20):
        says(alice, wait_days, value, at=moment(day), status="on_track")
    examine_check_ins([waiting.pk], MIDDLE)
    assert ("R17", "wait-days") not in seen(alice)
    later = moment(date(2026, 11, 23))
    says(alice, wait_days, 20, at=later, status="on_track")
    examine_check_ins([waiting.pk], later)
    assert ("R17", "wait-days") in seen(alice)


def test_the_chance_is_that_of_success(alice: Person, waiting: Objective, wait_days: KeyResult) -> None:
    says(alice, wait_days, 14, at=MIDDLE, status="on_track")
    told = {"half_low": 11, "half_high": 14, "most_low": 10, "most_high": 15, "count": 5, "middle": 12}
    Forecast.objects.filter(key_result=wait_days).delete()
    kept = Forecast.objects.create(
        key_result=wait_days, changed_on=DAY, due_on=DAY, method="course", reach=0.1, enough=0.5, **told
    )
    examine_check_ins([waiting.pk], MIDDLE)
    assert ("R17", "wait-days") not in seen(alice)
    Forecast.objects.filter(pk=kept.pk).update(enough=None)
    examine_check_ins([waiting.pk], MIDDLE)
    assert ("R17", "wait-days") in seen(alice)


def test_the_rules_of_check_ins_hold_all_rules_of_history() -> None:
    assert {rule.id for rule in rules.RULES.values() if rule.of_history} <= set(BY_CHECK_INS)


def test_the_questions_asked_do_not_grow_with_the_rows(alice: Person, waiting: Objective, wait_days: KeyResult) -> None:
    def asked(work: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            work()
        return len(captured)

    says(alice, wait_days, 20, at=MIDDLE)
    examine_all(MIDDLE)
    whole, one = asked(lambda: examine_all(MIDDLE)), asked(lambda: examine_check_ins([waiting.pk], MIDDLE))
    page = asked(lambda: attention(alice, Scope(), MIDDLE.date(), NOON))
    for number in range(12):
        more = an_objective(alice, waiting.cycle, f"More {number}")
        says(alice, a_key_result(alice, more, f"More of {number}"), 20, at=MIDDLE)
    examine_all(MIDDLE)
    assert asked(lambda: examine_all(MIDDLE)) == whole
    assert asked(lambda: examine_check_ins([waiting.pk], MIDDLE)) == one
    assert asked(lambda: attention(alice, Scope(), MIDDLE.date(), NOON)) == page


# --- who is told ---------------------------------------------------------------------------------------------


def test_a_finding_of_a_private_objective_is_for_those_who_see_it(
    alice: Person, charlie: Person, waiting: Objective
) -> None:
    an_objective(alice, waiting.cycle, "Secret", ref="secret", visibility="private")
    examine_all(NOON)
    assert ("R4", "secret") in seen(alice)
    assert "secret" not in {ref for _, ref in seen(charlie)}
    assert ("R4", "secret") in seen(None)


def test_what_is_missing_for_one_is_there_for_another(alice: Person, charlie: Person, waiting: Objective) -> None:
    secret = an_objective(alice, waiting.cycle, "Secret", ref="secret", visibility="private")
    okrs.align(by=alice, child=waiting, parent=secret, at=NOON)
    examine_all(NOON)
    assert ("R4", "waiting") in seen(charlie)
    assert ("R4", "waiting") not in seen(alice)
    assert ("R4", "waiting") not in seen(None)


def test_a_private_item_of_the_chain_is_kept_out_too(alice: Person, charlie: Person, waiting: Objective) -> None:
    work = chain.create_item(by=alice, level="activity", title="Work", ref="work", at=NOON)
    made = chain.create_item(
        by=alice, level="output", title="Made", ref="made", visibility="private", owner=alice, at=NOON
    )
    chain.link(by=alice, source=work, target=made, at=NOON)
    examine_all(NOON)
    assert ("C1", "work") in seen(charlie)
    assert ("C1", "work") not in seen(alice)
    assert ("C2", "made") in seen(alice)
    assert ("C2", "made") not in seen(charlie)


def test_it_is_listed_by_cause_and_by_what_is_at_stake(
    alice: Person, bob: Person, waiting: Objective, wait_days: KeyResult
) -> None:
    a_key_result(alice, waiting, "Another", ref="another")
    examine_all(MIDDLE)
    found = attention(alice, Scope(mine=True), MIDDLE.date())
    checks = next(cause for cause in found.causes if cause.findings[0].rule == "R2")
    assert {row.about[0][1] for row in checks.findings} == {"wait-days", "another"}
    assert checks.value == pytest.approx(1.0)
    assert found.count == sum(len(cause.findings) for cause in found.causes)
    assert attention(bob, Scope(mine=True), MIDDLE.date()).causes == []
    assert attention(bob, Scope(cycle=waiting.cycle), MIDDLE.date()).count > 0


def test_what_is_wrong_already_weighs_three_times(alice: Person, waiting: Objective, wait_days: KeyResult) -> None:
    a_key_result(alice, waiting, "Another", ref="another")
    examine_all(MIDDLE)
    first, second = Found.objects.order_by("key")[:2]
    Found.objects.exclude(pk__in=[first.pk, second.pk]).update(gone_at=MIDDLE)

    def severities(value: float) -> list[str]:
        for row, word, stake in ((first, "error", value), (second, "warning", 1.0)):
            Found.objects.filter(pk=row.pk).update(severity=word, value=stake, cause=word)
        return [str(cause.severity) for cause in attention(None, Scope(), MIDDLE.date()).causes]

    assert severities(0.4) == ["error", "warning"]
    assert severities(0.3) == ["warning", "error"]


def test_what_went_since_a_moment_is_told(alice: Person, waiting: Objective) -> None:
    examine_all(NOON)
    serves(alice, waiting, Priority.objects.get())
    examine_settings(MIDDLE)
    found = attention(alice, Scope(), MIDDLE.date(), NOON)
    assert [row.rule for row in found.gone] == ["R4"]
    assert attention(alice, Scope(), MIDDLE.date(), MIDDLE).gone == []


# --- muting --------------------------------------------------------------------------------------------------


def muted(by: Person, found: Found, **details: Any) -> Muted:
    return actions.mute(by=by, found=found, **{"reason": "It is small", "until": MIDDLE.date(), "at": NOON} | details)


def test_it_is_muted_until_a_day_with_a_reason(alice: Person, waiting: Objective) -> None:
    examine_all(NOON)
    with leaves("finding.muted") as left:
        muted(alice, the("R4"))
        muted(alice, the("R4"))
    assert left[0].objective_id == waiting.pk
    found = attention(alice, Scope(), NOON.date())
    assert [row.found.rule for row in found.muted] == ["R4"]
    assert "R4" not in {row.rule for cause in found.causes for row in cause.findings}
    after = attention(alice, Scope(), MIDDLE.date() + timedelta(days=1))
    assert after.muted == []
    assert "R4" in {row.rule for cause in after.causes for row in cause.findings}
    with leaves("finding.heard_again"):
        actions.hear_again(by=alice, found=the("R4"), at=NOON)
    with pytest.raises(NotFound):
        actions.hear_again(by=alice, found=the("R4"), at=NOON)


@pytest.mark.parametrize(
    "details", [{"reason": " "}, {"until": None}, {"until": date(2026, 10, 1)}, {"until": date(2028, 1, 1)}]
)
def test_without_a_reason_or_a_day_nothing_is_muted(alice: Person, waiting: Objective, details: dict[str, Any]) -> None:
    examine_all(NOON)
    with leaves(), pytest.raises(Invalid):
        muted(alice, the("R4"), **details)


def test_only_those_concerned_mute_and_what_is_hidden_is_not_there(
    alice: Person, bob: Person, charlie: Person, gil: Person, waiting: Objective
) -> None:
    examine_all(NOON)
    for person in (charlie, gil):
        with leaves(), pytest.raises(Forbidden):
            muted(person, the("R4"))
    Objective.objects.filter(pk=waiting.pk).update(visibility="private")
    with leaves(), pytest.raises(NotFound):
        muted(charlie, the("R4"))


def test_the_event_of_a_finding_follows_what_is_private(alice: Person, waiting: Objective) -> None:
    secret = an_objective(alice, waiting.cycle, "Secret", visibility="private")
    examine_all(NOON)
    found = the("R1") if Found.objects.filter(rule="R1").exists() else Found.objects.filter(rule="R4")[0]
    FoundGuard.objects.filter(found=found).delete()
    for objective in (waiting, secret):
        FoundGuard.objects.create(found=found, objective=objective)
    muted(alice, found)
    event = Event.objects.get(verb="finding.muted")
    assert event.objective_id == secret.pk
    (news,) = [one for one in news_of([event]) if one.kind == "finding"]
    assert (news.ref, news.audience) == (found.key, {alice.pk})


# --- thresholds ----------------------------------------------------------------------------------------------


def sets(by: Person, **details: Any) -> None:
    actions.set_rule(by=by, **{"rule": "R2", "at": NOON} | details)


def test_a_threshold_is_set_and_taken_back(ada: Person, alice: Person, waiting: Objective) -> None:
    with leaves("organisation.rule_set", "organisation.rule_set") as left:
        sets(ada, thresholds={"R2": 3})
        sets(ada, thresholds={"R2": 3})
        assert [one.value for one in rule_as_set("R2").thresholds] == [3]
        sets(ada, thresholds={"R2": None})
    assert [event.data["thresholds"] for event in left] == [{"R2": [None, 3]}, {"R2": [3, None]}]
    assert [one.value for one in rule_as_set("R2").thresholds] == [1.5]
    assert not Limit.objects.exists()


def test_a_threshold_stays_within_its_bounds_and_is_for_administrators(ada: Person, alice: Person) -> None:
    for value in (0.5, 21, float("nan")):
        with leaves(), pytest.raises(Faults, match="lies between"):
            sets(ada, thresholds={"R2": value})
    with leaves(), pytest.raises(Faults) as refusal:
        sets(ada, rule="R5", thresholds={"R5-team": 0, "R5-person": 99, "R2": 2, "R5-objective": 4})
    assert [fault.field for fault in refusal.value.faults] == ["R5-team", "R5-person", "R2"]
    with leaves(), pytest.raises(NotFound):
        sets(ada, rule="R999")
    with leaves(), pytest.raises(Forbidden):
        sets(alice, thresholds={"R2": 3})


def test_a_threshold_decides(ada: Person, alice: Person, wait_days: KeyResult) -> None:
    at = moment(date(2026, 10, 11))
    examine_all(at)
    assert ("R2", "wait-days") not in seen(alice)
    sets(ada, thresholds={"R2": 1.4})
    examine_all(at)
    assert ("R2", "wait-days") in seen(alice)


def test_a_rule_is_switched_off_with_a_reason_and_on_again(ada: Person, alice: Person, wait_days: KeyResult) -> None:
    examine_all(MIDDLE)
    with leaves("organisation.rule_set") as left:
        sets(ada, switched_off="We meet weekly")
        sets(ada, switched_off="We meet weekly")
    assert left[0].data["switched_off"] == [None, "We meet weekly"]
    examine_all(MIDDLE)
    assert ("R2", "wait-days") not in seen(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        SwitchedOff.objects.update(reason="")
    sets(ada, switched_off="")
    examine_check_ins([wait_days.objective_id], MIDDLE)
    assert ("R2", "wait-days") in seen(alice)


# --- the worker ----------------------------------------------------------------------------------------------


def test_the_worker_examines_after_changes_and_each_day(alice: Person, waiting: Objective) -> None:
    from django.utils import timezone

    step(timezone.now(), {})
    assert ("R4", "waiting") in seen(alice)
    serves(alice, waiting, Priority.objects.get())
    step(timezone.now(), {})
    assert ("R4", "waiting") not in seen(alice)


def test_the_worker_sees_at_once_that_key_results_are_said_not_to_suffice(
    alice: Person, bob: Person, wait_days: KeyResult
) -> None:
    okrs.answer_sufficiency(by=alice, objective=wait_days.objective, answer="no", at=MIDDLE)
    step(MIDDLE, {})
    assert ("R16", "waiting") in seen(bob)
    assert "It was said on 16 November 2026 that" in the("R16").message
    okrs.answer_sufficiency(by=alice, objective=wait_days.objective, answer="not_sure", at=MIDDLE)
    step(MIDDLE, {})
    assert ("R16", "waiting") not in seen(bob)
    okrs.answer_sufficiency(by=alice, objective=wait_days.objective, answer="no", at=MIDDLE)
    step(MIDDLE, {})
    a_key_result(alice, wait_days.objective, "Patients are content", ref="content", type="open")
    step(MIDDLE, {})
    assert ("R16", "waiting") not in seen(bob), "it was said of the key results before"


def test_the_worker_sees_at_once_that_what_is_counted_and_judged_disagree(
    alice: Person, bob: Person, waiting: Objective
) -> None:
    outcome = chain.create_item(by=alice, level="outcome", title="Patients are seen sooner", ref="sooner", at=NOON)
    wait = a_key_result(alice, waiting, ref="wait", measures=outcome)
    says(alice, wait, 10, MIDDLE)
    step(MIDDLE, {})
    chain.judge(by=bob, outcome=outcome, level="Fully", day=DAY - timedelta(days=1), at=MIDDLE)
    low = chain.judge(by=bob, outcome=outcome, level="Not at all", on_behalf_of="Patients", at=MIDDLE)
    step(MIDDLE, {})
    assert ("R16", "sooner") not in seen(alice), "those who judge are divided"
    chain.judge(by=bob, outcome=outcome, level="A little", at=MIDDLE)
    step(MIDDLE, {})
    assert ("R16", "sooner") in seen(alice)
    chain.withdraw_judgement(by=bob, judgement=low, at=MIDDLE)
    chain.judge(by=bob, outcome=outcome, level="Largely", at=MIDDLE)
    step(MIDDLE, {})
    assert ("R16", "sooner") not in seen(alice)


# --- constraints ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", [{"severity": "grave"}, {"value": -1}, {"gone_at": NOON - timedelta(days=1)}])
def test_a_finding_is_within_its_constraints(alice: Person, waiting: Objective, broken: dict[str, Any]) -> None:
    examine_all(NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Found.objects.filter(rule="R4").update(**broken)


def test_a_guard_is_one_thing_and_a_mute_has_a_reason_once(alice: Person, waiting: Objective) -> None:
    examine_all(NOON)
    row = muted(alice, the("R4"))
    with pytest.raises(IntegrityError), transaction.atomic():
        FoundGuard.objects.create(found=row.found)
    with pytest.raises(IntegrityError), transaction.atomic():
        Muted.objects.filter(pk=row.pk).update(reason="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Muted.objects.create(found=row.found, reason="x", until=row.until, at=NOON)
