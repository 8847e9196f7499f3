"""`impactline overrule` and `impactline mute`: a finding is wrong here, or right and of no use now."""

from datetime import date

import click

from impactline.cli.days import DAY
from impactline.cli.installation import as_option, caller, on_database


@click.command()
@click.argument("rule")
@click.argument("ref")
@click.option("--note", default="", help="Why it is wrong there.")
@click.option("--assumption", type=click.IntRange(1), metavar="NUMBER", help="The assumption with this number on REF.")
@click.option("--heed", is_flag=True, help="Heed the rule again.")
@as_option
@on_database()
def overrule(rule: str, ref: str, note: str, assumption: int | None, heed: bool, as_email: str) -> None:
    """Let the RULE of wording keep quiet for the item REF until its text changes.

    REF names an objective, a key result, a metric, an item of the chain, or a link as SOURCE→TARGET.
    """
    from django.utils import timezone

    from impactline.insight import actions
    from impactline.insight.visibility import item_named

    who = caller(as_email)
    item = item_named(who.sees, "" if assumption is None else "assumption", ref, assumption or 0)
    if heed:
        actions.heed_again(by=who.must_act(), item=item, rule=rule, at=timezone.now())
        click.echo(f"{rule} is heeded again.")
        return
    actions.overrule(by=who.must_act(), item=item, rule=rule, note=note, at=timezone.now())
    click.echo(f"{rule} keeps quiet there until the text changes.")


@click.command()
@click.argument("key")
@click.option("--reason", default="", help="Why it may be silent.")
@click.option("--until", type=DAY, help="The last day on which it is silent, within a year.")
@click.option("--hear", is_flag=True, help="Tell it again.")
@as_option
@on_database()
def mute(key: str, reason: str, until: date | None, hear: bool, as_email: str) -> None:
    """Let the finding KEY, which `impactline attention` tells, be silent until a day."""
    from django.utils import timezone

    from impactline.insight import actions
    from impactline.insight.visibility import found_for

    who = caller(as_email)
    found = found_for(who.sees, key)
    if hear:
        actions.hear_again(by=who.must_act(), found=found, at=timezone.now())
        click.echo(f"{key} is told again.")
        return
    made = actions.mute(by=who.must_act(), found=found, reason=reason, until=until, at=timezone.now())
    click.echo(f"{key} is silent until {made.until}.")
