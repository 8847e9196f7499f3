"""Questions about cycles, lists of objectives, ways up to the strategy, and the search for words."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from impactline.base.errors import NotFound
from impactline.okrs import actions, queries
from impactline.okrs.models import Alignment, Cycle, Objective
from impactline.okrs.today import present
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import TODAY, a_cycle, a_key_result, a_running_cycle, an_objective

pytestmark = pytest.mark.django_db


def settled(person: Person, day: date = TODAY) -> dict[str, bool]:
    return {line.ref: line.settled for line in queries.lines(person, Objective.objects.order_by("id"), day)}


def test_when_the_day_turns_postgresql_still_looks_up_what_has_to_be_computed(ada: Person) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps what it looks up in a table whatever it expects")
    cycle = a_running_cycle(ada)
    made = Objective.objects.bulk_create(
        Objective(ref=f"o-{number}", title="x", cycle=cycle, owner=ada, progress=0.5, figured_on=TODAY)
        for number in range(300)
    )
    Alignment.objects.bulk_create(
        Alignment(parent=parent, child=child, kind="contributes") for parent, child in pairwise(made)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE okrs_objective, okrs_alignment")
        cursor.execute("SET LOCAL work_mem = '64kB'")

    with CaptureQueriesContext(connection) as asked:
        assert not any(settled(ada, TODAY + timedelta(days=1)).values())
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN VERBOSE {asked[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "NOT (hashed SubPlan" in plan
    assert "NOT (SubPlan" not in plan


# --- cycles ---


def test_the_current_cycle_is_the_innermost_that_runs(ada: Person) -> None:
    year = a_running_cycle(ada, ref="2026", starts_on=date(2026, 1, 1))
    quarter = a_running_cycle(ada, ref="2026-Q4", parent=year)
    a_cycle(ada, ref="month", starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31))

    assert queries.current_cycle(TODAY) == quarter
    assert queries.current_cycle(date(2026, 3, 1)) == year


def test_between_cycles_the_one_that_still_runs_is_current_then_the_next_draft(ada: Person) -> None:
    running = a_running_cycle(ada, ref="2026-Q4")
    coming = a_cycle(ada, ref="2027-Q2", starts_on=date(2027, 4, 1), ends_on=date(2027, 6, 30))

    assert queries.current_cycle(date(2027, 1, 15)) == running
    actions.close_cycle(by=ada, cycle=running, at=NOON)
    assert queries.current_cycle(date(2027, 1, 15)) == coming
    assert queries.current_cycle(date(2028, 1, 15)) == coming


def test_without_cycles_none_is_current(ada: Person) -> None:
    assert queries.current_cycle(TODAY) is None


def test_an_archived_cycle_is_not_current_and_in_no_list(ada: Person) -> None:
    cycle = a_running_cycle(ada, ref="2026-Q4")
    actions.archive_cycle(by=ada, cycle=cycle, at=NOON)

    assert queries.current_cycle(TODAY) is None
    assert list(queries.cycles()) == []
    assert list(queries.cycles(archived=True)) == [cycle]
    assert queries.cycle_named("2026-Q4") == cycle


def test_what_is_not_there_is_not_found(ada: Person) -> None:
    for ask in (queries.cycle_named, queries.priority_named, queries.hidden_objective):
        with pytest.raises(NotFound):
            ask("nothing")


# --- lists ---


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada, ref="2026-Q4")


def test_what_was_figured_today_and_hides_nothing_is_settled(alice: Person, charlie: Person, cycle: Cycle) -> None:
    a_key_result(alice, an_objective(alice, cycle, ref="waiting"))
    an_objective(alice, cycle, ref="bare")

    assert settled(charlie) == {"waiting": True, "bare": True}
    assert settled(charlie, date(2026, 10, 13)) == {"waiting": False, "bare": True}


def test_what_something_hidden_counts_in_is_not_settled_for_those_who_do_not_see_it(
    alice: Person, charlie: Person, cycle: Cycle
) -> None:
    top, middle = an_objective(alice, cycle, ref="top"), an_objective(alice, cycle, ref="middle")
    hidden = an_objective(alice, cycle, ref="hidden", visibility="private")
    beside = an_objective(alice, cycle, ref="beside")
    for child, parent in pairwise((hidden, middle, top)):
        actions.align(by=alice, child=child, parent=parent, at=NOON)
    actions.align(by=alice, child=hidden, parent=beside, kind="supports", at=NOON)

    assert settled(charlie) == {"top": False, "middle": False, "beside": True}
    assert all(settled(alice).values())


def test_archived_objectives_are_in_no_list(alice: Person, cycle: Cycle) -> None:
    actions.archive_objective(by=alice, objective=an_objective(alice, cycle), at=NOON)

    assert queries.lines(alice, Objective.objects.all(), present(NOON).day) == []


# --- what serves what ---


def test_the_way_up_is_the_shortest_to_a_priority(ada: Person, alice: Person, cycle: Cycle) -> None:
    access = actions.create_priority(by=ada, title="Access", at=NOON)
    own, far, near = (an_objective(alice, cycle, ref=ref) for ref in ("own", "far", "near"))
    top = an_objective(alice, cycle, ref="top", priorities=[access])
    for child, parent in ((own, far), (far, near), (near, top), (own, near)):
        actions.align(by=alice, child=child, parent=parent, at=NOON)

    ways = queries.ways_up(alice, [own.pk])

    assert ways.up(own.pk) == [own.pk, near.pk, top.pk]
    assert ways.priorities[top.pk] == [access.pk]


def test_a_way_without_a_priority_leads_to_the_top(alice: Person, cycle: Cycle) -> None:
    own, top = an_objective(alice, cycle), an_objective(alice, cycle)
    actions.align(by=alice, child=own, parent=top, kind="supports", at=NOON)

    assert queries.ways_up(alice, [own.pk]).up(own.pk) == [own.pk, top.pk]
    assert queries.ways_up(alice, []).objectives == {}


def test_ties_to_what_is_hidden_do_not_show(alice: Person, bob: Person, charlie: Person, cycle: Cycle) -> None:
    own = an_objective(alice, cycle)
    secret = an_objective(alice, cycle, visibility="private")
    actions.align(by=alice, child=own, parent=secret, at=NOON)
    actions.align(by=alice, child=secret, parent=an_objective(alice, cycle, ref="top"), at=NOON)

    assert queries.parents_of(charlie, own) == []
    assert queries.children_of(charlie, Objective.objects.get(ref="top")) == []
    assert queries.ways_up(charlie, [own.pk]).up(own.pk) == [own.pk]
    assert [tie.parent for tie in queries.parents_of(alice, own)] == [secret]


def test_viewers_are_listed_by_name(alice: Person, bob: Person, charlie: Person, cycle: Cycle) -> None:
    secret = an_objective(alice, cycle, visibility="private")
    actions.invite_viewers(by=alice, objective=secret, people=[charlie, bob], at=NOON)

    assert queries.viewers_of(secret) == [bob, charlie]


# --- words ---


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("wait", ["waiting", "long-wait"]),
        ("WAIT long", ["long-wait"]),
        ("long-wait", ["long-wait"]),
        ("Nobody waits", ["waiting"]),
        ("%", []),
        ("_", []),
        ("nothing", []),
        ("   ", []),
    ],
)
def test_every_word_has_to_fit_and_what_begins_so_comes_first(
    alice: Person, cycle: Cycle, words: str, found: list[str]
) -> None:
    an_objective(alice, cycle, "The long wait", ref="long-wait")
    an_objective(alice, cycle, "Nobody waits in pain", ref="waiting")

    rows = queries.matching(Objective.objects.all(), words, ("title", "ref"))

    assert [row.ref for row in rows] == found


def test_an_exact_ref_comes_before_all_others(alice: Person, cycle: Cycle) -> None:
    an_objective(alice, cycle, "care for all", ref="a")
    an_objective(alice, cycle, "Zest", ref="care")

    assert [row.ref for row in queries.matching(Objective.objects.all(), "care", ("title", "ref"))] == ["care", "a"]
