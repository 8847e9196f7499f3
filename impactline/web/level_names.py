"""What the organisation calls the levels of its chain: a page for administrators."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from impactline.base.errors import Refusal
from impactline.chain.actions import name_levels
from impactline.chain.names import NAME_MAX, USUAL, Name, read
from impactline.people.models import Organisation
from impactline.people.roles import require_administrator
from impactline.web.chain_words import words_of
from impactline.web.forms import Form, Line
from impactline.web.shell import asking, go, now, page


class LevelNames(Form):
    """For each level the name of one item and of several; an empty one is the usual name."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        for code, usual in USUAL.items():
            self.fields[code] = _line(usual.one)
            self.fields[f"{code}-many"] = _line(usual.many)

    def names(self) -> dict[str, Name]:
        """The names as they were typed."""
        given = self.cleaned_data
        return {code: Name(given[code], given[f"{code}-many"]) for code in USUAL}


@require_http_methods(["GET", "POST"])
def level_names(request: HttpRequest) -> HttpResponse:
    """Name the levels; files, events and programs keep the codes."""
    by = asking(request)
    require_administrator(by)
    found = Organisation.objects.get()
    own = {code: pair for code, pair in found.level_names.items() if code in USUAL}
    initial = {code: pair[0] for code, pair in own.items()} | {f"{code}-many": pair[1] for code, pair in own.items()}
    form = LevelNames(request.POST or None, initial=initial | {"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            name_levels(by=by, version=form.cleaned_data["version"], names=form.names(), at=now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return go(request, reverse("administration-levels"), "Saved. Every page uses these names.")
    shown = read(found.level_names)
    rows = [(code, usual, shown.by_code[code], _shape(code)) for code, usual in USUAL.items()]
    return page(
        request, "administration/levels.html", form=form, rows=rows, most=NAME_MAX, status=422 if form.errors else 200
    )


def _line(label: str) -> forms.CharField:
    return Line(label.capitalize(), required=False, most=NAME_MAX)


def _shape(code: str) -> str:
    """The level whose shape stands beside a name: a kind of outcome has that of outcomes."""
    return words_of(code).key if code in ("input", "activity", "output", "outcome", "impact") else "outcome"


addresses = [path("administration/levels", level_names, name="administration-levels")]
