"""The page of the rules."""

import pytest

from impactline.insight.rules import RULES
from impactline.people.models import Person
from tests.web.visits import read

pytestmark = pytest.mark.django_db


def test_every_rule_is_listed_with_its_source(gil: Person) -> None:
    html = read(gil, "/rules")
    for rule in RULES.values():
        assert f'<tr id="{rule.id}">' in html
    assert "“linked”" in html
    assert "W-vanity" in html
