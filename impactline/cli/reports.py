"""`impactline report`."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from impactline.cli.data import written
from impactline.cli.days import DAY
from impactline.cli.installation import as_option, caller, json_option, on_database

if TYPE_CHECKING:
    from impactline.chain.models import ChainItem

STATES = ("draft", "active", "done", "dropped")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("ref")
@click.argument("value", default="")
@click.option("--state", type=click.Choice(STATES), help="Where it stands now.")
@click.option("--note", default="", help="A remark.")
@click.option(
    "--evidence",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that shows it, to be kept with the item.",
)
@click.option("--at", "day", type=DAY, help="The day that the value is about. Default: today.")
@json_option
@as_option
@on_database()
def report(
    ref: str,
    value: str,
    state: str | None,
    note: str,
    evidence: Path | None,
    day: date | None,
    as_json: bool,
    as_email: str,
) -> None:
    """Say how far the item REF of the chain is, or where it stands.

    VALUE counts from the beginning: how much of an activity is done, as 0.5 or 50%; how much of an output was
    delivered, or of an input used, in its unit.
    """
    from django.db import transaction
    from django.utils import timezone

    from impactline.chain import actions
    from impactline.chain.file_kinds import SIZE_MAX
    from impactline.chain.visibility import chain_item_for
    from impactline.exchange.queries.status_items import item_status

    who, now = caller(as_email), timezone.now()
    item = chain_item_for(who.sees, ref)
    if not value and state is None and evidence is None:
        raise click.UsageError("Say a value, a state, or both, such as: impactline report calls 120 --state active")
    if value.startswith("--"):
        raise click.UsageError(f"No such option: {value}")
    by = who.must_act()
    amount = _value(value, item) if value else None
    with transaction.atomic():
        if value or state is not None:
            actions.report_and_state(by=by, item=item, value=amount, state=state, text=note, day=day, at=now)
        if evidence is not None:
            with evidence.open("rb") as file:
                content = file.read(SIZE_MAX + 1)
            actions.add_file(by=by, on=item, name=evidence.name, content=content, title="", at=now)
    found = item_status(who.sees, at=now, ref=ref)
    click.echo(written(found.as_data()) if as_json else found.line)


def _value(text: str, item: "ChainItem") -> Decimal:
    """The value as entered; a percentage of an activity as a share. Raises Invalid for what is no number."""
    from impactline.base.numbers import number

    text = text.strip()
    if item.level == "activity" and text.endswith("%"):
        return number(text[:-1], "value") / 100
    return number(text, "value")
