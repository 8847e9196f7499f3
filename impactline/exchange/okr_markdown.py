"""Public OKR pages in Markdown, as people write them, to a native document.

Nothing is invented: a key result without a plain measure becomes one of type `open`, roles become teams and
never people, scores are taken where a number is written, and every line that was not read is told with why.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from impactline.exchange import scalars
from impactline.exchange.document import Cycle, Document, Team
from impactline.exchange.document_okrs import CheckIn, Contribution, KeyResult, Objective, Score
from impactline.exchange.faults import Fault, Place
from impactline.exchange.page_items import Items, KeyResultDraft, ObjectiveDraft, Style, items_of, style_of
from impactline.exchange.page_measures import Measured, measure_in
from impactline.exchange.page_outline import Outline, outline
from impactline.exchange.page_period import Period, period
from impactline.exchange.page_results import score_in
from impactline.exchange.page_text import Rich
from impactline.exchange.page_words import without_issue
from impactline.exchange.reading import Source, decoded
from impactline.exchange.tree import Broken, Limits, Mapping
from impactline.exchange.yaml_text import parse

SIZE_MAX = 500_000
SLUG_WORDS, SLUG_MAX = 8, 50
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_HOW = {"metric": "from {0} to {1}", "at_least": "at least {1}", "at_most": "at most {1}"}


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that went into nothing, and why; lines count from 1."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What was decided about a line of the page."""

    line: int
    ref: str
    text: str


@dataclass(slots=True)
class Page:
    """A page as read: the document (None where there are faults), and an account of every line.

    `lines` tells on which line each objective and key result begins; `used` are the lines that went into
    items, `structure` those that only order the page. Lines count from 1.
    """

    document: Document | None = None
    faults: list[Fault] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    style: Style | None = None
    lines: dict[str, int] = field(default_factory=dict)
    used: frozenset[int] = frozenset()
    structure: frozenset[int] = frozenset()


