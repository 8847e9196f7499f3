"""The pages of the rules: listed for everybody, set by administrators."""

import pytest

from impactline.insight.rules import RULES
from impactline.people.models import Person
from tests.web.visits import read, send

pytestmark = pytest.mark.django_db


def test_every_rule_is_listed_with_its_source(gil: Person) -> None:
    html = read(gil, "/rules")
    for rule in RULES.values():
        assert f'<tr id="{rule.id}">' in html
    assert "“linked”" in html
    assert "W-vanity" in html


def test_an_administrator_sets_a_rule_and_everybody_sees_it(ada: Person, gil: Person) -> None:
    assert "is_off" not in read(gil, "/rules/R5")
    assert send(gil, "/rules/R5", **{"R5-team": "4"}).status_code == 403
    refused = send(ada, "/rules/R5", **{"R5-team": "4,5x", "R5-person": "99", "is_off": "on"})
    html = refused.content.decode()
    assert refused.status_code == 422
    for told in ("is not a number", "Say why it is switched off", 'value="4,5x"', 'value="99"'):
        assert told in html
    assert "lies between 1 and 50" in send(ada, "/rules/R5", **{"R5-person": "99"}).content.decode()
    said = {"R5-team": "4", "R5-person": "", "R5-objective": "", "is_off": "on", "reason": "We are few"}
    assert send(ada, "/rules/R5", **said).status_code == 302
    html = read(gil, "/rules")
    assert '<b>4</b> <span class="quiet-line">default 5</span>' in html
    assert "Switched off" in html
    assert "We are few" in read(gil, "/rules/R5")
    read(gil, "/rules/R999", status=404)
