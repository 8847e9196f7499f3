"""Who plays, and when: the same in all tests. The people themselves are fixtures of tests/conftest.py."""

from datetime import UTC, datetime

# A Monday noon in the second week of the cycle 2026-Q4.
NOON = datetime(2026, 10, 12, 12, 0, tzinfo=UTC)

# The password of everybody.
PASSWORD = "correct horse battery staple"
