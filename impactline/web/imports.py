"""Import: files are uploaded, the plan is shown, then it is carried out. The worker does both; the page follows it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from impactline.base.errors import NotFound, Refusal
from impactline.exchange.actions import imports
from impactline.exchange.models import Import, ImportState
from impactline.exchange.plan_words import ORDER, PLURALS
from impactline.exchange.queries.imports import import_for, imports_of
from impactline.exchange.reading import Source
from impactline.exchange.uploads import BYTES_MAX
from impactline.people.roles import require_administrator
from impactline.web import reader
from impactline.web.forms import Day, Form
from impactline.web.shell import asking, go, now, page

FAULTS_MAX = 100
LEFT_MAX = 50
FORMATS = {"native": "Impactline", "okr-markdown": "Markdown", "iati": "IATI", "csv": "CSV", "xlsx": "XLSX"}
WORDS = {"adds": "Adds", "changes": "Changes", "removals": "Takes away"}
DONE = {"adds": "Added", "changes": "Changed", "removals": "Taken away"}
LOOKS = {"add": "new", "change": "changed", "removal": "gone"}
SAID = {"add": "Adds", "change": "Changes", "removal": "Takes away"}
SHAPES = {"add": "plus", "change": "pencil", "removal": "x"}
STATES = {
    ImportState.READING: "Being read",
    ImportState.PLANNED: "Waits for your word",
    ImportState.REFUSED: "Refused",
    ImportState.APPLYING: "Being carried out",
    ImportState.APPLIED: "Carried out",
    ImportState.DISMISSED: "Put aside",
}


class Upload(Form):
    """The days of the cycle of a page that does not say them; the files come beside."""

    file = forms.Field(label="Files", required=False)
    starts_on = Day("First day of the cycle")
    ends_on = Day("Last day of the cycle")


@require_http_methods(["GET", "HEAD", "POST"])
def every(request: HttpRequest) -> HttpResponse:
    """The form, and one's own imports; a post takes files."""
    by = asking(request)
    require_administrator(by)
    form = Upload(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            rows = imports.upload(
                by=by, files=_files(request), at=now(), starts_on=values["starts_on"], ends_on=values["ends_on"]
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            if len(rows) == 1:
                return go(request, reverse("import", args=[rows[0].pk]))
            return go(request, reverse("imports"), f"{len(rows)} imports are being read.")
    return page(
        request,
        "administration/imports.html",
        form=form,
        rows=[(row, FORMATS.get(row.format, row.format), STATES[ImportState(row.state)]) for row in imports_of(by)],
        megabytes=BYTES_MAX // 1_000_000,
        status=422 if form.errors else 200,
    )


@require_GET
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One import: how far it is, its plan or its faults, what was left out."""
    row = import_for(asking(request), number)
    account = row.account or {}
    faults = account.get("faults", [])
    return page(
        request,
        "administration/import.html",
        row=row,
        format=FORMATS.get(row.format, row.format),
        state=STATES[ImportState(row.state)],
        counts=_counts(row),
        useful=any(account.get("counts", {}).values()),
        lines=account.get("lines", []),
        more=account.get("more", 0),
        looks={what: (LOOKS[what], SHAPES[what], SAID[what]) for what in SHAPES},
        errors=[fault for fault in faults if fault["severity"] == "error"][:FAULTS_MAX],
        errors_more=max(0, sum(1 for fault in faults if fault["severity"] == "error") - FAULTS_MAX),
        warnings=[fault for fault in faults if fault["severity"] != "error"][:FAULTS_MAX],
        notes=account.get("notes", []),
        left=account.get("left", [])[:LEFT_MAX],
        left_total=account.get("left_total", 0),
        reasons=list(account.get("left_by_reason", {}).items()),
        differs=account.get("differs", False),
        weak=[one | {"remedy": one["suggestion"]} for one in account.get("weak", [])],
        weak_total=account.get("weak_total", 0),
    )


@require_POST
def act(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """Have it carried out, or put it aside."""
    by = asking(request)
    if act == "application":
        imports.agree(by=by, number=number, at=now())
        return go(request, reverse("import", args=[number]))
    if act == "dismissal":
        imports.dismiss(by=by, number=number, at=now())
        return go(request, reverse("imports"), "Put aside; nothing was changed.")
    raise NotFound("There is no such page.")


def _files(request: HttpRequest) -> list[Source]:
    """The uploaded files; of one that is too big only as much as shows that."""
    found, left = [], BYTES_MAX + 1
    for file in request.FILES.getlist("file"):
        content = file.read(left) if left > 0 else b""
        left -= len(content)
        found.append(Source(str(file.name), content))
    return found


def _counts(row: Import) -> list[tuple[str, str]]:
    """What is added, changed and taken away, in words."""
    words = DONE if row.state == ImportState.APPLIED else WORDS
    counts = (row.account or {}).get("counts", {})
    return [(words[name], _counted(counts[name])) for name in ORDER if counts.get(name)]


def _counted(counts: dict[str, int]) -> str:
    """The same as `plan_words.counted`, with numbers as the reader writes them."""
    return ", ".join(
        f"{reader.number(count)} {kind if count == 1 else PLURALS.get(kind, kind + 's')}"
        for kind, count in counts.items()
    )


addresses: list[URLPattern] = [
    path("administration/imports", every, name="imports"),
    path("administration/imports/<int:number>", one, name="import"),
    path("administration/imports/<int:number>/<str:act>", act, name="import-act"),
]
