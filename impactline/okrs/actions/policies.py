"""Changes of the organisation's policies; all figures follow at once."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from impactline.base.errors import Fault, Faults
from impactline.base.transactions import action
from impactline.okrs.policy import Policy, faults
from impactline.okrs.recomputing import recompute
from impactline.people import actions
from impactline.people.models import Organisation, Person


@action
def change_policies(
    *, by: Person, version: int | None, at: datetime, name: str, timezone: str, locale: str, **policies: Any
) -> Organisation:
    """Change the organisation's name, time zone, locale and policies (the fields of `Policy`)."""
    wanted = Policy(**policies)
    if found := faults(wanted):
        raise Faults([Fault(field, message) for field, message in found])
    before = Organisation.objects.get().policies
    changed = actions.change_organisation(
        by=by,
        version=version,
        at=at,
        changes={"name": name, "timezone": timezone, "locale": locale, "policies": asdict(wanted)},
    )
    if before != changed.policies:
        recompute(at)
    return changed
