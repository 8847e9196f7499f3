"""Writes the reference pages from the code; with --check, says which of them no longer tell the truth.

python docs/generate.py            write docs/reference/
python docs/generate.py --check    compare, write nothing, exit 1 where they differ
"""

import difflib
import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).resolve().parent / "reference"
NOTE = "<!-- Made by `make docs` from {source}. Do not edit: `make check` compares. -->\n"


def main(arguments: list[str]) -> int:
    """Write or compare every page; the exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        _set_django_up(scratch)
        pages = {name: page() for name, page in PAGES.items()}
    if "--check" in arguments:
        return _compare(pages)
    for name, text in pages.items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    return 0


# --- the pages ---------------------------------------------------------------------------------------------


def settings() -> str:
    """Every setting with its default and meaning."""
    from impactline.base.environ import DECLARED

    rows = [
        (
            f"`{entry.name}`" + (f"<br>`{entry.name}_FILE`" if entry.secret else ""),
            entry.default if " " in entry.default or not entry.default else f"`{entry.default}`",
            entry.meaning,
        )
        for entry in DECLARED
    ]
    return (
        NOTE.format(source="`impactline/settings.py`")
        + "\n# Settings\n\n"
        + "Settings are environment variables. With none set, Impactline runs. Where a name ending in\n"
        + "`_FILE` stands below another, the value may also be given as the path of a file that holds it.\n"
        + "All faults are told at once when a command starts.\n\n"
        + _table(("name", "default", "meaning"), rows)
    )


def commands() -> str:
    """Every command with its help, as `--help` prints it."""
    import click

    from impactline.cli import main as program

    parts = [
        NOTE.format(source="`impactline/cli/`"),
        "# Commands\n",
        "Exit codes: 0 success; 1 the answer is “no”, or findings that were asked to fail; 2 bad input.\n",
    ]
    for path, command in _walk(program, "impactline"):
        context = click.Context(command, info_name=path, terminal_width=100, **program.context_settings)
        parts.append(f"## `{path}`\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def events() -> str:
    """Every verb of the event log with what it means."""
    from impactline.base.events import VERBS

    rows = [(f"`{name}`", meaning) for name, meaning in sorted(VERBS.items())]
    return (
        NOTE.format(source="the `verbs` module of each room")
        + "\n# Events\n\n"
        + "Every change leaves one event, in the transaction of the change.\n\n"
        + _table(("verb", "meaning"), rows)
    )


def api_description() -> str:
    """The OpenAPI description, as /api/v1/openapi.json serves it."""
    return _json(_openapi())


def api() -> str:
    """Every endpoint in one line, with its parameters and answers below."""
    description = _openapi()
    parts = [
        NOTE.format(source="`impactline/api/`"),
        "# REST API\n",
        "The full description is [openapi.json](openapi.json); an installation serves it too.\n",
        _table(
            ("endpoint", "does"),
            [(f"`{method} {path}`", _summary(operation)) for method, path, operation in _operations(description)],
        ),
    ]
    for method, path, operation in _operations(description):
        parts.append(f"## `{method} {path}`\n")
        if operation.get("description"):
            parts.append(operation["description"].strip() + "\n")
        if operation.get("parameters"):
            parts.append(_table(("parameter", "in", "meaning"), list(map(_parameter, operation["parameters"]))))
        answers = [(f"`{code}`", answer.get("description", "")) for code, answer in operation["responses"].items()]
        parts.append(_table(("answer", "meaning"), answers))
    return "\n".join(parts)


def document_schema() -> str:
    """The JSON Schema of the native document, as `impactline schema` prints it."""
    from impactline.exchange.document import json_schema

    return _json(json_schema())


def document() -> str:
    """The native document, key by key."""
    from impactline.exchange.document import json_schema

    schema = json_schema()
    parts = [
        NOTE.format(source="`impactline/exchange/document.py`"),
        "# The native document\n",
        (
            "One YAML or JSON file, or a folder of files that are merged. References are by `ref`, people\n"
            "by e-mail address, dates are ISO. Unknown keys are an error. The same as a JSON Schema:\n"
            "[document.schema.json](document.schema.json), or `impactline schema`.\n"
        ),
        "## The document\n",
        _keys(schema),
    ]
    for name, part in sorted(schema.get("$defs", {}).items()):
        if "properties" in part:
            parts.append(f"## {name}\n")
            parts.append(part.get("description", "").strip() + "\n")
            parts.append(_keys(part))
    return "\n".join(parts)


def wording() -> str:
    """Every rule of the wording linter: what it asks for, what it reads, where it comes from."""
    from impactline.insight.wording import RULES, Kind

    rows = [
        (
            f"`{rule.id}`",
            rule.asks,
            ", ".join(kind.replace("_", " ") for kind in Kind if kind in rule.kinds),
            rule.reads,
            rule.source,
        )
        for rule in RULES.values()
    ]
    return (
        NOTE.format(source="`impactline/insight/wording/`")
        + "\n# The rules of wording\n\n"
        + "What `impactline lint` and the forms look at. How they judge, and how often they are wrong:\n"
        + "[explanation/wording.md](../explanation/wording.md).\n\n"
        + _table(("rule", "asks", "of", "reads", "source"), rows)
    )


def rules() -> str:
    """Every rule of what needs attention, and where the others of the design are looked after."""
    from impactline.insight.rules import REFUSED, RULES, TOLD_BY, WORDING

    rows = [
        (
            rule.id,
            rule.looks_for,
            rule.reads,
            "<br>".join(
                f"`{one.name}`: {one.meaning}; {one.default:g} ({one.least:g} to {one.most:g})"
                for one in rule.thresholds
            ),
            str(rule.severity),
            rule.source,
        )
        for rule in RULES.values()
    ]
    elsewhere = [
        *((rule, words) for rule, words in REFUSED.items()),
        *(
            (rule, f"Judged as {' and '.join(f'`{by}`' for by in named)}.")
            for rule, named in (WORDING | TOLD_BY).items()
        ),
    ]
    return (
        NOTE.format(source="`impactline/insight/rules/`")
        + "\n# The rules of what needs attention\n\n"
        + "How they are judged, who is told, and which rules of the design wait for data:\n"
        + "[explanation/rules.md](../explanation/rules.md).\n\n"
        + _table(("rule", "looks for", "reads", "thresholds", "severity", "source"), rows)
        + "\n## Looked after elsewhere\n\n"
        + _table(("rule", "how"), elsewhere)
    )


PAGES: dict[str, Callable[[], str]] = {
    "wording.md": wording,
    "rules.md": rules,
    "settings.md": settings,
    "commands.md": commands,
    "events.md": events,
    "api.md": api,
    "openapi.json": api_description,
    "file-format.md": document,
    "document.schema.json": document_schema,
}


# --- how they are made -------------------------------------------------------------------------------------


def _set_django_up(scratch: str) -> None:
    """With no setting of this machine's, so that the pages are the same everywhere."""
    for name in [name for name in os.environ if name.startswith("IMPACTLINE_")]:
        del os.environ[name]
    os.environ["IMPACTLINE_DATA"] = scratch
    os.environ["DJANGO_SETTINGS_MODULE"] = "impactline.settings"
    sys.path.insert(0, str(REFERENCE.parent.parent))
    import django

    django.setup()
    from django.apps import apps

    for room in apps.get_app_configs():
        if room.name.startswith("impactline.") and importlib.util.find_spec(f"{room.name}.verbs"):
            importlib.import_module(f"{room.name}.verbs")


