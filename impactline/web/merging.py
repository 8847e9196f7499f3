"""A lost update: what was typed stands beside what somebody saved meanwhile, and the person chooses."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from impactline.base.errors import Conflict, Invalid
from impactline.chain.models import ChainItem
from impactline.okrs.models import KeyResult, Objective
from impactline.web.forms import Choice, Form, PersonField, TeamField
from impactline.web.shell import page


@dataclass(frozen=True, slots=True)
class MergeRow:
    """One field of a form in both versions, as the form takes them; `words` says what a value is called.

    What the person did not touch, and others changed, is taken as it is now.
    """

    name: str
    label: str
    yours: str
    theirs: str
    words: dict[str, str]
    untouched: bool


def merge_page(
    request: HttpRequest, form: Form, theirs: dict[str, Any], conflict: Conflict, *, title: str, back: str, section: str
) -> HttpResponse:
    """The page on which to choose; it posts the chosen values to the address of the form, with their version.

    `theirs` are the present values, as the form's initial ones.
    """
    other = type(form)(initial=theirs)
    rows = [
        MergeRow(
            name,
            str(field.label),
            _text(form.value(name)),
            _text(other.value(name)),
            _words(field),
            _text(form.value(name)) in [_text(value) for value in conflict.was.get(name, ())],
        )
        for name, field in form.fields.items()
        if name != "version" and field.label and (name in theirs or form.value(name)) and _was_asked(form, name)
    ]
    return page(
        request,
        "merge.html",
        status=409,
        rows=rows,
        conflict=conflict,
        version=conflict.theirs,
        title=title,
        back=back,
        section=section,
        action=request.get_full_path(),
    )


def _was_asked(form: Form, name: str) -> bool:
    """A choice that the form did not offer is left as it is; of several that could be ticked, none may have been."""
    return name in form.data or not isinstance(form.fields[name], Choice)


def _words(field: Any) -> dict[str, str]:
    """What the values of a field with choices are called."""
    if isinstance(field, PersonField | TeamField):
        return dict(field.options()[1:])
    return {str(value): str(label) for value, label in getattr(field, "choices", ())}


def _text(value: Any) -> str:
    """A value as one text; the entries of a list with commas, as fields that take several read them."""
    if isinstance(value, list | tuple):
        return ", ".join(str(entry) for entry in value)
    return "" if value is None else str(value)


def lost_line(conflict: Conflict, says: str, typed: str) -> Conflict:
    """The same for a line of an outline: what it says now, and what was typed."""
    return Conflict(
        f"Somebody changed this meanwhile; it now says “{says}”.",
        theirs=conflict.theirs,
        remedy=f"You typed “{typed}”, which has not been saved.",
    )


def require_in_sight(item: ChainItem | KeyResult | Objective, typed: str) -> None:
    """Raises Invalid for a line that somebody archived meanwhile: what is done to it would not show."""
    if item.archived_at is not None:
        raise Invalid(
            f"“{item.title}” was archived meanwhile.",
            remedy=f"You typed “{typed}”, which has not been saved." if typed else "Restore it on its page first.",
        )
