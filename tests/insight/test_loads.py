"""The load of people as they see it: on the page, in the API; without what is hidden from them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from impactline.chain import actions
from impactline.people.models import Organisation, Person, Team
from tests.cast import NOON
from tests.web.chain_scene import an_item
from tests.web.visits import queries, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
FRIDAY = date(2026, 11, 20)


def work(by: Person, hours: int, ref: str, **details: Any) -> Any:
    """An activity of this week."""
    return an_item(by, "activity", f"Work on {ref}", ref=ref, effort_hours=Decimal(hours), due_on=FRIDAY, **details)


def test_hours_are_their_owners_or_those_of_whom_inputs_name(
    alice: Person, bob: Person, api: Callable[..., Any]
) -> None:
    work(alice, 50, "plan")
    staffed = work(alice, 99, "line")
    time = an_item(bob, "input", "Bob's time", kind="people", amount=Decimal(30), unit="hours")
    actions.link(by=alice, source=time, target=staffed, at=NOON)
    an_item(alice, "activity", "Some day", ref="some-day", effort_hours=Decimal(5))
    found = api(alice).get("/load").json()
    weeks = {row["person"]: row["weeks"][0] for row in found["people"]}
    assert (weeks[alice.email]["load"], weeks[alice.email]["overloaded"]) == (1.25, True)
    assert weeks[alice.email]["activities"] == [{"ref": "plan", "hours": 50.0}]
    assert (weeks[bob.email]["hours"], weeks[bob.email]["overloaded"]) == (30.0, False)
    assert found["undated"] == ["some-day"]
    page = read(alice, "/bottlenecks")
    assert "too much" in page
    assert "Some day" in page
    told = read(alice, f"/people/{alice.email}/load?week=2026-11-16", fragment=True)
    assert "50 hours to do ÷ 40 hours on 5 working days = 125%" in told
    read(alice, f"/people/{alice.email}/load?week=2020-01-06", status=404)


def test_a_week_says_which_days_it_does_not_have(alice: Person) -> None:
    alice.absences = [{"starts_on": "2026-11-19", "ends_on": "2026-11-20"}]
    alice.save()
    Organisation.objects.update(holidays=[{"on": "2026-11-17", "name": "Founding day"}])
    work(alice, 16, "plan")
    told = read(alice, f"/people/{alice.email}/load?week=2026-11-16", fragment=True)
    assert "16 hours to do ÷ 16 hours on 2 working days = 100%" in told
    assert "Holiday: Tue, Nov 17." in told
    assert "Away: Thu, Nov 19; Fri, Nov 20." in told
    assert "Over already" not in told


def test_hidden_work_is_in_no_figure_of_somebody_else(
    alice: Person, charlie: Person, care: Team, api: Callable[..., Any]
) -> None:
    work(alice, 20, "plan")
    work(alice, 30, "secret", visibility="private")
    assert api(alice).get("/load").json()["people"][0]["weeks"][0]["hours"] == 50
    assert api(charlie).get("/load").json()["people"][0]["weeks"][0]["hours"] == 20
    assert "secret" not in read(charlie, f"/people/{alice.email}/load")
    assert api(charlie).get("/load", team="care").status_code == 200


def test_more_people_and_work_take_no_more_queries(alice: Person, bob: Person) -> None:
    work(alice, 20, "plan")
    before = queries(alice, "/bottlenecks")
    for number in range(3):
        work(bob, 5, f"more-{number}")
    assert queries(alice, "/bottlenecks") == before
