"""Forecasts through the API: the numbers, the words, as of a day, and only what one may see."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from impactline.checkins.actions import read_metric
from impactline.okrs.models import KeyResult, Visibility
from impactline.people.models import Person
from tests.scenes import STARTS_ON, a_delivery, a_key_result, a_metric, a_running_cycle, an_objective, moment, says
from tests.web.visits import MONDAY

pytestmark = pytest.mark.django_db
Client = Callable[..., Any]


@pytest.fixture(autouse=True)
def scene(ada: Person, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    cycle = a_running_cycle(ada)
    for ref, visibility in (("wait", Visibility.OPEN), ("secret", Visibility.PRIVATE)):
        objective = an_objective(alice, cycle, ref=f"{ref}-objective", visibility=visibility)
        key_result = a_key_result(alice, objective, ref=ref)
        for week, value in enumerate((20, 18, 17, 15, 14), 1):
            says(alice, key_result, value, at=moment(STARTS_ON + timedelta(days=7 * week)))
    a_key_result(alice, objective, "Not said yet", type="open", ref="open")
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)


def test_a_key_result_is_foretold_in_numbers_and_words(api: Client, alice: Person) -> None:
    found = api(alice).get("/key-results/wait/forecast").json()

    assert (found["method"], found["silence"], found["due_on"], found["unit"]) == ("course", None, "2026-12-31", "days")
    assert 0 < found["reach"] < 1
    assert found["enough"] > found["reach"]
    assert found["most"]["low"] < found["half"]["low"] < found["middle"] < found["half"]["high"] < found["most"]["high"]
    assert found["fan"][-1]["most"] == found["most"]
    assert found["speed"]["needed"] == pytest.approx(-7 / 45 * 7, abs=1e-6)
    assert found["words"][0].startswith("Reaches the target with a chance of")
    assert found["readings"] == 5
    assert found["chain"] is None


def test_it_is_as_of_a_day(api: Client, alice: Person) -> None:
    found = api(alice).get("/key-results/wait/forecast", as_of="2026-10-15").json()
    assert (found["as_of"], found["readings"], found["caveats"]) == ("2026-10-15", 2, ["few"])
    assert api(alice).get("/key-results/wait/forecast", as_of="2027-10-15").status_code == 422


def test_what_the_chain_is_still_to_bring_is_told(api: Client, alice: Person) -> None:
    metric = a_metric(alice, ref="waits", unit="days")
    objective = KeyResult.objects.get(ref="wait").objective
    key_result = a_key_result(alice, objective, ref="led", metric=metric)
    says(alice, key_result, 21, at=moment(STARTS_ON + timedelta(days=7)))
    a_delivery(alice, metric)
    found = api(alice).get("/key-results/led/forecast").json()
    assert found["chain"]["expects"] == pytest.approx(-4.8)
    assert found["chain"]["moves"] == pytest.approx(found["chain"]["expects"] * found["chain"]["counted"], abs=1e-5)
    assert any(line.startswith("The chain expects another −4.8 days") for line in found["words"])


def test_silence_has_a_reason(api: Client, alice: Person) -> None:
    found = api(alice).get("/key-results/open/forecast").json()
    assert (found["silence"], found["reach"], found["fan"]) == ("no_measure", None, [])
    assert "not said yet" in found["words"][0]


def test_what_is_hidden_looks_as_if_it_were_not_there(api: Client, alice: Person, charlie: Person) -> None:
    assert api(alice).get("/key-results/secret/forecast").status_code == 200
    hidden, absent = (api(charlie).get(f"/key-results/{ref}/forecast") for ref in ("secret", "absent"))
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content.replace(b"secret", b"absent") == absent.content


def test_a_metric_is_foretold_too(api: Client, alice: Person) -> None:
    metric = a_metric(alice, ref="waits", unit="days", healthy_at_most=Decimal(20), better="lower")
    assert api(alice).get("/metrics/waits/forecast").json()["silence"] == "nothing_read"
    for week, value in enumerate((18, 17, 19, 18, 17, 180)):
        day = STARTS_ON + timedelta(days=7 * week)
        read_metric(by=alice, metric=metric, value=Decimal(value), day=day, at=moment(day))

    found = api(alice).get("/metrics/waits/forecast").json()

    assert found["due_on"] == str(date(2027, 2, 15))
    assert [signal["kind"] for signal in found["signals"]] == ["scale"]
    assert found["signals"][0]["usual"] == 18
    assert found["caveats"] == ["scale"]
