"""How loaded people are, by week: the heat map of the page of bottlenecks, and what one of its cells says."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from impactline.base.errors import NotFound
from impactline.insight.loads import Loads, loads
from impactline.insight.workload import Cell
from impactline.insight.workload.spreading import WORKING_DAYS
from impactline.okrs.explain import Explanation
from impactline.people.calendar import absences_in
from impactline.people.models import Person, Team
from impactline.people.queries import free_days_by_person, person_named
from impactline.web import reader
from impactline.web.explaining import Explained, answer
from impactline.web.rows import address, person_href
from impactline.web.shell import asking, page, today

FULL_FROM = 0.8
SOME_FROM = 0.4
RULE = (
    "What is left to do of each activity is spread evenly over the working days up to its last, from today or its "
    "first day; what is overdue, over the next five. A week has room for a fifth of the weekly hours on each working "
    "day."
)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A week of a person: its figure and word, how it is drawn, and the address of its explanation."""

    text: str
    word: str
    look: str
    explain: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """The weeks of a person; `assumed` says that the hours of their week are not stated."""

    person: Person
    href: str
    assumed: bool
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """The heat map: the Mondays, the people with hours to do, how many are overloaded, what is in no week."""

    mondays: tuple[date, ...]
    rows: tuple[HeatRow, ...]
    over: int
    undated: tuple[tuple[str, str], ...]


def heat(viewer: Person, day: date, team: Team | None) -> Heat:
    """The heat map of a team or of all, those with the fullest weeks first."""
    found = loads(viewer, day, team=team)
    ranked = sorted(found.rows, key=lambda row: -_fullness(row[1].worst))
    rows = tuple(
        HeatRow(person, person_href(person), person.pk in found.assumed, _cells(person, load.cells, found))
        for person, load in ranked
    )
    return Heat(
        mondays=tuple(cell.monday for cell in found.rows[0][1].cells) if found.rows else (),
        rows=rows,
        over=sum(1 for _, load in found.rows if any(cell.is_over(found.most) for cell in load.cells)),
        undated=tuple((found.titles[key][1], address("chain-item", found.titles[key][0])) for key in found.undated),
    )


@require_GET
def of_person(request: HttpRequest, ref: str) -> HttpResponse:
    """The load of one week of a person, ?week= names its Monday; what each activity takes of it."""
    viewer, person, day = asking(request), person_named(ref), today().day
    found = loads(viewer, day)
    load = found.of(person)
    if load is None:
        return page(request, "load_none.html", shown=person)
    wanted = _day(request.GET.get("week", "")) or load.cells[0].monday
    cell = next((cell for cell in load.cells if cell.monday <= wanted < cell.monday + timedelta(days=7)), None)
    if cell is None:
        raise NotFound("That week is not planned yet, or past.")
    missing = _not_worked(person, cell.monday, day)
    return answer(request, _explained(cell, found, missing), person.name, person_href(person))


def _cells(person: Person, cells: tuple[Cell, ...], found: Loads) -> tuple[HeatCell, ...]:
    return tuple(_cell(person, cell, found.most) for cell in cells)


def _cell(person: Person, cell: Cell, most: float) -> HeatCell:
    word, look = _said(cell, most)
    explain = f"{address('person-load', person.email)}?week={cell.monday}" if cell.hours else ""
    text = reader.percent(cell.load) if cell.load is not None else f"{reader.number(cell.hours, 0)} h"
    return HeatCell(text if cell.hours else "", word, look, explain)


def _said(cell: Cell, most: float) -> tuple[str, str]:
    if not cell.hours:
        return ("free", "free") if cell.capacity else ("away", "away")
    if cell.is_over(most):
        return ("too much", "over") if cell.load is not None else ("while away", "over")
    if (cell.load or 0.0) >= FULL_FROM:
        return "full", "full"
    return ("well used", "some") if (cell.load or 0.0) >= SOME_FROM else ("room", "room")


def _not_worked(person: Person, monday: date, today: date) -> tuple[str, ...]:
    """Which days of a week are no working days of a person, and why; four queries."""
    week = [monday + timedelta(days=number) for number in range(WORKING_DAYS)]
    holidays = set(free_days_by_person()(person.pk))
    away = {day for day in week for one in absences_in(person.absences) if one.starts_on <= day <= one.ends_on}
    why = (
        ("Over already", [day for day in week if day < today]),
        ("Holiday", [day for day in week if day >= today and day in holidays]),
        ("Away", [day for day in week if day >= today and day in away - holidays]),
    )
    return tuple(f"{word}: {'; '.join(map(reader.weekday, days))}." for word, days in why if days)


def _explained(cell: Cell, found: Loads, missing: tuple[str, ...]) -> Explained:
    hours, room = _hours(cell.hours), _hours(cell.capacity)
    value = reader.percent(cell.load) if cell.load is not None else f"{hours} h"
    parts = tuple((found.titles[key][1], f"{_hours(part)} h") for key, part in cell.tasks)
    formula = f"{hours} hours to do ÷ {room} hours on {cell.days} working day{'' if cell.days == 1 else 's'}"
    text = Explanation(f"Week of {reader.day(cell.monday)}", f"{formula} = {value}", parts, RULE, found.day, missing)
    return Explained(value, text)


def _hours(hours: float) -> str:
    return reader.number(round(hours, 1))


def _fullness(cell: Cell) -> float:
    return cell.load if cell.load is not None else float("inf") if cell.hours else 0.0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


addresses: list[URLPattern] = [path("people/<str:ref>/load", of_person, name="person-load")]
