"""What commands print for programs."""

from datetime import date
from typing import Any


def written(data: Any) -> str:
    """Data as every command prints it: indented JSON, letters of all scripts as they are, days as in ISO 8601."""
    import json

    return json.dumps(data, ensure_ascii=False, indent=2, default=_day)


def _day(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no data")
