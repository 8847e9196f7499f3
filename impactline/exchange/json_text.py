"""JSON to a tree with places, without recursion: numbers keep their text, duplicate keys are told."""

import re
from bisect import bisect_right
from collections.abc import Callable
from json import JSONDecodeError, decoder

from impactline.exchange.faults import Fault, Place, shown
from impactline.exchange.scalars import Plain
from impactline.exchange.tree import Broken, Builder, Limits, Mapping, Sequence

_BLANK = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])", re.ASCII)
_WORD = re.compile(r"[-+\w.]+")
_scan: Callable[[str, int, bool], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]
_WORDS: dict[str, str | None] = {"null": None, "true": Plain("true"), "false": Plain("false")}


def parse(text: str, file: str, limits: Limits) -> Builder:
    """The tree of a JSON text.

    Raises Broken at the first fault of syntax; duplicate keys are in the builder's faults.
    """
    return _Parser(text, file, limits).run()


class _Parser:
    def __init__(self, text: str, file: str, limits: Limits) -> None:
        self.text = text
        self.builder = Builder(file, limits)
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.closers: list[str] = []

    def run(self) -> Builder:
        at = self._value(self._blank(0))
        while self.closers:
            at = self._next(self._blank(at))
        at = self._blank(at)
        if at < len(self.text):
            raise self._broken(at, "something follows after the end", "Remove what follows the last bracket.")
        return self.builder

    def _next(self, at: int) -> int:
        """Go on inside an open object or array, whose first entry has been dealt with or which is empty."""
        closer = self.closers[-1]
        if self.text.startswith(closer, at):
            self.closers.pop()
            self.builder.close()
            return at + 1
        if not self.text.startswith(",", at):
            raise self._broken(at, f"a comma or {closer} was expected", "Check commas and brackets.")
        return self._entry(self._blank(at + 1))

    def _entry(self, at: int) -> int:
        if self.closers[-1] == "}":
            at = self._key(at)
        return self._value(at)

    def _key(self, at: int) -> int:
        if not self.text.startswith('"', at):
            raise self._broken(
                at,
                "a key in double quotes was expected",
                "Write the key in double quotes, no comma before }.",
            )
        at = self._blank(self._string(at))
        if not self.text.startswith(":", at):
            raise self._broken(at, "a colon was expected", "Write a colon between key and value.")
        return self._blank(at + 1)

    def _value(self, at: int) -> int:
        first = self.text[at : at + 1]
        if first == '"':
            return self._string(at)
        if first in ("{", "["):
            return self._open(at, first)
        if found := _NUMBER.match(self.text, at):
            self.builder.scalar(Plain(found[0]), *self._where(at))
            return found.end()
        word = _WORD.match(self.text, at)
        if word and word[0] in _WORDS:
            self.builder.scalar(_WORDS[word[0]], *self._where(at))
            return word.end()
        what = f"“{shown(word[0])}” is not a value" if word else "a value was expected"
        raise self._broken(at, what, "Write a number, a text in double quotes, true, false or null.")

    def _open(self, at: int, first: str) -> int:
        place = self.builder.place(*self._where(at))
        self.builder.open(Mapping(place) if first == "{" else Sequence(place))
        self.closers.append("}" if first == "{" else "]")
        at = self._blank(at + 1)
        return at if self.text.startswith(self.closers[-1], at) else self._entry(at)

    def _string(self, at: int) -> int:
        try:
            value, end = _scan(self.text, at + 1, True)
        except JSONDecodeError as error:
            raise self._broken(
                min(error.pos, len(self.text)),
                error.msg[:1].lower() + error.msg[1:],
                "Correct the text in quotes.",
            ) from None
        self.builder.scalar(value, *self._where(at))
        return end

    def _blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def _where(self, at: int) -> tuple[int, int]:
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def _broken(self, at: int, what: str, remedy: str) -> Broken:
        place = Place(self.builder.file, *self._where(at))
        return Broken(Fault(f"This is not JSON: {what}.", remedy, place))
