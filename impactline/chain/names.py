"""What an organisation calls the levels of its chain, over codes that never change.

Donors and schools say goal, purpose, specific objective, result for the same five levels; files, events and programs
keep the codes. Source: EU external action and DAC use the same words for different levels, hence names over codes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from impactline.base.errors import Fault, Faults, Invalid, Refusal
from impactline.base.texts import line
from impactline.chain.levels import Level, Sublevel, with_article

NAME_MAX = 40


@dataclass(frozen=True, slots=True)
class Name:
    """A level as it stands inside a sentence: of one item, and of several."""

    one: str
    many: str


USUAL = {
    "input": Name("input", "inputs"),
    "activity": Name("activity", "activities"),
    "output": Name("output", "outputs"),
    "outcome": Name("outcome", "outcomes"),
    "immediate": Name("immediate outcome", "immediate outcomes"),
    "intermediate": Name("intermediate outcome", "intermediate outcomes"),
    "ultimate": Name("ultimate outcome", "ultimate outcomes"),
    "impact": Name("impact", "impacts"),
}
_ONE = {USUAL[str(level)].one: str(level) for level in Level}
_MANY = {USUAL[str(level)].many: str(level) for level in Level}
_SPOKEN = re.compile(
    rf"“[^”]*”|(?P<article>\ban? )?(?<![\w-])(?P<word>{'|'.join([*_MANY, *_ONE])})(?![\w-])", re.IGNORECASE
)
KINDS_OF_OUTCOME = tuple(str(one) for one in Sublevel if one)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of all levels and kinds of outcome, by their codes."""

    by_code: Mapping[str, Name]

    def of(self, level: str, sublevel: str = "") -> Name:
        """The name of a level, or of a kind of outcome."""
        return self.by_code[sublevel or level]

    def say(self, template: str) -> str:
        """A sentence with the names in their places: {output}, {outputs}, {an_output}, and so on."""
        words = {code: name.one for code, name in self.by_code.items()}
        words |= {usual.many: self.by_code[code].many for code, usual in USUAL.items() if " " not in usual.many}
        words |= {with_article(code).replace(" ", "_"): with_article(self.by_code[code].one) for code in USUAL}
        text = template.format_map(words)
        return text[:1].upper() + text[1:]

    def retell(self, text: str) -> str:
        """A sentence that speaks of the usual levels, in the organisation's names; what stands in quotes stays.

        Findings and rules are kept in the words of the codes, so that they mean the same everywhere; here is where
        people read them.
        """
        if all(self.by_code[str(level)] == USUAL[str(level)] for level in Level):
            return text
        return _SPOKEN.sub(self._renamed, text)

    def retold(self, refusal: Refusal) -> Refusal:
        """A refusal in the organisation's names, with all its faults; its code and its fields stay."""
        return refusal.reworded(self.retell, self.retell)

    def _renamed(self, found: "re.Match[str]") -> str:
        """What stands for a level, or a quote as it is; capitals are kept, and articles fit the name."""
        word = found["word"]
        if word is None:
            return found[0]
        one = word.lower() in _ONE
        name = self.by_code[_ONE[word.lower()] if one else _MANY[word.lower()]]
        said = name.one if one else name.many
        if found["article"] and one:
            said = with_article(name.one)
            return said[:1].upper() + said[1:] if found["article"][0].isupper() else said
        said = said[:1].upper() + said[1:] if word[0].isupper() else said
        return f"{found['article'] or ''}{said}"

    def code_of(self, word: str) -> Level | None:
        """The level that somebody means, by its code or its name, in any case."""
        said = word.strip().casefold()
        return next((level for level in Level if said in (str(level), self.by_code[str(level)].one.casefold())), None)


def read(stored: Mapping[str, Any]) -> Names:
    """The names as stored, the usual ones where there is none; kinds of outcome follow a renamed outcome."""
    own = {code: Name(str(pair[0]), str(pair[1])) for code, pair in stored.items() if code in USUAL}
    found = {**USUAL, **own}
    if "outcome" in own:
        for kind in KINDS_OF_OUTCOME:
            if kind not in own:
                found[kind] = Name(f"{kind} {own['outcome'].one}", f"{kind} {own['outcome'].many}")
    return Names(found)


def checked(wanted: Mapping[str, Name]) -> dict[str, list[str]]:
    """Names as they are stored: only those that are not the usual ones. Raises Faults, each at its code.

    An empty name is the usual one; of several items are “results” where only “result” is said.
    """
    faults: list[Fault] = []
    stored: dict[str, list[str]] = {}
    for code, name in wanted.items():
        try:
            if pair := _pair(code, name):
                stored[code] = pair
        except Invalid as fault:
            faults.append(Fault(fault.field, fault.message, fault.remedy))
    shown = read(stored).by_code
    for level in Level:
        same = [str(other) for other in Level if shown[str(other)].one.casefold() == shown[str(level)].one.casefold()]
        if len(same) > 1 and str(level) in stored:
            others = " and ".join(f"“{code}”" for code in same if code != level)
            faults.append(Fault(str(level), f"{others} is called “{shown[str(level)].one}” too.", "Tell them apart."))
    if faults:
        raise Faults(faults)
    return stored


def _pair(code: str, name: Name) -> list[str]:
    if code not in USUAL:
        raise Invalid(f"“{code[:40]}” is not a level.", remedy=f"The levels are “{'”, “'.join(USUAL)}”.", field=code)
    if not name.one.strip() and not name.many.strip():
        return []
    one = line(name.one, code, NAME_MAX)
    if ":" in one:
        raise Invalid("A name has no colon.", remedy="Leave it out: it ends the level in an outline.", field=code)
    many = line(name.many, code, NAME_MAX) if name.many.strip() else f"{one}s"
    usual = USUAL[code]
    return [] if Name(one, many) == usual else [one, many]
