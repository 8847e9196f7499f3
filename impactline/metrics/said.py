"""What somebody enters as a reading, and every fault that it can have; values of shares are worked out here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlsplit

from impactline.base.errors import Fault, Faults
from impactline.base.texts import TITLE_MAX, line
from impactline.metrics.adding import PLACES_MAX, Amount, NotAdded, share
from impactline.metrics.breakdown import Categories, PartOf, whole_of
from impactline.metrics.measure import Kind, Measure, Quality

EVIDENCE_MAX = 20
PARTS_MAX = 500
URL_MAX = 2000
QUALITIES = frozenset(Quality)


@dataclass(frozen=True, slots=True)
class Link:
    """Evidence: a page that bears a reading out."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Said:
    """A reading as it is entered: the whole, its parts, how sure one is, and what bears it out."""

    amount: Amount
    parts: tuple[PartOf, ...] = ()
    quality: str = Quality.MEASURED
    evidence: tuple[Link, ...] = ()


Declared = Mapping[str, Sequence[str]]
"""The dimensions of a metric with their categories."""


def settled(said: Said, kind: Kind, declared: Declared, levels: Sequence[str] = (), note: str = "") -> Said:
    """The same with everything that can be worked out: shares from their counts, the whole from its parts.

    `levels` are those of an ordinal metric, `note` the narrative of a qualitative one. Raises Faults with
    everything that is wrong.
    """
    found = [*_counted(said.amount, kind, ""), *_parts(said.parts, kind, declared), *_quality(said), *_links(said)]
    if found:
        raise Faults(found)
    parts = tuple(PartOf(_in_order(part, declared), with_value(part.amount, kind)) for part in said.parts)
    amount = whole(with_value(said.amount, kind), parts, kind)
    if found := list(_whole_faults(amount, kind, levels, note, bool(parts))):
        raise Faults(found)
    evidence = tuple(Link(line(link.title or link.url, "evidence"), link.url.strip()) for link in said.evidence)
    return replace(said, amount=amount, parts=parts, evidence=evidence)


def aim(amount: Amount, kind: Kind) -> Amount:
    """A target or baseline, its share worked out; raises Faults."""
    found = list(_counted(amount, kind, ""))
    if kind.measure is Measure.QUALITATIVE and amount.value is not None:
        found.append(Fault("value", "A qualitative metric is told in words.", "Leave the value out and write a note."))
    if found:
        raise Faults(found)
    return with_value(amount, kind)


def with_value(amount: Amount, kind: Kind) -> Amount:
    """The amount with its share worked out from numerator and denominator, where these are known."""
    if amount.numerator is None or amount.denominator is None:
        return amount
    return replace(amount, value=share(amount.numerator, amount.denominator, kind.measure))


def whole(amount: Amount, parts: Sequence[PartOf], kind: Kind) -> Amount:
    """The whole: as it was given, else what its parts come to. Raises Faults where they cannot be added."""
    if amount.value is not None or not parts:
        return amount
    added = whole_of(parts, kind)
    if isinstance(added, NotAdded):
        raise Faults([Fault("value", f"The value of the whole is missing. {added.reason}", "Give it.")])
    return added


def categories_faults(categories: Categories, declared: Declared) -> Iterator[Fault]:
    """What is wrong with the categories of a part: unknown ones, a dimension twice."""
    if not categories or len(dict(categories)) < len(categories):
        yield Fault("parts", "A part names each of its dimensions once.", "Write such as sex: women.")
    for name, category in categories:
        if name not in declared:
            known = ", ".join(declared) or "none"
            yield Fault("parts", f"This metric has no dimension “{name[:40]}”.", f"Its dimensions: {known}.")
        elif category not in declared[name]:
            known = ", ".join(declared[name])
            yield Fault("parts", f"“{category[:40]}” is no category of {name}.", f"Its categories: {known}.")


