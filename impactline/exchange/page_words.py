"""What a line of an OKR page is: whose, and whether it is marked as an objective or a key result."""

import re
from typing import NamedTuple

from impactline.base.texts import can_be_read
from impactline.exchange.page_period import MONTHS
from impactline.exchange.page_text import Rich


def words(text: str) -> frozenset[str]:
    """A set of words, written as people write them."""
    return frozenset(text.split())


_KEY_RESULT = re.compile(r"(?P<role>[^:]{0,140}?)\s*\b(?:KRs?|Key [Rr]esults?)\s?#?\d*(?:\.\d+)*\s*:\s*")
_OBJECTIVE = re.compile(r"(?:OBJECTIVE|Objective)\s?#?\d*\s*:\s*|O\d+\s*:\s*")
_NUMBERING = re.compile(r"\d{1,3}[.)]\s+")
_PREFIX = re.compile(r"(?P<role>[^:]{1,140}?)\s*:(?:\s+|$)")
_SMALL = words("of the to and & for in a an at on with")
# Verbs with which a title begins, so that "Improve scalability:" is not taken for a role.
_VERBS = words(
    "achieve add adopt automate become begin benchmark build close complete conduct convert create cut decrease"
    " define deliver deploy deprecate design develop document double drive eliminate enable ensure establish"
    " evaluate execute expand explore finish grow have hire identify implement improve increase integrate"
    " investigate keep launch lower maintain make map measure meet merge migrate minimize move open optimize port"
    " prepare prevent provide publish raise reach rebuild reduce refactor release replace resolve reduce review"
    " rewrite roll run scale secure set ship simplify source spend start stop streamline support test track train"
    " triple update upgrade use validate write"
)
_NO_ROLES = words("note notes example total goal result results details status why todo source sources update")
_NO_ROLES |= frozenset(MONTHS)

_ISSUE = re.compile(r"[\w./-]*/[\w./-]*[#&]\d+|[\w.-]+&\d+|[\w-]+ epic #\d+", re.IGNORECASE)


class Said(NamedTuple):
    """A line taken apart: the role that it belongs to, its mark, and the rest."""

    role: str
    mark: str
    text: Rich


def said(text: Rich) -> Said:
    """Role, mark (`key_result`, `objective` or none) and text of a line."""
    if numbered := _NUMBERING.match(text.plain):
        text = text.part(numbered.end())
    if marked := _OBJECTIVE.match(text.plain):
        return Said("", "objective", text.part(marked.end()))
    marked = _KEY_RESULT.match(text.plain)
    if marked and (not marked["role"] or is_role(marked["role"])):
        return Said(marked["role"].strip(), "key_result", text.part(marked.end()))
    prefix = _PREFIX.match(text.plain)
    if prefix and is_role(prefix["role"]):
        return Said(prefix["role"].strip(), "", text.part(prefix.end()))
    return Said("", "", text)


def is_role(prefix: str) -> bool:
    """Whether the words before a colon name a role or team rather than begin a sentence."""
    words = re.findall(r"[^\s,;/&()]+", prefix)
    bare = [word for word in words if word.lower() not in _SMALL]
    if not bare or len(words) > 16 or any(char.isdigit() for char in prefix) or not prefix.strip()[0].isupper():
        return False
    if bare[0].lower() in _NO_ROLES or prefix.count("(") != prefix.count(")"):
        return False
    lower = [word for word in bare if word[0].islower()]
    if not lower:
        return True
    return len(words) <= 4 and bare[0].lower() not in _VERBS and not prefix.rstrip().endswith((".", ")", "!", "?"))


def is_bare_role(text: str) -> bool:
    """Whether a whole line is nothing but a role, such as “Director of Support”."""
    words = text.split()
    bare = [word for word in words if word.lower() not in _SMALL]
    return 0 < len(words) <= 6 and all(word[0].isupper() for word in bare) and is_role(text) and text[-1] != "."


def without_issue(text: Rich) -> Rich:
    """The text without the links to issues at its end, such as gitlab-com/Product#730."""
    for mark in sorted(text.marks, key=lambda mark: mark.start, reverse=True):
        tail = text.plain[mark.stop :].strip(" .")
        if (
            mark.kind == "link"
            and can_be_read(text.plain[: mark.start])
            and not tail
            and _ISSUE.fullmatch(text.plain[mark.start : mark.stop])
        ):
            text = text.part(0, mark.start)
    return text
