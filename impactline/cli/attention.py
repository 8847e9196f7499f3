"""`impactline attention`."""

from datetime import date, datetime, time
from typing import Any

import click

from impactline.cli.data import written
from impactline.cli.days import DAY
from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.tables import Cell, table

HEAD = ("what", "", "rule", "", "at stake", "key", "why, and how to mend it")
REFS_COLUMNS = 48
EACH = 3
COLOURS = {"error": "red", "warning": "yellow", "hint": "cyan"}


@click.command()
@click.option("--mine", is_flag=True, help="What the person of --as can act on.")
@click.option("--person", default="", metavar="EMAIL", help="What this person can act on.")
@click.option("--team", default="", metavar="REF", help="What concerns this team.")
@click.option("--cycle", default="", metavar="REF", help="What concerns this cycle.")
@click.option("--objective", default="", metavar="REF", help="What concerns this objective.")
@click.option("--since", type=DAY, help="Mark what is new since this day. Default: since the last look of --as.")
@click.option("--most", type=click.IntRange(1), help="At most so many causes.")
@click.option("--look", is_flag=True, help="Remember that the person of --as has looked.")
@json_option
@as_option
@on_database()
def attention(
    mine: bool,
    person: str,
    team: str,
    cycle: str,
    objective: str,
    since: date | None,
    most: int | None,
    look: bool,
    as_json: bool,
    as_email: str,
) -> None:
    """Print what needs attention, the weightiest first.

    As the worker last examined it; where none runs and something has happened since, it is examined now.
    """
    from django.utils import timezone

    from impactline.chain.names import read
    from impactline.insight import actions
    from impactline.insight.attention import as_data, first_of, scope_of, visit_of
    from impactline.insight.attention import attention as needs
    from impactline.insight.examining import catch_up
    from impactline.okrs.today import present
    from impactline.people.queries import organisation, zone

    at, who = timezone.now(), caller(as_email).sees
    catch_up(at)
    scope = scope_of(who, mine=mine, person=person, team=team, cycle=cycle, objective=objective)
    start = visit_of(who, at).before
    if since is not None:
        start = datetime.combine(since, time.min, tzinfo=zone(organisation().timezone))
    told = needs(who, scope, present(at).day, start)
    names = read(organisation().level_names)
    found = as_data(told if most is None else first_of(told, most), names)
    if look and who is not None:
        actions.look(by=who, at=at)
    if as_json:
        click.echo(written(found))
        return
    _print(found)


def _print(found: dict[str, Any]) -> None:
    rows = [
        [
            Cell(_named(row["about"]), bold=True),
            Cell("new" if cause["is_new"] else "", "green"),
            Cell(row["rule"]),
            Cell(row["severity"], COLOURS[row["severity"]]),
            Cell(f"{row['value']:.2f}", right=True),
            Cell(row["key"]),
            Cell(f"{_beside(row['about'])}{row['message']} {row['remedy']}{_others(cause, at)}"),
        ]
        for cause in found["causes"]
        for at, row in enumerate(cause["findings"][:EACH])
    ]
    if rows:
        click.echo("\n".join(table(HEAD, rows)))
    else:
        click.echo("Nothing needs attention.")
    for row in found["gone"]:
        click.echo(f"gone: {row['rule']} {row['about'][0]['ref']}: {row['message']}")
    if found["more"] or found["muted"] or found["gone_count"]:
        click.echo(f"{found['more']} more, {found['muted']} muted, {found['gone_count']} gone.", err=True)


def _named(about: list[dict[str, str]]) -> str:
    """The refs of what a finding names, in full, so that they can be typed: all of them, or the first of long ones."""
    every = " – ".join(one["ref"] for one in about)
    return every if len(every) <= REFS_COLUMNS else about[0]["ref"]


def _beside(about: list[dict[str, str]]) -> str:
    """The refs that do not fit into the column of what is named."""
    rest = [one["ref"] for one in about[1:]]
    return f"With {', '.join(rest)}: " if rest and _named(about) == about[0]["ref"] else ""


def _others(cause: dict[str, Any], at: int) -> str:
    """How many further findings of a cause are not listed, behind the last that is."""
    left = len(cause["findings"]) - EACH
    return f" (and {left} more of this cause)" if left > 0 and at == EACH - 1 else ""
