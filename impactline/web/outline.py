"""The outline: objectives, their key results and the objectives aligned to them, written with the keyboard.

A line inside an objective is one of its key results, or an objective that serves it; key results stand first. To
indent an objective lets it contribute to the one above it; to outdent it, to what that one serves, or to none. A
key result stays in its objective, for its measure and its history are made for it. Where an objective serves
several, it stands beneath the first.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Conflict, Invalid, NotFound
from impactline.base.transactions import action
from impactline.checkins.listing import Listed, figures_of_lines, listed
from impactline.okrs import actions, queries
from impactline.okrs.models import Alignment, AlignmentKind, Cycle, CycleState, KeyResult, Objective
from impactline.okrs.queries import Line
from impactline.okrs.today import Present
from impactline.okrs.visibility import key_result_for, objective_for
from impactline.people.models import Person
from impactline.web.cycles import objectives_in
from impactline.web.merging import lost_line, require_in_sight
from impactline.web.objective_forms import add_typed
from impactline.web.rows import ObjectiveRow, OutlineRow, marks_on, objective_row, outline_row
from impactline.web.shell import asking, go, is_fragment, now, page, page_number, today

OBJECTIVES_A_PAGE = 60
IN_ARCHIVE = ("archive", "restore")
Item = Objective | KeyResult


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A line with its place in the tree, as components/outline.html takes it."""

    row: OutlineRow
    depth: int
    position: int
    size: int
    expanded: bool | None


class Tree:
    """The objectives of a cycle that a person sees, each beneath the first one that it serves."""

    def __init__(self, lines: list[Line], ties: list[tuple[int, int]]) -> None:
        self.lines = {line.id: line for line in lines}
        self.order = [line.id for line in lines]
        self.parent: dict[int, int] = {}
        for child, parent in ties:
            if child in self.lines and parent in self.lines:
                self.parent.setdefault(child, parent)
        self.children: dict[int | None, list[int]] = defaultdict(list)
        for number in self.order:
            self.children[self.parent.get(number)].append(number)

    def siblings(self, number: int) -> list[int]:
        """The objectives on the same level beneath the same one, itself among them."""
        return self.children[self.parent.get(number)]

    def before(self, number: int) -> int | None:
        """The objective above it on the same level."""
        siblings = self.siblings(number)
        place = siblings.index(number)
        return siblings[place - 1] if place else None

    def branch(self, root: int) -> list[tuple[int, int]]:
        """An objective and all beneath it with their depth from 1, in the order of the outline."""
        found, waiting = [], [(1, root)]
        while waiting:
            depth, number = waiting.pop()
            found.append((depth, number))
            waiting += [(depth + 1, below) for below in reversed(self.children.get(number, []))]
        return found

    def pages(self) -> list[list[tuple[int, int]]]:
        """All objectives with their depth, sixty a page; a page that begins inside a branch repeats what is above."""
        every = [entry for root in self.children.get(None, []) for entry in self.branch(root)]
        cut = range(0, len(every), OBJECTIVES_A_PAGE)
        return [[*self.above(*every[at]), *every[at : at + OBJECTIVES_A_PAGE]] for at in cut] or [[]]

    def above(self, depth: int, number: int) -> list[tuple[int, int]]:
        """The objectives above one of that depth, from the top, with their depth."""
        found: list[tuple[int, int]] = []
        while number in self.parent:
            depth, number = depth - 1, self.parent[number]
            found.append((depth, number))
        return found[::-1]


@require_http_methods(["GET", "POST"])
def outline(request: HttpRequest, ref: str) -> HttpResponse:
    """The outline of a cycle; a POST does one act to it."""
    person, cycle = asking(request), queries.cycle_named(ref)
    focus = _do(person=person, cycle=cycle, asked=request.POST) if request.method == "POST" else ""
    if request.method == "POST" and not is_fragment(request):
        return go(request, reverse("cycle-outline", args=[ref]))
    template = "outline_table.html" if is_fragment(request) else "outline.html"
    return page(request, template, focus=focus, **_shown(request, person, cycle))


def tree_of(person: Person, cycle: Cycle, present: Present) -> tuple[Tree, Listed]:
    """The tree of a cycle as a person sees it; two queries where all figures are settled."""
    found = listed(person, objectives_in(cycle), present)
    ties = Alignment.objects.filter(child__cycle=cycle, parent__cycle=cycle).order_by("kind", "id")
    return Tree(found.lines, list(ties.values_list("child_id", "parent_id"))), found


