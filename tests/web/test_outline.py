"""The outline as the server answers it: what each act does, what is refused, and that nothing is lost."""

import re

import pytest

from impactline.okrs import actions
from impactline.okrs.models import Alignment, Cycle, KeyResult, Objective
from impactline.okrs.queries import Line
from impactline.people.models import Person, Team
from impactline.web.outline import OBJECTIVES_A_PAGE, Tree
from tests.scenes import a_key_result, a_running_cycle, an_objective, says
from tests.web.visits import MONDAY, queries, read, send, untold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
HERE = "/cycles/2026-Q4/outline"


@pytest.fixture
def cycle(ada: Person) -> Cycle:
    return a_running_cycle(ada, ref="2026-Q4")


@pytest.fixture
def tree(alice: Person, cycle: Cycle) -> Cycle:
    """a with key results a1 and a2, b beneath a, then c and d."""
    made = {ref: an_objective(alice, cycle, ref.upper(), ref=ref) for ref in ("a", "b", "c", "d")}
    for ref in ("a1", "a2"):
        a_key_result(alice, made["a"], ref.upper(), ref=ref)
    actions.align(by=alice, child=made["b"], parent=made["a"], at=MONDAY)
    return cycle


def lines(text: str) -> list[str]:
    """The lines as "  a1": two spaces for each level."""
    found = re.findall(r'data-ref="([^"]+)"[^>]*aria-level="(\d+)"', text)
    return [f"{'  ' * (int(level) - 1)}{ref}" for ref, level in found]


def does(person: Person, act: str, *, status: int = 200, **fields: str) -> str:
    answer = send(person, HERE, fragment=True, act=act, **fields)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_outline_shows_key_results_before_what_serves(alice: Person, tree: Cycle) -> None:
    text = read(alice, HERE)

    assert lines(text) == ["a", "  a1", "  a2", "  b", "c", "d"]
    assert 'data-outline-url="/cycles/2026-Q4/outline"' in text
    assert re.search(r'data-ref="b"[^>]*aria-posinset="3" aria-setsize="3"', text)
    assert re.search(r'data-ref="a"[^>]*aria-posinset="1" aria-setsize="3" aria-expanded="true"', text)


def test_every_act_is_answered_with_the_outline_alone(alice: Person, tree: Cycle) -> None:
    text = does(alice, "move_up", ref="d")

    assert text.lstrip().startswith("<table")
    assert lines(text) == ["a", "  a1", "  a2", "  b", "d", "c"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["a", "  a1", "  a2", "  b", "c", "d", "fresh"]),
        ({"after": "a"}, ["a", "  a1", "  a2", "  b", "fresh", "c", "d"]),
        ({"after": "b"}, ["a", "  a1", "  a2", "  b", "  fresh", "c", "d"]),
        ({"after": "a1"}, ["a", "  a1", "  fresh", "  a2", "  b", "c", "d"]),
        ({"under": "a"}, ["a", "  fresh", "  a1", "  a2", "  b", "c", "d"]),
        ({"under": "a2"}, ["a", "  a1", "  a2", "  fresh", "  b", "c", "d"]),
        ({"under": "c"}, ["a", "  a1", "  a2", "  b", "c", "  fresh", "d"]),
    ],
)
def test_a_line_is_added_where_it_was_typed(
    alice: Person, tree: Cycle, fields: dict[str, str], expected: list[str]
) -> None:
    text = does(alice, "add", title="Fresh", **fields)

    assert lines(text) == expected
    assert 'data-focus="fresh"' in text


def test_a_plain_line_gets_its_measure(alice: Person, tree: Cycle) -> None:
    does(alice, "add", title="Median wait falls from 21 to 7 days", under="c")
    does(alice, "add", title="A survey that people finish", under="c")

    assert list(KeyResult.objects.filter(objective__ref="c").values_list("type", "unit")) == [
        ("open", ""),
        ("metric", "days"),
    ]


@pytest.mark.parametrize(
    ("act", "ref", "expected"),
    [
        ("indent", "c", ["a", "  a1", "  a2", "  b", "  c", "d"]),
        ("indent", "d", ["a", "  a1", "  a2", "  b", "c", "  d"]),
        ("outdent", "b", ["a", "  a1", "  a2", "b", "c", "d"]),
        ("move_up", "c", ["c", "a", "  a1", "  a2", "  b", "d"]),
        ("move_down", "a", ["c", "a", "  a1", "  a2", "  b", "d"]),
        ("move_up", "a2", ["a", "  a2", "  a1", "  b", "c", "d"]),
        ("move_down", "a1", ["a", "  a2", "  a1", "  b", "c", "d"]),
        ("archive", "a", ["b", "c", "d"]),
        ("archive", "a1", ["a", "  a2", "  b", "c", "d"]),
    ],
)
def test_an_act_moves_a_line(alice: Person, tree: Cycle, act: str, ref: str, expected: list[str]) -> None:
    assert lines(does(alice, act, ref=ref)) == expected


