"""Visits to pages without a browser: who asks, what comes back, and how often the database was asked for it."""

import re
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from impactline.people.models import Person

# A Monday in the seventh week of the cycle, in which the scenes of these tests play.
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def visitor(person: Person) -> Client:
    """A browser without script in which the person is signed in: with such a session as signing in leaves.

    Most tests have several; to sign in for each (`client.force_login`) takes thirteen questions to the database more.
    """
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "impactline.people.signing_in.Backend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
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
