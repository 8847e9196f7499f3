"""What the tests of pages share: the moment at which they are opened."""

import pytest


@pytest.fixture
def on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are opened on Monday, 16 November 2026, at nine o'clock UTC."""
    from tests.web.visits import MONDAY

    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
