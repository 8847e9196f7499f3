"""The rules that look for what needs attention: what each reads, from when it fires, and where it comes from."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from impactline.insight.rules import REFUSED, RULES, TOLD_BY, WORDING
from impactline.insight.wording import RULES as WORDING_RULES
from impactline.web.shell import page

GROUPS = (("R", "How objectives are set, and how they go"), ("C", "The results chain"))


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Every rule of the design: those judged here, those of wording, those that the product refuses to break."""
    return page(
        request,
        "rules.html",
        groups=[(title, [rule for rule in RULES.values() if rule.id.startswith(letter)]) for letter, title in GROUPS],
        wording=list(WORDING_RULES.values()),
        told={
            other: [f"{rule} is judged as {_and(by)}" for rule, by in table.items() if by and rule]
            for other, table in (("wording", WORDING), ("rules", TOLD_BY))
        },
        refused=REFUSED,
    )


def _and(words: tuple[str, ...]) -> str:
    return " and ".join(words)


addresses: list[URLPattern] = [path("rules", show, name="rules")]
