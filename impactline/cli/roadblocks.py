"""`impactline roadblock`: what is in the way."""

from datetime import date
from typing import Any

import click

from impactline.cli.data import written
from impactline.cli.days import DAY
from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.tables import Cell, short, table

KINDS = ("alignment", "buy_in", "clarity", "accountability", "resources", "other")
HEAD = ("frees", "roadblock", "kind", "blocks", "whose", "days", "next step")
TITLE_COLUMNS, STEP_COLUMNS = 44, 40


@click.group()
def roadblock() -> None:
    """Say what is in the way, see what frees most, and close it with what was done."""


@roadblock.command("list")
@json_option
@as_option
@on_database()
def listed(as_json: bool, as_email: str) -> None:
    """Print what is in the way, what frees most first; 100 points are a whole objective."""
    from django.utils import timezone

    from impactline.insight.bottlenecks.queries.freeing import freed_by
    from impactline.insight.queries import open_roadblocks
    from impactline.okrs.today import present

    sees, day = caller(as_email).sees, present(timezone.now()).day
    rows = list(open_roadblocks(sees))
    freed = freed_by(sees, rows, day)
    rows.sort(key=lambda row: -freed[row.pk].value)
    found = [
        {
            "ref": row.ref,
            "title": row.title,
            "kind": row.kind,
            "on": row.on.ref if row.on is not None else None,
            "owner": row.owner.email if row.owner else None,
            "escalate_to": row.escalate_to.email if row.escalate_to else None,
            "next_step": row.next_step,
            "due_on": row.due_on.isoformat() if row.due_on else None,
            "blocked_days": (day - row.raised_on).days,
            "value": round(freed[row.pk].value, 4),
            "behind": [{"ref": named.ref, "value": round(value, 4)} for named, value in freed[row.pk].behind],
        }
        for row in rows
    ]
    if as_json:
        click.echo(written(found))
    else:
        click.echo("\n".join(table(HEAD, [_row(one) for one in found])) if found else "Nothing is in the way.")


@roadblock.command("raise")
@click.argument("title")
@click.option("--on", default="", help="What it blocks: the ref of an objective, a key result or an item of the chain.")
@click.option("--kind", type=click.Choice(KINDS), default="other", help="What is missing.")
@click.option("--next-step", default="", help="What is done about it next.")
@click.option("--until", "due_on", type=DAY, help="Until when.")
@click.option("--escalate-to", "above", default="", help="Who is asked where its owner gets no further, by address.")
@as_option
@on_database()
def raise_(title: str, on: str, kind: str, next_step: str, due_on: date | None, above: str, as_email: str) -> None:
    """Say in one line what is in the way."""
    from django.utils import timezone

    from impactline.insight import actions
    from impactline.insight.visibility import blocked_for
    from impactline.people.queries import person_named

    who = caller(as_email)
    fields: dict[str, Any] = {"kind": kind, "next_step": next_step, "due_on": due_on}
    if above:
        fields["escalate_to"] = person_named(above)
    blocked, by = blocked_for(who.sees, on), who.must_act()
    made = actions.raise_roadblock(by=by, title=title, on=blocked, at=timezone.now(), **fields)
    click.echo(made.ref)


@roadblock.command()
@click.argument("ref")
@click.argument("resolution")
@click.option("--at", "day", type=DAY, help="The day on which it was cleared. Default: today.")
@as_option
@on_database()
def resolve(ref: str, resolution: str, day: date | None, as_email: str) -> None:
    """Close the roadblock REF with what was done about it."""
    from django.utils import timezone

    from impactline.insight import actions
    from impactline.insight.visibility import roadblock_for

    who = caller(as_email)
    found, by = roadblock_for(who.sees, ref), who.must_act()
    done = actions.resolve_roadblock(by=by, roadblock=found, resolution=resolution, day=day, at=timezone.now())
    click.echo(f"{done.ref} is resolved since {done.resolved_on}.")


def _row(row: dict[str, Any]) -> list[Cell]:
    return [
        Cell(f"{row['value'] * 100:.0f}" if row["value"] else "–", right=True, bold=True),
        Cell(short(f"{row['ref']}  {row['title']}", TITLE_COLUMNS)),
        Cell(row["kind"].replace("_", " ")),
        Cell(row["on"] or "–"),
        Cell(row["owner"] or "nobody"),
        Cell(str(row["blocked_days"]), right=True),
        Cell(short(row["next_step"] or "none", STEP_COLUMNS)),
    ]
