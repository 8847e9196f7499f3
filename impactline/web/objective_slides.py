"""An objective as slides: what for, how far, from inputs to impact in words and as a picture, where to look."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from impactline.chain.levels import Level
from impactline.checkins.figures import figures_of
from impactline.checkins.scopes import Chain, objective_scope
from impactline.okrs.visibility import objective_for
from impactline.web.chain_pictures import Picture, live_of, picture_of
from impactline.web.chain_scopes import chain_of
from impactline.web.chain_told import MOST_FOR_A_SENTENCE, judged, sentence_of
from impactline.web.chain_words import words_of
from impactline.web.rows import objective_row
from impactline.web.shell import asking, page, today

ROOM = 2400.0, 1350.0  # a picture of this size can still be read from a wall
LOOKED_AT = 6


@require_GET
def slides(request: HttpRequest, ref: str) -> HttpResponse:
    """The slides of an objective, for a wall, a phone or paper."""
    person, present = asking(request), today()
    objective = objective_for(person, ref)
    own = figures_of(person, [objective], present)[objective.pk]
    shown = chain_of(person, objective_scope(person, ref))
    return page(
        request,
        "objective_slides.html",
        objective=objective,
        priorities=list(objective.priorities.filter(archived_at=None)),
        row=objective_row(own),
        rolled=own.rolled,
        day=present.day,
        is_empty=not shown.piece.items,
        told=sentence_of(shown),
        picture=_picture(shown),
        levels=_levels(shown),
        judged=judged(person, own, shown) if shown.measured else None,
        looks=shown.looks(0, LOOKED_AT),
        apart=shown.apart,
        live=live_of(shown),
    )


def _picture(shown: Chain) -> Picture | None:
    """The picture, where it can be read on one slide."""
    if not 0 < len(shown.piece.items) <= MOST_FOR_A_SENTENCE:
        return None
    found = picture_of(shown)
    return found if found.width <= ROOM[0] and found.height <= ROOM[1] else None


def _levels(shown: Chain) -> list[tuple[str, int]]:
    """How many items there are of each level, for a chain that is too long for its picture."""
    counts = [(words_of(level).many, len(shown.piece.at(level))) for level in Level]
    return [(words, count) for words, count in counts if count]


addresses = [path("objectives/<str:ref>/slides", slides, name="objective-slides")]
