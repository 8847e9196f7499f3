"""Reading: every fault at once with file, line and remedy; nothing crashes, hangs or takes the memory."""

import json
import os
import resource
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.exchange.document import Document, json_schema
from impactline.exchange.reading import Reading, Source, read, read_sources, read_text
from impactline.exchange.tree import Limits
from impactline.exchange.writing import to_json
from tests.effort import growth, within_a_minute
from tests.exchange.samples import CONTRACT, shape

OBJECTIVE = "impactline: 1\nobjectives:\n  - ref: a\n    title: t\n    cycle: c\n"
WORDS = ("impactline: 1\n", "teams:", "ref: ", "objectives: [", '"impactline": 1')
KEY_RESULT = OBJECTIVE + "    key_results:\n      - ref: k\n        title: t\n"


def told(text: str | bytes, name: str = "x.yaml") -> list[str]:
    """The faults of a text, as people read them; each has a remedy and a line."""
    reading = read_text(text, name)
    assert (reading.document is None) == bool(reading.faults)
    for fault in reading.faults:
        assert fault.remedy
        assert fault.place.line
        assert fault.place.file == name
    return [str(fault) for fault in reading.faults]


def document(text: str | bytes, name: str = "x.yaml") -> Document:
    reading = read_text(text, name)
    assert not reading.faults, [str(fault) for fault in reading.faults]
    assert reading.document is not None
    return reading.document


def test_the_contract_is_read_as_it_stands() -> None:
    found = document(CONTRACT)
    objective = found.objectives[0]
    assert (found.organisation and found.organisation.timezone) == "Europe/Berlin"
    assert found.cycles[1].parent == "2026"
    assert objective.contributes_to[0].weight == 40
    assert objective.key_results[0].check_ins[0].value == Decimal(18)
    assert found.metrics[0].healthy
    assert found.metrics[0].healthy.at_most == 10
    assert found.links[2].expected_effect
    assert found.links[2].expected_effect.change == -6
    assert found.links[2].assumptions[0].importance == "high"
    assert found.roadblocks[0].on == "triage-line"


def test_the_contract_is_valid_by_the_published_schema() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(to_json(document(CONTRACT))), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"impactline": 1, "teams": [{"ref": "a b"}]}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"impactline": 1, "team": []}, schema)


def test_all_faults_are_told_at_once_each_with_its_line() -> None:
    text = (
        "impactline: 1\n"
        "organisation: {name: N, timezon: UTC}\n"
        "teams:\n"
        "  - {ref: care, name: 2026}\n"
        "  - name: x\n"
        "objectives:\n"
        "  - ref: a\n"
        "    title: t\n"
        "    cycle: c\n"
        "    kind: comitted\n"
        "    key_results:\n"
        "      - ref: k\n"
        "        title: t\n"
        "        basline: 21\n"
        "        weight: 140\n"
        "        check_ins: [{at: 2026-13-01, value: '18', confidence: 11}]\n"
        "object: 5\n"
    )
    assert sorted(line.split(": ", 1)[0] for line in told(text)) == [
        "x.yaml:10:5",
        "x.yaml:14:9",
        "x.yaml:15:9",
        "x.yaml:16:22",
        "x.yaml:16:38",
        "x.yaml:16:51",
        "x.yaml:17:1",
        "x.yaml:2:25",
        "x.yaml:5:5",
    ]
    assert any("Did you mean “timezone”?" in line for line in told(text))
    assert any("Did you mean “committed”?" in line for line in told(text))
    assert any("Did you mean “baseline”?" in line for line in told(text))


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("18", "18"),
        ("18.0", "18"),
        ("-0", "0"),
        ("0.1", "0.1"),
        ("1e3", "1000"),
        ("999999999999999", "999999999999999"),
        ("0.000000001", "0.000000001"),
        ("123456.123456789", "123456.123456789"),
        ("+5", "5"),
        (".5", "0.5"),
        ("1.500000000000000000000000", "1.5"),
    ],
)
def test_numbers_are_exact(value: str, number: str) -> None:
    found = document(KEY_RESULT + f"        baseline: {value}\n").objectives[0].key_results[0].baseline
    assert found == Decimal(number)
    assert format(found, "f") == number


