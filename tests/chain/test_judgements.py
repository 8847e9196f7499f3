"""Judgements of outcomes: given for oneself or a group, refused, taken back; private ones stay private."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from impactline.base import kept_files
from impactline.base.errors import Faults, Forbidden, Invalid
from impactline.base.models import Event
from impactline.chain import actions, rubric
from impactline.chain.judgements import file_of, judgement_numbered, judgements_of
from impactline.chain.models import ChainItem, Judgement
from impactline.metrics.said import Link
from impactline.people.models import Person
from tests.cast import NOON
from tests.scenes import TODAY

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def outcome(alice: Person) -> ChainItem:
    return actions.create_item(by=alice, level="outcome", title="Patients are seen sooner", owner=alice, at=NOON)


def test_one_judges_in_a_level_in_words_with_what_shows_it(bob: Person, outcome: ChainItem) -> None:
    shown = [Link("", "https://example.org/a")]
    made = actions.judge(by=bob, outcome=outcome, level=" largely ", narrative="I see it.", evidence=shown, at=NOON)
    assert (made.person, made.by, made.day, made.level, made.rating, made.of) == (bob, bob, TODAY, "Largely", 3, 5)
    assert made.evidence == [{"title": "https://example.org/a", "url": "https://example.org/a"}]
    event = Event.objects.get(verb="chain_item.judged")
    assert (event.chain_item_id, event.data["added"]) == (outcome.pk, f"{bob.name}, Largely")


def test_one_judges_on_behalf_of_a_group_and_editors_write_down_what_others_say(
    alice: Person, bob: Person, charlie: Person, outcome: ChainItem
) -> None:
    group = actions.judge(by=charlie, outcome=outcome, level="In part", on_behalf_of=" Patients ", at=NOON)
    assert (group.person, group.on_behalf_of, group.by) == (None, "Patients", charlie)
    assert actions.judge(by=alice, outcome=outcome, level="Fully", person=bob, at=NOON).person == bob
    with pytest.raises(Forbidden):
        actions.judge(by=charlie, outcome=outcome, level="Fully", person=bob, at=NOON)


def test_a_file_bears_it_out_and_is_kept_as_long_as_the_judgement_stands(
    alice: Person, bob: Person, charlie: Person, outcome: ChainItem
) -> None:
    handed_in = [actions.HandedIn("C:\\letters\\may.pdf", PDF, "Letters of May")]
    made = actions.judge(by=bob, outcome=outcome, level="Largely", files=handed_in, at=NOON)
    assert actions.judge(by=bob, outcome=outcome, level="Largely", files=handed_in, at=NOON) == made
    name, digest = file_of(made, made.evidence[0]["digest"])
    assert (name, kept_files.kept(digest).read_bytes()) == ("may.pdf", PDF)
    with pytest.raises(Forbidden):
        actions.add_judgement_file(by=charlie, judgement=made, file=actions.HandedIn("b.pdf", PDF), at=NOON)
    later = timezone.now() + timedelta(days=2)
    actions.drop_unused_files(later)
    assert kept_files.kept(digest)
    actions.withdraw_judgement(by=bob, judgement=made, at=NOON)
    actions.drop_unused_files(later)
    assert kept_files.kept(digest) is None
    with pytest.raises(Faults, match="holds a PDF"):
        actions.judge(by=bob, outcome=outcome, level="Fully", files=[actions.HandedIn("a.png", PDF)], at=NOON)


def test_twice_is_as_once(bob: Person, outcome: ChainItem) -> None:
    for _ in range(2):
        actions.judge(by=bob, outcome=outcome, level="Largely", at=NOON)
    actions.judge(by=bob, outcome=outcome, level="Fully", at=NOON)
    assert [row.position for row in judgements_of(outcome)] == [1, 2]
    assert Event.objects.filter(verb="chain_item.judged").count() == 2


def test_everything_that_is_wrong_is_told_at_once(bob: Person, outcome: ChainItem) -> None:
    with pytest.raises(Faults) as refused:
        actions.judge(
            by=bob,
            outcome=outcome,
            level="Superb",
            narrative="x" * 20_001,
            day=TODAY + timedelta(days=1),
            person=bob,
            on_behalf_of="Patients",
            evidence=[Link("x" * 501, "http://example.org")],
            at=NOON,
        )
    assert {fault.field for fault in refused.value.faults} == {"level", "narrative", "day", "on_behalf_of", "evidence"}
    with pytest.raises(Faults, match="empty"):
        actions.judge(by=bob, outcome=outcome, narrative=" \u200b ", at=NOON)
    assert not Judgement.objects.exists()


def test_guests_judge_nothing_and_only_outcomes_are_judged(alice: Person, gil: Person, outcome: ChainItem) -> None:
    with pytest.raises(Forbidden):
        actions.judge(by=gil, outcome=outcome, level="Fully", at=NOON)
    output = actions.create_item(by=alice, level="output", title="Calls", at=NOON)
    with pytest.raises(Faults, match="Only an outcome"):
        actions.judge(by=alice, outcome=output, level="Fully", at=NOON)


def test_it_is_taken_back_by_whoever_gave_it_or_may_change_the_outcome(
    alice: Person, bob: Person, charlie: Person, outcome: ChainItem
) -> None:
    for number in (1, 2):
        actions.judge(by=bob, outcome=outcome, level="Fully", narrative=str(number), at=NOON)
    with pytest.raises(Forbidden):
        actions.withdraw_judgement(by=charlie, judgement=judgement_numbered(outcome, 1), at=NOON)
    gone = judgement_numbered(outcome, 1)
    for _ in range(2):
        actions.withdraw_judgement(by=bob, judgement=gone, at=NOON)
    actions.withdraw_judgement(by=alice, judgement=judgement_numbered(outcome, 2), at=NOON)
    assert not Judgement.objects.exists()
    assert Event.objects.filter(verb="chain_item.judgement_withdrawn").count() == 2


def test_an_outcome_has_a_rubric_of_its_own_and_earlier_judgements_keep_their_words(
    alice: Person, outcome: ChainItem
) -> None:
    actions.judge(by=alice, outcome=outcome, level="Fully", at=NOON)
    own = {"rubric": ["Worse", "Same", "Better"]}
    changed = actions.change_item(by=alice, item=outcome, version=None, at=NOON, changes=own)
    actions.judge(by=alice, outcome=changed, level="better", narrative="Now", at=NOON)
    assert [(row.level, row.rating, row.of) for row in judgements_of(outcome)] == [("Fully", 4, 5), ("Better", 2, 3)]
    usual = {"rubric": list(rubric.USUAL)}
    assert actions.change_item(by=alice, item=changed, version=None, at=NOON, changes=usual).rubric == []


@pytest.mark.parametrize("levels", [["One"], ["a", "A"], ["a", ""], [str(at) for at in range(11)], ["a", "x" * 101]])
def test_a_rubric_that_cannot_be_used_is_refused(alice: Person, outcome: ChainItem, levels: list[str]) -> None:
    with pytest.raises(Invalid):
        rubric.checked(levels)
    with pytest.raises(Faults):
        actions.change_item(by=alice, item=outcome, version=None, at=NOON, changes={"rubric": levels})


def test_only_outcomes_have_a_rubric(alice: Person) -> None:
    with pytest.raises(Faults):
        actions.create_item(by=alice, level="output", title="Calls", rubric=["a", "b"], at=NOON)


@pytest.mark.parametrize(
    "broken",
    [
        {"level": "", "rating": None, "of": None, "narrative": ""},
        {"level": "Fully", "rating": None, "of": None},
        {"level": "Fully", "rating": 5, "of": 5},
        {"level": "Fully", "rating": 0, "of": 1},
        {"on_behalf_of": "Patients"},
        {"position": 1},
    ],
)
def test_the_database_refuses_a_judgement_that_says_nothing_or_has_two_voices(
    bob: Person, outcome: ChainItem, broken: dict[str, object]
) -> None:
    actions.judge(by=bob, outcome=outcome, level="Fully", at=NOON)
    whole = {"item": outcome, "day": TODAY, "person": bob, "level": "Fully", "rating": 4, "of": 5, "position": 2}
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.create(**{**whole, "recorded_at": NOON, **broken})
