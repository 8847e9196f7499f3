"""The kinds of single values in the native document: refs, addresses, texts, numbers, days and moments."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from babel import Locale, UnknownLocaleError
from pydantic import BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from impactline.base import texts
from impactline.base.timezones import timezones
from impactline.exchange.faults import did_you_mean, shown

REF_MAX = 80
TITLE_MAX = texts.TITLE_MAX
NAME_MAX = 200
UNIT_MAX = 60
GROUP_MAX, LAG_MAX = 80, 3_660
NOTE_MAX = texts.PROSE_MAX
SIZE_MAX = 1 << 30
EMAIL_MAX = 254
FEW_MAX = 1_000
DIGITS_MAX = 15
PLACES_MAX = 9
YEAR_MIN, YEAR_MAX = 1900, 2200

# No white space, no ASCII punctuation but point, hyphen and underscore: any JSON Schema tool understands it.
REF_PATTERN = r"^[^\s!-,/:-@\[-^`{-~.\-][^\s!-,/:-@\[-^`{-~]*$"

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,6})?")
_INFINITE = re.compile(r"[-+]?\.?(?:inf|infinity|nan)", re.IGNORECASE)
_USUAL_REF = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9._-]{{0,{REF_MAX - 1}}}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})")
_EMAIL = re.compile(
    r"[-!#$%&'*+/=?^_`{}|~0-9a-z]+(?:\.[-!#$%&'*+/=?^_`{}|~0-9a-z]+)*"
    r"@(?:localhost|(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_][\w-]{0,61}[^\W_])"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HIDDEN = re.compile(r"[\u202a-\u202e\u2066-\u2069\ufeff]")


class Plain(str):
    """A value that stands in a file without quotes and looks like a number or a truth value.

    The kind of the field decides what it is: `ref: 2026` is the text 2026, `value: 2026` the number.
    """

    __slots__ = ()


def wrong(message: str, remedy: str) -> PydanticCustomError:
    """An error of a value, with its remedy, in the form that pydantic collects."""
    return PydanticCustomError("impactline", "{message}", {"message": message, "remedy": remedy})


def number(value: object) -> Decimal:
    """An exact number from the text of a file, an int or a Decimal; never through binary floating point.

    At most 15 significant digits, 9 of them after the point, below 10^15 in size; the shortest form.
    """
    if isinstance(value, Decimal):
        return bounded(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return bounded(Decimal(value))
    if isinstance(value, str) and _INFINITE.fullmatch(value):
        raise wrong(f"“{shown(value)}” is not a finite number.", "Write digits, such as 12.5.")
    if not isinstance(value, Plain) or len(value) > 400 or not _NUMBER.fullmatch(value):
        raise _not_a_number(value)
    return bounded(Decimal(value))


def bounded(value: Decimal) -> Decimal:
    """The same number in its shortest form, refused when it has too many digits."""
    if not value.is_finite():
        raise wrong(f"“{value}” is not a finite number.", "Write digits, such as 12.5.")
    if value == 0:
        return Decimal(0)
    if value.adjusted() >= DIGITS_MAX:
        raise wrong(f"“{shown(value)}” is too large: a number must stay below 10^15.", "Use a larger unit.")
    _, digits, exponent = value.as_tuple()
    whole = "".join(map(str, digits)).rstrip("0")
    places = -(int(exponent) + len(digits) - len(whole))
    if len(whole) > DIGITS_MAX or places > PLACES_MAX:
        raise wrong(
            f"“{shown(value)}” has too many digits.",
            f"Use at most {DIGITS_MAX} digits, {PLACES_MAX} of them after the point.",
        )
    return Decimal(format(value, "f").rstrip("0").rstrip(".")) if places > 0 else Decimal(int(value))


def _not_a_number(value: object) -> PydanticCustomError:
    if isinstance(value, str) and not isinstance(value, Plain) and _NUMBER.fullmatch(value.strip()[:400]):
        return wrong(f"“{shown(value)}” is a text, not a number.", "Write the number without quotes.")
    return wrong(f"“{shown(value)}” is not a number.", "Write digits with a decimal point, such as 12.5.")


def whole(value: object) -> int:
    """A whole number."""
    found = number(value)
    if found != found.to_integral_value():
        raise wrong(f"“{found}” is not a whole number.", "Leave out the decimals.")
    return int(found)


def between(check: Callable[[object], Any], low: int, high: int) -> Callable[[object], Any]:
    """The same check, with bounds that are included."""

    def checked(value: object) -> Any:
        found = check(value)
        if not low <= found <= high:
            raise wrong(f"{shortest(Decimal(found))} is not between {low} and {high}.", "Correct the number.")
        return found

    return checked


def positive(value: object) -> Decimal:
    """A number above 0."""
    found = number(value)
    if found <= 0:
        raise wrong(f"{shortest(found)} is not above 0.", "Write a number above 0.")
    return found


def truth(value: object) -> bool:
    """true or false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Plain) and value in ("true", "True", "TRUE"):
        return True
    if isinstance(value, Plain) and value in ("false", "False", "FALSE"):
        return False
    raise wrong(f"“{shown(value)}” is neither true nor false.", "Write true or false, without quotes.")


