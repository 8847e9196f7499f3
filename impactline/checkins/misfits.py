"""What is said of links and does not fit what they lead to, as far as a person sees what measures that."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable
from datetime import date

from impactline.base.errors import Fault
from impactline.chain.misfits import Measured, Stated, misfits
from impactline.chain.models import ChainItem, Link
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person


def misfits_of(
    person: Person, links: Collection[Link], day: Callable[[date], str] = date.isoformat
) -> dict[int, list[Fault]]:
    """The misfits of links with their ends and metrics, by their ids; two queries. `day` writes days."""
    measured = _measured(person, {link.target_id for link in links})
    return {link.pk: list(misfits(_stated(link), measured[link.target_id], day)) for link in links}


def _stated(link: Link) -> Stated:
    metric = link.effect_metric
    return Stated(
        metric=link.effect_metric_id,
        name=metric.name if metric else "",
        unit=metric.unit if metric else "",
        change=link.effect_change,
        lag_days=link.lag_days,
        begins_on=link.source.starts_on,
    )


def _measured(person: Person, targets: Collection[int]) -> dict[int, Measured]:
    metrics: dict[int, set[Hashable]] = defaultdict(set)
    days: dict[int, list[tuple[date, date]]] = defaultdict(list)
    pairs = ChainItem.metrics.through.objects.filter(chainitem__in=targets)
    for target, metric in pairs.values_list("chainitem_id", "metric_id"):
        metrics[target].add(metric)
    rows = key_results_visible_to(person).filter(archived_at=None, measures__in=targets).order_by()
    columns = ("measures_id", "metric_id", "starts_on", "due_on")
    cycle = ("objective__cycle__starts_on", "objective__cycle__ends_on")
    for target, metric, starts_on, due_on, *cycle_days in rows.values_list(*columns, *cycle):
        metrics[target].add(metric)
        days[target].append((starts_on or cycle_days[0], due_on or cycle_days[1]))
    return {
        target: Measured(
            metrics[target],
            min((first for first, _ in days[target]), default=None),
            max((last for _, last in days[target]), default=None),
        )
        for target in targets
    }
