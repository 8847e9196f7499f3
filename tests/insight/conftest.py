"""What the tests of findings share: clients of the API, and a day on which their pages are read."""

from tests.api.conftest import api
from tests.web.conftest import on_monday

__all__ = ["api", "on_monday"]
