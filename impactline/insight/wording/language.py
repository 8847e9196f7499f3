"""Which language a text is in, as far as that can be told from its small words."""

from collections.abc import Sequence

from impactline.insight.wording.lists import Lists
from impactline.insight.wording.tokens import Token

DEFAULT = "en"
_LATIN_SHARE = 0.5


def language_of(tokens: Sequence[Token], lists: Lists, assumed: str = "") -> str:
    """The code of the language, or "" for a text in another script.

    Small words decide, then verbs of the lists; where both tell nothing, `assumed`, such as the organisation's.
    """
    words = [token for token in tokens if token.is_word]
    latin = sum(1 for token in words if token.low[0] < "\u0250")
    if words and latin < _LATIN_SHARE * len(words):
        return ""
    otherwise = assumed if assumed in lists.by_language else DEFAULT
    points = {code: _points(words, lists, code) for code in lists.by_language}
    best = max(points.values())
    if best == 0 or points[otherwise] == best:
        return otherwise
    return next(code for code, found in points.items() if found == best)


def _points(words: Sequence[Token], lists: Lists, code: str) -> int:
    known = lists[code]
    small = sum(2 for word in words if word.low in known.known_by)
    verbs = sum(1 for word in words if word.low in known.forms or word.low in known.phrases["activity"])
    return small + verbs
