"""Who asks by which token, which version they have read, and how refusals are told."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as BadRequest
from ninja.security import HttpBearer

from impactline.api.answers import share_models
from impactline.base.errors import Conflict, Faults, Forbidden, NotFound, Refusal
from impactline.chain.queries import own_names
from impactline.people.models import Person, Token
from impactline.people.signing_in import token_bearer

READS = {"GET", "HEAD", "OPTIONS"}

share_models()  # every module that declares routes imports this one first


class FaultShape(Schema):
    """One thing that is wrong: the input at fault, what is wrong, how to mend it."""

    field: str
    message: str
    remedy: str


class RefusalShape(Schema):
    """Why nothing was changed."""

    code: str
    message: str
    remedy: str
    faults: list[FaultShape]


REFUSALS: dict[Any, Any] = {frozenset({400, 403, 404, 409, 412, 413, 422, 428}): RefusalShape, 401: RefusalShape}


class Bearer(HttpBearer):
    """A token in the header `Authorization: Bearer il_…`; cookies are never looked at."""

    openapi_bearerFormat = "il_…"

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        found = token_bearer(token, timezone.now())
        if found is None:
            return None
        request.token = found  # type: ignore[attr-defined]
        if found.read_only and request.method not in READS:
            raise Forbidden("This token may only read.", remedy="Make one that may change.")
        return found.person


def token_of(request: HttpRequest) -> Token:
    """The token by which this request asks."""
    return request.token  # type: ignore[attr-defined, no-any-return]


def version_read(request: HttpRequest) -> int:
    """The version that `If-Match` names. Raises Missing without the header, Conflict when it is none."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise Missing(
            "Say which version you have read.", remedy='Send If-Match with the ETag of your last GET, such as "3".'
        )
    text = header.removeprefix("W/").strip('"')
    if not text.isdigit():
        raise Conflict("That is no version of this item.", theirs=0, remedy="Read it again.")
    return int(text[:9])


class Missing(Refusal):
    """A header that is required is not there."""

    code = "precondition_required"


STATUS: list[tuple[type[Refusal], int]] = [
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 412),
    (Missing, 428),
    (Refusal, 422),
]


PLAINLY = {
    "extra_forbidden": ("This field is not known here.", "Leave it out, or mend its spelling."),
    "missing": ("This field is missing.", "Send it."),
    "finite_number": ("This is not a finite number.", "Send a decimal number."),
    **dict.fromkeys(
        ("decimal_parsing", "decimal_type", "float_parsing", "float_type"),
        ("This is not a number.", "Send digits alone, such as -6.5; units stand with their metric."),
    ),
    **dict.fromkeys(
        ("int_parsing", "int_type", "int_from_float"), ("This is not a whole number.", "Send digits alone, such as 12.")
    ),
    **dict.fromkeys(
        ("date_parsing", "date_type", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        ("There is no such day.", "Send year, month and day, such as 2026-12-31."),
    ),
    **dict.fromkeys(
        ("datetime_parsing", "datetime_type", "datetime_from_date_parsing", "timezone_aware"),
        ("There is no such moment.", "Send day, time and zone, such as 2026-12-31T09:00:00Z."),
    ),
    **dict.fromkeys(("bool_parsing", "bool_type"), ("This is neither yes nor no.", "Send true or false.")),
    "string_type": ("This is no text.", "Send it in quotes."),
    "list_type": ("This is no list.", "Send it in square brackets."),
    **dict.fromkeys(("dict_type", "model_attributes_type"), ("This is no object.", "Send it in braces.")),
}


def tell_refusals(api: NinjaAPI) -> None:
    """Answer refusals, unreadable requests and missing tokens in one shape."""

    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        status = next(code for kind, code in STATUS if isinstance(refusal, kind))
        return api.create_response(request, shape_of(own_names().retold(refusal)), status=status)

    @api.exception_handler(BadRequest)
    def unreadable(request: HttpRequest, error: BadRequest) -> HttpResponse:
        faults = [_fault(fault) for fault in error.errors]
        remedy = "Mend the fields that the faults name; the description of the API lists them."
        body = {"code": "invalid", "message": "The request cannot be read.", "remedy": remedy, "faults": faults}
        return api.create_response(request, body, status=422)

    @api.exception_handler(HttpError)
    def broken(request: HttpRequest, error: HttpError) -> HttpResponse:
        refusal = Refusal("The body of the request cannot be read.", remedy="Send JSON in UTF-8.", code="invalid")
        return api.create_response(request, shape_of(refusal), status=error.status_code)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        message = (
            "This token is not known, or no longer." if request.headers.get("Authorization") else "This needs a token."
        )
        refusal = Refusal(message, remedy="Make one on your profile.", code="no_token")
        response = api.create_response(request, shape_of(refusal), status=401)
        response["WWW-Authenticate"] = "Bearer"
        return response


def _fault(found: dict[str, Any]) -> dict[str, str]:
    """A fault of the shape of a request: the field as the caller wrote it."""
    where = [str(part) for part in found["loc"]]
    field = ".".join(where[2:] if where[0] == "body" or len(where) > 2 else where[1:])
    message, remedy = PLAINLY.get(found["type"], (f"{found['msg']}.", ""))
    return {"field": field, "message": message, "remedy": remedy}


def shape_of(refusal: Refusal) -> dict[str, Any]:
    """A refusal as JSON."""
    faults = refusal.faults if isinstance(refusal, Faults) else [refusal]
    told = [{"field": fault.field, "message": fault.message, "remedy": fault.remedy} for fault in faults]
    body = {"code": refusal.code, "message": refusal.message, "remedy": refusal.remedy, "faults": told}
    return body | ({"version": refusal.theirs} if isinstance(refusal, Conflict) else {})
