"""Versions: lost updates are refused."""

import pytest

from impactline.base.errors import Conflict, Invalid
from impactline.base.versions import edit, known, locked
from impactline.people.models import Team


def test_the_version_rises_only_when_something_differs(care):
    assert edit(care, {"name": "Care"}) == {}
    assert edit(care, {"name": "Cure"}) == {"name": ["Care", "Cure"]}
    assert Team.objects.get().version == 2


def test_who_read_an_older_version_is_told_the_present_one(care):
    edit(locked(care, 1), {"name": "Cure"})
    with pytest.raises(Conflict) as refusal:
        locked(care, 1)
    assert refusal.value.theirs == 2
    assert locked(care, None).name == "Cure"


def test_a_change_of_an_unknown_field_is_refused_by_name():
    with pytest.raises(Invalid, match="nmae") as refusal:
        known({"nmae": "x", "name": "y"}, {"name"})
    assert refusal.value.field == "nmae"
    assert known({"name": "y"}, {"name"}) == {"name": "y"}
