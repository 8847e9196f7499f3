"""A query that is built once."""

from datetime import date

import pytest

from impactline.base.prepared import Chosen, Prepared
from impactline.okrs.models import Cycle, KeyResult, Objective
from tests.scenes import a_cycle, a_key_result, an_objective

COLUMNS = ("pk", "starts_on", "version")


@pytest.fixture
def cycles(ada):
    return [a_cycle(ada, name=f"Cycle {number}") for number in range(3)]


@pytest.fixture
def built():
    return []


@pytest.fixture
def prepared(built):
    def build(ids):
        built.append(len(ids))
        return Cycle.objects.filter(pk__in=ids, starts_on__lt=date(2100, 1, 1), archived_at=None).order_by("-pk")

    return Prepared(COLUMNS, build)


def test_it_gives_what_the_query_gives_in_its_order(prepared, cycles):
    ids = [cycle.pk for cycle in cycles]
    for some in (ids[:1], ids[1:2], ids[:2], ids):
        rows = prepared.rows(some)
        assert [tuple(row) for row in rows] == list(
            Cycle.objects.filter(pk__in=some).order_by("-pk").values_list(*COLUMNS)
        )
        assert rows[0].starts_on == cycles[0].starts_on


def test_it_is_built_once_for_each_number_of_ids(prepared, built, cycles, django_assert_num_queries):
    with django_assert_num_queries(4):
        for _ in range(2):
            prepared.rows([cycles[0].pk])
            prepared.rows([cycles[1].pk, cycles[2].pk])
    assert built == [1, 2]


def test_without_ids_nothing_is_asked(prepared, built, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert prepared.rows([]) == []
    assert built == []


def test_numbers_and_lists_come_as_the_fields_have_them(ada):
    row = a_key_result(ada, an_objective(ada, a_cycle(ada)))
    columns = ("baseline", "target", "levels", "planned", "due_on")
    prepared = Prepared(columns, lambda ids: KeyResult.objects.filter(pk__in=ids))
    (found,) = prepared.rows([row.pk])
    assert tuple(found) == KeyResult.objects.values_list(*columns).get(pk=row.pk)
    assert (type(found.baseline), type(found.levels)) == (type(row.baseline), list)


def test_ids_are_chosen_in_a_condition_as_the_query_chooses_them_and_it_is_built_once(ada, built):
    cycles = [a_cycle(ada, name=f"Cycle {number}") for number in range(2)]
    objectives = [an_objective(ada, cycle, f"Objective {cycle.ref}") for cycle in cycles]

    def build(cycle):
        built.append(cycle)
        return Objective.objects.filter(cycle=cycle, archived_at=None, cycle__starts_on__lt=date(2100, 1, 1))

    chosen = Chosen(lambda cycle: build(cycle).order_by().values("pk"))
    for cycle, objective in zip(cycles, objectives, strict=True):
        assert Objective.objects.get(pk__in=chosen.of(cycle.pk)) == objective
        assert Objective.objects.exclude(pk__in=chosen.of(cycle.pk)).count() == 1
    assert len(built) == 1
