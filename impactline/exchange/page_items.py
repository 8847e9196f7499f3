"""The outline of an OKR page to objectives and key results, in each of the three styles in which people write.

`headings`: a heading with a role is an objective (“### CEO: Great team”), lists under it nest further ones.
`teams`: a heading names a team, the items of its lists are objectives, what is set in below them key results.
`boxes`: headings are objectives, check boxes under them key results.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from impactline.base.texts import can_be_read
from impactline.exchange.page_outline import Entry, Outline, Section
from impactline.exchange.page_period import MONTHS, named, writes_days
from impactline.exchange.page_results import split_result
from impactline.exchange.page_text import Mark, Rich
from impactline.exchange.page_words import Said, is_bare_role, said, words

Style = Literal["headings", "teams", "boxes"]
Kind = Literal["objective", "key_result", "role", "nothing"]
BOXES_MIN = 3
FORM_MIN = 3

_ABOUT = re.compile(
    r"\b(?:vision|mission|summary|update|resources?|presentations?|schedule|archive|retrospective|details|process"
    r"|how to|references?|links|appendix|notes|definitions?|faq|timeline|background|context)\b",
    re.IGNORECASE,
)
_LOOKING_BACK = words("GOOD BAD TRY")
_IN_WORK = re.compile(r"\s*\((?=WIP\b)(?P<state>[^()]*)\)$")


@dataclass(slots=True)
class KeyResultDraft:
    """A key result as a page writes it."""

    title: Rich
    line: int
    role: str
    result: Rich | None
    reached: bool | None = None
    part_of: str = ""
    remarks: list[Rich] = field(default_factory=list)


@dataclass(slots=True)
class ObjectiveDraft:
    """An objective as a page writes it: `under` is the key result below which it stands."""

    title: Rich
    line: int
    team: tuple[str, ...]
    parent: "ObjectiveDraft | None" = None
    under: str = ""
    result: Rich | None = None
    remarks: list[Rich] = field(default_factory=list)
    key_results: list[KeyResultDraft] = field(default_factory=list)


@dataclass(slots=True)
class Items:
    """What was read, which lines went into it, which lines are structure, and why others were left."""

    objectives: list[ObjectiveDraft] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    structure: set[int] = field(default_factory=set)
    left: dict[int, str] = field(default_factory=dict)


def style_of(page: Outline) -> Style | None:
    """How the page is written, or None where nothing says that it is a page of OKRs."""
    entries = [entry for section in page.sections for top in section.entries for entry in _all(top)]
    if sum(entry.box is not None for entry in entries) >= BOXES_MIN:
        return "boxes"
    if any(_is_objective_heading(section) for section in page.sections):
        return "headings"
    if any(said(entry.text).mark for entry in entries):
        return "teams"
    titles = [section.text.plain for section in page.sections if section.level in (1, 2)]
    return "teams" if any(named(title) for title in titles) else None


def items_of(page: Outline, style: Style) -> Items:
    """Everything that the page says in its style."""
    return _Reader(page, style).read()


def _all(entry: Entry) -> Iterator[Entry]:
    waiting = [entry]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += found.below


def _is_objective_heading(section: Section) -> bool:
    heading = said(section.text)
    return bool(heading.role and section.level and _says(split_result(heading.text)[0]))


class _Reader:
    def __init__(self, page: Outline, style: Style) -> None:
        self.page = page
        self.style = style
        self.items = Items()
        entries = [entry for section in page.sections for top in section.entries for entry in _all(top)]
        self.marked = style != "boxes" and any(said(entry.text).mark == "key_result" for entry in entries)
        self.forms = _forms(page)

    def read(self) -> Items:
        """Go through the sections in their order."""
        self.items.structure.update(self.page.matter_lines)
        for lines in self.page.definitions:
            self.items.structure.update(lines)
        above: list[tuple[int, ObjectiveDraft]] = []
        teams: list[tuple[int, str]] = []
        for section in self.page.sections:
            self.items.structure.update(section.lines)
            self._leave_prose(section)
            if _is_contents(section):
                self._mark(section, None)
            elif self.style == "boxes":
                self._boxes(section, above)
            elif self.style == "headings":
                self._heading(section)
            else:
                self._team(section, teams)
        if not self.items.objectives:
            self._statements()
        return self.items

    # --- sections --------------------------------------------------------------------------------------------

    def _heading(self, section: Section) -> None:
        if not _is_objective_heading(section):
            self._mark(section, _why_left(section))
            return
        heading = said(section.text)
        objective = self._objective(heading, section.lines, None, "", (heading.role,))
        for entry in section.entries:
            self._entry(entry, objective, None, objective.team, (), 0)

    def _team(self, section: Section, teams: list[tuple[int, str]]) -> None:
        name = section.text.plain.rstrip(": ")
        while teams and teams[-1][0] >= section.level:
            teams.pop()
        if section.level > 1 and not named(name):
            if _ABOUT.search(name) or _looks_back(section) or self._is_form(section):
                self._mark(section, _why_left(section))
                return
            teams.append((section.level, name))
        for entry in section.entries:
            self._entry(entry, None, None, tuple(team for _, team in teams), (), 0)

    def _boxes(self, section: Section, above: list[tuple[int, ObjectiveDraft]]) -> None:
        while above and above[-1][0] >= section.level:
            above.pop()
        if section.level > 1 and _says(section.text):
            parent = above[-1][1] if above else None
            heading = Said("", "", section.text)
            above.append((section.level, self._objective(heading, section.lines, parent, "", ())))
        for entry in section.entries:
            if above:
                self._box(entry, above[-1][1], "")
            else:
                self._leave(entry, "it stands under no objective")

    def _statements(self) -> None:
        """On a page of prose: an objective that is named so and emphasised, and the strong words that measure it."""
        for section in self.page.sections:
            for text, lines in section.prose:
                title = _after(text, "objective", "em", 0)
                measure = _after(text, "measure", "strong", title.stop if title else 0)
                if title is not None and _says(text.part(title.start, title.stop)):
                    line = Said("", "", text.part(title.start, title.stop))
                    objective = self._objective(line, lines, None, "", ())
                    words_of = text.part(measure.start, measure.stop) if measure is not None else text.part(0, 0)
                    if _says(words_of):
                        objective.key_results.append(KeyResultDraft(words_of, lines.start, "", None))

    def _is_form(self, section: Section) -> bool:
        labels = {_label(entry) for entry in section.entries}
        return bool(labels & self.forms)

    # --- entries ---------------------------------------------------------------------------------------------

    def _entry(
        self,
        entry: Entry,
        parent: ObjectiveDraft | None,
        under: KeyResultDraft | None,
        team: tuple[str, ...],
        within: tuple[str, ...],
        depth: int,
    ) -> None:
        line = said(entry.text)
        title, result = split_result(line.text)
        kind = self._kind(entry, line, title, result, depth)
        if kind == "nothing" or (kind == "key_result" and parent is None):
            why = "there is no text in it" if kind == "nothing" else "it is a key result under no objective"
            self._leave(entry, why)
            return
        own_team = (*team[:-1], line.role) if self.style == "headings" and line.role else team
        if self.style == "teams" and line.role and line.role not in team:
            own_team = (*team, line.role)
        if kind == "role":
            self._use(entry)
            role = line.role or line.text.plain.rstrip(": ")
            for below in entry.below:
                self._entry(below, parent, under, team, (*within, role), depth + 1)
        elif kind == "key_result" and parent is not None:
            self._key_result(entry, line, parent, within)
        else:
            objective = self._objective(line, entry.lines, parent, under.title.plain if under else "", own_team)
            objective.remarks += [text for text, lines in entry.more if self._used(lines)]
            for below in entry.below:
                self._entry(below, objective, None, own_team, (), depth + 1)

    def _kind(self, entry: Entry, line: Said, title: Rich, result: Rich | None, depth: int) -> Kind:
        if not _says(title):
            return "role" if entry.below and line.role else "nothing"
        if line.mark:
            return "objective" if line.mark == "objective" else "key_result"
        if self.style == "teams" and depth == 0:
            return "objective"
        if self.marked:
            return "objective" if line.role or entry.below else "key_result"
        if entry.below and not line.role and is_bare_role(title.plain):
            return "role"
        return "objective" if entry.below and not _only_remarks(entry, result) else "key_result"

    def _key_result(self, entry: Entry, line: Said, parent: ObjectiveDraft, within: tuple[str, ...]) -> None:
        title, result = split_result(line.text)
        role = " / ".join((*within, line.role) if line.role else within)
        draft = KeyResultDraft(title, entry.lines.start, role if role not in parent.team[-1:] else "", result)
        parent.key_results.append(draft)
        self._use(entry)
        draft.remarks += [text for text, lines in entry.more if self._used(lines)]
        for below in entry.below:
            inner = said(below.text)
            if self.marked and (inner.mark or inner.role or below.below):
                self._entry(below, parent, draft, parent.team, (), 1)
            else:
                self._remark(below, draft)

    def _box(self, entry: Entry, objective: ObjectiveDraft, part_of: str) -> None:
        title, result = entry.text, None
        if found := _IN_WORK.search(title.plain):
            title, result = title.part(0, found.start()), title.part(found.start("state"), found.end("state"))
        if not _says(title):
            self._leave(entry, "there is no text in it")
            return
        draft = KeyResultDraft(title, entry.lines.start, "", result, entry.box, part_of)
        objective.key_results.append(draft)
        self._use(entry)
        draft.remarks += [text for text, lines in entry.more if self._used(lines)]
        for below in entry.below:
            if below.box is None:
                self._remark(below, draft)
            else:
                self._box(below, objective, title.plain)

    def _objective(
        self, line: Said, lines: range, parent: ObjectiveDraft | None, under: str, team: tuple[str, ...]
    ) -> ObjectiveDraft:
        title, result = split_result(line.text) if self.style != "boxes" else (line.text, None)
        title = title.part(0, len(title.plain.rstrip(": "))) if title.plain.strip(": ") else title
        draft = ObjectiveDraft(title, lines.start, team, parent, under, result)
        self.items.objectives.append(draft)
        self._used(lines)
        return draft

    def _remark(self, entry: Entry, draft: KeyResultDraft) -> None:
        """What stands below a key result without being one belongs to it as it is written."""
        for inner in _all(entry):
            draft.remarks.append(inner.text)
            self._use(inner)
            draft.remarks += [text for text, lines in inner.more if self._used(lines)]

    # --- accounts --------------------------------------------------------------------------------------------

    def _use(self, entry: Entry) -> None:
        self._used(entry.lines)

    def _used(self, lines: range) -> bool:
        self.items.used.update(lines)
        return True

    def _leave(self, entry: Entry, why: str) -> None:
        for inner in _all(entry):
            for lines in (inner.lines, *(lines for _, lines in inner.more)):
                self.items.left.update(dict.fromkeys(lines, why))

    def _leave_prose(self, section: Section) -> None:
        for text, lines in section.prose:
            if text.plain and not writes_days(text.plain):
                self.items.left.update(dict.fromkeys(lines, "it is text around the OKRs"))
            else:
                self.items.structure.update(lines)
        for kind, lines in section.other:
            if kind == "hr":
                self.items.structure.update(lines)
            else:
                self.items.left.update(dict.fromkeys(lines, _OTHER.get(kind, "it is no list")))

    def _mark(self, section: Section, why: str | None) -> None:
        for entry in section.entries:
            if why is not None:
                self._leave(entry, why)
                continue
            for inner in _all(entry):
                self.items.structure.update(inner.lines)


def _after(text: Rich, word: str, kind: str, start: int) -> Mark | None:
    """The first stretch that is emphasised in one way after a word."""
    at = text.plain.lower().find(word, start)
    found = (mark for mark in text.marks if mark.kind == kind and mark.start > at)
    return min(found, key=lambda mark: mark.start, default=None) if at >= 0 else None


_OTHER = {"table": "it is a table", "html_block": "it is HTML", "fence": "it is code", "code_block": "it is code"}


def _says(text: Rich) -> bool:
    return can_be_read(text.plain)


def _only_remarks(entry: Entry, result: Rich | None) -> bool:
    """Whether what stands below tells how a key result went: after its result, or month by month."""
    if any(below.below for below in entry.below):
        return False
    if all(below.text.plain.lower().startswith(MONTHS) for below in entry.below):
        return True
    lines = [said(below.text) for below in entry.below]
    return result is not None and all(not line.role and split_result(line.text)[1] is None for line in lines)


def _is_contents(section: Section) -> bool:
    """A table of contents: “TOC”, or links to the headings of the page itself."""
    entries = [entry for top in section.entries for entry in _all(top)]
    return bool(entries) and all(
        entry.text.plain == "TOC" or (entry.text.addresses and entry.text.addresses[0].startswith("#"))
        for entry in entries
    )


def _looks_back(section: Section) -> bool:
    tops = [entry.text.plain.strip(": ") for entry in section.entries]
    return bool(tops) and all(top in _LOOKING_BACK for top in tops)


def _why_left(section: Section) -> str:
    if _looks_back(section):
        return "it is a retrospective"
    heading = section.text.plain
    return f"it stands under “{heading}”, which is no objective" if heading else "it stands before any objective"


def _label(entry: Entry) -> str:
    label, colon, _ = entry.text.plain.partition(":")
    return label if colon and len(label.split()) <= 3 else ""


def _forms(page: Outline) -> frozenset[str]:
    """Labels that come back under heading after heading, as in a form: such lists are no objectives."""
    seen: dict[str, set[int]] = {}
    for at, section in enumerate(page.sections):
        for entry in section.entries:
            if label := _label(entry):
                seen.setdefault(label, set()).add(at)
    return frozenset(label for label, where in seen.items() if len(where) >= FORM_MIN and not said_role(label))


def said_role(label: str) -> bool:
    """Whether a label is a mark of OKRs rather than of a form."""
    return label.upper() in ("KR", "OBJECTIVE", "KEY RESULT")
