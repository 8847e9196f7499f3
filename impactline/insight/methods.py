"""The ways in which forecasts are worked out, by name."""

from enum import StrEnum


class Method(StrEnum):
    """How it was worked out."""

    COURSE = "course"
    SUM = "sum"
    HOLD = "hold"
    RUBRIC = "rubric"
    CONTROL = "control"
    MILESTONES = "milestones"
    BINARY = "binary"
    HISTORY = "history"
