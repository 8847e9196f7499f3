"""`impactline digest`."""

import click

from impactline.cli.installation import on_database


@click.command()
@click.argument("email")
@on_database()
def digest(email: str) -> None:
    """Print the mail that the person EMAIL would be sent now; nothing is sent.

    It tells what they owe and what needs their attention, as far as they may see it.
    """
    from django.utils import timezone

    from impactline.notify.digest import digest_of
    from impactline.okrs.today import present
    from impactline.people.queries import person_named

    at, person = timezone.now(), person_named(email)
    mail = digest_of(person, present(at), person.digested_at or at)
    if mail is None:
        click.echo("There is nothing to say: no mail would be sent.")
        return
    click.echo(f"Subject: {mail.subject}\n\n{mail.body}", nl=False)
