"""Many rows at once: some columns of them written in one statement, or read as light as they are."""

import json
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

_fifteen_digits = Context(prec=15).create_decimal


class Columns(models.Func):
    """Columns as one JSON list, to stand within `Rows`: all of them, or null in place of all."""

    output_field = models.JSONField()

    def as_sqlite(self, *args: Any, **context: Any) -> Any:
        """SQLite's words for it."""
        return super().as_sql(*args, **(context | {"function": "JSON_ARRAY"}))

    def as_postgresql(self, *args: Any, **context: Any) -> Any:
        """PostgreSQL's words for it."""
        return super().as_sql(*args, **(context | {"function": "JSON_BUILD_ARRAY"}))


class Rows(models.Aggregate):
    """The columns of all rows of a group as one JSON list of lists, in no order: rows of another table beside one."""

    output_field = models.JSONField()

    def as_sqlite(self, *args: Any, **context: Any) -> Any:
        """SQLite's words for it."""
        return super().as_sql(*args, **context, template="JSON_GROUP_ARRAY(JSON_ARRAY(%(expressions)s))")

    def as_postgresql(self, *args: Any, **context: Any) -> Any:
        """PostgreSQL's words for it: as text, for jsonb would first be built and then written out."""
        return super().as_sql(*args, **context, template="JSON_AGG(JSON_BUILD_ARRAY(%(expressions)s))::text")


class Written(models.Func):
    """An expression written out in SQL, in which each {} stands for another: a fraction of the work of a query."""

    def __init__(self, sql: str, *expressions: Any, output_field: "models.Field[Any, Any]") -> None:
        super().__init__(*expressions, output_field=output_field)
        self.sql = sql

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Any:  # type: ignore[override]
        """The SQL with the expressions in their places."""
        found = [compiler.compile(expression) for expression in self.get_source_expressions()]
        return self.sql.format(*(sql for sql, _ in found)), [value for _, values in found for value in values]


def write(model: type[models.Model], rows: Iterable[Any], fields: Sequence[str]) -> int:
    """UPDATE … FROM (VALUES …) by primary key; returns how many rows were written.

    A row is an instance of the model, or anything else with `pk` and these fields.

    Django's `bulk_update` builds a CASE for each column and row, which is quadratic in the rows.
    """
    listed = list(rows)
    columns: list[Any] = [model._meta.get_field(field) for field in fields]
    key = model._meta.pk
    most = 30_000 // (len(columns) + 1)
    for start in range(0, len(listed), most):
        batch = listed[start : start + most]
        parameters: list[Any] = []
        for row in batch:
            parameters.append(row.pk)
            parameters += [column.get_db_prep_save(getattr(row, column.attname), connection) for column in columns]
        sql = _statement(model, key, columns, len(batch))
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
    return len(listed)


def given(ids: Iterable[int]) -> tuple[str, list[Any]]:
    """A query that gives these ids, for raw SQL, and its parameters: one, however many ids there are.

    So a statement has one text for all lengths, which PostgreSQL then need not plan again.
    """
    listed = list(ids)
    if connection.vendor == "sqlite":
        return "SELECT value FROM json_each(%s)", [json.dumps(listed)]
    return "SELECT unnest(CAST(%s AS bigint[]))", [listed]


def among(ids: Iterable[int]) -> RawSQL:
    """These ids for the right side of `__in`: one parameter, where a list would be one for each of them."""
    return RawSQL(*given(ids))  # noqa: S611 - ids are bound


def exact(binary: float | None) -> Decimal | None:
    """A number from JSON, in which it is binary, as it was put in: with the 15 digits that one of ours can have."""
    return None if binary is None else _fifteen_digits(str(binary))


def raw(rows: "models.QuerySet[Any, Any]") -> list[Any]:
    """The rows of a `values_list` as tuples, as the driver gives them, without Django's conversions."""
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _statement(model: type[models.Model], key: Any, columns: Sequence[Any], rows: int) -> str:
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    sets = ", ".join(f"{quote(column.column)} = {_cast(column, n)}" for n, column in enumerate(columns, 2))
    values = ", ".join([f"({', '.join(['%s'] * (len(columns) + 1))})"] * rows)
    return (
        f"UPDATE {table} SET {sets} FROM (VALUES {values}) AS v "  # noqa: S608 - names are the models', values bound
        f"WHERE {table}.{quote(key.column)} = {_cast(key, 1)}"
    )


def _cast(column: Any, number: int) -> str:
    """The numbered column of VALUES; PostgreSQL has to be told its type."""
    name = f"v.column{number}"
    return name if connection.vendor == "sqlite" else f"CAST({name} AS {column.rel_db_type(connection)})"
