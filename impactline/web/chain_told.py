"""What a chain says in words: as one sentence, and how far it was delivered and has moved, with where to look."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from impactline.base.explanation import Explanation
from impactline.chain import explain
from impactline.chain.delivery import Quadrant, Verdict
from impactline.chain.levels import Level, Sublevel
from impactline.chain.models import ChainItem, Link, State
from impactline.chain.queries import Piece
from impactline.chain.sentence import Phrase, Told, sentence
from impactline.chain.suspects import Assumed, Contribution, Suspect, suspect, told
from impactline.checkins.figures import ObjectiveFigures, figures_of
from impactline.checkins.priorities import verdict_of_priority
from impactline.checkins.scopes import Chain
from impactline.checkins.verdicts import verdicts_of
from impactline.okrs.models import KeyResult
from impactline.people.models import Person
from impactline.web import reader
from impactline.web.explaining import written
from impactline.web.rows import address, with_unit
from impactline.web.shell import today

MOST_FOR_A_SENTENCE = 60


@dataclass(frozen=True, slots=True)
class Judged:
    """Delivery and effect as texts with what they rest on, the quadrant in words, and where to look first."""

    delivery: str
    effect: str
    delivery_explained: Explanation
    effect_explained: Explanation
    words: str
    href: str


def sentence_of(shown: Chain) -> list[tuple[str, str]]:
    """The chain as one sentence, in pieces of (text, address of the item that it names); empty for long chains."""
    if not shown.piece.items or len(shown.piece.items) > MOST_FOR_A_SENTENCE:
        return []
    alive = [item for item in shown.piece.items.values() if item.state != State.DROPPED]
    at = {level: [_phrase(item, shown) for item in alive if item.level == level] for level in Level}
    steps: dict[int, list[Phrase]] = defaultdict(list)
    for item in alive:
        if item.level == Level.OUTCOME:
            steps[Sublevel(item.sublevel).order].append(_phrase(item, shown))
    held = [Phrase(None, row.text) for link in shown.piece.links for row in shown.piece.grounds.on_link(link)]
    outcomes = [steps[order] for order in sorted(steps)]
    said = sentence(
        Told(at[Level.INPUT], at[Level.ACTIVITY], at[Level.OUTPUT], held, outcomes, at[Level.IMPACT]), most=2
    )
    return [(part.text, address("chain-item", str(part.key)) if part.key else "") for part in said]


def judged_of(person: Person, shown: Chain) -> Judged | None:
    """Delivery, effect and quadrant of the objective or priority that a chain belongs to; None for other chains."""
    objective = shown.scope.objective
    if not shown.piece.items:
        return None
    if shown.scope.kind == "priority":
        return _judged_priority(person, shown)
    if objective is None:
        return None
    return judged(person, figures_of(person, [objective], today())[objective.pk], shown)


def _judged_priority(person: Person, shown: Chain) -> Judged:
    """The mean of the objectives behind the chain that have begun; what explains it best is a link, or nothing."""
    write = written()
    found = verdict_of_priority(person, shown.scope.ref, today())
    looked_at = suspect(found, contributions(shown.piece), write=write)
    is_link = looked_at is not None and found.quadrant is Quadrant.DELIVERED_NOT_MOVED
    return Judged(
        reader.percent(found.delivery.value),
        reader.percent(found.effect.value),
        explain.of_priority("Delivery", found.delivery, write=write),
        explain.of_priority("Effect", found.effect, write=write),
        told(found, looked_at, write=write),
        _where(looked_at, shown.piece) if is_link else "",
    )


def judged(person: Person, figures: ObjectiveFigures, shown: Chain) -> Judged:
    """The verdict on an objective, down to the link that explains it."""
    now = today()
    found = verdicts_of(person, [figures], now.day, threshold=now.policy.enough)[figures.objective.pk]
    return judged_as(found, shown.piece)


def judged_as(found: Verdict, piece: Piece) -> Judged:
    """A verdict in words, down to the link of a piece of the chain that explains it."""
    looked_at = suspect(found, contributions(piece), write=written())
    return Judged(
        reader.percent(found.delivery.value),
        reader.percent(found.effect.value),
        explain.delivery(found.delivery, write=written()),
        explain.effect(found.effect, write=written()),
        told(found, looked_at, write=written()),
        _where(looked_at, piece),
    )


def contributions(piece: Piece) -> list[Contribution]:
    """The links on the way from outputs to what should have moved."""
    items, grounds = piece.items, piece.grounds
    return [
        Contribution(
            link.pk,
            items[link.source_id].title,
            items[link.target_id].title,
            link.confidence,
            link.evidence,
            tuple(Assumed(row.text, row.state, row.importance, row.likelihood) for row in grounds.on_link(link)),
        )
        for link in piece.links
        if items[link.source_id].level in (Level.OUTPUT, Level.OUTCOME) and items[link.target_id].level == Level.OUTCOME
    ]


def _where(found: Suspect | None, piece: Piece) -> str:
    """The page of what deserves a look: the item that the link begins with, or the work."""
    if found is None:
        return ""
    link = next((link for link in piece.links if link.pk == found.key), None)
    ref = piece.items[link.source_id].ref if isinstance(link, Link) else str(found.key)
    return address("chain-item", ref)


def _phrase(item: ChainItem, shown: Chain) -> Phrase:
    number = reader.number(item.planned) if item.level == Level.OUTPUT and item.planned is not None else ""
    return Phrase(item.ref, item.title, number, item.unit if number else "", _change(shown.measured.get(item.pk, ())))


def _change(rows: Sequence[KeyResult]) -> str:
    row = next((row for row in rows if row.baseline is not None and row.target is not None), None)
    return "" if row is None else f"{reader.number(row.baseline)} → {with_unit(row.target, row.unit)}"
