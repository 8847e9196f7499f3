"""The digest: when it comes, what stands in it, and what never does."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from impactline.base.errors import Invalid
from impactline.insight.examining import examine_all
from impactline.notify.digest import digest_of, is_due, send_due
from impactline.okrs.models import Objective
from impactline.okrs.today import present
from impactline.people import actions
from impactline.people.models import Digest, Person
from tests.scenes import a_key_result, a_running_cycle, an_objective, says

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 13, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("often", "local", "before", "due"),
    [
        ("weekly", "2026-11-16 07:00", "2026-11-09 07:00", True),
        ("weekly", "2026-11-16 06:59", "2026-11-09 07:00", False),
        ("weekly", "2026-11-17 09:00", "2026-11-16 07:00", False),
        ("weekly", "2026-11-18 09:00", "2026-11-13 07:00", True),
        ("weekly", "2026-11-21 09:00", "2026-11-09 07:00", False),
        ("daily", "2026-11-17 07:00", "2026-11-16 23:59", True),
        ("daily", "2026-11-17 09:00", "2026-11-17 07:00", False),
        ("daily", "2026-11-21 09:00", "2026-11-20 07:00", False),
    ],
)
def test_it_comes_in_the_morning_of_working_days(often: str, local: str, before: str, due: bool) -> None:
    here, last = (datetime.fromisoformat(text).replace(tzinfo=BERLIN) for text in (local, before))
    assert is_due(often, here, last) is due


@pytest.fixture
def owed(ada: Person, alice: Person) -> Objective:
    """An objective of Alice with a key result for which a check-in is late."""
    objective = an_objective(alice, a_running_cycle(ada))
    says(alice, a_key_result(alice, objective, title="Wait falls"), 14, at=FRIDAY - timedelta(days=30))
    examine_all(MONDAY)
    return objective


@pytest.mark.django_db
def test_it_tells_what_is_owed_and_what_needs_attention_once(alice: Person, owed: Objective, mailbox: Any) -> None:
    Person.objects.exclude(pk=alice.pk).update(digest=Digest.NEVER)
    assert send_due(FRIDAY) == 0  # who is new waits for the next Monday
    assert (send_due(MONDAY), send_due(MONDAY + timedelta(minutes=1))) == (1, 0)
    (found,) = mailbox.wait_for(1)
    assert found["To"] == alice.email
    assert found["Subject"].startswith("1 check-in due, ")
    text = found.get_content()
    assert all(words in text for words in ("Wait falls", "late", "/attention", "/profile"))
    assert found["Message-ID"].startswith(f"<digest-2026-11-16-{alice.pk}@")


@pytest.mark.django_db
def test_findings_stand_there_with_days_as_its_reader_writes_them(alice: Person, owed: Objective) -> None:
    told = []
    for locale in ("de", "en_GB", ""):
        alice.locale = locale
        mail = digest_of(alice, present(MONDAY), FRIDAY)
        assert mail is not None
        told.append(next(day for day in ("14.10.2026", "14 Oct 2026", "Oct 14, 2026") if day in mail.body))
    assert told == ["14.10.2026", "14 Oct 2026", "Oct 14, 2026"]


@pytest.mark.django_db
def test_nothing_to_say_is_not_said_and_never_is_never(alice: Person, owed: Objective, mailbox: Any) -> None:
    actions.change_person(by=alice, person=alice, version=None, at=FRIDAY, changes={"digest": "never"})
    send_due(FRIDAY)
    send_due(MONDAY)
    assert [found["To"] for found in mailbox.messages if found["To"] == alice.email] == []
    with pytest.raises(Invalid, match="hourly"):
        actions.change_person(by=alice, person=alice, version=None, at=FRIDAY, changes={"digest": "hourly"})
