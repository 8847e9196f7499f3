"""Many rows in one statement."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from impactline.base.bulk import among, exact, given, write
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


def test_rows_are_found_among_ids_however_many(cycles, django_assert_num_queries):
    chosen = [cycles[0].pk, cycles[2].pk]
    with django_assert_num_queries(1):
        assert list(Cycle.objects.filter(pk__in=among(chosen)).order_by("pk")) == [cycles[0], cycles[2]]
    assert list(Cycle.objects.filter(pk__in=among(range(10**6, 10**6 + 70_000)))) == []
    assert list(Cycle.objects.filter(pk__in=among([]))) == []


@pytest.mark.parametrize(
    ("binary", "number"),
    [(None, None), (3, "3"), (0.1, "0.1"), (-2.5, "-2.5"), (1e-9, "1E-9"), (123456.789012345, "123456.789012345")],
)
def test_a_number_from_json_is_what_was_put_in(binary, number):
    assert exact(binary) == (None if number is None else Decimal(number))


def test_the_seventeen_digits_of_a_binary_number_are_the_fifteen_that_were_put_in():
    assert exact(0.30000000000000004) == Decimal("0.3")
