"""What the tests of pages share: nobody who read a page before, and the moment at which they are opened."""

import pytest


@pytest.fixture(autouse=True)
def nobody_has_read_before() -> None:
    """A page that was opened in another test leaves its reader behind, with their locale."""
    from impactline.web import reader

    reader.become(None, None)


@pytest.fixture
def on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are opened on Monday, 16 November 2026, at nine o'clock UTC."""
    from tests.web.visits import MONDAY

    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY)
