"""The pages of cycles: what stands on them, what can be chosen, what moves a cycle on, and what nobody may learn."""

import re
from datetime import date
from decimal import Decimal

import pytest

from impactline.okrs import actions
from impactline.okrs.models import Cycle, KeyResult, Objective
from impactline.people.models import Person, Team
from impactline.web.cycles import timeline
from impactline.web.lists import PAGE
from tests.scenes import a_cycle, a_key_result, a_running_cycle, an_objective, says
from tests.web.visits import MONDAY, queries, read, send, untold, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
PAGES = ("/cycles", "/cycles/2026-Q4", "/cycles/2026-Q4/figures", "/cycles/2026-Q4/outline")


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada, ref="2026-Q4", name="Autumn", purpose="One *line* in.")


def refs(text: str) -> list[str]:
    return re.findall(r'<tbody id="objective-([^"]+)"', text)


def counts(text: str) -> dict[str, str]:
    return dict(re.findall(r'data-figure="(\w+)">([^<]+)<', text))


def stands_at(by: Person, cycle: Cycle, ref: str, value: int, **details: object) -> Objective:
    """An objective of one key result that falls from 21 to 7, last read at a value."""
    objective = an_objective(by, cycle, ref, ref=ref, **details)
    key_result = a_key_result(by, objective, ref=f"{ref}-kr", title=f"Median of {ref}")
    says(by, key_result, value, at=MONDAY, confidence=value % 11, status="on_track" if value < 14 else "off_track")
    return objective


# --- the page ---


def test_a_cycle_shows_its_purpose_its_priorities_and_where_it_stands(ada: Person, alice: Person, cycle: Cycle) -> None:
    actions.create_priority(by=ada, title="Care within a week", ref="access", at=MONDAY)
    stands_at(alice, cycle, "waiting", 14)

    text = read(alice, "/cycles/2026-Q4")

    assert "<em>line</em>" in text
    assert "Care within a week" in text
    assert "Day 47 of 92 · 45 days left" in text
    assert refs(text) == ["waiting"]
    assert "Median of waiting" in text
    assert 'data-live="objective:waiting key_result:waiting-kr"' in text


def test_the_current_cycle_has_an_address_of_its_own(alice: Person, cycle: Cycle) -> None:
    assert visitor(alice).get("/cycle").headers["Location"] == "/cycles/2026-Q4"
    assert visitor(alice).get("/cycle?team=care").headers["Location"] == "/cycles/2026-Q4?team=care"


def test_without_a_cycle_all_of_them_are_shown(ada: Person) -> None:
    assert visitor(ada).get("/cycle").headers["Location"] == "/cycles"
    assert "No cycles yet" in read(ada, "/cycles")


def test_an_empty_cycle_says_what_to_do(alice: Person, gil: Person, cycle: Cycle) -> None:
    assert "No objectives yet" in read(alice, "/cycles/2026-Q4")
    assert "/objectives/new?cycle=2026-Q4" in read(alice, "/cycles/2026-Q4")
    assert "/objectives/new?cycle" not in read(gil, "/cycles/2026-Q4")
    assert '<form class="filters"' not in read(alice, "/cycles/2026-Q4")
    assert '<form class="filters"' in read(alice, "/cycles/2026-Q4?q=nothing")


def test_an_absent_cycle_is_not_found(alice: Person) -> None:
    read(alice, "/cycles/nothing", status=404)
    read(alice, "/cycles/nothing/outline", status=404)


@pytest.mark.parametrize(
    ("day", "at", "words"),
    [
        (date(2026, 9, 30), 0, "Begins in 1 day"),
        (date(2026, 10, 1), 0, "Day 1 of 92 · 91 days left"),
        (date(2026, 12, 30), 98.9, "Day 91 of 92 · 1 day left"),
        (date(2026, 12, 31), 100, "Day 92 of 92 · last day"),
        (date(2027, 1, 2), 100, "Ended 2 days ago"),
        (date(2027, 5, 31), 100, "Ended 5 months ago"),
        (date(2033, 5, 31), 100, "Ended 6 years ago"),
    ],
)
def test_the_timeline_says_where_a_day_lies(day: date, at: float, words: str) -> None:
    line = timeline(Cycle(starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 31)), day)

    assert (line.at, line.words) == (at, words)
    assert len(line.ticks) == 13


