"""Numbers that people enter: decimal, bounded, never NaN or infinite."""

from decimal import Context, Decimal, InvalidOperation

from django.db import models

from impactline.base.errors import Invalid

DIGITS_MAX = 15
PLACES_MAX = 9
LENGTH_MAX = 100


def quantity() -> "models.DecimalField[Decimal, Decimal]":
    """The column for such a number."""
    return models.DecimalField(max_digits=DIGITS_MAX + PLACES_MAX, decimal_places=PLACES_MAX)


def quantity_or_none() -> "models.DecimalField[Decimal | None, Decimal | None]":
    """The column for such a number that may be missing."""
    return models.DecimalField(max_digits=DIGITS_MAX + PLACES_MAX, decimal_places=PLACES_MAX, null=True)


def number(text: object, field: str = "value") -> Decimal:
    """A number as entered, to a Decimal in shortest form.

    Raises Invalid for what is no number, is not finite, or has more than 15 digits or 9 decimals.
    """
    entered = str(text).strip()
    try:
        value = Decimal(entered if len(entered) <= LENGTH_MAX else "too long")
    except InvalidOperation:
        raise Invalid(f"“{entered[:40]}” is not a number.", remedy="Write digits, such as 12.5.", field=field) from None
    return bounded(value, field)


def bounded(value: Decimal, field: str = "value") -> Decimal:
    """The same value in shortest form; raises Invalid when it is not finite or has too many digits."""
    if not value.is_finite():
        raise Invalid("A value must be a finite number.", remedy="Write digits, such as 12.5.", field=field)
    if value == 0:
        return Decimal(0)
    if abs(value.adjusted()) > DIGITS_MAX:
        raise Invalid("The value is too large or too small.", remedy="Use another unit.", field=field)
    short = value.normalize(Context(prec=len(value.as_tuple().digits)))
    digits, exponent = short.as_tuple().digits, int(short.as_tuple().exponent)
    if len(digits) > DIGITS_MAX or -exponent > PLACES_MAX or short.adjusted() >= DIGITS_MAX:
        raise Invalid(
            "The value has too many digits.",
            remedy=f"Use at most {DIGITS_MAX} digits, {PLACES_MAX} of them after the point.",
            field=field,
        )
    return short.quantize(Decimal(1)) if exponent > 0 else short
