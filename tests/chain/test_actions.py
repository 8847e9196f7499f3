"""Changes to the chain: they work, they are refused, strangers find nothing of what is private, twice is as once."""

import itertools
import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from impactline.base.errors import Conflict, Faults, Forbidden, Invalid, NotFound, Refusal
from impactline.base.models import Event
from impactline.chain import actions
from impactline.chain.models import Assumption, ChainItem, Dependency, Evidence, Link, Report
from impactline.chain.visibility import chain_item_for, items_visible_to, link_for, links_visible_to
from impactline.okrs.audience import News, news_of
from tests.cast import NOON
from tests.checkins.test_concurrency import at_once
from tests.scenes import TODAY, a_metric

LATER = NOON + timedelta(days=1)


def an(level, by, title="", **details):
    """An item of whoever makes it."""
    return actions.create_item(by=by, level=level, **{"title": title or level, "owner": by, "at": NOON} | details)


def last_event():
    return Event.objects.order_by("-pk").first()


@pytest.mark.django_db
class TestItems:
    def test_one_is_made_with_what_its_level_has(self, alice, care):
        made = an("activity", alice, "Run triage", effort_hours=Decimal(120), cost=Decimal(8000), shared_with=[care])
        assert (made.ref, made.state, made.position, list(made.shared_with.all())) == ("run-triage", "draft", 1, [care])
        assert (last_event().verb, last_event().chain_item_id) == ("chain_item.created", made.pk)

    def test_everything_that_is_wrong_is_told_at_once(self, alice):
        with pytest.raises(Faults) as refused:
            an(
                "output",
                alice,
                planned=Decimal(-1),
                cost=Decimal(1),
                state="odd",
                starts_on=TODAY,
                due_on=NOON.date() - timedelta(1),
            )
        assert {fault.field for fault in refused.value.faults} == {"planned", "cost", "state", "due_on"}
        assert not ChainItem.objects.exists()

    def test_a_level_that_there_is_not_is_refused(self, alice):
        with pytest.raises(Invalid):
            an("result", alice)

    def test_guests_make_nothing(self, gil):
        with pytest.raises(Forbidden):
            an("input", gil)

    def test_what_is_done_has_ended_today_and_goes_on_again(self, alice):
        made = an("activity", alice)
        done = actions.change_item(by=alice, item=made, version=None, at=NOON, changes={"state": "done"})
        assert done.ended_on == TODAY
        again = actions.change_item(by=alice, item=made, version=None, at=NOON, changes={"state": "active"})
        assert again.ended_on is None

    def test_its_team_may_change_it_and_strangers_may_not(self, alice, bob, charlie, care):
        made = an("activity", alice, team=care)
        actions.change_item(by=bob, item=made, version=None, at=NOON, changes={"title": "Hire"})
        with pytest.raises(Forbidden):
            actions.change_item(by=charlie, item=made, version=None, at=NOON, changes={"title": "Fire"})

    def test_a_lost_update_is_refused_and_twice_is_as_once(self, alice):
        made = an("activity", alice)
        for _ in range(2):
            actions.change_item(by=alice, item=made, version=None, at=NOON, changes={"title": "Hire"})
        assert Event.objects.filter(verb="chain_item.edited").count() == 1
        with pytest.raises(Conflict):
            actions.change_item(by=alice, item=made, version=1, at=NOON, changes={"title": "Fire"})

    def test_items_are_archived_and_come_back(self, alice):
        made = an("output", alice)
        assert actions.archive_item(by=alice, item=made, at=NOON).archived_at == NOON
        assert actions.restore_item(by=alice, item=made, at=NOON).archived_at is None

    def test_items_move_among_their_like(self, alice):
        one, two = an("output", alice, "One"), an("output", alice, "Two")
        actions.move_item(by=alice, item=two, after=None, at=NOON)
        assert list(ChainItem.objects.values_list("title", flat=True)) == ["Two", "One"]
        with pytest.raises(Invalid):
            actions.move_item(by=alice, item=one, after=an("outcome", alice), at=NOON)

    def test_charlie_finds_nothing_of_what_is_private_until_he_is_invited(self, ada, alice, charlie):
        made = an("activity", alice, visibility="private")
        with pytest.raises(NotFound):
            chain_item_for(charlie, made.ref)
        assert news_of([last_event()]) == [News("chain_item", made.ref, frozenset({alice.pk}))]
        actions.invite_item_viewers(by=alice, item=made, people=[charlie], at=NOON)
        assert chain_item_for(charlie, made.ref) == made
        with pytest.raises(NotFound):
            chain_item_for(ada, made.ref)

    def test_an_administrator_breaks_the_glass_for_a_reason(self, ada, alice, bob):
        from django.utils import timezone

        made = an("activity", alice, visibility="private")
        with pytest.raises(Forbidden):
            actions.break_item_glass(by=bob, item=made, reason="Curious", at=timezone.now())
        actions.break_item_glass(by=ada, item=made, reason="Audit", at=timezone.now())
        assert chain_item_for(ada, made.ref) == made


