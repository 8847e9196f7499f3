"""Changes to dependencies: which activity waits for which other, or for which output; nobody waits in a circle."""

from datetime import datetime

from impactline.base.errors import Invalid
from impactline.base.events import note
from impactline.base.transactions import action
from impactline.chain import verbs
from impactline.chain.actions.links import awaits, one_change_of_the_chain_at_a_time
from impactline.chain.levels import Level
from impactline.chain.models import ChainItem, Dependency
from impactline.chain.visibility import require_edit_item
from impactline.people.models import Person


@action
def wait(*, by: Person | None, activity: ChainItem, after: ChainItem, at: datetime) -> Dependency:
    """Say that an activity can only go on after another activity, or once an output is there.

    `by` None is the product itself: what was asked for and promised is waited for.
    Raises Invalid for other levels and for a circle of waiting.
    """
    if by is not None:
        require_edit_item(by, activity)
    if activity.level != Level.ACTIVITY or after.level not in (Level.ACTIVITY, Level.OUTPUT):
        raise Invalid("An activity waits for an activity or an output.", remedy="Choose one of these.", field="after")
    one_change_of_the_chain_at_a_time()
    before = Dependency.objects.filter(activity=activity, after=after).first()
    if before is not None:
        return before
    if awaits(after.pk, activity.pk):
        raise Invalid(
            f"“{after.title}” itself waits for “{activity.title}”.",
            remedy="Take another dependency away first.",
            field="after",
        )
    made = Dependency.objects.create(activity=activity, after=after)
    note(verbs.WAITS, activity, by=by, at=at, chain_item_id=activity.pk, linked_item_id=after.pk, after=after.ref)
    return made


@action
def end_wait(*, by: Person, activity: ChainItem, after: ChainItem, at: datetime) -> None:
    """End a dependency; nothing happens when there is none."""
    require_edit_item(by, activity)
    if Dependency.objects.filter(activity=activity, after=after).delete()[0]:
        said = {"chain_item_id": activity.pk, "linked_item_id": after.pk}
        note(verbs.WAITS_NO_MORE, activity, by=by, at=at, **said, after=after.ref)