@pytest.mark.parametrize(
    ("act", "ref", "back"),
    [
        ("indent", "c", ["outdent"]),
        ("indent", "d", ["outdent"]),
        ("outdent", "b", ["indent"]),
        ("move_up", "c", ["move_down"]),
        ("move_down", "a1", ["move_up"]),
        ("archive", "a", ["restore"]),
        ("archive", "a2", ["restore"]),
    ],
)
def test_an_act_and_its_way_back_leave_all_as_it_was(
    alice: Person, tree: Cycle, act: str, ref: str, back: list[str]
) -> None:
    before = lines(read(alice, HERE))
    does(alice, act, ref=ref)

    for step in back:
        does(alice, step, ref=ref)

    assert lines(read(alice, HERE)) == before


def test_a_deep_line_moves_up_one_level_at_a_time(alice: Person, tree: Cycle) -> None:
    does(alice, "indent", ref="c")
    assert lines(does(alice, "indent", ref="c")) == ["a", "  a1", "  a2", "  b", "    c", "d"]
    assert Alignment.objects.get(child__ref="c").parent.ref == "b"

    assert lines(does(alice, "outdent", ref="c")) == ["a", "  a1", "  a2", "  b", "  c", "d"]
    assert lines(does(alice, "outdent", ref="c")) == ["a", "  a1", "  a2", "  b", "c", "d"]
    assert not Alignment.objects.filter(child__ref="c").exists()


def test_what_only_supports_goes_on_supporting(alice: Person, tree: Cycle) -> None:
    c, d = Objective.objects.get(ref="c"), Objective.objects.get(ref="d")
    actions.align(by=alice, child=d, parent=c, kind="supports", at=MONDAY)
    does(alice, "indent", ref="c")

    does(alice, "outdent", ref="d")

    tie = Alignment.objects.get(child=d)
    assert (tie.parent.ref, tie.kind) == ("a", "supports")


@pytest.mark.parametrize(
    ("act", "ref", "words"),
    [
        ("indent", "a", "no objective above it"),
        ("indent", "b", "no objective above it"),
        ("outdent", "c", "serves no other objective"),
        ("indent", "a2", "A key result stays in its objective."),
        ("outdent", "a1", "A key result stays in its objective."),
        ("move_up", "a1", "cannot be moved further"),
        ("move_down", "a2", "cannot be moved further"),
        ("move_up", "b", "cannot be moved further"),
        ("move_down", "d", "cannot be moved further"),
        ("explode", "a", "no such act"),
    ],
)
def test_what_cannot_be_is_refused_in_words(alice: Person, tree: Cycle, act: str, ref: str, words: str) -> None:
    before = lines(read(alice, HERE))

    assert words in does(alice, act, ref=ref, status=422)
    assert lines(read(alice, HERE)) == before


def test_a_fixed_share_is_not_lost_in_passing(alice: Person, tree: Cycle) -> None:
    a, b, c = (Objective.objects.get(ref=ref) for ref in "abc")
    actions.align(by=alice, child=c, parent=a, at=MONDAY)
    actions.align(by=alice, child=b, parent=a, at=MONDAY, weight=40.0)

    assert "with a fixed share" in does(alice, "outdent", ref="b", status=422)
    assert Alignment.objects.get(child=b).weight == 40.0


def test_words_are_changed(alice: Person, tree: Cycle) -> None:
    does(alice, "rename", ref="a", title="Better", version=str(Objective.objects.get(ref="a").version))
    does(alice, "rename", ref="a1", title="Sharper", version=str(KeyResult.objects.get(ref="a1").version))

    assert Objective.objects.get(ref="a").title == "Better"
    assert KeyResult.objects.get(ref="a1").title == "Sharper"
    does(alice, "rename", ref="a", title="  ", status=422)


def test_a_lost_update_tells_both_versions(ada: Person, alice: Person, tree: Cycle) -> None:
    version = str(Objective.objects.get(ref="a").version)
    does(ada, "rename", ref="a", title="Hers", version=version)

    text = does(alice, "rename", ref="a", title="His", version=version, status=409)

    assert "it now says “Hers”" in text
    assert "You typed “His”" in text
    assert Objective.objects.get(ref="a").title == "Hers"


