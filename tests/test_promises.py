"""What SECURITY.md promises and no room tests: the settings as they are shipped, headers, forged requests."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from impactline.people.models import Person
from tests.web.visits import visitor

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = """
import json
from impactline import settings
names = [name for name in dir(settings) if name.startswith(("SESSION_", "CSRF_", "SECURE_", "PASSWORD_HASHERS"))]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def shipped(folder: Path, **given: str) -> dict[str, Any]:
    """The settings of an installation, not those of the tests."""
    environment = {"IMPACTLINE_DATA": str(folder / "data"), **given}
    told = subprocess.run([sys.executable, "-c", SHIPPED], env=environment, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def test_under_https_cookies_are_bound_to_the_host_and_the_way_stays_secure(tmp_path: Path):
    found = shipped(tmp_path, IMPACTLINE_URL="https://okr.example.org")
    for kind in ("SESSION", "CSRF"):
        assert found[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert found[f"{kind}_COOKIE_SECURE"] is True
        assert found[f"{kind}_COOKIE_HTTPONLY"] is True
        assert found[f"{kind}_COOKIE_SAMESITE"] == "Lax"
    assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600


def test_passwords_are_kept_by_argon2id_alone(tmp_path: Path, ada: Person):
    assert shipped(tmp_path)["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert ada.password.startswith("argon2$argon2id$")


def test_the_secret_key_can_be_read_by_the_user_of_the_server_only(tmp_path: Path):
    shipped(tmp_path)
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/sign-in", "/no/such/page", "/api/v1/me", "/static/js/live.js"])
def test_nothing_can_be_framed_or_run_what_did_not_come_with_it(ada: Person, address: str):
    answer = visitor(ada).get(address)
    answer.close()
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["frame-ancestors"] == policy["default-src"] == policy["base-uri"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert re.fullmatch(r"'self' 'sha256-[\w+/]+='", policy["script-src"])
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_a_form_of_another_site_changes_nothing(ada: Person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, "impactline.people.signing_in.Backend")
    answer = client.post(
        "/administration", {"name": "Mallory", "email": "mallory@example.org", "role": "administrator"}
    )
    assert answer.status_code == 403
    assert not Person.objects.filter(email="mallory@example.org").exists()


def test_each_proof_that_is_named_is_there():
    text = (ROOT / "SECURITY.md").read_text()
    named = re.findall(r"`(tests/[\w/.]+)`", text)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
