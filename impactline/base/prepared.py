"""A SELECT that is built once: for one that is asked often, building it anew takes longer than answering it."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.utils import create_namedtuple_class

MOST = 64  # for how many numbers of ids it is remembered how the query is written
_PLACES = range(-9_000_000_000_000, -9_000_000_000_000 + 1_000_000)  # no row has such an id


class Prepared:
    """Some columns of the rows that `build` chooses by ids; it is called once for each number of ids.

    The conditions of `build` may depend on nothing but the ids that it is given. With `bulk.given` one text would do
    for all numbers of them; but PostgreSQL then takes a fifth more time for a check-in than with ids by name.
    """

    def __init__(self, columns: Sequence[str], build: "Callable[[Sequence[int]], QuerySet[Any]]") -> None:
        self._columns, self._build = columns, build
        self._made = create_namedtuple_class(*columns)._make
        self._built = lru_cache(MOST)(self._compiled)

    def rows(self, ids: Sequence[int]) -> list[Any]:
        """The rows of these ids as named tuples, in the order of the query; one query, none without ids."""
        if not ids:
            return []
        sql, parameters, converters = self._built(connection.vendor, len(ids))
        bound = [value if place is None else ids[place] for place, value in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, bound)
            found = cursor.fetchall()
        return list(map(self._made, self._converted(found, converters) if converters else found))

    def _compiled(self, _vendor: str, count: int) -> tuple[str, list[tuple[int | None, Any]], Any]:
        rows = self._build(_PLACES[:count]).values_list(*self._columns)
        compiler = rows.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        return sql, [(_place(value), value) for value in parameters], tuple(converters.items())

    @staticmethod
    def _converted(found: Sequence[Sequence[Any]], converters: Any) -> "list[list[Any]]":
        """As Django's compiler does: what the driver gives, as the fields have it."""
        rows = [list(row) for row in found]
        for place, (steps, column) in converters:
            for step in steps:
                for row in rows:
                    row[place] = step(row[place], column, connection)
        return rows


class Chosen:
    """The ids that the query of `build` chooses for one row, such as a person; to stand in conditions: `pk__in=…`.

    A QuerySet in its place would be copied and renamed in each query around it, which takes a tenth of the time of a
    page. The conditions of `build` may depend on nothing but the id that it is given.
    """

    def __init__(self, build: "Callable[[int], QuerySet[Any]]") -> None:
        self._build = build
        self._written = cache(self._compiled)

    def of(self, number: int) -> RawSQL:
        """As an expression."""
        return RawSQL(*self.text(number))  # noqa: S611 - every value is a parameter

    def text(self, number: int) -> tuple[str, tuple[Any, ...]]:
        """As SQL and its parameters."""
        sql, parameters = self._written(connection.vendor)
        return sql, tuple(type(value)(number) if _place(value) == 0 else value for value in parameters)

    def _compiled(self, _vendor: str) -> tuple[str, tuple[Any, ...]]:
        return self._build(_PLACES[0]).query.sql_with_params()


def _place(value: object) -> int | None:
    """Which of the ids a parameter stands for, if it does."""
    return _PLACES.index(value) if isinstance(value, int) and value in _PLACES else None
