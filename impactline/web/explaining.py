"""Every number explains itself: the formula with the values that went in, the rule behind it, as of when.

`what` is one of `KEY_RESULT` or `OBJECTIVE` below. Under the address of a day,
`/key-results/<ref>/days/2026-11-01/explanations/pace`, stands what was known on that day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isfinite

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from impactline.base.errors import NotFound
from impactline.base.explanation import told_digits
from impactline.checkins.figures import figures_of
from impactline.checkins.queries import Known, known_of, latest_check_in, scores_of
from impactline.insight.forecast import Silence
from impactline.insight.forecast import telling as forecast_telling
from impactline.insight.forecast.queries import Foretold, foretold
from impactline.insight.noise import telling as noise_telling
from impactline.metrics.queries import course_of
from impactline.okrs import explain
from impactline.okrs.explain import Explanation, Format
from impactline.okrs.measure import Curve, Kind, Type, Values
from impactline.okrs.models import KeyResult
from impactline.okrs.pace import Rule
from impactline.okrs.rollup import Counted
from impactline.okrs.score import suggested
from impactline.okrs.status import Status
from impactline.okrs.visibility import key_result_for
from impactline.web import reader
from impactline.web.rows import address, level, on_day, with_unit
from impactline.web.shell import asking, is_fragment, page, today

DASH = "–"
PACES = {"green": "On pace", "yellow": "Behind", "red": "Well behind", "grey": "Too early"}
STATUSES = {"on_track": "On track", "at_risk": "At risk", "off_track": "Off track"}


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation with the figure as the page shows it."""

    value: str
    text: Explanation


@dataclass(frozen=True, slots=True)
class Subject:
    """The key result that is asked about, what is known of it, and how it counts in its objective."""

    key_result: KeyResult
    known: Known
    counted: Counted | None

    @property
    def kind(self) -> Kind:
        """Committed, aspirational or learning, as its objective."""
        return Kind(self.key_result.objective.kind)


def explain_key_result(request: HttpRequest, ref: str, what: str, day: str = "") -> HttpResponse:
    """One figure of a key result, as a fragment for the popover or as a page."""
    key_result = key_result_for(asking(request), ref)
    build = KEY_RESULT.get(what)
    if build is None:
        raise NotFound(f"There is nothing to explain under “{what[:40]}”.")
    now, as_of = today(), day_in(day)
    figures = figures_of(asking(request), [key_result.objective], now, as_of)[key_result.objective_id]
    own = next((entry for entry in figures.key_results if entry.key_result.pk == key_result.pk), None)
    subject = Subject(key_result, known_of(key_result, now, as_of), own.counted if own else None)
    return answer(request, build(subject), key_result.title, on_day(address("key-result", ref), as_of))


def answer(request: HttpRequest, explained: Explained, title: str, href: str) -> HttpResponse:
    """The explanation alone for htmx, else a page with the way back."""
    template = "explanation.html" if is_fragment(request) else "explanation_page.html"
    return page(request, template, value=explained.value, explained=explained.text, title=title, href=href)


def day_in(text: str) -> date | None:
    """The day of an address; None without one, for today and for what is still to come. Raises NotFound."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound(f"“{text[:40]}” is not a day.", remedy="Write it as 2026-12-31.") from None
    return day if day < today().day else None


def written() -> Format:
    """How the reader writes numbers, days and shares; what was computed has at most three decimals."""
    return Format(number=_number, day=reader.day, share=reader.percent, amount=_amount)


def _number(value: float | Decimal) -> str:
    if not isfinite(value):
        return "∞"
    return _signed(reader.number(value if isinstance(value, Decimal) else round(value, 3) + 0.0))


def _amount(value: float | Decimal, unit: str) -> str:
    """A number with its unit; per cent as is the reader's custom, of what is tiny two digits."""
    told = told_digits(value)
    if unit == "%" and isfinite(told):
        return _signed(reader.per_cent(told))
    return f"{_number(told)} {unit}".strip()


def _signed(text: str) -> str:
    return f"−{text[1:]}" if text.startswith("-") else text


# --- the figures of a key result ---------------------------------------------------------------------------


def _progress(subject: Subject) -> Explained:
    known = subject.known
    text = explain.progress(known.measure, known.judged.standing, known.day, unit=known.measure.unit, write=written())
    return Explained(reader.percent(known.judged.progress), text)


def _value(subject: Subject) -> Explained:
    known = subject.known
    measure, stands = known.measure, known.judged.standing
    last = latest_check_in(subject.key_result, known.day)
    facts = []
    if last is not None:
        facts.append(("last check-in", f"{reader.day(last.day)}{f', {last.by.name}' if last.by else ''}"))
    metric = subject.key_result.metric
    if metric is not None and metric.is_shared:
        facts.append(("metric", metric.name))
    if stands.value is None and measure.type is not Type.MILESTONES:
        return Explained(DASH, Explanation("Value", "nothing recorded", tuple(facts), _VALUE_NONE, known.day))
    shown = _value_text(subject)
    return Explained(shown, Explanation("Value", shown, tuple(facts), _value_rule(subject), known.day))