@pytest.mark.parametrize(
    "value",
    [
        *(".nan", ".inf", "-.inf", "NaN", "Infinity", "-Infinity", "1e400", "1e15", "1000000000000000", "1e-10"),
        *("0.0000000001", "1234567890.1234567", "1_000", "1,5", "0x1F", "12 days", "'18'", "true", "[1]", "{a: 1}"),
        *("9" * 500, "1e999999999", "2026-10-01", "1" * 5_000_000),
    ],
)
def test_what_is_no_usable_number_is_refused(value: str) -> None:
    lines = told(KEY_RESULT + f"        baseline: {value}\n")
    assert len(lines) == 1
    assert lines[0].startswith("x.yaml:9:")
    assert len(lines[0]) < 400


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400", "01", "1.", ".5", "+1", "0x1", "1e"])
def test_numbers_that_json_does_not_have_are_refused(value: str) -> None:
    assert told(f'{{"impactline": 1, "metrics": [{{"ref": "m", "healthy": {{"at_most": {value}}}}}]}}', "x.json")


@pytest.mark.parametrize(
    "value",
    ["2026-13-01", "2026-02-30", "01.02.2026", "2026-1-2", "20260101", "0001-01-01", "9999-12-31", "1790000000"],
)
def test_what_is_no_day_is_refused(value: str) -> None:
    assert len(told(KEY_RESULT + f"        due_on: {value}\n")) == 1


def test_days_and_moments() -> None:
    key_result = (
        document(
            KEY_RESULT
            + "        due_on: '2026-10-31'\n        frozen_at: 2026-10-31T14:05:00+02:00\n"
            + "        archived_at: 2026-10-31\n"
        )
        .objectives[0]
        .key_results[0]
    )
    assert key_result.due_on == date(2026, 10, 31)
    assert key_result.frozen_at == datetime(2026, 10, 31, 12, 5, tzinfo=UTC)
    assert key_result.archived_at == datetime(2026, 10, 31, tzinfo=UTC)
    assert told(KEY_RESULT + "        frozen_at: 2026-10-31T14:05:00\n")
    assert told(KEY_RESULT + "        frozen_at: 2026-10-31T25:05:00Z\n")


def test_plain_words_stay_texts_where_a_text_is_meant() -> None:
    found = document("impactline: 1\nobjectives: [{ref: 2026, title: no, cycle: 1.10, description: ~}]\n").objectives[0]
    assert (found.ref, found.title, found.cycle, found.description) == ("2026", "no", "1.10", "")


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ('""', "empty"),
        ('" "', "empty"),
        ('"\\u200b\\u200f"', "empty"),
        ('"a\\0b"', "control character U+0000"),
        ('"a\\eb"', "control character U+001B"),
        ('"a\\u202eb"', "invisible mark U+202E"),
        ('"a\\u2066b"', "invisible mark U+2066"),
        ("x" * 501, "501 characters"),
        ("x" * 200_000, "200,000 characters"),
        ("[a]", "not a text"),
        ("null", "not a text"),
    ],
)
def test_titles_that_deceive_or_burst_are_refused(title: str, why: str) -> None:
    lines = told(f"impactline: 1\nobjectives: [{{ref: a, cycle: c, title: {title}}}]\n")
    assert len(lines) == 1
    assert why in lines[0]


@pytest.mark.parametrize(
    "title",
    [
        "مرحبا بالعالم",
        "שלום עולם",
        "e\u0301tude",
        "नमस्ते दुनिया",
        "👩\u200d👩\u200d👧 time",
        "日本語のタイトル",
        "x" * 500,
    ],
)
def test_every_script_has_titles(title: str) -> None:
    found = document(f"impactline: 1\nobjectives: [{{ref: a, cycle: c, title: '{title}'}}]\n").objectives[0].title
    assert found == unicodedata.normalize("NFC", title)


