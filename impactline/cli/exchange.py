"""`impactline import`, `impactline export` and `impactline schema`."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from impactline.cli import outcomes
from impactline.cli.data import written
from impactline.cli.days import DAY
from impactline.cli.faults import BadInput, print_faults, refusals_told
from impactline.cli.installation import (
    as_option,
    begin,
    caller,
    database_option,
    json_option,
    on_database,
    ready,
)
from impactline.cli.migrations import Problem, problem
from impactline.cli.progress import counting, steps

if TYPE_CHECKING:
    from impactline.exchange.actions import Outcome
    from impactline.exchange.document import Document
    from impactline.exchange.formats import Read
    from impactline.people.models import Person

IN = ("native", "okr-markdown", "iati", "csv", "xlsx", "viva")
OUT = ("native", "json", "iati", "csv", "xlsx")
STEPS = 4
LEFT_MAX = 20


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "name", type=click.Choice(IN), help="The format. Default: guessed by the file's name.")
@click.option("--plan", "plan_only", is_flag=True, help="Print what would be added, changed, removed; change nothing.")
@click.option("--starts-on", type=DAY, help="First day of the cycle of a page that does not say it.")
@click.option("--ends-on", type=DAY, help="Last day of the cycle of a page that does not say it.")
@json_option
@as_option
@database_option
@refusals_told
def import_(
    path: Path,
    name: str | None,
    plan_only: bool,
    starts_on: date | None,
    ends_on: date | None,
    as_json: bool,
    as_email: str,
) -> None:
    """Read a file or folder into the installation: all of it, or nothing.

    An import adds and changes; what the file is silent about stays as it is. Importing twice is as once. Every
    fault is told at once, with file and line and how to mend it, and then nothing is changed.
    """
    from impactline.exchange.formats import READ, guessed

    chosen = name or guessed(path)
    _known(chosen, READ)
    if not path.exists():
        raise BadInput(f"There is no {path}.")
    begin()
    from impactline.exchange.actions import Refused

    there = _is_there(plan_only)
    acts = caller(as_email).acts if there else None
    read, now = _read(path, chosen, starts_on, ends_on, there=there)
    try:
        outcome = _import(read, acts, now, plan_only=plan_only, there=there)
    except Refused as refusal:
        if as_json:
            faults = [fault.as_json() for fault in refusal.faults]
            click.echo(written({"applied": False, "faults": faults, **outcomes.left_as_data(read)}))
        else:
            outcomes.tell_left(read)
        print_faults(refusal.faults)
        raise BadInput(refusal.message) from None
    if as_json:
        click.echo(outcomes.as_json(path, chosen, read, outcome, applied=not plan_only))
        return
    outcomes.show(path, read, outcome, plan_only=plan_only)
    if not plan_only:
        outcomes.hint_at_signing_in()


@click.command()
@click.option(
    "--format", "name", type=click.Choice(OUT), default="native", help="native is YAML; json the same as JSON."
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="A file, or a folder for one file a cycle. Default: print it."
)
@click.option("--plain", is_flag=True, help="IATI without our own namespace: what the standard knows, and no more.")
@click.option("--cycle", default="", metavar="REF", help="Only the objectives of this cycle.")
@click.option("--team", default="", metavar="REF", help="Only what this team and those below it pursue.")
@click.option("--priority", default="", metavar="REF", help="Only what serves this priority.")
@click.option("--objective", default="", metavar="REF", help="Only this objective and what contributes to it.")
@as_option
@on_database()
def export(name: str, output: Path | None, plain: bool, as_email: str, **wanted: str) -> None:
    """Write everything, with its history, as a document that can be imported again.

    A part brings along what it needs: people, teams, metrics, the objectives above, the chain of what is measured;
    what stays out is told. Several options narrow each other.

    Into a folder it writes several YAML files: what changes together stands together. IATI holds the chain and its
    metrics, with links and assumptions in a namespace of ours; csv and xlsx are tables of objectives and key results.
    """
    from impactline.exchange.queries.document import document_for
    from impactline.exchange.scope import Scope, within
    from impactline.exchange.writing import to_folder, to_json, to_yaml

    if plain and name != "iati":
        raise BadInput("Only IATI can be plain.")
    scoped = within(document_for(caller(as_email).sees), Scope(**wanted))
    document = scoped.document
    for line in scoped.left:
        click.echo(f"note: {line}", err=True)
    if name == "iati":
        _export_iati(document, output, plain=plain)
        return
    if name in ("csv", "xlsx"):
        _export_table(document, name, output)
        return
    content = to_json if name == "json" else to_yaml
    if output is None:
        click.echo(content(document), nl=False)
    elif output.is_dir():
        if name == "json":
            raise BadInput("A folder is written as YAML. Name a file for JSON.")
        _write(output, to_folder(document))
    else:
        _write(output.parent, {output.name: content(document)})


@click.command()
def schema() -> None:
    """Print the JSON Schema of the native document, for editors and other programs."""
    from impactline.exchange.document import json_schema

    click.echo(written(json_schema()))


def _export_table(document: "Document", name: str, output: Path | None) -> None:
    """Write a table to a file or to standard output; what it has no place for is told."""
    from impactline.exchange.table_writing import left_of, to_csv, to_xlsx

    if output is not None and output.is_dir():
        raise BadInput("A table is one file. Name it.")
    content = to_csv(document) if name == "csv" else to_xlsx(document)
    if output is None:
        click.echo(content, nl=False)
    else:
        _write(output.parent, {output.name: content})
    for line in left_of(document):
        click.echo(f"note: {line}", err=True)


def _export_iati(document: "Document", output: Path | None, *, plain: bool) -> None:
    """Write IATI to a file or to standard output; what it had no room for is told."""
    from django.utils import timezone

    from impactline.exchange.iati_file import write_iati
    from impactline.okrs.today import present

    if output is not None and output.is_dir():
        raise BadInput("IATI is one file. Name it.")
    content = BytesIO()
    activities = sum(1 for part in document.chain if part.level == "activity")
    with counting(activities, "Writing") as told:
        found = write_iati(document, content, today=present(timezone.now()).day, plain=plain, told=told)
    if output is None:
        click.echo(content.getvalue(), nl=False)
    else:
        _write(output.parent, {output.name: content.getvalue()})
    for line in found.left[:LEFT_MAX]:
        click.echo(f"note: {line}", err=True)
    if len(found.left) > LEFT_MAX:
        click.echo(f"… and {len(found.left) - LEFT_MAX:,} more.", err=True)
    print_faults(found.faults)


def _read(
    path: Path, name: str, starts_on: date | None, ends_on: date | None, *, there: bool
) -> "tuple[Read, datetime]":
    """What a file says, and the moment as of which."""
    from django.utils import timezone

    from impactline.exchange.formats import read_as
    from impactline.okrs.today import present

    now = timezone.now()
    today = present(now).day if there else now.date()
    with counting(path.stat().st_size if path.is_file() else 0, "Reading the file") as read_so_far:
        return read_as(name, path, today=today, starts_on=starts_on, ends_on=ends_on, told=read_so_far), now


def _import(read: "Read", acts: "Person | None", now: datetime, *, plan_only: bool, there: bool) -> "Outcome":
    """Check, and carry out unless it is a plan. A database is made only for a file that is right."""
    from impactline.exchange.actions import import_document, preview

    with steps(STEPS) as step:
        if plan_only or not there:
            outcome = preview(read.reading, at=now, there=there, told=step)
        if not plan_only:
            ready()
            outcome = import_document(by=acts, reading=read.reading, at=now, told=step)
        return outcome


def _is_there(plan_only: bool) -> bool:
    """Whether there is a database; a plan changes nothing, so it does not migrate one that is behind."""
    found = problem()
    if found is Problem.BEHIND and not plan_only:
        ready()
        return True
    if found not in {None, Problem.ABSENT}:
        raise BadInput(f"{found} Run: impactline migrate")
    return found is None


def _known(name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise BadInput(
            f"The format {name} is not built in this version. There are {', '.join(known[:-1])} and {known[-1]}."
        )


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write files, each complete or not at all."""
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.part")
            part.write_bytes(content)
            part.replace(path)
    except OSError as error:
        raise BadInput(f"{error.filename} cannot be written: {error.strerror}.") from None
    others = [path for path in sorted(folder.rglob("*.y*ml")) if str(path.relative_to(folder)) not in files]
    if len(files) > 1 and others:
        names = ", ".join(str(path.relative_to(folder)) for path in others[:5])
        click.echo(f"Not part of this export, but in the same folder: {names}", err=True)
