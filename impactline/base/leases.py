"""Work that only one process may do at a time: whoever holds the lease, until it ends or is renewed."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from impactline.base.models import Lease

WORKER = "worker"  # held by the worker that is on duty


def hold(name: str, holder: str, now: datetime, lasting: timedelta) -> bool:
    """Take or renew a lease; False when somebody else holds it."""
    mine = Lease.objects.filter(name=name, holder=holder) | Lease.objects.filter(name=name, until__lte=now)
    if mine.update(holder=holder, until=now + lasting):
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, holder=holder, until=now + lasting)
    except IntegrityError:
        return False
    return True


def let_go(name: str, holder: str) -> None:
    """Give a lease back."""
    Lease.objects.filter(name=name, holder=holder).delete()


def held_by(name: str, now: datetime) -> str:
    """Who holds a lease at this moment; empty when nobody does."""
    return Lease.objects.filter(name=name, until__gt=now).values_list("holder", flat=True).first() or ""