def test_a_cycle_of_one_day_has_a_timeline() -> None:
    line = timeline(Cycle(starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 1)), date(2026, 10, 1))

    assert (line.at, line.words) == (0, "Day 1 of 1 · last day")


def test_a_score_stands_in_the_list(ada: Person, alice: Person, cycle: Cycle) -> None:
    made = stands_at(alice, cycle, "waiting", 14)
    actions.begin_closing(by=ada, cycle=cycle, at=MONDAY)
    key_result = KeyResult.objects.get(objective=made)
    actions.score_key_result(by=alice, key_result=key_result, given=0.6, reason="So it is.", at=MONDAY)

    text = read(alice, "/cycles/2026-Q4")

    assert f"/key-results/{key_result.ref}/explanations/score" in text
    assert "Score 0.6" in text


# --- filter, sort, group ---


@pytest.fixture
def several(ada: Person, alice: Person, bob: Person, care: Team, cycle: Cycle) -> Cycle:
    """Progress 1.0, 0.5, 0 and none; the first on pace."""
    access = actions.create_priority(by=ada, title="Access", ref="access", at=MONDAY)
    stands_at(alice, cycle, "done", 7, team=care, kind="committed", priorities=[access])
    stands_at(bob, cycle, "half", 14, kind="learning")
    stands_at(bob, cycle, "none", 21, team=care)
    an_objective(alice, cycle, "Bare", ref="bare", owner=None)
    return cycle


@pytest.mark.parametrize(
    ("wish", "shown"),
    [
        ("", ["done", "half", "none", "bare"]),
        ("q=HALF", ["half"]),
        ("q=median of done", ["done"]),
        ("q=brown", ["half", "none"]),
        ("team=care", ["done", "none"]),
        ("owner=bob@example.org", ["half", "none"]),
        ("priority=access", ["done"]),
        ("kind=learning", ["half"]),
        ("pace=green", ["done", "half"]),
        ("pace=none", ["bare"]),
        ("status=off_track", ["half", "none"]),
        ("status=none", ["bare"]),
        ("mine=1", ["done"]),
        ("team=care&status=off_track", ["none"]),
        ("sort=progress", ["none", "half", "done", "bare"]),
        ("sort=-progress", ["done", "half", "none", "bare"]),
        ("sort=title", ["bare", "done", "half", "none"]),
        ("sort=status", ["half", "none", "done", "bare"]),
        ("sort=pace", ["none", "done", "half", "bare"]),
        ("sort=-confidence", ["none", "done", "half", "bare"]),
        ("sort=owner__password&kind=__&pace=x&first=-3", ["done", "half", "none", "bare"]),
        ("group=team", ["done", "none", "half", "bare"]),
        ("group=owner", ["done", "half", "none", "bare"]),
        ("group=priority", ["done", "half", "none", "bare"]),
    ],
)
def test_a_list_shows_what_is_wished_for(alice: Person, several: Cycle, wish: str, shown: list[str]) -> None:
    assert refs(read(alice, f"/cycles/2026-Q4?{wish}")) == shown


def test_counts_are_of_what_is_wished_for_apart_from_the_figures(alice: Person, several: Cycle) -> None:
    everything = counts(read(alice, "/cycles/2026-Q4?pace=green"))

    assert everything["total"] == "4"
    assert (everything["green"], everything["red"], everything["on_track"], everything["off_track"]) == (
        "2",
        "1",
        "1",
        "2",
    )
    assert counts(read(alice, "/cycles/2026-Q4/figures?team=care"))["total"] == "2"


def test_groups_have_their_counts(alice: Person, several: Cycle) -> None:
    text = read(alice, "/cycles/2026-Q4?group=team")

    assert re.findall(r'<tr class="group">.*?>([^<]+) <span class="nothing">(\d+)<', text) == [
        ("Care", "2"),
        ("No team", "2"),
    ]


