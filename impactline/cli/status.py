"""`impactline status`."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from impactline.cli.data import written
from impactline.cli.days import DAY
from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.tables import Cell, pace, percent, short, table

if TYPE_CHECKING:
    from impactline.checkins.figures import KeyResultFigures, ObjectiveFigures
    from impactline.exchange.queries.status_items import ItemStatus

HEAD = ("objective, key result", "value", "progress", "expected", "pace", "confidence", "status", "score")
TITLE_COLUMNS = 60


@click.command()
@click.argument("ref", default="")
@click.option("--as-of", "as_of", type=DAY, help="As it stood at the end of this day. Default: now.")
@json_option
@as_option
@on_database()
def status(ref: str, as_of: date | None, as_json: bool, as_email: str) -> None:
    """Print progress, expected progress and pace.

    REF names an objective, a key result, a cycle or a team; without it, everything that is not archived.
    Of an item of the chain it tells how far it is, its three voices, and what is expected of it.
    """
    from django.utils import timezone

    from impactline.chain.visibility import items_visible_to
    from impactline.exchange.queries.status import status_of
    from impactline.exchange.queries.status_items import item_status
    from impactline.people.queries import organisation

    viewer = caller(as_email).sees
    if ref and items_visible_to(viewer).filter(ref=ref).exists():
        _item(item_status(viewer, at=timezone.now(), ref=ref), as_of, as_json=as_json)
        return
    found = status_of(viewer, at=timezone.now(), ref=ref, as_of=as_of)
    if as_json:
        click.echo(written(found.as_data()))
        return
    click.echo(f"{organisation().name}, as of {found.as_of}")
    cycle = ""
    rows: list[list[Cell]] = []
    for objective in found.objectives:
        if objective.objective.cycle.ref != cycle:
            _print(rows, cycle)
            cycle, rows = objective.objective.cycle.ref, []
        rows.append(_objective(objective))
        rows += [_key_result(entry) for entry in objective.key_results if found.only in {"", entry.key_result.ref}]
    _print(rows, cycle)
    if not found.objectives:
        click.echo("There are no objectives yet.")


def _item(found: "ItemStatus", as_of: date | None, *, as_json: bool) -> None:

    if as_of is not None and as_of != found.as_of:
        raise click.UsageError("An item of the chain is told as of today. Leave --as-of out.")
    if as_json:
        click.echo(written(found.as_data()))
        return
    click.echo("\n".join(found.as_lines()))


def _print(rows: list[list[Cell]], cycle: str) -> None:
    if rows:
        click.echo(f"\n{cycle}")
        click.echo("\n".join(table(HEAD, rows)))


def _objective(found: "ObjectiveFigures") -> list[Cell]:
    rolled, row = found.rolled, found.objective
    confidence = found.confidence
    notes = [
        word
        for word, holds in (
            ("set by hand", rolled.overridden),
            ("includes items you cannot see", rolled.includes_hidden),
        )
        if holds
    ]
    title = short(f"{row.ref}  {row.title}", TITLE_COLUMNS) + (f" ({', '.join(notes)})" if notes else "")
    return [
        Cell(title, bold=True),
        Cell(),
        percent(rolled.progress),
        percent(rolled.expected),
        pace(str(rolled.colour)),
        Cell("–" if confidence is None else f"{confidence:.1f}", right=True),
        _words(rolled.status),
        _score(found.score),
    ]


def _key_result(entry: "KeyResultFigures") -> list[Cell]:
    row, judged = entry.key_result, entry.judged
    return [
        Cell("  " + short(f"{row.ref}  {row.title}", TITLE_COLUMNS - 2)),
        Cell(value_text(judged.standing.value, row.unit), right=True),
        percent(judged.progress),
        percent(judged.expected),
        pace(str(judged.pace.colour)),
        Cell("–" if entry.confidence is None else str(entry.confidence), right=True),
        _words(entry.status),
        _score(entry.score),
    ]


def value_text(value: Any, unit: str) -> str:
    """A value with its unit, as people write it."""
    from impactline.exchange.scalars import shortest

    return "–" if value is None else f"{shortest(value)} {unit}".strip()


def _words(stated: Any) -> Cell:
    return Cell("–" if stated is None else str(stated).replace("_", " "))


def _score(score: float | None) -> Cell:
    return Cell("–" if score is None else f"{score:.2f}", right=True)