@pytest.mark.parametrize(
    "ref", ["a b", "a/b", "-a", ".a", "a:b", "a" * 81, "'a#b'", "'a\u202eb'", "'😀'", "'a\nb'", "''"]
)
def test_refs_that_cannot_stand_in_an_address_are_refused(ref: str) -> None:
    assert len(told(f"impactline: 1\nteams: [{{ref: {ref}}}]\n")) == 1


@pytest.mark.parametrize("ref", ["2026-Q4", "Größe", "目標", "नमस्ते", "a.b_c-d", "_a", "7"])
def test_refs_of_every_script(ref: str) -> None:
    assert document(f"impactline: 1\nteams: [{{ref: {ref}}}]\n").teams[0].ref == ref


def test_refs_are_composed_and_addresses_lowered() -> None:
    found = document("impactline: 1\nteams: [{ref: u\u0308ber}]\npeople: [{email: Alice@Example.ORG}]\n")
    assert found.teams[0].ref == "über"
    assert found.people[0].email == "alice@example.org"


@pytest.mark.parametrize("email", ["alice", "a@b", "a b@c.de", "@c.de", "a@", "a@c..de", "<a@c.de>", "a@c.de, b@c.de"])
def test_what_is_no_address_is_refused(email: str) -> None:
    assert len(told(f"impactline: 1\npeople: [{{email: '{email}'}}]\n")) == 1


def test_keys_with_nothing_after_them_are_empty() -> None:
    found = document(KEY_RESULT + "        check_ins:\n        owner:\n        description:\nteams:\norganisation:\n")
    assert found.objectives[0].key_results[0].check_ins == ()
    assert found.teams == ()


# --- syntax --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("impactline: 1\na: &x 1\nb: *x\n", 2, "anchor"),
        ("impactline: 1\nb: *x\n", 2, "alias"),
        ("impactline: 1\na: !!python/object:os.system x\n", 2, "tag"),
        ("impactline: 1\na: !mine x\n", 2, "tag"),
        ("impactline: 1\nteams: []\nteams: []\n", 3, "stands twice, first in line 2"),
        ("impactline: 1\n---\nteams: []\n", 2, "second document"),
        ("impactline: 1\n\tteams: []\n", 2, "not YAML"),
        ("impactline: 1\ntitle: a: b\n", 2, "not YAML"),
        ("impactline: 1\ntitle: 'a\n", 3, "not YAML"),
        ("impactline: 1\nteams: [a, b\n", 3, "not YAML"),
        ("impactline: 1\n? [a]\n: b\n", 2, "key must be a word"),
        ("impactline: 1\na: b\x00c\n", 2, "U+0000"),
        ("- a\n- b\n", 1, "does not hold keys"),
        ("just a text\n", 1, "does not hold keys"),
        ("", 1, "empty"),
        ("# a remark\n", 1, "empty"),
        ("teams: []\n", 1, "impactline is missing"),
        ("impactline: 2\n", 1, "version 2 is not known"),
        ("impactline: one\n", 1, "not a number"),
        ("impactline: 1\nteams: {ref: a}\n", 2, "list is expected"),
        ("impactline: 1\nteams: [a]\n", 2, "Keys with values"),
    ],
)
def test_faults_of_yaml_have_their_line(text: str, line: int, why: str) -> None:
    lines = told(text)
    assert lines[0].startswith(f"x.yaml:{line}:")
    assert why in lines[0]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('{"impactline": 1,\n}', 2, "key in double quotes"),
        ('{"impactline": 1\n"teams": []}', 2, "comma"),
        ('{"impactline": 1,\n"teams" []}', 2, "colon"),
        ('{"impactline": 1,\n"teams": [}', 2, "value was expected"),
        ('{"impactline": 1,\n"teams": []', 2, "comma or }"),
        ('{"impactline": 1}\n{"a": 1}', 2, "follows"),
        ('{"impactline": 1,\n"organisation": {"name": "a\nb"}}', 2, "not JSON"),
        ('{"impactline": 1,\n"organisation": {"name": "a', 2, "not JSON"),
        ('{"impactline": 1,\n"organisation": {"name": "\\x"}}', 2, "not JSON"),
        ('{"impactline": 1,\n"organisation": {"name": "\\ud800"}}', 2, "control character"),
        ('{"impactline": 1, "teams": [],\n"teams": []}', 2, "stands twice"),
        ("{'impactline': 1}", 1, "double quotes"),
        ("[1]", 1, "does not hold keys"),
        ("", 1, "value was expected"),
        ("{", 1, "key in double quotes"),
        ('{"impactline": 1,\n"teams": [{"ref": undefined}]}', 2, "“undefined” is not a value"),
    ],
)
def test_faults_of_json_have_their_line(text: str, line: int, why: str) -> None:
    lines = told(text, "x.json")
    assert lines[0].startswith(f"x.json:{line}:")
    assert why in lines[0]