def read_page(
    text: str,
    *,
    today: date,
    name: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Page:
    """Read a page of OKRs.

    `starts_on` and `ends_on` give the days of its cycle where the page does not write them; without, those
    of the calendar are taken, and `notes` say so. Results count for the last day of the cycle, or `today`.
    """
    if len(text) > SIZE_MAX:
        return _refused(name, f"The page has more than {SIZE_MAX / 1_000_000:g} MB.", "Split it into several.")
    clean = _UNSEEN.sub("", text)
    page = outline(clean)
    style = style_of(page)
    found = period(_titles(page), _prose(page), starts_on, ends_on)
    if style is None or (style == "teams" and found is None):
        return _refused(
            name,
            "This does not look like a page of OKRs: no objectives with roles, marks or check boxes, and no quarter"
            " or year in its title.",
            "Write KR: before key results, or name the quarter in the first heading.",
        )
    if found is None:
        return _refused(
            name, "The page does not say which quarter or year it is about.", "Give its first and last day."
        )
    items = items_of(page, style)
    result = _Assembly(items, found, min(today, found.ends_on)).page()
    result.style = style
    if clean != text:
        result.notes.append("Invisible control characters were left out.")
    _account(result, clean, items, page)
    return result


def read_source(source: Source, *, today: date, starts_on: date | None = None, ends_on: date | None = None) -> Page:
    """Read a page from the bytes of a file; see `read_page`."""
    try:
        text = decoded(source)
    except Broken as broken:
        return Page(faults=[broken.fault])
    return read_page(text, today=today, name=source.name, starts_on=starts_on, ends_on=ends_on)


def _refused(name: str, message: str, remedy: str) -> Page:
    return Page(faults=[Fault(message, remedy, Place(name, 1, 1))])


def _titles(page: Outline) -> Iterator[str]:
    """Where a page names its period: the title in its front matter, then its upper headings."""
    try:
        matter = parse(page.matter, "", Limits()).root
    except Broken:
        matter = None
    if isinstance(matter, Mapping):
        yield str(matter.get("title") or "")
    for section in page.sections:
        if section.level in (1, 2):
            yield section.text.plain


def _prose(page: Outline) -> Iterator[str]:
    for section in page.sections:
        for text, _ in section.prose:
            yield text.plain


def _account(result: Page, text: str, items: Items, page: Outline) -> None:
    """Sort every line that is not blank into used, structure or unread."""
    result.used = frozenset(line + 1 for line in items.used)
    result.structure = frozenset(line + 1 for line in items.structure - items.used)
    for at, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        if line.strip() and at not in items.used and at not in items.structure:
            reason = page.dropped.get(at) or items.left.get(at) or _guess(line)
            result.unread.append(Unread(at + 1, line.strip(), reason))


def _guess(line: str) -> str:
    return "it is HTML" if line.lstrip().startswith("<") else "it was not understood"


class _Assembly:
    """Makes the document of the drafts, with refs that come out alike each time."""

    def __init__(self, items: Items, found: Period, day: date) -> None:
        self.items = items
        self.period = found
        self.day = day
        self.taken: set[str] = {found.name}
        self.numbers: Counter[str] = Counter()
        self.teams: dict[str, Team] = {}
        self.refs: dict[int, str] = {}
        self.result = Page()

    def page(self) -> Page:
        """The page with its document, remarks and notes."""
        drafts = self.items.objectives
        for draft in drafts:
            self.refs[id(draft)] = self._ref(draft.title.plain, draft.line)
        with_children = {id(draft.parent) for draft in drafts if draft.parent is not None}
        objectives = tuple(self._objective(draft, id(draft) in with_children) for draft in drafts)
        cycle = Cycle(ref=self.period.name, starts_on=self.period.starts_on, ends_on=self.period.ends_on)
        self.result.document = Document(cycles=(cycle,), teams=tuple(self.teams.values()), objectives=objectives)
        self.result.remarks.sort(key=lambda remark: remark.line)
        self._note()
        return self.result

    def _note(self) -> None:
        notes = self.result.notes
        if self.period.remark:
            notes.append(self.period.remark)
        results = [kr for draft in self.items.objectives for kr in draft.key_results if kr.result is not None]
        if results:
            notes.append(f"The page gives no days for its results; they were recorded for {self.day}.")
        if not self.items.objectives:
            notes.append("No objective was found on this page.")

    def _objective(self, draft: ObjectiveDraft, has_children: bool) -> Objective:
        ref = self.refs[id(draft)]
        lines = [f"Under the key result: {draft.under}"] if draft.under else []
        title = self._title(draft.title, lines)
        lines += [text.linked for text in draft.remarks]
        scores: tuple[Score, ...] = ()
        if draft.result is not None:
            lines.append(f"Result: {draft.result.linked}")
            scores = self._scores(draft.result)
        key_results = tuple(self._key_result(part) for part in draft.key_results)
        parent = draft.parent
        stated = {
            "description": _note_of(lines),
            "team": self._team(draft.team),
            "contributes_to": (Contribution(objective=self.refs[id(parent)]),) if parent is not None else (),
            "driver": ("both" if key_results else "objectives") if has_children else None,
            "scores": scores,
            "key_results": key_results,
        }
        return Objective(ref=ref, title=title, cycle=self.period.name, **_given(stated))

    def _key_result(self, draft: KeyResultDraft) -> KeyResult:
        ref = self._ref(draft.title.plain, draft.line)
        lines = [f"Owner: {draft.role}"] if draft.role else []
        lines += [f"Part of: {draft.part_of}"] if draft.part_of else []
        title = self._title(draft.title, lines)
        remarks = [f"- {text.linked}" for text in draft.remarks]
        told = draft.result is not None and draft.reached is None
        measured = measure_in(without_issue(draft.title).plain) if draft.reached is None else None
        self._remark(draft, ref, measured)
        stated = {
            "description": _note_of(lines if told else lines + remarks),
            "type": "binary" if draft.reached is not None else measured.type if measured else None,
            "baseline": measured.baseline if measured else None,
            "target": measured.target if measured else None,
            "unit": measured.unit if measured else None,
            "scores": self._scores(draft.result) if draft.result is not None else (),
            "check_ins": self._check_ins(draft, remarks if told else []),
        }
        return KeyResult(ref=ref, title=title, **_given(stated))

    def _check_ins(self, draft: KeyResultDraft, remarks: list[str]) -> tuple[CheckIn, ...]:
        if draft.result is None and draft.reached is None:
            return ()
        said = [draft.result.linked] if draft.result is not None else []
        value = None if draft.reached is None else int(draft.reached)
        return (CheckIn(at=self.day, **_given({"note": _note_of(said + remarks), "value": value})),)

    def _scores(self, result: Rich) -> tuple[Score, ...]:
        found = score_in(result)
        if found is None:
            return ()
        return (Score(given=found, on=self.day, reason=f"Written on the page: {result.plain[:200]}"),)

    def _remark(self, draft: KeyResultDraft, ref: str, measured: Measured | None) -> None:
        if draft.reached is not None:
            text = f"A check box: {'reached' if draft.reached else 'not reached'}."
        elif measured is None:
            text = "No measure is plainly written; it is open."
        else:
            text = (
                f"Read as {_HOW[measured.type].format(measured.baseline, measured.target)} {measured.unit}".strip()
                + "."
            )
        self.result.remarks.append(Remark(draft.line + 1, ref, text))

    def _title(self, text: Rich, lines: list[str]) -> str:
        """The title without markup; what it loses by that stands among the lines of the description."""
        short = without_issue(text)
        title = (
            scalars.title(short.plain)
            if len(short.plain) <= scalars.TITLE_MAX
            else f"{short.plain[: scalars.TITLE_MAX - 1]}…"
        )
        if text.addresses or len(short.plain) > scalars.TITLE_MAX:
            lines.append(f"As written: {text.linked}")
        return title

    def _team(self, path: tuple[str, ...]) -> str | None:
        """The ref of a role or team; those above it are its parents."""
        above: str | None = None
        for name in path:
            ref = slug(name)
            if not ref or ref == above:
                continue
            if ref not in self.teams:
                self.teams[ref] = Team(ref=ref, name=name[: scalars.NAME_MAX], **_given({"parent": above}))
                self.taken.add(ref)
            above = ref
        return above

    def _ref(self, title: str, line: int) -> str:
        stem = f"{self.period.name.lower()}-{slug(title) or 'item'}"
        ref, number = stem, self.numbers[stem]
        while ref in self.taken:
            number += 1
            ref = f"{stem}-{number}"
        self.numbers[stem] = number
        self.taken.add(ref)
        self.result.lines[ref] = line + 1
        return ref


def _given(stated: dict[str, Any]) -> dict[str, Any]:
    """Only what the page says.

    Keys that it does not speak of are not stated: a second import of the page then leaves alone what people
    have added in the meantime.
    """
    return {key: value for key, value in stated.items() if value is not None and value not in ("", ())}


def _note_of(lines: list[str]) -> str:
    text = "\n".join(line for line in lines if line)
    return text if len(text) <= scalars.NOTE_MAX else f"{text[: scalars.NOTE_MAX - 1]}…"


def slug(title: str) -> str:
    """The first words of a title as a ref: in lower case, joined by hyphens."""
    found = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", title).lower())[:SLUG_WORDS]
    while len(found) > 1 and len("-".join(found)) > SLUG_MAX:
        found.pop()
    return "-".join(found)[:SLUG_MAX]
