"""Generated documents with texts that trouble readers and writers."""

import typing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BeforeValidator, PlainValidator
from pydantic_core import PydanticCustomError

from impactline.chain.file_kinds import SIZE_MAX
from impactline.exchange import addresses, scalars, scalars_files, scalars_judgements, scalars_rules
from impactline.exchange.document import Absence, Document
from impactline.exchange.document_chain import Evidence
from impactline.exchange.document_foreign import fragment
from impactline.exchange.document_parts import Part

NASTY = (
    *(
        "yes",
        "no",
        "on",
        "y",
        "~",
        "null",
        "true",
        "2026",
        "1e3",
        "1_000",
        "0x1F",
        "0o17",
        "012",
        ".5",
        "12:30",
    ),
    *(
        "2026-10-01",
        "- a",
        "a: b",
        "a #b",
        "# a",
        "'a'",
        '"a"',
        "a\\b",
        "[a]",
        "{a: b}",
        "&a",
        "*a",
        "!a",
        "%a",
    ),
    *(
        "@a",
        "`a`",
        "| a",
        "> a",
        "a,b",
        "a, b",
        "? a",
        "=",
        "<<",
        "...",
        "---",
        "a  b",
        "$1.2m",
        "50%",
        "a:b",
    ),
    *(
        "😀",
        "👩\u200d👩\u200d👧",
        "e\u0301",
        "नमस्ते",
        "مرحبا بالعالم",
        "שלום",
        "a\u200fb",
        "Ärzte",
        "a\u200db",
        "日本語",
    ),
    *("\u00a0a", "ﬁ", "≥ 20 %", "http://a.b/c?d=e#f"),
)
HIDDEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
CHARS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=HIDDEN)
LINES = st.one_of(st.sampled_from(NASTY), st.text(CHARS, max_size=60), st.text("ab \t:#-,'\"", max_size=200))
NOTES = st.one_of(LINES, st.lists(LINES, max_size=5).map("\n".join), st.text("ab \n\t", max_size=300))
NUMBERS = st.one_of(
    st.integers(-(10**15) + 1, 10**15 - 1).map(Decimal),
    st.decimals(-1000, 1000, allow_nan=False, places=9),
    st.sampled_from([Decimal("0.1"), Decimal(18), Decimal("1E+3"), Decimal("-0"), Decimal("1.50")]),
)
MOMENTS = st.builds(
    lambda day, seconds: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds),
    st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    st.one_of(st.integers(0, 86_399), st.sampled_from([0, 0.5, 0.000001])),
)


def accepted(check: Any, raw: Any) -> Any:
    """What the check makes of generated values, without those that it refuses."""

    def passes(value: Any) -> bool:
        try:
            check(value)
        except PydanticCustomError:
            return False
        return True

    return raw.filter(passes)


