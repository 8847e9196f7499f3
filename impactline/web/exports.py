"""Export: everything that one may see, or a part of it, with its history, as a file."""

from dataclasses import fields
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from impactline.base.errors import NotFound
from impactline.exchange.leaving import Leaving, file_of
from impactline.exchange.plan_words import counted
from impactline.exchange.queries.document import document_for
from impactline.exchange.scope import Scope, holds, within
from impactline.okrs.queries import cycles, priorities
from impactline.people.queries import teams
from impactline.web.shell import asking, page, today

CHOICES = (
    (
        Leaving.YAML,
        "Native document, YAML",
        "With its history; can be imported again. Reads well in git.",
    ),
    (Leaving.JSON, "Native document, JSON", "The same for programs."),
    (Leaving.IATI, "IATI 2.03", "The chain and its metrics, with links and assumptions in a namespace of ours."),
    (Leaving.IATI_PLAIN, "IATI 2.03, plain", "What the standard knows, and no more."),
    (
        Leaving.XLSX,
        "Table, XLSX",
        "Objectives and key results for a spreadsheet, one row each; without their history.",
    ),
    (Leaving.CSV, "Table, CSV", "The same as text."),
)


@require_GET
def choices(request: HttpRequest) -> HttpResponse:
    """In which formats one can take everything along, or a part: what it holds and leaves out is told first."""
    asked = _asked(request)
    scope = Scope(**asked)
    found = None if scope.is_all else within(document_for(asking(request)), scope)
    return page(
        request,
        "export.html",
        choices=CHOICES,
        asked=asked,
        query=urlencode({name: ref for name, ref in asked.items() if ref}),
        cycles=cycles(),
        teams=teams(),
        priorities=priorities(),
        holds=counted(holds(found.document)) if found else "",
        left=found.left if found else (),
    )


@require_GET
def file(request: HttpRequest, leaving: str) -> HttpResponse:
    """The file itself."""
    if leaving not in {str(choice) for choice in Leaving}:
        raise NotFound("There is no such format.")
    scoped = within(document_for(asking(request)), Scope(**_asked(request)))
    found = file_of(scoped.document, Leaving(leaving), today=today().day)
    answer = HttpResponse(found.content, content_type=found.kind)
    answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return answer


def _asked(request: HttpRequest) -> dict[str, str]:
    """The refs that narrow it."""
    return {field.name: request.GET.get(field.name, "").strip()[:80] for field in fields(Scope)}


addresses: list[URLPattern] = [
    path("export", choices, name="export"),
    path("export/<slug:leaving>", file, name="export-file"),
]
