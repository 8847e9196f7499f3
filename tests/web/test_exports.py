"""Export: what the reader may see as a file, in every format, and nothing else."""

import pytest
from django.test import Client
from django.utils import timezone

from impactline.exchange.iati_validating import faults
from impactline.exchange.loading import load_text
from impactline.people import actions
from impactline.people.models import Person
from tests.exchange.installations import imported
from tests.exchange.samples import CONTRACT
from tests.scenes import TODAY, a_cycle, an_objective
from tests.web.visits import read, visitor

pytestmark = pytest.mark.django_db


def test_each_format_holds_what_its_reader_may_see(ada: Person, alice: Person, charlie: Person):
    imported(CONTRACT)
    _, secret = actions.create_token(by=charlie, name="test", at=timezone.now())
    program = Client(HTTP_AUTHORIZATION=f"Bearer {secret}")
    an_objective(alice, a_cycle(ada, ref="q9"), title="Quite secret", visibility="private")
    assert "Download as IATI 2.03, plain" in read(charlie, "/export")
    got = {}
    for name in ("yaml", "json", "iati", "iati-plain"):
        answer = visitor(charlie).get(f"/export/{name}")
        assert answer["Content-Disposition"].startswith('attachment; filename="impactline-2')
        got[name] = answer.content
        assert program.get("/api/v1/document", {"format": name}).content == answer.content
        assert b"Quite secret" not in answer.content
    assert b"Quite secret" in visitor(alice).get("/export/yaml").content
    assert load_text(got["yaml"], today=TODAY).faults == load_text(got["json"], today=TODAY, name="a.json").faults == []
    assert faults(got["iati"]) == faults(got["iati-plain"]) == []
    assert b"triage-line" in got["iati"]
    assert visitor(charlie).get("/export/pdf").status_code == 404


def test_a_part_is_told_first_and_is_the_same_on_both_doors(ada: Person, charlie: Person):
    imported(CONTRACT)
    _, secret = actions.create_token(by=charlie, name="test", at=timezone.now())
    program = Client(HTTP_AUTHORIZATION=f"Bearer {secret}")
    cycle = {"cycle": "2026-Q4"}
    shown = read(charlie, "/export?cycle=2026-Q4")
    assert "It holds" in shown
    assert "/export/yaml?cycle=2026-Q4" in shown
    part = visitor(charlie).get("/export/json", cycle).content
    assert program.get("/api/v1/document", cycle).content == part
    told = program.get("/api/v1/document/part", cycle).json()
    assert told["holds"]["objective"] == 3
    for path in ("/api/v1/document", "/api/v1/document/part"):
        assert program.get(path, {"team": "nobody"}).status_code == 404
    for path in ("/export", "/export/yaml"):
        assert visitor(charlie).get(path, {"objective": "nothing"}).status_code == 404
