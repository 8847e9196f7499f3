"""Import in a real browser: a file is uploaded, the open page follows the worker, the plan is carried out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.exchange.test_imports import NATIVE

if TYPE_CHECKING:
    from impactline.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("script", [True, False])
def test_a_file_is_planned_looked_at_and_carried_out(
    visit: Any, axe: Any, ada: "Person", tmp_path: Path, script: bool
) -> None:
    file = tmp_path / "okrs.yaml"
    file.write_text(NATIVE)
    page = visit("/administration/imports", by=ada, script=script)
    page.get_by_label("Files").set_input_files(file)
    page.get_by_role("button", name="Show what it would change").click()
    _until(page, "Everybody sleeps well", script)
    if script:
        axe(page)
    page.get_by_role("button", name="Carry it out").click()
    _until(page, "What it did", script)
    page.goto("/objectives/rest")
    expect(page.get_by_role("heading", name="Everybody sleeps well")).to_be_visible()


def _until(page: Any, words: str, script: bool) -> None:
    """Without script, people ask again themselves."""
    for _ in range(0 if script else 40):
        if page.get_by_text(words).count():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(page.get_by_text(words).first).to_be_visible()