def _shown(request: HttpRequest, person: Person, cycle: Cycle) -> dict[str, Any]:
    present = today()
    tree, found = tree_of(person, cycle, present)
    pages = tree.pages()
    number = page_number(request, len(pages))
    chosen = pages[number - 1]
    figures = figures_of_lines(person, found, [tree.lines[key] for _, key in chosen], present)
    marks = marks_on(person, figures.values(), present.day)
    rows = {key: objective_row(figures[key], marks=marks) for _, key in chosen}
    return {
        "cycle": cycle,
        "lines": [line for depth, key in chosen for line in _lines(tree, rows, depth, key)],
        "number": number,
        "pages": len(pages),
        "editable": person.may_write and cycle.state != CycleState.CLOSED and cycle.archived_at is None,
    }


def _lines(tree: Tree, rows: dict[int, ObjectiveRow], depth: int, key: int) -> list[OutlineLine]:
    """The line of an objective and those of its key results, which stand before the objectives beneath it."""
    row, siblings = rows[key], tree.siblings(key)
    ahead = len(rows[tree.parent[key]].key_results) if key in tree.parent else 0
    size = len(row.key_results) + len(tree.children.get(key, []))
    own = OutlineLine(
        outline_row(row), depth, ahead + siblings.index(key) + 1, ahead + len(siblings), True if size else None
    )
    parts = [
        OutlineLine(outline_row(part), depth + 1, place, size, None) for place, part in enumerate(row.key_results, 1)
    ]
    return [own, *parts]


# --- acts --------------------------------------------------------------------------------------------------


@action
def _do(*, person: Person, cycle: Cycle, asked: QueryDict) -> str:
    """Do one act, all of it or nothing; returns the ref of the line to stand on, where it is a new one."""
    act = asked.get("act", "")
    if act == "add":
        return _add(person, cycle, asked)
    if act not in ACTS:
        raise Invalid("There is no such act in an outline.")
    item = _item(person, asked.get("ref", ""))
    if act not in IN_ARCHIVE:
        require_in_sight(item, asked.get("title", ""))
    ACTS[act](person, item, asked)
    return ""


def _add(person: Person, cycle: Cycle, asked: QueryDict) -> str:
    """A new line: inside an objective or after a key result a key result, after an objective an objective."""
    title = asked.get("title", "")
    if asked.get("under"):
        above = _named(person, asked, "under")
        if isinstance(above, Objective):
            first = add_typed(person, above, title)
            actions.move_key_result(by=person, key_result=first, objective=above, after=None, at=now())
            return first.ref
        return add_typed(person, above.objective, title, after=above).ref
    if not asked.get("after"):
        return actions.create_objective(by=person, title=title, cycle=cycle, owner=person, at=now()).ref
    above = _named(person, asked, "after")
    if isinstance(above, KeyResult):
        return add_typed(person, above.objective, title, after=above).ref
    made = actions.create_objective(
        by=person, title=title, cycle=above.cycle, owner=person, team=above.team, after=above, at=now()
    )
    tree, _ = tree_of(person, above.cycle, today())
    if above.pk in tree.parent:
        parent = Objective.objects.get(pk=tree.parent[above.pk])
        actions.align(by=person, child=made, parent=parent, at=now())
    return made.ref


def _named(person: Person, asked: QueryDict, field: str) -> Item:
    """The line beside or within which another is to stand."""
    found = _item(person, asked.get(field, ""))
    require_in_sight(found, asked.get("title", ""))
    return found


def _rename(person: Person, item: Item, asked: QueryDict) -> None:
    title, version = asked.get("title", ""), asked.get("version", "")
    read = int(version) if version.isdecimal() else None
    try:
        if isinstance(item, Objective):
            actions.change_objective(by=person, objective=item, version=read, at=now(), changes={"title": title})
        else:
            actions.change_key_result(by=person, key_result=item, version=read, at=now(), changes={"title": title})
    except Conflict as conflict:
        raise lost_line(conflict, _item(person, item.ref).title, title) from None


def _indent(person: Person, item: Item, asked: QueryDict) -> None:
    """Let an objective contribute to the one above it, as the last of those that do."""
    child, tree = _objective(person, item)
    above = tree.before(child.pk)
    if above is None:
        raise Invalid("There is no objective above it that it could serve.")
    kind = _leave(person, child, tree)
    beneath = tree.children.get(above, [])
    if beneath:
        last = Objective.objects.get(pk=beneath[-1])
        actions.move_objective(by=person, objective=child, after=last, at=now())
    actions.align(by=person, child=child, parent=Objective.objects.get(pk=above), kind=kind, at=now())


