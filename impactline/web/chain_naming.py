"""Which item of the chain is meant by a ref or a title, and what lists and fields say where titles are the same."""

from collections.abc import Iterable

from django.db.models import QuerySet

from impactline.base.errors import Invalid
from impactline.chain.apart import apart, title_apart
from impactline.chain.models import ChainItem

TOLD = 3

Offered = list[str | tuple[str, str]]


def meant(rows: "QuerySet[ChainItem]", words: str, field: str = "title") -> ChainItem | None:
    """The one of these items that has this ref or this title; None where there is none.

    Raises Invalid, at the field, where several have the title: none of them is taken for another. At most two queries.
    """
    found = rows.filter(ref=words).first()
    if found is not None:
        return found
    called = list(rows.filter(title__iexact=words).order_by("ref")[: TOLD + 1])
    if len(called) > 1:
        refs = ", ".join(row.ref for row in called[:TOLD]) + (" …" if len(called) > TOLD else "")
        raise Invalid(f"Several are called “{words[:80]}”.", remedy=f"Name one by its ref: {refs}", field=field)
    return called[0] if called else None


def offered_by_title(pairs: Iterable[tuple[str, str]]) -> Offered:
    """What a field offers that takes titles: of refs with titles the titles, refs with them where they are the same."""
    known = list(pairs)
    alike = apart(known)
    return [(ref, title) if ref in alike else title for ref, title in known]


def called_apart(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a field offers that takes refs: each with its title, told apart where titles are the same."""
    known = list(pairs)
    alike = apart(known)
    return [(ref, title_apart(title, alike.get(ref))) for ref, title in known]
