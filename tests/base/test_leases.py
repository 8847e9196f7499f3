"""Leases: one holder at a time."""

from datetime import timedelta

import pytest

from impactline.base.leases import hold, let_go
from tests.cast import NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_only_one_holds_a_lease_until_it_ends_or_is_given_back():
    assert hold("worker", "one", NOON, MINUTE)
    assert not hold("worker", "two", NOON + MINUTE / 2, MINUTE)
    assert hold("worker", "one", NOON + MINUTE / 2, MINUTE), "the holder renews it"
    assert not hold("worker", "two", NOON + MINUTE, MINUTE)
    assert hold("worker", "two", NOON + 2 * MINUTE, MINUTE), "it had ended"
    let_go("worker", "one")
    assert not hold("worker", "one", NOON + 2 * MINUTE, MINUTE), "nobody gives back what another holds"
    let_go("worker", "two")
    assert hold("worker", "one", NOON + 2 * MINUTE, MINUTE)
