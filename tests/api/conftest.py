"""Clients of the API, each with a token."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from impactline.people.models import Person


class Api:
    """Speaks JSON with one token."""

    def __init__(self, secret: str) -> None:
        from django.test import Client

        self._client = Client(HTTP_AUTHORIZATION=f"Bearer {secret}")

    def get(self, path: str, **params: Any) -> Any:
        return self._client.get(f"/api/v1{path}", params)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", path, body, headers)

    def send_bytes(self, path: str, content: bytes) -> Any:
        return self._client.post(f"/api/v1{path}", content, content_type="application/octet-stream")

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("put", path, body, headers)

    def delete(self, path: str) -> Any:
        return self._client.delete(f"/api/v1{path}")

    def send(self, method: str, path: str, query: Any, body: Any, headers: dict[str, str]) -> Any:
        """Send what may be no JSON at all to a whole path."""
        from urllib.parse import urlencode

        given = body if isinstance(body, str | bytes) else json.dumps(body, default=str)
        return self._client.generic(
            method.upper(),
            path,
            given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given,
            content_type="application/json",
            headers=headers,
            QUERY_STRING=urlencode(query or {}, doseq=True, errors="surrogatepass"),
        )

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        send = getattr(self._client, method)
        return send(f"/api/v1{path}", body if body is not None else {}, content_type="application/json", headers=named)


@pytest.fixture
def api() -> Callable[..., Api]:
    """A client with a new token of the person."""
    from django.utils import timezone

    from impactline.people import actions

    def make(person: "Person", *, read_only: bool = False) -> Api:
        _, secret = actions.create_token(by=person, name="test", at=timezone.now(), read_only=read_only)
        return Api(secret)

    return make
