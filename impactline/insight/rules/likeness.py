"""Which texts say nearly the same: by the words that they share."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from math import ceil

ALIKE = 0.85
COMMON = 50
WORDS_LEAST = 3
_WORD = re.compile(r"\w+")


def alike(texts: Mapping[int, str], least: float = ALIKE) -> Iterator[tuple[int, int]]:
    """Pairs of texts of which more than that share of all their words is common to both, in order.

    Two such texts share one of the rarest words of each (prefix filter: Bayardo, Ma and Srikant, WWW 2007), so that
    only these are compared. Words that stand in more than 50 texts are no rare ones: made-up series are passed by.
    Where each has a name in capitals that the other has not (AR, CR), they are of a series and not the same.
    """
    words = {number: frozenset(_WORD.findall(text.casefold())) for number, text in texts.items()}
    words = {number: found for number, found in words.items() if len(found) >= WORDS_LEAST}
    often = Counter(word for found in words.values() for word in found)
    holding: dict[str, list[int]] = defaultdict(list)
    for number, found in words.items():
        rare = sorted(found, key=lambda word: (often[word], word))
        for word in rare[: len(found) - ceil(least * len(found)) + 1]:
            holding[word].append(number)
    near = {pair for listed in holding.values() if len(listed) <= COMMON for pair in combinations(sorted(listed), 2)}
    for one, other in sorted(near):
        if len(words[one] & words[other]) <= least * len(words[one] | words[other]):
            continue
        names, others = _names(texts[one]), _names(texts[other])
        if names <= others or others <= names:
            yield one, other


def _names(text: str) -> set[str]:
    return {word for word in _WORD.findall(text) if len(word) > 1 and word.isupper()}
