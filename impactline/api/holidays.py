"""The API's holidays: the days on which nobody works."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from impactline.api.access import REFUSALS, version_read
from impactline.api.shapes import Wanted, etag
from impactline.people.actions import change_organisation
from impactline.people.calendar import Holiday, holidays_in
from impactline.people.models import Organisation, Person
from impactline.people.queries import organisation

router = Router(tags=["organisation"])


class HolidayShape(Wanted):
    """A day on which nobody works, and what is celebrated."""

    on: date
    name: str


class Holidays(Schema):
    """All of them, by day."""

    holidays: list[HolidayShape]
    version: int


class HolidaysWanted(Wanted):
    """All that there shall be; what is not named is one no more."""

    holidays: list[HolidayShape]


@router.get("/organisation/holidays", response={200: Holidays, **REFUSALS}, summary="The days on which nobody works")
def holidays(request: HttpRequest, response: HttpResponse) -> Holidays:
    return _shape(organisation(), response)


@router.put("/organisation/holidays", response={200: Holidays, **REFUSALS}, summary="Say on which days nobody works")
def change(request: HttpRequest, response: HttpResponse, wanted: HolidaysWanted) -> Holidays:
    by: Person = request.auth  # type: ignore[attr-defined]
    changes = {"holidays": [Holiday(one.on, one.name) for one in wanted.holidays]}
    changed = change_organisation(by=by, version=version_read(request), at=timezone.now(), changes=changes)
    return _shape(changed, response)


def _shape(found: Organisation, response: HttpResponse) -> Holidays:
    etag(response, found.version)
    rows = [HolidayShape(**one._asdict()) for one in holidays_in(found.holidays)]
    return Holidays(holidays=rows, version=found.version)
