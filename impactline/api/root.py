"""The API as a whole: its rooms, its errors, its description."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from impactline.api import (
    attention,
    bottlenecks,
    calibration,
    chain,
    chain_expected,
    chain_grounds,
    chain_judgements,
    chain_sights,
    chain_voices,
    check_ins,
    cycles,
    events,
    forecasts,
    holidays,
    imports,
    key_results,
    level_names,
    links,
    loads,
    metric_tables,
    metric_targets,
    metrics,
    objective_acts,
    objectives,
    organisation,
    people,
    priorities,
    requests,
    roadblocks,
    rules,
    sufficiency,
    teams,
    tokens,
    wording,
)
from impactline.api.access import Bearer, tell_refusals
from impactline.api.legible import Legible
from impactline.version import VERSION


class Json(JSONRenderer):
    """JSON with Unicode as it is, and no NaN."""

    json_dumps_params: dict[str, Any] = {"ensure_ascii": False, "allow_nan": False}


api = NinjaAPI(
    title="Impactline",
    version=VERSION,
    description=(
        "Everything a person may see and do, with a token of theirs. Items are named by `ref`, people by e-mail "
        "address. A change of an item needs `If-Match` with the ETag of your last read (428 without it, 412 when "
        "somebody else changed it). A POST may carry an `Idempotency-Key`: repeated, it is done once."
    ),
    auth=Bearer(),
    parser=Legible(),
    renderer=Json(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-1",
)
tell_refusals(api)
# What RFC 9110 calls them; Python did so only from 3.13 on, and the description is the same on all.
PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}
for prefix, router in (
    ("", organisation.router),
    ("", level_names.router),
    ("", holidays.router),
    ("", chain_sights.of_people),
    ("", people.router),
    ("/tokens", tokens.router),
    ("/teams", teams.router),
    ("/priorities", priorities.router),
    ("/cycles", cycles.router),
    ("/objectives", objectives.router),
    ("/objectives", objective_acts.router),
    ("/objectives", sufficiency.router),
    ("/key-results", key_results.router),
    ("/key-results", check_ins.router),
    ("/chain", chain_sights.of_chain),
    ("/chain", chain.router),
    ("/chain", chain_grounds.router),
    ("/chain", chain_judgements.router),
    ("/chain", chain_expected.router),
    ("/chain", chain_voices.of_chain),
    ("/key-results", chain_voices.of_key_results),
    ("/objectives", chain_voices.of_objectives),
    ("/priorities", chain_voices.of_priorities),
    ("/teams", chain_sights.of_teams),
    ("/key-results", chain_sights.of_key_results),
    ("/objectives", chain_sights.of_objectives),
    ("/priorities", chain_sights.of_priorities),
    ("/cycles", chain_sights.of_cycles),
    ("/links", links.router),
    ("/metrics", metrics.router),
    ("/metrics", metric_targets.router),
    ("/metrics", metric_tables.router),
    ("/requests", requests.router),
    ("/roadblocks", roadblocks.router),
    ("", forecasts.router),
    ("", calibration.router),
    ("/events", events.router),
    ("", wording.router),
    ("", rules.router),
    ("/attention", attention.router),
    ("", bottlenecks.router),
    ("/imports", imports.router),
    ("", loads.router),
):
    api.add_router(prefix, router)


def description(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1, open to everybody: it says how the API works, not what it holds."""
    return api.create_response(request, openapi(), status=200)


class Description(OpenAPISchema):
    """The description with the schema of each model made once, not for every route and status that answer with it.

    Two models of one name are refused: the one would be described as the other.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], tuple[dict[str, Any], bool]] = {}
        super().__init__(api, "api/v1/")

    def _create_schema_from_model(self, model: Any, *how: Any, **named: Any) -> tuple[dict[str, Any], bool]:
        key = (model, how, *sorted(named.items()))
        if key not in self._made:
            self._made[key] = super()._create_schema_from_model(model, *how, **named)
        return self._made[key]

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Take definitions over; raises ValueError where another model has the name."""
        for name, definition in definitions.items():
            if _said(self.schemas.get(name, definition)) != _said(definition):
                raise ValueError(f"two models of the API are called {name}")
        super().add_schema_definitions(definitions)


def _said(definition: dict[str, Any]) -> tuple[Any, ...]:
    """What tells one model from another; the types may differ, for a number is also taken as text."""
    return definition.get("description"), list(definition.get("properties", ())), definition.get("enum")


@cache
def openapi() -> dict[str, Any]:
    """The description, which is the same for everybody; it takes a moment to make. Not to be changed."""
    found: dict[str, Any] = Description()
    for route in found["paths"].values():
        for operation in route.values():
            for status in PHRASES.keys() & operation["responses"].keys():
                operation["responses"][status]["description"] = PHRASES[status]
    return found
