"""The holidays of the organisation: a page for administrators."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Refusal
from impactline.people.actions import change_organisation
from impactline.people.calendar import Holiday, holidays_in, read_holidays, write_holidays
from impactline.people.models import Organisation, Team
from impactline.people.queries import teams
from impactline.people.roles import require_administrator
from impactline.web.forms import Form, Prose
from impactline.web.shell import asking, go, now, page, today

LINES_MAX = 40_000


class Holidays(Form):
    """One a line: the day, then its name."""

    holidays = Prose("Holidays", most=LINES_MAX)


@require_http_methods(["GET", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    """Say on which days nobody works."""
    by = asking(request)
    require_administrator(by)
    found = Organisation.objects.get()
    initial = {"holidays": write_holidays(found.holidays), "version": found.version}
    form = Holidays(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changes = {"holidays": read_holidays(form.cleaned_data["holidays"])}
            change_organisation(by=by, version=form.cleaned_data["version"], at=now(), changes=changes)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, reverse("administration-holidays"), "Saved. The load of people follows it.")
    own = [_told(team, today().day) for team in teams() if team.holidays]
    return page(request, "administration/holidays.html", form=form, own=own, status=422 if form.errors else 200)


def _told(team: Team, day: date) -> tuple[Team, int, Holiday | None]:
    """A team with how many holidays of its own it has, and the next of them."""
    days = holidays_in(team.holidays)
    return team, len(days), next((one for one in days if one.on >= day), None)


addresses = [path("administration/holidays", holidays, name="administration-holidays")]
