"""The day and the policies that hold at a moment, in the organisation's time zone."""

from dataclasses import dataclass
from datetime import date, datetime

from impactline.okrs.policy import Policy, read
from impactline.people.models import Organisation
from impactline.people.queries import zone


@dataclass(frozen=True, slots=True)
class Present:
    """A day, and the policies in force."""

    day: date
    policy: Policy


def present(at: datetime, organisation: Organisation | None = None) -> Present:
    """The day that `at` falls on for the organisation (loaded when not given), with its policies; UTC before set-up."""
    organisation = organisation or Organisation.objects.first()
    if organisation is None:
        return Present(at.date(), Policy())
    return Present(at.astimezone(zone(organisation.timezone)).date(), read(organisation.policies))
