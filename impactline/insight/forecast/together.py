"""Forecasts of all types that are made at once: their questions about series are gathered and answered together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from impactline.insight.forecast.forecasting import Asking
from impactline.insight.forecast.many import Many, ends
from impactline.insight.forecast.outlook import Outlook, Silence
from impactline.insight.forecast.wandering import Ahead, Ask, ahead, bounded, fan_day


def together(all_of_them: Iterable[Asking]) -> list[Outlook | Silence]:
    """The forecasts in their order, each with the last day of its fan only; to 10⁻⁴ as if made alone."""
    found: dict[int, Outlook | Silence] = {}
    waiting: dict[tuple[int, bool], list[tuple[int, Asking, Ask]]] = defaultdict(list)
    for place, asked in enumerate(all_of_them):
        try:
            ask = next(asked)
        except StopIteration as end:
            found[place] = end.value
        else:
            count = 0 if ask.anywhere else len(ask.points.values)
            waiting[count, ask.sums].append((place, asked, ask))
    for (count, _), rows in waiting.items():
        asks = [ask for _, _, ask in rows]
        answers = _answers(asks) if count else (ahead(ask, drawn=False) for ask in asks)
        for (place, asked, _), answer in zip(rows, answers, strict=True):
            try:
                asked.send(answer)
            except StopIteration as end:
                found[place] = end.value
    return [found[place] for place in sorted(found)]


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
        yield Ahead(chances.__getitem__, (fan_day(ask.due_on, bounded(span, ask.bounds)),))
