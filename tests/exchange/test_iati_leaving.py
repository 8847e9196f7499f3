"""The chain goes out as IATI and comes back: nothing of it is lost, and the file is valid."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from hypothesis import Phase, given, settings

from impactline.exchange.demo import demo
from impactline.exchange.document import Document
from impactline.exchange.document_chain import Prediction
from impactline.exchange.document_metrics import Metric
from impactline.exchange.iati_file import write_iati
from impactline.exchange.iati_mapping import Mapping
from impactline.exchange.iati_reading import whole
from impactline.exchange.iati_records import Activity
from impactline.exchange.iati_taking import Account
from impactline.exchange.iati_validating import faults
from impactline.exchange.loading import load_text
from impactline.exchange.writing import to_yaml
from tests.exchange.organisations import organisations

TODAY = date(2026, 11, 22)


def out(document: Document, *, plain: bool = False) -> bytes:
    """A document as IATI, which has to be valid."""
    file = BytesIO()
    assert write_iati(document, file, today=TODAY, plain=plain).faults == []
    return file.getvalue()


def back(content: bytes) -> Document:
    """IATI as a document."""
    activities, _ = whole(content)
    return Mapping(TODAY, Account()).take(activities)


def records(content: bytes) -> list[Activity]:
    return whole(content)[0]


def chain_of(document: Document) -> dict[str, Any]:
    """What IATI carries, as the native document writes it, in the order of refs."""
    return {
        section: sorted(to_yaml(Document(**{section: (part,)})) for part in getattr(document, section))
        for section in ("chain", "links", "dependencies")
    }


@given(organisations())
@settings(max_examples=12, deadline=None, phases=[Phase.generate])
def test_a_chain_comes_back_as_it_was(document: Document):
    bare = document.model_copy(update={"foreign": ()})
    content = out(bare)
    found = back(content)
    assert chain_of(found) == chain_of(bare)
    there = {to_yaml(Document(metrics=(part,))) for part in bare.metrics}
    measuring = {ref for item in bare.chain for ref in item.metrics}
    assert {to_yaml(Document(metrics=(part,))) for part in found.metrics} <= there
    assert measuring <= {part.ref for part in found.metrics}
    assert found.foreign == ()
    plain = out(bare, plain=True)
    if records_or_none(plain):
        assert faults(plain) == []
        assert b"impactline" not in plain


def test_what_was_predicted_comes_back_with_its_metric():
    whole_one = load_text(demo(TODAY), today=TODAY, name="demo.json").document
    assert whole_one is not None
    ended = next(part for part in whole_one.chain if part.level == "output")
    outcome = next(part for part in whole_one.chain if part.level == "outcome")
    apart = Metric(ref="apart", name="Measured by nothing in the chain")
    told = Prediction(
        output=ended.ref,
        outcome=outcome.ref,
        metric="apart",
        ended_on=TODAY,
        seen_by=TODAY,
        expected=Decimal(-6),
        low=Decimal(-8),
        high=Decimal("-1.5"),
        claimed=Decimal(-7),
        evidence="weak",
        observed=Decimal(-2),
        came="less",
    )
    chain = [
        part.model_copy(update={"predictions": (told,)}) if part.ref == ended.ref else part for part in whole_one.chain
    ]
    document = whole_one.model_copy(
        update={"chain": tuple(chain), "metrics": (*whole_one.metrics, apart), "foreign": ()}
    )
    found = back(out(document))
    assert chain_of(found) == chain_of(document)
    assert apart in found.metrics
    assert next(part for part in found.chain if part.ref == ended.ref).predictions == (told,)


def records_or_none(content: bytes) -> bool:
    return b"<iati-activity" in content
