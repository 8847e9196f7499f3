"""What happens around every page and API call."""

import ipaddress
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from impactline.base.errors import Invalid, Refusal, TooLarge
from impactline.people import actions, signing_in
from impactline.people.models import Person
from impactline.people.queries import organisation_if_set_up
from impactline.web import errors, reader

Handler = Callable[[HttpRequest], HttpResponse]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
WITHOUT_DATABASE = {"livez", "readyz", "static"}
WITH_TOKENS = {"api"}
OPEN = {"sign-in", "set-up", "password", "invitation"}
BODY_MAX = 64 * 1024 * 1024
NEIGHBOURS = 64  # bits of an IPv6 address that name a network; whoever has one has all its addresses
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


def private(get_response: Handler) -> Handler:
    """Pages and answers are for one person: nobody keeps them, nobody else embeds them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def trusted_proxy(get_response: Handler) -> Handler:
    """Believe X-Forwarded-For and X-Forwarded-Proto of the proxies named in the settings, nobody else's."""
    trusted: list[Network] = settings.TRUSTED_PROXIES

    def middleware(request: HttpRequest) -> HttpResponse:
        peer = _address(request.META.get("REMOTE_ADDR", ""))
        believed = _within(peer, trusted)
        request.META["impactline.client"] = _forwarded(request, trusted) or peer if believed else peer
        if believed and request.META.get("HTTP_X_FORWARDED_PROTO") == "https":
            request.META["wsgi.url_scheme"] = "https"
        return get_response(request)

    return middleware


def client_address(request: HttpRequest) -> str | None:
    """The address that the throttle of sign-in counts; of an IPv6 address its network."""
    address = request.META.get("impactline.client")
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, NEIGHBOURS), strict=False).network_address)
    return None if address is None else str(address)


def account_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The account that the throttle of sign-in counts, however its address was typed."""
    given = credentials if credentials is not None else request.POST
    return str(given.get("username") or "").strip().lower()[:254].replace("\0", "")


def signed_in(get_response: Handler) -> Handler:
    """Pages are for people who have signed in; before set-up, everything leads to set-up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        place = request.path.split("/", 2)[1]
        if place in WITHOUT_DATABASE:
            return get_response(request)
        if place in WITH_TOKENS:  # asks for itself who it is, and what it needs of the organisation
            reader.become(None, None)
            return get_response(request)
        person = request.user if isinstance(request.user, Person) else None
        organisation = organisation_if_set_up()
        reader.become(person, organisation)
        if place in OPEN:
            return get_response(request)
        if organisation is None:
            return redirect("/set-up")
        if person is None or not _goes_on(request, person):
            return _to_sign_in(request)
        return get_response(request)

    return middleware


def bounded(get_response: Handler) -> Handler:
    """Refuse what is larger than anything that is taken, before it is read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        if length.isdigit() and int(length[:20]) > BODY_MAX:
            return errors.refused(request, TooLarge("This is too large.", remedy="Send less at once."))
        return get_response(request)

    return middleware


def legible(get_response: Handler) -> Handler:
    """Refuse addresses and forms with U+0000, which no text holds and PostgreSQL does not take."""

    def middleware(request: HttpRequest) -> HttpResponse:
        said = (value for given in (request.GET, request.POST) for values in given.lists() for value in values[1])
        if "\0" in request.path or any("\0" in value for value in said):
            return errors.refused(request, Invalid("A character in this is none.", remedy="Type it anew."))
        return get_response(request)

    return middleware


def refusals(get_response: Handler) -> Handler:
    """A refusal that no page handled itself becomes an error page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return errors.refused(request, exception)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def _goes_on(request: HttpRequest, person: Person) -> bool:
    """Whether the session holds; its use is noted, unless a page only brought itself up to date."""
    now = timezone.now()
    if signing_in.is_idle(request.session, now):
        request.session.flush()
        return False
    if "X-Live" not in request.headers:
        signing_in.use(request.session, now)
        if person.seen_at is None or now - person.seen_at > signing_in.SEEN_EVERY:
            actions.saw(by=person, at=now)
    return True


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back to the page from there; htmx and live pages are told with a status."""
    if request.headers.get("HX-Request") == "true":
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = here.path + (f"?{here.query}" if here.query else "")
        return HttpResponse(status=401, headers={"HX-Redirect": _sign_in_address(back)})
    if "X-Live" in request.headers:
        return HttpResponse(status=401)
    return redirect(_sign_in_address(request.get_full_path() if request.method in {"GET", "HEAD"} else ""))


def _sign_in_address(back: str) -> str:
    return "/sign-in" if back in {"", "/"} else f"/sign-in?next={quote(back, safe='/')}"


def _forwarded(request: HttpRequest, trusted: Sequence[Network]) -> Address | None:
    """The last address of X-Forwarded-For that no trusted proxy wrote; None where there is none."""
    hops = [_address(hop) for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    for hop in reversed(hops):
        if not _within(hop, trusted):
            return hop
    return hops[0]


def _address(text: str) -> Address | None:
    """An address, without its port, as IPv4 where it is one in the clothes of IPv6; None for what is none."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _within(address: Address | None, networks: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in networks)
