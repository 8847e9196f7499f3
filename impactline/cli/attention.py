"""`impactline attention`."""

import click

from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.tables import Cell, short, table

HEAD = ("what", "rule", "", "at stake", "why, and how to mend it")
TITLE_COLUMNS = 36
COLOURS = {"error": "red", "warning": "yellow", "hint": "cyan"}


@click.command()
@click.option("--mine", is_flag=True, help="What concerns the person of --as, and their teams.")
@click.option("--team", default="", help="What concerns this team.")
@click.option("--cycle", default="", help="What concerns this cycle.")
@json_option
@as_option
@on_database()
def attention(mine: bool, team: str, cycle: str, as_json: bool, as_email: str) -> None:
    """Print what needs attention, the weightiest first, as last examined."""
    import json

    from django.utils import timezone

    from impactline.insight.queries import as_data, scope_of
    from impactline.insight.queries import attention as needs
    from impactline.okrs.today import present

    scope = scope_of(mine=mine, team=team, cycle=cycle)
    found = as_data(needs(caller(as_email).sees, scope, present(timezone.now()).day))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    rows = [
        [
            Cell(short(" – ".join(one["ref"] for one in row["about"]), TITLE_COLUMNS), bold=True),
            Cell(row["rule"]),
            Cell(row["severity"], COLOURS[row["severity"]]),
            Cell(f"{row['value']:.2f}", right=True),
            Cell(f"{row['message']} {row['remedy']}"),
        ]
        for cause in found["causes"]
        for row in cause["findings"]
    ]
    if rows:
        click.echo("\n".join(table(HEAD, rows)))
    else:
        click.echo("Nothing needs attention.")
    if found["more"] or found["muted"]:
        click.echo(f"{found['more']} more, {found['muted']} muted.", err=True)
