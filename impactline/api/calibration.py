"""How good forecasts of closed cycles were, and what confidence was worth to whoever asks and their teams."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from impactline.api.access import REFUSALS
from impactline.insight.judging import as_data, calibration_for
from impactline.people.models import Person

router = Router(tags=["forecast"])


class ReliabilityShape(Schema):
    """The forecasts between two chances: how many, what they said on average, and the share that was reached."""

    low: float
    high: float
    count: int
    told: float | None
    reached: float | None


class ScoresShape(Schema):
    """Brier scores of the forecast and the straight line, their ratio, and how often the intervals held what came."""

    count: int
    brier: float | None
    straight_line_brier: float | None
    ratio: float | None
    calibration_error: float | None
    coverage_50: float | None
    coverage_80: float | None
    reliability: list[ReliabilityShape]


class CycleScoresShape(ScoresShape):
    """The scores of a cycle."""

    cycle: str


class LevelShape(Schema):
    """Key results of which one confidence was said, and how many of them were reached."""

    confidence: int
    count: int
    reached: int


class SaidShape(Schema):
    """What confidence was worth; `surplus` is how much more was said than came."""

    count: int
    brier: float | None
    surplus: float | None
    levels: list[LevelShape]
    words: str


class TeamSaidShape(SaidShape):
    """The same of a team."""

    team: str


class ConfidenceShape(Schema):
    """One's own, and that of one's teams."""

    own: SaidShape
    teams: list[TeamSaidShape]


class CorrectionShape(Schema):
    """How chances are corrected by `count` closed forecasts: log odds told = shift + slope × log odds worked out."""

    shift: float
    slope: float
    count: int


class CalibrationShape(Schema):
    """Scores by type, "all" first, and by cycle, before the corrections by type that are in force; and confidence."""

    forecasts: dict[str, ScoresShape]
    cycles: list[CycleScoresShape]
    corrections: dict[str, CorrectionShape]
    confidence: ConfidenceShape


@router.get(
    "/calibration", response={200: CalibrationShape, **REFUSALS}, summary="How good forecasts and confidence were"
)
def calibration(request: HttpRequest) -> dict[str, Any]:
    person: Person = request.auth  # type: ignore[attr-defined]
    return as_data(calibration_for(person))
