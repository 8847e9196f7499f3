"""Questions about judgements of outcomes. The caller has looked the outcome up through its guard."""

from datetime import date

from django.db.models import QuerySet

from impactline.base.errors import NotFound
from impactline.chain import rubric
from impactline.chain.agreement import Opinion
from impactline.chain.models import ChainItem, Judgement


def judgements_of(outcome: ChainItem, until: date | None = None) -> "QuerySet[Judgement]":
    """The judgements of an outcome, in the order of days."""
    rows = Judgement.objects.filter(item=outcome).select_related("item", "person", "by").order_by("day", "position")
    return rows if until is None else rows.filter(day__lte=until)


def judgement_numbered(outcome: ChainItem, number: int) -> Judgement:
    """A judgement of an outcome by its number there; raises NotFound."""
    found = judgements_of(outcome).filter(position=number).first()
    if found is None:
        raise NotFound("There is no such judgement here.")
    return found


def file_of(row: Judgement, digest: str) -> tuple[str, str]:
    """Name and digest of the file with this digest that bears a judgement out; raises NotFound."""
    for entry in row.evidence:
        if digest and entry.get("digest") == digest:
            return str(entry["file_name"]), digest
    raise NotFound("There is no such file here.")


def voice_of(row: Judgement) -> str:
    """Whose voice it is, by name; of imported ones nobody's may be known."""
    return row.on_behalf_of or (row.person.name if row.person else "Somebody")


def opinion(row: Judgement) -> Opinion:
    """A judgement as it is compared with numbers."""
    share = None if row.rating is None or row.of is None else rubric.share(row.rating, row.of)
    return Opinion(voice_of(row), row.day, row.level, share)
