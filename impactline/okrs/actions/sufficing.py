"""Saying whether an objective would be reached if all its key results were."""

from datetime import datetime

from impactline.base.errors import Invalid
from impactline.base.events import note
from impactline.base.texts import prose
from impactline.base.transactions import action
from impactline.base.versions import locked
from impactline.okrs import verbs
from impactline.okrs.actions.objectives import not_closed
from impactline.okrs.answers import answers_of, digests
from impactline.okrs.models import KeyResult, Objective, Sufficiency
from impactline.okrs.sufficiency import REASON_MAX, Answer
from impactline.okrs.today import present
from impactline.okrs.visibility import require_edit
from impactline.people.models import Person


@action
def answer_sufficiency(*, by: Person, objective: Objective, answer: str, at: datetime, reason: str = "") -> Sufficiency:
    """Say whether an objective would be reached if all its key results were; whoever may change it may say so.

    It holds until somebody says otherwise or the key results change. Said twice it is as said once. Raises Invalid for
    another answer than yes, no and not_sure, where there are no key results, and once the cycle is closed.
    """
    fresh = locked(objective, None)
    require_edit(by, fresh)
    not_closed(fresh.cycle)
    said = prose(reason, "reason", REASON_MAX)
    if answer not in set(Answer):
        raise Invalid(f"“{answer[:40]}” is not an answer.", remedy=f"Say {', '.join(Answer)}.", field="answer")
    if not KeyResult.objects.filter(objective=fresh, archived_at=None).exists():
        raise Invalid("It has no key results yet.", remedy="Add one first.", field="answer")
    last = next(iter(answers_of(fresh)), None)
    if last is not None and last.is_current and (last.row.answer, last.row.reason, last.row.by) == (answer, said, by):
        return last.row
    digest = digests([fresh.pk])[fresh.pk]
    made = Sufficiency.objects.create(
        objective=fresh, answer=answer, reason=said, digest=digest, by=by, at=at, day=present(at).day
    )
    note(verbs.SUFFICIENCY, fresh, by=by, at=at, objective_id=fresh.pk, answer=answer, reason=said)
    return made
