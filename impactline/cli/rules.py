"""`impactline rules`."""

from typing import Any

import click

from impactline.cli.data import written
from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.tables import Cell, table

HEAD = ("rule", "", "looks for", "thresholds")


class Setting(click.ParamType):  # type: ignore[type-arg]
    """A threshold and its value, as NAME=VALUE."""

    name = "setting"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        if isinstance(value, tuple):
            return value
        name, _, number = value.partition("=")
        try:
            return name, float(number)
        except ValueError:
            self.fail(f"“{value[:60]}” is no setting. Write a name and a number, such as R2=2.", param, ctx)


@click.command()
@click.argument("rule", default="")
@click.option("--set", "wanted", multiple=True, type=Setting(), metavar="NAME=VALUE", help="Set a threshold of it.")
@click.option("--default", "back", multiple=True, metavar="NAME", help="Go back to the default of a threshold.")
@click.option("--off", metavar="REASON", help="Switch it off, for a reason.")
@click.option("--on", is_flag=True, help="Switch it on again.")
@json_option
@as_option
@on_database()
def rules(
    rule: str,
    wanted: tuple[tuple[str, float], ...],
    back: tuple[str, ...],
    off: str | None,
    on: bool,
    as_json: bool,
    as_email: str,
) -> None:
    """Print the rules of what needs attention as they are set, or RULE alone; administrators set it."""
    from django.utils import timezone

    from impactline.insight import actions
    from impactline.insight.queries import rule_as_set, rules_as_set

    if wanted or back or off is not None or on:
        _require_sense(rule, off, on)
        thresholds: dict[str, float | None] = {**dict(wanted), **dict.fromkeys(back)}
        said = "" if on else off
        by = caller(as_email).must_act()
        actions.set_rule(by=by, rule=rule, thresholds=thresholds, switched_off=said, at=timezone.now())
    found = [rule_as_set(rule)] if rule else rules_as_set()
    if as_json:
        click.echo(written([_plain(one) for one in found]))
        return
    click.echo("\n".join(table(HEAD, [_row(one) for one in found])))


def _require_sense(rule: str, off: str | None, on: bool) -> None:
    if not rule:
        raise click.UsageError("Name the rule that is to be set, such as R2.")
    if off is not None and (on or not off.strip()):
        raise click.UsageError("Say why it is switched off, or switch it on.")


def _plain(one: Any) -> dict[str, Any]:
    return {
        "id": one.rule.id,
        "severity": str(one.rule.severity),
        "looks_for": one.rule.looks_for,
        "thresholds": {each.threshold.name: each.value for each in one.thresholds},
        "switched_off": one.off.reason if one.off else None,
    }


def _row(one: Any) -> list[Cell]:
    values = (
        f"{each.threshold.name} = {each.value:g}" + (f" (default {each.threshold.default:g})" if each.chosen else "")
        for each in one.thresholds
    )
    state = Cell("off", "yellow") if one.off else Cell(str(one.rule.severity))
    return [Cell(one.rule.id, bold=True), state, Cell(one.rule.looks_for), Cell(", ".join(values))]
