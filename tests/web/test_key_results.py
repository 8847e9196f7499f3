"""The page of a key result, and what is done there: written, frozen, revised, moved, archived, scored."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from impactline.okrs import actions
from impactline.okrs.models import KeyResult, Milestone, Objective, Score, TargetChange
from impactline.people.models import Person, Team
from tests.scenes import a_cycle, a_key_result, a_metric, a_running_cycle, an_objective, moment, says
from tests.web.visits import MONDAY, queries, read, send, untold, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
LONG = "Everybody who calls us in pain is seen by a clinician who has read their notes " * 3
ARABIC = "لا أحد ينتظر وهو يتألم أكثر من سبعة أيام"


@pytest.fixture
def draft(ada: Person, alice: Person, care: Team) -> Objective:
    return an_objective(alice, a_cycle(ada, ref="draft"), ref="drafted", team=care)


@pytest.fixture
def objective(ada: Person, alice: Person, care: Team) -> Objective:
    return an_objective(alice, a_running_cycle(ada), ref="waiting", team=care)


@pytest.fixture
def wait(alice: Person, objective: Objective) -> KeyResult:
    key_result = a_key_result(alice, objective, ref="wait", title="Median wait falls", owner=alice)
    says(alice, key_result, 18, at=moment(date(2026, 10, 12)), confidence=6, status="on_track")
    says(alice, key_result, 14, at=moment(date(2026, 11, 10)), confidence=7, note="A *second* line.")
    return key_result


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\u00a0", " ")


# --- the page ---


def test_the_page_says_where_it_stands_and_how_it_came_there(alice: Person, wait: KeyResult) -> None:
    html = read(alice, "/key-results/wait")
    text = text_of(html)

    for words in (
        "Median wait falls",
        "from 21 to 7 days",
        "50%",
        "expected 51%",
        "On pace",
        "lands at 99%",
        "7 /10",
        "Baseline 21 days",
        "Target 7 days",
        "Oct 1, 2026 – Dec 31, 2026",
        "18 days 14 days",
        "A second line.",
        "Expected by now: 13.9 days",
        "21 baseline",
        "7 target",
        "14 now",
    ):
        assert words in text, words
    assert 'data-live="key_result:wait objective:waiting"' in html


def test_a_stated_status_that_contradicts_the_numbers_is_told(alice: Person, wait: KeyResult) -> None:
    says(alice, wait, 20, at=MONDAY, status="on_track")

    text = text_of(read(alice, "/key-results/wait"))

    assert "Said on track, computed well behind" in text
    assert "speed" in text


def test_an_earlier_day_is_shown_as_it_was_known(alice: Person, wait: KeyResult) -> None:
    html = read(alice, "/key-results/wait?as_of=2026-10-20")
    text = text_of(html)

    assert "As of October 20, 2026" in text
    assert "21%" in text
    assert "A second line." not in text
    assert 'action="/key-results/wait/check-ins"' not in html
    assert "/key-results/wait/days/2026-10-20/explanations/pace" in html
    assert 'href="/key-results/wait">Back to today' in html


def test_the_page_is_in_the_words_of_the_reader(alice: Person, wait: KeyResult) -> None:
    Person.objects.filter(pk=alice.pk).update(locale="de")
    says(alice, wait, "12.5", at=MONDAY)

    text = text_of(read(alice, "/key-results/wait"))

    assert "12,5" in text
    assert "01.10.2026 – 31.12.2026" in text


def test_long_and_right_to_left_titles_stand(alice: Person, objective: Objective) -> None:
    for ref, title in (("long", LONG.strip()), ("arabic", ARABIC)):
        a_key_result(alice, objective, ref=ref, title=title)
        assert f' dir="auto">{title}</h1>' in read(alice, f"/key-results/{ref}")


def test_markup_in_words_does_nothing(alice: Person, objective: Objective) -> None:
    key_result = a_key_result(alice, objective, ref="kr", title="<script>alert(1)</script>", unit="<b>")
    says(alice, key_result, 14, at=MONDAY, note="<img src=x onerror=alert(1)>")

    html = read(alice, "/key-results/kr")

    assert "<script>alert" not in html
    assert "<img" not in html


def test_others_that_follow_the_same_metric_are_listed(
    ada: Person, alice: Person, bob: Person, wait: KeyResult
) -> None:
    metric = a_metric(ada, ref="waits", unit="days")
    a_key_result(alice, wait.objective, ref="one", metric=metric)
    a_key_result(alice, wait.objective, ref="two", title="Waits fall for families", metric=metric, target=Decimal(9))
    secret = an_objective(bob, wait.objective.cycle, title="Secret", visibility="private")
    a_key_result(bob, secret, title="Secret wait", metric=metric)

    html = read(alice, "/key-results/one")

    assert "Waits fall for families" in html
    assert 'href="/metrics/waits"' in html
    assert "Secret" not in html


def test_to_charlie_what_is_private_is_absent(alice: Person, charlie: Person, wait: KeyResult) -> None:
    changes = {"visibility": "private"}
    actions.change_objective(by=alice, objective=wait.objective, version=None, at=MONDAY, changes=changes)

    for page in ("", "/edit", "/place", "/explanations/pace", "?as_of=2026-10-20"):
        hidden = read(charlie, f"/key-results/wait{page}", status=404)
        absent = read(charlie, f"/key-results/nowhere{page}", status=404)
        assert untold(hidden, "wait") == untold(absent, "nowhere")
    for act in ("archiving", "restoration", "scores", "edit", "place"):
        hidden, absent = (send(charlie, f"/key-results/{ref}/{act}", title="x") for ref in ("wait", "nowhere"))
        assert hidden.status_code == absent.status_code == 404


def test_who_may_not_change_it_is_offered_nothing_and_refused(charlie: Person, gil: Person, wait: KeyResult) -> None:
    for person in (charlie, gil):
        html = read(person, "/key-results/wait")
        assert "/edit" not in html
        assert "/check-ins" not in html
        read(person, "/key-results/wait/edit", status=403)
        read(person, "/objectives/waiting/key-results/new", status=403)
        for act in ("archiving", "restoration", "scores", "place"):
            assert send(person, f"/key-results/wait/{act}", objective="waiting").status_code == 403


def test_the_page_asks_as_often_for_a_hundred_check_ins_as_for_ten(alice: Person, objective: Objective) -> None:
    key_result = a_key_result(alice, objective, ref="many")
    for number in range(10):
        says(alice, key_result, number, at=MONDAY)
    few = queries(alice, "/key-results/many")
    for number in range(90):
        says(alice, key_result, number, at=MONDAY)
        a_key_result(alice, objective, title=f"Other {number}")

    assert queries(alice, "/key-results/many") == few
    assert "Pages" in read(alice, "/key-results/many")


# --- writing ---


MEASURES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"type": "metric", "baseline": "21", "target": "7", "unit": "days"},
        {"baseline": 21, "target": 7, "unit": "days"},
    ),
    (
        {"type": "metric", "baseline": "0", "target": "12", "values": "per_period", "curve": "back_loaded"},
        {"values": "per_period", "curve": "back_loaded"},
    ),
    (
        {"type": "metric", "baseline": "0", "target": "9", "curve": "planned", "planned": "2026-10-31 3\n2026-11-30 6"},
        {"planned": [{"until": "2026-10-31", "value": "3"}, {"until": "2026-11-30", "value": "6"}]},
    ),
    ({"type": "at_least", "target": "95", "warning": "90"}, {"target": 95, "warning": 90}),
    ({"type": "at_most", "target": "2", "warning": "3"}, {"target": 2, "warning": 3}),
    ({"type": "range", "low": "2", "high": "8", "unit": "°C"}, {"low": 2, "high": 8}),
    ({"type": "control", "low": "2", "high": "8"}, {"low": 2, "high": 8}),
    ({"type": "binary"}, {}),
    ({"type": "rubric", "levels": "Nobody\nSome\n\nAll"}, {"levels": ["Nobody", "Some", "All"]}),
    ({"type": "find_baseline", "unit": "%"}, {"unit": "%"}),
    ({"type": "open"}, {}),
]


@pytest.mark.parametrize(("typed", "kept"), MEASURES)
def test_every_type_can_be_written(
    alice: Person, draft: Objective, typed: dict[str, str], kept: dict[str, Any]
) -> None:
    answer = send(alice, "/objectives/drafted/key-results/new", title="A key result", weight="", **typed)

    assert answer.status_code == 302, answer.content.decode()
    made = KeyResult.objects.get()
    assert made.type == typed["type"]
    assert {name: getattr(made, name) for name in kept} == kept


def test_milestones_are_lines_with_weight_and_day(alice: Person, draft: Objective) -> None:
    lines = "Registered\nPapers sent | 2\nGranted | 2026-12-01\nUsed | 0.5 | 2026-12-20"
    send(alice, "/objectives/drafted/key-results/new", title="Licence", type="milestones", milestones=lines)

    steps = [(step.title, step.weight, step.due_on) for step in Milestone.objects.order_by("position")]

    assert steps == [
        ("Registered", 1, None),
        ("Papers sent", 2, None),
        ("Granted", 1, date(2026, 12, 1)),
        ("Used", 0.5, date(2026, 12, 20)),
    ]


def test_a_line_is_enough(alice: Person, draft: Objective) -> None:
    line = {"title": "Waits fall", "baseline": "21", "target": "7", "unit": "days", "due_on": "2026-11-30"}
    answer = send(alice, "/objectives/drafted/key-results", **line)

    made = KeyResult.objects.get()
    assert answer.headers["Location"] == "/objectives/drafted"
    assert (made.type, made.baseline, made.target, made.due_on) == ("metric", 21, 7, date(2026, 11, 30))


def test_a_title_alone_is_a_first_draft(alice: Person, draft: Objective) -> None:
    send(alice, "/objectives/drafted/key-results", title="Something about calm")

    assert KeyResult.objects.get().type == "open"


def test_unused_fields_are_not_kept(alice: Person, draft: Objective) -> None:
    send(alice, "/objectives/drafted/key-results/new", title="Done?", type="binary", baseline="3", levels="a\nb")

    made = KeyResult.objects.get()
    assert (made.baseline, made.levels) == (None, [])


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"title": ""}, "This field is required"),
        ({"title": "x" * 501}, "500"),
        ({"baseline": "7", "target": "7"}, "nothing would change"),
        ({"baseline": "seven"}, "is not a number"),
        ({"type": "range", "low": "8", "high": "2"}, "Exchange the two values"),
        ({"type": "rubric", "levels": "Only one"}, "at least two levels"),
        ({"type": "milestones", "milestones": ""}, "There is no milestone"),
        ({"type": "milestones", "milestones": "A | heavy"}, "is not a number"),
        ({"type": "milestones", "milestones": "A\n" * 101}, "are the most"),
        ({"type": "nonsense"}, "Select a valid choice"),
        ({"curve": "planned", "planned": "soon 3"}, "is not a day"),
        ({"weight": "140"}, "between 0 and 100"),
        ({"starts_on": "2026-12-01", "due_on": "2026-11-01"}, "due before it starts"),
        ({"owner": "nobody@example.org"}, "no such person"),
        ({"metric": "nowhere"}, "no metric"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    alice: Person, draft: Objective, typed: dict[str, str], told: str
) -> None:
    fields = {"title": "A key result", "type": "metric", "baseline": "21", "target": "7", "description": "Kept <b>"}
    answer = send(alice, "/objectives/drafted/key-results/new", **fields | typed)
    html = answer.content.decode()

    assert answer.status_code == 422
    assert told in text_of(html)
    assert "Kept &lt;b&gt;" in html
    assert not KeyResult.objects.exists()


def test_the_form_holds_every_field_for_who_has_no_script(alice: Person, draft: Objective) -> None:
    html = read(alice, "/objectives/drafted/key-results/new")

    for name in ("baseline", "target", "low", "high", "warning", "unit", "milestones", "levels", "metric", "planned"):
        assert f'name="{name}"' in html
    assert "hidden" not in re.findall(r'<div class="pair"[^>]*>', html)[0]


def test_saving_what_was_there_changes_nothing(alice: Person, draft: Objective) -> None:
    for typed, _ in MEASURES:
        made = a_key_result_of(alice, draft, typed)
        html = read(alice, f"/key-results/{made.ref}/edit")
        fields = {name: value for name, value in typed.items() if name != "type"}
        answer = send(
            alice, f"/key-results/{made.ref}/edit", title=made.title, type=made.type, version=made.version, **fields
        )
        assert answer.status_code == 302
        assert KeyResult.objects.get(pk=made.pk).version == made.version, typed
        assert 'name="version"' in html


def a_key_result_of(person: Person, objective: Objective, typed: dict[str, str]) -> KeyResult:
    send(person, f"/objectives/{objective.ref}/key-results/new", title=f"As {typed['type']}", **typed)
    return KeyResult.objects.order_by("-id")[0]


def test_a_frozen_measure_changes_with_a_reason_only(alice: Person, wait: KeyResult) -> None:
    fields = {"title": wait.title, "type": "metric", "baseline": "21", "target": "9", "unit": "days"}
    refused = send(alice, "/key-results/wait/edit", **fields)
    assert refused.status_code == 422
    assert "Write why it changes" in text_of(refused.content.decode())

    send(alice, "/key-results/wait/edit", reason="One nurse instead of two.", **fields)
    text = text_of(read(alice, "/key-results/wait"))

    assert TargetChange.objects.get().reason == "One nurse instead of two."
    assert "changed target 7 days 9 days" in text
    assert "Alice Adler" in text
    assert "Target changed" in text


def test_the_title_of_what_is_frozen_needs_no_reason(alice: Person, wait: KeyResult) -> None:
    fields = {"type": "metric", "baseline": "21", "target": "7", "unit": "days"}

    assert send(alice, "/key-results/wait/edit", title="Waits fall", **fields).status_code == 302
    assert KeyResult.objects.get(pk=wait.pk).title == "Waits fall"


def test_milestones_that_are_kept_keep_their_day(alice: Person, draft: Objective) -> None:
    typed = {"title": "Licence", "type": "milestones", "milestones": "Registered\nGranted"}
    send(alice, "/objectives/drafted/key-results/new", **typed)
    made = KeyResult.objects.get()
    says(alice, made, reached=[1], at=MONDAY)

    send(alice, f"/key-results/{made.ref}/edit", **typed | {"milestones": "Registered\nVisited\nGranted"})

    reached = dict(Milestone.objects.order_by("position").values_list("title", "reached_on"))
    assert reached == {"Registered": MONDAY.date(), "Visited": None, "Granted": None}


def test_a_lost_update_is_shown_beside_what_was_typed(alice: Person, bob: Person, wait: KeyResult) -> None:
    version = KeyResult.objects.get(pk=wait.pk).version
    changes = {"title": "Their title"}
    actions.change_key_result(by=bob, key_result=wait, version=version, at=MONDAY, changes=changes)
    fields = {"type": "metric", "baseline": "21", "target": "7", "unit": "days"}

    answer = send(alice, "/key-results/wait/edit", title="My title", version=version, **fields)
    html = answer.content.decode()

    assert answer.status_code == 409
    assert "My title" in html
    assert "Their title" in html
    assert KeyResult.objects.get(pk=wait.pk).title == "Their title"


def test_following_a_shared_metric_and_leaving_it_again(ada: Person, alice: Person, draft: Objective) -> None:
    metric = a_metric(ada, ref="waits")
    fields = {"title": "Waits", "type": "metric", "baseline": "21", "target": "7"}
    send(alice, "/objectives/drafted/key-results/new", metric="waits", **fields)
    made = KeyResult.objects.get()
    assert made.metric == metric

    send(alice, f"/key-results/{made.ref}/edit", metric="", **fields)

    made.refresh_from_db()
    assert made.metric is not None
    assert made.metric.ref is None


# --- archive, place, score ---


def test_it_goes_into_the_archive_and_comes_back(alice: Person, wait: KeyResult) -> None:
    answer = send(alice, "/key-results/wait/archiving")
    assert answer.headers["Location"] == "/objectives/waiting"
    assert Objective.objects.get(ref="waiting").progress is None
    assert "In the archive" in text_of(read(alice, "/key-results/wait"))

    send(alice, "/key-results/wait/restoration")

    assert Objective.objects.get(ref="waiting").progress == 0.5


def test_the_archive_can_be_undone_at_once(alice: Person, wait: KeyResult) -> None:
    page = visitor(alice).post("/key-results/wait/archiving", follow=True).content.decode()

    assert 'action="/key-results/wait/restoration"' in page


def test_it_moves_with_its_history(alice: Person, bob: Person, wait: KeyResult) -> None:
    an_objective(alice, wait.objective.cycle, ref="other", title="Another")
    an_objective(bob, wait.objective.cycle, ref="bobs", title="Of Bob, without a team")

    choices = read(alice, "/key-results/wait/place")
    assert 'value="other"' in choices
    assert 'value="bobs"' not in choices
    send(alice, "/key-results/wait/place", objective="other")

    assert KeyResult.objects.get(pk=wait.pk).objective.ref == "other"
    assert "A second line." in text_of(read(alice, "/key-results/wait"))
    assert send(alice, "/key-results/wait/place", objective="").status_code == 422
    assert send(alice, "/key-results/wait/place", objective="nowhere").status_code == 404


def test_both_scores_stand_where_it_was_revised(ada: Person, alice: Person, wait: KeyResult) -> None:
    actions.change_key_result(
        by=alice, key_result=wait, version=None, at=MONDAY, changes={"target": Decimal(14)}, reason="Half of it."
    )
    actions.begin_closing(by=ada, cycle=wait.objective.cycle, at=MONDAY)

    text = text_of(read(alice, "/key-results/wait"))
    assert "Against the revised measure 1.00, against the original one 0.50." in text

    refused = send(alice, "/key-results/wait/scores", score="0.7")
    assert refused.status_code == 422
    assert "Write why" in text_of(refused.content.decode())
    send(alice, "/key-results/wait/scores", score="0.7", reason="We know why.")

    assert Score.objects.get().given == 0.7
    assert "gave 0.70 , suggested 1.00, against the original measure 0.50" in text_of(read(alice, "/key-results/wait"))


def test_the_suggested_score_is_taken_when_none_is_given(ada: Person, alice: Person, wait: KeyResult) -> None:
    actions.begin_closing(by=ada, cycle=wait.objective.cycle, at=MONDAY)

    send(alice, "/key-results/wait/scores", score="")

    assert KeyResult.objects.get(pk=wait.pk).score == 0.5


def test_nothing_can_be_scored_out_of_bounds(ada: Person, alice: Person, wait: KeyResult) -> None:
    actions.begin_closing(by=ada, cycle=wait.objective.cycle, at=MONDAY)

    assert send(alice, "/key-results/wait/scores", score="1.5", reason="More!").status_code == 422
    assert send(alice, "/key-results/wait/scores", score="much").status_code == 422
