"""Lists of objectives as one person sees them, quick for many thousands of them.

The figures that are kept with an objective are shown, sorted and counted as they are where they are of today and
hold nothing that is hidden from the person; only the others are computed, for an earlier day all. What a list is
ordered and counted by is therefore always what the person may see. In full only what is on the page is loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from impactline.checkins.figures import ObjectiveFigures, figures_of
from impactline.checkins.rollups import rolled_of
from impactline.checkins.stated import stated_by
from impactline.okrs.models import Objective
from impactline.okrs.queries import Line, Wanted, lines
from impactline.okrs.rollup import Rolled
from impactline.okrs.today import Present
from impactline.people.models import Person


@dataclass(frozen=True, slots=True)
class Listed:
    """Objectives with what is shown of each, today or as of an earlier day; the roll-ups that had to be computed."""

    lines: list[Line]
    rolled: dict[int, Rolled]
    as_of: date | None = None


def listed(
    person: Person | None,
    objectives: "QuerySet[Objective]",
    now: Present,
    as_of: date | None = None,
    wanted: Wanted | None = None,
) -> Listed:
    """The objectives of a query that the person may see, in its order; one query, a second where not all is settled."""
    if wanted is not None and as_of is not None:
        wanted = replace(wanted, stated=stated_by(as_of)["confidence"])
    found = lines(person, objectives, now.day if as_of is None else None, wanted)
    rolled = rolled_of(person, [line.id for line in found if not line.settled], now, as_of)
    return Listed([_shown(line, rolled[line.id]) if line.id in rolled else line for line in found], rolled, as_of)


def figures_of_lines(
    person: Person | None, listed: Listed, chosen: Sequence[Line], now: Present
) -> dict[int, ObjectiveFigures]:
    """The figures of some lines of a list, with their key results; two queries at most."""
    known = {line.id: listed.rolled[line.id] for line in chosen if line.id in listed.rolled}
    return figures_of(person, [Objective(pk=line.id) for line in chosen], now, listed.as_of, known)


def _shown(line: Line, rolled: Rolled) -> Line:
    status = None if rolled.status is None else str(rolled.status)
    return line._replace(progress=rolled.progress, expected=rolled.expected, pace=str(rolled.colour), status=status)
