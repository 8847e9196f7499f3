"""Python does not look for rings while much is made that has none, and does again afterwards, whatever happens."""

import gc

import pytest

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