def url_fault(url: str) -> str:
    """What is wrong with the address of a page; nothing when it is one."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return "This is not an address."
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or any(c.isspace() for c in url.strip()):
        return "An address begins with https://."
    return "The address is too long." if len(url) > URL_MAX else ""


def _counted(amount: Amount, kind: Kind, where: str) -> Iterator[Fault]:
    """Faults of numerator and denominator: both or none, only of shares, never over 0, in step with the value."""
    above, below = amount.numerator, amount.denominator
    if above is None and below is None:
        return
    if not kind.measure.is_share:
        yield Fault("numerator", f"{where}Only a share has a numerator and a denominator.", "Give the value alone.")
    elif above is None or below is None:
        name = "numerator" if above is None else "denominator"
        yield Fault(name, f"{where}The {name} is missing.", "Give both, or the value alone.")
    elif below == 0:
        yield Fault("denominator", f"{where}The denominator is 0.", "Leave the reading out where there was nobody.")
    elif amount.value is not None and not _agree(amount.value, share(above, below, kind.measure)):
        found = f"{share(above, below, kind.measure):f}".rstrip("0").rstrip(".") or "0"
        yield Fault("value", f"{where}{above:f} of {below:f} make {found}, not {amount.value:f}.", "Give only one.")


def _agree(value: Decimal, exact: Decimal) -> bool:
    """Whether a value is the exact one, to the digits with which it was written."""
    places = min(max(-int(value.as_tuple().exponent), 0), PLACES_MAX)
    return abs(value - exact) <= Decimal("0.5").scaleb(-places)


def _parts(parts: Sequence[PartOf], kind: Kind, declared: Declared) -> Iterator[Fault]:
    if len(parts) > PARTS_MAX:
        yield Fault("parts", f"A reading has at most {PARTS_MAX} parts.", "Break it down by fewer categories.")
        return
    seen: set[frozenset[tuple[str, str]]] = set()
    for part in parts:
        named = " and ".join(category for _, category in part.categories)
        yield from categories_faults(part.categories, declared)
        yield from _counted(part.amount, kind, f"{named}: ")
        if part.amount.value is None and not part.amount.is_counted:
            yield Fault("parts", f"{named}: the value is missing.", "Give it, or leave the part out.")
        key = frozenset(part.categories)
        if key in seen:
            yield Fault("parts", f"{named} stands twice.", "Give each part once.")
        seen.add(key)


def _quality(said: Said) -> Iterator[Fault]:
    if said.quality not in QUALITIES:
        yield Fault("quality", f"“{said.quality[:40]}” is no quality.", f"Use {', '.join(Quality)}.")


def _links(said: Said) -> Iterator[Fault]:
    if len(said.evidence) > EVIDENCE_MAX:
        yield Fault("evidence", f"A reading has at most {EVIDENCE_MAX} links.", "Link to a page that lists them.")
    for link in said.evidence:
        if message := url_fault(link.url):
            yield Fault("evidence", f"“{link.url[:80]}”: {message}", "Copy the address from the browser.")
        if len(link.title) > TITLE_MAX:
            yield Fault("evidence", "The title of a link is too long.", f"Use at most {TITLE_MAX} characters.")


def _in_order(part: PartOf, declared: Declared) -> tuple[tuple[str, str], ...]:
    """The categories of a part in the order of the metric's dimensions."""
    place = {name: at for at, name in enumerate(declared)}
    return tuple(sorted(part.categories, key=lambda pair: place[pair[0]]))


def _whole_faults(amount: Amount, kind: Kind, levels: Sequence[str], note: str, split: bool) -> Iterator[Fault]:
    if kind.measure is Measure.QUALITATIVE:
        if amount.value is not None or split:
            yield Fault("value", "A qualitative metric is told in words.", "Leave the value out and write a note.")
        elif not note.strip():
            yield Fault("note", "The reading is empty.", "Say in words what was seen.")
    elif amount.value is None:
        yield Fault("value", "The value is missing.", "Give it, or numerator and denominator.")
    elif kind.measure is Measure.ORDINAL and levels and not _is_level(amount.value, levels):
        named = ", ".join(f"{at} {level}" for at, level in enumerate(levels))
        yield Fault("value", f"{amount.value:f} is not a level.", f"The levels: {named}.")


def _is_level(value: Decimal, levels: Sequence[str]) -> bool:
    return value == value.to_integral_value() and 0 <= value < len(levels)
