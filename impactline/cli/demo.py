"""`impactline demo`: a clinic network that does not exist, to look around in."""

import os
import secrets
from pathlib import Path

import click

from impactline.cli.faults import BadInput
from impactline.cli.installation import on_database

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 4
FILE = "demo-login"
ROLES = ("administrator", "member", "guest")


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there is an organisation already.")
@on_database(prepared=True)
def demo(if_empty: bool) -> None:
    """Load the demo organisation into an empty installation, and print how to sign in.

    Northwind Health does not exist. Its cycles lie around today, with check-ins up to yesterday.
    """
    from django.conf import settings

    from impactline.people.queries import is_set_up

    file = settings.DATA / FILE
    if is_set_up():
        if not if_empty:
            raise BadInput("There is an organisation already; the demo needs an empty installation.")
    else:
        _load(file)
    _print_login(settings.URL, file)


def _load(file: Path) -> None:
    from django.utils import timezone

    from impactline.exchange.actions import import_document
    from impactline.exchange.demo import LOGINS, demo
    from impactline.exchange.reading import read_text
    from impactline.people import actions, signing_in
    from impactline.people.queries import person_named

    now = timezone.now()
    outcome = import_document(by=None, reading=read_text(demo(now.date()), "demo.json"), at=now)
    password = _password()
    for email in LOGINS:
        person = person_named(email)
        actions.choose_password(link=signing_in.link_for(person), password=password, at=now)
    _keep(file, password)
    counts = outcome.plan.counts()["adds"]
    click.echo(
        f"Loaded the demo organisation: {counts['person']} people, {counts['objective']} objectives,"
        f" {counts['key result']} key results, {counts['check-in']} check-ins."
    )


def _password() -> str:
    """Twenty letters' worth of chance, in groups that can be typed."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def _keep(file: Path, password: str) -> None:
    """Keep the password where only the owner of the data folder can read it, to print it again next time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(password)
    except OSError:
        click.echo(f"Password: {password}")


def _print_login(url: str, file: Path) -> None:
    from impactline.exchange.demo import LOGINS

    if not file.is_file():
        return
    click.echo(f"Sign in at {url}")
    for email, role in zip(LOGINS, ROLES, strict=True):
        click.echo(f"  {email:<20} {role}")
    click.echo(f"  password: {file.read_text(encoding='ascii')}")