@pytest.mark.django_db
class TestReports:
    @pytest.mark.parametrize(
        ("level", "field", "value"), [("activity", "progress", 0.5), ("output", "delivered", 120), ("input", "used", 2)]
    )
    def test_the_newest_day_is_kept_with_the_item(self, alice, level, field, value):
        made = an(level, alice)
        actions.report(by=alice, item=made, value=Decimal(str(value)), at=NOON)
        actions.report(by=alice, item=made, value=Decimal("0.1"), at=NOON, day=TODAY - timedelta(days=3))
        assert getattr(ChainItem.objects.get(), field) == value
        assert Report.objects.count() == 2

    def test_twice_is_as_once_and_another_value_takes_its_place(self, alice):
        made = an("output", alice)
        for value in (100, 100, 90):
            actions.report(by=alice, item=made, value=Decimal(value), at=NOON)
        assert (ChainItem.objects.get().delivered, Report.objects.count()) == (90, 2)

    @pytest.mark.parametrize("value", ["-1", "1.5", "NaN"])
    def test_what_cannot_be_is_refused(self, alice, value):
        with pytest.raises(Invalid):
            actions.report(by=alice, item=an("activity", alice), value=Decimal(value), at=NOON)

    def test_tomorrow_and_outcomes_are_not_reported(self, alice):
        with pytest.raises(Invalid):
            actions.report(by=alice, item=an("output", alice), value=Decimal(1), at=NOON, day=TODAY + timedelta(days=1))
        with pytest.raises(Invalid):
            actions.report(by=alice, item=an("outcome", alice), value=Decimal(1), at=NOON)


@pytest.mark.django_db
class TestLinks:
    def test_the_levels_give_the_kind_and_both_ends_are_told(self, alice):
        one, other = an("output", alice), an("outcome", alice)
        made = actions.link(by=alice, source=one, target=other, at=NOON, lag_days=14, confidence=0.6)
        assert (made.kind, made.lag_days, made.confidence, made.evidence) == ("contributes_to", 14, 0.6, "untested")
        assert set(news_of([last_event()])) == {News("chain_item", "output"), News("chain_item", "outcome")}

    @pytest.mark.parametrize(
        ("source", "target"),
        [("outcome", "output"), ("input", "outcome"), ("activity", "activity"), ("impact", "impact")],
    )
    def test_levels_that_do_not_follow_are_refused(self, alice, source, target):
        with pytest.raises(Invalid):
            actions.link(by=alice, source=an(source, alice, "One"), target=an(target, alice, "Two"), at=NOON)

    def test_nothing_leads_to_itself_nor_back_but_by_enabling(self, alice):
        items = [an("outcome", alice, title) for title in ("One", "Two", "Three")]
        for lower, upper in itertools.pairwise(items):
            actions.link(by=alice, source=lower, target=upper, at=NOON)
        for source, target in ((items[0], items[0]), (items[2], items[0])):
            with pytest.raises(Invalid):
                actions.link(by=alice, source=source, target=target, at=NOON)
        activity, output = an("activity", alice), an("output", alice)
        actions.link(by=alice, source=activity, target=output, at=NOON)
        actions.link(by=alice, source=output, target=items[0], at=NOON)
        assert actions.link(by=alice, source=items[2], target=activity, at=NOON).kind == "enables"

    def test_twice_is_as_once_and_what_is_said_changes(self, alice):
        one, other = an("activity", alice), an("output", alice)
        for _ in range(2):
            actions.link(by=alice, source=one, target=other, at=NOON, rationale="Because")
        assert (Link.objects.count(), Event.objects.filter(verb="chain_item.linked").count()) == (1, 1)
        actions.link(by=alice, source=one, target=other, at=NOON, rationale="Even so")
        assert Link.objects.get().rationale == "Even so"

    def test_an_effect_names_a_shared_metric_and_a_change(self, alice):
        made = actions.link(by=alice, source=an("output", alice), target=an("outcome", alice), at=NOON)
        changes = {"effect_metric": a_metric(alice), "effect_change": Decimal(-6)}
        done = actions.change_link(by=alice, link=made, version=None, at=NOON, changes=changes)
        assert (done.effect_change, done.effect_per) == (-6, 1)
        for wrong in ({"effect_metric": None}, {"lag_days": 4000}, {"confidence": 1.5}, {"evidence": "sure"}):
            with pytest.raises(Refusal):
                actions.change_link(by=alice, link=made, version=None, at=NOON, changes=wrong)

    def test_a_link_is_seen_with_both_its_ends(self, alice, charlie):
        one, other = an("activity", alice), an("output", alice, visibility="private")
        actions.link(by=alice, source=one, target=other, at=NOON)
        assert news_of([last_event()])[0].audience == frozenset({alice.pk})
        assert list(items_visible_to(charlie)) == [one]
        assert not links_visible_to(charlie).exists()
        with pytest.raises(NotFound):
            link_for(charlie, one.ref, other.ref)

    def test_strangers_to_both_ends_link_nothing_and_an_end_of_ones_own_is_enough(self, alice, bob, charlie):
        one, other = an("activity", alice), an("output", bob)
        with pytest.raises(Forbidden):
            actions.link(by=charlie, source=one, target=other, at=NOON)
        actions.link(by=bob, source=one, target=other, at=NOON)
        actions.unlink(by=alice, source=one, target=other, at=NOON)
        actions.unlink(by=alice, source=one, target=other, at=NOON)
        assert Event.objects.filter(verb="chain_item.unlinked").count() == 1


