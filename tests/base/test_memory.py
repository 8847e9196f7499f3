"""Python looks for no rings, and SQLite keeps few pages, while much is gone through; as before afterwards."""

import gc

import pytest
from django.db import connection

from impactline.base.file_pages import FEW_PAGES, few_pages
from impactline.base.memory import without_collector


def test_it_is_held_off_and_goes_on_again() -> None:
    assert gc.isenabled()
    with without_collector():
        assert not gc.isenabled()
        with without_collector():
            assert not gc.isenabled()
        assert not gc.isenabled(), "the inner one found it held off"
    assert gc.isenabled()


def test_it_goes_on_after_a_fault() -> None:
    with pytest.raises(ValueError, match="fault"), without_collector():
        raise ValueError("fault")
    assert gc.isenabled()


def pages() -> int | None:
    """How many pages SQLite keeps, as it tells it; None elsewhere."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_few_pages_are_kept_meanwhile() -> None:
    usual = pages()
    with few_pages():
        assert pages() == (FEW_PAGES if usual is not None else None)
    assert pages() == usual != FEW_PAGES
    with pytest.raises(ValueError, match="fault"), few_pages():
        raise ValueError("fault")
    assert pages() == usual
