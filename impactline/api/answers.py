"""One model for each shape that routes answer with, instead of one for each route and status.

A hundred and sixty routes with nine statuses each would make fourteen hundred, most of them of the same refusal: a
third of the time in which the server starts.
"""

from functools import cache
from typing import Any

from ninja import Schema
from ninja.operation import Operation


def share_models() -> None:
    """Let ninja share them; to be called before the first route is declared."""
    setattr(Operation, "_create_response_model", _shared)  # noqa: B010 - a method, to which mypy lets nobody assign


def _shared(operation: Operation, shape: Any) -> type[Schema] | None:
    return None if shape is None else _model_of(shape)


@cache
def _model_of(shape: Any) -> type[Schema]:
    return type("NinjaResponseSchema", (Schema,), {"__annotations__": {"response": shape}})
