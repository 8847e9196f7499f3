"""The imports of one person: nobody else sees them, for a plan tells what its reader may see."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from impactline.base.errors import NotFound
from impactline.exchange.models import Import
from impactline.people.models import Person
from impactline.people.roles import require_administrator

KEPT = timedelta(days=30)
LISTED_MAX = 100


def imports_of(person: Person) -> list[Import]:
    """Those of the last weeks, newest first, without their accounts."""
    require_administrator(person)
    return list(Import.objects.filter(person=person).defer("account").order_by("-pk")[:LISTED_MAX])


def import_for(person: Person, number: int) -> Import:
    """One import. Raises NotFound where it is absent or somebody else's."""
    require_administrator(person)
    found = Import.objects.filter(person=person, pk=number).first()
    if found is None:
        raise NotFound("There is no such import.")
    return found


def imports_over(now: datetime) -> "QuerySet[Import]":
    """Those that nobody needs any more; what they did stands in the log."""
    return Import.objects.filter(at__lt=now - KEPT)
