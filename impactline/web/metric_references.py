"""By what codes others know a metric: an SDG indicator, an entry of one's own list."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from impactline.metrics.models import Metric

LISTS = {
    "1": "WHO Registry",
    "2": "Sphere Handbook",
    "3": "US Foreign Assistance Framework",
    "4": "World Development Indicators",
    "5": "MDG indicator",
    "6": "Humanitarian Response Indicators",
    "7": "HIV/AIDS Indicator Registry",
    "8": "HIPSO",
    "9": "SDG indicator",
    "99": "Own list",
}
"""IATI's codes of lists of indicators, in words (its code list IndicatorVocabulary)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The name of the list, the code in it, and its address where that may be followed."""

    list: str
    code: str
    uri: str


def references(metric: Metric) -> list[Reference]:
    """The references of a metric, the lists of IATI by name; only addresses of the web are links."""
    return [
        Reference(LISTS.get(entry["vocabulary"], entry["vocabulary"]), entry["code"], _followed(entry["uri"]))
        for entry in metric.references
    ]


def _followed(uri: str) -> str:
    try:
        return uri if urlsplit(uri).scheme in {"http", "https"} else ""
    except ValueError:
        return ""
