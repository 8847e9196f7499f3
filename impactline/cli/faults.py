"""What commands say when something cannot be done: to standard error, with the place, and exit 2."""

import functools
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from impactline.base.errors import Faults, Refusal

F = TypeVar("F", bound=Callable[..., Any])
SHOWN_MAX = 200


class BadInput(click.ClickException):
    """What was asked cannot be done; nothing was changed. Exit 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the message to standard error."""
        click.echo(f"impactline: {self.message}", err=True)


def refusals_told(function: F) -> F:
    """The function, with refusals of actions and queries told as bad input."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Faults as refusal:
            raise BadInput(
                "\n".join(_line(fault.field, fault.message, fault.remedy) for fault in refusal.faults)
            ) from None
        except Refusal as refusal:
            raise BadInput(str(refusal)) from None

    return run  # type: ignore[return-value]


def print_faults(faults: Iterable[Any]) -> None:
    """Print the faults of a file to standard error, each with file and line; errors before warnings."""
    listed = sorted(faults, key=lambda fault: fault.severity != "error")
    for fault in listed[:SHOWN_MAX]:
        word = click.style(fault.severity, fg="red" if fault.severity == "error" else "yellow")
        click.echo(f"{word}: {fault}", err=True)
    if len(listed) > SHOWN_MAX:
        click.echo(f"… and {len(listed) - SHOWN_MAX:,} more.", err=True)


def _line(field: str, message: str, remedy: str) -> str:
    where = f"{field}: " if field else ""
    return f"{where}{message} {remedy}".strip()
