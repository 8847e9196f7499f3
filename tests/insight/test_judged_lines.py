"""False alarms on what real organisations wrote: each warning and error was looked at by a person.

The pages stand beside the repository, not in it; only lines and verdicts are kept here.
"""

from datetime import date
from pathlib import Path

import pytest

from impactline.exchange.formats import read_as
from impactline.exchange.wording import findings_of
from impactline.insight.wording import Severity

PAGES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "okr"
JUDGED = Path(__file__).with_name("judged.txt")
FALSE_MAX, NEW_MAX = 0.05, 0.05

pytestmark = pytest.mark.skipif(
    not PAGES.is_dir(), reason=f"THE REAL OKR PAGES ARE NOT THERE: {PAGES}; false alarms are not counted"
)


def verdicts() -> dict[tuple[str, str, int], str]:
    """Right or false, by page, rule and line."""
    found = {}
    for row in JUDGED.read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            page, rule, verdict, lines = row.split()
            found |= {(page, rule, int(line)): verdict for line in lines.split(",")}
    return found


def told() -> list[tuple[str, str, int]]:
    """The warnings and errors of today, by page, rule and line."""
    found = []
    for page in sorted({page for page, _, _ in verdicts()}):
        reading = read_as("okr-markdown", PAGES / page, today=date(2026, 11, 1)).reading
        found += [
            (page, entry.finding.rule, entry.place.line or 0)
            for entry in findings_of(reading)
            if entry.finding.severity is not Severity.HINT
        ]
    return found


def test_at_most_one_warning_in_twenty_is_a_false_alarm():
    judged, now = verdicts(), told()
    known = [judged[key] for key in now if key in judged]
    assert len(known) > 200
    assert known.count("false") / len(known) <= FALSE_MAX


def test_what_the_rules_tell_today_was_looked_at():
    judged, now = verdicts(), told()
    new = [key for key in now if key not in judged]
    assert len(new) / len(now) <= NEW_MAX, f"Look at these, and write down what you think of them: {new}"
