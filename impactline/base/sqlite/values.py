"""How values come out of SQLite: decimals exactly, and what was seen before by looking it up.

SQLite keeps decimals in binary and writes them with up to 17 digits; rounded to the 15 that a number of ours can
have (`base.numbers`) they are what was put in. Django's own way, over the binary number, takes four times as long;
and a list of key results reads some hundred thousand numbers and days.
"""

from collections.abc import Callable
from datetime import date
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any

import pysqlite3.dbapi2
from django.db.backends.sqlite3.operations import DatabaseOperations as Django
from django.db.models.expressions import Expression

Converter = Callable[[Any, Any, Any], Decimal | None]
_fifteen_digits = Context(prec=15).create_decimal


def register() -> None:
    """Let the driver convert columns that are declared as decimal or date; takes the place of Django's for dates."""
    pysqlite3.dbapi2.register_converter("decimal", _decimal)
    pysqlite3.dbapi2.register_converter("date", _date)


class DatabaseOperations(Django):
    """Django's, but decimals that the driver converted stay as they are."""

    def get_decimalfield_converter(self, expression: Expression) -> Converter:
        """The converter of a column is nothing; of what was computed from columns it is Django's."""
        otherwise: Converter = super().get_decimalfield_converter(expression)

        def converter(value: Any, expression: Any, connection: Any) -> Decimal | None:
            if value is None or isinstance(value, Decimal):
                return value
            return otherwise(value, expression, connection)

        return converter


@lru_cache(maxsize=8_192)
def _decimal(stored: bytes) -> Decimal:
    return _fifteen_digits(stored.decode())


@lru_cache(maxsize=8_192)
def _date(stored: bytes) -> date:
    return date.fromisoformat(stored.decode())
