"""The picture of a chain, its outline and its logframe: for an objective, a priority, a team, a cycle, and for all."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from textwrap import wrap
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from impactline.chain.layout import Column, Drawn, Item, Line, Placed, Sizes, layout
from impactline.chain.levels import Level, LinkKind, Sublevel
from impactline.chain.models import Assumption, ChainItem, Link, State
from impactline.chain.queries import reach
from impactline.chain.visibility import may_edit_item
from impactline.checkins.scopes import FAILING, SCOPES, Chain, Missing
from impactline.okrs.models import KeyResult
from impactline.people.models import Person
from impactline.web.chain_adding import level_words, offered
from impactline.web.chain_naming import Offered
from impactline.web.chain_scopes import address_of, chain_of, crumbs_of, file_name, views
from impactline.web.chain_told import judged_of, sentence_of
from impactline.web.chain_words import (
    WAYS,
    Way,
    effect_text,
    figure_of,
    known_text,
    level_name,
    words_of,
)
from impactline.web.shell import asking, is_fragment, page, today

WIDTH, PAD, LINE, HEAD, MARGIN = 208.0, 12, 17, 32, 20
BETWEEN = 104
WORDS_A_LINE, LINES_MAX = 25, 4
KEY_RESULTS_MAX = 2
SHORT = 24
TREE_MAX = 300
LOOKED_AT = 12


@dataclass(frozen=True, slots=True)
class DrawnItem:
    """An item in the picture: where, what it says, what is wrong with it, and with which it is joined."""

    item: ChainItem
    lines: tuple[str, ...]
    apart: str
    level: str
    said: str
    late: bool
    missing: Missing | None
    measured: tuple[str, ...]
    label: str
    height: float
    x: float = 0
    y: float = 0
    width: float = WIDTH
    column: int = 0


@dataclass(frozen=True, slots=True)
class DrawnLink:
    """A link in the picture: `width` by the expected effect; `broken`, at x and y, when what it rests on fails."""

    link: Link
    source: str
    target: str
    path: str
    x: float
    y: float
    width: float
    broken: str
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn, in the order in which it is read: column by column."""

    width: float
    height: float
    heads: tuple[tuple[float, str], ...]
    items: tuple[DrawnItem, ...]
    links: tuple[DrawnLink, ...]


@dataclass(frozen=True, slots=True)
class Selected:
    """The item that was selected, with what can be done to it in place."""

    item: ChainItem
    level: str
    figure: str
    missing: Missing | None
    key_results: list[KeyResult]
    following: list[tuple[Link, ChainItem, str, str]]
    leading: list[tuple[Link, ChainItem, str, str]]
    ways: list[tuple[int, Way, list[tuple[str, str]], Offered]]


@dataclass(frozen=True, slots=True)
class Branch:
    """An item in the tree, by which link it leads to the one above, and what leads to it."""

    item: ChainItem
    link: Link | None
    missing: Missing | None
    beneath: "list[Branch]"


@require_GET
def picture(request: HttpRequest, kind: str = "organisation", ref: str = "") -> HttpResponse:
    """The picture of a chain; `?item=` selects one, and a fragment is what stands beside the picture."""
    person = asking(request)
    shown = chain_of(person, SCOPES[kind](person, ref))
    selected = _selected(person, shown, request.GET.get("item", ""))
    if is_fragment(request) and "item" in request.GET:
        return page(request, "chain_selected.html", selected=selected, here=request.path)
    return page(
        request,
        "chain_picture.html",
        **frame(shown, "picture"),
        picture=picture_of(shown),
        selected=selected,
        **_lit(shown, selected),
        here=request.path,
        may_write=person.may_write,
        told=sentence_of(shown),
        judged=judged_of(person, shown),
        branches=branches_of(shown) if len(shown.piece.items) <= TREE_MAX else [],
    )


