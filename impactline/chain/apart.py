"""What tells items apart that have the same title: the part of their refs in which they differ.

Published files say the same of one activity after the other: 80 outcomes called “Status determination”, each of another
country. Capitals and spaces tell nothing apart.
"""

from collections import defaultdict
from collections.abc import Iterable

BETWEEN, LEFT_OUT = "-", "…"


def apart(titled: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of refs with their titles those whose title another one has, too, with what tells them apart.

    That is the ref without the words at its beginning that all of the same title share: XM-1-KEN-water and
    XM-1-UGA-water are …KEN-water and …UGA-water.
    """
    of_title: dict[str, list[str]] = defaultdict(list)
    for ref, title in titled:
        of_title[" ".join(title.split()).casefold()].append(ref)
    return {ref: words for refs in of_title.values() if len(refs) > 1 for ref, words in _differing(refs)}


def title_apart(title: str, words: str | None) -> str:
    """A title with what tells it from others that are the same."""
    return f"{title} ({words})" if words else title


def _differing(refs: list[str]) -> Iterable[tuple[str, str]]:
    parted, shared = [ref.split(BETWEEN) for ref in refs], 0
    while all(len(words) > shared + 1 and words[shared] == parted[0][shared] for words in parted):
        shared += 1
    for ref, words in zip(refs, parted, strict=True):
        rest = BETWEEN.join(words[shared:])
        yield ref, f"{LEFT_OUT}{rest}" if shared and rest else ref
