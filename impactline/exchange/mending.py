"""What pydantic refuses, told as faults; and the document without it, so that the rest can be checked too."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from impactline.exchange.document import Document
from impactline.exchange.document_parts import Part
from impactline.exchange.faults import SHOWN_MAX, Fault, did_you_mean, path_text, shown
from impactline.exchange.tree import Mapping, Sequence, place_of

Path = tuple[str | int, ...]
ROUNDS_MAX = 8
MENDED_MAX = 5_000


class Lost(NamedTuple):
    """What could not be understood: refs and addresses that went with it, and refs of what lacks a part."""

    refs: frozenset[str] = frozenset()
    incomplete: frozenset[str] = frozenset()


NOTHING_LOST = Lost()


def faults_of(error: ValidationError, tree: Mapping) -> list[Fault]:
    """A fault for each thing that was refused, in the order of the document."""
    details = error.errors(include_url=False)
    return [_fault(detail, tree) for detail in details[: SHOWN_MAX + 1]]


def mended(tree: Mapping, error: ValidationError) -> tuple[Document, Lost]:
    """The document without what was refused, and what was lost with it.

    The tree loses the same parts, so that paths into it keep leading to the right places. Where thousands of
    things were refused, nothing of the document is left to check.
    """
    if error.error_count() > MENDED_MAX:
        return Document(), NOTHING_LOST
    refs: set[str] = set()
    incomplete: set[str] = set()
    for _ in range(ROUNDS_MAX):
        details = error.errors(include_url=False)
        for detail in details:
            if detail["type"] != "extra_forbidden":
                incomplete.update(_touched(tree, _culprit(detail)))
        _cut(tree, (_culprit(detail) for detail in details), refs)
        try:
            return Document.model_validate(tree), Lost(frozenset(refs), frozenset(incomplete))
        except ValidationError as again:
            error = again
    return Document(), Lost(frozenset(refs), frozenset(incomplete))


def _fault(detail: ErrorDetails, tree: Mapping) -> Fault:
    path = _path(detail)
    message, remedy = _words(detail, path)
    return Fault(message, remedy, place_of(tree, path), path_text(path))


def _path(detail: ErrorDetails) -> Path:
    return tuple(step for step in detail["loc"] if step != "[key]")


def _words(detail: ErrorDetails, path: Path) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    key = shown(path[-1]) if path else "the document"
    if kind == "impactline":
        return context["message"], context["remedy"]
    if kind == "missing":
        return f"{key} is missing.", f"Add {key}."
    if kind == "extra_forbidden":
        known = _model_at(path[:-1]).keys()
        return f"“{key}” is not a known key here.", did_you_mean(key, known, f"Known keys: {', '.join(known)}.")
    if kind == "literal_error":
        words = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        remedy = did_you_mean(str(detail["input"]), words, f"Write one of {', '.join(words)}.")
        return f"“{shown(detail['input'])}” is not possible for {key}.", remedy
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return "Keys with values are expected here.", "Write them as key: value, each on a line of its own."
    if kind == "tuple_type":
        return "A list is expected here.", "Begin each entry with a hyphen, or write [a, b]."
    return detail["msg"] + ".", "Correct the value."


def _model_at(path: Path) -> type[Part]:
    model: type[Part] = Document
    for step in path:
        if isinstance(step, str):
            model = _model_in(model.model_fields[model.keys()[step]].annotation) or model
    return model


def _model_in(annotation: Any) -> type[Part] | None:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


def _culprit(detail: ErrorDetails) -> Path:
    """What has to go: the value itself, or, where a needed key is missing, what should have it."""
    path = _path(detail)
    return path[:-1] if detail["type"] == "missing" else path


def _touched(tree: Mapping, culprit: Path) -> Iterator[str]:
    """The refs of what holds the culprit, and of the objectives whose parts it may be."""
    inner: Any = tree
    for step in culprit:
        inner = _inside(inner, step)
        if isinstance(inner, Mapping):
            yield str(inner.get("ref"))
            parents = inner.get("contributes_to")
            for parent in parents if isinstance(parents, Sequence) else ():
                if isinstance(parent, Mapping):
                    yield str(parent.get("objective"))


def _cut(tree: Mapping, culprits: Iterable[Path], spoiled: set[str]) -> None:
    for path in sorted(set(culprits), key=_order, reverse=True):
        inner: Any = tree
        for step in path[:-1]:
            inner = _inside(inner, step)
        if path and _inside(inner, path[-1], missing := object()) is not missing:
            _note_refs(inner if path[-1] in ("ref", "email") else inner[path[-1]], spoiled)
            _remove(inner, path[-1])


def _order(path: Path) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (0, step) for step in path]


def _inside(container: Any, step: str | int, otherwise: Any = None) -> Any:
    if isinstance(container, Sequence) and isinstance(step, int):
        return container[step] if step < len(container) else otherwise
    return container.get(str(step), otherwise) if isinstance(container, Mapping) else otherwise


def _remove(container: Any, step: Any) -> None:
    del container[step]
    del container.places[step]


def _note_refs(value: Any, spoiled: set[str]) -> None:
    if isinstance(value, Mapping):
        spoiled.update(str(value[key]) for key in ("ref", "email") if isinstance(value.get(key), str))
    for entry in value.values() if isinstance(value, Mapping) else value if isinstance(value, Sequence) else ():
        _note_refs(entry, spoiled)