def test_nothing_that_fits_is_told(alice: Person, several: Cycle) -> None:
    assert "Nothing fits" in read(alice, "/cycles/2026-Q4?q=zebra")


def test_an_earlier_day_is_shown_as_it_was_known(alice: Person, cycle: Cycle) -> None:
    key_result = a_key_result(alice, an_objective(alice, cycle, ref="waiting"), ref="wait")
    says(alice, key_result, 14, at=MONDAY, day=date(2026, 10, 10))
    says(alice, key_result, 7, at=MONDAY, day=date(2026, 11, 10))

    text = read(alice, "/cycles/2026-Q4?as_of=2026-10-20")

    assert ">50%<" in text
    assert ">100%<" not in text
    assert "As of Oct 20, 2026" in text
    assert "/objectives/waiting?as_of=2026-10-20" in text


def test_a_long_list_comes_in_pages(alice: Person, cycle: Cycle) -> None:
    for number in range(PAGE + 2):
        an_objective(alice, cycle, f"Objective {number}", ref=f"o{number}")

    assert refs(read(alice, "/cycles/2026-Q4"))[-1] == f"o{PAGE - 1}"
    assert f'hx-get="/cycles/2026-Q4?first={PAGE}"' in read(alice, "/cycles/2026-Q4")
    rest = read(alice, f"/cycles/2026-Q4?first={PAGE}", fragment=True)
    assert refs(rest) == [f"o{PAGE}", f"o{PAGE + 1}"]
    assert "<html" not in rest
    assert refs(read(alice, f"/cycles/2026-Q4?first={PAGE}")) == [f"o{PAGE}", f"o{PAGE + 1}"]


def test_the_counts_tell_when_objectives_have_come(alice: Person, cycle: Cycle) -> None:
    an_objective(alice, cycle)

    assert "come or gone" in read(alice, "/cycles/2026-Q4/figures?seen=0", fragment=True)
    assert "come or gone" not in read(alice, "/cycles/2026-Q4/figures?seen=1", fragment=True)


@pytest.mark.parametrize(
    "address",
    [
        "/cycles",
        "/cycles/2026-Q4",
        "/cycles/2026-Q4?group=priority&sort=-confidence",
        "/cycles/2026-Q4?q=wait",
        "/cycles/2026-Q4?mine=1",
        "/cycles/2026-Q4?as_of=2026-11-10",
    ],
)
def test_a_page_asks_as_often_for_many_as_for_few(alice: Person, cycle: Cycle, address: str) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            objective = an_objective(alice, cycle)
            says(alice, a_key_result(alice, objective), 14, at=MONDAY)
            actions.align(by=alice, child=objective, parent=top, at=MONDAY)

    top = an_objective(alice, cycle)
    add(3)
    few = queries(alice, address)
    add(12)

    assert queries(alice, address) == few
    assert few <= (17 if "as_of" in address else 10)


def test_titles_of_all_kinds_are_shown_and_do_no_harm(alice: Person, cycle: Cycle) -> None:
    for title in ("لا أحد ينتظر", "<script>alert(1)</script>", "x" * 500, "e\u0301 & ü"):
        an_objective(alice, cycle, title)

    text = read(alice, "/cycles/2026-Q4")

    assert "<script>alert" not in text
    assert "لا أحد ينتظر" in text
    assert "é &amp; ü" in text


# --- what nobody may learn ---


def test_nothing_hidden_shows_anywhere(ada: Person, alice: Person, charlie: Person, several: Cycle) -> None:
    asked = [
        *PAGES,
        *(f"/cycles/2026-Q4?{wish}" for wish in ("group=owner", "sort=-progress", "q=secret", "as_of=2026-11-01")),
    ]
    before = {address: untold(read(charlie, address)) for address in asked}

    secret = stands_at(alice, several, "secret", 7, visibility="private", team=None)
    actions.align(by=alice, child=secret, parent=Objective.objects.get(ref="done"), at=MONDAY)
    actions.move_objective(by=alice, objective=secret, after=Objective.objects.get(ref="done"), at=MONDAY)

    assert {address: untold(read(charlie, address)) for address in asked} == before
    assert "secret" in read(alice, "/cycles/2026-Q4")


