"""What was read comes out again: valid by the standard, equal when read again, and nothing lost on the way."""

import random
from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from impactline.exchange.iati_reading import whole
from impactline.exchange.iati_records import (
    Activity,
    ActivityDate,
    Budget,
    DocumentLink,
    Figure,
    Indicator,
    Kept,
    Money,
    Narrative,
    Node,
    Organisation,
    Period,
    Result,
)
from impactline.exchange.iati_validating import faults
from tests.exchange.iati_samples import ABSENT, EVERYTHING, OLD, REAL, there_and_back, written


@pytest.mark.parametrize("content", [EVERYTHING.encode(), OLD])
def test_there_and_back_is_equal_and_valid(content: bytes):
    assert faults(there_and_back(content)) == []


def test_writing_twice_gives_the_same_bytes():
    once = there_and_back(EVERYTHING.encode())
    assert there_and_back(once) == once


def test_what_has_a_place_in_the_standard_comes_out_in_it():
    text = there_and_back(EVERYTHING.encode()).decode()
    assert '<contact-info type="1"><email>a@example.org</email></contact-info>' in text
    assert '<x:mood xmlns:x="urn:example:x">fair</x:mood>' in text
    assert "kept" not in text


def test_what_has_none_is_carried_along():
    text = there_and_back(OLD).decode()
    assert "&lt;activity-website&gt;http://example.org&lt;/activity-website&gt;" in text
    assert 'as="attribute" name="colour"' in text


def test_plain_files_have_nothing_of_ours_and_are_valid():
    activities, reader = whole(OLD)
    text, writer = written(activities, plain=True, reader=reader)
    assert b"impactline" not in text
    assert faults(text) == []
    assert any("activity-website" in line for line in writer.left)
    assert any("transaction was left out" in line for line in writer.left)
    assert b"1900" not in text


def test_links_and_assumptions_stand_in_our_own_namespace():
    link = Node("link", (("to", "o1"),), "", (Node("assumption", (("state", "untested"),), "They come"),))
    activity = Activity(identifier="A", results=(Result(type="1", own=(link,)),), own=(Node("note", (), "free text"),))
    text, _ = written([activity])
    assert b'<impactline:link to="o1">' in text
    (again,), _ = whole(text)
    assert again == activity
    assert link.get("to") == "o1"


def test_an_activity_of_which_nothing_is_said_is_valid_and_stays_empty():
    activity = Activity(results=(Result(), Result(indicators=(Indicator(periods=(Period(),)),))))
    text, _ = written([activity])
    assert faults(text) == []
    assert whole(text)[0] == [activity]


def test_plain_files_make_no_facts_up():
    dated = Activity(
        identifier="A",
        reporting=Organisation(ref="X", type="21"),
        dates=(ActivityDate(type="1", on=date(2026, 1, 1)),),
        budgets=(Budget(value=Money(Decimal(5))),),
    )
    text, writer = written([dated, Activity(identifier="B")], plain=True)
    assert faults(text) == []
    assert b"budget" not in text
    assert writer.left == ["A budget was left out, because it has no iso-date.", "The activity B has no iso-date."]


@pytest.mark.parametrize(
    "kept",
    [
        Kept("element", "title", "<title>x</title>"),
        Kept("element", "contact-info", "<contact-info><nonsense></nonsense></contact-info>"),
        Kept("element", "{urn:x}a", '<x:a xmlns:x="urn:x"><result></result></x:a>'),
        Kept("element", "{urn:x}a", '<x:a xmlns:x="urn:x"><x:b></x:b><x:c>\n</x:c></x:a>'),
        Kept("attribute", "{http://www.w3.org/XML/1998/namespace}id", "1 2"),
        Kept("attribute", "{urn:x}a", "1"),
        Kept("attribute", "a", " <&\n"),
        Kept("text", "", "loose", "title[1]"),
    ],
)
def test_whatever_was_kept_comes_back_as_it_was(kept: Kept):
    activity = Activity(identifier="A", kept=(kept,))
    text, _ = written([activity])
    assert faults(text) == []
    assert whole(text)[0] == [activity]


