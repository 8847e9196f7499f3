"""`impactline sight` and `impactline gaps`."""

from collections.abc import Callable, Iterator
from typing import Any

import click

from impactline.cli.data import written
from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.tables import Cell, percent, short, table

TITLE_COLUMNS = 50
WAY_HEAD = ("strength", "way")
FAR_HEAD = ("strength", "ref", "what")
GAP_HEAD = ("ref", "what", "how to mend it")
BROKEN_HEAD = ("link", "what it rests on", "state")
LOOSE_HEAD = ("ref", "what", "could lead to")
PAGE = 50


@click.command()
@click.argument("ref", default="")
@json_option
@as_option
@on_database()
def sight(ref: str, as_json: bool, as_email: str) -> None:
    """Print what something serves, up to priorities and impacts, and what is being done for it.

    REF names an item of the chain, a key result, an objective, a priority, a team, or a person by e-mail address.
    Without it: the items that have no path, with the places nearest to them.
    """
    from impactline.checkins.sights import World, work_called
    from impactline.checkins.unattached import Unattached

    sees = caller(as_email).sees
    if not ref:
        loose = Unattached(sees)
        rows = [row.as_data() for row in loose.items(0, len(loose.keys) if as_json else PAGE)]
        _tell({"total": len(loose.keys), "items": rows}, as_json, _loose)
        return
    own, world = work_called(sees, ref), World(sees)
    _tell(world.as_data(world.sight(own)), as_json, _sight)


@click.command()
@click.argument("ref", default="")
@json_option
@as_option
@on_database()
def gaps(ref: str, as_json: bool, as_email: str) -> None:
    """Print where the chain is broken: what leads nowhere, comes from nowhere, or has no work behind it.

    REF names an objective, a priority, a team or a cycle; without it, the whole chain.
    """
    from impactline.chain.queries import own_names
    from impactline.checkins.scopes import chain_of, scope_called

    sees = caller(as_email).sees
    _tell(chain_of(sees, scope_called(sees, ref), own_names()).as_data(), as_json, _gaps)


def _tell(found: dict[str, Any], as_json: bool, blocks: Callable[[dict[str, Any]], Iterator[str]]) -> None:

    text = written(found) if as_json else "\n\n".join(filter(None, blocks(found)))
    click.echo(text)


def _sight(found: dict[str, Any]) -> Iterator[str]:
    if not found["arrives"]:
        yield "No path leads up to a priority or an impact."
    yield _ways("What it serves" if found["arrives"] else "It leads as far as this", found["up"])
    if len(found["serves"]) > 1:
        yield _block(
            "All that it reaches", FAR_HEAD, [[percent(one["strength"]), *_named(one)] for one in found["serves"]]
        )
    yield _ways("What is being done for it", found["down"])


def _ways(title: str, ways: list[dict[str, Any]]) -> str:
    rows = [[percent(way["strength"]), Cell(" → ".join(one["ref"] for one in way["places"]))] for way in ways]
    return _block(title, WAY_HEAD, rows)


def _gaps(found: dict[str, Any]) -> Iterator[str]:
    for kind in found["kinds"]:
        rows = [[*_named(one), Cell(one["remedy"])] for one in found["items"] if one["kind"] == kind["kind"]]
        yield _block(f"{kind['words']} ({kind['count']:,})", GAP_HEAD, rows)
    rows = [
        [Cell(f"{one['source']} → {one['target']}"), Cell(one["assumption"]), Cell(one["state"])]
        for one in found["broken"]
    ]
    yield _block(f"Links that rest on what does not hold ({len(rows):,})", BROKEN_HEAD, rows)
    if not found["items"] and not rows:
        yield "No gaps: everything leads somewhere and comes from something."


def _loose(found: dict[str, Any]) -> Iterator[str]:
    rows = [[*_named(one), Cell(", ".join(near["ref"] for near in one["nearest"]) or "–")] for one in found["items"]]
    yield _block(f"Without a path ({found['total']:,})", LOOSE_HEAD, rows) or "Everything has a path."
    if found["total"] > len(rows):
        yield f"… and {found['total'] - len(rows):,} more; --json tells all."


def _named(one: dict[str, Any]) -> list[Cell]:
    return [Cell(one["ref"]), Cell(short(one["title"], TITLE_COLUMNS))]


def _block(title: str, head: tuple[str, ...], rows: list[list[Cell]]) -> str:
    """A table under its title; nothing without rows."""
    return "\n".join([click.style(f"{title}:", bold=True), *table(head, rows)]) if rows else ""