REFS = accepted(
    scalars.ref,
    st.one_of(st.sampled_from(NASTY), st.text(st.characters(categories=("L", "N")), min_size=1, max_size=10)),
)
BY_CHECK: dict[Any, Any] = {
    scalars.ref: REFS,
    scalars.metric_name: st.builds("{}{}".format, REFS, st.sampled_from(["", "/1", "/12"])),
    scalars.email: st.sampled_from(["alice@example.org", "Bob+x@Example.org", "o'neil@a-b.co.uk"]),
    scalars.title: accepted(scalars.title, LINES),
    scalars.name: accepted(scalars.name, LINES),
    scalars.unit: accepted(scalars.unit, LINES),
    scalars.group: accepted(scalars.group, LINES),
    addresses.web_address: st.sampled_from(
        ["https://a.org/b?c=d#e", "http://Ämter.example:8000/日本", "HTTPS://[::1]/"]
    ),
    scalars.note: accepted(scalars.note, NOTES),
    fragment: accepted(fragment, NOTES),
    addresses.https_address: st.sampled_from(["https://example.org/a?b=c#d", "https://ärzte.example/α"]),
    addresses.uri: st.sampled_from(["", "https://example.org/list", "urn:x:y"]),
    scalars.number: NUMBERS,
    scalars_rules.rule_name: st.sampled_from(["W-vague", "R7"]),
    scalars_rules.digest: st.sampled_from(["", "0" * 32, "12e4" * 8]),
    scalars_rules.finding_key: st.sampled_from(["", "0" * 16, "12e4" * 4]),
    scalars_judgements.level_name: st.sampled_from(["", "Largely", "Ärger", "a: b"]),
    scalars_judgements.voice_name: st.sampled_from(["", "Patients of the north clinic"]),
    scalars_files.file_name: st.sampled_from(["protocol.pdf", "Ärzte & Pflege.csv", "a b (1).png"]),
    scalars_files.sha256: st.sampled_from(["0" * 64, "12e4" * 16]),
    scalars.positive: NUMBERS.filter(lambda value: value > 0),
    scalars.value_or_truth: NUMBERS,
    scalars.truth: st.booleans(),
    scalars.day: st.dates(date(1900, 1, 1), date(2200, 12, 31)),
    scalars.moment: MOMENTS,
    scalars.timezone: st.sampled_from(["UTC", "Europe/Berlin"]),
    scalars.locale: st.sampled_from(["en", "de_DE"]),
    scalars.version: st.just(1),
    scalars.policy: st.one_of(accepted(scalars.title, LINES), NUMBERS, st.booleans()),
}
BOUNDED = {"Share": (0, 100), "Fraction": (0, 1), "Hours": (0, 168), "Amount": (0, 1000)}
WHOLE = {"Confidence": (0, 10), "Cadence": (1, 366), "Lag": (0, 3_660)}
BY_TYPE = {
    **{getattr(scalars, name): st.decimals(low, high, places=2) for name, (low, high) in BOUNDED.items()},
    **{getattr(scalars, name): st.integers(low, high) for name, (low, high) in WHOLE.items()},
    scalars_judgements.LevelPlace: st.integers(0, 9),
    scalars_judgements.LevelCount: st.integers(2, 10),
    scalars_files.FileSize: st.integers(1, SIZE_MAX),
}


@st.composite
def parts(draw: Any, model: type[Part], size: int = 3) -> Any:
    """Valid parts of one model, with any of the keys that are not needed."""
    return model(**_possible(model, draw(_keys(model, size))))


def _possible(model: type[Part], keys: dict[str, Any]) -> dict[str, Any]:
    """The keys, such that those that depend on each other go together."""
    if model is Absence:
        first, last = sorted((keys["starts_on"], keys["ends_on"]))
        return {"starts_on": first, "ends_on": last}
    if model is Evidence and (keys.get("url") is None) == (keys.get("file") is None):
        return {**keys, "url": "https://example.org/protocol", "file": None}
    return keys


@cache
def _keys(model: type[Part], size: int) -> Any:
    hints = typing.get_type_hints(model, include_extras=True)
    keys = {field: _strategy(hints[field], size) for field in model.model_fields}
    needed = {field: keys.pop(field) for field, info in model.model_fields.items() if info.is_required()}
    return st.fixed_dictionaries(needed, optional=keys)


def _strategy(hint: Any, size: int) -> Any:
    if hint in BY_TYPE:
        return BY_TYPE[hint]
    origin = get_origin(hint)
    if origin is Annotated:
        for extra in get_args(hint)[1:]:
            if isinstance(extra, BeforeValidator | PlainValidator) and extra.func in BY_CHECK:
                return BY_CHECK[extra.func]
        return _strategy(get_args(hint)[0], size)
    if origin is Literal:
        return st.sampled_from(get_args(hint))
    if origin in (typing.Union, UnionType):
        return st.one_of([_strategy(inner, size) for inner in get_args(hint)])
    if origin is tuple:
        return st.lists(_strategy(get_args(hint)[0], size - 1), max_size=max(size, 1)).map(tuple)
    if origin is dict:
        return st.dictionaries(*[_strategy(inner, size) for inner in get_args(hint)], max_size=2)
    if hint is type(None):
        return st.none()
    return st.deferred(lambda: parts(hint, size))


DOCUMENTS = parts(Document)
