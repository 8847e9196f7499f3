"""What people do with imports: upload files, agree to the plan, put it aside."""

import zlib
from collections.abc import Sequence
from datetime import date, datetime

from impactline.base.errors import Invalid, NotFound
from impactline.base.events import note
from impactline.base.transactions import action
from impactline.exchange import verbs
from impactline.exchange.models import Import, ImportFile, ImportState
from impactline.exchange.reading import Source
from impactline.exchange.uploads import Parcel, parcels
from impactline.people.models import Person
from impactline.people.roles import require_administrator

OPEN_MAX = 50
PASSED_MAX = 50
OPEN = (ImportState.READING, ImportState.PLANNED, ImportState.APPLYING)


def upload(
    *, by: Person, files: Sequence[Source], at: datetime, starts_on: date | None = None, ends_on: date | None = None
) -> list[Import]:
    """Keep files to be imported; the worker reads them and makes the plan. Raises Invalid for what cannot be read.

    Native files become one import, every other file one of its own. The days are those of the cycle of a page that
    does not say them.
    """
    require_administrator(by)
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid("The last day is before the first.", remedy="Swap them.", field="ends_on")
    found, passed = parcels(files)
    packed = [[(source.name, zlib.compress(source.content)) for source in parcel.sources] for parcel in found]
    return _kept(
        by=by,
        found=list(zip(found, packed, strict=True)),
        passed=passed,
        at=at,
        starts_on=starts_on,
        ends_on=ends_on,
    )


@action
def _kept(
    *,
    by: Person,
    found: list[tuple[Parcel, list[tuple[str, bytes]]]],
    passed: list[str],
    at: datetime,
    starts_on: date | None,
    ends_on: date | None,
) -> list[Import]:
    if Import.objects.filter(person=by, state__in=OPEN).count() + len(found) > OPEN_MAX:
        raise Invalid(f"At most {OPEN_MAX} imports wait at a time.", remedy="Carry some out, or put them aside.")
    rows = []
    for parcel, files in found:
        row = Import.objects.create(
            person=by,
            at=at,
            name=parcel.name,
            format=parcel.format,
            passed_over=[name[:200] for name in passed[:PASSED_MAX]],
            starts_on=starts_on,
            ends_on=ends_on,
        )
        ImportFile.objects.bulk_create(ImportFile(of=row, name=name[:300], content=content) for name, content in files)
        note(verbs.UPLOADED, row, by=by, at=at)
        rows.append(row)
    return rows


@action
def agree(*, by: Person, number: int, at: datetime) -> Import:
    """Have an import carried out as its plan says; the worker does it."""
    row = _locked(by, number)
    if row.state in (ImportState.APPLYING, ImportState.APPLIED):
        return row
    if row.state != ImportState.PLANNED:
        raise Invalid("There is no plan that could be carried out.", remedy="Upload the files again.")
    row.state, row.stage, row.share = ImportState.APPLYING, "", None
    row.save(update_fields=["state", "stage", "share"])
    note(verbs.AGREED, row, by=by, at=at)
    return row


@action
def dismiss(*, by: Person, number: int, at: datetime) -> Import:
    """Put an import aside and drop its files; what has been carried out stays."""
    row = _locked(by, number)
    if row.state == ImportState.DISMISSED:
        return row
    if row.state in (ImportState.APPLYING, ImportState.APPLIED):
        raise Invalid("It has been agreed to.", remedy="Change what it brought where it stands.")
    row.state, row.done_at = ImportState.DISMISSED, at
    row.save(update_fields=["state", "done_at"])
    row.files.all().delete()
    note(verbs.DISMISSED, row, by=by, at=at)
    return row


def _locked(by: Person, number: int) -> Import:
    require_administrator(by)
    row = Import.objects.select_for_update().filter(pk=number, person=by).first()
    if row is None:
        raise NotFound("There is no such import.")
    return row
