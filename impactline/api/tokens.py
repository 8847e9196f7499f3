"""The API's tokens: one's own, and for administrators everybody's."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from impactline.api.access import REFUSALS, token_of
from impactline.api.repeats import shown_once
from impactline.api.shapes import Paging, Wanted, slice_of
from impactline.people import actions
from impactline.people.models import Person, Token
from impactline.people.queries import token_with_prefix, tokens, tokens_of
from impactline.people.roles import require_administrator

router = Router(tags=["tokens"])


class TokenShape(Schema):
    """A token, named by the beginning of its secret."""

    prefix: str
    name: str
    person: str
    read_only: bool
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class TokensPage(Schema):
    """A page of tokens."""

    total: int
    items: list[TokenShape]


class NewToken(Wanted):
    """A token to be made for oneself. It lasts no longer than the token that makes it."""

    name: str
    read_only: bool = False
    days: int | None = None


class MadeToken(TokenShape):
    """A token with its secret, which is told this once."""

    secret: str


@router.get("", response={200: TokensPage, **REFUSALS}, summary="Tokens that work: one's own, or everybody's")
def listed(request: HttpRequest, paging: Annotated[Paging, Query()], everybody: bool = False) -> TokensPage:
    person: Person = request.auth  # type: ignore[attr-defined]
    if everybody:
        require_administrator(person)
    found = tokens() if everybody else tokens_of(person).select_related("person")
    return TokensPage(total=found.count(), items=[TokenShape(**_said(row)) for row in slice_of(found, paging)])


@router.post("", response={201: MadeToken, **REFUSALS}, summary="Make a token for oneself")
def create(request: HttpRequest, wanted: NewToken) -> Status[MadeToken]:
    person: Person = request.auth  # type: ignore[attr-defined]
    made, secret = actions.create_token(
        by=person,
        name=wanted.name,
        read_only=wanted.read_only,
        days=wanted.days,
        until=token_of(request).expires_at,
        at=timezone.now(),
    )
    shown_once(request)
    return Status(201, MadeToken(**_said(made), secret=secret))


@router.delete("/{prefix}", response={200: TokenShape, **REFUSALS}, summary="Revoke a token")
def revoke(request: HttpRequest, prefix: str) -> TokenShape:
    person: Person = request.auth  # type: ignore[attr-defined]
    token = token_with_prefix(prefix, None if person.is_administrator else person)
    actions.revoke_token(by=person, token=token, at=timezone.now())
    return TokenShape(**_said(token))


def _said(token: Token) -> dict[str, Any]:
    return {
        "prefix": token.prefix,
        "name": token.name,
        "person": token.person.email,
        "read_only": token.read_only,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "used_at": token.used_at,
    }
