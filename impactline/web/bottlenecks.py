"""Bottlenecks: what and who holds back most of what key results still lack, for a cycle, a team, the organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET

from impactline.insight.bottlenecks import queries
from impactline.insight.bottlenecks.queries import KEY_RESULT, Bottleneck, HeldBack, Named, Scope
from impactline.okrs.explain import Explanation
from impactline.okrs.queries import open_cycles
from impactline.people.queries import teams
from impactline.web import reader
from impactline.web.chain_sights import Stop
from impactline.web.loads import heat
from impactline.web.rows import address, person_href
from impactline.web.shell import asking, is_fragment, page, today

SHOWN = 10
BLOCKED_SHOWN = 2
POINTS = 100
RULE = (
    "What key results lose if it never comes, × what is missing of it. A key result is worth its share of its "
    "objective, of which a whole one is 100 points, × what it still lacks. An output needs all of its activities; "
    "outputs carry an outcome in parts, by the confidence in their links."
)


@dataclass(frozen=True, slots=True)
class Line:
    """A bottleneck as the page lists it; `explain` is the address of its explanation, `width` that of its bar."""

    found: Bottleneck
    href: str
    points: str
    share: str
    width: float
    explain: str
    explained: Explanation | None
    owner_href: str
    team_href: str
    activity_href: str
    late: str
    missing: str
    blocks: tuple[Stop, ...]
    more: int
    alone: str


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The lists; ?cycle= and ?team= say whose key results."""
    person, day = asking(request), today().day
    asked = {name: request.GET.get(name, "")[:80] for name in ("cycle", "team")}
    scope = queries.scope_named(**asked)
    found = queries.bottlenecks(person, scope, day)
    lists = [
        ("work", "Work", "What is not there yet", found.items),
        ("people", "People", "All that they own together", found.people),
        ("teams", "Teams", "All that is theirs together", found.teams),
        ("dependencies", "Dependencies", "What waits, and for what", found.dependencies),
    ]
    return page(
        request,
        "bottlenecks.html",
        lists=[(key, title, lede, _lines(rows[:SHOWN], scope), len(rows)) for key, title, lede, rows in lists],
        single=_lines(found.single_points(), scope),
        lacking=points(found.lacking),
        counted=found.counted,
        adrift=points(found.adrift) if found.adrift >= 0.005 else "",
        heat=heat(person, day, scope.team),
        asked=asked,
        cycles=list(open_cycles()),
        teams=list(teams()),
        scope=scope,
        day=day,
    )


@require_GET
def held_back(request: HttpRequest, ref: str) -> HttpResponse:
    """What one item holds back, by which ways: a fragment for the popover, or a page."""
    asked = {name: request.GET.get(name, "")[:80] for name in ("cycle", "team")}
    found = queries.held_back(asking(request), ref, queries.scope_named(**asked), today().day)
    return page(
        request,
        "held_back_part.html" if is_fragment(request) else "held_back.html",
        found=found,
        value=points(found.value),
        explained=_explained(found),
        ways=[([stop(one) for one in way], reader.percent(sure)) for way, sure in found.ways],
        href=address("chain-item", ref),
    )


def points(value: float) -> str:
    """A value in points: a whole objective has 100."""
    return reader.number(round(value * POINTS, 0 if value >= 0.095 else 1))


def stop(named: Named) -> Stop:
    """A key result or an item, with its page."""
    name = "key-result" if named.kind == KEY_RESULT else "chain-item"
    return Stop(named.title, address(name, named.ref), named.kind.replace("_", " "))


def _lines(rows: Sequence[Bottleneck], scope: Scope) -> list[Line]:
    most = max((row.held.value for row in rows), default=0.0)
    return [_line(row, row.held.value / most, scope) for row in rows]


def _line(row: Bottleneck, width: float, scope: Scope) -> Line:
    named = row.named
    explain = f"{reverse('held-back', args=[named.ref])}?{_query(scope)}" if named and not row.activity else ""
    return Line(
        found=row,
        href=address("chain-item", named.ref) if named else "",
        points=points(row.held.value),
        share=reader.percent(row.share),
        width=round(width * 100, 1),
        explain=explain.rstrip("?"),
        explained=None if explain else _told(row),
        owner_href=person_href(row.owner),
        team_href=address("team", row.team.ref) if row.team else "",
        activity_href=address("chain-item", row.activity.ref) if row.activity else "",
        late=_late(row),
        missing=_missing(row),
        blocks=tuple(stop(one) for one, _ in row.behind[:BLOCKED_SHOWN]),
        more=max(0, row.held.waiting - BLOCKED_SHOWN),
        alone=", ".join(one.title for one in row.alone),
    )


def _late(row: Bottleneck) -> str:
    if row.days_late:
        return f"{row.days_late} {'day' if row.days_late == 1 else 'days'} late"
    return f"due {reader.day(row.due_on)}" if row.due_on else "no date"


def _missing(row: Bottleneck) -> str:
    """How it comes about that so much is missing of an item, or of what an activity waits for."""
    share, level = reader.percent(row.missing), row.named.kind if row.named else ""
    if level == "output":
        return f"1 − delivered ÷ planned = {share}"
    if level == "activity":
        return f"1 − progress = {share}"
    return f"{share}: it is not there yet"


def _query(scope: Scope) -> str:
    named = {"cycle": scope.cycle.ref if scope.cycle else "", "team": scope.team.ref if scope.team else ""}
    return urlencode({name: ref for name, ref in named.items() if ref})


def _explained(found: HeldBack) -> Explanation:
    hangs, value = points(found.hangs), points(found.value)
    return Explanation(
        "Held back",
        f"{hangs} that hang on it × {reader.percent(found.missing)} missing = {value} points",
        tuple((one.title, points(worth)) for one, worth in found.behind),
        RULE,
        found.day,
    )


def _told(row: Bottleneck) -> Explanation:
    """The explanation of a person, a team or a dependency, from what stands in the row."""
    if row.activity is not None:
        formula = (
            f"{points(row.held.hangs)} that hang on the activity × {reader.percent(row.missing)} missing of what it "
            f"waits for = {points(row.held.value)} points"
        )
    else:
        count = len(row.items)
        formula = (
            f"{points(row.held.value)} points by what is missing of {count} unfinished "
            f"{'item' if count == 1 else 'items'} together; {points(row.held.hangs)} if none of it ever comes"
        )
    behind = tuple((one.title, points(worth)) for one, worth in row.behind)
    return Explanation("Held back", formula, behind, RULE, today().day)


addresses: list[URLPattern] = [
    path("bottlenecks", show, name="bottlenecks"),
    path("chain/<str:ref>/held-back", held_back, name="held-back"),
]