def _outdent(person: Person, item: Item, asked: QueryDict) -> None:
    """Let an objective serve what the one above it serves, or none, and put it after that one."""
    child, tree = _objective(person, item)
    if child.pk not in tree.parent:
        raise Invalid("It serves no other objective of this cycle.")
    above = tree.parent[child.pk]
    kind = _leave(person, child, tree)
    actions.move_objective(by=person, objective=child, after=Objective.objects.get(pk=above), at=now())
    if above in tree.parent:
        parent = Objective.objects.get(pk=tree.parent[above])
        actions.align(by=person, child=child, parent=parent, kind=kind, at=now())


def _leave(person: Person, child: Objective, tree: Tree) -> str:
    """End the alignment under which an objective stands; returns its kind. A fixed share would be lost, so it stays."""
    if child.pk not in tree.parent:
        return str(AlignmentKind.CONTRIBUTES)
    tie = Alignment.objects.select_related("parent").get(child=child, parent=tree.parent[child.pk])
    if tie.weight is not None:
        raise Invalid(
            f"It contributes to “{tie.parent.title}” with a fixed share.",
            remedy="Change that on the page of the objective first.",
        )
    actions.unalign(by=person, child=child, parent=tie.parent, at=now())
    return tie.kind


def _move(person: Person, item: Item, steps: int) -> None:
    """Exchange a line with the one above it (-1) or below it (1) on its level."""
    if isinstance(item, KeyResult):
        rows = list(KeyResult.objects.filter(objective=item.objective_id, archived_at=None).order_by("position", "id"))
        after = _behind([row.pk for row in rows], item.pk, steps)
        behind = next((row for row in rows if row.pk == after), None)
        actions.move_key_result(by=person, key_result=item, objective=item.objective, after=behind, at=now())
        return
    child, tree = _objective(person, item)
    siblings = tree.siblings(child.pk)
    place = siblings.index(child.pk) + steps
    if not 0 <= place < len(siblings):
        raise Invalid(NO_FURTHER)
    above = siblings[place] if steps > 0 else _previous(tree.order, siblings[place])
    after_objective = None if above is None else Objective.objects.get(pk=above)
    actions.move_objective(by=person, objective=child, after=after_objective, at=now())


NO_FURTHER = "It cannot be moved further: key results stand before the objectives that serve theirs."


def _behind(order: list[int], key: int, steps: int) -> int | None:
    """The one behind which a key result comes to stand; None for the front."""
    place = order.index(key) + steps
    if not 0 <= place < len(order):
        raise Invalid(NO_FURTHER)
    return order[place] if steps > 0 else _previous(order, order[place])


def _previous(order: list[int], key: int) -> int | None:
    place = order.index(key)
    return order[place - 1] if place else None


def _archive(person: Person, item: Item, asked: QueryDict) -> None:
    if isinstance(item, Objective):
        actions.archive_objective(by=person, objective=item, at=now())
    else:
        actions.archive_key_result(by=person, key_result=item, at=now())


def _restore(person: Person, item: Item, asked: QueryDict) -> None:
    if isinstance(item, Objective):
        actions.restore_objective(by=person, objective=item, at=now())
    else:
        actions.restore_key_result(by=person, key_result=item, at=now())


ACTS: dict[str, Callable[[Person, Any, QueryDict], None]] = {
    "rename": _rename,
    "indent": _indent,
    "outdent": _outdent,
    "move_up": lambda person, item, _: _move(person, item, -1),
    "move_down": lambda person, item, _: _move(person, item, 1),
    "archive": _archive,
    "restore": _restore,
}


def _objective(person: Person, item: Item) -> tuple[Objective, Tree]:
    if isinstance(item, KeyResult):
        raise Invalid(
            "A key result stays in its objective.",
            remedy="To make it an objective, write it as a new line and archive this one.",
        )
    return item, tree_of(person, item.cycle, today())[0]


def _item(person: Person, ref: str) -> Item:
    """The objective or key result with this ref; raises NotFound."""
    try:
        return objective_for(person, ref)
    except NotFound:
        return key_result_for(person, ref)


addresses = [path("cycles/<str:ref>/outline", outline, name="cycle-outline")]
