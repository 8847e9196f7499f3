"""The page of an objective, what is done to one, and what others may not learn of a private one."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from impactline.checkins import actions as checkins
from impactline.okrs import actions
from impactline.okrs.models import Alignment, BrokenGlass, Cycle, KeyResult, Objective, Override, Score, Viewer
from impactline.people.models import Person, Team
from tests.scenes import a_cycle, a_key_result, a_metric, a_running_cycle, an_objective, says
from tests.web.visits import MONDAY, queries, read, send, untold, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada, ref="2026-Q4", name="Autumn")


@pytest.fixture
def objective(alice: Person, care: Team, cycle: Cycle) -> Objective:
    """Two key results, one with half its weight fixed: 0.5 and 1.0, together 0.75."""
    made = an_objective(alice, cycle, ref="waiting", team=care, description="Because *pain* waits.")
    says(alice, a_key_result(alice, made, ref="wait"), 14, at=MONDAY, confidence=6, status="at_risk", note="A start.")
    says(alice, a_key_result(alice, made, "Calls ring out less", ref="calls"), 7, at=MONDAY, confidence=9)
    return made


@pytest.fixture
def secret(alice: Person, cycle: Cycle) -> Objective:
    made = an_objective(alice, cycle, "A merger nobody knows of", ref="merger", visibility="private")
    says(alice, a_key_result(alice, made, "Letters signed", ref="letters"), 14, at=MONDAY)
    return made


def sums(text: str) -> list[list[str]]:
    """The rows of the arithmetic: part, progress, counts as, weight, adds."""
    table = text.partition('<table class="table sum">')[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows[1:]]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]


# --- the page ---


def test_a_page_shows_the_figures_with_their_arithmetic(alice: Person, objective: Objective) -> None:
    text = read(alice, "/objectives/waiting")

    assert "<em>pain</em>" in text
    assert sums(text) == [
        ["Median wait falls", "50.0%", "50.0%", "50%", "25.0%"],
        ["Calls ring out less", "100.0%", "100.0%", "50%", "50.0%"],
        ["Progress", "75.0%"],
    ]
    assert "/objectives/waiting/explanations/progress" in text


def test_the_weights_of_visible_parts_do_not_tell_how_much_is_hidden(
    alice: Person, charlie: Person, cycle: Cycle, objective: Objective, secret: Objective
) -> None:
    other = an_objective(alice, cycle, "A second merger", visibility="private")
    says(alice, a_key_result(alice, other, "Letters sealed"), 14, at=MONDAY)
    actions.change_objective(by=alice, objective=objective, version=None, at=MONDAY, changes={"driver": "both"})
    for child in (secret, other):
        actions.align(by=alice, child=child, parent=objective, at=MONDAY)

    text = read(charlie, "/objectives/waiting")

    assert sums(text)[1:] == [
        ["Calls ring out less", "100.0%", "100.0%", "50%", "50.0%"],
        ["What you see", "75.0%"],
        ["Includes items you cannot see"],
        ["Progress", "62.5%"],
    ]
    told = read(charlie, "/objectives/waiting/explanations/progress", fragment=True)
    assert "0.5 × 0.5 + 0.5 × 1 = 0.75; with what you cannot see 0.625" in told
    assert "What you see" not in read(alice, "/objectives/waiting")


def test_fixed_weights_and_parts_that_do_not_count_are_told(alice: Person, objective: Objective) -> None:
    actions.change_key_result(
        by=alice,
        key_result=KeyResult.objects.get(ref="wait"),
        version=None,
        at=MONDAY,
        changes={"weight": 20.0},
    )
    actions.create_key_result(by=alice, objective=objective, title="To be found", at=MONDAY)
    actions.change_key_result(
        by=alice, key_result=KeyResult.objects.get(ref="calls"), version=None, at=MONDAY, changes={"weight": 40.0}
    )

    rows = sums(read(alice, "/objectives/waiting"))

    assert rows[0] == ["Median wait falls", "50.0%", "50.0%", "33.3% fixed", "16.7%"]
    assert rows[2][0] == "To be found"
    assert "its weight goes to the others" in rows[2][2]


def test_what_serves_it_and_what_it_serves_are_shown(
    ada: Person, alice: Person, cycle: Cycle, objective: Objective
) -> None:
    top = an_objective(alice, cycle, "Care for everyone", ref="care-for-all")
    helper = an_objective(alice, cycle, "More phone lines", ref="phones")
    actions.align(by=alice, child=objective, parent=top, at=MONDAY, weight=40.0)
    actions.align(by=alice, child=helper, parent=objective, kind="supports", at=MONDAY)

    text = read(alice, "/objectives/waiting")

    assert "Contributes to" in text
    assert "share 40%" in text
    assert "More phone lines" in text
    assert "Supports" in text


def test_an_earlier_day_shows_what_was_known(alice: Person, cycle: Cycle) -> None:
    key_result = a_key_result(alice, an_objective(alice, cycle, ref="waiting"), ref="wait")
    says(alice, key_result, 14, at=MONDAY, day=date(2026, 10, 10))
    says(alice, key_result, 7, at=MONDAY, day=date(2026, 11, 10))

    text = read(alice, "/objectives/waiting?as_of=2026-10-20")

    assert sums(text)[0][1:] == ["50.0%", "50.0%", "100%", "50.0%"]
    assert "/objectives/waiting/edit" not in text
    assert "data-live=" not in text.split('id="main"')[1].split("</main>")[0]


def test_an_earlier_day_shows_what_was_set_by_hand_then(
    ada: Person, alice: Person, cycle: Cycle, objective: Objective
) -> None:
    set_at, resumed_at = datetime(2026, 11, 4, 9, tzinfo=UTC), datetime(2026, 11, 9, 9, tzinfo=UTC)
    actions.override_progress(by=ada, objective=objective, progress=0.3, reason="It feels so.", at=set_at)
    actions.resume_progress(by=ada, objective=objective, at=resumed_at)

    texts = [read(alice, f"/objectives/waiting{day}") for day in ("?as_of=2026-11-03", "?as_of=2026-11-05", "")]

    assert ["Set by hand: 30%" in text for text in texts] == [False, True, False]
    assert ["set the progress by hand" in text for text in texts] == [False, True, True]
    assert ["returned to the computed progress" in text for text in texts] == [False, False, True]


def test_a_pace_or_status_of_several_parts_says_that_it_is_the_worst_of_them(alice: Person, cycle: Cycle) -> None:
    made = an_objective(alice, cycle, ref="waiting")
    says(alice, a_key_result(alice, made, ref="good"), 7, at=MONDAY, status="on_track")
    assert "as its worst part" not in read(alice, "/objectives/waiting")

    says(alice, a_key_result(alice, made, ref="bad"), 21, at=MONDAY, status="off_track")
    text = read(alice, "/objectives/waiting")

    assert text.count("as its worst part") == 2
    assert "/objectives/waiting/explanations/status" in text


def test_without_a_cycle_the_form_says_what_is_missing(ada: Person, alice: Person) -> None:
    assert "There is no cycle yet" in read(alice, "/objectives/new")
    assert "/cycles/new" in read(ada, "/objectives/new").partition("There is no cycle yet")[2]


def test_a_line_that_cannot_be_a_key_result_is_told_where_it_stands(alice: Person, cycle: Cycle) -> None:
    answer = send(alice, "/objectives/new", title="Less waiting", key_results="Fewer calls\n" + "x" * 700)

    assert answer.status_code == 422
    assert '<a href="#field-key_results">' in answer.content.decode()
    assert "This has 700 characters; 500 are the most." in answer.content.decode()
    assert not Objective.objects.exists()


def test_the_history_is_told_in_words(ada: Person, alice: Person, cycle: Cycle, objective: Objective) -> None:
    top = an_objective(alice, cycle, "Care for everyone", ref="top")
    actions.align(by=alice, child=objective, parent=top, at=MONDAY)
    actions.unalign(by=alice, child=objective, parent=top, at=MONDAY)
    changes = {"title": "Nobody waits", "owner": ada, "driver": "both"}
    actions.change_objective(by=alice, objective=objective, version=None, at=MONDAY, changes=changes)
    actions.override_progress(by=ada, objective=objective, progress=0.3, reason="It feels so.", at=MONDAY)

    for address in ("/objectives/waiting", "/objectives/waiting/history"):
        text = read(alice, address)
        for words in (
            "added this objective",
            "lets it contribute to",
            "no longer lets it serve",
            "checked in",
            "A start.",
            "set the progress by hand",
            "It feels so.",
            "<del>Nobody waits in pain</del>",
            "<ins>ada@example.org</ins>",
            "<del>key results</del>",
        ):
            assert words in text, words


def test_a_long_history_comes_in_pages(alice: Person, objective: Objective) -> None:
    key_result = KeyResult.objects.select_related("objective__cycle", "metric").get(ref="wait")
    for value in range(60):
        says(alice, key_result, value, at=MONDAY)

    assert "All that happened" in read(alice, "/objectives/waiting")
    assert "Earlier" in read(alice, "/objectives/waiting/history")
    last = read(alice, "/objectives/waiting/history?page=2")
    assert "added this objective" in last
    assert "Earlier" not in last
    assert "Nothing more" in read(alice, "/objectives/waiting/history?page=99")


def test_the_row_of_a_list_can_be_fetched_alone(alice: Person, objective: Objective) -> None:
    text = read(alice, "/objectives/waiting/row", fragment=True)

    assert text.lstrip().startswith('<tbody id="objective-waiting"')
    assert "Median wait falls" in text
    actions.archive_objective(by=alice, objective=objective, at=MONDAY)
    read(alice, "/objectives/waiting/row", status=404)


def test_an_objective_by_its_own_metric_shows_its_formula(ada: Person, alice: Person, cycle: Cycle) -> None:
    objective = an_objective(alice, cycle, ref="own")
    metric = a_metric(ada, ref="wait-days", unit="days")
    checkins.read_metric(by=ada, metric=metric, value=Decimal(14), at=MONDAY)
    changes = {"driver": "metric", "metric": metric, "baseline": Decimal(21), "target": Decimal(7)}
    actions.change_objective(by=alice, objective=objective, version=None, at=MONDAY, changes=changes)

    assert "(14 − 21) ÷ (7 − 21) = 0.5" in read(alice, "/objectives/own")


def test_a_page_asks_as_often_for_many_as_for_few(alice: Person, cycle: Cycle, objective: Objective) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            says(alice, a_key_result(alice, objective), 14, at=MONDAY)
            child = an_objective(alice, cycle)
            a_key_result(alice, child)
            actions.align(by=alice, child=child, parent=objective, at=MONDAY)
            actions.align(by=alice, child=objective, parent=an_objective(alice, cycle), at=MONDAY)

    add(2)
    asked = (
        "/objectives/waiting",
        "/objectives/waiting/row",
        "/objectives/waiting/edit",
        "/objectives/waiting/alignments",
    )
    few = [queries(alice, address) for address in asked]
    add(8)

    assert [queries(alice, address) for address in asked] == few


# --- writing ---


def test_an_objective_is_added_with_its_key_results_in_lines(alice: Person, care: Team, cycle: Cycle) -> None:
    lines = "Median wait falls from 21 to 7 days\n\nA survey that people finish\r\n"

    answer = send(alice, "/objectives/new", title="Nobody waits in pain", key_results=lines)

    made = Objective.objects.get()
    assert answer.headers["Location"] == f"/objectives/{made.ref}"
    assert (made.cycle, made.kind, made.owner) == (cycle, "aspirational", None)
    measured, open_one = KeyResult.objects.order_by("position")
    assert (measured.type, measured.baseline, measured.target, measured.unit) == ("metric", 21, 7, "days")
    assert (open_one.type, open_one.title) == ("open", "A survey that people finish")


def test_the_form_begins_with_what_is_likely(ada: Person, alice: Person, care: Team, cycle: Cycle) -> None:
    actions.create_priority(by=ada, title="Access", ref="access", at=MONDAY)

    text = read(alice, "/objectives/new?priority=access")

    assert re.search(r'value="alice@example.org" selected', text)
    assert re.search(r'value="care" selected', text)
    assert re.search(r'value="2026-Q4" selected', text)
    assert re.search(r'name="priorities" value="access" checked', text)


def test_an_objective_is_added_beneath_another(ada: Person, alice: Person, cycle: Cycle, objective: Objective) -> None:
    actions.create_priority(by=ada, title="Access", ref="access", at=MONDAY)
    fields = {"owner": "alice@example.org", "team": "care", "visibility": "private", "kind": "learning"}

    send(alice, "/objectives/new", title="Below", parent="waiting", priorities=["access"], ref="below", **fields)

    made = Objective.objects.get(ref="below")
    assert Alignment.objects.get(child=made).parent == objective
    assert (made.visibility, made.kind, made.priorities.get().ref) == ("private", "learning", "access")


def test_what_is_wrong_leaves_nothing_behind(alice: Person, cycle: Cycle) -> None:
    too_long = send(alice, "/objectives/new", title="Fine", key_results="x" * 501, owner="alice@example.org")
    unknown = send(alice, "/objectives/new", title="Fine", priorities=["nothing"])

    assert (too_long.status_code, unknown.status_code) == (422, 422)
    assert "Fine" in too_long.content.decode()
    assert "There is no priority" in unknown.content.decode()
    assert not Objective.objects.exists()


def test_without_a_cycle_the_form_says_so(ada: Person) -> None:
    answer = send(ada, "/objectives/new", title="Too early")

    assert answer.status_code == 422
    assert "There is no cycle yet." in answer.content.decode()


def test_an_objective_is_changed(alice: Person, bob: Person, objective: Objective) -> None:
    fields = {
        "title": "Nobody waits",
        "cycle": "2026-Q4",
        "owner": "bob@example.org",
        "team": "care",
        "kind": "committed",
    }

    send(alice, "/objectives/waiting/edit", version=str(objective.version), driver="both", **fields)

    objective.refresh_from_db()
    assert (objective.title, objective.owner, objective.kind, objective.driver) == (
        "Nobody waits",
        bob,
        "committed",
        "both",
    )


def test_two_who_change_an_objective_choose_between_their_versions(
    ada: Person, alice: Person, bob: Person, objective: Objective
) -> None:
    for ref in ("access", "trust"):
        actions.create_priority(by=ada, title=ref, ref=ref, at=MONDAY)
    fields = {"cycle": "2026-Q4", "team": "care", "version": str(objective.version)}
    send(alice, "/objectives/waiting/edit", title="Hers", priorities=["access", "trust"], **fields)

    answer = send(bob, "/objectives/waiting/edit", title="His", **fields)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Hers" in text
    assert "His" in text
    chosen = dict(re.findall(r'name="(\w+)" value="([^"]*)"(?: checked)?', text))
    assert chosen["priorities"] == "access, trust"
    answer = send(bob, "/objectives/waiting/edit", **chosen | {"title": "His"})
    objective.refresh_from_db()
    assert answer.status_code == 302
    assert (objective.title, objective.priorities.count()) == ("His", 2)


@pytest.mark.parametrize("what", ["edit", "override", "alignments", "scores", "carry-over", "viewers", "sufficiency"])
def test_others_do_not_write(charlie: Person, gil: Person, objective: Objective, what: str) -> None:
    for person in (charlie, gil):
        read(person, f"/objectives/waiting/{what}", status=403)
        assert send(person, f"/objectives/waiting/{what}", title="x").status_code == 403
    assert "/objectives/waiting/edit" not in read(charlie, "/objectives/waiting")


def test_guests_write_no_objectives(gil: Person, cycle: Cycle) -> None:
    read(gil, "/objectives/new", status=403)


def test_an_archived_objective_can_be_taken_back(alice: Person, objective: Objective) -> None:
    text = visitor(alice).post("/objectives/waiting/archiving", follow=True).content.decode()

    assert 'action="/objectives/waiting/restoration"' in text
    assert "In the archive" in read(alice, "/objectives/waiting")
    send(alice, "/objectives/waiting/restoration")
    objective.refresh_from_db()
    assert objective.archived_at is None


# --- progress by hand, scores, carrying over ---


def test_progress_is_set_by_hand_and_resumed(alice: Person, objective: Objective) -> None:
    assert send(alice, "/objectives/waiting/override", progress="60", reason="").status_code == 422
    assert send(alice, "/objectives/waiting/override", progress="60", reason="Half is read.").status_code == 302

    text = read(alice, "/objectives/waiting")
    assert "Half is read." in text
    assert sums(text)[-2:] == [["Computed", "75.0%"], ["Set by hand", "60.0%"]]
    assert "Half is read." in read(alice, "/objectives/waiting/override")

    send(alice, "/objectives/waiting/override/end")
    assert Override.objects.get().resumed_at is not None


def test_progress_beyond_reason_is_refused(alice: Person, objective: Objective) -> None:
    answer = send(alice, "/objectives/waiting/override", progress="99999", reason="Why not.")

    assert answer.status_code == 422
    assert "lies between" in answer.content.decode()


def test_a_score_is_suggested_and_given_while_the_cycle_closes(
    ada: Person, alice: Person, objective: Objective
) -> None:
    assert "Give a score" not in read(alice, "/objectives/waiting")
    actions.begin_closing(by=ada, cycle=Cycle.objects.get(), at=MONDAY)
    assert "Give a score" in read(alice, "/objectives/waiting")
    assert "0.75" in read(alice, "/objectives/waiting/scores")

    assert send(alice, "/objectives/waiting/scores", score="0.9").status_code == 422
    send(alice, "/objectives/waiting/scores", score="0.9", reason="The rest came a day late.")

    text = read(alice, "/objectives/waiting")
    assert Score.objects.get().given == 0.9
    assert "The rest came a day late." in text
    assert "achieved" in text


def test_an_objective_goes_on_in_another_cycle(ada: Person, alice: Person, objective: Objective) -> None:
    assert "There is no other cycle" in read(alice, "/objectives/waiting/carry-over")
    a_cycle(ada, ref="2027-Q1", starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))

    answer = send(alice, "/objectives/waiting/carry-over", cycle="2027-Q1")

    made = Objective.objects.get(carried_from=objective)
    assert answer.headers["Location"] == f"/objectives/{made.ref}"
    assert "Goes on in" in read(alice, "/objectives/waiting")
    assert "Carried over from" in read(alice, f"/objectives/{made.ref}")
    assert send(alice, "/objectives/waiting/carry-over", cycle="nothing").status_code == 422


# --- what it serves ---


def test_an_objective_is_let_serve_another(alice: Person, cycle: Cycle, objective: Objective) -> None:
    top = an_objective(alice, cycle, "Care for everyone", ref="top")
    assert "Care for everyone" in read(alice, "/objectives/waiting/alignments?q=everyone")
    assert "Nothing fits" in read(alice, "/objectives/waiting/alignments?q=zebra")

    send(alice, "/objectives/waiting/alignments", parent="top", kind="contributes", weight="40")

    tie = Alignment.objects.get()
    assert (tie.parent, tie.kind, tie.weight) == (top, "contributes", 40.0)
    text = read(alice, "/objectives/waiting/alignments?parent=top")
    assert 'value="top" id="field-parent" checked' in text
    assert re.search(r'name="weight"[^>]* value="40"', text)


def test_what_cannot_be_served_is_refused_at_its_field(alice: Person, cycle: Cycle, objective: Objective) -> None:
    below = an_objective(alice, cycle, ref="below")
    actions.align(by=alice, child=below, parent=objective, at=MONDAY)
    for fields, words in (
        ({"parent": "below", "kind": "contributes"}, "cannot, over any number of steps, serve itself"),
        ({"parent": "waiting", "kind": "contributes"}, "cannot, over any number of steps, serve itself"),
        ({"parent": "nothing", "kind": "contributes"}, "There is no objective"),
        ({"kind": "contributes"}, "This field is required."),
    ):
        answer = send(alice, "/objectives/waiting/alignments", **fields)
        assert answer.status_code == 422
        assert words in answer.content.decode(), words


def test_weights_that_cannot_sum_are_refused(alice: Person, cycle: Cycle, objective: Objective) -> None:
    top = an_objective(alice, cycle, ref="top")
    changes = {"driver": "objectives"}
    actions.change_objective(by=alice, objective=top, version=None, at=MONDAY, changes=changes)
    for ref in ("one", "two"):
        actions.align(by=alice, child=an_objective(alice, cycle, ref=ref), parent=top, at=MONDAY)
    actions.align(by=alice, child=Objective.objects.get(ref="one"), parent=top, at=MONDAY, weight=80.0)

    answer = send(alice, "/objectives/waiting/alignments", parent="top", kind="contributes", weight="30")

    assert answer.status_code == 422
    assert "more than 100 %" in answer.content.decode()
    assert not Alignment.objects.filter(child=objective).exists()


def test_an_end_of_serving_can_be_taken_back(alice: Person, cycle: Cycle, objective: Objective) -> None:
    top = an_objective(alice, cycle, ref="top")
    actions.align(by=alice, child=an_objective(alice, cycle), parent=top, at=MONDAY)
    actions.align(by=alice, child=objective, parent=top, at=MONDAY, weight=40.0)
    client = visitor(alice)

    text = client.post("/objectives/waiting/alignments/top/removal", follow=True).content.decode()
    assert not Alignment.objects.filter(child=objective).exists()
    client.post(
        re.findall(r'action="(/objectives/waiting/alignments/top/restoration[^"]*)"', text)[0].replace("&amp;", "&")
    )

    tie = Alignment.objects.get(child=objective)
    assert (tie.kind, tie.weight) == ("contributes", 40.0)
    client.post("/objectives/waiting/alignments/top/removal")
    assert client.post("/objectives/waiting/alignments/top/removal").status_code == 302
    assert client.post("/objectives/waiting/alignments/top/restoration?weight=x").status_code == 422


# --- private ones ---


def test_a_private_objective_is_as_if_it_were_not_there(charlie: Person, secret: Objective) -> None:
    for what in ("", "/row", "/history", "/edit", "/alignments", "/override", "/viewers", "/scores", "/carry-over"):
        absent = read(charlie, f"/objectives/absent{what}", status=404)
        assert untold(read(charlie, f"/objectives/merger{what}", status=404), "merger") == untold(absent, "absent")
    for what in ("archiving", "restoration", "glass", "scores", "override/end"):
        assert send(charlie, f"/objectives/merger/{what}", reason="Curious.").status_code == 404


def test_what_a_private_objective_does_shows_nowhere(
    alice: Person, charlie: Person, objective: Objective, secret: Objective
) -> None:
    top = an_objective(alice, objective.cycle, "Care for everyone", ref="top")
    actions.change_objective(by=alice, objective=top, version=None, at=MONDAY, changes={"driver": "objectives"})
    actions.align(by=alice, child=objective, parent=top, at=MONDAY)
    asked = [
        "/objectives/top",
        "/objectives/waiting",
        "/objectives/waiting/history",
        "/objectives/top?as_of=2026-11-15",
    ]
    before = {address: untold(read(charlie, address)) for address in asked}

    actions.align(by=alice, child=secret, parent=top, at=MONDAY)
    actions.align(by=alice, child=objective, parent=secret, at=MONDAY)

    after = {address: untold(read(charlie, address)) for address in asked}
    assert after == before
    assert "merger" in read(alice, "/objectives/top")


def test_hidden_objectives_are_not_offered_to_be_served(bob: Person, objective: Objective, secret: Objective) -> None:
    assert "merger" not in read(bob, "/objectives/waiting/alignments")
    assert "Nothing fits" in read(bob, "/objectives/waiting/alignments?q=merger+nobody")
    assert send(bob, "/objectives/waiting/alignments", parent="merger", kind="supports").status_code == 422
    assert send(bob, "/objectives/waiting/alignments/merger/removal").status_code == 404
    assert "merger nobody" not in read(bob, "/objectives/new?parent=merger")


def test_people_are_invited_and_no_longer(alice: Person, charlie: Person, secret: Objective) -> None:
    client = visitor(alice)
    client.post("/objectives/merger/viewers", {"person": "charlie@example.org"})
    assert "A merger nobody knows of" in read(charlie, "/objectives/merger")
    assert "Charlie Clark" in read(alice, "/objectives/merger/viewers")

    send(alice, "/objectives/merger/viewers/charlie@example.org/removal")
    read(charlie, "/objectives/merger", status=404)
    assert not Viewer.objects.exists()
    assert client.post("/objectives/merger/viewers", {"person": "nobody@example.org"}).status_code == 422


def test_an_open_objective_needs_no_invitations(alice: Person, objective: Objective) -> None:
    assert visitor(alice).get("/objectives/waiting/viewers").headers["Location"] == "/objectives/waiting"


def test_an_administrator_opens_a_private_objective_with_a_reason(
    ada: Person, alice: Person, secret: Objective, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.now(UTC))  # the hour is the database's own
    closed = read(ada, "/objectives/merger", status=403)
    assert "Why do you have to see it?" in closed
    assert "A merger nobody knows of" not in closed
    assert send(ada, "/objectives/merger/glass", reason=" ").status_code == 422
    assert not BrokenGlass.objects.exists()

    send(ada, "/objectives/merger/glass", reason="Alice is away.")

    assert "A merger nobody knows of" in read(ada, "/objectives/merger")
    assert "Alice is away." in read(alice, "/objectives/merger")
    read(ada, "/objectives/absent", status=404)
    assert send(ada, "/objectives/absent/glass", reason="Looking.").status_code == 404


def test_no_objective_takes_the_address_of_the_form(alice: Person, cycle: Cycle) -> None:
    send(alice, "/objectives/new", title="New")

    assert Objective.objects.get().ref.startswith("new-")
    assert send(alice, "/objectives/new", title="Another", ref="new").status_code == 422


# --- whether its key results suffice ---


def test_whether_its_key_results_suffice_is_said_with_one_click(alice: Person, objective: Objective) -> None:
    before = queries(alice, "/objectives/waiting")
    assert "If all of these were reached" in read(alice, "/objectives/waiting")
    assert send(alice, "/objectives/waiting/sufficiency", answer="no").status_code == 302
    text = read(alice, "/objectives/waiting")
    assert "said <b>no</b>" in text
    assert "Say otherwise" in text
    assert "said whether it would be reached if all its key results were" in text
    assert queries(alice, "/objectives/waiting") <= before + 2, "what the key results are"

    a_key_result(alice, objective, "Patients are content", ref="content")
    text = read(alice, "/objectives/waiting")
    assert "The key results have changed since it was said." in text
    assert "And of those that there are now?" in text


def test_an_answer_that_is_refused_stays_as_it_was_typed(alice: Person, objective: Objective) -> None:
    answer = send(alice, "/objectives/waiting/sufficiency", answer="perhaps", reason="They may come back.")
    assert answer.status_code == 422
    assert "They may come back." in answer.content.decode()
    assert send(alice, "/objectives/waiting/sufficiency", answer="no", reason="x" * 1001).status_code == 422
    empty = an_objective(alice, objective.cycle, "Empty", ref="empty")
    assert "If all of these were reached" not in read(alice, f"/objectives/{empty.ref}")
    assert "no key results yet" in send(alice, "/objectives/empty/sufficiency", answer="no").content.decode()


def test_what_was_said_of_an_earlier_day_and_by_whom_others_read_it(
    alice: Person, charlie: Person, objective: Objective
) -> None:
    send(alice, "/objectives/waiting/sufficiency", answer="not_sure", reason="Nobody *asks* them.")
    text = read(charlie, "/objectives/waiting")
    assert "said <b>not sure</b>" in text
    assert "Nobody <em>asks</em> them." in text
    assert "Say otherwise" not in text
    assert "said <b>not sure</b>" not in read(charlie, "/objectives/waiting?as_of=2026-11-15")
