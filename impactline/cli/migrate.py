"""`impactline migrate`."""

import click

from impactline.cli.installation import begin, database_option
from impactline.cli.migrations import bring_up_to_date, problem


@click.command()
@database_option
def migrate() -> None:
    """Create the database, or bring it up to date.

    `serve`, `import`, `demo` and `user create` do so themselves.
    """
    begin()
    found = problem()
    if found is None:
        click.echo("The database is up to date.")
        return
    bring_up_to_date()
    click.echo("The database is up to date now.")
