"""Static files: served from where they lie, addressed by digest so that browsers keep them for ever."""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse
from markupsafe import Markup
from whitenoise.middleware import WhiteNoiseMiddleware

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"  # kept, and asked for anew by its ETag each time


class Assets(StaticFilesStorage):
    """Django's storage over the package's own static folder; nothing is collected or copied."""

    def url(self, name: str | None) -> str:
        return f"{super().url(name)}?v={digest(name or '')}"


class Served(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise has no types
    """Answers with static files. What is asked for by its digest is kept for ever, anything else is asked for again."""

    def add_cache_headers(self, headers: Any, path: str, url: str) -> None:
        """The ETag is the digest: after an upgrade a file may have its old size and, from an archive, its old time."""
        headers["ETag"] = f'"{digest(_name(url))}"'

    def serve(self, static_file: Any, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = super().serve(static_file, request)
        known = request.GET.get("v") == digest(_name(request.path_info))
        response.headers["Cache-Control"] = FOR_EVER if known else ASK_AGAIN
        return response


class Policy(CSPMiddleware):
    """The Content-Security-Policy of the settings, and `import_map` by its hash: nothing else inline."""

    def get_policy_parts(self, *args: Any, **more: Any) -> PolicyParts:
        parts = super().get_policy_parts(*args, **more)
        parts.update = {"script-src": [_import_map_hash()]}
        return parts


@cache
def digest(name: str) -> str:
    """The first twelve hexadecimal digits of a static file's SHA-256."""
    file = Path(settings.STATIC_ROOT) / name
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


@cache
def import_map() -> Markup:
    """Leads scripts that import each other by plain names to the addresses with digests: JSON, safe in a page."""
    names = sorted(f"js/{file.name}" for file in (Path(settings.STATIC_ROOT) / "js").glob("*.js"))
    imports = {settings.STATIC_URL + name: Assets().url(name) for name in names}
    return Markup(json.dumps({"imports": imports}, separators=(",", ":")))  # noqa: S704 - our own file names


@cache
def _import_map_hash() -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(import_map().encode()).digest()).decode()}'"


def _name(address: str) -> str:
    return address.removeprefix(settings.STATIC_URL)
