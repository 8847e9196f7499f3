"""The demo organisation: right and alive on every day."""

import typing
from datetime import date, timedelta

import pytest

from impactline.exchange.demo import LOGINS, demo
from impactline.exchange.document import Document
from impactline.exchange.document_okrs import KeyResultType
from impactline.exchange.loading import load_text
from impactline.exchange.storable import storable

TODAY = date(2026, 11, 22)
EVERY_NINTH_DAY = [date(2026, 10, 1) + timedelta(days=9 * step) for step in range(82)]
TURNS = [date(2027, 1, 1), date(2027, 3, 31), date(2027, 12, 31), date(2028, 2, 29), date(2028, 10, 1)]


def on(day: date) -> Document:
    reading = load_text(demo(day), today=day, name="demo.json")
    assert [str(fault) for fault in reading.faults] == []
    assert storable(reading.partial, reading.place) == []
    assert reading.document is not None
    return reading.document


@pytest.mark.parametrize("day", [*EVERY_NINTH_DAY, *TURNS], ids=str)
def test_it_holds_together_on_every_day(day: date):
    document = on(day)
    check_ins = [entry for part in document.objectives for inner in part.key_results for entry in inner.check_ins]
    assert len(check_ins) > 90
    assert all(entry.at < day for entry in check_ins)
    assert {cycle.state for cycle in document.cycles} >= {"active", "draft"}


def test_the_same_day_gives_the_same_bytes():
    assert demo(TODAY) == demo(TODAY)


def test_it_shows_everything_there_is():
    document = on(TODAY)
    key_results = [inner for part in document.objectives for inner in part.key_results]
    assert {part.measured_as for part in key_results} == set(typing.get_args(KeyResultType))
    assert {part.kind for part in document.objectives} == {"committed", "aspirational", "learning"}
    assert {part.driver for part in document.objectives} >= {"key_results", "objectives", "both", "metric"}
    assert sum(part.visibility == "private" for part in document.objectives) == 2
    assert (len(document.people), len(document.teams), len(document.priorities)) == (24, 6, 4)
    assert [cycle.ref for cycle in document.cycles] == ["2026", "2026-Q3", "2026-Q4", "2027-Q1"]
    assert [cycle.state for cycle in document.cycles] == ["active", "closed", "active", "draft"]
    followed = [part.metric for part in key_results if part.metric]
    assert len(followed) > len(set(followed)), "a shared metric has several followers"
    assert any(part.changes for part in key_results), "a moved goalpost"
    assert any(entry.earlier for part in key_results for entry in part.check_ins), "a correction"
    assert any(part.overrides for part in document.objectives), "an override"
    assert any(part.sufficiency for part in document.objectives), "key results said not to suffice"
    assert all(part.scores for part in document.objectives if part.cycle == "2026-Q3"), "what is closed is scored"
    falling = [part for part in key_results if part.baseline and part.target and part.target < part.baseline]
    assert len(falling) > 5


def test_those_who_can_sign_in_are_there():
    people = {person.email: person.role for person in on(TODAY).people}
    assert [people[email] for email in LOGINS] == ["administrator", "member", "guest"]


def test_alice_owes_check_ins():
    """Nothing was said of three of her key results in the days of the present check-in."""
    document = on(TODAY)
    hers = [inner for part in document.objectives for inner in part.key_results if inner.owner == LOGINS[0]]
    running = [part for part in hers if part.check_ins]
    assert len(running) == 3
    assert all(part.check_ins[-1].at < TODAY - timedelta(days=5) for part in running)


def test_a_watermelon_and_a_stale_one():
    document = on(TODAY)
    key_results = {inner.ref: inner for part in document.objectives for inner in part.key_results}
    melon, stale = key_results["no-shows"], key_results["bp-followed"]
    assert {entry.status for entry in melon.check_ins} == {"on_track"}
    value = melon.check_ins[-1].value
    assert value is not None
    assert value > 13, "hardly moved from 14"
    assert stale.check_ins[-1].at < TODAY - timedelta(days=21)


def test_every_objective_has_a_chain_but_for_gaps_that_are_meant():
    document = on(TODAY)
    without = {inner.ref for part in document.objectives for inner in part.key_results if inner.measures is None}
    assert without == {"plan-audit", "friday-gap"}
    assert [part.ref for part in document.objectives if not part.key_results] == ["caught-early"]
    compared = [(part.ref, said.came) for part in document.chain for said in part.predictions]
    assert compared == [("open-evenings", "as_expected")]
