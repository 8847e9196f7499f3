"""Which texts say nearly the same: by the words that they share."""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from math import ceil

import numpy as np

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
    often = _repeated(texts)
    holding: dict[str, list[int]] = defaultdict(list)
    for number, text in texts.items():
        found = _words(text)
        rare = sorted(found, key=lambda word: (often.get(hash(word), 1), word))
        for word in rare[: len(found) - ceil(least * len(found)) + 1]:
            if hash(word) in often:
                holding[word].append(number)
    near = {pair for listed in holding.values() if len(listed) <= COMMON for pair in combinations(sorted(listed), 2)}
    for one, other in sorted(near):
        words, others = _words(texts[one]), _words(texts[other])
        if len(words & others) <= least * len(words | others):
            continue
        names, other_names = _names(texts[one]), _names(texts[other])
        if names <= other_names or other_names <= names:
            yield one, other


def _words(text: str) -> frozenset[str]:
    """Its words; none where it has too few to tell."""
    found = frozenset(_WORD.findall(text.casefold()))
    return found if len(found) >= WORDS_LEAST else frozenset()


def _repeated(texts: Mapping[int, str]) -> dict[int, int]:
    """In how many texts those words stand that stand in several, each told by its hash: numbers are smaller."""
    numbers = array("q", (hash(word) for text in texts.values() for word in _words(text)))
    values, counts = np.unique(np.array(numbers, dtype=np.int64), return_counts=True)
    several = counts > 1
    return dict(zip(values[several].tolist(), counts[several].tolist(), strict=True))


def _names(text: str) -> set[str]:
    return {word for word in _WORD.findall(text) if len(word) > 1 and word.isupper()}
