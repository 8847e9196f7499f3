"""The validator refuses what the standard refuses, and fetches nothing to know it."""

from pathlib import Path

import pytest

from impactline.exchange.iati_validating import faults
from tests.exchange.iati_samples import ABSENT, EVERYTHING, OLD, REAL

REFUSED = sorted((REAL / "standard" / "should-fail-result").glob("*.xml"))


def test_a_valid_file_has_no_faults():
    assert faults(EVERYTHING.encode()) == []


def test_faults_name_their_line():
    found = faults(EVERYTHING.replace('measure="1"', 'measur="1"').encode(), "a.xml")
    assert {str(fault.place) for fault in found} == {"a.xml:61"}
    assert faults(OLD) != []


@pytest.mark.parametrize("content", [b"", b"<a/>", b"<iati-organisations/>", b"nothing"])
def test_what_is_no_iati_is_a_fault(content: bytes):
    assert len(faults(content)) == 1


def test_where_a_file_says_its_schema_is_nothing_is_looked_for(tmp_path: Path):
    lax = tmp_path / "lax.xsd"
    lax.write_text(
        '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:x">'
        '<xsd:element name="extra" type="xsd:int"/></xsd:schema>'
    )
    hint = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:example:x {lax.as_uri()}" '
    assert faults(EVERYTHING.replace("<iati-activities ", f"<iati-activities {hint}").encode()) == []


@pytest.mark.skipif(not REAL.is_dir(), reason=ABSENT)
def test_all_negative_files_of_the_standard_are_refused():
    assert len(REFUSED) == 19
    for path in REFUSED:
        assert faults(path.read_bytes(), path.name), path.name


@pytest.mark.skipif(not REAL.is_dir(), reason=ABSENT)
def test_the_positive_file_of_the_standard_passes():
    path = REAL / "standard" / "should-pass-24-results.xml"
    assert faults(path.read_bytes(), path.name) == []