@require_GET
def drawing(request: HttpRequest, kind: str = "organisation", ref: str = "") -> HttpResponse:
    """The picture alone, as an SVG file that needs nothing else."""
    person = asking(request)
    shown = chain_of(person, SCOPES[kind](person, ref))
    text = render_to_string("chain_drawing.svg", {"picture": picture_of(shown), "title": shown.scope.title})
    answer = HttpResponse(text, content_type="image/svg+xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="chain-{file_name(shown)}.svg"'
    return answer


def frame(shown: Chain, view: str) -> dict[str, Any]:
    """What every view of a chain has around it."""
    scope = shown.scope
    return {
        "scope": scope,
        "at": partial(address_of, scope),
        "crumbs": crumbs_of(scope),
        "view": view,
        "looks": shown.looks(0, LOOKED_AT),
        "looks_count": len(shown.missing) + len(shown.broken),
        "apart": shown.apart,
        "is_empty": not shown.piece.items,
        "live": live_of(shown),
        "key_results": scope.key_results,
    }


def live_of(shown: Chain) -> str:
    """What a view follows: every item, for one may join that is not there yet, and its key results."""
    scope = shown.scope
    own = [f"{scope.kind}:{scope.ref}"] if scope.kind in ("objective", "team", "priority", "cycle") else []
    own += [f"key_result:{row.ref}" for row in scope.key_results] if scope.kind == "objective" else ["key_result:*"]
    return " ".join(["chain_item:*", *own])


def picture_of(shown: Chain) -> Picture:
    """The picture of a chain, worked out: every item has a place of the same size, and is as high as its words."""
    items = shown.piece.items
    day = today().day
    words = {key: _words(shown, item, shown.apart.get(item.ref, ""), day) for key, item in items.items()}
    tallest = max((entry.height for entry in words.values()), default=0.0)
    sizes = Sizes(width=WIDTH, height=tallest, between_columns=BETWEEN, between_rows=14, margin=MARGIN, thickest=7)
    found = layout(
        [Item(key, Level(item.level), Sublevel(item.sublevel)) for key, item in items.items()],
        [_line(link, items[link.source_id]) for link in shown.piece.links],
        sizes,
    )
    links = {link.pk: link for link in shown.piece.links}
    return Picture(
        found.width,
        found.height + HEAD,
        tuple((column.x, _head(column)) for column in found.columns),
        tuple(
            replace(words[box.key], x=box.x, y=_top(box, words[box.key]), column=box.column)  # type: ignore[index]
            for box in sorted(found.items, key=lambda box: (box.column, box.row))
        ),
        tuple(_drawn_link(links[one.key], one, shown) for one in found.links),  # type: ignore[index]
    )


def _words(shown: Chain, item: ChainItem, apart: str, day: date) -> DrawnItem:
    """What stands in the box of an item, before it has its place; `apart` tells it from others of the same title."""
    missing, figure, late, level = shown.gaps.get(item.pk), figure_of(item), _is_late(item, day), level_name(item)
    lines, measured = wrapped(item.title), _short(shown.measured.get(item.pk, []))
    below = 1 + bool(apart) + len(measured) + (missing is not None)
    return DrawnItem(
        item,
        lines,
        _cut(apart, WORDS_A_LINE - 3),
        level,
        _said(item, figure, late),
        late,
        missing,
        measured,
        _label(item, level, figure, missing, apart),
        height=PAD * 2 + LINE * (len(lines) + below) - 2,
    )


def _top(box: Placed, words: DrawnItem) -> float:
    """An item that is lower than its place stands in the middle of it."""
    return round(HEAD + box.y + (box.height - words.height) / 2, 1)


def _line(link: Link, source: ChainItem) -> Line:
    """What a link is expected to move in all: its effect for as much of the source as is planned."""
    effect = None
    if link.effect_change is not None:
        much = source.planned if source.planned is not None else source.delivered
        effect = float(link.effect_change) / float(link.effect_per or 1) * float(1 if much is None else much)
    feedback = link.kind == LinkKind.ENABLES
    return Line(link.pk, link.source_id, link.target_id, effect, link.effect_metric_id, feedback)


def _drawn_link(link: Link, drawn: Drawn, shown: Chain) -> DrawnLink:
    items = shown.piece.items
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = ((x, round(y + HEAD, 1)) for x, y in drawn.points)
    broken = _broken(shown.piece.grounds.on_link(link))
    x, y = _beside_source((x1, y1), (x2, y2), (x3, y3), (x4, y4)) if broken else (0.0, 0.0)
    return DrawnLink(
        link,
        items[link.source_id].ref,
        items[link.target_id].ref,
        f"M{x1:g} {y1:g}C{x2:g} {y2:g} {x3:g} {y3:g} {x4:g} {y4:g}",
        round(x, 1),
        round(y, 1),
        drawn.thickness,
        broken,
        ", ".join(words for words in (effect_text(link), known_text(link)) if words),
    )


def _beside_source(*points: tuple[float, float]) -> tuple[float, float]:
    """Where a sign stands on a link: half way across the gap behind its source, where no item can cover it."""
    (x1, _), _, _, (x4, _) = points
    t = min(0.5, 0.5 * BETWEEN / max(BETWEEN, abs(x4 - x1)))
    parts = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x, y = (sum(part * point[axis] for part, point in zip(parts, points, strict=True)) for axis in (0, 1))
    return x, y


def _head(column: Column) -> str:
    return words_of(column.level, column.sublevel).many


def wrapped(title: str) -> tuple[str, ...]:
    """The words of a title in lines of one box; what is too long ends in an ellipsis."""
    lines = wrap(title, WORDS_A_LINE, break_long_words=True) or [""]
    if len(lines) <= LINES_MAX:
        return tuple(lines)
    return (*lines[: LINES_MAX - 1], f"{lines[LINES_MAX - 1][: WORDS_A_LINE - 1].rstrip()}…")


def branches_of(shown: Chain) -> list[Branch]:
    """The same content as a tree from what it is all for down to what is put in.

    An item that leads to several stands under each; what stands beneath it is told once.
    """
    below: dict[int, list[Link]] = defaultdict(list)
    tops = dict.fromkeys(shown.piece.items)
    for link in shown.piece.links:
        if link.kind != LinkKind.ENABLES:
            below[link.target_id].append(link)
            tops.pop(link.source_id, None)
    items, told = shown.piece.items, set()

    def branch(key: int, link: Link | None) -> Branch:
        known = key in told
        told.add(key)
        beneath = [] if known else [branch(one.source_id, one) for one in below.get(key, [])]
        return Branch(items[key], link, shown.gaps.get(key), beneath)

    return [branch(key, None) for key in sorted(tops, key=lambda key: -Level(items[key].level).order)]


def _selected(person: Person, shown: Chain, ref: str) -> Selected | None:
    item = next((item for item in shown.piece.items.values() if item.ref == ref), None)
    if item is None:
        return None
    links, items = shown.piece.links, shown.piece.items
    ways = WAYS[Level(item.level)]
    editable = may_edit_item(person, item)
    titles = offered(person, item, ways) if editable else {}
    return Selected(
        item,
        level_name(item),
        figure_of(item),
        shown.gaps.get(item.pk),
        shown.measured.get(item.pk, []),
        [
            (link, items[link.target_id], effect_text(link), known_text(link))
            for link in links
            if link.source_id == item.pk
        ],
        [
            (link, items[link.source_id], effect_text(link), known_text(link))
            for link in links
            if link.target_id == item.pk
        ],
        [
            (number, way, level_words(way), [title for level in way.levels for title in titles[str(level)]])
            for number, way in enumerate(ways)
            if editable
        ],
    )


def _lit(shown: Chain, selected: Selected | None) -> dict[str, Any]:
    """What lights up with the selected item: all that leads to it and all that it leads to."""
    if selected is None:
        return {"lit": None, "lit_links": None}
    ties = [(link.source_id, link.target_id) for link in shown.piece.links if link.kind != LinkKind.ENABLES]
    up = reach([selected.item.pk], ties)
    down = reach([selected.item.pk], [(target, source) for source, target in ties])
    links = {
        link.pk
        for link in shown.piece.links
        if {link.source_id, link.target_id} <= up or {link.source_id, link.target_id} <= down
    }
    return {"lit": up | down, "lit_links": links}


def _said(item: ChainItem, figure: str, late: bool) -> str:
    """The line under the title: the state, which for what is being done is said by its sign, and what is done of it."""
    state = "" if figure and item.state == State.ACTIVE else State(item.state).label.lower()
    words = ", ".join(part for part in (state, "late" if late else "", figure) if part)
    return _cut(words[:1].upper() + words[1:])


def _cut(words: str, most: int = SHORT) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _short(rows: list[KeyResult]) -> tuple[str, ...]:
    shown = [_cut(row.title) for row in rows]
    more = len(shown) - KEY_RESULTS_MAX
    return tuple(shown) if more <= 0 else (*shown[: KEY_RESULTS_MAX - 1], f"and {more + 1} more key results")


def _label(item: ChainItem, level: str, figure: str, missing: Missing | None, apart: str) -> str:
    """What a screen reader says of it."""
    parts = [f"{level}: {item.title}", apart, State(item.state).label.lower(), figure]
    parts += [missing.message] if missing else []
    return ". ".join(part for part in parts if part).replace("..", ".")


def _is_late(item: ChainItem, day: date) -> bool:
    return item.due_on is not None and item.due_on < day and item.state in (State.DRAFT, State.ACTIVE)


def _broken(rows: list[Assumption]) -> str:
    states = {row.state for row in rows}
    return next((str(state) for state in FAILING if state in states), "")


addresses = [*views("chain", picture), *views("chain-drawing", drawing, "/drawing")]
