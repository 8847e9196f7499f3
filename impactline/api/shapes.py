"""What several rooms of the API share: pages of lists, numbers, references."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, PlainSerializer

from impactline.base.errors import Invalid
from impactline.okrs.today import Present

PER_PAGE_MAX = 200


def _plain(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[Decimal | None, PlainSerializer(_plain, return_type=float | None)]


# A moment with its time zone, within the years that every database and time zone can tell.
Moment = Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]


class Paging(Schema):
    """Which part of a list is wanted."""

    page: int = Field(1, ge=1, le=100_000, description="The page, from 1.")
    per_page: int = Field(50, ge=1, le=PER_PAGE_MAX, description="Items on a page.")


class Wanted(Schema):
    """What a request may say; anything else is refused."""

    model_config = ConfigDict(extra="forbid")

    def named(self) -> dict[str, Any]:
        """The fields that the request names, as they are."""
        return {field: getattr(self, field) for field in self.model_fields_set}


def etag(response: HttpResponse, version: int) -> None:
    """Say which version of the item the answer holds."""
    response["ETag"] = f'"{version}"'


def slice_of(rows: "QuerySet[Any] | Sequence[Any]", paging: Paging) -> list[Any]:
    """One page of a list."""
    return list(rows[(paging.page - 1) * paging.per_page : paging.page * paging.per_page])


def rounded(value: float | None, digits: int = 4) -> float | None:
    """A computed number as programs need it: no more digits than mean something, never NaN or infinite."""
    if value is None or value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
        return None
    return round(value, digits)


def earlier(as_of: date | None, now: Present) -> date | None:
    """The day asked for, None for today; raises Invalid for a day to come."""
    if as_of is None or as_of == now.day:
        return None
    if as_of > now.day:
        raise Invalid("That day is still to come.", remedy="Choose today or an earlier day.", field="as_of")
    return as_of
