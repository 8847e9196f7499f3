"""Lists of objectives: what a reader wishes (filter, sort, group, page), and the list that follows from it.

Everything is chosen, ordered and counted by what this reader may see, so that nothing hidden shows in an order,
a total or a name offered as a filter.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from operator import attrgetter
from typing import Any
from unicodedata import normalize
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest

from impactline.base.memory import without_collector
from impactline.checkins.listing import Listed, figures_of_lines, listed
from impactline.metrics.queries import courses
from impactline.okrs.measure import Kind
from impactline.okrs.models import Objective, Priority
from impactline.okrs.queries import Line, Wanted
from impactline.okrs.today import Present
from impactline.people.models import Person
from impactline.web.rows import ObjectiveRow, objective_row

PAGE = 30
WORDS_MAX = 200
PACES = ("green", "yellow", "red", "grey", "none")
STATUSES = ("on_track", "at_risk", "off_track", "none")
GROUPS = ("team", "priority", "owner")
NOTHING = {"team": "No team", "priority": "No priority", "owner": "No owner"}
RANKS = {"red": 0, "yellow": 1, "green": 2, "off_track": 0, "at_risk": 1, "on_track": 2}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader asks of a list; what makes no sense is as if it had not been asked."""

    q: str = ""
    team: str = ""
    owner: str = ""
    priority: str = ""
    kind: str = ""
    pace: str = ""
    status: str = ""
    mine: str = ""
    sort: str = ""
    group: str = ""
    as_of: date | None = None
    first: int = 0

    @property
    def is_narrowed(self) -> bool:
        """Whether something is filtered out."""
        return bool(self.q or self.team or self.owner or self.priority or self.kind or self.of_figures or self.mine)

    @property
    def of_figures(self) -> bool:
        """Whether a figure decides what is shown."""
        return bool(self.pace or self.status)

    def query(self, **changes: Any) -> str:
        """The end of an address that asks for the same, with some changes: "?team=care"; empty for no wish."""
        wish = replace(self, **({"first": 0} | changes))
        asked = {entry.name: getattr(wish, entry.name) for entry in fields(wish)}
        text = urlencode({name: str(value) for name, value in asked.items() if value})
        return f"?{text}" if text else ""

    def sorting(self) -> str:
        """The end of an address up to the word by which to sort."""
        rest = self.query(sort="")
        return f"{rest}&sort=" if rest else "?sort="


