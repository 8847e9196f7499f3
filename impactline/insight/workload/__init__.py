"""How loaded people are, by week: from the hours that are left to do, working days, holidays and absences."""

from impactline.insight.workload.spreading import (
    FULL_WEEK,
    WEEKS,
    Cell,
    Load,
    Task,
    Worker,
    hours_left,
    is_in_hours,
    spread,
)

__all__ = ["FULL_WEEK", "WEEKS", "Cell", "Load", "Task", "Worker", "hours_left", "is_in_hours", "spread"]
