"""An installation to import into, to look at and to empty again."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection

from impactline.base.models import Event
from impactline.exchange.actions import Outcome, import_document
from impactline.exchange.document import Document
from impactline.exchange.queries.document import document_for
from impactline.exchange.reading import Reading, read_text
from impactline.exchange.verbs import IMPORTED
from impactline.exchange.writing import to_yaml
from impactline.people.models import Person
from tests.cast import NOON

ROOMS = ("base", "people", "metrics", "chain", "exchange", "okrs", "checkins", "insight", "planning")


def imported(content: str | bytes | Document, *, at: datetime = NOON, by: Person | None = None) -> Outcome:
    """Import a text or a document; faults raise Refused, and are told."""
    return import_document(by=by, reading=reading(content), at=at)


def reading(content: str | bytes | Document) -> Reading:
    """A text as read, or a document as if it had been."""
    if isinstance(content, Document):
        return read_text(to_yaml(content), "document.yaml")
    return read_text(content, "document.yaml")


def exported() -> bytes:
    """All that the installation holds, as the operator sees it."""
    return to_yaml(document_for(None))


def empty() -> None:
    """Take everything out, as if nothing had ever been there; foreign keys are looked at when a test ends."""
    tables = [model._meta.db_table for room in ROOMS for model in apps.get_app_config(room).get_models()]
    tables += [
        field.m2m_db_table()
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.local_many_to_many
    ]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')


def events() -> list[tuple[str, str]]:
    """Verb and ref of every change, in order, without the event that ends an import."""
    return list(Event.objects.exclude(verb=IMPORTED).order_by("pk").values_list("verb", "ref"))


def rows(model: Any, *fields: str) -> list[Any]:
    """The values of some columns of all rows, by id."""
    return list(model._default_manager.order_by("pk").values_list(*fields, flat=len(fields) == 1))