def test_what_a_hidden_part_does_to_a_figure_decides_no_order(alice: Person, charlie: Person, cycle: Cycle) -> None:
    stands_at(alice, cycle, "first", 15)
    top = stands_at(alice, cycle, "top", 14)
    actions.change_objective(by=alice, objective=top, version=None, at=MONDAY, changes={"driver": "both"})
    hidden = stands_at(alice, cycle, "hidden", 21, visibility="private")
    actions.align(by=alice, child=hidden, parent=top, at=MONDAY)

    assert refs(read(charlie, "/cycles/2026-Q4?sort=-progress")) == ["top", "first"]
    assert refs(read(alice, "/cycles/2026-Q4?sort=-progress")) == ["first", "top", "hidden"]


# --- writing ---


def test_an_administrator_adds_a_cycle(ada: Person) -> None:
    answer = send(
        ada,
        "/cycles/new",
        name="Winter",
        starts_on="2027-01-01",
        ends_on="2027-03-31",
        check_in_every_days="14",
        purpose="Rest.",
        ref="2027-Q1",
    )

    cycle = Cycle.objects.get(ref="2027-Q1")
    assert answer.headers["Location"] == "/cycles/2027-Q1"
    assert (cycle.name, cycle.check_in_every_days, cycle.purpose) == ("Winter", 14, "Rest.")


def test_what_is_wrong_with_a_cycle_stands_at_its_field(ada: Person) -> None:
    answer = send(ada, "/cycles/new", name="Odd", starts_on="2027-03-31", ends_on="2027-01-01", check_in_every_days="7")

    assert answer.status_code == 422
    assert "The cycle ends before it starts." in answer.content.decode()
    assert 'value="Odd"' in answer.content.decode()


def test_two_who_change_a_cycle_choose_between_their_versions(ada: Person, cycle: Cycle) -> None:
    version = str(cycle.version)
    fields = {"starts_on": "2026-10-01", "ends_on": "2026-12-31", "check_in_every_days": "7", "version": version}
    assert send(ada, "/cycles/2026-Q4/edit", name="Hers", **fields).status_code == 302

    answer = send(ada, "/cycles/2026-Q4/edit", name="His", **fields)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'name="name" value="His"' in text
    assert 'name="name" value="Hers"' in text
    fresh = re.findall(r'name="version" value="(\d+)"', text)[0]
    assert send(ada, "/cycles/2026-Q4/edit", name="His", **fields | {"version": fresh}).status_code == 302
    assert Cycle.objects.get(ref="2026-Q4").name == "His"


def test_a_new_cycle_begins_as_the_first_quarter_that_is_none_yet(ada: Person) -> None:
    def offered() -> list[str]:
        return re.findall(r'name="(?:name|starts_on|ends_on)"[^>]* value="([^"]*)"', read(ada, "/cycles/new"))

    assert offered() == ["2026 Q4", "2026-10-01", "2026-12-31"]
    a_running_cycle(ada, ref="2026-Q4")
    assert offered() == ["2027 Q1", "2027-01-01", "2027-03-31"]


@pytest.mark.parametrize("address", ["/cycles/new", "/cycles/2026-Q4/edit"])
def test_only_administrators_write_cycles(alice: Person, cycle: Cycle, address: str) -> None:
    read(alice, address, status=403)
    assert send(alice, "/cycles/2026-Q4/archiving").status_code == 403
    assert send(alice, "/cycles/2026-Q4/closing").status_code == 403


