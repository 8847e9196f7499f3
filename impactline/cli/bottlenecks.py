"""`impactline bottlenecks`."""

from typing import Any

import click

from impactline.cli.data import written
from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.tables import Cell, percent, short, table

HEAD = ("held back", "of all", "what", "whose", "missing", "late", "blocks")
WHAT_COLUMNS, BLOCKS_COLUMNS = 40, 50
LISTS = (("items", "Work"), ("people", "People"), ("teams", "Teams"), ("dependencies", "Dependencies"))
SHOWN = 10


@click.command()
@click.argument("ref", default="")
@json_option
@as_option
@on_database()
def bottlenecks(ref: str, as_json: bool, as_email: str) -> None:
    """Print what holds back most of what key results still lack; 100 points are a whole objective.

    REF names a cycle or a team; or an item of the chain, to see what it holds back, by which ways. Without it: all
    cycles that run.
    """
    from django.utils import timezone

    from impactline.insight.bottlenecks import queries
    from impactline.insight.bottlenecks.queries import shape
    from impactline.okrs.today import present

    sees, day = caller(as_email).sees, present(timezone.now()).day
    scope = queries.scope_called(ref)
    if scope is None:
        found = shape.held_back_as_data(queries.held_back(sees, ref, queries.Scope(), day))
    else:
        found = shape.as_data(queries.bottlenecks(sees, scope, day))
    if as_json:
        click.echo(written(found))
    elif scope is None:
        _show_one(found)
    else:
        _show(found)


def _show(found: dict[str, Any]) -> None:
    click.echo(f"Key results lack {_points(found['lacking'])} points, {_points(found['adrift'])} without work behind.")
    for name, title in LISTS:
        rows = found[name][:SHOWN]
        if rows:
            click.echo(f"\n{title}")
            click.echo("\n".join(table(HEAD, [_row(row) for row in rows])))
    if not found["items"]:
        click.echo("Nothing that is known holds them back.")


def _row(row: dict[str, Any]) -> list[Cell]:
    what = f"{row['activity']} waits for {row['ref']}" if row["activity"] else row["ref"] or row["owner"] or row["team"]
    blocks = ", ".join(one["ref"] for one in row["behind"])
    mark = " ◆ single point of failure" if row["single_point"] else ""
    return [
        Cell(_points(row["value"]), right=True, bold=True),
        percent(row["share"]),
        Cell(short(what, WHAT_COLUMNS)),
        Cell(row["owner"] or row["team"] or "–"),
        percent(row["missing"]) if row["ref"] else Cell("–", right=True),
        Cell(f"{row['days_late']} days" if row["days_late"] else "–", "red" if row["days_late"] else "", right=True),
        Cell(short(blocks, BLOCKS_COLUMNS) + mark),
    ]


def _show_one(found: dict[str, Any]) -> None:
    hangs, missing = _points(found["hangs"]), f"{found['missing'] * 100:.0f} %"
    click.echo(f"{found['ref']} holds back {_points(found['value'])} points: {hangs} hang on it, {missing} is missing.")
    for one in found["behind"]:
        click.echo(f"  {_points(one['value']):>6}  {one['ref']}")
    for way in found["ways"]:
        click.echo(f"{way['strength'] * 100:.0f} %  {' → '.join(way['items'])}")


def _points(value: float) -> str:
    return f"{value * 100:.1f}".removesuffix(".0")
