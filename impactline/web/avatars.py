"""Initials and tints of people and teams, so that a face can be drawn without a picture."""

from functools import lru_cache
from unicodedata import combining, normalize
from zlib import crc32

TINTS = 10


@lru_cache(maxsize=1024)
def initials(name: str) -> str:
    """Up to two letters: the first of the first and of the last word that begin with a letter; "?" without any."""
    words = [word for word in normalize("NFC", name).split() if word[0].isalpha()]
    chosen = words[:1] + words[-1:] if len(words) > 1 else words
    return "".join(_first_letter(word) for word in chosen) or "?"


@lru_cache(maxsize=1024)
def tint(key: str) -> int:
    """One of `TINTS` colours, the same for the same key on every machine and day."""
    return crc32(key.encode()) % TINTS


def _first_letter(word: str) -> str:
    """The first letter with the marks that belong to it, in upper case when that is one letter still."""
    marks = next((at for at, sign in enumerate(word[1:], start=1) if not combining(sign)), len(word))
    letter = word[:marks]
    return upper if len(upper := letter.upper()) == len(letter) else letter
