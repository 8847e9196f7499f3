"""Error pages: what is wrong, and what to do now. Programs that ask the API get the same as JSON."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from impactline.base.errors import Conflict, Faults, Forbidden, Invalid, NotFound, Refusal, TooLarge
from impactline.web.chain_words import retold

STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    TooLarge: 413,
    Invalid: 422,
    Faults: 422,
}


def status_of(refusal: Refusal) -> int:
    """The HTTP status for a refusal."""
    return next((code for kind, code in STATUS.items() if isinstance(refusal, kind)), 422)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page for a refusal that no form showed."""
    told = retold(refusal)
    return _answer(request, status_of(told), told.code, told.message, told.remedy, told.field)


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that cannot be read: too large, an unknown host, too many fields, a broken cookie."""
    if isinstance(exception, RequestDataTooBig):
        return refused(request, TooLarge("This is too large.", remedy="Send less at once."))
    return _answer(request, 400, "malformed", "This request cannot be read.", "Go to the start and try again.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what the framework itself refuses."""
    return _answer(request, 403, "forbidden", "That is not yours to change.", "Ask whoever owns it.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that leads nowhere."""
    remedy = "Check the address, or search for what you need."
    return _answer(request, 404, "not_found", "There is no such page.", remedy)


def failed(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours."""
    remedy = "Nothing was changed. Try again; if it stays, tell us."
    return _answer(request, 500, "failed", "Something went wrong on our side.", remedy)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form without a valid CSRF token."""
    remedy = "Open the page again and repeat."
    return _answer(request, 403, "csrf", "This form is too old or came from elsewhere.", remedy)


def _answer(request: HttpRequest, status: int, code: str, message: str, remedy: str, field: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        told = {"code": code, "message": message, "remedy": remedy, "faults": []}
        return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
    said = {"status": status, "message": message, "remedy": remedy, "field": field}
    return render(request, "error.html", said, status=status)
