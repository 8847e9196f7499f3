"""The three voices of a status of an item of the chain, or of a key result, as a person hears them.

Stated: what people say of the key results that measure it, and that work is said to be done. Computed: the pace of
those key results, and how far work is by its days. Inherited: failing assumptions and late work upstream, over links
and over what waits for what. What the person does not see has no voice.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from impactline.chain import queries
from impactline.chain.completion import DONE, DROPPED, Window, Work, lateness
from impactline.chain.graph import Edge, Graph, Kind, Node
from impactline.chain.levels import Level, LinkKind
from impactline.chain.models import ChainItem, Holding, Link
from impactline.chain.status import Source, Trouble, Voice, Voices, heard, inherited, of_work, trouble_of, worst
from impactline.checkins.figures import KeyResultFigures, figures_of
from impactline.okrs.status import suggested
from impactline.okrs.today import Present
from impactline.okrs.visibility import key_results_visible_to
from impactline.people.models import Person

DOUBTED = {Holding.FAILED: Trouble.ASSUMPTION_FAILED, Holding.FAILING: Trouble.ASSUMPTION_FAILING}
WORK = (Level.ACTIVITY, Level.OUTPUT)


@dataclass(frozen=True, slots=True)
class Heard:
    """The voices, with the items at which the troubles stand, by id."""

    voices: Voices
    at: dict[Hashable, ChainItem]


def of_item(person: Person | None, item: ChainItem, now: Present) -> Heard:
    """The voices of an item of the chain; a fixed number of queries."""
    rows = key_results_visible_to(person).filter(measures=item, archived_at=None, objective__archived_at=None)
    objectives = [row.objective for row in rows.select_related("objective__cycle").order_by("pk")]
    found = figures_of(person, list({one.pk: one for one in objectives}.values()), now) if objectives else {}
    entries = [entry for one in found.values() for entry in one.key_results if entry.key_result.measures_id == item.pk]
    work = work_of(item) if item.level in WORK else None
    said_done = [Voice.ON_TRACK] if work is not None and work.is_in(DONE, now.day) else []
    by_days = [] if work is None else [of_work(work, now.day, threshold=now.policy.enough)]
    return _heard(
        person,
        item,
        now,
        worst([*said_done, *map(_stated, entries)]),
        worst([*by_days, *map(_computed, entries)]),
    )


def of_key_result(person: Person | None, figures: KeyResultFigures, measured: ChainItem | None, now: Present) -> Heard:
    """The voices of a key result; `measured` is what it measures, so far as the person sees it."""
    stated, computed = _stated(figures), _computed(figures)
    if measured is None:
        return Heard(Voices(stated, computed, None), {})
    return _heard(person, measured, now, stated, computed, own=True)


def _heard(
    person: Person | None,
    item: ChainItem,
    now: Present,
    stated: Voice | None,
    computed: Voice | None,
    *,
    own: bool = False,
) -> Heard:
    """`own` says that lateness of the item itself is inherited as well."""
    piece, waits = queries.upstream(person, [item.pk])
    graph = _graph(piece, waits)
    late = [_late(row, now) for row in piece.items.values() if row.level in WORK and (own or row.pk != item.pk)]
    sources = [*(one for one in late if one is not None), *_doubted(piece)]
    found = inherited(graph, item.pk, sources)
    voices = heard(stated, computed, found, has_upstream=len(piece.items) > 1 or own)
    return Heard(voices, {key: row for key, row in piece.items.items()})  # noqa: C416 - keys of another type


def _graph(piece: queries.Piece, waits: list[queries.Tie]) -> Graph:
    nodes = [Node(row.pk, Kind(row.level), row.state == DROPPED) for row in piece.items.values()]
    edges = [_edge(link) for link in piece.links]
    return Graph(nodes, [*edges, *(Edge(after, activity) for after, activity in waits)])


def _edge(link: Link) -> Edge:
    return Edge.of_link(link.source_id, link.target_id, LinkKind(link.kind), confidence=link.confidence)


def _late(row: ChainItem, now: Present) -> Source | None:
    if row.due_on is None:
        return None
    late = lateness(work_of(row), now.day, Window(now.day, now.day), threshold=now.policy.enough)
    trouble = trouble_of(late)
    return None if trouble is None else Source(trouble, row.pk, row.title)


def _doubted(piece: queries.Piece) -> Iterable[Source]:
    """Assumptions that fail: on items, and on links by the strength of these."""
    for row in piece.items.values():
        for held in piece.grounds.on_item(row):
            if held.state in DOUBTED:
                yield Source(DOUBTED[Holding(held.state)], row.pk, held.text)
    for link in piece.links:
        for held in piece.grounds.on_link(link):
            if held.state in DOUBTED:
                yield Source(DOUBTED[Holding(held.state)], link.target_id, held.text, _edge(link).strength)


def work_of(row: ChainItem) -> Work:
    """An activity or output as it stands by its newest report."""
    return Work(
        key=row.pk,
        level=Level(row.level),
        title=row.title,
        state=row.state,
        starts_on=row.starts_on,
        due_on=row.due_on,
        ended_on=row.ended_on,
        progress=row.progress,
        planned=row.planned,
        delivered=row.delivered,
    )


def _stated(entry: KeyResultFigures) -> Voice | None:
    return Voice(entry.status) if entry.status else None


def _computed(entry: KeyResultFigures) -> Voice | None:
    word = suggested(entry.judged.pace.colour)
    return None if word is None else Voice(str(word))
