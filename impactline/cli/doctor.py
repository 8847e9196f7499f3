"""`impactline doctor`: looks at everything that an installation rests on, and says what to mend."""

from dataclasses import asdict

import click

from impactline.cli.data import written
from impactline.cli.installation import database_option, json_option, load_settings

COLOURS = {"ok": "green", "hint": "yellow", "finding": "red"}
SIGNS = {"ok": "ok     ", "hint": "hint   ", "finding": "FINDING"}


@click.command()
@json_option
@database_option
def doctor(as_json: bool) -> None:
    """Look at settings, data folder, database, figures, mail and worker; exit 1 where something has to be mended."""
    load_settings()
    from impactline.cli import looking_at_data, looking_at_place

    seen = [*looking_at_place.look(), *looking_at_data.look()]
    findings = [entry for entry in seen if entry.state == "finding"]
    if as_json:
        click.echo(written({"healthy": not findings, "seen": [asdict(entry) for entry in seen]}))
    else:
        for entry in seen:
            sign = click.style(SIGNS[entry.state], fg=COLOURS[entry.state], bold=entry.state == "finding")
            click.echo(f"{sign}  {entry.subject}: {entry.message}")
            if entry.remedy:
                click.echo(f"         {entry.remedy}")
        count = f"{len(findings)} finding" + ("" if len(findings) == 1 else "s")
        click.echo(f"\n{count}." if findings else "\nAll is well.")
    if findings:
        raise SystemExit(1)
