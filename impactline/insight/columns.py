"""Which columns make the light rows that rules read; what stands first is in the order of these rows."""

from impactline.insight.rules.rows import KeyResultRow
from impactline.okrs.measure import MEASURE

_KEPT = KeyResultRow._fields[: KeyResultRow._fields.index("expected")]
KEY_RESULT = (*_KEPT, *(name for name in MEASURE if name not in _KEPT), "carried_from_id", "curve", "score")
ITEM = (
    "pk",
    "ref",
    "title",
    "level",
    "owner_id",
    "team_id",
    "starts_on",
    "due_on",
    "state",
    "visibility",
    "intended",
    "effort_hours",
    "cost",
    "planned",
    "delivered",
    "ended_on",
    "progress",
    "kind",
    "amount",
    "used",
    "unit",
)
ROADBLOCK = ("pk", "ref", "title", "objective_id", "key_result_id", "item_id", "raised_on")
ASSUMPTION = (
    "pk",
    "text",
    "link_id",
    "item_id",
    "state",
    "importance",
    "likelihood",
    "influenceable",
    "owner_id",
    "review_on",
    "metric_id",
    "at_least",
    "at_most",
)
