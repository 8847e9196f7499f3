"""What every view needs: who asks, when, and the page around what it shows."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from impactline.base.errors import NotFound
from impactline.okrs.today import Present, present
from impactline.people.models import Person
from impactline.web import reader


def asking(request: HttpRequest) -> Person:
    """The person who asks; the middleware has let nobody else through."""
    if not isinstance(request.user, Person):
        raise NotFound("Sign in first.")
    return request.user


def now() -> datetime:
    """The moment of the request: time enters here and at the other doors only."""
    return timezone.now()


def today() -> Present:
    """The organisation's present day and its policies."""
    return present(now(), reader.organisation())


def day_of(request: HttpRequest) -> date | None:
    """The day of ?as_of=2026-11-01, or None for today; a day that is none, or still to come, is today."""
    text = request.GET.get("as_of", "")
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        return None
    return wanted if wanted < today().day else None


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A whole page, or a fragment, for the person who asks."""
    person = request.user if isinstance(request.user, Person) else None
    organisation = reader.organisation()
    context |= {
        "person": person,
        "organisation": organisation.name if person and organisation else "",
        "locale": reader.current().locale.replace("_", "-"),
        # A page that only brings itself up to date must not take what is said to the next one.
        "messages": () if "X-Live" in request.headers else messages.get_messages(request),
    }
    return render(request, template, context, status=status)


def page_number(request: HttpRequest, pages: int) -> int:
    """The page that ?page= asks for, as far as there is one."""
    asked = request.GET.get("page", "1")
    return min(max(1, int(asked)), pages) if asked.isdecimal() and len(asked) < 9 else 1


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks, which takes a part of the page."""
    return request.headers.get("HX-Request") == "true"


def own_path(address: str, otherwise: str = "/") -> str:
    """The address if it is a path on this site."""
    known = url_has_allowed_host_and_scheme(address, allowed_hosts=set())
    return address if known and address.startswith("/") else otherwise


def came_from(request: HttpRequest, otherwise: str) -> str:
    """The page from which somebody came to do one thing, as ?back= says, for when it is done or given up."""
    return own_path(request.GET.get("back", ""), otherwise)


def leading_back(request: HttpRequest, address: str) -> str:
    """The address of a form on a page, which hands on where ?back= leads."""
    back = came_from(request, "")
    return f"{address}?{urlencode({'back': back})}" if back else address


def go(request: HttpRequest, address: str, done: str = "", undo: str = "") -> HttpResponse:
    """Go to another page after a change, with a word about what was done and, where it can be, an undo address.

    What was done leads back to where ?back= says.
    """
    if done:
        address = came_from(request, address)
        messages.success(request, done, extra_tags=f"undo:{undo}" if undo else "")
    if is_fragment(request):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = address
        return response
    return redirect(address)
