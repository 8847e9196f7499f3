"""The forecast: where a value will stand on a day, how sure that is, and whether it will reach its target; pure."""

from impactline.insight.forecast.forecasting import forecast, forecast_series
from impactline.insight.forecast.outlook import Caveat, FanDay, History, Outlook, Silence, Span, Speed
from impactline.insight.methods import Method

__all__ = [
    "Caveat",
    "FanDay",
    "History",
    "Method",
    "Outlook",
    "Silence",
    "Span",
    "Speed",
    "forecast",
    "forecast_series",
]
