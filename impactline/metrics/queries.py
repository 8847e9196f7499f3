"""Questions about shared metrics. A metric without a ref belongs to a key result and is seen only there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from impactline.base.bulk import among
from impactline.base.errors import NotFound
from impactline.metrics.adding import Amount
from impactline.metrics.breakdown import PartOf
from impactline.metrics.definition import Declared, Start
from impactline.metrics.measure import Quality
from impactline.metrics.models import LockedPeriod, Metric, Part, PeriodTarget, Reading
from impactline.metrics.periods import Actual, Known, Standing, actual, standing
from impactline.metrics.said import Link, Said
from impactline.people.models import Person

Course = tuple[date, Decimal]


def visible_to(person: Person | None, *, archived: bool = False) -> "QuerySet[Metric]":
    """The shared metrics, open to everybody who signs in."""
    found = Metric.objects.filter(ref__isnull=False).select_related("owner", "team").order_by("name", "ref")
    return found if archived else found.filter(archived_at=None)


def metric_for(person: Person | None, ref: str) -> Metric:
    """The shared metric with this ref; raises NotFound."""
    found = visible_to(person, archived=True).filter(ref=ref).first()
    if found is None:
        raise NotFound(f"There is no metric “{ref[:80]}”.")
    return found


def declared(metric: Metric) -> Declared:
    """The dimensions of a metric with their categories; one query, none where they were loaded with it."""
    return tuple((row.name, tuple(row.categories)) for row in metric.dimensions.all())


def starts_of(metric: Metric) -> list[Start]:
    """What a metric was before the work started; one query, none where they were loaded with it."""
    return [Start(row.day, row.amount, tuple(row.categories.items()), row.note) for row in metric.baselines.all()]


def readings(metric: Metric, until: date | None = None) -> "QuerySet[Reading]":
    """The readings that hold, in order of day and entry; corrected ones are left out."""
    found = Reading.objects.filter(metric=metric, replaced=False).order_by("day", "id")
    return found if until is None else found.filter(day__lte=until)


def courses(metric_ids: Iterable[int], until: date | None = None, most: int = 40) -> dict[int, list[Course]]:
    """The last readings of many metrics as (day, value) in order of day, by id of the metric; one query."""
    ids = set(metric_ids)
    if not ids:
        return {}
    place = Window(RowNumber(), partition_by=F("metric_id"), order_by=[F("day").desc(), F("id").desc()])
    rows = Reading.objects.filter(metric__in=among(ids), replaced=False, value__isnull=False)
    rows = rows.annotate(place=place)
    if until is not None:
        rows = rows.filter(day__lte=until)
    found: dict[int, list[Course]] = defaultdict(list)
    last = rows.filter(place__lte=most).order_by("day", "id")
    for metric, day, value in last.values_list("metric_id", "day", "value"):
        assert value is not None, "readings without a value are left out"
        found[metric].append((day, value))
    return found


def course_of(metric: Metric, until: date | None = None) -> list[Course]:
    """The readings with a value as (day, value), in order of day and entry; one query."""
    rows = readings(metric, until).filter(value__isnull=False).values_list("day", "value")
    return [(day, value) for day, value in rows if value is not None]


def said_with(reading: Reading) -> Said:
    """What a reading says beside its day and note; one query, none where its parts were loaded with it."""
    parts = tuple(PartOf(tuple(row.categories.items()), row.amount) for row in reading.parts.all())
    links = tuple(Link(link["title"], link["url"]) for link in reading.evidence or ())
    return Said(reading.amount, parts, reading.quality or Quality.MEASURED, links)


def all_readings(metric: Metric) -> "QuerySet[Reading]":
    """Every reading that was ever entered, corrected ones too, newest first."""
    return Reading.objects.filter(metric=metric).select_related("by").order_by("-day", "-id")


@dataclass(frozen=True, slots=True)
class Read:
    """A reading that holds, with the versions it corrected (newest first) and the value read before it.

    `number` is its place in the order in which the readings of its metric were written, from 1.
    """

    reading: Reading
    number: int
    corrected: tuple[Reading, ...]
    before: Decimal | None


def history(metric: Metric, until: date | None = None, first: int = 0, most: int = 30) -> list[Read]:
    """The readings that hold, newest first, from the `first` on; three queries."""
    every = Reading.objects.filter(metric=metric)
    places = numbers_of(metric)
    rows = readings(metric, until).select_related("by").prefetch_related("parts").order_by("-day", "-id")
    shown = list(rows[first : first + most + 1])
    replaced = {row.pk: row for row in every.filter(replaced=True).select_related("by")}
    befores = [*(row.value for row in shown[1:]), None][: len(shown)]
    return [
        Read(row, places[row.pk], tuple(_corrected(row, replaced)), before)
        for row, before in list(zip(shown, befores, strict=True))[:most]
    ]


def reading_numbered(metric: Metric, number: int) -> Reading:
    """A reading by its place in the order of writing, from 1; raises NotFound."""
    rows = Reading.objects.filter(metric=metric).select_related("by").order_by("id")
    found = rows[number - 1 : number].first() if 1 <= number <= 10**9 else None
    if found is None:
        raise NotFound("There is no such reading.")
    return found


def numbers_of(metric: Metric) -> dict[int, int]:
    """The places, from 1, of all readings of a metric in the order of writing, by id; one query."""
    ids = Reading.objects.filter(metric=metric).order_by("id").values_list("pk", flat=True)
    return {pk: number for number, pk in enumerate(ids, 1)}


def may_steward(person: Person, metric: Metric) -> bool:
    """Whether a person may change or read out a metric: its owner, administrators, every member when it has none."""
    return person.may_write and (person.is_administrator or metric.owner_id in {None, person.pk})


def latest_value(metric: Metric) -> Decimal | None:
    """The value that was read last, None before the first reading."""
    rows = readings(metric).filter(value__isnull=False)
    return rows.order_by("-day", "-id").values_list("value", flat=True).first()


def newest_correction(reading: Reading) -> Reading:
    """The reading that stands in the place of this one: itself, or the last of its corrections."""
    while (correction := Reading.objects.filter(replaces=reading).first()) is not None:
        reading = correction
    return reading


def _corrected(reading: Reading, replaced: dict[int, Reading]) -> Iterator[Reading]:
    current = reading
    while current.replaces_id is not None and current.replaces_id in replaced:
        current = replaced[current.replaces_id]
        yield current


@dataclass(frozen=True, slots=True)
class Target:
    """A target that holds, with those it revised, newest first; `number` is its place in the order of writing."""

    row: PeriodTarget
    number: int
    before: list[PeriodTarget]


def targets_of(metric: Metric) -> list[Target]:
    """The targets that hold, in the order of their periods; one query."""
    written = list(PeriodTarget.objects.filter(metric=metric).select_related("by").order_by("id"))
    rows = {row.pk: row for row in written}
    number = {row.pk: at for at, row in enumerate(written, 1)}
    found = []
    for row in sorted(written, key=lambda row: (row.ends_on, row.starts_on, row.pk)):
        if not row.replaced:
            before, above = [], row
            while above.replaces_id in rows:
                above = rows[above.replaces_id]
                before.append(above)
            found.append(Target(row, number[row.pk], before))
    return found


@dataclass(frozen=True, slots=True)
class Attained:
    """A target beside what was read in its period, of the part that it is for; `stands` is None without one of them."""

    target: Target
    actual: Actual
    stands: Standing | None


def attained(metric: Metric, targets: Iterable[Target], until: date) -> list[Attained]:
    """Targets of a metric beside what was read until a day; two queries."""
    whole, parts = amounts_of(metric, until), part_amounts_of(metric, until)
    found = []
    for target in targets:
        row, of = target.row, frozenset(target.row.categories.items())
        read = actual(parts.get(of, []) if of else whole, row.span, metric.kind)
        value = read.amount.value if read.amount else None
        found.append(Attained(target, read, standing(value, row.value, metric.better)))
    return found


def target_numbered(metric: Metric, number: int) -> PeriodTarget:
    """A target by its place in the order of writing, from 1; raises NotFound."""
    rows = PeriodTarget.objects.filter(metric=metric).select_related("metric").order_by("id")
    found = rows[number - 1 : number].first() if 1 <= number <= 10**9 else None
    if found is None:
        raise NotFound("There is no such target.")
    return found


def locked_periods(metric: Metric) -> list[tuple[int, LockedPeriod]]:
    """The periods that are locked, each with its place in the order of writing, the latest first; one query."""
    rows = enumerate(LockedPeriod.objects.filter(metric=metric).select_related("by").order_by("id"), 1)
    found = [(number, row) for number, row in rows if row.unlocked_at is None]
    return sorted(found, key=lambda pair: pair[1].ends_on, reverse=True)


def locked_period_numbered(metric: Metric, number: int) -> LockedPeriod:
    """A locked period by its place in the order of writing, from 1; raises NotFound."""
    rows = LockedPeriod.objects.filter(metric=metric).select_related("metric").order_by("id")
    found = rows[number - 1 : number].first() if 1 <= number <= 10**9 else None
    if found is None:
        raise NotFound("There is no such locked period.")
    return found


def amounts_of(metric: Metric, until: date | None = None) -> list[Known]:
    """What was read, with what shares count, in order of day and entry; one query."""
    rows = readings(metric, until).values_list("day", "value", "numerator", "denominator")
    return [Known(day, Amount(*numbers)) for day, *numbers in rows]


def part_amounts_of(metric: Metric, until: date | None = None) -> dict[frozenset[tuple[str, str]], list[Known]]:
    """What was read of each part, by its categories, in order of day and entry; one query."""
    found: dict[frozenset[tuple[str, str]], list[Known]] = defaultdict(list)
    rows = Part.objects.filter(reading__in=readings(metric, until).order_by().values("pk"))
    columns = ("categories", "reading__day", "value", "numerator", "denominator")
    for categories, day, *numbers in rows.order_by("reading__day", "reading_id", "pk").values_list(*columns):
        found[frozenset(categories.items())].append(Known(day, Amount(*numbers)))
    return found
