"""What the tests of findings share: clients of the API."""

from tests.api.conftest import api

__all__ = ["api"]