def test_a_cycle_goes_its_way(ada: Person, alice: Person) -> None:
    cycle = a_cycle(ada, ref="2026-Q4")
    stands_at(alice, cycle, "waiting", 14)

    for what, state in (
        ("activation", "active"),
        ("closing", "closing"),
        ("closure", "closed"),
        ("reopening", "active"),
    ):
        assert send(ada, f"/cycles/2026-Q4/{what}").headers["Location"] == "/cycles/2026-Q4"
        assert Cycle.objects.get(ref="2026-Q4").state == state


def test_what_stands_in_the_way_of_beginning_is_listed_as_far_as_it_can_be_seen(ada: Person, alice: Person) -> None:
    cycle = a_cycle(ada, ref="2026-Q4")
    seen = an_objective(alice, cycle, kind="committed")
    hidden = an_objective(alice, cycle, kind="committed", visibility="private")
    for objective, title in ((seen, "Seen line"), (hidden, "Hidden line")):
        actions.create_key_result(by=alice, objective=objective, title=title, at=MONDAY)

    text = visitor(ada).post("/cycles/2026-Q4/activation", follow=True).content.decode()

    assert "The cycle cannot begin yet." in text
    assert "Seen line" in text
    assert "Hidden line" not in text
    assert "1 more in objectives that you cannot see" in text
    assert "stands in the way" not in read(alice, "/cycles/2026-Q4")
    assert Cycle.objects.get(ref="2026-Q4").state == "draft"


def test_an_archived_cycle_can_be_taken_back(ada: Person, cycle: Cycle) -> None:
    client = visitor(ada)
    text = client.post("/cycles/2026-Q4/archiving", follow=True).content.decode()
    assert 'action="/cycles/2026-Q4/restoration"' in text
    assert "Autumn" in read(ada, "/cycles?archived=1")
    assert Cycle.objects.get(ref="2026-Q4").archived_at is not None

    client.post("/cycles/2026-Q4/restoration")

    assert Cycle.objects.get(ref="2026-Q4").archived_at is None


def test_cycles_stand_beneath_those_that_hold_them(ada: Person, cycle: Cycle) -> None:
    year = a_cycle(ada, ref="2026", starts_on=date(2026, 1, 1))
    actions.change_cycle(by=ada, cycle=cycle, version=None, at=MONDAY, changes={"parent": year})

    assert re.findall(r'<li class="(depth-\d)">\s*<h2><a[^>]*>([^<]+)', read(ada, "/cycles")) == [
        ("depth-0", "2026"),
        ("depth-1", "Autumn"),
    ]


# --- carrying over ---


def test_objectives_go_on_in_another_cycle(ada: Person, alice: Person, several: Cycle) -> None:
    a_cycle(ada, ref="2027-Q1", starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
    text = read(alice, "/cycles/2026-Q4/carry-over")
    assert re.findall(r'name="objectives" value="(\w+)"[^>]*checked', text) == ["half", "none", "bare"]

    answer = send(ada, "/cycles/2026-Q4/carry-over", objectives=["half", "none"], cycle="2027-Q1")

    assert answer.headers["Location"] == "/cycles/2027-Q1"
    made = Objective.objects.filter(cycle__ref="2027-Q1").order_by("position")
    assert [objective.carried_from.ref for objective in made if objective.carried_from] == ["half", "none"]


def test_carrying_over_is_all_or_nothing(ada: Person, alice: Person, several: Cycle) -> None:
    a_cycle(ada, ref="2027-Q1", starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))

    foreign = send(alice, "/cycles/2026-Q4/carry-over", objectives=["done", "half"], cycle="2027-Q1")
    absent = send(ada, "/cycles/2026-Q4/carry-over", objectives=["done", "nothing"], cycle="2027-Q1")

    assert (foreign.status_code, absent.status_code) == (422, 422)
    assert not Objective.objects.filter(cycle__ref="2027-Q1").exists()


def test_decimals_are_those_of_the_reader(alice: Person, cycle: Cycle) -> None:
    alice.locale = "de"
    alice.save()
    says(alice, a_key_result(alice, an_objective(alice, cycle)), Decimal("17.5"), at=MONDAY)

    assert "17,5" in read(alice, "/cycles/2026-Q4")
