"""`impactline readings`."""

from typing import BinaryIO

import click

from impactline.cli.data import written
from impactline.cli.installation import as_option, caller, json_option, on_database


@click.command("readings")
@click.argument("metric")
@click.argument("file", type=click.File("rb"))
@click.option("--plan", is_flag=True, help="Say what it would change, and change nothing.")
@json_option
@as_option
@on_database()
def readings(metric: str, file: BinaryIO, plan: bool, as_json: bool, as_email: str) -> None:
    """Record the readings of the table FILE (CSV; - for standard input) for the shared metric METRIC, all or none.

    Columns: day, value, numerator, denominator, quality, note, and the metric's dimensions; without a line of
    names: day, value, note. A day that is there with another value is corrected; the same table twice is as once.
    """
    from django.utils import timezone

    from impactline.base.errors import Faults
    from impactline.base.numbers import number
    from impactline.checkins.sheets import planned, read_table
    from impactline.metrics.queries import metric_for
    from impactline.metrics.sheet import BYTES_MAX, text_of

    who = caller(as_email)
    wanted = metric_for(who.must_act(), metric)
    text = text_of(file.read(BYTES_MAX + 1))
    take = planned if plan else read_table
    found = take(by=who.must_act(), metric=wanted, text=text, read=number, at=timezone.now())
    if found.faults:
        raise Faults(found.faults)
    counts = {what: found.count(what) for what in ("new", "changed", "same")}
    if as_json:
        click.echo(written(counts))
        return
    would = "would be " if plan else ""
    click.echo(f"{counts['new']} {would}recorded, {counts['changed']} {would}corrected, {counts['same']} there already")
