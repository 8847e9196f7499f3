"""The demo organisation for one day: its templates with that day's cycles and all check-ins up to then.

The templates are native documents with four things more. `<q0>`, `<q0.end>`, `<q0+4>` are days of the quarter
of that day, `<q-1>` and `<q+1>` those around it, `<y>` the year; `<Q0>` and `<Y>` are their refs. `weekly` gives
a key result one check-in a slot and an item of the chain one report, `monthly` one a month; `moved` is a target
change in a slot; `score` the verdict. The same day gives the same bytes.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

import yaml

from impactline.exchange.demo.verdicts import suggested
from impactline.exchange.yaml_text import LOADER
from impactline.okrs.period import Period

PARTS = ("organisation", "year", "last_quarter", "this_quarter", "next_quarter", "chain")
LOGINS = ("alice@example.org", "ben@example.org", "gale@example.org")
STATUS = {"g": "on_track", "y": "at_risk", "r": "off_track"}
MONTHS_BEFORE = 9
CLOSES_AFTER = 4
WORKDAYS = 5
_TOKEN = re.compile(r"<(y|Y|[qQ](?:0|[+-]1))(\.end|\.parent|[+-]\d+)?>")


def demo(today: date) -> bytes:
    """The demo organisation as a native document in JSON, as of the morning of a day."""
    return json.dumps(_Demo(today).document(), ensure_ascii=False, default=str).encode()


@dataclass(frozen=True, slots=True)
class _Span:
    """A quarter or a year."""

    ref: str
    first: date
    last: date


class _Demo:
    """The templates, and the day for which they are filled in."""

    def __init__(self, today: date) -> None:
        self.today = today
        quarter = (today.month - 1) // 3
        self.spans = {
            f"q{name}": _quarter(today.year, quarter + step) for name, step in (("-1", -1), ("0", 0), ("+1", 1))
        }
        self.spans["y"] = _Span(str(today.year), date(today.year, 1, 1), date(today.year, 12, 31))
        self.by_ref = {span.ref: span for span in self.spans.values()}

    def document(self) -> dict[str, Any]:
        """All parts, filled in and put together."""
        found: dict[str, Any] = {"objectives": []}
        for name in PARTS:
            part = yaml.load(_TOKEN.sub(self._token, _template(name)), Loader=LOADER)  # noqa: S506 - a safe one
            found["objectives"] += [self._objective(entry) for entry in part.pop("objectives", [])]
            found |= part
        found["cycles"] = [self._cycle(entry) for entry in found["cycles"]]
        found["metrics"] = [self._metric(entry) for entry in found["metrics"]]
        found["chain"] = [self._item(entry) for entry in found["chain"]]
        found["roadblocks"] = [
            entry | {"raised_on": min(str(entry["raised_on"]), str(self.today))} for entry in found["roadblocks"]
        ]
        found["requests"] = [
            entry | {day: min(str(entry[day]), str(self.today)) for day in ("asked_on", "answered_on") if day in entry}
            for entry in found["requests"]
        ]
        return found

    def _token(self, match: re.Match[str]) -> str:
        name, more = match[1], match[2] or ""
        span = self.spans[name.lower()]
        if more == ".parent":
            return str(span.first.year)
        if name[0].isupper():
            return span.ref
        if more == ".end":
            return span.last.isoformat()
        return (span.first + timedelta(days=int(more or 0))).isoformat()

    def _cycle(self, entry: dict[str, Any]) -> dict[str, Any]:
        if entry.get("parent") not in self.by_ref:
            entry.pop("parent", None)
        if entry.get("closed_on", self.today) > self.today:
            del entry["closed_on"]
            entry["state"] = "closing"
        return entry

    def _metric(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Readings at the end of each month, the first of them nine months before this quarter."""
        monthly = entry.pop("monthly", {"values": []})
        counted = entry.pop("counted", None)
        first = self.spans["q0"].first
        entry["readings"] = [
            {"at": day, "value": value, "by": entry["owner"]}
            for at, value in enumerate(monthly["values"])
            if (day := _month_later(first, at + 1 - MONTHS_BEFORE) - timedelta(days=1)) < self.today
        ]
        if counted is not None and entry["readings"]:
            entry["readings"][-1] |= counted
        for part in (*entry.get("targets", ()), *entry.get("locked_periods", ())):
            part["at"] = min(str(_moment(part["at"])), _moment(self.today))
        return entry

    def _item(self, entry: dict[str, Any]) -> dict[str, Any]:
        """An item of the chain, with a report a week; one that `ends` in a slot is done from that day on."""
        span = self.spans["q0"]
        weekly, ends = entry.pop("weekly", {"values": []}), entry.pop("ends", None)
        slots = range(min(Period(span.first, span.last).planned, len(weekly["values"])))
        days = [(slot, _slot_day(span, slot, weekly.get("day", 3))) for slot in slots]
        said = [{"by": entry["owner"]} | report for report in entry.get("reports", ())]
        entry["reports"] = [report for report in said if str(report["at"]) < str(self.today)] + [
            {"at": day, "by": entry["owner"], "value": weekly["values"][slot]} for slot, day in days if day < self.today
        ]
        if "judgements" in entry:
            entry["judgements"] = [said for said in entry["judgements"] if str(said["at"]) < str(self.today)]
        if ends is not None and (day := _slot_day(span, ends, 4)) < self.today:
            entry |= {"state": "done", "ended_on": day}
        return entry

    def _objective(self, entry: dict[str, Any]) -> dict[str, Any]:
        span = self.by_ref[entry["cycle"]]
        override = entry.pop("override", None)
        if override is not None:
            entry["overrides"] = list(self._override(override, entry["owner"], span))
        said = entry.pop("sufficiency", None)
        if said is not None and (day := _slot_day(span, said.pop("slot"), 0)) < self.today:
            entry["sufficiency"] = [said | {"by": entry["owner"], "at": _moment(day), "on": day}]
        entry["key_results"] = [self._key_result(part, span) for part in entry.get("key_results", [])]
        if "score" in entry:
            parts = [part["scores"][-1]["suggested"] for part in entry["key_results"] if part.get("scores")]
            mean = round(sum(parts) / len(parts), 3)
            entry["scores"] = [self._score(entry.pop("score"), mean, entry["owner"])]
        return entry

    def _override(self, said: dict[str, Any], by: str, span: _Span) -> Iterator[dict[str, Any]]:
        day, end = _slot_day(span, said["slot"], 0), _slot_day(span, said["resumes"], 0)
        if day < self.today:
            made = {"progress": said["progress"], "reason": said["reason"], "by": by, "at": _moment(day), "on": day}
            ended = {"resumed_at": _moment(end), "resumed_on": end, "resumed_by": by} if end < self.today else {}
            yield made | ended

    def _key_result(self, entry: dict[str, Any], span: _Span) -> dict[str, Any]:
        weekly, monthly = entry.pop("weekly", None), entry.pop("monthly", None)
        moved, score = entry.pop("moved", None), entry.pop("score", None)
        if span.first <= self.today and entry.get("type") != "open":
            entry["frozen_at"] = _moment(span.first)
        if weekly is not None:
            entry["check_ins"] = list(self._weekly(weekly, entry, span))
        if monthly is not None:
            entry["check_ins"] = list(self._monthly(monthly, entry, span))
        if entry.get("type") == "milestones":
            _reach(entry)
        if moved is not None:
            self._move(entry, moved, span)
        if score is not None:
            advised = suggested(entry, Period(span.first, span.last))
            entry["scores"] = [self._score(score, advised.score, entry["owner"], advised.against_original)]
        return entry

    def _weekly(self, said: dict[str, Any], entry: dict[str, Any], span: _Span) -> Iterator[dict[str, Any]]:
        now = (self.today - span.first).days - 1
        last = now // 7 - said.get("leaves", 0)
        for slot in range(min(Period(span.first, span.last).planned, max(_length(said), 0))):
            day = _slot_day(span, slot, said.get("day", 0))
            if slot <= last and day < self.today and slot not in said.get("skip", ()):
                yield from _check_in(said, slot, day, entry["owner"])

    def _monthly(self, said: dict[str, Any], entry: dict[str, Any], span: _Span) -> Iterator[dict[str, Any]]:
        for month in range(_length(said)):
            day = _month_later(span.first, month + 1) - timedelta(days=3)
            if day < self.today:
                yield from _check_in(said, month, day, entry["owner"])

    def _move(self, entry: dict[str, Any], said: dict[str, Any], span: _Span) -> None:
        """The target was changed in a slot; before that day the key result still has the earlier one."""
        day = _slot_day(span, said["slot"], 4)
        if day >= self.today:
            entry.update(said["before"])
            return
        after = {name: entry[name] for name in said["before"]}
        made = {"at": _moment(day), "by": entry["owner"], "reason": said["reason"], "before": said["before"]}
        entry["changes"] = [made | {"on": day, "after": after}]

    def _score(
        self, said: dict[str, Any], advised: float, by: str, against_original: float | None = None
    ) -> dict[str, Any]:
        day = min(self.spans["q0"].first + timedelta(days=CLOSES_AFTER - 1), self.today)
        found = {"given": said.get("given", advised), "suggested": advised, "reason": said.get("reason", ""), "by": by}
        if against_original is not None:
            found["against_original"] = against_original
        return found | {"at": _moment(day), "on": day}


