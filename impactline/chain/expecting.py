"""What the metrics of outcomes should have done by a day, as one person sees the chain behind them.

Loads claims, delivered quantities and readings in a fixed number of queries; the arithmetic is in `expectation` and
`course`. What the person does not see claims nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from impactline.chain import queries
from impactline.chain.completion import Window, Work
from impactline.chain.course import Course, course
from impactline.chain.expectation import Claim, Expectation, Quantity, delivered_so_far
from impactline.chain.levels import Level, LinkKind
from impactline.chain.models import ChainItem, Link, Report
from impactline.chain.visibility import links_visible_to
from impactline.metrics.models import Metric
from impactline.metrics.queries import Course as Reading
from impactline.metrics.queries import courses
from impactline.people.models import Person

READINGS_MAX = 400
Reports = dict[int, list[tuple[date, float]]]


@dataclass(frozen=True, slots=True)
class Behind:
    """The chain behind some outcomes: what its links claim, and how much of each output there was."""

    piece: queries.Piece
    expectation: Expectation
    claims: tuple[Claim, ...]
    reports: Reports
    day: date

    def into(self, outcome: ChainItem) -> list[Link]:
        """The links that lead to an outcome, in their order."""
        return [link for link in self.piece.links if link.target_id == outcome.pk]


@dataclass(frozen=True, slots=True)
class Expected:
    """One metric of one outcome: its course, what was read, and the links that lead there without an effect on any.

    `titles` are those of the items that claims name.
    """

    outcome: ChainItem
    metric: Metric
    course: Course
    readings: list[Reading]
    silent: list[Link]
    titles: dict[Hashable, str]


def behind(person: Person | None, seeds: Collection[int], day: date) -> Behind:
    """The chain behind these items by the end of a day; five queries."""
    piece = queries.piece_behind(person, seeds)
    outputs = piece.at(Level.OUTPUT)
    reports = reports_until(outputs, day)
    claims = tuple(_claim(link) for link in piece.links if link.effect_metric_id is not None)
    quantities: dict[Hashable, Quantity] = {item.pk: _quantity(item, piece, reports, day) for item in outputs}
    return Behind(piece, Expectation(claims, quantities), claims, reports, day)


def expected_of(person: Person | None, outcome: ChainItem, day: date) -> list[Expected]:
    """For each metric that measures an outcome, or that a link to it claims to move, its course; eight queries."""
    found = behind(person, [outcome.pk], day)
    claimed = [link.effect_metric for link in found.into(outcome) if link.effect_metric is not None]
    metrics = {metric.pk: metric for metric in [*claimed, *outcome.metrics.order_by("name", "pk")]}
    return _courses([(outcome, metric) for metric in metrics.values()], found)


def is_claimed(person: Person | None, metric: Metric) -> bool:
    """Whether a link that a person sees claims to move a metric; one query."""
    return _claims(person, metric).exists()


def expected_for(person: Person | None, metric: Metric, day: date) -> list[Expected]:
    """The course of a metric by each outcome that links claim to move it for; seven queries."""
    rows = _claims(person, metric)
    ids = list(dict.fromkeys(rows.order_by("target__position", "target_id").values_list("target_id", flat=True)))
    if not ids:
        return []
    found = behind(person, ids, day)
    return _courses([(found.piece.items[key], metric) for key in ids if key in found.piece.items], found)


def _claims(person: Person | None, metric: Metric) -> "QuerySet[Link]":
    return links_visible_to(person).filter(effect_metric=metric, target__archived_at=None, source__archived_at=None)


def _courses(pairs: list[tuple[ChainItem, Metric]], found: Behind) -> list[Expected]:
    read = courses({metric.pk for _, metric in pairs}, found.day, READINGS_MAX) if pairs else {}
    titles: dict[Hashable, str] = {key: item.title for key, item in found.piece.items.items()}
    shown = []
    for outcome, metric in pairs:
        links = [link for link in found.into(outcome) if link.kind == LinkKind.CONTRIBUTES_TO]
        readings = read.get(metric.pk, [])
        drawn = course(found.expectation, outcome.pk, metric.pk, readings, found.day, is_linked=bool(links))
        silent = [link for link in links if link.effect_metric_id is None]
        shown.append(Expected(outcome, metric, drawn, readings, silent, titles))
    return shown


def _claim(link: Link) -> Claim:
    return Claim(
        link.source_id,
        link.target_id,
        link.effect_metric_id,
        float(link.effect_change or 0),
        float(link.effect_per or 1),
        link.lag_days or 0,
        link.confidence,
    )


def reports_until(items: Iterable[ChainItem], day: date) -> Reports:
    """What was reported of some items up to a day, in its order; one query."""
    found: Reports = defaultdict(list)
    rows = Report.objects.filter(item__in=[item.pk for item in items], day__lte=day).order_by("day", "id")
    for number, on, value in rows.values_list("item_id", "day", "value"):
        found[number].append((on, float(value or 0)))
    return found


def _quantity(item: ChainItem, piece: queries.Piece, reports: Reports, day: date) -> Quantity:
    producing = [link.source_id for link in piece.links if link.target_id == item.pk]
    starts = [begun for number in producing if (begun := piece.items[number].starts_on) is not None]
    return quantity_of(item, starts, reports.get(item.pk, []), day)


def quantity_of(item: ChainItem, starts: list[date], said: list[tuple[date, float]], day: date) -> Quantity:
    """How much of an output there was by each day, by its reports until one; it began with the first of `starts`."""
    first = min([*starts, *(on for on, _ in said[:1]), day])
    work = Work(
        key=item.pk,
        level=Level.OUTPUT,
        title=item.title,
        state=item.state,
        starts_on=item.starts_on,
        due_on=item.due_on,
        ended_on=item.ended_on,
        planned=item.planned,
        delivered=said[-1][1] if said else None,
    )
    return delivered_so_far(work, said, day, Window(first, max(first, day)))