@pytest.mark.django_db
class TestGrounds:
    def test_assumptions_stand_on_a_link_or_an_item(self, alice):
        made = actions.link(by=alice, source=an("output", alice), target=an("outcome", alice), at=NOON)
        for on in (made, made.source):
            actions.assume(by=alice, on=on, text="Callers follow the advice", at=NOON, importance="high")
        first = Assumption.objects.order_by("pk").first()
        done = actions.change_assumption(by=alice, assumption=first, version=None, at=NOON, changes={"state": "failed"})
        assert done.state == "failed"
        actions.remove_assumption(by=alice, assumption=first, at=NOON)
        assert Assumption.objects.count() == 1

    def test_a_threshold_needs_its_metric_and_strangers_assume_nothing(self, alice, charlie):
        made = an("outcome", alice)
        with pytest.raises(Faults):
            actions.assume(by=alice, on=made, text="It holds", at=NOON, at_least=Decimal(3))
        with pytest.raises(Forbidden):
            actions.assume(by=charlie, on=made, text="It holds", at=NOON)

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.org", "https://", "http://a b.org", "//a.org"])
    def test_evidence_has_a_web_address(self, alice, url):
        with pytest.raises(Invalid):
            actions.add_evidence(by=alice, on=an("output", alice), title="Proof", url=url, at=NOON)

    def test_the_same_evidence_twice_is_as_once(self, alice):
        made = an("output", alice)
        for _ in range(2):
            found = actions.add_evidence(by=alice, on=made, title="List", url="https://a.org/list", at=NOON)
        actions.remove_evidence(by=alice, evidence=found, at=NOON)
        assert not Evidence.objects.exists()
        assert Event.objects.filter(verb="chain_item.evidence_changed").count() == 2


@pytest.mark.django_db
class TestDependencies:
    def test_an_activity_waits_for_activities_and_outputs_and_never_in_a_circle(self, alice):
        first, second = an("activity", alice, "First"), an("activity", alice, "Second")
        for _ in range(2):
            actions.wait(by=alice, activity=second, after=first, at=NOON)
        assert Dependency.objects.count() == 1
        with pytest.raises(Invalid):
            actions.wait(by=alice, activity=first, after=second, at=NOON)
        output = an("output", alice)
        actions.link(by=alice, source=second, target=output, at=NOON)
        with pytest.raises(Invalid):
            actions.wait(by=alice, activity=first, after=output, at=NOON)
        with pytest.raises(Invalid):
            actions.wait(by=alice, activity=first, after=an("outcome", alice), at=NOON)
        actions.end_wait(by=alice, activity=second, after=first, at=NOON)
        assert not Dependency.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_links_at_once_never_close_a_circle(alice):
    one, other = an("outcome", alice, "One"), an("outcome", alice, "Two")
    both = threading.Barrier(2)

    def linked(source, target):
        both.wait()
        try:
            actions.link(by=alice, source=source, target=target, at=NOON)
        except Invalid:
            pass
        finally:
            connection.close()

    for _ in range(5):
        threads = [threading.Thread(target=linked, args=pair) for pair in ((one, other), (other, one))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Link.objects.count() == 1
        Link.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_items_of_a_level_moved_at_once_never_wait_for_each_other_in_a_ring(alice, monkeypatch):
    monkeypatch.setattr("impactline.base.transactions.TRIES", 1)  # a deadlock would be told, not tried again
    items = [an("output", alice, f"Output {at}") for at in range(6)]
    moves = [(item, other) for item in items[:3] for other in (None, items[5])]

    def moved(item, after):
        return lambda: actions.move_item(by=alice, item=item, after=after, at=NOON)

    for _ in range(5):
        assert at_once([moved(*pair) for pair in moves]) == []
        assert sorted(ChainItem.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"level": "result"},
        {"sublevel": "immediate"},
        {"state": "odd"},
        {"visibility": "secret"},
        {"kind": "people"},
        {"amount": 1},
        {"progress": 0.5},
        {"delivered": -1},
        {"planned": -1},
        {"starts_on": date(2026, 2, 1), "due_on": date(2026, 1, 1)},
        {"ended_on": date(2026, 1, 1)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_database_refuses_an_output_that_cannot_be(alice, wrong):
    made = an("output", alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChainItem.objects.filter(pk=made.pk).update(**wrong)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "causes"},
        {"evidence": "sure"},
        {"confidence": 2},
        {"effect_change": 1},
        {"lag_days": 99_999},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_database_refuses_a_link_that_cannot_be(alice, wrong):
    made = actions.link(by=alice, source=an("output", alice), target=an("outcome", alice), at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.filter(pk=made.pk).update(**wrong)
