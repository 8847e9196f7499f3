"""`impactline lint`."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from impactline.cli.faults import BadInput, print_faults, refusals_told
from impactline.cli.findings import Line, as_data, show
from impactline.cli.installation import as_option, begin, caller, database_option, json_option
from impactline.cli.migrations import problem

if TYPE_CHECKING:
    from impactline.chain.names import Names
    from impactline.exchange.document import Document
    from impactline.insight.wording import Lists, Severity

KINDS = (
    "objective", "key_result", "metric", "input", "activity", "output", "outcome", "impact", "assumption",
)  # fmt: skip
SEVERITIES = ("error", "warning", "hint")


class Judged(NamedTuple):
    """How many texts were judged, and what was found."""

    texts: int
    lines: list[Line]


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--text", help="Judge this one text instead.")
@click.option("--kind", type=click.Choice(KINDS), help="What the text is. Default: key_result.")
@click.option("--format", "name", type=click.Choice(("native", "okr-markdown")), help="Default: by the file's name.")
@click.option("--least", type=click.Choice(SEVERITIES), default="hint", help="Leave out what is less. Default: hint.")
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES), help="Exit 1 where something is found that is so bad or worse."
)
@click.option(
    "--words", "folder", type=click.Path(path_type=Path), help="A folder of words of your own; see the guide."
)
@click.option("--sarif", "as_sarif", is_flag=True, help="Print SARIF 2.1.0, for code hosts and editors.")
@json_option
@as_option
@database_option
@refusals_told
def lint(
    paths: tuple[Path, ...],
    text: str | None,
    kind: str | None,
    name: str | None,
    least: str,
    fail_on: str | None,
    folder: Path | None,
    as_sarif: bool,
    as_json: bool,
    as_email: str,
) -> None:
    """Say what is weak in objectives, key results and the chain, by wording and by the rules, and how to mend it.

    With files or folders, or with --text, no database is needed. Without, the installation is judged. Exit 0, or
    1 where --fail-on asks for it, or 2 where the input cannot be read.
    """
    if text is not None and paths:
        raise BadInput("Give either a text or files, not both.")
    if kind is not None and text is None:
        raise BadInput("--kind says what a --text is; files and the installation know it.")
    if text is not None:
        judged = _of_text(text, kind or "key_result", _words(folder))
    elif paths:
        judged = _of_files(paths, name, _words(folder))
    else:
        judged = _of_installation(as_email, folder)
    lines = [line for line in judged.lines if _rank(line.finding.severity) <= SEVERITIES.index(least)]
    if as_sarif:
        from impactline.cli.sarif import sarif

        click.echo(sarif(lines))
    elif as_json:
        click.echo(as_data(lines))
    else:
        show(lines, judged.texts)
    if fail_on and any(_rank(line.finding.severity) <= SEVERITIES.index(fail_on) for line in judged.lines):
        raise SystemExit(1)


def _rank(severity: "Severity") -> int:
    return severity.rank


def _words(folder: Path | None) -> "Lists":
    from impactline.insight.wording import BadWords, lists

    try:
        return lists(folder)
    except BadWords as bad:
        raise BadInput(str(bad)) from None


def _of_text(text: str, kind: str, words: "Lists") -> Judged:
    from impactline.insight.wording import Kind, Statement, lint

    return Judged(1, [Line(finding, text) for finding in lint(Statement(Kind(kind), text), words)])


def _of_files(paths: Iterable[Path], name: str | None, words: "Lists") -> Judged:
    """What all files say; raises BadInput after telling every fault, where one of them cannot be read."""
    texts, lines, broken = 0, list[Line](), 0
    for path in paths:
        judged = _of_file(path, name, words)
        broken += judged is None
        texts += judged.texts if judged else 0
        lines += judged.lines if judged else []
    if broken:
        raise BadInput(f"{broken} of the files cannot be judged until {'it is' if broken == 1 else 'they are'} mended.")
    return Judged(texts, lines)


def _of_file(path: Path, name: str | None, words: "Lists") -> Judged | None:
    from impactline.exchange.faults import stopped
    from impactline.exchange.formats import READ, guessed, read_as
    from impactline.exchange.snapshots import rule_findings_of
    from impactline.exchange.wording import findings_of, statements_of

    chosen = name or guessed(path)
    if chosen not in READ:
        raise BadInput(f"{path}: the format {chosen} cannot be judged. There are {' and '.join(READ)}.")
    today = datetime.now(UTC).date()
    reading = read_as(chosen, path, today=today).reading
    if stopped(reading.faults):
        print_faults(reading.faults)
        return None
    weak = [*findings_of(reading, words), *(rule_findings_of(reading, today) if chosen == "native" else ())]
    found = [Line(part.finding, part.text, part.place.file or str(path), part.place.line or 0) for part in weak]
    found.sort(key=lambda line: (line.file, line.line))
    return Judged(sum(1 for _ in statements_of(reading.partial)), _retold(found, _names_in(reading.partial)))


def _names_in(document: "Document") -> "Names":
    """What the document's organisation calls the levels; the usual names where its own cannot be taken."""
    from impactline.base.errors import Faults
    from impactline.chain.names import Name, checked, read

    own = document.organisation.level_names if document.organisation else {}
    try:
        return read(checked({str(code): Name(one.one, one.many) for code, one in own.items()}))
    except Faults:
        return read({})


def _retold(lines: Iterable[Line], names: "Names") -> list[Line]:
    """The lines in these names of the levels; what is said in the author's words stays."""
    return [
        line._replace(
            finding=replace(
                line.finding,
                message=names.retell(line.finding.message),
                remedy=names.retell(line.finding.remedy),
            )
        )
        for line in lines
    ]


def _of_installation(as_email: str, folder: Path | None) -> Judged:
    begin()
    if found := problem():
        raise BadInput(f"{found} Run: impactline migrate")
    from django.utils import timezone

    from impactline.chain.names import read
    from impactline.insight.examining import weak_for
    from impactline.insight.queries import findings_for
    from impactline.insight.stating import words
    from impactline.people.queries import organisation

    viewer = caller(as_email).sees
    judged = findings_for(viewer, _words(folder) if folder else words())
    of_words = [Line(finding, said.text) for said, finding in judged.findings]
    of_rules = [Line(weak, title) for weak, title in weak_for(viewer, timezone.now())]
    return Judged(judged.texts, _retold([*of_words, *of_rules], read(organisation().level_names)))
