"""Holidays and absences: as people write them, as they are kept, in files, and in the API."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from impactline.base.errors import Forbidden, Invalid
from impactline.base.models import Event
from impactline.exchange.actions import Refused
from impactline.people import actions
from impactline.people.calendar import (
    Holiday,
    free_days,
    kept_absences,
    kept_holidays,
    read_absences,
    read_holidays,
    write_absences,
    write_holidays,
)
from impactline.people.models import Organisation, Person, Team
from impactline.people.queries import free_days_by_person
from tests.api.conftest import api
from tests.cast import NOON
from tests.exchange.installations import exported, imported
from tests.web.visits import read, send

__all__ = ["api"]

DOCUMENT = """
impactline: 1
organisation: {name: N, holidays: [{on: 2026-12-26, name: Boxing Day}, {on: 2026-12-25, name: Christmas Day}]}
people: [{email: amy@example.org, role: administrator, absences: [{starts_on: 2026-12-21, ends_on: 2026-12-31}]}]
"""


def test_they_are_written_one_a_line_and_kept_in_order():
    kept = kept_absences(read_absences("2026-12-21 – 2026-12-31\n\n 2026-11-02 "))
    assert write_absences(kept) == "2026-11-02\n2026-12-21 2026-12-31"
    days = kept_holidays(read_holidays("2026-12-25, Christmas Day\n2026-01-01"))
    assert write_holidays(days) == "2026-01-01 Holiday\n2026-12-25 Christmas Day"


@pytest.mark.parametrize(
    ("read_lines", "text"),
    [
        (read_absences, "next week"),
        (read_absences, "2026-02-30"),
        (lambda text: kept_absences(read_absences(text)), "2026-12-31 2026-12-21"),
        (read_holidays, "2026-12-25 2026-12-26"),
        (lambda text: kept_holidays(read_holidays(text)), "\n".join(f"{year}-01-01" for year in range(1500, 1901))),
    ],
)
def test_what_is_none_is_refused_with_the_way_to_write_it(read_lines, text):
    with pytest.raises(Invalid) as refused:
        read_lines(text)
    assert refused.value.remedy


XMAS, BOXING, EPIPHANY = (Holiday(date(2026, 12, day), str(day)) for day in (25, 26, 6))
PARENTS = {1: None, 2: 1, 3: 2, 4: None, 5: 6, 6: 5}


@pytest.mark.parametrize(
    ("teams", "own", "expected"),
    [
        ((), {1: (XMAS,)}, (EPIPHANY,)),  # in no team: as the organisation
        ((4,), {1: (XMAS,)}, (EPIPHANY,)),
        ((1,), {1: (XMAS,)}, (XMAS,)),
        ((3,), {1: (XMAS,)}, (XMAS,)),  # as the team above
        ((3,), {1: (XMAS,), 2: (BOXING,)}, (BOXING,)),  # as the nearest above
        ((1, 4), {1: (XMAS,), 4: (BOXING,)}, (XMAS, BOXING)),  # in two countries
        ((1, 4), {1: (XMAS,)}, (XMAS,)),  # the other has none of its own
        ((5,), {1: (XMAS,)}, (EPIPHANY,)),  # a circle of teams
    ],
)
def test_a_team_has_its_own_holidays_or_those_of_the_nearest_above(teams, own, expected):
    assert free_days(teams, own, PARENTS, (EPIPHANY,)) == expected


@pytest.mark.django_db
def test_a_team_gets_holidays_of_its_own_on_its_page_and_in_the_api(
    alice: Person, ada: Person, bob: Person, api: Callable[..., Any]
) -> None:
    team = actions.create_team(by=ada, name="Madrid", at=NOON, members=[bob])
    days = [{"on": "2026-12-08", "name": "Inmaculada"}]
    put = api(ada).patch("/teams/madrid", {"holidays": days}, If_Match=f'"{team.version}"').json()
    assert put["holidays"] == days
    assert Event.objects.latest("id").data["holidays"] == [[], days]
    assert api(bob).get("/teams/madrid").json()["holidays"] == days
    with pytest.raises(Forbidden):
        actions.change_team(by=bob, team=team, version=None, at=NOON, changes={"holidays": ()})
    assert "Inmaculada" in read(ada, "/administration/teams/madrid")
    assert "Madrid" in read(ada, "/administration/holidays")
    sent = {"name": "Madrid", "people": [bob.email], "version": put["version"]}
    wrong = send(ada, "/administration/teams/madrid", **sent, holidays="some day")
    assert (wrong.status_code, "some day" in wrong.content.decode()) == (422, True)
    assert send(ada, "/administration/teams/madrid", **sent, holidays="2026-12-25 Navidad").status_code == 302
    free = free_days_by_person()
    assert (free(bob.pk), free(alice.pk)) == ((date(2026, 12, 25),), ())


@pytest.mark.django_db
def test_a_document_brings_those_of_a_team(ada: Person) -> None:
    text = "impactline: 1\nteams: [{ref: madrid, holidays: [{on: 2026-12-08, name: Inmaculada}]}]\n"
    imported(text)
    assert "{on: 2026-12-08, name: Inmaculada}" in exported().decode()
    assert not imported(text).plan.changes
    imported("impactline: 1\nteams: [{ref: madrid, holidays: []}]\n")
    assert Team.objects.get(ref="madrid").holidays == []


@pytest.mark.django_db
def test_people_say_when_they_are_away_and_administrators_when_nobody_works(
    alice: Person, ada: Person, bob: Person, api: Callable[..., Any]
) -> None:
    away = [{"starts_on": "2026-12-21", "ends_on": "2026-12-31"}]
    answer = api(alice).patch(f"/people/{alice.email}", {"absences": away}, If_Match=f'"{alice.version}"')
    assert answer.json()["absences"] == away
    assert Event.objects.latest("id").data["absences"] == [[], away]
    with pytest.raises(Forbidden):
        actions.change_person(by=bob, person=alice, version=None, at=NOON, changes={"absences": ()})
    version = Organisation.objects.get().version
    put = {"holidays": [{"on": "2026-12-25", "name": "Christmas Day"}]}
    assert api(bob).put("/organisation/holidays", put, If_Match=f'"{version}"').status_code == 403
    assert api(ada).put("/organisation/holidays", put, If_Match=f'"{version}"').json()["holidays"] == put["holidays"]
    assert api(bob).get("/organisation/holidays").json()["holidays"] == put["holidays"]


@pytest.mark.django_db
def test_the_pages_take_lines_and_keep_what_was_wrong(alice: Person, ada: Person) -> None:
    sent = {"name": "Alice", "timezone": "", "locale": "", "version": alice.version}
    wrong = send(alice, "/profile", **sent, absences="soon")
    assert (wrong.status_code, "soon" in wrong.content.decode()) == (422, True)
    assert send(alice, "/profile", **sent, absences="2026-12-21 2026-12-31").status_code == 302
    assert "2026-12-21 2026-12-31" in read(alice, "/profile")
    version = Organisation.objects.get().version
    assert send(ada, "/administration/holidays", version=version, holidays="2026-12-25 Noël").status_code == 302
    assert "2026-12-25 Noël" in read(ada, "/administration/holidays")
    read(alice, "/administration/holidays", status=403)


@pytest.mark.django_db
def test_a_document_brings_them_and_the_round_trip_gives_the_same() -> None:
    imported(DOCUMENT)
    assert [one["on"] for one in Organisation.objects.get().holidays] == ["2026-12-25", "2026-12-26"]
    assert Person.objects.get().absences == [{"starts_on": "2026-12-21", "ends_on": "2026-12-31"}]
    text = exported().decode()
    assert "{starts_on: 2026-12-21, ends_on: 2026-12-31}" in text
    assert not imported(DOCUMENT).plan.changes
    with pytest.raises(Refused) as refused:
        imported(DOCUMENT.replace("2026-12-31", "2026-12-01"))
    assert "ends before it starts" in str(refused.value.faults[0].message)
    imported("impactline: 1\npeople: [{email: amy@example.org, absences: []}]\norganisation: {holidays: []}\n")
    assert (Person.objects.get().absences, Organisation.objects.get().holidays) == ([], [])
