"""Days and numbers of findings as a reader writes them; what stands in quotes stays."""

import pytest

from impactline.insight.rules import naming
from impactline.insight.rules.rewriting import MONTHS, as_written_in, rewritten
from tests.cast import NOON


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        (
            "The last check-in was on 16 November 2026: 14 days without one.",
            "The last check-in was on <2026-11-16>: 14 days without one.",
        ),
        (
            "In the week of 4 January 2027 there are 39 hours to do: 103 % of the time.",
            "In the week of <2027-01-04> there are 39 hours to do: 103pc of the time.",
        ),
        ("“By 4 May 2026, 5 % or 0.5” came to 0.79.", "“By 4 May 2026, 5 % or 0.5” came to (0.79)."),
        ("1,234 key results, in 2026, by R25 and v1.2.3.", "(1234) key results, in 2026, by R25 and v1.2.3."),
        ("12.5 % of 1,000,000.25", "12.5pc of (1000000.25)"),
        ("31 February 2026 is none, 3 Mays are.", "31 February 2026 is none, 3 Mays are."),
    ],
)
def test_a_sentence_is_rewritten(kept: str, read: str) -> None:
    assert rewritten(kept, lambda day: f"<{day}>", lambda number: f"({number})", lambda share: f"{share}pc") == read


def test_a_sentence_is_written_as_in_a_locale() -> None:
    kept = "It was said on 16 November 2026 that 1,234.5 of “1,000” came: 66 %."
    assert as_written_in(kept, "en") == "It was said on Nov 16, 2026 that 1,234.5 of “1,000” came: 66%."
    assert as_written_in(kept, "de") == "It was said on 16.11.2026 that 1.234,5 of “1,000” came: 66\N{NO-BREAK SPACE}%."


def test_it_knows_the_days_that_rules_write() -> None:
    assert len(MONTHS) == 12
    for month in range(1, 13):
        day = NOON.date().replace(month=month, day=1)
        assert rewritten(naming.day(day), str, str, str) == str(day)