def value_or_truth(value: object) -> Decimal:
    """A number; true counts as 1 and false as 0, for key results that are reached or not."""
    if isinstance(value, bool) or (isinstance(value, Plain) and value.lower() in ("true", "false")):
        return Decimal(int(truth(value)))
    return number(value)


def day(value: object) -> date:
    """A day as ISO writes it: 2026-10-31."""
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise _not_a_day(value)
    if isinstance(value, str):
        value = _parsed_day(value.strip())
    if not YEAR_MIN <= value.year <= YEAR_MAX:
        raise wrong(f"The year of {value} is not between {YEAR_MIN} and {YEAR_MAX}.", "Check the year.")
    return value


def _parsed_day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise _not_a_day(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong(f"There is no day {text}.", "Check month and day: year-month-day.") from None


def _not_a_day(value: object) -> PydanticCustomError:
    return wrong(f"“{shown(value)}” is not a day.", "Write it as year-month-day, such as 2026-10-31.")


def moment(value: object) -> datetime:
    """A moment with its offset, in UTC: 2026-10-31T14:05:00Z; a bare day means its first moment in UTC."""
    if isinstance(value, str) and _MOMENT.fullmatch(value.strip()):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise wrong(f"There is no moment {shown(value)}.", "Check day, hour and minute.") from None
    if not isinstance(value, datetime):
        found = day(value)
        return datetime(found.year, found.month, found.day, tzinfo=UTC)
    if value.tzinfo is None:
        raise wrong(f"{value} has no offset.", "Add Z or an offset such as +02:00.")
    return datetime.combine(day(value.astimezone(UTC).date()), value.astimezone(UTC).timetz())


def plain_text(value: object) -> str:
    """A text without control characters and without marks that turn the direction of what follows."""
    if not isinstance(value, str):
        raise wrong(f"“{shown(value)}” is not a text.", "Write a text, in quotes if need be.")
    text = str(value).replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else str(value)
    if found := _CONTROL.search(text):
        raise wrong(f"The text contains the control character U+{ord(found[0]):04X}.", "Remove it.")
    if found := _HIDDEN.search(text):
        raise wrong(
            f"The text contains the invisible mark U+{ord(found[0]):04X}.",
            "Remove it; right-to-left text is shown rightly without.",
        )
    return text


def note(value: object) -> str:
    """A text of several lines; nothing is the empty text."""
    text = texts.prose(plain_text("" if value is None else value), "", SIZE_MAX)
    if len(text) > NOTE_MAX:
        raise _too_long(text, NOTE_MAX, "Shorten it, or link to the full text.")
    return text


def cleaned(value: str) -> str:
    """A text without the characters that the document refuses."""
    return _HIDDEN.sub("", _CONTROL.sub("", value))


def title(value: object) -> str:
    """One line of text, not empty; white space is joined, as everywhere in the product."""
    return one_line(value, TITLE_MAX, "Shorten it; the rest can go into the description.")


def name(value: object) -> str:
    """A short line of text."""
    return one_line(value, NAME_MAX, "Shorten it.")


def unit(value: object) -> str:
    """The unit of a number; empty for mere counts."""
    return "" if value in ("", None) else one_line(value, UNIT_MAX, "Shorten it.")


def group(value: object) -> str:
    """The name of a group; empty for none."""
    return "" if value in ("", None) else one_line(value, GROUP_MAX, "Shorten it.")


def one_line(value: object, length_max: int, remedy: str) -> str:
    """A text of one line that can be read, of at most so many characters."""
    text = plain_text(value)
    if not texts.can_be_read(text):
        raise wrong("The text is empty.", "Write something that can be read.")
    text = texts.line(text, "", SIZE_MAX)
    if len(text) > length_max:
        raise _too_long(text, length_max, remedy)
    return text


def _too_long(text: str, length_max: int, remedy: str) -> PydanticCustomError:
    return wrong(f"The text has {len(text):,} characters; at most {length_max:,} are allowed.", remedy)


def ref(value: object) -> str:
    """A ref: letters and digits of any script, points, hyphens, underscores; in Unicode's composed form."""
    text = unicodedata.normalize("NFC", plain_text(value).strip())
    if _USUAL_REF.fullmatch(text):
        return text
    if len(text) > REF_MAX:
        raise _too_long(text, REF_MAX, "Choose a shorter ref.")
    if not text or text[0] in ".-" or not all(_in_ref(char) for char in text):
        raise wrong(
            f"“{shown(text)}” cannot be a ref.",
            "Use letters, digits, points, hyphens and underscores, starting with a letter or digit.",
        )
    return text


def metric_name(value: object) -> str:
    """A metric by its ref or, one of its own, by that of a key result; `wait-days/1` is the first that it left."""
    text = plain_text(value).strip()
    base, mark, number = text.partition("/")
    if mark and not (number.isascii() and number.isdigit() and 0 < len(number) <= 4 and int(number) > 0):
        raise wrong(f"“{shown(text)}” names no metric.", "Write a ref, or a ref with /1, /2 …")
    return f"{ref(base)}/{int(number)}" if mark else ref(base)


def _in_ref(char: str) -> bool:
    return char in "._-" or unicodedata.category(char)[0] in "LMN"


def email(value: object) -> str:
    """An e-mail address, in lower case: addresses that differ in case alone are one person's."""
    text = unicodedata.normalize("NFC", plain_text(value).strip()).lower()
    if len(text) > EMAIL_MAX or not _EMAIL.fullmatch(text):
        raise wrong(f"“{shown(text)}” is not an e-mail address.", "Write it as name@example.org.")
    return text


def version(value: object) -> int:
    """The version of the format; only 1 is known."""
    found = whole(value)
    if found != 1:
        raise wrong(f"Format version {found} is not known here.", "Write impactline: 1, or update the program.")
    return found


def policy(value: object) -> str | bool | Decimal:
    """A setting: a text, a number or a truth value, as it stands."""
    if isinstance(value, bool) or (isinstance(value, Plain) and value.lower() in ("true", "false")):
        return truth(value)
    if isinstance(value, Plain | int | Decimal):
        return number(value)
    return title(value)


def timezone(value: object) -> str:
    """A time zone by its IANA name."""
    text = name(value)
    if text not in timezones():
        remedy = did_you_mean(text, timezones(), "Write such as Europe/Berlin.")
        raise wrong(f"“{shown(text)}” is not a time zone.", remedy)
    return text


def locale(value: object) -> str:
    """A language, or a language and a country: en, de, pt_BR."""
    text = name(value)
    try:
        return str(Locale.parse(text.replace("-", "_")))
    except (UnknownLocaleError, ValueError, TypeError):
        raise wrong(f"“{shown(text)}” is not a known language.", "Write such as en, de or en_GB.") from None


def listed(value: object) -> object:
    """A list; `key:` with nothing after it is the empty list."""
    return () if value is None else value


def few(value: object) -> object:
    """A list of names, or a mapping of settings, of a length that a person might write."""
    found = listed(value)
    if isinstance(found, list | tuple | dict) and len(found) > FEW_MAX:
        raise wrong(f"There are {len(found):,} entries; at most {FEW_MAX:,} are allowed.", "Leave some out.")
    return found


def shortest(value: Decimal) -> str:
    """A number as people write it: 18, not 18.0 and not 1.8E+1."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def utc_text(value: datetime) -> str:
    """A moment as the document writes it."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _text_schema(length_max: int, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "maxLength": length_max, **more})


def _number_schema(kind: str, low: int, high: int) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, "minimum": low, "maximum": high})


