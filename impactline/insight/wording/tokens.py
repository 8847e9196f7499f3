"""A text cut into words, numbers and signs, with where each stands.

The expressions have no nested repetition over the same characters: their time grows with the length only.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,'’]\d+)*)"
    r"|(?P<elided>(?:[lLdDcCjJnNsS]|[qQ][uU])['’](?=[^\W\d_]{2}))"
    r"|(?P<word>[^\W\d_][^\W_]*(?:[-'’][^\W_]+)*)"
    r"|(?P<blank>_+)"
    r"|(?P<sign>[^\w\s])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, blank (underscores) or sign; `low` is it in lower case; start and end count characters."""

    kind: str
    text: str
    low: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is a word."""
        return self.kind in {"word", "elided"}


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a text in their order."""
    return tuple(
        Token(str(found.lastgroup), found[0], found[0].lower().replace("’", "'"), found.start(), found.end())
        for found in _TOKEN.finditer(text)
    )


def lowered(text: str) -> tuple[str, ...]:
    """The tokens of a phrase in lower case, as `tokens_of` gives them."""
    return tuple(token.low for token in tokens_of(text))
