"""Texts that people enter: one line or many, in normal form, without characters that deceive."""

import unicodedata

from impactline.base.errors import Invalid

TITLE_MAX = 500
PROSE_MAX = 20_000
_DECEIVING = {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "\ufeff"}


def line(text: str, field: str, most: int = TITLE_MAX) -> str:
    """One line of text, not empty; raises Invalid when it is empty or too long."""
    cleaned = " ".join(_clean(text).split())
    if not can_be_read(cleaned):
        raise Invalid("This must not be empty.", remedy="Write a few words.", field=field)
    return _short(cleaned, field, most)


def prose(text: str, field: str, most: int = PROSE_MAX) -> str:
    """Several lines of text, possibly none; raises Invalid when it is too long."""
    cleaned = _clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return _short(cleaned, field, most)


def can_be_read(text: str) -> bool:
    """Whether a text has anything that can be seen."""
    return any(_visible(char) for char in text)


def spellings(word: str) -> list[str]:
    """A word as titles may hold it, for a search that ignores case: one spelling, or a few beyond ASCII.

    SQLite ignores the case of ASCII letters alone. Normal form C, as titles are kept.
    """
    normal = unicodedata.normalize("NFC", word)
    if normal.isascii():
        return [normal]
    return list(dict.fromkeys((normal, normal.lower(), normal.upper(), normal.capitalize(), normal.title())))


def _visible(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] not in "ZM" and category not in ("Cc", "Cf")


def _clean(text: str) -> str:
    """Normal form C, without control characters and without overrides of the writing direction."""
    if text.isascii() and text.isprintable():
        return text
    normal = unicodedata.normalize("NFC", text)
    return "".join(
        char
        for char in normal
        if char in "\n\t" or not (unicodedata.category(char) in {"Cc", "Cs"} or char in _DECEIVING)
    )


def _short(text: str, field: str, most: int) -> str:
    if len(text) > most:
        raise Invalid(f"This has {len(text)} characters; {most} are the most.", remedy="Shorten it.", field=field)
    return text
