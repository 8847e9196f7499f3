"""The log of events."""

import json
from datetime import date
from decimal import Decimal

import pytest

from impactline.base.events import VERBS, changed, note, plain
from impactline.base.models import Event
from impactline.people import verbs
from tests.cast import NOON


def test_an_event_says_who_did_what_to_which_item_and_when(ada, care):
    event = note(verbs.TEAM_EDITED, care, by=ada, at=NOON, name=["Care", "Cure"])
    event.refresh_from_db()
    assert (event.verb, event.kind, event.ref, event.item_id) == ("team.edited", "team", "care", care.pk)
    assert (event.actor, event.at, event.handled_at) == (ada, NOON, None)
    assert event.data == {"name": ["Care", "Cure"]}


def test_a_verb_that_nobody_declared_is_refused(ada, care):
    with pytest.raises(KeyError):
        note("team.vanished", care, by=ada, at=NOON)
    assert not Event.objects.filter(verb="team.vanished").exists()


def test_every_declared_verb_has_a_meaning():
    assert all(meaning.endswith(".") for meaning in VERBS.values())


def test_changes_are_told_before_and_after_in_what_json_can_hold(care):
    before = {"target": Decimal("7.000"), "on": date(2026, 10, 1), "team": None, "same": 1, "levels": ("a", "b")}
    after = {"target": Decimal("1E+3"), "on": date(2026, 10, 2), "team": care, "same": 1, "levels": ["b"]}
    differing = changed(before, after)
    assert json.loads(json.dumps(differing)) == {
        "target": ["7", "1000"],
        "on": ["2026-10-01", "2026-10-02"],
        "team": [None, "care"],
        "levels": [["a", "b"], ["b"]],
    }


def test_nested_values_become_plain_too():
    assert plain({"a": [Decimal("0.50"), {"b": date(2026, 1, 1)}]}) == {"a": ["0.5", {"b": "2026-01-01"}]}
