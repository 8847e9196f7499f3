"""Which part of a metric something is for: one select for each of its dimensions, the whole when none is chosen."""

from collections.abc import Mapping
from typing import Any

from impactline.metrics.breakdown import Categories
from impactline.metrics.definition import Declared
from impactline.web.forms import Choice, Form


class PartForm(Form):
    """A form about a metric or a part of it; `there` are the dimensions of the metric."""

    def __init__(self, there: Declared, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        self.there = there
        super().__init__(data, initial=dict(initial or {}))
        for at, (dimension, categories) in enumerate(there):
            self.fields[f"of-{at}"] = Choice(dimension, [("", "All"), *((one, one) for one in categories)])
            self.fields[f"of-{at}"].required = False

    def of(self) -> Categories:
        """The part that was chosen, in the order of the dimensions; nothing is the whole."""
        chosen = ((dimension, self.cleaned_data.get(f"of-{at}")) for at, (dimension, _) in enumerate(self.there))
        return tuple((dimension, category) for dimension, category in chosen if category)

    def parts(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """The selects: name, dimension, (value, label) of each category."""
        return [
            (f"of-{at}", dimension, [(one, one) for one in categories])
            for at, (dimension, categories) in enumerate(self.there)
        ]


def chosen(there: Declared, of: Mapping[str, str]) -> dict[str, str]:
    """What the selects show at first for a part."""
    return {f"of-{at}": of[dimension] for at, (dimension, _) in enumerate(there) if dimension in of}
