"""Days on which nobody works, and on which one person is away: as they are kept, and as people write them in lines."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from impactline.base.errors import Invalid
from impactline.base.texts import line

MOST = 400
NAME_MAX = 80
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Absence(NamedTuple):
    """Days on which a person is away, both included."""

    starts_on: date
    ends_on: date


class Holiday(NamedTuple):
    """A day on which nobody works."""

    on: date
    name: str


def absences_in(stored: Iterable[Mapping[str, str]]) -> tuple[Absence, ...]:
    """Absences as a person keeps them."""
    return tuple(Absence(date.fromisoformat(one["starts_on"]), date.fromisoformat(one["ends_on"])) for one in stored)


def holidays_in(stored: Iterable[Mapping[str, str]]) -> tuple[Holiday, ...]:
    """Holidays as the organisation keeps them."""
    return tuple(Holiday(date.fromisoformat(one["on"]), one["name"]) for one in stored)


def kept_absences(found: Iterable[Absence]) -> list[dict[str, str]]:
    """Absences to be stored: each once, in order. Raises Invalid where one ends before it starts."""
    rows = sorted(set(found))
    for row in rows:
        if row.ends_on < row.starts_on:
            raise Invalid(
                f"The absence from {row.starts_on} ends before it starts.",
                remedy="Write the first day, then the last.",
                field="absences",
            )
    _few(rows, "absences")
    return [{"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat()} for row in rows]


def kept_holidays(found: Iterable[Holiday]) -> list[dict[str, str]]:
    """Holidays to be stored: each day once, the last name counts."""
    rows = sorted({row.on: row for row in found}.values())
    _few(rows, "holidays")
    return [{"on": row.on.isoformat(), "name": line(row.name, "holidays", NAME_MAX)} for row in rows]


def free_days(
    teams: Iterable[int],
    own: Mapping[int, tuple[Holiday, ...]],
    parents: Mapping[int, int | None],
    organisation: tuple[Holiday, ...],
) -> tuple[Holiday, ...]:
    """The holidays of somebody who belongs to these teams, by day.

    A team without holidays of its `own` has those of the nearest team above that has some. Whoever belongs to teams
    with holidays has those of all of them, everybody else those of the organisation.
    """
    found = {one for team in teams for one in _nearest(team, own, parents)}
    return tuple(sorted(found)) if found else organisation


def _nearest(
    team: int, own: Mapping[int, tuple[Holiday, ...]], parents: Mapping[int, int | None]
) -> tuple[Holiday, ...]:
    above, passed = team, set[int]()
    while above not in own and above not in passed:
        passed.add(above)
        above = parents.get(above) or above
    return own.get(above, ())


def read_absences(text: str) -> list[Absence]:
    """Absences as people write them, one a line: a day, or the first and the last. Raises Invalid."""
    found = []
    for words in filter(None, map(str.strip, text.splitlines())):
        days = _days(words, "absences")
        if not 1 <= len(days) <= 2:
            raise Invalid(f"“{words[:40]}” is no absence.", remedy=_REMEDY["absences"], field="absences")
        found.append(Absence(days[0], days[-1]))
    return found


def read_holidays(text: str) -> list[Holiday]:
    """Holidays as people write them, one a line: the day, then its name. Raises Invalid."""
    found = []
    for words in filter(None, map(str.strip, text.splitlines())):
        days, name = _days(words, "holidays"), _DAY.sub("", words).strip(" ,;:\t")
        if len(days) != 1:
            raise Invalid(f"“{words[:40]}” is no holiday.", remedy=_REMEDY["holidays"], field="holidays")
        found.append(Holiday(days[0], name or "Holiday"))
    return found


def write_absences(stored: Iterable[Mapping[str, str]]) -> str:
    """Absences as people write them."""
    return "\n".join(
        one["starts_on"] if one["starts_on"] == one["ends_on"] else f"{one['starts_on']} {one['ends_on']}"
        for one in stored
    )


def write_holidays(stored: Iterable[Mapping[str, str]]) -> str:
    """Holidays as people write them."""
    return "\n".join(f"{one['on']} {one['name']}" for one in stored)


def _days(words: str, field: str) -> list[date]:
    try:
        return [date.fromisoformat(day) for day in _DAY.findall(words)]
    except ValueError:
        raise Invalid(f"There is no such day: “{words[:40]}”.", remedy=_REMEDY[field], field=field) from None


def _few(rows: Sequence[Any], field: str) -> None:
    if len(rows) > MOST:
        raise Invalid(f"That are {len(rows)} lines; {MOST} are kept.", remedy="Leave past ones out.", field=field)


_REMEDY = {
    "absences": "Write one a line: 2026-12-21, or 2026-12-21 2026-12-31.",
    "holidays": "Write one a line: 2026-12-25 Christmas Day.",
}
