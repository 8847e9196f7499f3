"""Many rows in one statement."""

from datetime import date

import pytest
from django.db import connection

from impactline.base.bulk import given, write
from impactline.okrs.models import Cycle
from tests.scenes import a_cycle


@pytest.fixture
def cycles(ada):
    return [a_cycle(ada, name=f"Cycle {number}") for number in range(3)]


def test_each_row_gets_its_own_values_also_none(cycles):
    for number, cycle in enumerate(cycles, 1):
        cycle.purpose, cycle.starts_on, cycle.version = f"why {number}", date(2026, 9, number), number
        cycle.parent = cycles[0] if number > 1 else None

    assert write(Cycle, cycles, ["purpose", "starts_on", "parent", "version"]) == 3

    kept = Cycle.objects.order_by("pk").values_list("purpose", "starts_on", "parent", "version")
    first = cycles[0].pk
    assert list(kept) == [
        ("why 1", date(2026, 9, 1), None, 1),
        ("why 2", date(2026, 9, 2), first, 2),
        ("why 3", date(2026, 9, 3), first, 3),
    ]


def test_columns_of_nothing_but_none_are_written(cycles):
    for cycle in cycles:
        cycle.closed_on = None
    assert write(Cycle, cycles, ["closed_on"]) == 3


def test_nothing_is_written_for_no_rows(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert write(Cycle, [], ["purpose"]) == 0


def test_a_thousand_rows_take_one_statement(ada, cycles, django_assert_num_queries):
    rows = [Cycle(pk=cycles[0].pk + number, purpose="x", version=1) for number in range(1_000)]
    with django_assert_num_queries(1):
        write(Cycle, rows, ["purpose", "version"])
    assert Cycle.objects.filter(purpose="x").count() == 3


@pytest.mark.parametrize("ids", [[], [7], [3, 2**40, 1]])
def test_ids_are_given_by_one_parameter_however_many_there_are(db, ids):
    sql, parameters = given(ids)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM (WITH one(id) AS ({sql}) SELECT id FROM one) AS these", parameters)
        assert [number for (number,) in cursor.fetchall()] == ids
    assert len(parameters) == 1