def test_json_escapes_are_read_as_json_means_them() -> None:
    text = '{"impactline": 1, "organisation": {"name": "\\ud83d\\ude00 \\u00e9\\/\\t!"}}'
    found = document(text, "x.json").organisation
    assert found
    assert found.name == "😀 é/ !"


def test_json_in_a_text_without_a_name_is_seen() -> None:
    assert read_text('{"impactline": 1, "organisation": {"name": "\\ud83d\\ude00"}}').document


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04abc", "a zip archive"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\x7fELF\x02", "a program"),
        ("impactline: 1".encode("utf-16"), "UTF-16"),
        ("impactline: 1\nteams: [{ref: Größe}]".encode("latin-1"), "byte 0xf6 is not UTF-8"),
        (b"\x00\x01\x02\xff\xfe", "no text"),
        (b"<!DOCTYPE html><html>", "HTML or XML"),
        (b"\x00" * 100, "U+0000"),
    ],
)
def test_files_that_are_not_what_they_claim(content: bytes, why: str) -> None:
    lines = told(content)
    assert len(lines) == 1
    assert why in lines[0]


def test_a_byte_order_mark_is_no_fault() -> None:
    assert document(b"\xef\xbb\xbfimpactline: 1\n")
    assert document(b'\xef\xbb\xbf{"impactline": 1}', "x.json")


# --- bombs ---------------------------------------------------------------------------------------------------


