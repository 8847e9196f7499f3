"""Single values: what programs hand over is taken exactly or refused, as what files hold."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from impactline.exchange import scalars
from impactline.exchange.scalars import Plain


@pytest.mark.parametrize(
    ("check", "value", "found"),
    [
        (scalars.number, 5, Decimal(5)),
        (scalars.number, Decimal("5.10"), Decimal("5.1")),
        (scalars.number, Decimal("1E+3"), Decimal(1000)),
        (scalars.truth, True, True),
        (scalars.truth, Plain("FALSE"), False),
        (scalars.value_or_truth, Plain("true"), Decimal(1)),
        (scalars.value_or_truth, False, Decimal(0)),
        (scalars.value_or_truth, Plain("7"), Decimal(7)),
        (scalars.day, date(2026, 10, 1), date(2026, 10, 1)),
        (scalars.moment, date(2026, 10, 1), datetime(2026, 10, 1, tzinfo=UTC)),
        (
            scalars.moment,
            datetime(2026, 10, 1, 1, tzinfo=timezone(timedelta(hours=2))),
            datetime(2026, 9, 30, 23, tzinfo=UTC),
        ),
        (scalars.timezone, "Europe/Berlin", "Europe/Berlin"),
        (scalars.locale, "pt-BR", "pt_BR"),
        (scalars.policy, Plain("3"), Decimal(3)),
        (scalars.policy, Plain("true"), True),
        (scalars.policy, "viva", "viva"),
        (scalars.note, None, ""),
        (scalars.note, "a\r\nb\rc\n", "a\nb\nc"),
        (scalars.title, " a \n b ", "a b"),
        (scalars.listed, None, ()),
    ],
)
def test_a_value_is_taken_in_its_normal_form(check: Any, value: object, found: object) -> None:
    assert check(value) == found
    assert type(check(value)) is type(found)


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (scalars.number, Decimal("NaN")),
        (scalars.number, Decimal("-Infinity")),
        (scalars.number, Decimal("1e400")),
        (scalars.number, 0.1),
        (scalars.number, True),
        (scalars.number, "5"),
        (scalars.number, None),
        (scalars.whole, Plain("1.5")),
        (scalars.positive, Plain("0")),
        (scalars.truth, "true"),
        (scalars.truth, 1),
        (scalars.day, datetime(2026, 10, 1, tzinfo=UTC)),
        (scalars.day, 20261001),
        (scalars.moment, datetime(2026, 10, 1)),  # noqa: DTZ001 - without an offset on purpose
        (scalars.note, "x" * 20_001),
        (scalars.note, "a\x00b"),
        (scalars.unit, "x" * 61),
        (scalars.timezone, "Europe/Atlantis"),
        (scalars.locale, "klingon"),
        (scalars.locale, "xx"),
        (scalars.version, Plain("2")),
        (scalars.ref, "a/b"),
        (scalars.email, "a@b"),
    ],
)
def test_what_is_no_such_value_is_refused_with_a_remedy(check: Any, value: object) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        check(value)
    assert refused.value.context
    assert refused.value.context["remedy"]


def test_numbers_are_written_plainly() -> None:
    written = {value: scalars.shortest(Decimal(value)) for value in ("18.0", "1E+3", "0.10", "-0.5", "0")}
    assert written == {"18.0": "18", "1E+3": "1000", "0.10": "0.1", "-0.5": "-0.5", "0": "0"}
