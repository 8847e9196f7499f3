"""Explanations of the figures of an objective: what rolled up, what is the worst, what was the mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from impactline.base.errors import NotFound
from impactline.checkins.figures import ObjectiveFigures, figures_of
from impactline.metrics.queries import readings
from impactline.okrs import explain
from impactline.okrs.bands import Colour
from impactline.okrs.explain import Explanation
from impactline.okrs.measure import Driver, Kind, Measure, Type
from impactline.okrs.models import Objective
from impactline.okrs.progress import Standing
from impactline.okrs.rollup import Counted, Key, mean_expected
from impactline.okrs.score import suggested
from impactline.okrs.visibility import objective_for, visible_to
from impactline.people.models import Person
from impactline.web import reader
from impactline.web.explaining import DASH, PACES, STATUSES, Explained, answer, day_in, written
from impactline.web.rows import address, on_day
from impactline.web.shell import asking, today


@dataclass(frozen=True, slots=True)
class Subject:
    """The objective that is asked about, its figures, and those of the visible children that count."""

    figures: ObjectiveFigures
    children: Mapping[int, ObjectiveFigures]
    day: date

    @property
    def names(self) -> dict[Key, str]:
        """What the parts are called: key results by ref, objectives by id."""
        own = {entry.key_result.ref: entry.key_result.title for entry in self.figures.key_results}
        return own | {number: child.objective.title for number, child in self.children.items()}

    @property
    def parts(self) -> list[Counted]:
        """The parts that count and that the viewer sees."""
        return [part for part in self.figures.rolled.parts if part.counted is not None]


def explain_objective(request: HttpRequest, ref: str, what: str, day: str = "") -> HttpResponse:
    """One figure of an objective, as a fragment for the popover or as a page."""
    objective = objective_for(asking(request), ref)
    build = OBJECTIVE.get(what)
    if build is None:
        raise NotFound(f"There is nothing to explain under “{what[:40]}”.")
    subject = _subject(asking(request), objective, day_in(day))
    return answer(request, build(subject), objective.title, on_day(address("objective", ref), day_in(day)))


def _subject(person: Person, objective: Objective, as_of: date | None) -> Subject:
    now = today()
    figures = figures_of(person, [objective], now, as_of)[objective.pk]
    ids = [part.key for part in figures.children if isinstance(part.key, int)]
    children = list(visible_to(person).filter(pk__in=ids)) if ids else []
    return Subject(figures, figures_of(person, children, now, as_of), as_of or now.day)


# --- the figures of an objective ---------------------------------------------------------------------------


def _progress(subject: Subject) -> Explained:
    rolled, objective = subject.figures.rolled, subject.figures.objective
    driver = Driver(objective.driver)
    text = explain.roll_up(rolled, driver, subject.day, names=subject.names, write=written())
    if driver is Driver.METRIC and not rolled.overridden:
        text = _of_metric(subject)
    return Explained(reader.percent(rolled.progress), text)


def _of_metric(subject: Subject) -> Explanation:
    """Progress by the objective's own metric, which stands at its baseline until something is read."""
    objective = subject.figures.objective
    measure = Measure(type=Type.METRIC, baseline=objective.baseline, target=objective.target)
    last = readings(objective.metric, subject.day).last() if objective.metric else None
    stands = Standing(last.value if last else None, subject.figures.rolled.progress, last is not None)
    unit = objective.metric.unit if objective.metric else ""
    return explain.progress(measure, stands, subject.day, unit=unit, write=written())


def _expected(subject: Subject) -> Explained:
    amount, number = subject.figures.rolled.expected, written().number
    if amount is None:
        text = Explanation("Expected", "does not apply", (), "No part of it has expected progress.", subject.day)
        return Explained(DASH, text)
    parts = [part for part in subject.parts if part.expected is not None]
    own = subject.figures.rolled.overridden or subject.figures.objective.driver == Driver.METRIC
    if own or not parts:
        rule = "Linear over the days of its cycle: 0 on the first day, 1 on the last."
        return Explained(reader.percent(amount), Explanation("Expected", number(amount), (), rule, subject.day))
    terms = [f"{number(part.weight)} × {number(part.expected or 0.0)}" for part in parts]
    formula = explain.mean_formula(terms, mean_expected(parts), amount, written())
    steps = tuple(f"{subject.names.get(part.key, DASH)}: {number(part.expected or 0.0)}" for part in parts)
    rule = "The weighted mean of what is expected of the parts that count, with the weights of progress."
    text = Explanation("Expected", formula, (), rule, subject.day, steps)
    return Explained(reader.percent(amount), text)