def bounded(text: str, name: str) -> Reading:
    """Read with an eye on memory, and on parsers in C that would not end."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with within_a_minute():
        reading = read_text(text, name)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 400_000
    return reading


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        "{a: " * 10_000,
        "- " * 10_000,
        "a:\n" + "".join(f"{' ' * at}a:\n" for at in range(1, 3_000)),
        "? " * 10_000,
        "impactline: 1\nteams: " + "[" * 10_000 + "]" * 10_000,
        "!!map {" * 10_000,
        "a: " + "'" * 10_001,
        "a: &a [x]\n" + "".join(f"b{at}: &b{at} [*a, *a]\n" for at in range(1000)),
        "impactline: 1\n" + "".join(f"k{at}: 1\n" for at in range(100_000)),
        "impactline: 1\nteams:\n" + "- {}\n" * 100_000,
        "a: " + "x" * 9_000_000,
        "#" * 9_000_000,
        "\n" * 9_000_000,
    ],
    ids=range(14),
)
def test_bombs_in_yaml_are_refused_in_time(text: str) -> None:
    assert bounded(text, "x.yaml").faults


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        '{"a":' * 10_000,
        "[" * 10_000 + "]" * 10_000,
        '{"impactline": 1, "teams": [' + "{}," * 100_000 + "{}]}",
        "9" * 9_000_000,
        '"' + "\\" * 9_000_001,
        " " * 9_000_000,
    ],
    ids=range(7),
)
def test_bombs_in_json_are_refused_in_time(text: str) -> None:
    assert bounded(text, "x.json").faults


def test_there_is_a_limit_to_everything() -> None:
    small = Limits(file_bytes=100, total_bytes=150, values=20, files=2)
    assert "more than 0.0001 MB" in str(read_text("#" * 101, "x.yaml", small).faults[0])
    two = [Source("a.yaml", b"impactline: 1\n" + b"#" * 80), Source("b.yaml", b"#" * 80)]
    assert "more than 0.00015 MB" in str(read_sources(two, small).faults[0])
    assert "more than 20 values" in str(
        read_text("impactline: 1\nteams: [a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a]", "", small).faults[0]
    )


def test_what_reading_costs_grows_with_the_number_of_objectives_only() -> None:
    texts = {count: shape(objectives=count, key_results=3, check_ins=4) for count in (25, 100)}
    found = document(texts[100])
    assert sum(len(part.check_ins) for objective in found.objectives for part in objective.key_results) == 1_200
    assert growth(lambda count: document(texts[count]), 25) < 5


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(content: bytes) -> None:
    for name in ("x.yaml", "x.json", "x"):
        reading = read_text(content, name)
        assert reading.document is not None or reading.faults


@given(st.lists(st.sampled_from([*"{}[]:,-\"'#&*!|> \n\tab1.~?%@`\\", *WORDS]), max_size=80).map("".join))
def test_no_text_crashes_the_reader(text: str) -> None:
    for name in ("x.yaml", "x.json"):
        reading = read_text(text, name)
        assert reading.document is not None or reading.faults
        assert all(fault.remedy for fault in reading.faults)


# --- folders -------------------------------------------------------------------------------------------------


def test_a_folder_is_merged_in_the_order_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.yaml").write_text("impactline: 1\norganisation: {name: N}\nteams: [{ref: one}]\n")
    (tmp_path / "b" / "c.json").write_text('{"teams": [{"ref": "three"}], "organisation": {"locale": "de"}}')
    (tmp_path / "b" / "b.yml").write_text("teams: [{ref: two}]\n")
    (tmp_path / "README.md").write_text("# no data")
    (tmp_path / ".git" / "x.yaml").write_text("nonsense: [")
    (tmp_path / ".x.yaml").write_text("nonsense: [")
    reading = read(tmp_path)
    assert not reading.faults
    assert reading.document
    assert [team.ref for team in reading.document.teams] == ["one", "two", "three"]
    assert reading.document.organisation
    assert (reading.document.organisation.name, reading.document.organisation.locale) == ("N", "de")


def test_faults_in_a_folder_name_their_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("impactline: 1\norganisation: {name: N}\nteams:\n  - {ref: one, nam: x}\n")
    (tmp_path / "b.yaml").write_text("organisation: {name: M}\nteams:\n  - {ref: two}\n  - {ref: 'a b'}\n")
    (tmp_path / "c.yaml").write_text("impactline: 1\nteams: [\n")
    (tmp_path / "d.yaml").write_bytes(b"%PDF")
    lines = [f"{fault.place.file}:{fault.place.line}" for fault in read(tmp_path).faults]
    assert sorted(lines) == [
        f"{tmp_path}/{name}" for name in ("a.yaml:4", "b.yaml:1", "b.yaml:4", "c.yaml:3", "d.yaml:1")
    ]


def test_files_of_a_folder_may_leave_a_section_empty_but_not_contradict(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("impactline: 1\nteams:\norganisation:\n")
    (tmp_path / "b.yaml").write_text("teams: [{ref: a}]\norganisation: {name: N}\n")
    reading = read(tmp_path)
    assert reading.document
    assert reading.document.teams[0].ref == "a"
    (tmp_path / "c.yaml").write_text("teams: {ref: b}\n")
    assert "does not fit what another file says" in str(read(tmp_path).faults[0])


def test_paths_that_hold_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, why in (
        (tmp_path, "no .yaml"),
        (tmp_path / "missing.yaml", "cannot be opened"),
        (tmp_path / "pipe", "not a regular file"),
    ):
        reading = read(path)
        assert reading.document is None
        assert why in str(reading.faults[0])


def test_too_many_and_too_large_files_are_refused_unread(tmp_path: Path) -> None:
    for at in range(3):
        (tmp_path / f"{at}.yaml").write_text("impactline: 1\n")
    assert "more than 2 files" in str(read(tmp_path, Limits(files=2)).faults[0])
    with (tmp_path / "0.yaml").open("wb") as file:
        file.truncate(20_000_000)
    assert "more than 10 MB" in str(read(tmp_path).faults[0])
