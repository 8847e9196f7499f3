"""What a plan would do, line by line and in counts, as people read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from impactline.exchange.plan import Plan
from impactline.exchange.writing import json_text, plain

TEXT_MAX = 90
ADD, CHANGE, REMOVAL = "add", "change", "removal"
ORDER = ("adds", "changes", "removals")
WORDS = {"adds": "added", "changes": "changed", "removals": "removed"}
PLURALS = {"person": "people", "priority": "priorities", "dependency": "dependencies"} | {
    "answer on sufficiency": "answers on sufficiency"
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that would happen: added, changed or removed; of which kind, where, and what."""

    what: str
    kind: str
    ref: str
    day: str = ""
    text: str = ""


def lines_of(plan: Plan) -> Iterator[Line]:
    """Additions, then changes key by key, then what the changes take away."""
    for add in plan.adds:
        part: Any = add.part
        day = getattr(part, "at", None) or getattr(part, "on", None)
        yield Line(ADD, add.kind, add.ref, str(day or ""), short(_words_of(part)))
    for change in plan.changes:
        for field in change.fields:
            told = f"{field.field}: {value_words(field.before)} → {value_words(field.after)}"
            yield Line(CHANGE, change.kind, change.ref, str(change.day or ""), told)
    for removal in plan.removals:
        yield Line(REMOVAL, removal.kind, removal.ref, "", f"{removal.field}: {value_words(removal.entry)}")


def _words_of(part: Any) -> str:
    """What a new part is: its title, else its period and its value."""
    for name in ("title", "name"):
        if text := getattr(part, name, None):
            return str(text)
    period = [str(day) for name in ("starts_on", "ends_on") if (day := getattr(part, name, None))]
    value = getattr(part, "value", None)
    return ": ".join(filter(None, [" – ".join(period), "" if value is None else value_words(value)]))


def counted(counts: dict[str, int]) -> str:
    """How many of each kind: “2 objectives, 1 person”."""
    return ", ".join(
        f"{count:,} {kind if count == 1 else PLURALS.get(kind, kind + 's')}" for kind, count in counts.items()
    )


def value_words(value: Any) -> str:
    """A value of a document, short."""
    if value is None or value in ("", ()):
        return "nothing"
    return short(" ".join(json_text(plain(value)).split()))


def short(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1]}…"
