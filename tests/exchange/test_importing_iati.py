"""IATI in and out of the installation: planned like any document, kept beside what came of it, told as it holds."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from impactline.chain.models import ChainItem, Link
from impactline.exchange.actions import import_document
from impactline.exchange.iati_file import read_iati, write_iati
from impactline.exchange.iati_reading import whole
from impactline.exchange.iati_records import Activity
from impactline.exchange.models import ForeignElement
from impactline.exchange.queries.document import document_for
from impactline.metrics.models import Metric, PeriodTarget, Reading
from impactline.people.models import Person
from tests.cast import NOON
from tests.exchange.iati_samples import ABSENT, EVERYTHING, REAL
from tests.exchange.installations import empty, exported, imported, rows

pytestmark = pytest.mark.django_db

TODAY = NOON.date() + timedelta(days=100)
AT = NOON + timedelta(days=100)
FIGURES = """\
<iati-activities version="2.03"><iati-activity default-currency="USD"><iati-identifier>XX-9</iati-identifier>
<title><narrative>Camp</narrative></title><activity-status code="4"/>
<activity-date type="2" iso-date="2022-01-01"/><activity-date type="4" iso-date="2022-12-31"/>
<result type="2"><title><narrative>Access</narrative></title>
<indicator measure="2" ascending="0"><title><narrative>Share waiting</narrative></title>
  <baseline year="2021" value="40"><dimension name="group" value="A"/></baseline>
  <period><period-start iso-date="2022-01-01"/><period-end iso-date="2022-12-31"/>
    <target value="20"><dimension name="group" value="A"/></target>
    <actual value="25.50"><dimension name="group" value="A"/></actual>
    <target value="30"><dimension name="group" value="B"/></target>
    <actual value="many"><dimension name="group" value="B"/></actual>
  </period>
</indicator>
<indicator measure="1" aggregation-status="1"><title><narrative>People</narrative></title>
  <period><period-start iso-date="2022-01-01"/><period-end iso-date="2022-12-31"/>
    <actual value="3"><dimension name="sex" value="f"/></actual>
    <actual value="4"><dimension name="sex" value="m"/></actual>
  </period>
