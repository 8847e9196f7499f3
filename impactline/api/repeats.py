"""A request that carries an Idempotency-Key is done once; its repetition gets the same answer for a day.

Draft of the IETF (httpapi-idempotency-key-header): the same key with another body is 422, while the first is
still being done 409.
"""

import hashlib
import json
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from impactline.base.models import Reply
from impactline.people.signing_in import token_bearer

KEY_MAX = 255
SHOWN_ONCE = "impactline.shown_once"


def repeats(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware for the API's POSTs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method != "POST" or not request.path.startswith("/api/"):
            return get_response(request)
        secret = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        token = token_bearer(secret, timezone.now())
        if token is None:
            return get_response(request)
        if len(key) > KEY_MAX:
            return _refusal(422, "invalid", f"An Idempotency-Key has at most {KEY_MAX} characters.")
        return _once(request, token.person_id, key, get_response)

    return middleware


def shown_once(request: HttpRequest) -> None:
    """Say that the answer holds a secret: it is not kept, and a repetition is told so."""
    request.META[SHOWN_ONCE] = True


def _once(
    request: HttpRequest, person_id: int, key: str, get_response: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).hexdigest()
    try:
        with transaction.atomic():
            reply = Reply.objects.create(person_id=person_id, key=key, digest=digest, at=timezone.now())
    except IntegrityError:
        return _again(Reply.objects.filter(person=person_id, key=key).first(), digest)
    try:
        response = get_response(request)
    except BaseException:
        reply.delete()
        raise
    if response.status_code >= 500:
        reply.delete()
    elif SHOWN_ONCE in request.META:
        told = _refusal(409, "shown_once", "This has been done; what it answered is shown only once.")
        reply.status, reply.body = told.status_code, told.content.decode()
        reply.save(update_fields=["status", "body"])
    else:
        reply.status, reply.body = response.status_code, response.content.decode()
        reply.save(update_fields=["status", "body"])
    return response


def _again(reply: Reply | None, digest: str) -> HttpResponse:
    if reply is None or (reply.status is None and reply.digest == digest):
        return _refusal(409, "in_flight", "The first request with this Idempotency-Key is still being done.")
    if reply.digest != digest:
        return _refusal(422, "key_reused", "This Idempotency-Key was used for another request.")
    return HttpResponse(
        reply.body,
        status=reply.status,
        content_type="application/json; charset=utf-8",
        headers={"Idempotent-Replayed": "true"},
    )


def _refusal(status: int, code: str, message: str) -> HttpResponse:
    body = {"code": code, "message": message, "remedy": "Use a new key for a new request.", "faults": []}
    return HttpResponse(json.dumps(body), status=status, content_type="application/json; charset=utf-8")
