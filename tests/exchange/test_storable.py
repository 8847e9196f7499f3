"""What a document may say but this version cannot keep is refused, with its place."""

import pytest

from impactline.exchange.reading import read_text
from impactline.exchange.storable import storable

CYCLES = "impactline: 1\ncycles: [{ref: c, starts_on: 2026-10-01, ends_on: 2026-12-31}]\n"
OBJECTIVE = CYCLES + "objectives:\n  - {ref: o, title: O, cycle: c, %s}\n"
KEY_RESULT = OBJECTIVE % "key_results: [{ref: k, title: K, %s}]"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (CYCLES + "chain: [{ref: a, level: input, shared_with: [t, t]}]\n", 3, "stands twice in shared_with"),
        (CYCLES + "chain: [{ref: a, level: input, viewers: [a@b.org, a@b.org]}]\n", 3, "stands twice in viewers"),
        (CYCLES + "chain: [{ref: a, level: outcome, metrics: [m, m]}]\n", 3, "stands twice in metrics"),
        (
            CYCLES + "chain:\n  - ref: a\n    level: output\n"
            "    evidence: [{title: A, url: 'http://a.org'}, {title: B, url: 'http://a.org'}]\n",
            6,
            "stands twice in evidence",
        ),
        (
            CYCLES + "links:\n  - from: a\n    to: b\n"
            "    sources: [{title: A, url: 'http://a.org'}, {title: B, url: 'http://a.org'}]\n",
            6,
            "stands twice in sources",
        ),
        (
            "impactline: 1\npeople: [{email: a@example.org, capacity_hours_per_week: 37.125}]\n",
            2,
            "37.125 hours have more than two decimals",
        ),
        ("impactline: 1\npeople: [{email: a@example.org, teams: [t, t]}]\n", 2, "“t” stands twice in teams"),
        (
            "impactline: 1\ncycles:\n  - {ref: c, starts_on: 1950-01-01, ends_on: 2026-12-31}\n",
            3,
            "lasts more than 20 years",
        ),
        (OBJECTIVE % "viewers: [a@example.org, a@example.org]", 4, "stands twice in viewers"),
        (OBJECTIVE % "priorities: [p, p]", 4, "stands twice in priorities"),
        (
            OBJECTIVE
            % "overrides: [{progress: 1, reason: R, at: 2026-10-02}, {progress: 0, reason: S, at: 2026-10-03}]",
            4,
            "An earlier override of this objective has not been resumed",
        ),
        (OBJECTIVE % "overrides: [{progress: 1, reason: ' ', at: 2026-10-02}]", 4, "The reason is empty"),
        (
            KEY_RESULT % "changes: [{at: 2026-10-02, reason: '', before: {}, after: {}}]",
            4,
            "The reason is empty",
        ),
        (KEY_RESULT % "type: milestones, milestones: [{title: One}, {title: One}]", 4, "stands twice in milestones"),
        (KEY_RESULT % "metric: m, readings: [{at: 2026-10-02, value: 1}]", 4, "follows m and has no metric of its own"),
        (KEY_RESULT % "metric: m, source: List", 4, "follows m and has no metric of its own"),
        (KEY_RESULT % "metric: k", 4, "The key result k has no metric of its own"),
    ],
)
def test_a_fault_says_where_it_is_and_how_to_mend_it(text: str, line: int, message: str):
    reading = read_text(text, "x.yaml")
    assert not reading.faults, reading.faults
    (fault,) = storable(reading.partial, reading.place)
    assert message in fault.message
    assert (fault.place.file, fault.place.line) == ("x.yaml", line)
    assert fault.remedy


def test_what_can_be_kept_has_no_fault():
    text = KEY_RESULT % "baseline: 0, target: 1, readings: [{at: 2026-10-02, value: 1}], source: List"
    reading = read_text(text, "x.yaml")
    assert storable(reading.partial, reading.place) == []
