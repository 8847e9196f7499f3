"""Contribution requests in and out of the installation, and what does not hold together in them."""

import pytest

from impactline.base.models import Event
from impactline.exchange.actions import Refused
from impactline.exchange.queries.document import document_for
from impactline.exchange.writing import to_folder
from impactline.people.models import Person
from impactline.planning.models import ContributionRequest
from tests.exchange.installations import imported
from tests.exchange.test_round_trip import comes_back

pytestmark = pytest.mark.django_db

HEAD = "impactline: 1\n"
THERE = """impactline: 1
teams: [{ref: care}, {ref: lines}]
chain:
  - {ref: triage, level: activity}
  - {ref: phones, level: activity}
  - {ref: calls, level: output}
"""
ASKED = "{ref: ask, title: Four lines, asked: lines, due_on: 2026-11-20, asked_on: 2026-10-05, %s}"
WHOLE = ASKED % "asking: care, waiting: triage, effort_hours: 16"


def told(keys: str) -> list[str]:
    """The messages of all faults of an import of one request that is refused."""
    with pytest.raises(Refused) as refused:
        imported(THERE + f"requests: [{{ref: ask, {keys}}}]\n")
    return [fault.message for fault in refused.value.faults]


def test_a_request_comes_in_and_goes_out_with_the_same_bytes():
    imported(THERE + f"requests: [{WHOLE}]\n")
    found = ContributionRequest.objects.select_related("asked", "asking", "waiting").get()
    assert (found.asked.ref, found.asking and found.asking.ref, found.effort_hours) == ("lines", "care", 16)
    event = Event.objects.get(kind="contribution_request")
    assert (event.verb, event.chain_item_id) == ("contribution_request.created", found.waiting_id)
    comes_back()


def test_a_request_that_gets_another_state_is_told_as_answered():
    imported(THERE + f"requests: [{WHOLE}]\n")
    imported(HEAD + "requests: [{ref: ask, state: accepted, promise: phones, answered_on: 2026-10-10}]\n")
    found = ContributionRequest.objects.select_related("promise").get()
    assert (found.state, found.promise and found.promise.ref, found.version) == ("accepted", "phones", 2)
    event = Event.objects.filter(kind="contribution_request").last()
    assert event is not None
    assert (event.verb, event.linked_item_id) == ("contribution_request.accepted", found.promise_id)
    assert event.data["state"] == ["asked", "accepted"]


def test_requests_stand_in_the_file_of_the_chain():
    imported(THERE + f"requests: [{WHOLE}]\n")
    assert b"ref: ask" in to_folder(document_for(None))["chain.yaml"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("due_on: 2026-11-20", "The request ask has no asked."),
        ("asked: lines", "The request ask has no due_on."),
        ("asked: lines, due_on: 2026-11-20, state: declined", "The request ask is declined and has no reason."),
        ("asked: lines, due_on: 2026-11-20, state: accepted", "The request ask is accepted and has no promise."),
        ("asked: lines, due_on: 2026-11-20, state: proposed", "The request ask is proposed and has no proposed_on."),
        ("asked: lines, asking: lines, due_on: 2026-11-20", "In the request ask a team asks itself."),
        ("asked: lines, due_on: 2026-11-20, waiting: calls", "“calls” is of the level output."),
        ("asked: lines, due_on: 2026-11-20, waiting: lines", "“lines” is a team, not a chain item."),
        (
            "asked: lines, due_on: 2026-11-20, asked_on: 2026-10-05, answered_on: 2026-10-01",
            "The request ask was answered on 2026-10-01, before it was asked on 2026-10-05.",
        ),
    ],
)
def test_what_does_not_hold_together_is_told_with_its_place(keys: str, message: str):
    assert told(keys) == [message]
    assert not ContributionRequest.objects.exists()


def test_a_request_that_waits_for_what_is_hidden_is_in_nobody_elses_export(alice: Person, charlie: Person):
    imported(THERE + f"requests: [{WHOLE}]\n")
    imported(HEAD + f"chain: [{{ref: triage, level: activity, visibility: private, owner: {alice.email}}}]\n")
    assert [part.ref for part in document_for(alice).requests] == ["ask"]
    assert document_for(charlie).requests == ()