def test_a_refused_act_leaves_nothing(alice: Person, tree: Cycle) -> None:
    does(alice, "add", title="x" * 501, under="a", status=422)
    does(alice, "add", title="Fresh", after="nothing", status=404)

    assert KeyResult.objects.count() == 2
    assert Objective.objects.count() == 4


def test_those_who_may_not_write_read(charlie: Person, gil: Person, tree: Cycle) -> None:
    assert "data-outline-url" not in read(gil, HERE)
    assert "aria-readonly" in read(gil, HERE)
    does(gil, "add", title="Fresh", status=403)
    does(charlie, "rename", ref="a", title="Mine", status=403)
    does(charlie, "add", title="Fresh", under="a", status=403)


def test_without_script_a_form_adds_and_the_page_returns(alice: Person, cycle: Cycle) -> None:
    answer = send(alice, HERE, act="add", title="Nobody waits in pain")

    assert answer.headers["Location"] == HERE
    assert Objective.objects.get().title == "Nobody waits in pain"
    assert "<noscript>" in read(alice, HERE)


def test_a_new_objective_has_an_owner_and_the_team_of_its_neighbour(alice: Person, care: Team, cycle: Cycle) -> None:
    an_objective(alice, cycle, ref="a", team=care)

    does(alice, "add", title="Fresh", after="a")

    made = Objective.objects.get(ref="fresh")
    assert (made.owner, made.team) == (alice, care)


def test_nothing_hidden_shows(alice: Person, charlie: Person, tree: Cycle) -> None:
    before = untold(read(charlie, HERE))
    secret = an_objective(alice, tree, "Secret", ref="secret", visibility="private")
    actions.align(by=alice, child=Objective.objects.get(ref="d"), parent=secret, at=MONDAY)
    actions.align(by=alice, child=secret, parent=Objective.objects.get(ref="c"), at=MONDAY)
    actions.move_objective(by=alice, objective=secret, after=None, at=MONDAY)

    assert untold(read(charlie, HERE)) == before
    assert lines(read(alice, HERE)) == ["a", "  a1", "  a2", "  b", "c", "  secret", "    d"]
    does(charlie, "rename", ref="secret", title="Mine", status=404)


def test_the_outline_asks_as_often_for_many_lines_as_for_few(alice: Person, tree: Cycle) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            child = an_objective(alice, tree)
            says(alice, a_key_result(alice, child), 14, at=MONDAY)
            actions.align(by=alice, child=child, parent=Objective.objects.get(ref="b"), at=MONDAY)

    add(1)
    few = queries(alice, HERE)
    add(8)

    assert queries(alice, HERE) == few


def line(number: int) -> Line:
    return Line(number, str(number), "", "", None, None, None, None, None, None, None, None, "", None, settled=True)


def test_long_outlines_come_in_pages_that_repeat_what_is_above() -> None:
    inside = [(2, 1), *((number, 2) for number in range(3, OBJECTIVES_A_PAGE + 11))]
    tree = Tree([line(number) for number in range(1, OBJECTIVES_A_PAGE + 21)], inside)

    first, second = tree.pages()

    assert len(first) == OBJECTIVES_A_PAGE
    assert first[:3] == [(1, 1), (2, 2), (3, 3)]
    assert second[:3] == [(1, 1), (2, 2), (3, OBJECTIVES_A_PAGE + 1)]
    assert second[-1] == (1, OBJECTIVES_A_PAGE + 20)
    assert Tree([], []).pages() == [[]]


def test_an_objective_of_several_stands_beneath_the_first_it_contributes_to() -> None:
    tree = Tree([line(number) for number in (1, 2, 3)], [(3, 2), (3, 1), (3, 99)])

    assert tree.parent == {3: 2}
    assert tree.branch(2) == [(1, 2), (2, 3)]


def test_a_line_that_somebody_archived_meanwhile_is_refused_with_what_was_typed(alice: Person, cycle: Cycle) -> None:
    objective = an_objective(alice, cycle, "Theirs", ref="theirs")
    actions.archive_objective(by=alice, objective=objective, at=MONDAY)
    here = f"/cycles/{cycle.ref}/outline"
    for asked in (
        {"act": "rename", "ref": "theirs"},
        {"act": "add", "under": "theirs"},
        {"act": "add", "after": "theirs"},
    ):
        gone = send(alice, here, fragment=True, title="Mine", **asked)
        assert gone.status_code == 422
        assert "“Theirs” was archived meanwhile" in gone.content.decode()
        assert "You typed “Mine”" in gone.content.decode()
    assert Objective.objects.get().title == "Theirs"
    assert not KeyResult.objects.exists()
