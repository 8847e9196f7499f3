"""What the records of IATI say in the words of the chain: of activities, results and money."""

from datetime import date
from decimal import Decimal
from typing import Any

from impactline.base.texts import can_be_read
from impactline.exchange import scalars
from impactline.exchange.iati_records import Activity, Budget, Result, Text, first_text

STATES = {"1": "draft", "2": "active", "3": "done", "4": "done", "5": "dropped", "6": "active"}
LEVELS = {"1": "output", "2": "outcome", "3": "impact"}
SPENT = ("3", "4")
ENDED = ("done", "dropped")
Days = tuple[date | None, date | None]


def activity_fields(record: Activity, today: date) -> dict[str, Any]:
    """What an activity says, only what it does say: title, description, days and state."""
    days = {part.type: part.on for part in reversed(record.dates) if part.on is not None and _possible(part.on)}
    starts_on, due_on, ended_on = days.get("2") or days.get("1"), days.get("3") or days.get("4"), days.get("4")
    state = STATES.get(record.status)
    if starts_on and due_on and due_on < starts_on:
        due_on = None
    if state not in ENDED or (ended_on is not None and ended_on > today):
        ended_on = None
    title, text = (
        line_of(record.title),
        "\n\n".join(first_text(part.text) for part in record.descriptions if first_text(part.text)),
    )
    return _given(
        title=title or line(record.identifier),
        description=note(text),
        starts_on=starts_on,
        due_on=due_on,
        state=state,
        ended_on=ended_on,
    )


def result_fields(record: Result) -> dict[str, Any]:
    """What a result says; one of another type than output, outcome and impact is taken for an outcome."""
    return {
        "level": LEVELS.get(record.type, "outcome"),
        **_given(title=line_of(record.title), description=note(first_text(record.description)), state="active"),
    }


def budgets_read(record: Activity) -> dict[int, Budget]:
    """The budgets that become inputs, by their number: of one period the revised one, and only whole ones."""
    found: dict[Any, int] = {}
    for at, budget in enumerate(record.budgets):
        amount = budget.value.amount if budget.value is not None else None
        if amount is None or not 0 <= amount < 10**scalars.DIGITS_MAX or _too_fine(amount):
            continue
        if budget.starts_on is None or budget.ends_on is None:
            continue
        key = (budget.starts_on, budget.ends_on, budget.value.currency if budget.value else "")
        if key not in found or budget.type == "2":
            found[key] = at
    return {at: record.budgets[at] for at in sorted(found.values())}


def spent(record: Activity, currency: str, days: Days | None) -> tuple[date, Decimal] | None:
    """The last day and the sum of disbursements and expenditure in a currency; `days` bound it, both included."""
    found = [
        (entry.on, entry.value.amount)
        for entry in record.transactions
        if entry.type in SPENT
        and entry.on is not None
        and _possible(entry.on)
        and entry.value is not None
        and entry.value.amount is not None
        and (entry.value.currency or record.currency) == currency
        and (days is None or (days[0] is not None and days[1] is not None and days[0] <= entry.on <= days[1]))
    ]
    total = sum((amount for _, amount in found), Decimal(0))
    if not found or not 0 <= total < 10**scalars.DIGITS_MAX or _too_fine(total):
        return None
    return max(on for on, _ in found), total


def line_of(text: Text) -> str:
    """The first language of a text as a title."""
    return line(first_text(text))


def line(text: str) -> str:
    """A text in one line, without invisible characters, as long as a title may be."""
    found = " ".join(visible(text).split())
    found = found if can_be_read(found) else ""
    return found if len(found) <= scalars.TITLE_MAX else f"{found[: scalars.TITLE_MAX - 1]}…"


def note(text: str) -> str:
    """A text of several lines, as long as a note may be."""
    return scalars.note(visible(text[: scalars.NOTE_MAX * 2]).strip()[: scalars.NOTE_MAX])


def visible(text: str) -> str:
    """A text without the characters that the document does not hold; they stay in what is kept."""
    return scalars.cleaned(text.replace("\r\n", "\n").replace("\r", "\n"))


def _possible(day: date) -> bool:
    return scalars.YEAR_MIN <= day.year <= scalars.YEAR_MAX


def _too_fine(value: Decimal) -> bool:
    return len(value.normalize().as_tuple().digits) > scalars.DIGITS_MAX


def _given(**stated: Any) -> dict[str, Any]:
    return {key: value for key, value in stated.items() if value not in (None, "")}
