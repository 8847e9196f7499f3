"""IATI files are read as a stream, whatever publishers wrote: what can be taken is, the rest is kept and told."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from impactline.exchange.iati_reading import Reader, XmlLimits, whole
from impactline.exchange.iati_records import Money, Narrative
from impactline.exchange.tree import Broken
from tests.exchange.iati_samples import ABSENT, EVERYTHING, OLD, REAL

SMALL = (
    b'<iati-activities version="2.03"><iati-activity><iati-identifier>A</iati-identifier></iati-activity>'
    b"</iati-activities>"
)


def test_everything_that_a_file_says_is_taken():
    (activity,), reader = whole(EVERYTHING.encode())
    assert (activity.identifier, activity.language, activity.currency, activity.status) == ("XX-1", "en", "EUR", "2")
    assert activity.title == (Narrative("Wells"), Narrative("Puits", "fr"))
    assert [(part.type, part.on) for part in activity.dates] == [("1", date(2026, 1, 1)), ("3", date(2026, 12, 31))]
    assert activity.budgets[0].value == Money(Decimal("8000.50"), "EUR", date(2026, 1, 1))
    assert activity.transactions[0].type == "3"
    assert activity.related[0].ref == "XX-0"
    (result,) = activity.results
    (indicator,) = result.indicators
    assert (result.type, indicator.measure, indicator.ascending) == ("1", "1", True)
    (baseline,) = indicator.baselines
    assert (baseline.year, baseline.value, baseline.dimensions[0].value) == ("2025", "3", "female")
    (period,) = indicator.periods
    assert [target.value for target in period.targets] == ["12", "N=4;P=9"]
    assert period.actuals[0].locations[0].ref == "L1"
    assert reader.account.taken["dimension"] == 2
    assert reader.outside.version == "2.03"


def test_what_has_no_place_is_kept_and_told_with_its_line():
    (activity,), reader = whole(EVERYTHING.encode())
    names = [part.name for part in activity.kept]
    assert names == [
        "{urn:example:x}status",
        "other-identifier",
        "contact-info",
        "policy-marker",
        "collaboration-type",
        "conditions",
        "fss",
        "{urn:example:x}extra",
    ]
    told = {left.line: left.reason for left in reader.account.left}
    assert told[_line("<contact-info")] == "this is kept as it is"
    assert told[_line("<iati-activity ")] == "this attribute is not known here"
    (mood,) = activity.results[0].indicators[0].periods[0].kept
    assert mood.content == '<x:mood xmlns:x="urn:example:x">fair</x:mood>'


def _line(text: str) -> int:
    return next(at for at, line in enumerate(EVERYTHING.splitlines(), 1) if text in line)


def test_old_versions_and_their_mistakes_are_read():
    (activity,), reader = whole(OLD, "old.xml")
    assert activity.identifier == "XX-2"
    assert activity.title == (Narrative("Wells", "en"), Narrative("Puits d'été", "fr"))
    assert activity.reporting.names == (Narrative("Clear Water"),)
    assert (activity.participating[0].role, activity.status) == ("1", "2")
    assert [(part.type, part.on) for part in activity.dates] == [("1", date(2014, 1, 1)), ("3", None)]
    assert activity.transactions[0].value.amount == Decimal("1200.50")
    assert activity.transactions[0].type == "3"
    (result,) = activity.results
    (indicator,) = result.indicators
    assert (result.type, indicator.measure, indicator.ascending) == ("1", "1", None)
    assert (indicator.periods[0].starts_on, indicator.periods[0].ends_on) == (date(2014, 1, 1), None)
    told = {(left.line, left.reason) for left in reader.account.left}
    assert told == {
        (8, "this element is not known here"),
        (9, "it was read in the standard's words"),
        (10, "it was read in the standard's words"),
        (10, "text does not belong here"),
        (11, "it was read in the standard's words"),
        (12, "it was read in the standard's words"),
        (13, "a number such as 1200.50 was expected"),
        (14, "it was read in the standard's words"),
        (15, "it was read in the standard's words"),
        (15, "this attribute is not known here"),
        (17, "it was read in the standard's words"),
        (17, "true or false was expected"),
        (21, "text does not belong here"),
        (22, "there is no such day"),
    }


def test_activities_stand_inside_whatever_wraps_them():
    content = b"<portal><note>x</note><iati-activities><iati-activity/><stray/></iati-activities></portal>"
    activities, reader = whole(content)
    assert len(activities) == 1
    assert [part.content for part in reader.outside.kept] == ["<note>x</note>", "<stray></stray>"]
    assert {left.reason for left in reader.account.left} == {"it stands outside of any activity"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not well-formed"),
        (b"PK\x03\x04nothing", "not well-formed"),
        (b"<html><body/></html>", "no iati-activity in this file; it begins with <html>"),
        (b"<iati-organisations version='2.03'/>", "a file of organisations"),
        (SMALL[:-20], "not well-formed"),
        (SMALL.replace(b">A<", b">\xe9t\xe9<"), "not written in the encoding"),
        (b'<?xml version="1.0" encoding="utf-9"?>' + SMALL, "not written in the encoding"),
        (b'<?xml version="1.0" encoding="utf-16"?>' + SMALL, "not written in the encoding"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]>' + SMALL.replace(b">A<", b">&e;<"), "declares entities"),
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + SMALL, "declares entities"),
        (b'<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd">' + SMALL, "an external document type"),
        (SMALL.replace(b">A<", b">&nothing;<"), "not well-formed"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(content: bytes, message: str):
    with pytest.raises(Broken) as refused:
        whole(content, "a.xml")
    assert message in refused.value.fault.message
    assert refused.value.fault.place.file == "a.xml"


def test_entities_within_entities_are_not_expanded():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "haha">{levels}]><iati-activities version="&e11;"/>'
    with pytest.raises(Broken):
        whole(bomb.encode())


def test_a_document_type_without_anything_in_it_does_no_harm():
    assert len(whole(b"<!DOCTYPE iati-activities>" + SMALL)[0]) == 1


def test_other_files_are_neither_included_nor_fetched(tmp_path: Path):
    secret = tmp_path / "secret.xml"
    secret.write_text("<title>secret</title>")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}"/>'
    (activity,), _ = whole(SMALL.replace(b"</iati-activity>", include.encode() + b"</iati-activity>"))
    assert "xi:include" in activity.kept[0].content
    assert "secret</title>" not in activity.kept[0].content


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (XmlLimits(depth=2), "nested more than 2 levels"),
        (XmlLimits(elements=2), "more than 2 elements."),
        (XmlLimits(piece=1), "more than 1 elements in one activity"),
        (XmlLimits(attributes=0), "more than 0 attributes"),
        (XmlLimits(file_bytes=20), "more than 0 MB"),
    ],
)
def test_a_file_has_limits(limits: XmlLimits, message: str):
    with pytest.raises(Broken) as refused:
        list(Reader("a.xml", limits).activities(BytesIO(SMALL)))
    assert message in refused.value.fault.message


def test_deep_nesting_is_refused_before_it_does_harm():
    with pytest.raises(Broken):
        whole(b"<a>" * 100_000)


LONG = """
import resource, sys
from impactline.exchange.iati_reading import Reader

