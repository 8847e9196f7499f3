"""Writing: the same document gives the same bytes, and reading them gives the same document."""

import json
from datetime import date
from decimal import Decimal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from impactline.exchange.document import Document
from impactline.exchange.document_okrs import CheckIn, KeyResult, Objective
from impactline.exchange.reading import Source, read_sources, read_text
from impactline.exchange.writing import to_folder, to_json, to_yaml
from impactline.exchange.yaml_scalars import inline
from tests.exchange.documents import DOCUMENTS, NASTY, NOTES


def read(content: bytes, name: str) -> Document:
    reading = read_text(content, name)
    assert not reading.faults, [str(fault) for fault in reading.faults]
    assert reading.document is not None
    return reading.document


@given(DOCUMENTS)
@settings(max_examples=150)
def test_what_is_written_is_read_back_as_it_was_and_written_alike(document: Document) -> None:
    first = to_yaml(document)
    assert read(first, "a.yaml") == document
    assert to_yaml(read(first, "a.yaml")) == first
    second = to_json(document)
    assert read(second, "a.json") == document
    assert to_json(read(second, "a.json")) == second
    assert read(second, "a.json") == read(first, "a.yaml")


@given(DOCUMENTS)
@settings(max_examples=40)
def test_json_is_json_for_every_reader(document: Document) -> None:
    assert isinstance(json.loads(to_json(document)), dict)


@given(DOCUMENTS)
@settings(max_examples=40)
def test_a_folder_holds_the_same_as_a_file(document: Document) -> None:
    by_cycle = sorted(document.objectives, key=lambda objective: objective.cycle)
    files = to_folder(document)
    sources = [Source(path, files[path]) for path in sorted(files)]
    reading = read_sources(sources)
    assert not reading.faults
    assert reading.document is not None
    found = reading.document
    assert sorted(found.objectives, key=lambda objective: objective.cycle) == by_cycle
    assert found.model_copy(update={"objectives": ()}) == document.model_copy(update={"objectives": ()})


def test_folders_keep_cycles_apart_that_differ_in_case_alone() -> None:
    document = Document(objectives=tuple(Objective(ref=c, title="t", cycle=c) for c in ("Q1", "q1")))
    assert sorted(to_folder(document)) == ["objectives/Q1.yaml", "objectives/q1-2.yaml", "organisation.yaml"]


@pytest.mark.parametrize("text", NASTY)
def test_an_inline_text_is_a_text_for_other_readers_too(text: str) -> None:
    assert yaml.safe_load(f"a: {inline(text)}") == {"a": text}
    assert yaml.safe_load(f"{{a: {inline(text, flow=True)}, b: 1}}") == {"a": text, "b": 1}


@given(st.text(max_size=50))
def test_any_text_survives_inline(text: str) -> None:
    assert yaml.load(f"a: {inline(text)}", Loader=yaml.CSafeLoader) == {"a": text}
    assert yaml.load(f"[{inline(text, flow=True)}]", Loader=yaml.CSafeLoader) == [text]


@given(NOTES)
def test_any_note_is_the_same_for_other_readers(note: str) -> None:
    document = Document(objectives=(Objective(ref="a", title="t", cycle="c", description=note),))
    found = yaml.load(to_yaml(document), Loader=yaml.CSafeLoader)
    assert found["objectives"][0].get("description", "") == document.objectives[0].description


def test_the_shape_is_what_people_would_write() -> None:
    note = "Two nurses came. " * 8
    key_result = KeyResult(
        ref="wait-days",
        title="Median wait for a first visit falls from 21 to 7 days",
        type="metric",
        baseline=Decimal("21.0"),
        target=Decimal(7),
        unit="days",
        check_ins=(
            CheckIn(at=date(2026, 10, 12), by="alice@example.org", value=Decimal(18), confidence=6),
            CheckIn(at=date(2026, 10, 19), value=Decimal("0.10"), note=note),
        ),
    )
    objective = Objective(
        ref="2026",
        title="Nobody waits in pain",
        cycle="2026-Q4",
        priorities=("access",),
        key_results=(key_result,),
    )
    assert to_yaml(Document(objectives=(objective,))).decode() == (
        "impactline: 1\n"
        "objectives:\n"
        '  - ref: "2026"\n'
        "    title: Nobody waits in pain\n"
        "    cycle: 2026-Q4\n"
        "    priorities: [access]\n"
        "    key_results:\n"
        "      - ref: wait-days\n"
        "        title: Median wait for a first visit falls from 21 to 7 days\n"
        "        type: metric\n"
        "        baseline: 21\n"
        "        target: 7\n"
        "        unit: days\n"
        "        check_ins:\n"
        "          - {at: 2026-10-12, by: alice@example.org, value: 18, confidence: 6}\n"
        "          - at: 2026-10-19\n"
        "            value: 0.1\n"
        "            note: >-\n"
        f"              {'Two nurses came. ' * 5}Two nurses\n"
        "              came. Two nurses came. Two nurses came.\n"
    )
