"""A document to bytes: canonical YAML and JSON, with only what is not the default."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from impactline.exchange.document import Document
from impactline.exchange.document_okrs import KeyResult, Objective
from impactline.exchange.document_parts import Part
from impactline.exchange.scalars import shortest, utc_text
from impactline.exchange.yaml_scalars import block, fits_block, inline

WIDTH = 110
_ALWAYS_BLOCK = (Document, Objective, KeyResult)


def to_yaml(document: Document) -> bytes:
    """The document as one YAML file."""
    return _yaml(document)


def to_json(document: Document) -> bytes:
    """The document as one JSON file; numbers exactly as they are."""
    return json_text(data(document)).encode()


def json_text(value: Any) -> str:
    """Mappings, lists and values as JSON; numbers exactly as they are, days and moments as texts."""
    return "".join(_json(value, 0)) + "\n"


def to_folder(document: Document) -> dict[str, bytes]:
    """The document as YAML files by path: what changes together stands together, one file a cycle."""
    parts = {
        "organisation.yaml": ("organisation", "teams", "priorities"),
        "people.yaml": ("people",),
        "cycles.yaml": ("cycles",),
        "metrics.yaml": ("metrics",),
        "chain.yaml": ("chain", "links", "dependencies", "roadblocks", "requests"),
        "muted.yaml": ("muted",),
        "foreign.yaml": ("foreign",),
    }
    files = {
        path: _yaml(Document(**{section: getattr(document, section) for section in sections}))
        for path, sections in parts.items()
        if path == "organisation.yaml" or any(getattr(document, section) for section in sections)
    }
    names = _file_names(dict.fromkeys(objective.cycle for objective in document.objectives))
    for cycle, name in names.items():
        objectives = tuple(part for part in document.objectives if part.cycle == cycle)
        files[f"objectives/{name}.yaml"] = _yaml(Document(objectives=objectives))
    return files


def data(part: Part) -> dict[str, Any]:
    """A part as plain mappings, lists and values, keys in canonical order, without what is the default."""
    keys: dict[str, Any] = {}
    for key, field in type(part).keys().items():
        value = getattr(part, field)
        info = type(part).model_fields[field]
        if info.is_required() or key == "impactline" or value != info.get_default(call_default_factory=True):
            keys[key] = plain(value)
    return keys


def plain(value: Any) -> Any:
    """A value without parts of the document: parts become mappings, tuples lists."""
    if isinstance(value, Part):
        return data(value)
    if isinstance(value, tuple):
        return [plain(entry) for entry in value]
    return {key: plain(entry) for key, entry in value.items()} if isinstance(value, dict) else value


def _file_names(refs: dict[str, None]) -> dict[str, str]:
    """A file name for each ref, also where the file system does not tell upper from lower case."""
    taken: set[str] = set()
    names: dict[str, str] = {}
    for ref in refs:
        name, number = ref, 1
        while name.casefold() in taken:
            number += 1
            name = f"{ref}-{number}"
        taken.add(name.casefold())
        names[ref] = name
    return names


def _yaml(document: Document) -> bytes:
    return ("\n".join(_mapping(document, 0)) + "\n").encode()


def _mapping(part: Part, indent: int) -> Iterator[str]:
    """The lines of a part as a block mapping."""
    fields = type(part).keys()
    for key in data(part):
        yield from _entry(key, getattr(part, fields[key]), indent)


def _entry(key: str, value: Any, indent: int) -> Iterator[str]:
    space = " " * indent
    short = _short(value, indent + len(key) + 2)
    if short is not None:
        yield f"{space}{key}: {short}"
    elif isinstance(value, str):
        first, *rest = block(value, indent + 2, WIDTH)
        yield f"{space}{key}: {first}"
        yield from rest
    elif isinstance(value, tuple):
        yield f"{space}{key}:"
        yield from _list(value, indent + 2)
    elif isinstance(value, dict):
        yield f"{space}{key}:"
        for inner, entry in value.items():
            yield f"{space}  {inline(inner)}: {_flow(entry) if isinstance(entry, Part) else _scalar(entry)}"
    else:
        yield f"{space}{key}:"
        yield from _mapping(value, indent + 2)


def _list(entries: tuple[Any, ...], indent: int) -> Iterator[str]:
    space = " " * indent
    for entry in entries:
        short = _short(entry, indent + 2)
        if short is not None or not isinstance(entry, Part):
            yield f"{space}- {short or _scalar(entry)}"
        else:
            first, *rest = _mapping(entry, indent + 2)
            yield f"{space}- {first.lstrip(' ')}"
            yield from rest


def _short(value: Any, used: int) -> str | None:
    """The value on one line, or None where it does not fit or is better read in a block."""
    if isinstance(value, str) and ("\n" in value or len(value) + used > WIDTH):
        return None if fits_block(value) else inline(value)
    if not isinstance(value, Part | tuple | dict):
        return _scalar(value)
    if isinstance(value, _ALWAYS_BLOCK) or _is_deep(value):
        return None
    text = _flow(value)
    return text if len(text) + used <= WIDTH and "\n" not in text else None


def _is_deep(value: Any) -> bool:
    """Whether a mapping or list holds more than one further level, or texts of several lines."""
    if isinstance(value, tuple):
        return any(isinstance(entry, Part | tuple) for entry in value)
    entries = value.values() if isinstance(value, dict) else (entry for _, entry in value)
    return any(
        (isinstance(entry, tuple) and any(isinstance(inner, Part) for inner in entry))
        or (isinstance(entry, str) and "\n" in entry)
        for entry in entries
    )


def _flow(value: Any) -> str:
    if isinstance(value, Part):
        keys = type(value).keys()
        return "{" + ", ".join(f"{key}: {_flow(getattr(value, keys[key]))}" for key in data(value)) + "}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{inline(key, flow=True)}: {_flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(_flow(entry) for entry in value) + "]"
    return inline(value, flow=True) if isinstance(value, str) else _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return inline(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return shortest(value)
    if isinstance(value, datetime):
        return utc_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _json(value: Any, indent: int) -> Iterator[str]:
    inner = "\n" + "  " * (indent + 1)
    if isinstance(value, dict) and value:
        for at, (key, entry) in enumerate(value.items()):
            yield f"{',' if at else '{'}{inner}{json.dumps(key, ensure_ascii=False)}: "
            yield from _json(entry, indent + 1)
        yield "\n" + "  " * indent + "}"
    elif isinstance(value, list) and value:
        for at, entry in enumerate(value):
            yield f"{',' if at else '['}{inner}"
            yield from _json(entry, indent + 1)
        yield "\n" + "  " * indent + "]"
    elif isinstance(value, dict | list):
        yield "{}" if isinstance(value, dict) else "[]"
    elif isinstance(value, str | bool):
        yield json.dumps(value, ensure_ascii=False)
    elif isinstance(value, Decimal | int):
        yield _scalar(value)
    else:
        yield json.dumps(_scalar(value))
