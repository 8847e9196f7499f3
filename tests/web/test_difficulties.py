"""The difficulty of a target in the form of a key result: as it is typed, and only for those who may see."""

from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from impactline.checkins.actions import read_metric
from impactline.okrs.models import KeyResult, Objective, Visibility
from impactline.people.models import Person
from tests.scenes import STARTS_ON, a_key_result, a_metric, a_running_cycle, an_objective, moment, says
from tests.web.visits import read, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
HERE = "/objectives/waiting/difficulty"
WAY = {"type": "metric", "baseline": "21", "target": "7", "unit": "days"}


@pytest.fixture
def objective(ada: Person, alice: Person) -> Objective:
    return an_objective(alice, a_running_cycle(ada), ref="waiting")


def told(person: Person, **fields: Any) -> str:
    return unescape(send(person, HERE, fragment=True, **fields).content.decode()).strip()


def test_the_form_asks_for_it(alice: Person, objective: Objective) -> None:
    a_key_result(alice, objective, ref="wait")
    for address in ("/objectives/waiting/key-results/new", "/key-results/wait/edit"):
        assert f'hx-post="{HERE}"' in read(alice, address)


def test_it_is_told_as_soon_as_the_measure_is_whole(alice: Person, objective: Objective) -> None:
    assert "Nothing is known of it yet" in told(alice, **WAY)
    assert "Hard." in told(alice, **WAY)
    assert "Nothing is known of it yet" in told(alice, type="binary")
    assert "If four of five of those that are due come, as is usual" in told(
        alice, type="milestones", milestones="One\nTwo | 2"
    )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"type": "metric", "baseline": "21"},
        WAY | {"target": "21"},
        WAY | {"target": "seven"},
        WAY | {"type": "wish"},
        WAY | {"values": "never"},
        WAY | {"due_on": "2020-01-01"},
        WAY | {"due_on": "someday"},
        WAY | {"starts_on": "2026-10-01", "due_on": "2026-11-01"},
        {"type": "open"},
        {"type": "at_least", "target": "5"},
        WAY | {"target": "9" * 30},
    ],
)
def test_of_what_is_not_whole_nothing_is_said(alice: Person, objective: Objective, fields: dict[str, str]) -> None:
    assert told(alice, **fields) == ""


def test_the_metric_that_is_followed_is_heard(alice: Person, objective: Objective) -> None:
    metric = a_metric(alice, ref="waits", unit="days")
    for week in range(6):
        day = STARTS_ON + timedelta(days=7 * week)
        read_metric(by=alice, metric=metric, value=Decimal(21), day=day, at=moment(day))
    assert "as its last 5 readings say" in told(alice, **WAY, metric="waits")
    assert "Nothing is known of it yet" in told(alice, **WAY, metric="absent")


def test_its_own_readings_are_heard_by_those_who_may_see_it(
    alice: Person, charlie: Person, objective: Objective
) -> None:
    secret = an_objective(alice, objective.cycle, ref="secret", visibility=Visibility.PRIVATE)
    own = a_key_result(alice, secret, ref="own")
    for week in range(1, 5):
        says(alice, own, 20, at=moment(STARTS_ON + timedelta(days=7 * week)))

    assert "as its last 4 readings say" in told(alice, **WAY, item="own")
    hidden, absent = (send(charlie, HERE, **WAY, item=ref) for ref in ("own", "absent"))
    assert hidden.status_code == absent.status_code == 404
    assert send(charlie, "/objectives/secret/difficulty", **WAY).status_code == 404
    assert KeyResult.objects.count() == 1
