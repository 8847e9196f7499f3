"""The invariants of check-ins that the database holds, each broken once."""

import pytest
from django.db import IntegrityError, transaction

from impactline.checkins.models import CheckIn
from tests.cast import NOON
from tests.scenes import TODAY, a_key_result, a_running_cycle, an_objective, says


@pytest.fixture
def wait(ada, alice):
    return a_key_result(alice, an_objective(alice, a_running_cycle(ada)))


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_confidence_goes_to_10(wait):
    refused(lambda: CheckIn.objects.create(key_result=wait, day=TODAY, confidence=11, recorded_at=NOON))


def test_a_check_in_does_not_correct_itself(alice, wait):
    made = says(alice, wait, 18)
    refused(lambda: CheckIn.objects.filter(pk=made.pk).update(replaces=made))


def test_a_check_in_is_corrected_by_one_other(alice, wait):
    first, second, third = (says(alice, wait, 18) for _ in range(3))
    CheckIn.objects.filter(pk=second.pk).update(replaces=first)
    refused(lambda: CheckIn.objects.filter(pk=third.pk).update(replaces=first))


def test_a_reading_stands_behind_one_check_in(alice, wait):
    first, second = says(alice, wait, 18), says(alice, wait, 17)
    refused(lambda: CheckIn.objects.filter(pk=second.pk).update(reading=first.reading))


def test_a_reading_that_a_check_in_rests_on_is_not_deleted(alice, wait):
    from django.db.models import ProtectedError

    made = says(alice, wait, 18)
    with pytest.raises(ProtectedError):
        made.reading.delete()
