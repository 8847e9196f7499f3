"""Whether an objective would be reached if all its key results were: people say so, of those there are."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from impactline.base.errors import Forbidden, Invalid
from impactline.okrs import actions
from impactline.okrs.answers import answers_of, days_denied
from impactline.okrs.models import Objective, Sufficiency
from impactline.okrs.sufficiency import Sought, digest_of
from impactline.okrs.visibility import visible_to
from tests.cast import NOON
from tests.scenes import TODAY, a_key_result, a_running_cycle, an_objective, leaves

WAIT = Sought("wait", "Median wait falls", "metric", Decimal(7), None, None, "days", "latest", ())
CALLS = Sought("calls", "Calls ring out less", "milestones", None, None, None, "", "latest", (), ("Plan", "Ship"))


@pytest.mark.parametrize(
    ("others", "same"),
    [
        ([CALLS, WAIT], True),
        ([WAIT._replace(target=Decimal("7.000000000")), CALLS], True),
        ([WAIT._replace(title="Median  wait falls "), CALLS], True),
        ([WAIT], False),
        ([WAIT, CALLS, WAIT._replace(ref="more")], False),
        ([WAIT._replace(target=Decimal(8)), CALLS], False),
        ([WAIT._replace(title="Mean wait falls"), CALLS], False),
        ([WAIT._replace(unit="hours"), CALLS], False),
        ([WAIT, CALLS._replace(steps=("Plan", "Build", "Ship"))], False),
    ],
)
def test_key_results_are_others_when_something_else_has_to_be_seen(others, same):
    assert (digest_of([WAIT, CALLS]) == digest_of(others)) is same


@pytest.fixture
def waiting(ada, alice, care):
    return an_objective(alice, a_running_cycle(ada), team=care)


@pytest.fixture
def wait(alice, waiting):
    return a_key_result(alice, waiting)


def says_so(by, objective, answer="no", at=NOON, **reason):
    return actions.answer_sufficiency(by=by, objective=objective, answer=answer, at=at, **reason)


def denied() -> set[int]:
    return set(days_denied(Objective.objects.all()))


def test_it_is_said_with_a_reason_and_twice_is_as_once(alice, bob, waiting, wait):
    with leaves("objective.sufficiency_answered") as left:
        for _ in range(2):
            says_so(alice, waiting, reason="Nobody asks how they feel.")
    assert left[0].objective_id == waiting.pk
    assert (left[0].data["answer"], left[0].data["reason"]) == ("no", "Nobody asks how they feel.")
    assert days_denied(Objective.objects.all()) == {waiting.pk: TODAY}
    says_so(bob, waiting, "yes", NOON + timedelta(hours=1))
    assert denied() == set()
    assert [(said.row.answer, said.row.by, said.is_current) for said in answers_of(waiting)] == [
        ("yes", bob, True),
        ("no", alice, False),
    ]
    assert [said.row.answer for said in answers_of(waiting, date(2026, 10, 11))] == []


def test_it_is_of_before_the_change_once_the_key_results_are_others(alice, waiting, wait):
    says_so(alice, waiting)
    more = a_key_result(alice, waiting, "Patients are content", type="open")
    assert not answers_of(waiting)[0].is_current
    assert denied() == set()
    actions.archive_key_result(by=alice, key_result=more, at=NOON)
    assert answers_of(waiting)[0].is_current, "they are the same again"
    assert denied() == {waiting.pk}
    changes = {"target": Decimal(9)}
    actions.change_key_result(
        by=alice, key_result=wait, version=None, at=NOON, reason="One nurse left.", changes=changes
    )
    assert denied() == set()
    says_so(alice, waiting)
    assert (denied(), Sufficiency.objects.count()) == ({waiting.pk}, 2)


def test_whoever_may_change_it_says_so(bob, charlie, gil, waiting, wait):
    assert says_so(bob, waiting, "not_sure").by == bob
    for person in (charlie, gil):
        with pytest.raises(Forbidden), leaves():
            says_so(person, waiting)


def test_charlie_finds_nothing_of_what_is_private(ada, alice, charlie):
    secret = an_objective(alice, a_running_cycle(ada), "A merger", visibility="private")
    a_key_result(alice, secret, "Letters signed")
    says_so(alice, secret)
    assert set(days_denied(visible_to(alice))) == {secret.pk}
    assert days_denied(visible_to(charlie)) == {}
    with pytest.raises(Forbidden):
        says_so(charlie, secret)


@pytest.mark.parametrize("wrong", [{"answer": "perhaps"}, {"answer": ""}, {"reason": "x" * 1001}])
def test_a_wrong_answer_is_refused(alice, waiting, wait, wrong):
    with pytest.raises(Invalid), leaves():
        actions.answer_sufficiency(by=alice, objective=waiting, at=NOON, **{"answer": "no"} | wrong)


def test_without_key_results_and_after_the_close_nothing_is_said(ada, alice, waiting):
    with pytest.raises(Invalid, match="no key results"), leaves():
        says_so(alice, waiting)
    a_key_result(alice, waiting)
    cycle = actions.begin_closing(by=ada, cycle=waiting.cycle, at=NOON)
    actions.close_cycle(by=ada, cycle=cycle, at=NOON)
    with pytest.raises(Invalid, match="closed"), leaves():
        says_so(alice, waiting)
