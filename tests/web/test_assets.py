"""Static files: an upgrade reaches every browser at once, and what has not changed is never fetched again."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from impactline.people.models import Person
from impactline.web.assets import Assets, digest, import_map
from tests.web.visits import visitor

STATIC = Path(settings.STATIC_ROOT)
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
SHEETS = sorted((STATIC / "css").glob("*.css"))


def test_what_is_asked_for_by_its_digest_is_kept_for_ever():
    answer = Client().get(Assets().url("js/place.js"))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"".join(answer) == (STATIC / "js" / "place.js").read_bytes()


@pytest.mark.parametrize("query", ["", "?v=000000000000", "?v="])
def test_what_is_asked_for_without_its_digest_or_by_another_is_asked_for_again(query: str):
    answer = Client().head(f"/static/js/place.js{query}")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["ETag"] == f'"{digest("js/place.js")}"'


def test_what_a_browser_has_and_has_not_changed_is_not_sent_again():
    kept = Client().get("/static/js/place.js", headers={"If-None-Match": f'"{digest("js/place.js")}"'})
    assert (kept.status_code, b"".join(kept)) == (304, b"")
    assert Client().head("/static/js/place.js", headers={"If-None-Match": '"of-old"'}).status_code == 200


def test_scripts_import_only_what_the_map_leads_to_a_digest():
    led = json.loads(import_map())["imports"]
    for script in SCRIPTS:
        for name in re.findall(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""", script.read_text()):
            assert name.startswith("./"), script.name
            assert led[f"/static/js/{name.removeprefix('./')}"] == Assets().url(f"js/{name.removeprefix('./')}")


@pytest.mark.django_db
def test_the_policy_lets_the_map_through_by_its_hash_and_nothing_else_inline(ada: Person):
    answer = visitor(ada).get("/profile")
    script = re.search(r'<script type="importmap">(.*?)</script>', answer.content.decode())
    assert script is not None
    told = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert f"script-src 'self' 'sha256-{told}'" in policy
    assert "style-src 'self'" in policy


def test_styles_name_other_files_with_their_digest():
    for sheet in SHEETS:
        for name in re.findall(r'url\("([^"]+)"\)', sheet.read_text()):
            file, _, told = name.partition("?v=")
            right = digest((sheet.parent / file).resolve().relative_to(STATIC).as_posix())
            assert told == right, f"{sheet.name}: {file} has the digest {right}"
