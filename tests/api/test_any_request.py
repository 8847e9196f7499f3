"""Whatever is sent to a route: no server error, and an answer as the description says.

Requests are made from the description by schemathesis: fitting ones and broken ones, to items that are there and
to others, by people of every role. `IMPACTLINE_TEST_REQUESTS` says how many of each route and kind.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode

from impactline.api.root import openapi
from impactline.people.models import Person, Team
from tests.scenes import a_key_result, a_metric, a_running_cycle, an_objective

REQUESTS = int(os.environ.get("IMPACTLINE_TEST_REQUESTS", "2"))
DESCRIPTION = json.loads(json.dumps(openapi()))
ROUTES = [
    (method, path)
    for path, methods in DESCRIPTION["paths"].items()
    for method in methods
    if method in {"get", "post", "patch", "delete", "put"}
]
READ = {"If-Match": '"1"'}

pytestmark = pytest.mark.django_db


@pytest.fixture
def speakers(api: Callable[..., Any], ada: Person, alice: Person, gil: Person, care: Team) -> dict[str, list[Any]]:
    """People who ask, and the names of what there is."""
    cycle = a_running_cycle(ada)
    objective = an_objective(alice, cycle, title="Nobody waits", ref="waiting", owner=alice)
    a_key_result(alice, objective, ref="wait")
    metric = a_metric(alice)
    names = ["waiting", "wait", cycle.ref, metric.ref, care.ref, alice.email, gil.email]
    return {"clients": [api(person) for person in (ada, alice, gil)], "names": names}


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[f"{method} {path}" for method, path in ROUTES])
def test_no_request_breaks_a_route(speakers: dict[str, list[Any]], method: str, path: str) -> None:
    operation = schemathesis.openapi.from_dict(DESCRIPTION)[path][method.upper()]
    kinds = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]
    names = st.one_of(st.none(), st.sampled_from(speakers["names"]))

    @settings(
        max_examples=2 * REQUESTS,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=[Phase.generate],
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(st.sampled_from(kinds).flatmap(lambda kind: kind))
        for name in case.path_parameters or {}:
            if (known := data.draw(names)) is not None and name not in {"step", "number"}:
                case.path_parameters[name] = known
        client = data.draw(st.sampled_from(speakers["clients"]))
        with transaction.atomic():
            answer = client.send(method, case.formatted_path, case.query, case.body, READ)
            transaction.set_rollback(True)
        told = (
            f"{method} {case.formatted_path} {case.query} {case.body!r}: {answer.status_code} {answer.content[:500]!r}"
        )
        assert answer.status_code < 500, told
        _as_described(operation.definition.raw["responses"], answer, told)

    ask()


def _as_described(responses: dict[str, Any], answer: Any, told: str) -> None:
    """The status stands in the description, and the body fits what stands there."""
    if answer.status_code == 404 and not answer["Content-Type"].startswith("application/json"):
        return  # an address that is none
    assert str(answer.status_code) in responses, told
    content = responses[str(answer.status_code)].get("content", {}).get(answer["Content-Type"].partition(";")[0])
    if content is not None and "json" in answer["Content-Type"]:
        schema = content["schema"] | {"components": DESCRIPTION["components"]}
        faults = [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(answer.content))]
        assert not faults, f"{told}\n{faults}"
