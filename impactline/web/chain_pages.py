"""The page of an item of the chain: how far it is, what leads to it, what it leads to, what that rests on."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from impactline.base.errors import Fault, NotFound
from impactline.base.explanation import Explanation
from impactline.chain import queries
from impactline.chain.file_kinds import ALLOWED, ENDS, SIZE_MAX
from impactline.chain.levels import Level
from impactline.chain.models import Assumption, ChainItem, Evidence, ItemVisibility, Link, Report
from impactline.chain.prediction import Came
from impactline.chain.predictions import compared, predictions_of
from impactline.chain.visibility import chain_item_for, may_edit_item
from impactline.checkins.misfits import misfits_of
from impactline.insight.marking import mark_of
from impactline.metrics.queries import courses
from impactline.okrs.models import KeyResult
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person
from impactline.web import reader
from impactline.web.chain_adding import level_words, offered
from impactline.web.chain_expected import in_short
from impactline.web.chain_history import history_of
from impactline.web.chain_naming import Offered
from impactline.web.chain_words import (
    CAME,
    HOLDING,
    RARE,
    STATES,
    WAYS,
    Way,
    amount_text,
    dates_text,
    done_share,
    effect_text,
    figure_of,
    known_text,
    level_name,
    options,
    words_of,
)
from impactline.web.roadblocks import blocking
from impactline.web.rows import address, with_unit
from impactline.web.shell import asking, page, today

HISTORY = 20
TONES = {Came.AS_EXPECTED: "good", Came.MORE: "warn", Came.LESS: "warn", Came.NOT_AT_ALL: "bad", Came.OPPOSITE: "bad"}


@dataclass(frozen=True, slots=True)
class Beside:
    """A link as it is read from one end: the other item, and what is expected and known."""

    link: Link
    other: ChainItem
    level: str
    effect: str
    known: str
    misfits: list[Fault]
    assumptions: list[Assumption]
    evidence: list[Evidence]


@dataclass(frozen=True, slots=True)
class Section:
    """The links of one kind, and how another is added; `number` names the kind among those of the level."""

    number: int
    way: Way
    levels: list[tuple[str, str]]
    links: list[Beside]
    titles: Offered
    is_rare: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric that measures the item, with what was read last."""

    name: str
    href: str
    value: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Figure:
    """How far an item is: the share that is drawn, the words, and where they come from."""

    name: str
    share: float | None
    words: str
    rule: str
    unit: str
    typed: str


@dataclass(frozen=True, slots=True)
class Predicted:
    """What was expected of the item when it ended, held against what was observed of a metric."""

    outcome: ChainItem
    metric: str
    word: str
    tone: str
    explained: Explanation


@require_GET
def item_page(request: HttpRequest, ref: str) -> HttpResponse:
    """An item of the chain."""
    person = asking(request)
    try:
        item = chain_item_for(person, ref)
    except NotFound:
        if person.is_administrator and queries.exists_hidden(ref):
            return page(request, "chain_glass.html", status=403, ref=ref, error="")
        raise
    level, around = Level(item.level), queries.surroundings(person, item)
    reported = queries.last_report(item)
    return page(
        request,
        "chain_item.html",
        item=item,
        words=words_of(level),
        level_name=level_name(item),
        dates=dates_text(item),
        figure=_figure(item, reported),
        reported=reported,
        plan=_plan(item),
        sections=_sections(person, item, around),
        around=around,
        assumptions=around.grounds.on_item(item),
        predicted=_predicted(person, item),
        metrics=_measured(item),
        key_results=_key_results(person, item),
        shared_with=list(item.shared_with.order_by("name")),
        viewers=queries.viewers_of(item) if item.visibility == ItemVisibility.PRIVATE else [],
        history=history_of(person, item, HISTORY),
        file_ends=",".join(f".{end}" for end in ENDS),
        file_words=f"{ALLOWED}, {SIZE_MAX // 1024 // 1024} MB at most",
        states=options(STATES),
        holding=options(HOLDING),
        may_edit=may_edit_item(person, item),
        blocks=blocking(person, item, today().day),
        mark=mark_of(person, item, today().day),
        live=_live(item, around),
        today=today().day,
    )