def _compare(pages: dict[str, str]) -> int:
    stale = False
    for name, text in pages.items():
        file = REFERENCE / name
        written = file.read_text(encoding="utf-8") if file.exists() else ""
        if written != text:
            stale = True
            print(f"docs/reference/{name} is not what the code says: run `make docs`")
            changes = difflib.unified_diff(written.splitlines(), text.splitlines(), "written", "code", lineterm="", n=1)
            print("\n".join(list(changes)[:40]))
    return 1 if stale else 0


def _walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        yield from _walk(inner, f"{path} {name}")


def _openapi() -> dict[str, Any]:
    from impactline.api.root import openapi

    return openapi()


def _operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in sorted(description["paths"].items()):
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _summary(operation: dict[str, Any]) -> str:
    said = operation.get("description", "").strip().splitlines()
    return str(said[0] if said else operation.get("summary", ""))


def _parameter(parameter: dict[str, Any]) -> tuple[str, str, str]:
    return f"`{parameter['name']}`", parameter["in"], parameter.get("description", "")


def _keys(schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    return _table(
        ("key", "value", "meaning"),
        [
            (
                f"`{name}`" + (" (required)" if name in required else ""),
                _kind(entry),
                entry.get("description", ""),
            )
            for name, entry in schema.get("properties", {}).items()
        ],
    )


def _kind(entry: dict[str, Any]) -> str:
    """A JSON Schema in a few words."""
    if "$ref" in entry:
        name = entry["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in entry:
        return f"`{json.dumps(entry['const'])}`"
    if "enum" in entry:
        return ", ".join(f"`{value}`" for value in entry["enum"])
    if "anyOf" in entry:
        return " or ".join(_kind(part) for part in entry["anyOf"] if part.get("type") != "null")
    if entry.get("type") == "array":
        return f"list of {_kind(entry.get('items', {}))}"
    return str(entry.get("format") or entry.get("type", "any"))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=False) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
