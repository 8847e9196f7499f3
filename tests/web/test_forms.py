"""Forms: what was typed is read in the reader's way, stays there when it is wrong, and says why."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.base.errors import Fault, Faults, Forbidden, Invalid
from impactline.people.models import Organisation, Person
from impactline.web import reader
from impactline.web.forms import Choice, Day, Form, Line, Number, PersonField, Prose, TeamField


class Everything(Form):
    """One field of each kind."""

    title = Line("Title", most=20)
    text = Prose("Text")
    value = Number("Value", required=True)
    amount = Number("Amount")
    day = Day("Day")
    kind = Choice("Kind", [("a", "A"), ("b", "B")])


GOOD = {"title": " A title ", "value": "1,5", "day": "2026-10-12", "kind": "a", "version": "3"}


@pytest.fixture(autouse=True)
def a_german_reads() -> Iterator[None]:
    reader.become(Person(locale="de"), None)
    yield
    reader.become(None, None)


def form(**typed: Any) -> Everything:
    return Everything(GOOD | typed)


def test_a_good_form_holds_what_was_meant():
    good = form()
    assert good.is_valid(), good.errors
    assert good.cleaned_data == {
        "version": 3,
        "title": "A title",
        "text": "",
        "value": Decimal("1.5"),
        "amount": None,
        "day": date(2026, 10, 12),
        "kind": "a",
    }


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("title", "", "required"),
        ("title", "x" * 21, "at most 20"),
        ("value", "", "required"),
        ("value", "viel", "“viel” is not a number. Write digits, such as 1.234,5."),
        ("amount", "1e400", "too large"),
        ("day", "12.10.2026", "Write the day as 2026-12-31."),
        ("day", "2026-02-30", "Write the day as 2026-12-31."),
        ("kind", "c", "not one of the available choices"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(field: str, typed: str, told: str):
    wrong = form(**{field: typed})
    assert not wrong.is_valid()
    assert told in wrong.error(field)
    assert wrong.value(field) == typed
    assert [(name, text) for name, _, text in wrong.faults()] == [(field, wrong.error(field))]


def test_a_fresh_form_shows_what_is_there_in_the_readers_way():
    shown = Everything(initial={"title": None, "value": Decimal("1234.50"), "day": date(2026, 10, 12)})
    assert (shown.value("title"), shown.value("value"), shown.value("day")) == ("", "1234,5", "2026-10-12")
    assert shown.faults() == []


@given(st.decimals(-(10**5), 10**5, places=9))
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(value: Decimal):
    shown = Everything(initial={"value": value}).value("value")
    again = form(value=shown)
    assert again.is_valid()
    assert again.cleaned_data["value"] == value


def test_days_in_a_refusal_are_written_as_the_reader_does_and_examples_as_they_are_typed():
    reader.become(None, Organisation(name="Northwind", locale="de", timezone="UTC"))
    refused = form()
    assert refused.is_valid()
    refused.refuse(Faults([Fault("title", "Due on 2026-11-30, before “2026-12-01”.", "Write it as 2026-10-31.")]))
    refused.refuse(Invalid("The period from 2026-10-01 to 2026-12-31 is locked; not 2026-13-01.", field="amount"))
    assert refused.error("title") == "Due on 30.11.2026, before “2026-12-01”. Write it as 2026-10-31."
    assert refused.error("amount") == "The period from 01.10.2026 to 31.12.2026 is locked; not 2026-13-01."


def test_a_refusal_stands_at_the_field_it_names_else_at_the_head():
    refused = form()
    assert refused.is_valid()
    refused.refuse(Invalid("Too much.", remedy="Take less.", field="amount"))
    refused.refuse(Forbidden("Not yours."))
    refused.refuse(Faults([Fault("title", "Vague."), Fault("elsewhere", "Odd.", "Mend it.")]))
    assert refused.error("amount") == "Too much. Take less."
    assert ("title", "Title", "Vague.") in refused.faults()
    assert {text for name, _, text in refused.faults() if not name} == {"Not yours.", "Odd. Mend it."}


@pytest.mark.django_db
def test_people_and_teams_are_named_by_address_and_ref(alice, care):
    class Named(Form):
        who = PersonField("Who")
        team = TeamField("Team")

    good = Named({"who": "ALICE@example.org", "team": "care"})
    assert good.is_valid()
    assert (good.cleaned_data["who"], good.cleaned_data["team"]) == (alice, care)
    shown = Named(initial={"who": alice, "team": care})
    assert (shown.value("who"), shown.value("team")) == ("alice@example.org", "care")
    wrong = Named({"who": "nobody@example.org", "team": "none"})
    assert not wrong.is_valid()
    assert (wrong.error("who"), wrong.error("team")) == ("There is no such person.", "There is no such team.")
    assert ("alice@example.org", "Alice Adler") in PersonField.options()
    assert TeamField.options() == [("", "No team"), ("care", "Care")]
    assert Named({}).is_valid()
