"""Forecasts of all types that are made at once: their questions about series are gathered and answered together.

Some ask a second time, when they know the first answer; they are gathered again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from impactline.insight.forecast.forecasting import Asking
from impactline.insight.forecast.many import Many, ends
from impactline.insight.forecast.outlook import Outlook, Silence
from impactline.insight.forecast.wandering import Ahead, Ask, bounded, fan_day

Turn = tuple[int, Asking, Ahead | None]


def together(all_of_them: Iterable[Asking]) -> list[Outlook | Silence]:
    """The forecasts in their order, each with the last day of its fan only; to 10⁻⁴ as if made alone."""
    found: dict[int, Outlook | Silence] = {}
    turns: Iterable[Turn] = ((place, asked, None) for place, asked in enumerate(all_of_them))
    while waiting := _asked(turns, found):
        turns = [
            (place, asked, answer)
            for rows in waiting
            for (place, asked, _), answer in zip(rows, _answers([ask for _, _, ask in rows]), strict=True)
        ]
    return [found[place] for place in sorted(found)]


def _asked(turns: Iterable[Turn], found: dict[int, Outlook | Silence]) -> list[list[tuple[int, Asking, Ask]]]:
    """Go on with each by what was answered: who is done stands in `found`, who asks is told with their question."""
    waiting: dict[tuple[int, bool], list[tuple[int, Asking, Ask]]] = defaultdict(list)
    for place, asked, answer in turns:
        try:
            ask = next(asked) if answer is None else asked.send(answer)
        except StopIteration as end:
            found[place] = end.value
        else:
            waiting[len(ask.points.values), ask.sums].append((place, asked, ask))
    return list(waiting.values())


def _answers(asks: Sequence[Ask]) -> Iterator[Ahead]:
    """The answers to questions about equally many readings."""
    most = max(len(ask.marks) for ask in asks)
    unit = np.array([ask.unit for ask in asks])
    known = np.array([ask.points.known for ask in asks])
    marks = np.array([[*ask.marks, *[ask.points.known] * (most - len(ask.marks))] for ask in asks])
    told = ends(
        Many(
            times=np.array([ask.points.times for ask in asks]),
            values=(np.array([ask.points.values for ask in asks]) - known[:, None]) / unit[:, None],
            due=np.array([ask.points.time(ask.due_on) for ask in asks]),
            aim=np.array([ask.aim for ask in asks]),
            marks=(marks.reshape(len(asks), most) - known[:, None]) / unit[:, None],
            sums=asks[0].sums,
        )
    )
    spans = known[:, None] + unit[:, None] * told.spans
    spans = np.where(unit[:, None] > 0, spans, spans[:, ::-1])
    below = np.where(unit[:, None] > 0, told.below, 1 - told.below)
    for ask, span, shares in zip(asks, spans, below.tolist(), strict=True):
        chances = dict(zip(ask.marks, shares, strict=False))
        yield Ahead(chances.__getitem__, (fan_day(ask.due_on, bounded(span, ask.bounds)),), anywhere=False)