Ref = Annotated[str, BeforeValidator(ref), _text_schema(REF_MAX, minLength=1, pattern=REF_PATTERN)]
MetricName = Annotated[str, BeforeValidator(metric_name), _text_schema(REF_MAX + 5, minLength=1)]
Email = Annotated[str, BeforeValidator(email), _text_schema(EMAIL_MAX, format="email")]
Title = Annotated[str, BeforeValidator(title), _text_schema(TITLE_MAX, minLength=1)]
Name = Annotated[str, BeforeValidator(name), _text_schema(NAME_MAX, minLength=1)]
Timezone = Annotated[str, BeforeValidator(timezone), _text_schema(NAME_MAX, minLength=1)]
LocaleName = Annotated[str, BeforeValidator(locale), _text_schema(NAME_MAX, minLength=1)]
Unit = Annotated[str, BeforeValidator(unit), _text_schema(UNIT_MAX)]
Group = Annotated[str, BeforeValidator(group), _text_schema(GROUP_MAX)]
Note = Annotated[str, BeforeValidator(note), _text_schema(NOTE_MAX)]
Number = Annotated[Decimal, BeforeValidator(number), WithJsonSchema({"type": "number"})]
Positive = Annotated[Decimal, BeforeValidator(positive), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
Amount = Annotated[
    Decimal,
    BeforeValidator(between(number, 0, 10**DIGITS_MAX)),
    WithJsonSchema({"type": "number", "minimum": 0}),
]
Share = Annotated[Decimal, BeforeValidator(between(number, 0, 100)), _number_schema("number", 0, 100)]
Fraction = Annotated[Decimal, BeforeValidator(between(number, 0, 1)), _number_schema("number", 0, 1)]
Hours = Annotated[Decimal, BeforeValidator(between(number, 0, 168)), _number_schema("number", 0, 168)]
Confidence = Annotated[int, BeforeValidator(between(whole, 0, 10)), _number_schema("integer", 0, 10)]
Cadence = Annotated[int, BeforeValidator(between(whole, 1, 366)), _number_schema("integer", 1, 366)]
Lag = Annotated[int, BeforeValidator(between(whole, 0, LAG_MAX)), _number_schema("integer", 0, LAG_MAX)]
Value = Annotated[Decimal, BeforeValidator(value_or_truth), WithJsonSchema({"type": ["number", "boolean"]})]
Version = Annotated[int, BeforeValidator(version), WithJsonSchema({"const": 1})]
Policy = Annotated[
    str | bool | Decimal, PlainValidator(policy), WithJsonSchema({"type": ["string", "number", "boolean"]})
]
Truth = Annotated[bool, BeforeValidator(truth), WithJsonSchema({"type": "boolean"})]
Day = Annotated[date, BeforeValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[
    datetime,
    BeforeValidator(moment),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}),
]
Listed = BeforeValidator(listed)
Few = BeforeValidator(few)
