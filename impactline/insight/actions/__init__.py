"""All changes to roadblocks, to what is overruled or muted, and to thresholds, by subject."""

from impactline.insight.actions.muting import hear_again, hear_all_again, look, mute, mute_all
from impactline.insight.actions.overruling import heed_again, overrule
from impactline.insight.actions.roadblocks import (
    change_roadblock,
    raise_roadblock,
    reopen_roadblock,
    resolve_roadblock,
    ruled_by,
)
from impactline.insight.actions.rules import set_rule

__all__ = [
    "change_roadblock",
    "hear_again",
    "hear_all_again",
    "heed_again",
    "look",
    "mute",
    "mute_all",
    "overrule",
    "raise_roadblock",
    "reopen_roadblock",
    "resolve_roadblock",
    "ruled_by",
    "set_rule",
]
