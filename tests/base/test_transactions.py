"""Actions are transactions, and are tried again after a deadlock."""

import pytest
from django.db import OperationalError, connection, transaction

from impactline.base.models import Ref
from impactline.base.transactions import TRIES, action


class Deadlock(Exception):
    sqlstate = "40P01"


def failing(times: int, cause: Exception):
    """A verb that writes a row and then fails some times."""
    tries = []

    @action
    def verb() -> int:
        tries.append(1)
        Ref.objects.create(ref=f"try-{len(tries)}", kind="team")
        if len(tries) <= times:
            raise OperationalError("undone") from cause
        return len(tries)

    return verb, tries


@pytest.mark.django_db(transaction=True)
def test_a_verb_that_was_undone_for_a_deadlock_is_tried_again_and_leaves_nothing_of_its_tries():
    verb, _ = failing(2, Deadlock())
    assert verb() == 3
    assert list(Ref.objects.values_list("ref", flat=True)) == ["try-3"]


@pytest.mark.django_db(transaction=True)
def test_the_tries_end():
    verb, tries = failing(99, Deadlock())
    with pytest.raises(OperationalError):
        verb()
    assert len(tries) == TRIES
    assert not Ref.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_other_faults_of_the_database_are_told_at_once():
    verb, tries = failing(1, RuntimeError())
    with pytest.raises(OperationalError):
        verb()
    assert len(tries) == 1
    assert not Ref.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_verb_within_a_transaction_leaves_trying_again_to_that():
    verb, tries = failing(1, Deadlock())
    with pytest.raises(OperationalError), transaction.atomic():
        verb()
    assert len(tries) == 1
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_within_a_transaction_leaves_nothing_of_its_own():
    verb, _ = failing(1, RuntimeError())
    with transaction.atomic():
        Ref.objects.create(ref="before", kind="team")
        with pytest.raises(OperationalError):
            verb()
        Ref.objects.create(ref="after", kind="team")
    assert set(Ref.objects.values_list("ref", flat=True)) == {"before", "after"}
