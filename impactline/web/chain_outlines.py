"""The outline of a chain, written from the keyboard as that of a cycle: each line stands beneath what it leads to.

An item that leads to several stands beneath the first of them. A new line is of the level that leads to the one it
stands beneath; "outcome: …" at its beginning names another.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Conflict, Invalid
from impactline.base.transactions import action
from impactline.chain import actions
from impactline.chain.levels import LEVELS, Level, LinkKind, kind_or_none
from impactline.chain.models import ChainItem, Link
from impactline.chain.visibility import chain_item_for
from impactline.checkins.scopes import SCOPES, Chain, Missing, Scope
from impactline.people.models import Person
from impactline.web.chain_pictures import frame
from impactline.web.chain_scopes import address_of, chain_of, views
from impactline.web.chain_words import figure_of, level_name, named
from impactline.web.merging import lost_line, require_in_sight
from impactline.web.shell import asking, go, is_fragment, now, page, page_number

A_PAGE = 200
IN_ARCHIVE = ("archive", "restore")


@dataclass(frozen=True, slots=True)
class ChainLine:
    """A line of the outline with its place in the tree."""

    item: ChainItem
    level: str
    figure: str
    also: tuple[str, ...]
    missing: Missing | None
    depth: int
    position: int
    size: int
    expanded: bool | None


class Tree:
    """The items of a chain, each beneath the first one that it leads to."""

    def __init__(self, shown: Chain) -> None:
        self.items = shown.piece.items
        self.parent: dict[int, int] = {}
        self.further: dict[int, list[str]] = defaultdict(list)
        for link in shown.piece.links:
            if link.kind == LinkKind.ENABLES:
                continue
            if link.source_id in self.parent:
                self.further[link.source_id].append(self.items[link.target_id].title)
            else:
                self.parent[link.source_id] = link.target_id
        self.children: dict[int | None, list[int]] = defaultdict(list)
        for key in self.items:
            self.children[self.parent.get(key)].append(key)
        self.children[None].sort(key=lambda key: -Level(self.items[key].level).order)

    def lines(self) -> list[tuple[int, int]]:
        """All items with their depth from 1, in the order of the outline."""
        found: list[tuple[int, int]] = []
        waiting = [(1, key) for key in reversed(self.children[None])]
        while waiting:
            depth, key = waiting.pop()
            found.append((depth, key))
            waiting += [(depth + 1, below) for below in reversed(self.children.get(key, []))]
        return found

    def siblings(self, key: int) -> list[int]:
        """The items beneath the same one, itself among them."""
        return self.children[self.parent.get(key)]


@require_http_methods(["GET", "POST"])
def outline(request: HttpRequest, kind: str = "organisation", ref: str = "") -> HttpResponse:
    """The outline of a chain; a POST does one act to it."""
    person = asking(request)
    scope = SCOPES[kind](person, ref)
    focus = _do(person=person, scope=scope, asked=request.POST) if request.method == "POST" else ""
    if request.method == "POST" and not is_fragment(request):
        return go(request, address_of(scope, "outline"))
    shown = chain_of(person, scope)
    template = "chain_outline_table.html" if is_fragment(request) else "chain_outline.html"
    tree = Tree(shown)
    every = tree.lines()
    pages = max(1, -(-len(every) // A_PAGE))
    at = page_number(request, pages)
    lines = [_line(tree, shown, depth, key) for depth, key in every[(at - 1) * A_PAGE : at * A_PAGE]]
    more: dict[str, Any] = {"lines": lines, "focus": focus, "number": at, "pages": pages, "editable": person.may_write}
    return page(request, template, **frame(shown, "outline"), **more)


def _line(tree: Tree, shown: Chain, depth: int, key: int) -> ChainLine:
    item, siblings = tree.items[key], tree.siblings(key)
    return ChainLine(
        item,
        level_name(item),
        figure_of(item),
        tuple(tree.further.get(key, ())),
        shown.gaps.get(key),
        depth,
        siblings.index(key) + 1,
        len(siblings),
        True if tree.children.get(key) else None,
    )


# --- acts --------------------------------------------------------------------------------------------------


@action
def _do(*, person: Person, scope: Scope, asked: QueryDict) -> str:
    """Do one act, all of it or nothing; returns the ref of the line to stand on, where it is a new one."""
    act = asked.get("act", "")
    if act == "add":
        return _add(person, scope, asked)
    if act not in ACTS:
        raise Invalid("There is no such act in an outline.")
    item = chain_item_for(person, asked.get("ref", ""))
    if act not in IN_ARCHIVE:
        require_in_sight(item, asked.get("title", ""))
    ACTS[act](person, item, scope, asked)
    return ""


def _add(person: Person, scope: Scope, asked: QueryDict) -> str:
    """A new line: beneath an item what leads to it, after an item what leads where that does."""
    wanted, title = _level_in(asked.get("title", ""))
    if asked.get("under"):
        above = _named(person, asked, "under")
        return _beneath(person, above, wanted, title).ref
    if not asked.get("after"):
        return _made(person, wanted or Level.IMPACT, title, None).ref
    beside = _named(person, asked, "after")
    parent = Tree(chain_of(person, scope)).parent.get(beside.pk)
    if parent is None:
        return _made(person, wanted or Level(beside.level), title, beside).ref
    above = ChainItem.objects.get(pk=parent)
    level = wanted if wanted and kind_or_none(wanted, Level(above.level)) else Level(beside.level)
    made = _made(person, level, title, beside)
    actions.link(by=person, source=made, target=above, at=now())
    return made.ref


def _named(person: Person, asked: QueryDict, field: str) -> ChainItem:
    """The item beside or beneath which a line is to stand."""
    found = chain_item_for(person, asked.get(field, ""))
    require_in_sight(found, asked.get("title", ""))
    return found


def _beneath(person: Person, above: ChainItem, wanted: Level | None, title: str) -> ChainItem:
    level = wanted or _level_below(above)
    made = _made(person, level, title, above)
    actions.link(by=person, source=made, target=above, at=now())
    return made


def _made(person: Person, level: Level, title: str, beside: ChainItem | None) -> ChainItem:
    team = beside.team if beside is not None else None
    after = beside if beside is not None and beside.level == level else None
    return actions.create_item(
        by=person, level=str(level), title=title, owner=person, team=team, state="active", after=after, at=now()
    )


def _level_in(title: str) -> tuple[Level | None, str]:
    """A level that is named at the beginning of a line, and the rest of it."""
    word, colon, rest = title.partition(":")
    level = named().code_of(word) if colon and rest.strip() else None
    return (level, rest.strip()) if level is not None else (None, title)


def _level_below(above: ChainItem) -> Level:
    if above.level == Level.INPUT:
        what, remedy = "Nothing stands beneath {an_input}.", "Write what else leads to the {activity} instead."
        raise Invalid(named().say(what), remedy=named().say(remedy))
    return LEVELS[Level(above.level).order - 1]


def _rename(person: Person, item: ChainItem, scope: Scope, asked: QueryDict) -> None:
    version = asked.get("version", "")
    read = int(version) if version.isdecimal() else None
    title = asked.get("title", "")
    try:
        actions.change_item(by=person, item=item, version=read, at=now(), changes={"title": title})
    except Conflict as conflict:
        raise lost_line(conflict, chain_item_for(person, item.ref).title, title) from None


def _indent(person: Person, item: ChainItem, scope: Scope, asked: QueryDict) -> None:
    """Let it lead to the item above it on its level."""
    tree = Tree(chain_of(person, scope))
    siblings = tree.siblings(item.pk)
    place = siblings.index(item.pk)
    if not place:
        raise Invalid("There is nothing above it that it could lead to.")
    _relink(person, item, tree, tree.items[siblings[place - 1]])


def _outdent(person: Person, item: ChainItem, scope: Scope, asked: QueryDict) -> None:
    """Let it lead where the item above it leads."""
    tree = Tree(chain_of(person, scope))
    if item.pk not in tree.parent:
        raise Invalid("It leads to nothing that it could be taken from.")
    further = tree.parent.get(tree.parent[item.pk])
    _relink(person, item, tree, tree.items[further] if further is not None else None)


def _relink(person: Person, item: ChainItem, tree: Tree, target: ChainItem | None) -> None:
    """From the item that it stands beneath to another; refused where what is said of the ending link would be lost."""
    if target is not None:
        actions.link(by=person, source=item, target=target, at=now())
    if item.pk not in tree.parent:
        return
    before = Link.objects.select_related("target").get(source=item, target=tree.parent[item.pk])
    if before.effect_metric_id or before.rationale or before.confidence is not None:
        raise Invalid(
            f"What is expected of its link with “{before.target.title}” would be lost.",
            remedy="End that link on the page of the item first.",
        )
    actions.unlink(by=person, source=item, target=before.target, at=now())


def _move(person: Person, item: ChainItem, scope: Scope, steps: int) -> None:
    """Exchange it with the one above (-1) or below (1) on its level."""
    tree = Tree(chain_of(person, scope))
    siblings = [key for key in tree.siblings(item.pk) if tree.items[key].level == item.level]
    place = siblings.index(item.pk) + steps
    if not 0 <= place < len(siblings):
        raise Invalid("It cannot be moved further among its like.")
    if steps > 0:
        actions.move_item(by=person, item=item, after=tree.items[siblings[place]], at=now())
    else:
        actions.move_item(by=person, item=tree.items[siblings[place]], after=item, at=now())


def _archive(person: Person, item: ChainItem, scope: Scope, asked: QueryDict) -> None:
    actions.archive_item(by=person, item=item, at=now())


def _restore(person: Person, item: ChainItem, scope: Scope, asked: QueryDict) -> None:
    actions.restore_item(by=person, item=item, at=now())


ACTS: dict[str, Callable[[Person, ChainItem, Scope, Any], None]] = {
    "rename": _rename,
    "indent": _indent,
    "outdent": _outdent,
    "move_up": lambda person, item, scope, _: _move(person, item, scope, -1),
    "move_down": lambda person, item, scope, _: _move(person, item, scope, 1),
    "archive": _archive,
    "restore": _restore,
}

addresses = views("chain-outline", outline, "/outline")
