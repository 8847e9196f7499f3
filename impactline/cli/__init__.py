"""The command line: `impactline …`. A door like the pages: it parses, calls one action or query, and prints.

The commands import Django, pydantic and the server only when they run, so that `--help` answers at once.
"""

import click

from impactline.cli.attention import attention
from impactline.cli.bottlenecks import bottlenecks
from impactline.cli.calibration import calibration
from impactline.cli.checkins import check_in
from impactline.cli.demo import demo
from impactline.cli.digest import digest
from impactline.cli.doctor import doctor
from impactline.cli.exchange import export, import_, schema
from impactline.cli.forecast import forecast
from impactline.cli.lint import lint
from impactline.cli.load import load
from impactline.cli.migrate import migrate
from impactline.cli.people import user
from impactline.cli.readings import readings
from impactline.cli.reports import report
from impactline.cli.roadblocks import roadblock
from impactline.cli.rules import rules
from impactline.cli.serve import serve
from impactline.cli.sights import gaps, sight
from impactline.cli.silencing import mute, overrule
from impactline.cli.status import status
from impactline.cli.sufficiency import sufficiency


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="impactline", prog_name="impactline", message="%(prog)s %(version)s")
def main() -> None:
    """Objectives and key results, tied from inputs to impact."""


for command in (
    serve,
    import_,
    export,
    status,
    attention,
    mute,
    sight,
    gaps,
    bottlenecks,
    digest,
    load,
    forecast,
    rules,
    calibration,
    lint,
    overrule,
    check_in,
    sufficiency,
    readings,
    report,
    roadblock,
    user,
    migrate,
    doctor,
    schema,
    demo,
):
    main.add_command(command)
