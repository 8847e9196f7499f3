"""The rules that look for what needs attention: in how objectives are set, how they go, and in the chain.

Pure: no database, no clock. `judge` runs the rules over a snapshot.
"""

from impactline.insight.rules.catalogue import (
    REFUSED,
    RULES,
    THRESHOLDS,
    TOLD_BY,
    WORDING,
    judge,
    judge_histories,
    judge_rows,
)
from impactline.insight.rules.finding import About, Act, Finding, Guard, Rule, Threshold, key_of
from impactline.insight.rules.snapshot import Snapshot

__all__ = [
    "REFUSED",
    "RULES",
    "THRESHOLDS",
    "TOLD_BY",
    "WORDING",
    "About",
    "Act",
    "Finding",
    "Guard",
    "Rule",
    "Snapshot",
    "Threshold",
    "judge",
    "judge_histories",
    "judge_rows",
    "key_of",
]
