"""What commands begin with: the database and the settings, and on whose behalf they act.

Whoever runs a command can read the database itself. So by default it is the operator who acts: seeing
everything, and noted in the log as the first administrator. `--as EMAIL` takes the eyes of one person.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from impactline.base.environ import FAULTS, give
from impactline.base.errors import Refusal
from impactline.cli.faults import BadInput, refusals_told
from impactline.cli.migrations import bring_up_to_date, problem

if TYPE_CHECKING:
    from impactline.people.models import Person

F = TypeVar("F", bound=Callable[..., Any])
SETTINGS = "impactline.settings"


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a command acts: `sees` None sees everything; `acts` stands in the log."""

    sees: "Person | None"
    acts: "Person | None"

    def must_act(self, owner: "Person | None" = None) -> "Person":
        """The person who acts; where nobody administers yet, the owner. Raises BadInput where there is none either."""
        if self.acts is None and owner is not None:
            click.echo(f"Nobody administers this installation yet: noted as of {owner.email}, the owner.", err=True)
            return owner
        if self.acts is None:
            raise BadInput(
                "Nobody administers this installation yet. Run: impactline user create --administrator EMAIL"
            )
        return self.acts


def on_database(*, prepared: bool = False) -> Callable[[F], F]:
    """For a command that works on the database: adds `--database`, sets Django up, tells refusals as bad input.

    `prepared` creates and migrates the database when needed; else the command is refused until that is done.
    """

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            begin()
            if prepared:
                ready()
            elif found := problem():
                raise BadInput(f"{found} Run: impactline migrate")
            return refusals_told(_in_own_names(function))(*args, **kwargs)

        return database_option(run)  # type: ignore[return-value]

    return decorate


def _in_own_names(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with refusals in the organisation's names of the levels."""

    def run(*args: Any, **kwargs: Any) -> Any:
        from impactline.chain.queries import own_names

        try:
            return function(*args, **kwargs)
        except Refusal as refusal:
            raise own_names().retold(refusal) from None

    return run


def begin() -> None:
    """Set Django up, once. Raises BadInput with every fault of the settings."""
    load_settings()
    if FAULTS:
        raise BadInput("These settings are wrong:\n" + "\n".join(f"  {fault}" for fault in FAULTS))


def load_settings() -> None:
    """Set Django up, once, whatever the settings say."""
    import django
    from django.apps import apps
    from django.core.exceptions import ImproperlyConfigured

    if apps.ready:
        return
    give("DJANGO_SETTINGS_MODULE", SETTINGS, over=False)
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise BadInput(str(error)) from None


def ready() -> None:
    """Create and migrate the database when needed."""
    if problem() is not None:
        bring_up_to_date()


def caller(email: str) -> Caller:
    """On whose behalf to act. Raises NotFound for an unknown address, BadInput for somebody without access."""
    from impactline.people.queries import first_administrator, person_named

    if not email:
        return Caller(None, first_administrator())
    person = person_named(email)
    if not person.is_active:
        raise BadInput(f"{person.email} has no access any more.")
    return Caller(person, person)


def database_option(function: F) -> F:
    """Add `--database URL`."""
    option = click.option(
        "--database",
        metavar="URL",
        expose_value=False,
        is_eager=True,
        callback=_choose_database,
        help="The database: sqlite:///path or postgresql://user:password@host/name. "
        "Default: IMPACTLINE_DATABASE_URL, else a SQLite file in the data folder.",
    )
    return option(function)


def as_option(function: F) -> F:
    """Add `--as EMAIL`."""
    option = click.option(
        "--as",
        "as_email",
        metavar="EMAIL",
        default="",
        help="Act as this person, and see only what that person sees. Default: the operator, who sees everything.",
    )
    return option(function)


def json_option(function: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(function)


def _choose_database(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        give("IMPACTLINE_DATABASE_URL", value)
