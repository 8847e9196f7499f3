"""Whether forecasts came about as often as they said, and what people's confidence was worth."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from impactline.insight.forecast.backtest import Bin, Report
from impactline.insight.forecast.confidence import told
from impactline.insight.judging import calibration_for
from impactline.web import reader
from impactline.web.key_result_pages import TYPES
from impactline.web.shell import asking, page, today

LEAST_RADIUS, MOST_RADIUS = 3.0, 9.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin in the picture: its place in per cent of the drawing, and a radius that grows with its forecasts."""

    x: float
    y: float
    radius: float
    bin: Bin


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The forecasts of closed cycles held against what came."""
    found = calibration_for(asking(request))
    whole = found.reports["all"]
    return page(
        request,
        "calibration.html",
        day=today().day,
        whole=whole,
        sentence=sentence(whole),
        dots=dots(whole.bins),
        types=[(TYPES[name], row) for name, row in found.reports.items() if name != "all"],
        cycles=found.cycles,
        corrections=[(TYPES[name], row) for name, row in found.corrections.items()],
        own=(found.own, told(found.own)),
        teams=[(team, said, told(said)) for team, said in found.teams],
    )


def sentence(report: Report) -> str:
    """What the scores come to in words."""
    if not report.count:
        return ""
    if not report.is_telling:
        return "So few tell little: wait for more closed cycles before you rely on these figures."
    if report.ratio is None:
        return "The straight line was never wrong here."
    if report.ratio < 1:
        return f"The forecast was nearer to what came than the straight line, by {reader.percent(1 - report.ratio)}."
    return "The forecast was no nearer to what came than the straight line. Look at each type below."


def dots(bins: Sequence[Bin]) -> list[Dot]:
    """Where the bins lie: what was said from left to right, what was reached from below."""
    most = max((entry.count for entry in bins), default=0)
    return [
        Dot(
            x=round((entry.told or 0.0) * 100, 2),
            y=round(100 - (entry.reached or 0.0) * 100, 2),
            radius=round(LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * (entry.count / most) ** 0.5, 1),
            bin=entry,
        )
        for entry in bins
        if entry.count
    ]


addresses: list[URLPattern] = [path("calibration", show, name="calibration")]
