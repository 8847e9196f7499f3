"""Changes to the organisation: its set-up, its name, time zone, locale and policies."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from impactline.base.errors import Forbidden
from impactline.base.events import note
from impactline.base.texts import line
from impactline.base.transactions import action
from impactline.base.versions import edit, known, locked
from impactline.people import verbs
from impactline.people.actions.access import set_password
from impactline.people.actions.people import valid_email
from impactline.people.actions.places import valid_locale, valid_timezone
from impactline.people.calendar import kept_holidays
from impactline.people.models import Organisation, Person, Role
from impactline.people.roles import require_administrator


@action
def set_up(
    *,
    organisation: str,
    timezone: str,
    locale: str,
    name: str,
    email: str,
    password: str,
    at: datetime,
) -> Person:
    """Set the installation up: the organisation and its first administrator. Refused the second time."""
    found = Organisation(
        pk=1,
        name=line(organisation, "organisation", 200),
        timezone=valid_timezone(timezone),
        locale=valid_locale(locale),
    )
    _must_be_the_first(found)
    person = Person(email=valid_email(email), name=line(name, "name", 200), role=Role.ADMINISTRATOR)
    set_password(person, password)
    person.save()
    note(verbs.SET_UP, found, by=person, at=at)
    return person


def _must_be_the_first(organisation: Organisation) -> None:
    """Save it; of two who set up at the same moment, the database lets one."""
    try:
        with transaction.atomic():
            organisation.save(force_insert=True)
    except IntegrityError:
        raise Forbidden("This installation has been set up already.", remedy="Sign in.") from None


@action
def change_organisation(*, by: Person, version: int | None, at: datetime, changes: dict[str, Any]) -> Organisation:
    """Change name, timezone, locale, holidays, policies or level names.

    The last two are checked by `okrs.policy` and `chain.names`.
    """
    require_administrator(by)
    found = locked(Organisation.objects.get(), version)
    checked = known(changes, {"name", "timezone", "locale", "policies", "level_names", "holidays"})
    if "name" in checked:
        checked["name"] = line(checked["name"], "name", 200)
    if "timezone" in checked:
        checked["timezone"] = valid_timezone(checked["timezone"])
    if "locale" in checked:
        checked["locale"] = valid_locale(checked["locale"])
    if "holidays" in checked:
        checked["holidays"] = kept_holidays(checked["holidays"])
    differing = edit(found, checked)
    if differing:
        note(verbs.POLICIES, found, by=by, at=at, **differing)
    return found
