"""YAML to a tree with places: libyaml's events, plain values only, no anchors, tags or second documents."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from impactline.exchange.faults import Fault, Place, shown
from impactline.exchange.scalars import Plain
from impactline.exchange.tree import Broken, Builder, Limits, Mapping, Sequence

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # eight times faster where libyaml is there
_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))
_PLAIN = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|true|True|TRUE|false|False|FALSE", re.ASCII)
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def parse(text: str, file: str, limits: Limits) -> Builder:
    """The tree of a YAML text.

    Raises Broken at the first fault of syntax; duplicate keys are in the builder's faults.
    """
    if found := _UNREADABLE.search(text):
        raise Broken(_control(text, found.start(), file))
    builder = Builder(file, limits)
    try:
        _build(builder, yaml.parse(text, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        raise Broken(_syntax(error, file)) from None
    except yaml.YAMLError as error:
        raise Broken(Fault(f"This is not YAML: {error}", "Correct the file.", Place(file))) from None
    return builder


def _build(builder: Builder, events: Iterator[Any]) -> None:
    documents = 0
    for event in events:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            mark = event.start_mark
            if event.anchor is not None or event.tag is not None:
                raise Broken(_refused(event, builder))
            builder.scalar(_value(event), mark.line + 1, mark.column + 1)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if event.anchor is not None or event.tag is not None:
                raise Broken(_refused(event, builder))
            place = builder.place(event.start_mark.line + 1, event.start_mark.column + 1)
            builder.open(Mapping(place) if kind is yaml.MappingStartEvent else Sequence(place))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            builder.close()
        elif kind is yaml.AliasEvent:
            raise Broken(_refused(event, builder))
        elif kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise Broken(_second(event, builder))


def _value(event: Any) -> str | None:
    text: str = event.value
    if event.style is not None and event.style != "":
        return text
    if text in _NOTHING:
        return None
    return Plain(text) if _PLAIN.fullmatch(text) else text


def _refused(event: Any, builder: Builder) -> Fault:
    place = builder.place(event.start_mark.line + 1, event.start_mark.column + 1)
    if isinstance(event, yaml.AliasEvent):
        return Fault(f"The alias *{shown(event.anchor)} is not allowed.", "Write the value out.", place)
    if event.anchor is not None:
        return Fault(f"The anchor &{shown(event.anchor)} is not allowed.", "Write the value out.", place)
    return Fault(f"The tag {shown(event.tag)} is not allowed.", "Leave the tag out; quote the value if need be.", place)


def _second(event: Any, builder: Builder) -> Fault:
    return Fault(
        "A second document begins here.",
        "Leave out the line ---, or put the second part into a file of its own.",
        builder.place(event.start_mark.line + 1, 1),
    )


def _syntax(error: Any, file: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    problem = str(error.problem or error.context or "a fault of syntax")
    return Fault(f"This is not YAML: {problem}.", _remedy(problem, str(error.context or "")), place)


def _remedy(problem: str, context: str) -> str:
    if "cannot start any token" in problem:
        return "Indent with spaces, not tabs, and put texts with special characters into quotes."
    if "mapping values are not allowed" in problem:
        return "Put a text that contains a colon and a space into quotes."
    if "expected <block end>" in problem or "did not find expected key" in problem:
        return "Check the indentation here and in the lines before, and that quotes are closed."
    if "quoted scalar" in context:
        return "Close the quotes."
    if "flow" in context or "expected ',' or" in problem:
        return "Check brackets, braces and commas."
    return "Correct this line or the one before."


def _control(text: str, at: int, file: str) -> Fault:
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return Fault(
        f"The file contains the control character U+{ord(text[at]):04X}.",
        "Remove it, or check that this is a text file.",
        Place(file, line, column),
    )
