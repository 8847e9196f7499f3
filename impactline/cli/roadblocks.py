"""`impactline roadblock`: what is in the way."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from impactline.cli.data import written
from impactline.cli.days import DAY
from impactline.cli.faults import BadInput
from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.tables import Cell, short, table

if TYPE_CHECKING:
    from impactline.insight.bottlenecks.queries.freeing import Freed
    from impactline.insight.models import Roadblock

KINDS = ("alignment", "buy_in", "clarity", "accountability", "resources", "other")
HEAD = ("frees", "roadblock", "kind", "blocks", "whose", "days", "next step", "until")
RESOLVED_HEAD = ("roadblock", "kind", "blocks", "whose", "days", "resolved", "what was done")
TITLE_COLUMNS, STEP_COLUMNS = 44, 40
CARE = (
    click.option("--owner", help="Who clears it, by address."),
    click.option("--next-step", help="What is done about it next."),
    click.option("--until", "due_on", type=DAY, help="Until when."),
    click.option("--escalate-to", help="Who is asked where its owner gets no further, by address."),
)


def care_options(command: Callable[..., None]) -> Callable[..., None]:
    """Options for who clears it, how, until when, and who is asked otherwise."""
    for option in reversed(CARE):
        command = option(command)
    return command


@click.group()
def roadblock() -> None:
    """Say what is in the way, see what frees most, hand it on, and close it with what was done."""


@roadblock.command("list")
@click.option("--resolved", is_flag=True, help="What was in the way, the newest first.")
@json_option
@as_option
@on_database()
def listed(resolved: bool, as_json: bool, as_email: str) -> None:
    """Print what is in the way, what frees most first; 100 points are a whole objective."""
    from django.utils import timezone

    from impactline.insight.bottlenecks.queries.freeing import freed_by
    from impactline.insight.queries import open_roadblocks, resolved_roadblocks
    from impactline.okrs.today import present

    sees, day = caller(as_email).sees, present(timezone.now()).day
    if resolved:
        past = [_as_data(row, day) for row in resolved_roadblocks(sees)]
        _tell(past, as_json, RESOLVED_HEAD, _resolved_row, "Nothing was in the way.")
        return
    rows = list(open_roadblocks(sees))
    freed = freed_by(sees, rows, day)
    rows.sort(key=lambda row: -freed[row.pk].value)
    found = [_as_data(row, day) | _freed_as_data(freed[row.pk]) for row in rows]
    late = {row.ref for row in rows if row.due_on is not None and row.due_on < day}
    _tell(found, as_json, HEAD, lambda one: _row(one, is_late=one["ref"] in late), "Nothing is in the way.")


@roadblock.command("raise")
@click.argument("title")
@click.option("--on", default="", help="What it blocks: the ref of an objective, a key result or an item of the chain.")
@click.option("--kind", type=click.Choice(KINDS), default="other", help="What is missing.")
@care_options
@as_option
@on_database()
def raise_(title: str, on: str, kind: str, as_email: str, **care: Any) -> None:
    """Say in one line what is in the way. Whoever raises it owns it, unless somebody else is named."""
    from django.utils import timezone

    from impactline.insight import actions
    from impactline.insight.visibility import blocked_for

    who, fields = caller(as_email), _given(care)
    blocked, by = blocked_for(who.sees, on), who.must_act()
    made = actions.raise_roadblock(by=by, title=title, kind=kind, on=blocked, at=timezone.now(), **fields)
    click.echo(made.ref)


@roadblock.command()
@click.argument("ref")
@click.option("--title", help="What is in the way, in other words.")
@click.option("--kind", type=click.Choice(KINDS), help="What is missing.")
@care_options
@as_option
@on_database()
def change(ref: str, title: str | None, kind: str | None, as_email: str, **care: Any) -> None:
    """Change the roadblock REF: hand it on, escalate it, say the next step. An empty text takes away what was there."""
    from django.utils import timezone

    from impactline.insight import actions
    from impactline.insight.visibility import roadblock_for

    who, changes = caller(as_email), _given({"title": title, "kind": kind, **care})
    if not changes:
        raise BadInput("Say what is to be changed, such as --owner or --next-step.")
    found, by = roadblock_for(who.sees, ref), who.must_act()
    actions.change_roadblock(by=by, roadblock=found, version=None, at=timezone.now(), changes=changes)
    click.echo(f"{ref} is changed.")


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


@roadblock.command()
@click.argument("ref")
@as_option
@on_database()
def reopen(ref: str, as_email: str) -> None:
    """Say that the roadblock REF is in the way again."""
    from django.utils import timezone

    from impactline.insight import actions
    from impactline.insight.visibility import roadblock_for

    who = caller(as_email)
    found, by = roadblock_for(who.sees, ref), who.must_act()
    actions.reopen_roadblock(by=by, roadblock=found, at=timezone.now())
    click.echo(f"{ref} is in the way again.")


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """What was named, with people for their addresses."""
    from impactline.people.queries import person_named

    return {
        name: (person_named(value) if value else None) if name in ("owner", "escalate_to") else value
        for name, value in fields.items()
        if value is not None
    }


def _as_data(row: "Roadblock", day: date) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "title": row.title,
        "kind": row.kind,
        "on": row.on.ref if row.on is not None else None,
        "owner": row.owner.email if row.owner else None,
        "escalate_to": row.escalate_to.email if row.escalate_to else None,
        "next_step": row.next_step,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "raised_on": row.raised_on.isoformat(),
        "resolved_on": row.resolved_on.isoformat() if row.resolved_on else None,
        "resolution": row.resolution,
        "blocked_days": ((row.resolved_on or day) - row.raised_on).days,
    }


def _freed_as_data(freed: "Freed") -> dict[str, Any]:
    behind = [{"ref": named.ref, "value": round(value, 4)} for named, value in freed.behind]
    return {"value": round(freed.value, 4), "behind": behind}


def _tell(
    found: list[dict[str, Any]],
    as_json: bool,
    head: tuple[str, ...],
    row: Callable[[dict[str, Any]], list[Cell]],
    nothing: str,
) -> None:
    if as_json:
        click.echo(written(found))
    else:
        click.echo("\n".join(table(head, [row(one) for one in found])) if found else nothing)


def _row(row: dict[str, Any], *, is_late: bool) -> list[Cell]:
    return [
        Cell(f"{row['value'] * 100:.0f}" if row["value"] else "–", right=True, bold=True),
        *_named(row),
        Cell(short(row["next_step"] or "none", STEP_COLUMNS)),
        Cell(f"{row['due_on'] or '–'}{', late' if is_late else ''}", "red" if is_late else ""),
    ]


def _resolved_row(row: dict[str, Any]) -> list[Cell]:
    return [*_named(row), Cell(row["resolved_on"]), Cell(short(row["resolution"], STEP_COLUMNS))]


def _named(row: dict[str, Any]) -> list[Cell]:
    return [
        Cell(short(f"{row['ref']}  {row['title']}", TITLE_COLUMNS)),
        Cell(row["kind"].replace("_", " ")),
        Cell(row["on"] or "–"),
        Cell(row["owner"] or "nobody"),
        Cell(str(row["blocked_days"]), right=True),
    ]
