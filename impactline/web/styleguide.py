"""The style guide: every component in realistic content, empty and overfull, on one page."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse

from impactline.web import charts
from impactline.web.shell import page as shell_page

CONTENT = Path(__file__).with_suffix(".yaml")
STARTS_ON, TODAY, ENDS_ON = date(2026, 10, 1), date(2026, 11, 16), date(2026, 12, 31)
EXPECTED = 0.505
SWAY = (0.0, 0.06, -0.05, 0.09, -0.02, 0.04, -0.07, 0.02)
ROW: dict[str, Any] = {
    "owner": "",
    "progress": None,
    "pace": "",
    "confidence": None,
    "status": None,
    "score": None,
    "version": 1,
}
OBJECTIVE: dict[str, Any] = {"visibility": "open", "hidden": False, "key_results": []}
KEY_RESULT: dict[str, Any] = {"type": "metric", "now": "", "goal": "", "readings": [], "target": None}
DUE: dict[str, Any] = {"unit": "", "expected": "", "late": False, "levels": (), "value": None, "note": ""}


def page(request: HttpRequest) -> HttpResponse:
    """Show the style guide."""
    return shell_page(request, "styleguide/page.html", **samples())


def explanation(request: HttpRequest, fact: str) -> HttpResponse:
    """Explain one figure of the style guide; there is one explanation for all."""
    return shell_page(request, "styleguide/explanation.html", fact=fact, today=TODAY)


def samples() -> dict[str, Any]:
    """What the page shows: the content of styleguide.yaml as rows of each kind, charts, and the extremes."""
    content = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    people, texts = content["people"], content["texts"]
    return {
        "today": TODAY,
        "starts_on": STARTS_ON,
        **texts,
        "people": [(name, key) for key, name in people.items()],
        "objectives": [_objective(entry, people, texts) for entry in content["objectives"]],
        "extremes": [_objective(entry, people, texts) for entry in content["extremes"]],
        "due": [_due(entry) for entry in content["due"]],
        "lines": [
            _row(entry, people, texts, "objectives") | {"expanded": entry.get("expanded")} for entry in content["lines"]
        ],
        "readings": _readings(21, 14, 10),
        "chart": _forecast_chart(),
        "revised": _revised_chart(),
        "kpi": _healthy_chart(),
        "empty_chart": charts.line_chart([], starts_on=STARTS_ON, ends_on=ENDS_ON, baseline=21, target=7),
    }


def _objective(entry: dict[str, Any], people: dict[str, str], texts: dict[str, str]) -> dict[str, Any]:
    row = OBJECTIVE | _row(entry, people, texts, "objectives")
    parts = [KEY_RESULT | _row(part, people, texts, "key-results") for part in row["key_results"]]
    for part in parts:
        part["readings"] = _readings(*part["readings"]) if part["readings"] else []
    return row | {
        "key_results": parts,
        "parts": [part["ref"] for part in parts],
        "team": "Care",
        "team_href": "#team",
        "fragment": "",
    }


def _row(entry: dict[str, Any], people: dict[str, str], texts: dict[str, str], noun: str) -> dict[str, Any]:
    key = next((key for key in people if key.startswith(f"{entry.get('owner')}@")), "")
    return (
        ROW
        | entry
        | {
            "title": entry["title"].format(**texts),
            "href": f"#{noun}-{entry['ref']}",
            "explain": "/styleguide/explanations",
            "expected": None if entry.get("progress") is None else EXPECTED,
            "owner_name": people.get(key, ""),
            "owner_key": key,
            "owner_href": f"#{key}" if key else "",
        }
    )


def _due(entry: dict[str, Any]) -> dict[str, Any]:
    return ROW | DUE | entry | {"href": f"#{entry['ref']}", "action": "#due"}


def _readings(first: float, last: float, count: int) -> list[charts.Reading]:
    """A course from first to last that sways a little, the same on every run."""
    span = (TODAY - STARTS_ON).days
    shares = [step / max(count - 1, 1) for step in range(count)]
    swayed = [share + (SWAY[step % len(SWAY)] if 0 < share < 1 else 0) for step, share in enumerate(shares)]
    return [
        (STARTS_ON + timedelta(days=round(span * share)), round(Decimal(first + (last - first) * level), 1))
        for share, level in zip(shares, swayed, strict=True)
    ]


def _forecast_chart() -> charts.LineChart:
    return charts.line_chart(
        _readings(21, 14, 10),
        starts_on=STARTS_ON,
        ends_on=ENDS_ON,
        path=[(STARTS_ON, 21), (ENDS_ON, 7)],
        baseline=21,
        target=7,
        fan=[(TODAY, 14, 14), (date(2026, 12, 1), 9.5, 13), (ENDS_ON, 5, 12.5)],
        today=TODAY,
    )


def _revised_chart() -> charts.LineChart:
    changed = date(2026, 11, 2)
    return charts.line_chart(
        _readings(120_000, 310_000, 7),
        starts_on=STARTS_ON,
        ends_on=ENDS_ON,
        path=[(STARTS_ON, 120_000), (changed, 337_000), (changed, 260_000), (ENDS_ON, 480_000)],
        baseline=120_000,
        target=480_000,
        revisions=[(changed, 650_000, 480_000)],
        today=TODAY,
    )


def _healthy_chart() -> charts.LineChart:
    readings = _readings(11.5, 8.6, 14)
    return charts.line_chart(readings, starts_on=STARTS_ON, ends_on=ENDS_ON, healthy=(None, 10), today=TODAY)
