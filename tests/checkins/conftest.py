"""What the tests of kept and of shown figures begin with."""

import pytest


@pytest.fixture
def everything(ada, alice):
    """Three levels, key results of every type, a shared metric, an override, a score, corrections."""
    from tests.checkins.of_every_kind import objectives_of_every_kind

    return objectives_of_every_kind(ada, alice)
