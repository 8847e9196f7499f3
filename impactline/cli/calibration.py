"""`impactline calibration`."""

from typing import TYPE_CHECKING

import click

from impactline.cli.data import written
from impactline.cli.forecast import print_reports
from impactline.cli.installation import as_option, caller, json_option, on_database
from impactline.cli.tables import Cell, table

if TYPE_CHECKING:
    from impactline.insight.forecast.confidence import Said

HEAD = ("said", "key results", "reached")


@click.command()
@json_option
@as_option
@on_database()
def calibration(as_json: bool, as_email: str) -> None:
    """Print how good the forecasts of closed cycles were, and what people's confidence was worth.

    Forecasts are judged when their cycle is closed. Confidence is that of the middle of the cycle: one's own, and that
    of one's teams.
    """
    from impactline.insight.judging import as_data, calibration_for

    found = calibration_for(caller(as_email).sees)
    if as_json:
        click.echo(written(as_data(found)))
        return
    print_reports(found.reports)
    for type_, one in found.corrections.items():
        told = ", ".join(f"{share:.0%} as {one.told(share):.0%}" for share in (0.2, 0.5, 0.8))
        click.echo(f"Corrected by {one.count:,} forecasts of the type {type_}: {told}.")
    for name, said in (("Confidence", found.own), *((f"Confidence in {team.name}", row) for team, row in found.teams)):
        _confidence(name, said)


def _confidence(name: str, said: "Said") -> None:
    from impactline.insight.forecast.confidence import told

    click.echo(f"\n{name}: {told(said)}")
    if said.count:
        rows = [
            [
                Cell(f"{level.confidence} of 10"),
                Cell(f"{level.count:,}", right=True),
                Cell(f"{level.reached:,}", right=True),
            ]
            for level in said.levels
        ]
        click.echo("\n".join(table(HEAD, rows)))
