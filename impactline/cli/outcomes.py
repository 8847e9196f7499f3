"""What an import did, or would do, in words and for programs."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from impactline.cli.faults import print_faults

if TYPE_CHECKING:
    from impactline.exchange.actions import Outcome
    from impactline.exchange.formats import Read
    from impactline.exchange.iati_file import IatiRead
    from impactline.exchange.okr_markdown import Page
    from impactline.exchange.wording import Found

LINES_MAX = 400
WEAK_MAX = 50
IATI_LEFT_MAX = 20
IATI_TOLD = ("iati-activity", "result", "indicator", "period", "budget", "transaction")
MARKS = {"add": ("+", "green"), "change": ("~", "yellow"), "removal": ("-", "red")}


def show(path: Path, read: "Read", outcome: "Outcome", *, plan_only: bool) -> None:
    """Print an outcome for people."""
    from impactline.exchange.plan_words import ORDER, WORDS, counted

    if plan_only:
        _list(outcome)
        _list_wording(read)
    tell_left(read)
    for note in outcome.plan.notes:
        click.echo(f"note: {note}", err=True)
    print_faults(outcome.warnings)
    if outcome.plan.is_empty:
        empty = read.page is not None and not read.reading.partial.objectives
        why = "no objective was found on this page" if empty else "everything is as the file says"
        click.echo(f"{path}: nothing to do, {why}.")
        return
    counts = outcome.plan.counts()
    said = [f"{WORDS[name]}: {counted(counts[name])}" for name in ORDER if counts[name]]
    click.echo(f"{path}: {'would be ' if plan_only else ''}" + "; ".join(said) + ".")


def tell_left(read: "Read") -> None:
    """Print what was made of a file of another format, and what was left of it."""
    if read.page is not None:
        _account(read.page)
    if read.iati is not None:
        _tell(read.iati)


def left_as_data(read: "Read") -> dict[str, Any]:
    """The same for programs."""
    page, iati = read.page, read.iati
    return {
        "page": None
        if page is None
        else {
            "notes": page.notes,
            "remarks": [{"line": part.line, "ref": part.ref, "text": part.text} for part in page.remarks],
            "unread": [{"line": part.line, "text": part.text, "reason": part.reason} for part in page.unread],
        },
        "iati": None
        if iati is None
        else {
            "taken": dict(iati.account.taken),
            "left_by_reason": dict(iati.account.left_by_reason),
            "left": [asdict(part) for part in iati.account.left],
            "notes": iati.notes,
        },
    }


def as_json(path: Path, name: str, read: "Read", outcome: "Outcome", *, applied: bool) -> str:
    """An outcome for programs."""
    from impactline.exchange.writing import json_text

    return json_text(
        {
            "path": str(path),
            "format": name,
            "applied": applied,
            "changed": not outcome.plan.is_empty,
            "counts": outcome.plan.counts(),
            **outcome.plan.as_data(),
            "findings": []
            if applied
            else [{**found.finding.as_json(), "line": found.place.line, "text": found.text} for found in _weak(read)],
            "warnings": [fault.as_json() for fault in outcome.warnings],
            **left_as_data(read),
        }
    ).rstrip("\n")


def hint_at_signing_in() -> None:
    """Say how to give people access, where nobody who administers can sign in."""
    from impactline.people.queries import first_administrator

    found = first_administrator()
    if found is None:
        click.echo(
            "Nobody administers this installation yet. Run: impactline user create --administrator EMAIL", err=True
        )
    elif not found.has_usable_password():
        click.echo(f"People were imported without passwords. Run: impactline user password {found.email}", err=True)


def _list(outcome: "Outcome") -> None:
    from impactline.exchange.plan_words import lines_of

    lines = list(lines_of(outcome.plan))
    for line in lines[:LINES_MAX]:
        mark, colour = MARKS[line.what]
        where = " ".join(filter(None, [mark, line.kind, line.ref, line.day]))
        click.secho(" ".join(filter(None, [where if mark == "+" else f"{where}:", line.text])), fg=colour)
    if len(lines) > LINES_MAX:
        click.echo(f"… and {len(lines) - LINES_MAX:,} more; --json tells all.")


def _list_wording(read: "Read") -> None:
    """What is weak in the wording, without the hints; it does not stop an import."""
    from impactline.exchange.plan_words import short

    weak = _weak(read)
    for found in weak[:WEAK_MAX]:
        finding = found.finding
        click.secho(f"wording {found.place}: {short(found.text)}: {finding.message} {finding.remedy}", fg="cyan")
    if len(weak) > WEAK_MAX:
        click.echo(f"… and {len(weak) - WEAK_MAX:,} more; `impactline lint` tells all.")


def _weak(read: "Read") -> "list[Found]":
    from impactline.exchange.wording import findings_of
    from impactline.insight.wording import Severity

    return [found for found in findings_of(read.reading) if found.finding.severity is not Severity.HINT]


def _account(page: "Page") -> None:
    """What was made of a page, and what was not read, by line."""
    from impactline.exchange.plan_words import short

    for note in page.notes:
        click.echo(f"note: {note}", err=True)
    for remark in page.remarks:
        click.echo(f"line {remark.line}: {remark.ref}: {remark.text}")
    if page.unread:
        click.echo(f"{len(page.unread)} {'line was' if len(page.unread) == 1 else 'lines were'} not read:")
    for unread in page.unread:
        click.echo(f"line {unread.line}: {unread.reason}: {short(unread.text)}")


def _tell(found: "IatiRead") -> None:
    """What was taken of an IATI file, and what was left, by line."""
    from impactline.exchange.plan_words import short

    taken = found.account.taken
    click.echo("read: " + ", ".join(f"{taken[name]:,} {name}" for name in IATI_TOLD if taken[name]), err=True)
    for note in found.notes:
        click.echo(f"note: {note}", err=True)
    total = found.account.left_by_reason.total()
    for left in found.account.left[:IATI_LEFT_MAX]:
        click.echo(
            f"line {left.line}: {' '.join(filter(None, [left.where, short(left.text)]))}: {left.reason}", err=True
        )
    if total > IATI_LEFT_MAX:
        click.echo(
            f"… and {total - IATI_LEFT_MAX:,} more; --json tells the first {len(found.account.left):,}. In all:",
            err=True,
        )
        for reason, count in found.account.left_by_reason.most_common():
            click.echo(f"  {count:,} × {reason}", err=True)
