"""All changes to metrics, by subject: what they are, what was read, what is aimed at, what is locked.

A reading moves every key result that follows its metric; the rooms above call `enter` and roll up themselves
(`checkins.actions.read_metric`), for this floor knows nothing of key results.
"""

from impactline.metrics.actions.defining import (
    archive_metric,
    change_metric,
    create_metric,
    require_steward,
    restore_metric,
)
from impactline.metrics.actions.entering import enter, withdraw
from impactline.metrics.actions.locking import lock_period, require_unlocked, unlock_period
from impactline.metrics.actions.targets import revise_target, set_target

__all__ = [
    "archive_metric",
    "change_metric",
    "create_metric",
    "enter",
    "lock_period",
    "require_steward",
    "require_unlocked",
    "restore_metric",
    "revise_target",
    "set_target",
    "unlock_period",
    "withdraw",
]
