"""Bottlenecks for programs, the same for the API and the command line."""

from typing import Any

from impactline.insight.bottlenecks.queries import Bottleneck, Bottlenecks, HeldBack


def as_data(found: Bottlenecks) -> dict[str, Any]:
    """The lists for programs, the same for the API and the command line."""
    return {
        "as_of": found.day.isoformat(),
        "lacking": round(found.lacking, 4),
        "adrift": round(found.adrift, 4),
        "items": [_as_data(row) for row in found.items],
        "people": [_as_data(row) for row in found.people],
        "teams": [_as_data(row) for row in found.teams],
        "dependencies": [_as_data(row) for row in found.dependencies],
    }


def held_back_as_data(found: HeldBack) -> dict[str, Any]:
    """The same of one item."""
    return {
        "as_of": found.day.isoformat(),
        "ref": found.named.ref,
        "title": found.named.title,
        "kind": found.named.kind,
        "missing": round(found.missing, 4),
        "hangs": round(found.hangs, 4),
        "value": round(found.value, 4),
        "behind": [{"ref": named.ref, "value": round(value, 4)} for named, value in found.behind],
        "ways": [{"items": [one.ref for one in way], "strength": round(sure, 4)} for way, sure in found.ways],
    }


def _as_data(row: Bottleneck) -> dict[str, Any]:
    return {
        "kind": str(row.held.kind) if row.named is None or row.activity is not None else row.named.kind,
        "ref": row.named.ref if row.named else None,
        "title": row.named.title if row.named else None,
        "activity": row.activity.ref if row.activity else None,
        "owner": row.owner.email if row.owner else None,
        "team": row.team.ref if row.team else None,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "days_late": row.days_late,
        "missing": round(row.missing, 4),
        "value": round(row.held.value, 4),
        "share": round(row.share, 4),
        "hangs": round(row.held.hangs, 4),
        "waiting": row.held.waiting,
        "behind": [{"ref": named.ref, "value": round(value, 4)} for named, value in row.behind],
        "single_point": row.held.is_single_point,
        "alone": [named.ref for named in row.alone],
        "items": [named.ref for named in row.items],
    }