def _pace(subject: Subject) -> Explained:
    rolled = subject.figures.rolled
    colours = _colours(subject)
    steps = tuple(
        f"{subject.names.get(part.key, DASH)}: {PACES[colours.get(part.key, Colour.GREY)]}" for part in subject.parts
    )
    word = DASH if rolled.progress is None else PACES[rolled.colour]
    if rolled.progress is None:
        rule = "There is no progress to judge."
    elif rolled.overridden or not subject.parts:
        rule = "Its own progress, judged against the days of its cycle."
    else:
        rule = "The worst pace of the parts that count; too early only when all of them are."
        ahead = rolled.expected is not None and rolled.progress >= rolled.expected
        if ahead and rolled.colour in (Colour.YELLOW, Colour.RED):
            rule += " The mean is where it should be, but not every part is."
    if rolled.includes_hidden:
        rule += " It includes items that you cannot see."
    told = [PACES[colours.get(part.key, Colour.GREY)] for part in subject.parts]
    formula = _worst_of(told, word, hidden=rolled.includes_hidden) if not rolled.overridden else word
    return Explained(word, Explanation("Pace", formula, (), rule, subject.day, steps))


def _worst_of(told: list[str], word: str, *, hidden: bool) -> str:
    """The worst of some words, as a formula; the word alone where it is that of one part."""
    more = [*told, "what you cannot see"] if hidden else told
    return f"the worst of {', '.join(more)} = {word}" if len(more) > 1 else word


def _colours(subject: Subject) -> dict[Key, Colour]:
    own: dict[Key, Colour] = {entry.key_result.ref: entry.judged.pace.colour for entry in subject.figures.key_results}
    return own | {number: child.rolled.colour for number, child in subject.children.items()}


def _confidence(subject: Subject) -> Explained:
    stated = [entry for entry in subject.figures.key_results if entry.confidence is not None]
    mean = subject.figures.confidence
    if mean is None:
        text = Explanation("Confidence", "not stated", (), "Nobody has stated a confidence yet.", subject.day)
        return Explained(DASH, text)
    shown = reader.number(round(mean, 1))
    sum_of = " + ".join(str(entry.confidence) for entry in stated)
    formula = f"({sum_of}) ÷ {len(stated)} = {shown}" if len(stated) > 1 else shown
    steps = tuple(f"{entry.key_result.title}: {entry.confidence}" for entry in stated)
    rule = "The mean of what was last stated for its key results, from 0 to 10."
    return Explained(f"{shown}/10", Explanation("Confidence", formula, (), rule, subject.day, steps))


def _status(subject: Subject) -> Explained:
    rolled = subject.figures.rolled
    said = _statuses(subject)
    steps = tuple(
        f"{subject.names.get(part.key, DASH)}: {STATUSES.get(said.get(part.key, ''), 'not said')}"
        for part in subject.parts
    )
    text = explain.status(rolled.status, rolled.colour, subject.day)
    rule = f"The worst status that was stated among the parts that count. {text.rule}"
    word = "Not said" if rolled.status is None else STATUSES[rolled.status]
    told = [STATUSES[said[part.key]] for part in subject.parts if said.get(part.key)]
    formula = _worst_of(told, word, hidden=rolled.includes_hidden)
    return Explained(word, Explanation(text.title, formula, text.values, rule, subject.day, steps))


def _statuses(subject: Subject) -> dict[Key, str]:
    """What was stated of the parts, where something was: of an objective the worst of its own."""
    own: dict[Key, str] = {entry.key_result.ref: entry.status or "" for entry in subject.figures.key_results}
    return own | {number: str(child.rolled.status or "") for number, child in subject.children.items()}


def _score(subject: Subject) -> Explained:
    given = subject.figures.score
    advised = suggested(subject.figures.rolled.progress)
    kind = Kind(subject.figures.objective.kind)
    text = explain.score(given, advised, kind, subject.day, write=written())
    return Explained(DASH if given is None else reader.number(given, 1), text)


OBJECTIVE: dict[str, Callable[[Subject], Explained]] = {
    "progress": _progress,
    "expected": _expected,
    "pace": _pace,
    "confidence": _confidence,
    "status": _status,
    "score": _score,
}

addresses: list[URLPattern] = [
    path("objectives/<str:ref>/explanations/<slug:what>", explain_objective, name="objective-explanation"),
    path("objectives/<str:ref>/days/<str:day>/explanations/<slug:what>", explain_objective),
]