</indicator>
</result></iati-activity></iati-activities>
"""


def come_in(content: str, tmp_path: Path, by: Person | None = None) -> None:
    """Import a text of IATI; a second import has nothing to do."""
    path = tmp_path / "a.xml"
    path.write_text(content)
    for again in (False, True):
        found = read_iati(path, today=TODAY)
        outcome = import_document(by=by, reading=found.reading, at=AT)
        assert outcome.plan.is_empty is again


def gone_out(*, plain: bool = False) -> bytes:
    """All of the chain as IATI, which has to be valid."""
    file = BytesIO()
    assert write_iati(document_for(None), file, today=TODAY, plain=plain).faults == []
    return file.getvalue()


def records(content: bytes | str) -> list[Activity]:
    return whole(content.encode() if isinstance(content, str) else content)[0]


def test_an_activity_becomes_a_chain_with_its_money_and_its_metrics(tmp_path: Path):
    come_in(EVERYTHING, tmp_path)
    assert rows(ChainItem, "level", "title", "state") == [
        ("activity", "Wells", "active"),
        ("input", "Budget 2026-01-01 to 2026-12-31", "active"),
        ("output", "Wells dug", "active"),
    ]
    assert set(Link.objects.values_list("source__level", "kind")) == {("input", "uses"), ("activity", "produces")}
    budget = ChainItem.objects.get(level="input")
    assert (budget.kind, budget.amount, budget.used, budget.unit) == ("money", Decimal("8000.5"), 1200, "EUR")
    output = ChainItem.objects.get(level="output")
    assert [metric.name for metric in output.metrics.order_by("id")] == [
        "Wells that give water (female, L1)",
        "Wells that give water (female)",
        "Wells that give water (L1)",
    ]


def test_figures_that_do_not_add_up_become_metrics_of_their_own(tmp_path: Path):
    come_in(FIGURES, tmp_path)
    assert rows(Metric, "name", "measure", "better", "adds_up") == [
        ("Share waiting (A)", "percentage", "lower", False),
        ("Share waiting (B)", "percentage", "lower", False),
        ("People", "unit", "higher", True),
    ]
    assert sorted(rows(PeriodTarget, "value")) == [20, 30]
    assert sorted(rows(Reading, "value")) == [7, Decimal("25.5")]
    assert not Link.objects.exists(), "no level is skipped"


def test_what_came_in_goes_out_equal(tmp_path: Path):
    for content in (EVERYTHING, FIGURES):
        come_in(content, tmp_path)
    (one, two) = records(gone_out(plain=True))
    assert one == records(EVERYTHING)[0]
    assert two.results == records(FIGURES)[0].results


def test_what_changed_since_is_told_and_nothing_else(tmp_path: Path):
    come_in(FIGURES, tmp_path)
    Reading.objects.filter(value=Decimal("25.5")).update(value=Decimal("26.5"))
    PeriodTarget.objects.filter(value=30).update(value=31)
    ChainItem.objects.filter(level="outcome").update(title="Better access")
    (activity,) = records(gone_out(plain=True))
    (result,) = activity.results
    (period,) = result.indicators[0].periods
    assert result.title[0].text == "Better access"
    assert [figure.value for figure in period.actuals] == ["26.5", "many"]
    assert [figure.value for figure in period.targets] == ["20", "31"]
    assert [figure.dimensions[0].value for figure in period.targets] == ["A", "B"]


def test_nothing_is_lost_on_the_way_through_a_file_of_ours(tmp_path: Path):
    come_in(EVERYTHING, tmp_path)
    come_in(FIGURES, tmp_path)
    before, content = exported(), gone_out()
    empty()
    come_in(content.decode(), tmp_path)
    assert exported() == before


def test_a_judgement_with_its_evidence_comes_back_through_a_file_of_ours(tmp_path: Path):
    """A file of ours alone makes an empty installation say the same of the chain; plain IATI leaves it out."""
    file = f"{{name: a.pdf, sha256: '{'0' * 64}', size: 12}}"
    said = (
        "[{at: 2026-10-12, by: bob@example.org, written_by: alice@example.org, level: Largely, narrative: Sooner,"
        f" evidence: [{{title: A, url: 'https://example.org'}}, {{title: Letters, file: {file}}}]}},"
        " {at: 2026-10-11, on_behalf_of: Patients, level: No, rating: 0, of: 2}]"
    )
    people = "impactline: 1\npeople: [{email: alice@example.org}, {email: bob@example.org}]\n"
    imported(f"{people}chain: [{{ref: sooner, level: outcome, rubric: [A, Largely], judgements: {said}}}]\n", at=AT)
    before, told, plain = document_for(None).chain, gone_out(), gone_out(plain=True)
    assert b"Patients" not in plain
    empty()
    imported(people, at=AT)
    come_in(told.decode(), tmp_path)
    assert document_for(None).chain == before
    assert gone_out() == told


def test_what_is_kept_of_a_hidden_item_is_seen_by_nobody_else(tmp_path: Path, charlie: Person):
    come_in(EVERYTHING, tmp_path)
    ChainItem.objects.filter(level="output").update(visibility="private")
    hidden = ChainItem.objects.get(level="output").ref
    seen = document_for(charlie)
    assert seen.foreign
    assert hidden not in {part.on for part in seen.foreign} | {part.within for part in seen.foreign}


def test_an_element_is_kept_of_one_thing_and_once(tmp_path: Path):
    come_in(EVERYTHING, tmp_path)
    item, metric = ChainItem.objects.first(), Metric.objects.first()
    for keys in (
        {"format": "iati"},
        {"format": "iati", "item": item, "metric": metric},
        {"format": "iati", "item": item},
        {"format": "iati", "metric": metric},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ForeignElement.objects.create(**keys)
    ForeignElement.objects.filter(item=item).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        ForeignElement.objects.create(format="other", item=item)


@pytest.mark.skipif(not REAL.is_dir(), reason=ABSENT)
@pytest.mark.slow
def test_both_real_files_come_in_and_go_out_together_with_equal_figures():
    came = []
    for year, items, metrics, readings in ((2016, 1873, 4963, 4938), (2022, 786, 1936, 1936)):
        path = REAL / "unhcr" / f"derived-iati-203-unhcr-{year}.xml"
        found = read_iati(path, today=TODAY)
        counts = import_document(by=None, reading=found.reading, at=AT).plan.counts()["adds"]
        assert (counts["chain item"], counts["metric"], counts["reading"]) == (items, metrics, readings)
        came += records(path.read_bytes())
    left = records(gone_out(plain=True))
    assert sorted(left, key=_identifier) == sorted(came, key=_identifier)


def _identifier(activity: Activity) -> str:
    return activity.identifier
