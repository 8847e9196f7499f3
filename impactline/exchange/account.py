"""The account of an import: its plan or its faults, and what was left out, as it is kept and shown."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

from impactline.exchange.faults import SHOWN_MAX, Fault, shown
from impactline.exchange.formats import Read
from impactline.exchange.plan import Plan
from impactline.exchange.plan_words import lines_of
from impactline.exchange.wording import Found, findings_of
from impactline.exchange.writing import json_text
from impactline.insight.wording import Lists, Severity

LINES_MAX = 400
LEFT_MAX = 200
TEXTS_MAX, WEAK_MAX, TITLE_MAX = 1_000, 10, 500


def account_of(
    read: Read, plan: Plan, warnings: Sequence[Fault], words: Lists, *, differs: bool = False
) -> dict[str, Any]:
    """What would be done. `differs`: the plan is no longer that which was agreed to; `words` are for the linter."""
    lines = list(lines_of(plan))
    return {
        "counts": plan.counts(),
        "lines": [asdict(line) for line in lines[:LINES_MAX]],
        "more": max(0, len(lines) - LINES_MAX),
        "notes": [*plan.notes[:LEFT_MAX], *_notes(read)],
        "differs": differs,
        **_weak(read, words),
        **_told(read, warnings),
    }


def account_of_faults(read: Read | None, faults: Sequence[Fault]) -> dict[str, Any]:
    """Why nothing can be done."""
    nothing: dict[str, dict[str, int]] = {"adds": {}, "changes": {}, "removals": {}}
    return {
        "counts": nothing,
        "lines": [],
        "more": 0,
        "notes": _notes(read),
        "differs": False,
        **_told(read, faults),
    }


def digest_of(plan: Plan) -> str:
    """By what it is seen that a plan is still the same."""
    found = hashlib.sha256()
    for add in plan.adds:
        found.update(f"{add.kind}\n{add.ref}\n{add.owner}\n{add.part.model_dump_json()}\n".encode())
    for change in plan.changes:
        found.update(json_text(change.as_data()).encode())
    return found.hexdigest()


def _weak(read: Read, words: Lists) -> dict[str, Any]:
    """What the wording of the first texts is warned of, of each the worst; the first of it in full."""
    found: dict[tuple[str, str], Found] = {}
    for one in findings_of(read.reading, words, TEXTS_MAX):
        if one.finding.severity is not Severity.HINT:
            found.setdefault((one.finding.ref, one.text), one)
    weak = [
        {"line": one.place.line, "text": one.text[:TITLE_MAX], **one.finding.as_json()}
        for one in islice(found.values(), WEAK_MAX)
    ]
    return {"weak": weak, "weak_total": len(found)}


def _told(read: Read | None, faults: Sequence[Fault]) -> dict[str, Any]:
    left, total, reasons, taken = _left(read)
    return {
        "faults": [fault.as_json() for fault in faults[:SHOWN_MAX]],
        "taken": taken,
        "left": left,
        "left_total": total,
        "left_by_reason": reasons,
    }


def _left(read: Read | None) -> tuple[list[dict[str, Any]], int, dict[str, int], dict[str, int]]:
    """What was not taken, by line and by reason, and what was taken."""
    if read is not None and read.iati is not None:
        account = read.iati.account
        left = [
            {"line": part.line, "where": part.where, "text": shown(part.text), "reason": part.reason}
            for part in islice(account.left, LEFT_MAX)
        ]
        return left, account.left_by_reason.total(), dict(account.left_by_reason.most_common()), dict(account.taken)
    if read is not None and read.page is not None:
        unread = read.page.unread
        left = [
            {"line": part.line, "where": "", "text": part.text[:200], "reason": part.reason}
            for part in unread[:LEFT_MAX]
        ]
        return left, len(unread), {}, {}
    return [], 0, {}, {}


def _notes(read: Read | None) -> list[str]:
    if read is None:
        return []
    return [*(read.iati.notes if read.iati is not None else ()), *(read.page.notes if read.page is not None else ())]
