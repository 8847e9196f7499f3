"""`impactline load`."""

from typing import Any

import click

from impactline.cli.data import written
from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.tables import Cell, table


@click.command()
@click.argument("team", default="")
@json_option
@as_option
@on_database()
def load(team: str, as_json: bool, as_email: str) -> None:
    """Print how loaded people are, by week, in per cent of their hours; of the TEAM, else of all."""
    from django.utils import timezone

    from impactline.insight.loads import as_data, loads
    from impactline.okrs.today import present
    from impactline.people.queries import team_named

    whose = team_named(team) if team else None
    found = as_data(loads(caller(as_email).sees, present(timezone.now()).day, team=whose))
    if as_json:
        click.echo(written(found))
        return
    if not found["people"]:
        click.echo("Nobody has hours to do.")
        return
    head = ("who", *(week["monday"][5:] for week in found["people"][0]["weeks"]))
    click.echo("\n".join(table(head, [[Cell(row["person"]), *map(_cell, row["weeks"])] for row in found["people"]])))
    if found["undated"]:
        click.echo(f"In no week, for want of a last day: {', '.join(found['undated'])}", err=True)


def _cell(week: dict[str, Any]) -> Cell:
    if not week["hours"]:
        return Cell("–" if week["capacity"] else "away", right=True)
    text = "away!" if week["load"] is None else f"{week['load'] * 100:.0f} %" + ("!" if week["overloaded"] else "")
    return Cell(text, "red" if week["overloaded"] else "", right=True, bold=week["overloaded"])
