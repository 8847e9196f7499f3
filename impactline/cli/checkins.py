"""`impactline check-in`."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from impactline.cli.data import written
from impactline.cli.days import DAY
from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.status import value_text

if TYPE_CHECKING:
    from impactline.okrs.models import KeyResult

WORDS = {"yes": "1", "true": "1", "done": "1", "no": "0", "false": "0"}
NOTHING = "-"


@click.command("check-in", context_settings={"ignore_unknown_options": True})
@click.argument("ref")
@click.argument("value")
@click.option("--confidence", type=click.IntRange(0, 10), help="How likely the target is reached, 0 to 10.")
@click.option("--note", default="", help="What happened, what is next, what is in the way.")
@click.option("--status", type=click.Choice(["on_track", "at_risk", "off_track"]), help="The status as you see it.")
@click.option("--at", "day", type=DAY, help="The day that it is about. Default: today.")
@json_option
@as_option
@on_database()
def check_in(
    ref: str,
    value: str,
    confidence: int | None,
    note: str,
    status: str | None,
    day: date | None,
    as_json: bool,
    as_email: str,
) -> None:
    """Record a check-in on the key result REF.

    VALUE is a number; yes or no for what is done or not; the name or the number (from 0) of a level of a
    rubric; how many milestones have been reached; - for none.
    """
    from django.utils import timezone

    from impactline.checkins import actions
    from impactline.exchange.queries.status import status_of
    from impactline.okrs.visibility import key_result_for

    who = caller(as_email)
    key_result = key_result_for(who.sees, ref)
    now = timezone.now()
    actions.record(
        by=who.must_act(key_result.owner or key_result.objective.owner),
        key_result=key_result,
        at=now,
        day=day,
        value=_value(value, key_result),
        confidence=confidence,
        status=status,
        note=note,
    )
    found = status_of(who.sees, at=now, ref=ref)
    if as_json:
        click.echo(written(found.as_data()))
        return
    objective = found.objectives[0]
    entry = next(entry for entry in objective.key_results if entry.key_result.ref == ref)
    stands = value_text(entry.judged.standing.value, key_result.unit)
    click.echo(f"{ref}: {stands}, {_told(entry.judged.progress, entry.judged.expected, entry.judged.pace.colour)}")
    rolled = objective.rolled
    click.echo(f"{objective.objective.ref}: {_told(rolled.progress, rolled.expected, rolled.colour)}")


def _value(text: str, key_result: "KeyResult") -> Decimal | None:
    """The value as entered; raises BadInput for what cannot be one."""
    text = text.strip()
    if text == NOTHING:
        return None
    if text.startswith("--"):
        raise click.UsageError(f"No such option: {text}")
    levels = [level.casefold() for level in key_result.levels]
    if text.casefold() in levels:
        return Decimal(levels.index(text.casefold()))
    word = WORDS.get(text.casefold()) if key_result.type == "binary" else None
    from impactline.base.numbers import number

    return number(word or text)


def _told(progress: float | None, expected: float | None, colour: Any) -> str:
    share = "no progress" if progress is None else f"{progress * 100:.0f} %"
    due = "" if expected is None else f" (expected {expected * 100:.0f} %)"
    return f"{share}{due}, {colour}"
