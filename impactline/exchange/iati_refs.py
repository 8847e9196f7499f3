"""Refs for what comes from IATI: from the identifier of its activity and its title, so that they come out alike."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from impactline.exchange.iati_records import Activity, first_text
from impactline.exchange.scalars import REF_MAX

ACTIVITY_MAX = 44
STEM_MAX = 30
RESERVED = frozenset({"new"})
_UNFIT = re.compile(r"[^\w.\-]+")


@dataclass(slots=True)
class Refs:
    """Gives refs that are not taken; a file that is read again gets the same."""

    taken: set[str] = field(default_factory=lambda: set(RESERVED))
    numbers: Counter[str] = field(default_factory=Counter)

    def activity(self, record: Activity) -> str:
        """The ref of an activity: its identifier, with hyphens for what a ref cannot have."""
        found = _UNFIT.sub("-", unicodedata.normalize("NFC", record.identifier)).strip(".-_")[:REF_MAX]
        return self._free(found or _words(first_text(record.title)) or "activity")

    def of(self, activity: str, title: str, otherwise: str) -> str:
        """The ref of something within an activity, by the words of its title."""
        return self._free(f"{activity[:ACTIVITY_MAX].strip('.-')}-{_words(title) or otherwise}")

    def numbered(self, activity: str, what: str, number: int) -> str:
        """The ref of something without a title."""
        return self._free(f"{activity[:ACTIVITY_MAX].strip('.-')}-{what}-{number}")

    def take(self, ref: str) -> None:
        """Keep a ref from being given."""
        self.taken.add(ref)

    def _free(self, stem: str) -> str:
        ref, number = stem, max(1, self.numbers[stem])
        while ref in self.taken:
            number += 1
            ref = f"{stem[: REF_MAX - 6]}-{number}"
        self.numbers[stem] = number
        self.taken.add(ref)
        return ref


def _words(title: str) -> str:
    found = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", title).lower())
    while len(found) > 1 and len("-".join(found)) > STEM_MAX:
        found.pop()
    return "-".join(found)[:STEM_MAX]
