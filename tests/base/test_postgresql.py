"""Statements on PostgreSQL: prepared when they come again, written out when they have very many parameters."""

import pytest
from django.db import connection

from impactline.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def only_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps its statements by itself")


def test_more_ids_than_the_protocol_takes_are_found(ada: Person) -> None:
    assert list(Person.objects.filter(pk__in=range(ada.pk, ada.pk + 70_000))) == [ada]


def test_a_statement_that_comes_again_stays_prepared(ada: Person) -> None:
    for _ in range(7):
        assert Person.objects.get(email=ada.email) == ada
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%people_person%email%"])
        assert cursor.fetchone() != (0,)


def test_words_of_many_parameters_stay_as_they_are(ada: Person) -> None:
    names = ["50 %", "it's", "a\\b", "“%s”", *(str(number) for number in range(2_000))]
    Person.objects.filter(pk=ada.pk).update(name="“%s”")
    assert Person.objects.filter(name__in=names).count() == 1
