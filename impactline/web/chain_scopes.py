"""A chain as pages show it: in the words of the organisation, with its address and what stands above it."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path, reverse

from impactline.checkins import scopes
from impactline.checkins.scopes import Chain, Scope
from impactline.people.models import Person
from impactline.web.chain_words import named

Crumbs = tuple[tuple[str, str], ...]
ABOVE = {"priority": ("Priorities", "priorities"), "team": ("Teams", "teams"), "cycle": ("Cycles", "cycles")}
PAGES = {"objective": "objective", "priority": "priority", "team": "team", "cycle": "cycle-page"}


def chain_of(person: Person, scope: Scope) -> Chain:
    """The piece of the chain that a scope is about, as the person sees it."""
    return scopes.chain_of(person, scope, named())


def address_of(scope: Scope, view: str = "") -> str:
    """The address of a view of a chain."""
    href = reverse(f"{scope.kind}-chain", args=[scope.ref]) if scope.ref else reverse("chain")
    return f"{href}/{view}" if view else href


def crumbs_of(scope: Scope) -> Crumbs:
    """What stands above a chain: what it is of, and where that belongs."""
    if not scope.ref:
        return ()
    if scope.objective is not None:
        cycle = scope.objective.cycle
        above = cycle.title, reverse("cycle-page", args=[cycle.ref])
    else:
        words, page = ABOVE[scope.kind]
        above = words, reverse(page)
    return above, (scope.title, reverse(PAGES[scope.kind], args=[scope.ref]))


def file_name(shown: Chain) -> str:
    """The ref of what is shown as a part of a file's name."""
    kept = (sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "-" for sign in shown.scope.ref)
    return "".join(kept) or "all"


def views(name: str, view: Callable[..., HttpResponse], end: str = "") -> list[URLPattern]:
    """A view of the chain under the address of each scope."""
    places = {
        "objective": "objectives/<str:ref>/chain",
        "priority": "priorities/<str:ref>/chain",
        "team": "teams/<str:ref>/chain",
        "cycle": "cycles/<str:ref>/chain",
    }
    found = [path(f"{place}{end}", view, {"kind": kind}, name=f"{kind}-{name}") for kind, place in places.items()]
    return [*found, path(f"chain{end}", view, name=name)]
