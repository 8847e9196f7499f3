"""What happens when: routines of the worker, each once for its occasion."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog

from impactline.base.models import Reply, Run
from impactline.chain.actions import drop_unused_files
from impactline.checkins.recomputing import recompute
from impactline.exchange.queries.imports import imports_over
from impactline.notify.digest import send_due
from impactline.okrs.today import present
from impactline.people.signing_in import end_idle_sessions

REPLIES_KEPT = timedelta(days=1)
ATTEMPTS_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Routine:
    """Some work, and the occasion for which it is done once."""

    name: str
    meaning: str
    occasion: Callable[[datetime], str]
    work: Callable[[datetime], object]

    def run(self, now: datetime) -> None:
        """Do the work and remember the occasion."""
        self.work(now)
        Run.objects.update_or_create(name=self.name, defaults={"occasion": self.occasion(now), "at": now})


def each_day(now: datetime) -> str:
    """The organisation's day."""
    return present(now).day.isoformat()


def each_hour(now: datetime) -> str:
    """The hour."""
    return f"{now:%Y-%m-%dT%H}"


def each_minute(now: datetime) -> str:
    """The minute."""
    return f"{now:%Y-%m-%dT%H:%M}"


def tidy(now: datetime) -> None:
    """Drop what has ended: sessions (also those not used for half a day), replies, imports, counted wrong passwords."""
    end_idle_sessions(now)
    Reply.objects.filter(at__lt=now - REPLIES_KEPT).delete()
    imports_over(now).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - ATTEMPTS_KEPT).delete()
    AccessFailureLog.objects.filter(attempt_time__lt=now - ATTEMPTS_KEPT).delete()


ROUTINES = (
    Routine(
        "figures", "Expected progress and pace move with the day: all figures are computed anew.", each_day, recompute
    ),
    Routine("files", "Files that are evidence of nothing any more are removed.", each_day, drop_unused_files),
    Routine("digests", "Who wants a digest and has their morning is sent it.", each_minute, send_due),
    Routine(
        "tidy",
        "Ended sessions, kept replies, imports of the past months and counted wrong passwords are dropped.",
        each_hour,
        tidy,
    ),
)


def due(routines: tuple[Routine, ...], now: datetime) -> list[Routine]:
    """The routines that have not run for their present occasion."""
    ran = dict(Run.objects.values_list("name", "occasion"))
    present_ones = {occasion: occasion(now) for occasion in dict.fromkeys(routine.occasion for routine in routines)}
    return [routine for routine in routines if ran.get(routine.name) != present_ones[routine.occasion]]