def _figure(item: ChainItem, reported: Report | None) -> Figure | None:
    if item.level in (Level.OUTCOME, Level.IMPACT):
        return None
    name = {Level.ACTIVITY: "Progress", Level.OUTPUT: "Delivered"}.get(Level(item.level), "Used")
    rule = "Nothing was reported yet."
    if reported is not None:
        who = reported.by.name if reported.by else "Somebody"
        rule = f"Reported by {who} for {reader.day(reported.day)}, counted from the beginning."
    activity = item.level == Level.ACTIVITY
    value = item.progress if activity else item.delivered if item.level == Level.OUTPUT else item.used
    typed = "" if value is None else reader.write_number(round(float(value) * 100, 6) if activity else value)
    return Figure(name, done_share(item), figure_of(item), rule, "%" if activity else item.unit, typed)


def _plan(item: ChainItem) -> list[tuple[str, str]]:
    """What was planned, as facts."""
    found = [
        ("Effort", amount_text(item.effort_hours, "hours") if item.effort_hours is not None else ""),
        ("Cost", amount_text(item.cost, "") if item.cost is not None else ""),
        ("Kind", item.kind.capitalize()),
        ("Planned", amount_text(item.planned if item.level == Level.OUTPUT else item.amount, item.unit)),
    ]
    return [(name, words) for name, words in found if words and words != reader.NONE]


def _sections(person: Person, item: ChainItem, around: queries.Surroundings) -> list[Section]:
    ways = WAYS[Level(item.level)]
    titles = offered(person, item, ways)
    found = misfits_of(person, [*around.leading, *around.following], reader.day)
    return [
        Section(
            number,
            way,
            level_words(way),
            [_beside(link, around, found[link.pk], up=way.up) for link in _of(way, around)],
            [title for level in way.levels for title in titles[str(level)]],
            way.kind in RARE,
        )
        for number, way in enumerate(ways)
    ]


def _of(way: Way, around: queries.Surroundings) -> list[Link]:
    return [link for link in (around.following if way.up else around.leading) if link.kind == way.kind]


def _beside(link: Link, around: queries.Surroundings, misfits: list[Fault], *, up: bool) -> Beside:
    other = link.target if up else link.source
    return Beside(
        link,
        other,
        level_name(other),
        effect_text(link),
        known_text(link),
        misfits,
        around.grounds.on_link(link),
        around.evidence_of_links.get(link.pk, []),
    )


def _measured(item: ChainItem) -> list[Measured]:
    rows = list(item.metrics.order_by("name"))
    last = courses([row.pk for row in rows], most=1) if rows else {}
    found = []
    for row in rows:
        day, value = last[row.pk][-1] if last.get(row.pk) else (None, None)
        words = "" if value is None else with_unit(value, row.unit)
        found.append(Measured(str(row), address("metric", row.ref or ""), words, day))
    return found


def _predicted(person: Person, item: ChainItem) -> list[Predicted]:
    found, day, write = [], today().day, in_short()
    for row in predictions_of(person, item):
        said = compared(row, day, write=write)
        found.append(
            Predicted(row.outcome, row.metric.name, CAME[said.came], TONES.get(said.came, ""), said.explanation)
        )
    return found


def _key_results(person: Person, item: ChainItem) -> list[KeyResult]:
    rows = key_results_visible_to(person).filter(measures=item, archived_at=None, objective__archived_at=None)
    return list(rows.select_related("objective").order_by("objective__position", "position", "id"))


def _live(item: ChainItem, around: queries.Surroundings) -> str:
    """What this page follows: the item and all that it is linked with."""
    refs = [item.ref, *(link.target.ref for link in around.following), *(link.source.ref for link in around.leading)]
    return " ".join(f"chain_item:{ref}" for ref in dict.fromkeys(refs))


addresses = [path("chain/<str:ref>", item_page, name="chain-item")]
