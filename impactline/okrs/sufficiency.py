"""Whether an objective would be reached if all its key results were: what people say, and of which key results."""

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

REASON_MAX = 1000
DIGITS = 32


class Answer(StrEnum):
    """What somebody says when asked whether the key results of an objective suffice."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not_sure"


class Sought(NamedTuple):
    """What has to be seen for a key result to be reached; `steps` are the titles of its milestones."""

    ref: str
    title: str
    type: str
    target: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    values: str
    levels: Iterable[str]
    steps: Iterable[str] = ()


def digest_of(key_results: Iterable[Sought]) -> str:
    """By which an answer knows whether the key results are still those that it was about, in whatever order."""
    told = json.dumps(sorted(map(_told, key_results), key=lambda row: str(row[0])), ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _told(row: Sought) -> list[Any]:
    bounds = [None if value is None else f"{value.normalize():f}" for value in (row.target, row.low, row.high)]
    return [row.ref, " ".join(row.title.split()), row.type, *bounds, row.unit, row.values, [*row.levels], [*row.steps]]
