"""What a line of an OKR page says came of it, and the score that it writes.

Conservative: what is not plainly written is not read into a line.
"""

import re
from decimal import Decimal

from impactline.exchange.page_text import Rich

_ARROW = re.compile(r"\s*(?:(?<![<>=-])={1,3}\s?>|(?<![<-])-{2,3}>|(?<=\s)->|[→⇒➜])\s*\.?\s*")
_PERCENT = r"~?\d{1,3}(?:\.\d+)?\s?%"
_EQUALS = re.compile(rf"\s=\s(?={_PERCENT})")
_TOTAL = re.compile(rf"\s\[?Total\b\W{{0,3}}{_PERCENT}")
_STATE = re.compile(r"\s\[(?=(?:DONE|WIP|BLOCKED|CANCELLED)\b)")
_IN_MIDDLE = re.compile(rf"\s*\({_PERCENT}\)\s*:\s")
_IN_BRACKETS = re.compile(rf"\s*\({_PERCENT}(?:\)|\s*(?:[-–,]|complete|done)[^()]*\))\s*\.?$", re.IGNORECASE)
_AFTER_SIGN = re.compile(rf"(?:\s[-–—]\s+|\s?:\s+)(?=(?:\d+/\d+,\s*)?(?P<percent>{_PERCENT})(?P<rest>.*)$)")
_ENDED = re.compile(r"\s*(?:$|done\b|completed?\b|achieved\b|[,(.]|-\s)", re.IGNORECASE)
_COUNTED = re.compile(r"\s?:\s+(?=(?P<rest>[^:]+)$)")
_COUNTS = re.compile(r"\d+/\d+\b|(?:sourced|hired)\s+(?:\d|X)|X\s+(?:sourced|hired)", re.IGNORECASE)
_TELLING = re.compile(r"(?:\d|>\d[^%]*%|X\b|hired\b|sourced\b|done\b|no\b)", re.IGNORECASE)

_SCORE = re.compile(
    r"\W*(?:DONE\W+|\d+/\d+\W+)?(?P<total>Total\b\W*)?(?:missed\W*)?~?(?P<number>\d{1,3}(?:\.\d+)?)\s?%(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_VERDICT = re.compile(r"[\s)*\]]*(?:$|[.,:;!(\[–-]|done\b|complete|achieved\b|due\b)", re.IGNORECASE)


def split_result(text: Rich) -> tuple[Rich, Rich | None]:
    """A line and what it says came of it, after an arrow or in the ways that pages write without one."""
    arrow = _ARROW.search(text.plain)
    if arrow is None:
        at = _result_at(text)
        return (text, None) if at is None else (_trimmed(text.part(0, at)), _opened(text.part(at)))
    left, right = text.part(0, arrow.start()), text.part(arrow.end())
    at = _result_at(left)
    if at is None:
        return _trimmed(left), right
    return _trimmed(left.part(0, at)), _opened(text.part(text.plain.find(left.plain) + at))


def score_in(result: Rich) -> Decimal | None:
    """The score that a result writes: one share of a hundred as the verdict on the whole, from 0 to 1.

    “90% complete”, “(57%)” and “Total - 90%” are; “100%, 0%, 100%”, “62.5% hiring” and “Done” are not.
    """
    arrow = _ARROW.search(result.plain)
    text = result.part(arrow.end()) if arrow else result
    found = _SCORE.match(text.plain) or _last_in_brackets(text.plain)
    if found is None:
        return None
    percents = re.findall(_PERCENT, text.plain)
    if len(percents) > 1 and not found.groupdict().get("total"):
        return None
    rest = found.groupdict().get("rest") or ""
    if not (_VERDICT.match(rest) or _begins_with_link(text, len(text.plain) - len(rest))):
        return None
    return min(Decimal(found["number"]) / 100, Decimal(1))


def _result_at(text: Rich) -> int | None:
    """Where the result begins in a line without an arrow."""
    plain = text.plain
    for mark in sorted(text.marks, key=lambda mark: mark.start):
        if mark.kind in ("strong", "em") and mark.start and re.match(_PERCENT, plain[mark.start : mark.stop]):
            return mark.start
    for expression in (_EQUALS, _TOTAL, _STATE, _IN_MIDDLE):
        if found := expression.search(plain):
            return found.start()
    for found in _AFTER_SIGN.finditer(plain):
        end = len(plain) - len(found["rest"])
        if _outside_brackets(plain, found.start()) and (_ENDED.match(found["rest"]) or _begins_with_link(text, end)):
            return found.start()
    bracket = _IN_BRACKETS.search(plain)
    counted = _COUNTED.search(plain[: bracket.start()] if bracket else plain)
    if counted and _outside_brackets(plain, counted.start()):
        if _COUNTS.match(counted["rest"]) or (bracket and _TELLING.match(counted["rest"])):
            return counted.start()
    return bracket.start() if bracket else None


def _outside_brackets(plain: str, at: int) -> bool:
    return plain.count("(", 0, at) == plain.count(")", 0, at)


def _begins_with_link(text: Rich, at: int) -> bool:
    at += len(text.plain[at:]) - len(text.plain[at:].lstrip())
    return any(mark.kind == "link" and mark.start == at for mark in text.marks)


def _trimmed(text: Rich) -> Rich:
    """Without the sign that stood before the result."""
    plain = text.plain.rstrip(" :=–—")
    return text.part(0, len(plain))


def _opened(text: Rich) -> Rich:
    plain = text.plain.lstrip(" :=–—-")
    return text.part(len(text.plain) - len(plain))


def _last_in_brackets(plain: str) -> re.Match[str] | None:
    return re.search(r"\(~?(?P<number>\d{1,3}(?:\.\d+)?)\s?%(?:\)|\s*[-–,])", plain)
