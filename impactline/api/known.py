"""Refuses parameters that a route does not know: with a misspelt filter it would else answer with everything."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from impactline.api.access import shape_of
from impactline.api.root import api
from impactline.base.errors import Fault, Faults

Handler = Callable[[HttpRequest], HttpResponse]


class Known:
    """Looks at the address before the route is asked."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """422 with a fault for each parameter that is not known; None lets the request through."""
        if not request.GET or request.resolver_match is None or request.resolver_match.namespace != "api-1":
            return None
        known = parameters().get((request.method or "", request.resolver_match.route))
        unknown = [] if known is None else sorted(request.GET.keys() - known)
        if not unknown:
            return None
        remedy = f"Known here: {', '.join(sorted(known))}." if known else "Leave it out: there are none here."
        faults = [Fault(name[:80], f"There is no parameter “{name[:80]}”.", remedy) for name in unknown]
        return JsonResponse(shape_of(Faults(faults)), status=422, json_dumps_params={"ensure_ascii": False})


@cache
def parameters() -> dict[tuple[str, str], frozenset[str]]:
    """The parameters that may stand after the “?”, by method and route."""
    return {
        (method, _route(prefix + path)): frozenset(
            name
            for model in operation.models
            if model.__ninja_param_source__ == "query"
            for name in model.__ninja_flatten_map__
        )
        for prefix, router in api._routers  # noqa: SLF001 - ninja has no other list of its routes
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }


def _route(path: str) -> str:
    return f"api/v1/{path.lstrip('/').replace('{', '<').replace('}', '>')}"
