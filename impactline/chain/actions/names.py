"""What the organisation calls the levels of its chain."""

from collections.abc import Mapping
from datetime import datetime

from impactline.base.transactions import action
from impactline.chain.names import Name, checked
from impactline.people import actions
from impactline.people.models import Organisation, Person
from impactline.people.roles import require_administrator


@action
def name_levels(*, by: Person, version: int | None, names: Mapping[str, Name], at: datetime) -> Organisation:
    """Set the names of all levels; a level that is not among them has its usual name again."""
    require_administrator(by)
    return actions.change_organisation(by=by, version=version, at=at, changes={"level_names": checked(names)})
