"""What the worker does for imports: read and plan, carry out. Each may be begun again, and ends as if done once."""

import logging
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction

from impactline.base.errors import Refusal
from impactline.base.events import note
from impactline.base.memory import without_collector
from impactline.base.transactions import action
from impactline.exchange import verbs
from impactline.exchange.account import account_of, account_of_faults, digest_of
from impactline.exchange.actions.importing import Outcome, Refused, Stage, import_document, preview
from impactline.exchange.faults import Fault
from impactline.exchange.formats import Read, read_sources_as
from impactline.exchange.models import Import, ImportState
from impactline.exchange.reading import Source
from impactline.exchange.uploads import LIMITS
from impactline.insight.stating import words
from impactline.okrs.today import present
from impactline.people.roles import require_administrator

FILE = "Reading the file"
TOLD_FROM = 300_000
STEP = 10
log = logging.getLogger(__name__)


class Differs(Refusal):
    """What is there has changed since the plan was shown; carries the plan as it is now."""

    code = "plan_differs"

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("What is there has changed meanwhile.", remedy="Look at the plan again.")
        self.outcome = outcome


def plan_import(number: int, at: datetime) -> None:
    """Read the files of an import and keep its plan, or its faults."""
    row = _waiting(number, ImportState.READING)
    if row is not None:
        _guarded(row, at, lambda told: _plan(row, at, told))


def apply_import(number: int, at: datetime) -> None:
    """Carry an import out, if its plan is still that which was agreed to; else keep the plan as it is now."""
    row = _waiting(number, ImportState.APPLYING)
    if row is not None:
        _guarded(row, at, lambda told: _apply(row, at, told))


def _waiting(number: int, state: ImportState) -> Import | None:
    return Import.objects.select_related("person").filter(pk=number, state=state).first()


def _guarded(row: Import, at: datetime, work: Callable[[list[Read]], None]) -> None:
    """Do the work; what is refused, or fails for good, is kept with the import. A database that is busy comes again."""
    read: list[Read] = []
    try:
        require_administrator(row.person)
        with without_collector():
            work(read)
    except Refused as refusal:
        _refuse(row, at, account_of_faults(read[0] if read else None, refusal.faults))
    except Refusal as refusal:
        _refuse(row, at, account_of_faults(None, [Fault(refusal.message, refusal.remedy)]))
    except DatabaseError:
        raise
    except Exception:
        log.exception("import %s failed", row.pk)
        fault = Fault("The program made a mistake; nothing was changed.", "Tell whoever runs it: it is in the log.")
        _refuse(row, at, account_of_faults(None, [fault]))


def _plan(row: Import, at: datetime, kept: list[Read]) -> None:
    read = _read(row, at)
    kept.append(read)
    outcome = preview(read.reading, at=at, sees=row.person, told=lambda stage: _moved(row, at, stage))
    account = account_of(read, outcome.plan, outcome.warnings, words())
    _settle(
        row=row, at=at, state=ImportState.PLANNED, verb=verbs.PLANNED, account=account, digest=digest_of(outcome.plan)
    )


def _apply(row: Import, at: datetime, kept: list[Read]) -> None:
    read = _read(row, at)
    kept.append(read)
    _moved(row, at, Stage.WRITING)
    try:
        _carry_out(row=row, read=read, at=at)
    except Differs as differs:
        plan = differs.outcome.plan
        account = account_of(read, plan, differs.outcome.warnings, words(), differs=True)
        _settle(row=row, at=at, state=ImportState.PLANNED, verb=verbs.PLANNED, account=account, digest=digest_of(plan))


@action
def _carry_out(*, row: Import, read: Read, at: datetime) -> None:
    found = Import.objects.select_for_update().get(pk=row.pk)
    if found.state != ImportState.APPLYING:
        return

    def agreed(outcome: Outcome) -> None:
        if digest_of(outcome.plan) != found.digest:
            raise Differs(outcome)

    import_document(by=row.person, reading=read.reading, at=at, sees=row.person, agreed=agreed)
    _settle(row=row, at=at, state=ImportState.APPLIED, verb=verbs.APPLIED, done_at=at)


def _read(row: Import, at: datetime) -> Read:
    """The files again, with a word to the page at each tenth of a large one."""
    sources = [Source(file.name, zlib.decompress(file.content)) for file in row.files.order_by("pk")]
    size = sum(len(source.content) for source in sources)
    seen = -STEP

    def told(done: int) -> None:
        nonlocal seen
        share = min(100, done * 100 // size)
        if size >= TOLD_FROM and share >= seen + STEP:
            seen = share - share % STEP
            _moved(row, at, FILE, seen)

    return read_sources_as(
        row.format,
        sources,
        today=present(at).day,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        limits=LIMITS,
        told=told,
    )


def _moved(row: Import, at: datetime, stage: str, share: int | None = None) -> None:
    with transaction.atomic():
        if Import.objects.filter(pk=row.pk, state=row.state).update(stage=str(stage), share=share):
            note(verbs.MOVED, row, by=row.person, at=at)


def _refuse(row: Import, at: datetime, account: dict[str, Any]) -> None:
    _settle(row=row, at=at, state=ImportState.REFUSED, verb=verbs.REFUSED, account=account, done_at=at)


@action
def _settle(*, row: Import, at: datetime, state: ImportState, verb: str, **values: Any) -> None:
    """Keep what came of it, unless somebody put it aside meanwhile; its files are dropped when they are done with."""
    changed = {"state": state, "stage": "", "share": None, **values}
    if not Import.objects.filter(pk=row.pk, state=row.state).update(**changed):
        return
    if state != ImportState.PLANNED:
        row.files.all().delete()
    note(verb, row, by=row.person, at=at)
