"""Metrics: the board, the page of one, readings that move every key result that follows."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from impactline.checkins import actions as checkins
from impactline.metrics import actions
from impactline.metrics.models import Metric, Reading
from impactline.okrs.actions import change_objective, create_priority
from impactline.okrs.models import KeyResult, Objective
from impactline.people.models import Person
from tests.scenes import a_key_result, a_metric, a_running_cycle, an_objective, moment
from tests.web.visits import MONDAY, queries, read, send, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
TODAY = MONDAY.date()
WAITS = "/metrics/waits"


@pytest.fixture
def waits(alice: Person) -> Metric:
    return a_metric(
        alice,
        name="Median wait",
        ref="waits",
        unit="days",
        better="lower",
        owner=alice,
        healthy_at_most=Decimal(10),
        source="Booking system",
        definition="The median of the *last* four weeks.",
        read_every_days=7,
    )


@pytest.fixture
def objective(ada: Person, bob: Person) -> Objective:
    return an_objective(bob, a_running_cycle(ada), ref="waiting")


def reads(person: Person, metric: Metric, value: object, day: date = TODAY, note: str = "") -> Reading:
    return checkins.read_metric(by=person, metric=metric, value=Decimal(str(value)), day=day, at=moment(day), note=note)


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\u00a0", " ")


# --- the board ---


def test_the_board_says_how_each_stands(alice: Person, waits: Metric, objective: Objective, bob: Person) -> None:
    a_key_result(bob, objective, metric=waits)
    reads(alice, waits, 14, date(2026, 11, 2))
    reads(alice, waits, "12.5", date(2026, 11, 6))

    html = read(alice, "/metrics")
    text = text_of(html)

    assert "Median wait" in text
    assert "12.5 days" in text
    assert "Too high" in text
    assert "Nov 6, 2026 3 days late" in text
    assert 'class="sparkline"' in html
    assert re.search(r'<td class="number followers">1</td>', html)


@pytest.mark.parametrize(("value", "word"), [(10, "Healthy"), ("10.1", "Too high"), (-4, "Too low"), (0, "Healthy")])
def test_the_bounds_of_the_range_are_healthy(ada: Person, value: object, word: str) -> None:
    metric = a_metric(ada, ref="m", healthy_at_least=Decimal(0), healthy_at_most=Decimal(10))
    reads(ada, metric, value)

    assert word in text_of(read(ada, "/metrics"))


def test_words_and_the_archive_choose_what_is_shown(alice: Person, waits: Metric) -> None:
    other = a_metric(alice, name="Recommendation", ref="nps")
    actions.archive_metric(by=alice, metric=other, at=MONDAY)

    assert "Recommendation" not in read(alice, "/metrics")
    assert "Recommendation" in read(alice, "/metrics?archived=1")
    assert "Median wait" in read(alice, "/metrics?q=booking")
    assert "Nothing fits" in read(alice, "/metrics?q=unheard")


def test_the_board_is_narrowed_by_who_answers_what_it_serves_and_how_it_stands(
    ada: Person, alice: Person, bob: Person, waits: Metric, objective: Objective
) -> None:
    access = create_priority(by=ada, title="Access", ref="access", at=MONDAY)
    change_objective(by=bob, objective=objective, version=None, at=MONDAY, changes={}, priorities=[access])
    a_key_result(bob, objective, metric=waits)
    reads(alice, waits, 14, date(2026, 11, 2))
    a_metric(bob, name="Recommendation", ref="nps", owner=bob)

    def names(query: str) -> set[str]:
        shown = read(alice, f"/metrics?{query}")
        return {name for name in ("Median wait", "Recommendation") if name in shown}

    assert names("state=unhealthy") == names("state=late") == names("priority=access") == {"Median wait"}
    assert names("state=unread") == names(f"owner={bob.email}") == {"Recommendation"}
    assert names("state=healthy") == names("team=nowhere") == set()
    assert "Show all" in read(alice, "/metrics?state=healthy")


def test_an_empty_board_says_what_a_metric_is_for(alice: Person, gil: Person) -> None:
    assert "Add the first" in read(alice, "/metrics")
    assert "Add the first" not in read(gil, "/metrics")


def test_the_board_asks_as_often_for_a_hundred_metrics_as_for_ten(alice: Person, bob: Person) -> None:
    def more(count: int) -> None:
        for number in range(count):
            reads(alice, a_metric(alice, name=f"Metric {number}", owner=alice), number)

    more(10)
    few = queries(alice, "/metrics")
    more(90)

    assert queries(alice, "/metrics") == few


# --- the page ---


def test_the_page_tells_what_it_is_and_who_follows(
    alice: Person, bob: Person, waits: Metric, objective: Objective
) -> None:
    a_key_result(bob, objective, title="Waits fall", metric=waits)
    reads(alice, waits, 14, note="After *the* holidays.")

    text = text_of(read(alice, WAITS))

    for words in (
        "Lower is better",
        "The median of the last four weeks.",
        "14 days",
        "Too high",
        "at most 10 days",
        "Booking system",
        "Waits fall",
        "50%",
        "After the holidays.",
        "Record a value",
    ):
        assert words in text, words


def test_key_results_that_one_may_not_see_are_neither_listed_nor_counted(
    alice: Person, bob: Person, waits: Metric, objective: Objective
) -> None:
    secret = an_objective(bob, objective.cycle, visibility="private")
    a_key_result(bob, secret, title="Secret", metric=waits)
    reads(alice, waits, 14)

    html = read(alice, WAITS)

    assert "Secret" not in html
    assert "Nothing follows it yet" in html
    assert '<td class="number followers">0</td>' in read(alice, "/metrics")


def test_an_earlier_day_is_shown_as_it_was_known(alice: Person, waits: Metric) -> None:
    reads(alice, waits, 20, date(2026, 10, 5))
    reads(alice, waits, 14)

    html = read(alice, f"{WAITS}?as_of=2026-10-20")

    assert "20 days" in text_of(html)
    assert "14" not in re.sub(r".*id=.history.", "", html, flags=re.DOTALL).split("</section>")[0]
    assert 'href="/metrics/waits">Back to today' in html
    assert f'action="{WAITS}/readings"' not in html


def test_the_value_explains_itself(alice: Person, waits: Metric) -> None:
    reads(alice, waits, 20, date(2026, 10, 5))
    reads(alice, waits, 14)

    today = text_of(read(alice, f"{WAITS}/explanations/value", fragment=True))
    then = text_of(read(alice, f"{WAITS}/days/2026-10-20/explanations/value", fragment=True))

    assert "14 days" in today
    assert "Booking system" in today
    assert "at most 10 days" in today
    assert "20 days" in then
    read(alice, f"{WAITS}/explanations/nonsense", status=404)


def test_the_page_asks_as_often_for_a_hundred_rows_as_for_ten(
    alice: Person, bob: Person, waits: Metric, objective: Objective
) -> None:
    def more(count: int) -> None:
        for number in range(count):
            reads(alice, waits, number)
            a_key_result(bob, objective, metric=waits)

    more(10)
    few = queries(alice, WAITS)
    more(40)

    assert queries(alice, WAITS) == few


# --- readings ---


def test_one_reading_moves_all_that_follow(alice: Person, bob: Person, waits: Metric, objective: Objective) -> None:
    for target in (7, 14):
        a_key_result(bob, objective, metric=waits, target=Decimal(target))

    answer = send(alice, f"{WAITS}/readings", value="14", note="Counted twice.")

    assert answer.headers["Location"] == WAITS
    assert list(KeyResult.objects.order_by("target").values_list("progress", flat=True)) == [0.5, 1.0]
    assert Objective.objects.get().progress == 0.75


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"value": ""}, "This field is required"),
        ({"value": "twelve"}, "is not a number"),
        ({"value": "12", "day": "2026-11-17"}, "still to come"),
        ({"value": "1" * 20}, "too large"),
    ],
)
def test_a_reading_that_cannot_be_is_told_and_kept(
    alice: Person, waits: Metric, typed: dict[str, str], told: str
) -> None:
    answer = send(alice, f"{WAITS}/readings", note="Kept", **typed)
    html = answer.content.decode()

    assert answer.status_code == 422
    assert told in text_of(html)
    assert "Kept" in html
    assert f'value="{typed["value"]}"' in html
    assert not Reading.objects.exists()


def test_a_reading_is_corrected_and_the_earlier_one_stays(alice: Person, waits: Metric) -> None:
    Person.objects.filter(pk=alice.pk).update(locale="de")
    reads(alice, waits, 12, note="In haste")

    form = read(alice, f"{WAITS}/readings/1", fragment=True)
    send(alice, f"{WAITS}/readings/1", value="12,5", day="2026-11-16")
    html = read(alice, WAITS)

    assert 'value="12"' in form
    assert re.search(r"<del>.*12 days: .*In haste.*</del>", html)
    assert "12,5" in html
    assert send(alice, f"{WAITS}/readings/1", value="13").status_code == 422
    assert send(alice, f"{WAITS}/readings/9", value="13").status_code == 404


def test_only_the_owner_and_administrators_read_it_out(
    ada: Person, bob: Person, charlie: Person, gil: Person, waits: Metric
) -> None:
    for person in (bob, charlie, gil):
        assert send(person, f"{WAITS}/readings", value="12").status_code == 403
        assert send(person, f"{WAITS}/readings", value="nonsense").status_code == 403
        read(person, f"{WAITS}/edit", status=403)
        assert f"{WAITS}/edit" not in read(person, WAITS)
    assert send(ada, f"{WAITS}/readings", value="12").status_code == 302


# --- writing ---


def test_a_metric_is_written(alice: Person, gil: Person) -> None:
    fields = {"name": "Calls answered", "unit": "%", "better": "higher", "healthy_at_least": "90", "ref": "calls"}

    answer = send(alice, "/metrics/new", owner="alice@example.org", read_every_days="7", **fields)

    made = Metric.objects.get(ref="calls")
    assert answer.headers["Location"] == "/metrics/calls"
    assert (made.name, made.owner, made.healthy_at_least, made.read_every_days) == ("Calls answered", alice, 90, 7)
    read(gil, "/metrics/new", status=403)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": ""}, "This field is required"),
        ({"healthy_at_least": "10", "healthy_at_most": "2"}, "ends below its start"),
        ({"read_every_days": "0"}, "greater than or equal to 1"),
        ({"better": "sideways"}, "Select a valid choice"),
        ({"ref": "two words"}, "is not a ref"),
    ],
)
def test_what_is_wrong_is_told(alice: Person, typed: dict[str, str], told: str) -> None:
    answer = send(alice, "/metrics/new", **{"name": "Calls", "better": "higher", "source": "Kept"} | typed)

    assert answer.status_code == 422
    assert told in text_of(answer.content.decode())
    assert "Kept" in answer.content.decode()


def test_saving_what_was_there_changes_nothing(alice: Person, waits: Metric) -> None:
    html = read(alice, f"{WAITS}/edit")
    fields = dict(re.findall(r'<input[^>]* name="([\w]+)"[^>]* value="([^"]*)"', html))
    fields |= {"name": waits.name, "definition": waits.definition, "better": "lower", "owner": "alice@example.org"}
    send(alice, f"{WAITS}/edit", **fields)

    assert Metric.objects.get(ref="waits").version == waits.version


def test_a_lost_update_is_shown_beside_what_was_typed(ada: Person, alice: Person, waits: Metric) -> None:
    actions.change_metric(by=ada, metric=waits, version=None, at=MONDAY, changes={"name": "Their name"})

    answer = send(alice, f"{WAITS}/edit", name="My name", better="lower", version=waits.version)
    html = answer.content.decode()

    assert answer.status_code == 409
    assert "My name" in html
    assert "Their name" in html


def test_it_goes_into_the_archive_and_comes_back(alice: Person, waits: Metric) -> None:
    page = visitor(alice).post(f"{WAITS}/archiving", follow=True).content.decode()
    assert f'action="{WAITS}/restoration"' in page
    assert "In the archive" in read(alice, WAITS)

    send(alice, f"{WAITS}/restoration")

    assert Metric.objects.get(ref="waits").archived_at is None
