"""The database learns the sizes of its tables when it is told to, and plans by them."""

import pytest
from django.db import connection

from impactline.base import statistics
from impactline.base.models import Event
from impactline.okrs import verbs
from impactline.okrs.models import Cycle
from impactline.okrs.recomputing import recompute
from impactline.reactions import REACTIONS
from tests.cast import NOON
from tests.scenes import a_running_cycle, an_objective

pytestmark = pytest.mark.django_db


def known_rows(table: str) -> int:
    """How many rows of a table the planner believes in."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT MAX(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = %s", [table])
        else:
            cursor.execute("SELECT reltuples::int FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0] or 0)


def a_hundred_objectives(alice, cycle: Cycle) -> None:
    first = an_objective(alice, cycle)
    rows = [type(first)(ref=f"o-{number}", title="Many", cycle=cycle, owner=alice) for number in range(99)]
    type(first).objects.bulk_create(rows)


def test_tables_are_counted_again(ada, alice):
    a_hundred_objectives(alice, a_running_cycle(ada))

    statistics.refresh()

    assert known_rows("okrs_objective") == 100


def test_they_are_counted_after_all_figures_were_computed_anew(ada, alice):
    a_hundred_objectives(alice, a_running_cycle(ada))
    recompute(NOON)
    event = Event.objects.get(verb=verbs.FIGURES)

    for react in REACTIONS[event.verb]:
        react(event), react(event)

    assert known_rows("okrs_objective") == 100
