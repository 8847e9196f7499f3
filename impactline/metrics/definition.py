"""What a metric is defined by beside its name: levels, references, dimensions and baselines, with their faults."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from impactline.base.errors import Invalid
from impactline.base.texts import line
from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import Categories

LEVELS_MAX = 100
REFERENCES_MAX = 100
DIMENSIONS_MAX = 20
CATEGORIES_MAX = 500
BASELINES_MAX = 500
NAME_MAX = 100
URI_MAX = 2000
OWN_VOCABULARY = "99"
REFERENCE_KEYS = ("vocabulary", "code", "uri")

Declared = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Start:
    """What a metric was on a day before the work started, as a whole or (`categories`) in one part."""

    day: date
    amount: Amount
    categories: Categories = ()
    note: str = ""


def levels(wanted: Iterable[str]) -> list[str]:
    """The levels of a scale, the first is 0; each once. Raises Invalid."""
    found = [line(level, "levels") for level in wanted]
    if len(found) > LEVELS_MAX:
        raise Invalid(f"There are {len(found)} levels; {LEVELS_MAX} are the most.", field="levels")
    if (twice := _twice(found)) is not None:
        raise Invalid(f"The level “{twice}” stands twice.", remedy="Keep one of the two.", field="levels")
    return found


def references(wanted: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """References such as {vocabulary: "9", code: "3.8.1"} (an SDG indicator in IATI's vocabularies). Raises Invalid.

    Vocabulary 99 is the organisation's own and needs an address that says which (IATI 2.03, rule 8.11.1).
    """
    found = []
    for entry in wanted:
        if unknown := sorted(set(entry) - set(REFERENCE_KEYS)):
            raise Invalid(f"Unknown: {', '.join(unknown)}.", remedy="Use vocabulary, code, uri.", field="references")
        vocabulary = line(str(entry.get("vocabulary", "")), "references", NAME_MAX)
        code = line(str(entry.get("code", "")), "references", NAME_MAX)
        uri = str(entry.get("uri") or "").strip()
        if uri and (any(c.isspace() for c in uri) or len(uri) > URI_MAX or ":" not in uri):
            raise Invalid(f"“{uri[:80]}” is not an address.", remedy="Write it as https://…", field="references")
        found.append({"vocabulary": vocabulary, "code": code, "uri": uri})
    if len(found) > REFERENCES_MAX:
        raise Invalid(f"There are {len(found)} references; {REFERENCES_MAX} are the most.", field="references")
    return found


def dimensions(wanted: Iterable[tuple[str, Sequence[str]]]) -> Declared:
    """Dimensions with their categories, each of both once. Raises Invalid."""
    found = tuple((line(name, "dimensions", NAME_MAX), _categories(name, inside)) for name, inside in wanted)
    if len(found) > DIMENSIONS_MAX:
        raise Invalid(f"There are {len(found)} dimensions; {DIMENSIONS_MAX} are the most.", field="dimensions")
    if (twice := _twice([name for name, _ in found])) is not None:
        raise Invalid(f"The dimension “{twice}” stands twice.", remedy="Keep one of the two.", field="dimensions")
    return found


def _categories(dimension: str, wanted: Sequence[str]) -> tuple[str, ...]:
    found = tuple(line(category, "dimensions", NAME_MAX) for category in wanted)
    if not found:
        raise Invalid(
            f"The dimension “{dimension[:40]}” has no categories.",
            remedy="Write them behind a colon: sex: women, men.",
            field="dimensions",
        )
    if len(found) > CATEGORIES_MAX:
        raise Invalid(f"There are {len(found)} categories; {CATEGORIES_MAX} are the most.", field="dimensions")
    if (twice := _twice(found)) is not None:
        raise Invalid(f"The category “{twice}” stands twice.", remedy="Keep one of the two.", field="dimensions")
    return found


def _twice(words: Sequence[str]) -> str | None:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            return word
        seen.add(word)
    return None