def test_only_one_of_what_may_stand_once_is_put_in_its_place():
    kept = tuple(
        Kept("element", "collaboration-type", f'<collaboration-type code="{n}"></collaboration-type>') for n in "12"
    )
    text, _ = written([Activity(identifier="A", kept=kept)])
    assert text.count(b"<collaboration-type ") == 1
    assert whole(text)[0][0].kept == kept


@given(st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_whatever_a_publisher_gets_wrong_comes_out_valid_and_is_read_again(seed: int):
    root = _spoilt(random.Random(seed))
    content = etree.tostring(root)
    there_and_back(content)
    activities, reader = whole(content)
    written(activities, plain=True, reader=reader)


def _spoilt(chance: random.Random) -> etree._Element:
    """The file with everything, and a few of the mistakes that publishers make."""
    root = etree.fromstring(EVERYTHING.encode())
    for _ in range(chance.randint(1, 8)):
        element = chance.choice([part for part in root.iter() if part.getparent() not in {None, root}])
        mistake = chance.choice(["drop", "twice", "move", "text", "tail", "rename", "attribute", "lose", "value"])
        names = list(element.attrib)
        if mistake == "drop":
            element.getparent().remove(element)
        elif mistake == "twice":
            element.addnext(deepcopy(element))
        elif mistake == "move":
            chance.choice([part for part in root.iter() if element not in {part, *part.iterancestors(), root}]).append(
                element
            )
        elif mistake in ("text", "tail"):
            setattr(element, mistake, chance.choice(["loose", " ", "2014-01-01", "é", None]))
        elif mistake == "rename":
            element.tag = chance.choice(["title", "foo", "{urn:y}bar", "narrative", "value"])
        elif mistake == "attribute":
            element.set(chance.choice(["foo", "{urn:y}bar", "code", "type"]), chance.choice(["", " 1", "x"]))
        elif mistake == "lose" and names:
            del element.attrib[chance.choice(names)]
        elif names:
            element.set(
                chance.choice(names),
                chance.choice(["", "-1", "1.5", "x y", "2014-13-40", "%zz", "a:b", "true", "#a#b"]),
            )
    if not len(root):
        etree.SubElement(root, "iati-activity")
    return root


@given(st.text(alphabet="ab1 :/?#[]@!$&'()*+,;=%-._~é\"<>\\^`{|}", max_size=12))
@settings(max_examples=100, deadline=None)
def test_any_address_is_written_in_a_way_that_is_valid(url: str):
    content = etree.tostring(_with_url(url))
    there_and_back(content)


def _with_url(url: str) -> etree._Element:
    root = etree.Element("iati-activities")
    etree.SubElement(etree.SubElement(root, "iati-activity"), "document-link", url=url)
    return root


def test_common_addresses_are_taken():
    for url in ("http://example.org/a b.pdf?c=%20#d", "https://example.org:8080/é", "a/b.html", "mailto:a@example.org"):
        (activity,), reader = whole(etree.tostring(_with_url(url)))
        assert activity.document_links == (DocumentLink(url=url),), reader.account.left


def test_a_figure_without_a_value_is_not_one_with_an_empty_value():
    period = Period(starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1), targets=(Figure(), Figure(value="")))
    activity = Activity(results=(Result(indicators=(Indicator(periods=(period,), title=(Narrative("a"),)),)),))
    text, _ = written([activity])
    assert whole(text)[0] == [activity]


@pytest.mark.skipif(not REAL.is_dir(), reason=ABSENT)
@pytest.mark.slow
@pytest.mark.parametrize(("year", "plain"), [("2016", False), ("2022", True)])
def test_the_files_of_unhcr_come_out_equal(year: str, *, plain: bool):
    activities, reader = whole((REAL / "unhcr" / f"derived-iati-203-unhcr-{year}.xml").read_bytes())
    text, writer = written(activities, plain=plain, reader=reader)
    assert whole(text)[0] == activities
    assert writer.left == []
