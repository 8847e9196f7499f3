"""Export: everything that one may see, with its history, as a file."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from impactline.base.errors import NotFound
from impactline.exchange.leaving import Leaving, file_of
from impactline.exchange.queries.document import document_for
from impactline.web.shell import asking, page, today

CHOICES = (
    (
        Leaving.YAML,
        "Native document, YAML",
        "All there is, with its history; can be imported again. Reads well in git.",
    ),
    (Leaving.JSON, "Native document, JSON", "The same for programs."),
    (Leaving.IATI, "IATI 2.03", "The chain and its metrics, with links and assumptions in a namespace of ours."),
    (Leaving.IATI_PLAIN, "IATI 2.03, plain", "What the standard knows, and no more."),
)


@require_GET
def choices(request: HttpRequest) -> HttpResponse:
    """In which formats one can take everything along."""
    return page(request, "export.html", choices=CHOICES)


@require_GET
def file(request: HttpRequest, leaving: str) -> HttpResponse:
    """The file itself."""
    if leaving not in {str(choice) for choice in Leaving}:
        raise NotFound("There is no such format.")
    found = file_of(document_for(asking(request)), Leaving(leaving), today=today().day)
    answer = HttpResponse(found.content, content_type=found.kind)
    answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return answer


addresses: list[URLPattern] = [
    path("export", choices, name="export"),
    path("export/<slug:leaving>", file, name="export-file"),
]
