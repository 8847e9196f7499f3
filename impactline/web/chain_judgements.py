"""Numbers and judgements of an outcome side by side, and the form with which people judge it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from impactline.base.errors import Faults, Invalid, NotFound
from impactline.chain import actions, rubric
from impactline.chain.agreement import Agreement
from impactline.chain.downloads import download
from impactline.chain.file_kinds import ALLOWED, ENDS, SIZE_MAX
from impactline.chain.judgements import file_of, judgement_numbered, voice_of
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem, Judgement
from impactline.chain.visibility import chain_item_for, may_edit_item
from impactline.checkins.outcomes import KeyResultSays, MetricSays, SideBySide, side_by_side
from impactline.metrics.said import Link
from impactline.people.models import Person
from impactline.web import reader
from impactline.web.forms import Day, Form, Line, PersonField, Prose
from impactline.web.rows import address, person_href, with_unit
from impactline.web.shell import asking, go, is_fragment, now, page, today

TONES = {Agreement.GOOD: "good", Agreement.BAD: "warn"}


@dataclass(frozen=True, slots=True)
class NumberShown:
    """A number of an outcome: what it is, where it stands, and whether it moved as expected; None where unknown."""

    title: str
    href: str
    value: str
    moved: bool | None


@dataclass(frozen=True, slots=True)
class JudgementShown:
    """A judgement as the page tells it; `key` and `href` are those of the person whose voice it is, if any."""

    row: Judgement
    voice: str
    key: str
    href: str
    written_by: str
    may_withdraw: bool


class JudgementForm(Form):
    """A judgement: a level, words, for whom, on which day, with a page and a file that bear it out."""

    level = Line("How far it has come about", required=False, most=100)
    narrative = Prose("In words")
    day = Day("Day")
    on_behalf_of = Line("On behalf of", required=False, most=rubric.VOICE_MAX)
    person = PersonField("Who judges")
    evidence_title = Line("What shows it", required=False)
    evidence = Line("Its address", required=False, most=2000)
    file = forms.FileField(label="Or a file", required=False, allow_empty_file=True)

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        found = {name: given[name] for name in ("level", "narrative", "day", "on_behalf_of", "person")}
        link = Link(given["evidence_title"] or given["evidence"], given["evidence"])
        title = "" if given["evidence"] else given["evidence_title"]
        file: UploadedFile[bytes] | None = given["file"]
        files = [] if file is None else [actions.HandedIn(file.name or "", file.read(SIZE_MAX + 1), title)]
        return found | {"evidence": [link] if given["evidence"] else [], "files": files}


@require_http_methods(["GET", "POST"])
def judgements(request: HttpRequest, ref: str) -> HttpResponse:
    """An outcome by numbers and judgements; and a judgement of it."""
    person, outcome = asking(request), _outcome(asking(request), ref)
    form = JudgementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.judge(by=person, outcome=outcome, at=now(), **form.values())
        except (Invalid, Faults) as refusal:
            form.refuse(refusal)
        else:
            return go(request, address("chain-item", ref) + "#judged", "Judged.")
    return _show(request, person, outcome, form)


@require_POST
def withdraw(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Take a judgement back."""
    row = judgement_numbered(_outcome(asking(request), ref), number)
    if request.POST.get("same") not in (None, row.recorded_at.isoformat()):
        raise Invalid("Somebody changed this list meanwhile.", remedy="Look at it again, then repeat what you did.")
    actions.withdraw_judgement(by=asking(request), judgement=row, at=now())
    return go(request, address("chain-item", ref) + "#judged", "Taken back. The log keeps it.")


@require_GET
def file(request: HttpRequest, ref: str, number: int, digest: str) -> HttpResponse:
    """A file that bears a judgement out, to be saved."""
    return download(*file_of(judgement_numbered(_outcome(asking(request), ref), number), digest))


def _outcome(person: Person, ref: str) -> ChainItem:
    item = chain_item_for(person, ref)
    if item.level != Level.OUTCOME:
        raise NotFound(f"“{item.title}” is not judged.", remedy="Judge what it contributes to.")
    return item


def _show(request: HttpRequest, person: Person, outcome: ChainItem, form: JudgementForm) -> HttpResponse:
    found, may_edit = side_by_side(person, outcome, today()), may_edit_item(person, outcome)
    return page(
        request,
        "chain_judgements_part.html" if is_fragment(request) else "chain_judgements.html",
        status=422 if form.is_bound else 200,
        item=outcome,
        form=form,
        tone="warn" if found.beside.agreement.is_disagreement else TONES.get(found.beside.agreement, ""),
        sentence=found.beside.sentence,
        has_any=bool(found.metrics or found.key_results or found.judgements),
        disagrees=found.beside.agreement.is_disagreement,
        numbers=_numbers(found),
        judgements=[_judgement(row, person, may_edit=may_edit) for row in reversed(found.judgements)],
        levels=rubric.levels(outcome.rubric),
        people=PersonField.options()[1:] if may_edit else [],
        may_judge=person.may_write and outcome.archived_at is None,
        may_edit=may_edit,
        today=today().day,
        file_ends=",".join(f".{end}" for end in ENDS),
        file_words=f"{ALLOWED}, {SIZE_MAX // 1024 // 1024} MB at most.",
    )


def _numbers(found: SideBySide) -> list[NumberShown]:
    return [*map(_metric, found.metrics), *map(_key_result, found.key_results)]


def _metric(one: MetricSays) -> NumberShown:
    value = "" if one.last is None else with_unit(one.last[1], one.metric.unit)
    return NumberShown(one.metric.name, address("metric", one.metric.ref or ""), value, one.moved)


def _key_result(one: KeyResultSays) -> NumberShown:
    progress = one.figures.judged.progress
    value = "" if progress is None else f"{reader.percent(progress)} of the way"
    return NumberShown(one.key_result.title, address("key-result", one.key_result.ref), value, one.moved)


def _judgement(row: Judgement, person: Person, *, may_edit: bool) -> JudgementShown:
    other = row.by is not None and row.by_id != row.person_id
    return JudgementShown(
        row,
        voice_of(row),
        row.person.email if row.person else "",
        person_href(row.person) if row.person else "",
        row.by.name if other and row.by else "",
        person.may_write and (may_edit or person.pk in {row.person_id, row.by_id}),
    )


addresses = [
    path("chain/<str:ref>/judgements", judgements, name="chain-judgements"),
    path("chain/<str:ref>/judgements/<int:number>/files/<str:digest>", file, name="chain-judgement-file"),
    path("chain/<str:ref>/judgements/<int:number>/removal", withdraw, name="chain-judgement-removal"),
]
