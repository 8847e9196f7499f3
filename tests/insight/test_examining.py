"""What is found is kept once, also where two look at the same time."""

import pytest

from impactline.insight.examining import examine_all
from impactline.insight.models import Found, FoundGuard
from impactline.people.models import Person
from tests.cast import NOON
from tests.checkins.test_concurrency import at_once
from tests.scenes import a_running_cycle, an_objective


@pytest.mark.django_db(transaction=True)
def test_several_who_look_at_once_keep_each_finding_once(ada: Person, alice: Person) -> None:
    cycle = a_running_cycle(ada)
    for number in range(9):
        an_objective(alice, cycle, f"Objective {number}")
    for _ in range(3):
        Found.objects.all().delete()
        assert at_once([lambda: examine_all(NOON)] * 4) == []
        there = examine_all(NOON)
        assert (there.appeared, there.gone) == (0, 0)
        assert Found.objects.count() == there.there
        guards = list(FoundGuard.objects.values_list("found", "objective", "item", "unless"))
        assert len(guards) == len(set(guards)) > 0