class Endless:
    \"\"\"A file of so many activities of twelve elements each, made while it is read.\"\"\"
    def __init__(self, activities):
        figure = b"<period><target value='1'>" + b"<dimension name='sex' value='f'/>" * 7 + b"</target></period>"
        self.text = b"<iati-activity><result><indicator>" + figure + b"</indicator></result></iati-activity>"
        self.left, self.first = activities, True
    def read(self, size=-1):
        if self.first:
            self.first = False
            return b"<iati-activities>"
        self.left -= 100
        return self.text * 100 if self.left >= 0 else b"</iati-activities>" if self.left == -100 else b""

peaks = []
for activities in (100, int(sys.argv[1])):
    reader = Reader()
    assert sum(1 for _ in reader.activities(Endless(activities))) == activities
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
print(peaks[1] - peaks[0])
"""


@pytest.mark.slow
def test_a_hundred_thousand_elements_take_no_more_memory_than_a_thousand():
    run = subprocess.run([sys.executable, "-c", LONG, "8400"], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 10, "megabytes more"


def test_who_watches_is_told_how_far_it_is():
    told: list[int] = []
    list(Reader().activities(BytesIO(SMALL), told.append))
    assert told[-1] == len(SMALL)


@pytest.mark.skipif(not REAL.is_dir(), reason=ABSENT)
@pytest.mark.slow
@pytest.mark.parametrize(("year", "counts"), [("2016", (90, 1693, 3573, 4979)), ("2022", (50, 686, 1522, 2036))])
def test_the_files_of_unhcr_are_taken_whole(year: str, counts: tuple[int, ...]):
    reader = Reader(year)
    found = list(reader.read(REAL / "unhcr" / f"derived-iati-203-unhcr-{year}.xml"))
    taken = reader.account.taken
    assert (len(found), taken["result"], taken["indicator"], taken["period"]) == counts
    assert reader.account.left == []


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(Broken, match="cannot be opened"):
        list(Reader("a.xml").read(tmp_path / "a.xml"))
