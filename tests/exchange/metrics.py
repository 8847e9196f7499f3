"""Generated shared metrics: shares with their counts, dimensions, targets with revisions, locked periods, readings."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.cast import NOON
from tests.exchange.values import DAYS, EMAILS, MOMENTS, NAMES, NUMBERS, PERSON, TEXTS, TITLES, TODAY, listed, optional

OF = st.just({}) | st.sampled_from([{"sex": "women"}, {"sex": "women", "region": "north"}, {"left": "long ago"}])
PERIODS = st.dates(date(2026, 1, 1), TODAY).map(lambda day: {"starts_on": day, "ends_on": day + timedelta(days=30)})


def merged(*pieces: Any) -> Any:
    """Mappings of several strategies as one."""
    return st.tuples(*pieces).map(lambda found: {key: value for piece in found for key, value in piece.items()})


def counted(value: Any) -> Any:
    """A value, or a share with what it counts."""
    counts = st.tuples(st.integers(0, 99), st.integers(1, 99))
    share = counts.map(lambda pair: {"numerator": Decimal(pair[0]), "denominator": Decimal(pair[1])})
    return st.fixed_dictionaries({"value": value}) | share


PARTS = st.lists(merged(st.fixed_dictionaries({"of": OF.filter(bool)}), counted(NUMBERS)), max_size=3)
LINKS = st.lists(st.just({"title": "Report", "url": "https://example.org/r"}), max_size=2)
MORE = optional(
    quality=st.sampled_from(["measured", "estimated", "doubtful"]),
    evidence=LINKS,
    parts=PARTS.map(lambda parts: list({str(sorted(part["of"].items())): part for part in parts}.values())),
)
SET = optional(note=TEXTS, reason=TEXTS, by=PERSON, at=MOMENTS)
EARLIER_TARGETS = st.lists(merged(counted(NUMBERS), SET), max_size=2)
TARGETS = st.lists(
    merged(
        PERIODS,
        counted(NUMBERS),
        SET,
        optional(of=OF, earlier=EARLIER_TARGETS),
    ),
    max_size=3,
    unique_by=lambda target: (target["starts_on"], str(target.get("of"))),
)
LOCKED = st.lists(
    merged(
        PERIODS,
        optional(reason=TEXTS, by=PERSON, at=MOMENTS),
        st.just({}) | st.just({"unlocked_at": NOON, "unlock_reason": "A late form", "unlocked_by": EMAILS[0]}),
    ),
    max_size=2,
)
READINGS = st.lists(
    merged(
        st.fixed_dictionaries({"at": DAYS}),
        counted(NUMBERS),
        MORE,
        optional(
            by=PERSON,
            note=TEXTS,
            recorded_at=MOMENTS,
            earlier=st.lists(merged(counted(NUMBERS), MORE, optional(by=PERSON, note=TEXTS, at=DAYS)), max_size=2),
        ),
    ),
    max_size=4,
)
METRIC = optional(
    name=TITLES,
    definition=TEXTS,
    unit=st.sampled_from(["days", "%"]),
    aggregation=st.sampled_from(["cumulative", "per_period"]),
    adds_up=st.just(False),
    numerator=TITLES,
    denominator=TITLES,
    method=TEXTS,
    team=st.sampled_from(("all", "care", "Ämter")),
    levels=st.just(["poor", "good"]),
    references=listed({"vocabulary": NAMES, "code": NAMES}, uri=st.just("https://example.org/list")),
    dimensions=st.just([{"name": "sex", "categories": ["women", "men"]}, {"name": "region", "categories": ["north"]}]),
    baselines=st.lists(
        merged(st.fixed_dictionaries({"at": DAYS}), counted(NUMBERS), optional(of=OF, note=TEXTS)), max_size=2
    ),
    targets=TARGETS,
    locked_periods=LOCKED,
    better=st.sampled_from(["higher", "lower", "within"]),
    healthy=optional(at_least=st.just(Decimal("-0.5")), at_most=st.just(Decimal(3))),
    source=TITLES,
    owner=PERSON,
    read_every_days=st.integers(1, 366),
    archived_at=MOMENTS,
    readings=READINGS,
).map(lambda entry: {"measure": "percentage", **entry})