@dataclass(frozen=True, slots=True)
class Group:
    """Some objectives under a heading; `count` is how many there are, also on other pages."""

    title: str
    count: int
    rows: tuple[ObjectiveRow, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many objectives have each pace and each status, before either is chosen; and how many there are."""

    total: int
    paces: dict[str, int]
    statuses: dict[str, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a list: what is on it, what can be chosen, and where the rest is."""

    wish: Wish
    groups: list[Group]
    count: int
    tally: Tally
    teams: list[tuple[str, str]] = field(default_factory=list)
    owners: list[tuple[str, str]] = field(default_factory=list)

    @property
    def marked(self) -> list[str]:
        """Refs of the objectives on this page of which marks tell what is weak; none on an earlier day."""
        return [] if self.wish.as_of else [row.ref for group in self.groups for row in group.rows]

    @property
    def last(self) -> int:
        """The place of the last objective on this page, from 1."""
        return self.wish.first + sum(len(group.rows) for group in self.groups)

    @property
    def left(self) -> int:
        """How many come after this page."""
        return max(0, self.count - self.last)


def wish_of(request: HttpRequest, as_of: date | None = None) -> Wish:
    """The wish in the address of a page."""
    asked = request.GET
    sort = asked.get("sort", "")
    first = asked.get("first", "")
    return Wish(
        q=asked.get("q", "").strip()[:WORDS_MAX],
        team=asked.get("team", ""),
        owner=asked.get("owner", ""),
        priority=asked.get("priority", ""),
        kind=_one_of(asked.get("kind", ""), [str(kind) for kind in Kind]),
        pace=_one_of(asked.get("pace", ""), PACES),
        status=_one_of(asked.get("status", ""), STATUSES),
        mine="1" if asked.get("mine") else "",
        sort=sort if sort.removeprefix("-") in KEYS else "",
        group=_one_of(asked.get("group", ""), GROUPS),
        as_of=as_of,
        first=int(first) if first.isdecimal() and len(first) < 8 else 0,
    )


@without_collector()
def show(
    person: Person, objectives: "QuerySet[Objective]", wish: Wish, now: Present, priorities: Sequence[Priority] = ()
) -> Shown:
    """A page of the objectives of a query, as the person wishes to see them."""
    found = listed(person, objectives, now, wish.as_of, _wanted(wish, person))
    near = _fitting(found.lines, wish, person)
    chosen = _chosen(near, wish, priorities)
    return Shown(
        wish,
        _groups(person, found, chosen, wish, now),
        sum(len(lines) for _, lines in chosen),
        tally(near),
        _named({(line.team_ref, line.team_name) for line in {line.team_id: line for line in found.lines}.values()}),
        _named(
            {(line.owner_email, line.owner_name) for line in {line.owner_id: line for line in found.lines}.values()}
        ),
    )


def tally(lines: Sequence[Line]) -> Tally:
    """How many have each pace and each status."""
    paces: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    alike = Counter([(line.progress is None, line.pace, line.status) for line in lines])
    for (unknown, pace, status), count in alike.items():
        paces["none" if unknown else pace or "none"] += count
        statuses[status or "none"] += count
    return Tally(len(lines), {pace: paces[pace] for pace in PACES}, {word: statuses[word] for word in STATUSES})


@without_collector()
def tally_of(person: Person, objectives: "QuerySet[Objective]", wish: Wish, now: Present) -> Tally:
    """The tally alone, for a page that keeps itself up to date."""
    found = listed(person, objectives, now, wish.as_of, _wanted(wish, person))
    return tally(_fitting(found.lines, wish, person))


def _wanted(wish: Wish, person: Person) -> Wanted:
    """What a wish needs to know about objectives besides their lines."""
    return Wanted(
        words=wish.q,
        answered_by=person.pk if wish.mine else None,
        tied_to=wish.priority,
        priority=wish.group == "priority",
        confidence=wish.sort.endswith("confidence"),
    )


def _fitting(lines: list[Line], wish: Wish, person: Person) -> list[Line]:
    """The lines that are wished for, apart from their figures."""
    return [line for line in lines if _fits(line, wish, person)] if wish.is_narrowed else lines


def _fits(line: Line, wish: Wish, person: Person) -> bool:
    return bool(
        (not wish.team or line.team_ref == wish.team)
        and (not wish.owner or line.owner_email == wish.owner)
        and (not wish.kind or line.kind == wish.kind)
        and (not wish.mine or line.owner_id == person.pk or line.answered)
        and (not wish.priority or line.tied)
        and (not wish.q or line.worded or _has_words(line, wish.q))
    )


def _has_words(line: Line, words: str) -> bool:
    text = f"{line.title} {line.ref} {line.owner_name or ''} {line.team_name or ''}".casefold()
    return all(word in text for word in normalize("NFC", words).casefold().split())


def _heading(line: Line, wish: Wish, priorities: Sequence[Priority]) -> tuple[int, str]:
    """The group of a line: its place before groups of other names, and its title."""
    match wish.group:
        case "team":
            return (0, line.team_name) if line.team_name else (1, NOTHING["team"])
        case "owner":
            return (0, line.owner_name) if line.owner_name else (1, NOTHING["owner"])
        case "priority":
            named = ((place, one.title) for place, one in enumerate(priorities) if one.pk == line.priority_id)
            return next(named, (len(priorities), NOTHING["priority"]))
    return 0, ""


def _chosen(near: list[Line], wish: Wish, priorities: Sequence[Priority]) -> list[tuple[str, list[Line]]]:
    """What is shown of the lines that fit, in groups, in order."""
    shown = [line for line in near if _has_figures(line, wish)] if wish.of_figures else near
    return _grouped(_ordered(shown, wish.sort), wish, priorities)


def _has_figures(line: Line, wish: Wish) -> bool:
    pace, status = line.shown_pace or "none", line.status or "none"
    return (not wish.pace or pace == wish.pace) and (not wish.status or status == wish.status)


KEYS: dict[str, Callable[[Line], Any]] = {
    "title": lambda line: line.title.casefold(),
    "progress": attrgetter("progress"),
    "pace": lambda line: RANKS.get(line.shown_pace),
    "status": lambda line: RANKS.get(line.status or ""),
    "confidence": attrgetter("confidence"),
}


def _ordered(lines: list[Line], sort: str) -> list[Line]:
    """By a figure; what has none comes last in either direction."""
    if not sort:
        return lines
    key = KEYS[sort.removeprefix("-")]
    known = [line for line in lines if key(line) is not None]
    known.sort(key=key, reverse=sort.startswith("-"))
    return known + [line for line in lines if key(line) is None]


def _grouped(lines: list[Line], wish: Wish, priorities: Sequence[Priority]) -> list[tuple[str, list[Line]]]:
    if not wish.group:
        return [("", lines)]
    found: dict[tuple[int, str], list[Line]] = {}
    for line in lines:
        found.setdefault(_heading(line, wish, priorities), []).append(line)
    by_name = wish.group in {"team", "owner"}
    order = sorted(found, key=lambda group: (group[0], group[1].casefold() if by_name else ""))
    return [(group[1], found[group]) for group in order]


def _groups(
    person: Person, found: Listed, grouped: list[tuple[str, list[Line]]], wish: Wish, now: Present
) -> list[Group]:
    """The groups with the rows that stand on the page."""
    pages: list[tuple[str, int, list[Line]]] = []
    place = 0
    for title, lines in grouped:
        here = lines[max(0, wish.first - place) : max(0, wish.first + PAGE - place)]
        place += len(lines)
        if here:
            pages.append((title, len(lines), here))
    rows = _rows(person, found, [line for _, _, lines in pages for line in lines], wish, now)
    return [Group(title, count, tuple(rows[line.id] for line in lines)) for title, count, lines in pages]


def _rows(person: Person, found: Listed, lines: Sequence[Line], wish: Wish, now: Present) -> dict[int, ObjectiveRow]:
    figures = figures_of_lines(person, found, lines, now)
    shown = [figures[line.id] for line in lines]
    metrics = {entry.key_result.metric_id for entry in (part for one in shown for part in one.key_results)}
    drawn = courses({key for key in metrics if key}, wish.as_of)
    return {one.objective.pk: objective_row(one, drawn, wish.as_of) for one in shown}


def _named(found: set[tuple[str | None, str | None]]) -> list[tuple[str, str]]:
    """What can be chosen, by name."""
    chosen = [(key, name or "") for key, name in found if key]
    return sorted(chosen, key=lambda entry: (entry[1].casefold(), entry[0]))


def _one_of(word: str, known: Sequence[str]) -> str:
    return word if word in known else ""
