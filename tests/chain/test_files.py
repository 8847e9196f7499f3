"""Files as evidence: what they hold decides, they are kept by digest, and go when nothing needs them."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.utils import timezone

from impactline.base import kept_files
from impactline.base.errors import Forbidden, Invalid
from impactline.chain.actions import add_file, create_item, drop_unused_files, remove_evidence
from impactline.chain.file_kinds import SIZE_MAX, checked_kind
from impactline.chain.models import ChainItem, Evidence
from tests.cast import NOON

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def office(*names: str, mimetype: str = "") -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return found.getvalue()


DOCX = office("[Content_Types].xml", "word/document.xml")
ODS = office("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", PDF), ("A.PNG", PNG), ("a.docx", DOCX), ("a.ods", ODS), ("a.csv", "Wörter;1\r\n".encode())],
)
def test_a_file_that_is_what_it_says_is_taken(name, content):
    assert name.lower().endswith(checked_kind(name, content).ends)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.png", PDF, "says that it is a PNG picture, but holds a PDF"),
        ("a.pdf", b"%PDF-1.7 cut off", "holds plain text"),
        ("a.docx", office("[Content_Types].xml", "word/vbaProject.bin"), "holds something else"),
        ("a.docx", b"PK\x03\x04broken", "holds something else"),
        ("a.txt", b"<script>alert(1)</script>", "holds something else"),
        ("a.csv", b"a\0b", "holds something else"),
        ("a.html", b"words", "are not taken"),
        ("a.svg", b"<svg/>", "are not taken"),
        ("a", b"words", "are not taken"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"a" * (SIZE_MAX + 1), "larger than 10 MB"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name, content, told):
    with pytest.raises(Invalid, match=told):
        checked_kind(name, content)


@pytest.fixture
def calls(alice) -> ChainItem:
    return create_item(by=alice, level="output", title="Calls", owner=alice, at=NOON)


@pytest.mark.django_db
def test_a_file_is_kept_once_under_its_digest_and_goes_when_nothing_needs_it(alice, charlie, calls):
    made = add_file(by=alice, on=calls, name="../../Report.pdf", content=PDF, title="", at=NOON)
    assert (made.title, made.file_name, made.size) == ("Report.pdf", "Report.pdf", len(PDF))
    place = kept_files.kept(made.digest)
    assert place is not None
    assert place.read_bytes() == PDF
    assert add_file(by=alice, on=calls, name="other.pdf", content=PDF, title="", at=NOON) == made
    with pytest.raises(Forbidden):
        add_file(by=charlie, on=calls, name="a.pdf", content=PDF, title="", at=NOON)

    later = timezone.now() + timedelta(days=2)
    drop_unused_files(later)
    assert place.exists()
    remove_evidence(by=alice, evidence=made, at=NOON)
    drop_unused_files(timezone.now())
    assert place.exists(), "kept for a day: somebody may be handing in the same"
    drop_unused_files(later)
    assert not place.exists()


@pytest.mark.django_db
def test_evidence_is_an_address_or_a_file(calls):
    with pytest.raises(IntegrityError):
        Evidence.objects.create(item=calls, title="Both", url="https://example.org", digest="0" * 64)


def test_only_digests_name_kept_files(tmp_path: Path):
    assert kept_files.kept("../secret-key") is None
