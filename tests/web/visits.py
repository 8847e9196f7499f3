"""Visits to pages without a browser: who asks, what comes back, and how often the database was asked for it."""

import re
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from impactline.people.models import Person

# A Monday in the seventh week of the cycle, in which the scenes of these tests play.
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def visitor(person: Person) -> Client:
    """A browser without script in which the person is signed in."""
    client = Client()
    client.force_login(person, backend="impactline.people.signing_in.Backend")
    return client


def read(person: Person, address: str, *, status: int = 200, fragment: bool = False) -> str:
    """The page at an address, as text."""
    answer = visitor(person).get(address, headers={"HX-Request": "true"} if fragment else {})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def send(person: Person, address: str, *, fragment: bool = False, **fields: Any) -> Any:
    """The answer to a form that was sent, not followed: an HttpResponse."""
    return visitor(person).post(address, fields, headers={"HX-Request": "true"} if fragment else {})


def queries(person: Person, address: str, *, fragment: bool = False) -> int:
    """How many questions a page asks the database, once the person has been there before."""
    client, headers = visitor(person), {"HX-Request": "true"} if fragment else {}
    assert client.get(address, headers=headers).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address, headers=headers)
    return len(captured)


def untold(text: str, *names: str) -> str:
    """A page without its token and without these names, to be compared with another."""
    text = re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]*"', "", text)
    for name in names:
        text = text.replace(name, "…")
    return text