_VALUE_NONE = "Nothing has been recorded yet."
_VALUE_RULES = {
    Type.CONTROL: "The last value that was recorded; what counts is how many check-ins kept to the measure.",
    Type.MILESTONES: "The weights of the milestones reached by this day, of the weights of all.",
    Type.BINARY: "Done or not, as it was said last.",
    Type.RUBRIC: "The level that was chosen last.",
}


def _value_text(subject: Subject) -> str:
    measure, stands = subject.known.measure, subject.known.judged.standing
    value = stands.value or Decimal(0)
    match measure.type:
        case Type.MILESTONES:
            return f"{_number(stands.done or Decimal(0))} of {_number(stands.planned or Decimal(0))}"
        case Type.BINARY:
            return "done" if stands.met else "not yet"
        case Type.RUBRIC:
            return level(measure, int(value))
        case _:
            return with_unit(value, measure.unit)


def _value_rule(subject: Subject) -> str:
    measure = subject.known.measure
    if measure.values is Values.PER_PERIOD:
        return "The sum of what was recorded from the first day of the period on."
    return _VALUE_RULES.get(measure.type, "The value that was recorded for the latest day; of several, the last.")


def _expected(subject: Subject) -> Explained:
    known = subject.known
    curve = Curve(subject.key_result.curve)
    amount = known.judged.expected
    text = explain.expected(known.measure, curve, known.period, amount, known.day, write=written())
    return Explained(reader.percent(amount), text)


def _pace(subject: Subject) -> Explained:
    pace, known = subject.known.judged.pace, subject.known
    word = DASH if pace.rule is Rule.NO_PROGRESS else PACES[pace.colour]
    return Explained(word, explain.pace(pace, known.day, write=written()))


def _confidence(subject: Subject) -> Explained:
    known = subject.known
    if known.confidence is None:
        text = Explanation("Confidence", "not stated", (), "Nobody has stated a confidence yet.", known.day)
        return Explained(DASH, text)
    return Explained(f"{known.confidence}/10", explain.confidence(known.confidence, known.day, write=written()))


def _status(subject: Subject) -> Explained:
    known = subject.known
    stated = None if known.status is None else Status(known.status)
    word = "Not said" if stated is None else STATUSES[stated]
    return Explained(word, explain.status(stated, known.judged.pace.colour, known.day))


def _score(subject: Subject) -> Explained:
    known = subject.known
    last = next(iter(scores_of(subject.key_result, known.day)), None)
    text = explain.score(
        known.score,
        suggested(known.judged.progress),
        subject.kind,
        known.day,
        dropped=last is not None and last.dropped,
        write=written(),
    )
    return Explained(_score_text(known.score), text)


def _score_text(score: float | None) -> str:
    return DASH if score is None else reader.number(score, 1)


def _weight(subject: Subject) -> Explained:
    known, counted = subject.known, subject.counted
    if counted is None or counted.counted is None:
        text = explain.counted(known.judged.progress, None, known.day, write=written())
        return Explained(DASH, text)
    text = explain.counted(counted.raw, counted.counted, known.day, write=written())
    fixed = "fixed" if counted.fixed is not None else "equal share"
    digits = 0 if round(counted.weight * 100, 6).is_integer() else 1
    share = ("weight", f"{reader.percent(counted.weight, digits)}, {fixed}")
    brings = f"It brings {_number(counted.weight)} × {_number(counted.counted)} to its objective."
    more = Explanation(text.title, text.formula, (*text.values, share), text.rule, text.as_of, (brings,))
    return Explained(reader.percent(counted.weight), more)


def _foretold(subject: Subject) -> Foretold:
    metric = subject.key_result.metric
    course = [] if metric is None else course_of(metric, subject.known.day)
    return foretold(subject.key_result, subject.known, course, today())


def _forecast(subject: Subject) -> Explained:
    return forecast_explained(_foretold(subject), subject.known.day)


def _variation(subject: Subject) -> Explained:
    return variation_explained(_foretold(subject), subject.known.day)


def forecast_explained(found: Foretold, day: date) -> Explained:
    """The chance of a forecast with what went in."""
    if isinstance(found.outlook, Silence):
        return Explained(DASH, Explanation("Forecast", DASH, (), forecast_telling.SILENCES[found.outlook], day))
    words = forecast_telling.Words(written(), found.levels)
    text = forecast_telling.explanation(found.outlook, found.unit, words)
    return Explained(forecast_telling.chance_word(found.outlook, words), text)


def variation_explained(found: Foretold, day: date) -> Explained:
    """The usual variation, how it was found, and each signal beyond it."""
    shown, rule = noise_telling.explanation(found.examined, found.unit, written())
    told = tuple(noise_telling.told(signal, found.unit, written()) for signal in found.examined.signals)
    values = (("readings", reader.number(found.examined.count)),)
    return Explained(shown, Explanation("Usual variation", shown, values, rule, day, told))


KEY_RESULT: dict[str, Callable[[Subject], Explained]] = {
    "progress": _progress,
    "value": _value,
    "expected": _expected,
    "pace": _pace,
    "confidence": _confidence,
    "status": _status,
    "score": _score,
    "weight": _weight,
    "forecast": _forecast,
    "variation": _variation,
}

addresses: list[URLPattern] = [
    path("key-results/<str:ref>/explanations/<slug:what>", explain_key_result, name="key-result-explanation"),
    path("key-results/<str:ref>/days/<str:day>/explanations/<slug:what>", explain_key_result),
]
