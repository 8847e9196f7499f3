"""How rules are set and what is muted, in and out of the installation, and what does not hold together in it."""

from datetime import date, timedelta

import pytest

from impactline.exchange.actions.importing import Refused
from impactline.exchange.queries.document import document_for
from impactline.insight import actions
from impactline.insight.attention import Scope, attention
from impactline.insight.examining import examine_all
from impactline.insight.models import Found, Limit, Muted, SwitchedOff
from impactline.okrs import actions as okrs
from impactline.people.models import Person
from tests.cast import NOON
from tests.exchange.installations import exported, imported
from tests.exchange.test_round_trip import LATER, comes_back
from tests.scenes import a_key_result, a_running_cycle, an_objective

pytestmark = pytest.mark.django_db
UNTIL = date(2026, 12, 1)
HEAD = "impactline: 1\n"


def the(rule: str) -> Found:
    return Found.objects.get(rule=rule)


def mutes(by: Person, rule: str, reason: str = "It is small", days: int = 0) -> None:
    actions.mute(by=by, found=the(rule), reason=reason, until=UNTIL, at=NOON + timedelta(days=days))


@pytest.fixture
def muted(ada: Person, alice: Person) -> None:
    """Two findings of Alice that were muted, one of them twice, one told again."""
    okrs.create_priority(by=ada, title="Access", at=NOON)
    waiting = an_objective(alice, a_running_cycle(ada), ref="waiting", visibility="private")
    a_key_result(alice, waiting, ref="wait-days")
    examine_all(NOON + timedelta(days=40))
    mutes(alice, "R4")
    mutes(alice, "R4", "It is still small", days=1)
    mutes(alice, "R2", days=2)
    actions.hear_again(by=alice, found=the("R2"), at=NOON + timedelta(days=3))


def test_what_is_muted_comes_back_and_is_silent_once_it_is_found_again(alice: Person, muted: None) -> None:
    comes_back()
    assert Muted.objects.count() == 3
    assert not Found.objects.filter(gone_at=None).exists()
    examine_all(LATER)
    found = attention(None, Scope(), NOON.date())
    assert [row.reason for row in found.muted] == ["It is still small"]
    assert "R4" not in {row.rule for cause in found.causes for row in cause.findings}


def test_what_is_muted_of_hidden_things_is_told_to_nobody_else(alice: Person, charlie: Person, muted: None) -> None:
    assert len(document_for(alice).muted) == 3
    assert document_for(charlie).muted == ()


def test_a_new_one_ends_the_one_in_force_and_twice_is_as_once(muted: None) -> None:
    text = HEAD + "muted: [{rule: R4, about: [waiting], reason: Agreed, until: 2026-12-24, at: 2026-11-01T09:00:00Z}]\n"
    imported(text, at=LATER + timedelta(days=40))
    assert [row.reason for row in Muted.objects.filter(ended_at=None)] == ["Agreed"]
    assert imported(text).plan.is_empty
    imported(text.replace("}]", ", ended_at: 2026-12-01T09:00:00Z}]"))
    assert not Muted.objects.filter(ended_at=None).exists()


def test_rules_are_set_one_by_one_and_come_back(ada: Person) -> None:
    imported(HEAD + "organisation: {thresholds: {R5-team: 4}, switched_off: {R33: We look elsewhere}}\n")
    imported(HEAD + "organisation: {thresholds: {R2: 2.5}, switched_off: {R5: We are few}}\n")
    assert dict(Limit.objects.values_list("name", "value")) == {"R5-team": 4, "R2": 2.5}
    assert b"thresholds: {R2: 2.5, R5-team: 4}" in exported()
    comes_back()
    imported(HEAD + 'organisation: {thresholds: {R2: 1.5}, switched_off: {R33: ""}}\n')
    assert list(Limit.objects.values_list("name", flat=True)) == ["R5-team"]
    assert list(SwitchedOff.objects.values_list("rule", flat=True)) == ["R5"]


def test_of_several_findings_of_the_same_things_the_one_that_was_muted_is(alice: Person, muted: None) -> None:
    Found.objects.filter(rule="R4").update(key="0123456789abcdef")
    assert b"finding: 0123456789abcdef" in exported()
    comes_back()
    assert the("R4").key == "0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("organisation: {thresholds: {R5-teem: 4}}", "is no threshold"),
        ("organisation: {thresholds: {R5-team: 400}}", "lies between 1 and 50"),
        ("organisation: {switched_off: {R99: why}}", "There is no rule “R99”"),
        ("muted: [{rule: R99, about: [waiting], reason: x, until: 2026-12-01, at: 2026-11-01}]", "There is no rule"),
        (
            "muted: [{rule: R4, about: [nowhere], reason: x, until: 2026-12-01, at: 2026-11-01}]",
            "There is no “nowhere”",
        ),
        ("muted: [{rule: R4, about: [], reason: '', until: 2026-12-01, at: 2026-11-01}]", "why it is muted"),
    ],
)
def test_what_does_not_hold_together_is_told_with_its_place(ada: Person, text: str, told: str) -> None:
    with pytest.raises(Refused) as refusal:
        imported(HEAD + text)
    assert any(told in f"{fault.message}" and fault.place.line == 2 for fault in refusal.value.faults)
