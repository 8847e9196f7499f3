"""What happens when: each routine once for its occasion."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from impactline import worker
from impactline.base.models import Event, Reply, Run
from impactline.okrs.actions.policies import change_policies
from impactline.okrs.models import Objective
from impactline.okrs.policy import Policy
from impactline.people import actions
from impactline.people.models import Organisation, Person
from impactline.routines import ROUTINES, Routine, due, each_day, each_hour, tidy
from impactline.worker import step
from tests.cast import NOON
from tests.scenes import a_key_result, a_running_cycle, an_objective, says

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moments at which the only routine ran; it is due every hour."""
    ran: list[datetime] = []
    monkeypatch.setattr(worker, "ROUTINES", (Routine("count", "Counts.", each_hour, ran.append),))
    return ran


def test_a_routine_runs_once_for_its_occasion_also_after_a_restart(counted: list[datetime]):
    for minutes in (0, 1, 59, 60, 61, 180):
        step(NOON + timedelta(minutes=minutes), {})
    assert counted == [NOON, NOON + HOUR, NOON + 3 * HOUR]


def test_a_routine_that_fails_is_tried_again_later_and_holds_up_no_other(monkeypatch: pytest.MonkeyPatch):
    ran: list[str] = []

    def fails(now: datetime) -> None:
        ran.append("fails")
        raise RuntimeError

    routines = (
        Routine("fails", "Fails.", each_hour, fails),
        Routine("works", "Works.", each_hour, lambda now: ran.append("works")),
    )
    monkeypatch.setattr(worker, "ROUTINES", routines)
    later: worker.Later = {}
    for second in range(4):
        step(NOON + timedelta(seconds=second), later)
    assert ran == ["fails", "works", "fails"]
    assert [run.name for run in Run.objects.all()] == ["works"]


@pytest.mark.parametrize(
    ("timezone_name", "moment", "day"),
    [
        ("UTC", datetime(2026, 10, 12, 23, 59, tzinfo=UTC), "2026-10-12"),
        ("Europe/Berlin", datetime(2026, 10, 12, 21, 59, tzinfo=UTC), "2026-10-12"),
        ("Europe/Berlin", datetime(2026, 10, 12, 22, 0, tzinfo=UTC), "2026-10-13"),
        ("Pacific/Auckland", datetime(2026, 10, 12, 11, 0, tzinfo=UTC), "2026-10-13"),
        ("America/Los_Angeles", datetime(2026, 10, 13, 6, 59, tzinfo=UTC), "2026-10-12"),
    ],
)
def test_a_day_changes_where_the_organisation_is(
    organisation: Organisation, timezone_name: str, moment: datetime, day: str
):
    Organisation.objects.update(timezone=timezone_name)
    assert each_day(moment) == day


def test_before_set_up_routines_do_no_harm():
    step(NOON, {})
    assert {run.name for run in Run.objects.all()} == {routine.name for routine in ROUTINES}
    assert due(ROUTINES, NOON) == []


def test_when_the_day_changes_all_figures_follow(alice: Person, ada: Person):
    objective = an_objective(alice, a_running_cycle(ada))
    says(alice, a_key_result(alice, objective), 14)
    step(NOON, {})
    objective.refresh_from_db()
    before, version = objective.expected, objective.version
    assert objective.figured_on == date(2026, 10, 12)
    midnight = datetime(2026, 10, 12, 22, 0, tzinfo=UTC)
    step(midnight - timedelta(seconds=1), {})
    assert Objective.objects.get().expected == before
    step(midnight, {})
    objective.refresh_from_db()
    assert objective.figured_on == date(2026, 10, 13)
    assert objective.expected > before
    assert objective.version == version, "the day is no edit"
    assert Event.objects.filter(verb="figures.recomputed").count() == 2


def test_a_changed_policy_moves_the_figures_at_once(alice: Person, ada: Person):
    objective = an_objective(alice, a_running_cycle(ada))
    hold = a_key_result(alice, objective, type="at_most", target=Decimal(10))
    says(alice, hold, 10)
    objective.refresh_from_db()
    assert objective.progress == 1
    policies = asdict(Policy(strict_holds=True))
    change_policies(by=ada, version=None, at=NOON, name="N", timezone="Europe/Berlin", locale="en", **policies)
    objective.refresh_from_db()
    assert objective.progress == 0
    assert step(NOON, {}) > 0
    objective.refresh_from_db()
    assert objective.progress == 0


def test_what_has_ended_is_dropped_and_nothing_else(alice: Person, bob: Person):
    now = timezone.now()
    clients = {name: Client() for name in ("over", "idle", "used")}
    for client in clients.values():
        client.force_login(alice, "impactline.people.signing_in.Backend")
    Session.objects.filter(pk=clients["over"].session.session_key).update(expire_date=now - HOUR)
    for name, hours in (("idle", 13), ("used", 11)):
        session = clients[name].session
        session["used_at"] = (now - hours * HOUR).isoformat()
        session.save()
    for key, age in (("old", 25), ("new", 23)):
        Reply.objects.create(person=bob, key=key, digest="x", at=now - age * HOUR)
    for number, age in enumerate((49, 47)):
        attempt = AccessAttempt.objects.create(username=f"u{number}", failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now - age * HOUR)
    tidy(now)
    assert [session.pk for session in Session.objects.all()] == [clients["used"].session.session_key]
    assert [reply.key for reply in Reply.objects.all()] == ["new"]
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["u1"]


def test_each_routine_and_reaction_is_documented_by_its_meaning():
    assert all(routine.meaning.endswith(".") for routine in ROUTINES)
    assert len({routine.name for routine in ROUTINES}) == len(ROUTINES)


def test_people_stay_signed_in_while_routines_run(alice: Person, django_assert_max_num_queries: Any):
    client = Client()
    client.force_login(alice, "impactline.people.signing_in.Backend")
    client.get("/profile")
    step(timezone.now(), {})
    assert actions.sign_out_everywhere(by=alice, person=alice, at=NOON) == 1
