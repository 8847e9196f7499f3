"""`impactline user`: people who can sign in."""

import secrets
import sys

import click

from impactline.cli.faults import BadInput
from impactline.cli.installation import as_option, caller, on_database

PASSWORD_BYTES_MAX = 4096
GENERATED_BYTES = 15

password_stdin_option = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
generate_option = click.option("--generate", is_flag=True, help="Make a password and print it, once.")


@click.group()
def user() -> None:
    """Make people who can sign in."""


@user.command()
@click.argument("email")
@click.option("--name", default="", help="The name. Default: the part before the @.")
@click.option("--administrator", "role", flag_value="administrator", help="May administer the organisation.")
@click.option("--member", "role", flag_value="member", default=True, help="May change things. The default.")
@click.option("--guest", "role", flag_value="guest", help="May only read.")
@click.option("--organisation", default="", help="The organisation's name, where this is its first administrator.")
@password_stdin_option
@generate_option
@as_option
@on_database(prepared=True)
def create(
    email: str, name: str, role: str, organisation: str, password_stdin: bool, generate: bool, as_email: str
) -> None:
    """Add a person, with a password that is asked for, read from standard input, or made.

    In a new installation this creates the organisation too; its first person has to administer it.
    """
    from django.utils import timezone

    from impactline.people import actions
    from impactline.people.queries import is_set_up

    first = not is_set_up()
    if first and role != "administrator":
        raise BadInput("The first person has to administer the organisation. Add --administrator.")
    password = _password(password_stdin, generate)
    name, now = name or email.split("@", maxsplit=1)[0], timezone.now()
    if first:
        person = actions.set_up(
            organisation=organisation or "My organisation",
            timezone="UTC",
            locale="en",
            name=name,
            email=email,
            password=password,
            at=now,
        )
    else:
        acts = caller(as_email).acts
        person = actions.create(by=acts, email=email, name=name, role=role, password=password, at=now)
    click.echo(f"{person.email} can sign in now, as {person.role}.")
    if generate:
        click.echo(f"Password: {password}")


@user.command()
@click.argument("email")
@password_stdin_option
@generate_option
@on_database()
def password(email: str, password_stdin: bool, generate: bool) -> None:
    """Give a person a new password, such as one who was imported; all sessions of that person end."""
    from django.utils import timezone

    from impactline.people import actions, signing_in
    from impactline.people.queries import person_named

    person = person_named(email)
    if not person.is_active:
        raise BadInput(f"{person.email} has no access any more.")
    chosen = _password(password_stdin, generate)
    actions.choose_password(link=signing_in.link_for(person), password=chosen, at=timezone.now())
    click.echo(f"{person.email} can sign in now, as {person.role}.")
    if generate:
        click.echo(f"Password: {chosen}")


def _password(from_stdin: bool, generate: bool) -> str:
    if from_stdin and generate:
        raise click.UsageError("Either --password-stdin or --generate.")
    if generate:
        return secrets.token_urlsafe(GENERATED_BYTES)
    if from_stdin:
        return sys.stdin.read(PASSWORD_BYTES_MAX).rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BadInput("There is no terminal to ask for a password. Add --password-stdin or --generate.")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