def _template(name: str) -> str:
    return resources.files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def _quarter(year: int, number: int) -> _Span:
    """A quarter of a year by its number from 0; −1 is the last one of the year before."""
    year, number = year + number // 4, number % 4
    first = date(year, 3 * number + 1, 1)
    return _Span(f"{year}-Q{number + 1}", first, _month_later(first, 3) - timedelta(days=1))


def _month_later(first: date, months: int) -> date:
    """The first day of a month, so many months later."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _slot_day(span: _Span, slot: int, number: int) -> date:
    """The working day of a slot with this number, from 0."""
    days = (span.first + timedelta(days=7 * slot + 1 + offset) for offset in range(7))
    return [day for day in days if day.weekday() < WORKDAYS][min(number, WORKDAYS - 1)]


def _moment(day: date) -> str:
    return f"{day}T08:30:00Z"


def _length(said: dict[str, Any]) -> int:
    return max(len(said["values"]), len(said.get("confidence", "")))


def _check_in(said: dict[str, Any], at: int, day: date, by: str) -> Iterator[dict[str, Any]]:
    """What was said in one slot; nothing where nothing stands."""
    found: dict[str, Any] = {}
    if at < len(said["values"]) and said["values"][at] is not None:
        found["value"] = said["values"][at]
    confidence, status = said.get("confidence", "")[at : at + 1], said.get("status", "")[at : at + 1]
    if confidence.isdigit():
        found["confidence"] = int(confidence)
    if status in STATUS:
        found["status"] = STATUS[status]
    if at in said.get("notes", {}):
        found["note"] = said["notes"][at]
    if found:
        earlier = [{"at": day, "by": by, **wrong} for wrong in [said.get("corrected", {}).get(at)] if wrong]
        yield {"at": day, "by": by, **found, **({"earlier": earlier} if earlier else {})}


def _reach(entry: dict[str, Any]) -> None:
    """The days on which the milestones were reached, by the numbers in the check-ins."""
    for place, step in enumerate(entry["milestones"], 1):
        days = [said["at"] for said in entry.get("check_ins", ()) if Decimal(said.get("value", 0)) >= place]
        if days:
            step["reached_on"] = days[0]
