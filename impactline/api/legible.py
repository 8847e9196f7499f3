"""Reads the bodies of requests; texts that no database can keep make them unreadable."""

import json
from typing import Any, cast

from django.http import HttpRequest
from ninja.parser import Parser


class Legible(Parser):
    """JSON without U+0000 and halves of pairs; ninja refuses anything else as unreadable."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The body; raises ValueError."""
        body = json.loads(request.body)
        if not _is_legible(body):
            raise ValueError("The body holds characters that are none.")
        return cast("dict[str, Any]", body)


def _is_legible(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, dict):
        return all(_is_legible(key) and _is_legible(entry) for key, entry in value.items())
    return not isinstance(value, list) or all(map(_is_legible, value))
