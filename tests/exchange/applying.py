"""A plan carried out on a document: what the database has to come to, without a database."""

from typing import Any

from impactline.exchange.document import Document
from impactline.exchange.document_metrics import EarlierTarget
from impactline.exchange.document_okrs import Earlier
from impactline.exchange.plan import SECTIONS, Add, Change, Plan, key_of, target_key

LISTS = {"check-in": "check_ins", "reading": "readings", "score": "scores", "override": "overrides"}
LISTS |= {"period target": "targets", "locked period": "locked_periods"}
LISTS |= {"target change": "changes", "key result": "key_results", "report": "reports"}
LISTS |= {"overruling": "overruled", "answer on sufficiency": "sufficiency"}
SECTION_OF = {kind: section for section, kind in SECTIONS.items()}


def applied(current: Document, plan: Plan) -> Document:
    """The document after the plan."""
    for add in plan.adds:
        current = _added(current, add)
    for change in plan.changes:
        current = _changed(current, change)
    return current


def _bare(part: Any) -> Any:
    """A new part without what the plan adds apart."""
    return part.model_copy(update={name: () for name in LISTS.values() if name in type(part).model_fields})


def _added(document: Document, add: Add) -> Document:
    if add.kind == "organisation":
        return document.model_copy(update={"organisation": add.part})
    if add.kind in SECTION_OF:
        section = SECTION_OF[add.kind]
        return document.model_copy(update={section: (*getattr(document, section), _bare(add.part))})
    name = LISTS[add.kind]
    holder = add.owner if add.kind == "key result" else add.ref
    return _at(document, holder, lambda part: part.model_copy(update={name: (*getattr(part, name), _bare(add.part))}))


def _changed(document: Document, change: Change) -> Document:
    values = {_field(change, part.field): part.after for part in change.fields}
    if change.kind == "organisation":
        return document.model_copy(update={"organisation": change.current.model_copy(update=values)})
    if change.kind in SECTION_OF or change.kind == "key result":
        return _at(document, change.ref, lambda part: part.model_copy(update=values))
    name = LISTS[change.kind]

    def corrected(part: Any) -> Any:
        entries = list(getattr(part, name))
        at = next(i for i, entry in enumerate(entries) if entry is change.current or entry == change.current)
        if change.kind == "period target":
            key = target_key(change.current)
            at = [i for i, entry in enumerate(entries) if target_key(entry) == key][change.number]
            keys = {key: getattr(entries[at], key) for key in EarlierTarget.model_fields}
            values["earlier"] = (*entries[at].earlier, EarlierTarget(**keys))
        elif change.day:
            same_day = [i for i, entry in enumerate(entries) if entry.at == change.day]
            at = same_day[change.number]
            old = entries[at]
            keys = {key: getattr(old, key) for key in Earlier.model_fields if key in type(old).model_fields}
            values["earlier"] = (*old.earlier, Earlier(**keys))
        entries[at] = entries[at].model_copy(update=values)
        return part.model_copy(update={name: tuple(entries)})

    return _at(document, change.ref, corrected)


def _field(change: Change, key: str) -> str:
    return type(change.current).keys()[key]


def _at(document: Document, ref: str, make: Any) -> Document:
    """The document with one part, of whatever section, made anew."""
    for section in SECTION_OF.values():
        parts = []
        for part in getattr(document, section):
            made = make(part) if key_of(part) == ref else part
            if section == "objectives":
                inner = tuple(make(entry) if entry.ref == ref else entry for entry in made.key_results)
                made = made.model_copy(update={"key_results": inner})
            parts.append(made)
        document = document.model_copy(update={section: tuple(parts)})
    return document
