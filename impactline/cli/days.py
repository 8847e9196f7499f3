"""Days on the command line."""

from datetime import date
from typing import Any

import click


class Day(click.ParamType):  # type: ignore[type-arg]
    """A day as ISO writes it."""

    name = "date"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value[:40]}” is not a day. Write year-month-day, such as 2026-10-31.", param, ctx)


DAY = Day()
