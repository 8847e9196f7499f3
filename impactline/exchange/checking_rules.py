"""What does not hold together in how a document sets rules, and in what it mutes."""

from collections.abc import Iterator

from impactline.exchange.document import Organisation
from impactline.exchange.faults import Fault, did_you_mean, shown
from impactline.exchange.outlook import Outlook, Path
from impactline.insight.rules import RULES, THRESHOLDS


def rule_faults(outlook: Outlook) -> Iterator[Fault]:
    """All faults of thresholds, of rules that are switched off, and of the section muted."""
    organisation: Organisation | None = outlook.wanted.organisation
    if organisation is not None:
        yield from _thresholds(outlook, organisation)
        for rule in organisation.switched_off:
            yield from _known(outlook, rule, ("organisation", "switched_off", rule))
    yield from _mutes(outlook)


def _thresholds(outlook: Outlook, organisation: Organisation) -> Iterator[Fault]:
    for name, value in organisation.thresholds.items():
        path, one = ("organisation", "thresholds", name), THRESHOLDS.get(name)
        if one is None:
            remedy = did_you_mean(name, THRESHOLDS, "They stand on the page of the rules.")
            yield outlook.fault(f"“{shown(name)}” is no threshold.", remedy, path)
        elif not one.least <= value <= one.most:
            message = f"{one.meaning}: it lies between {one.least:g} and {one.most:g}."
            yield outlook.fault(message, f"The default is {one.default:g}.", path)


def _mutes(outlook: Outlook) -> Iterator[Fault]:
    silent: set[tuple[str, str, tuple[str, ...]]] = set()
    for at, part in enumerate(outlook.wanted.muted):
        path: Path = ("muted", at)
        yield from _known(outlook, part.rule, (*path, "rule"))
        if not part.about:
            yield outlook.fault("It is not said what is muted.", "Name what it is about by ref.", path)
        if not part.reason:
            yield outlook.fault("It is not said why it is muted.", "Add a reason.", path)
        for place, ref in enumerate(part.about):
            if ref not in outlook.items and ref not in outlook.people and ref not in outlook.lost.refs:
                remedy = did_you_mean(ref, outlook.items, "Correct the ref, or take the entry away.")
                yield outlook.fault(f"There is no “{shown(ref)}”.", remedy, (*path, "about", place))
        if part.ended_at is None:
            if (part.rule, part.finding, part.about) in silent:
                yield outlook.fault("It is muted twice at once.", "Keep one, or say when the other ended.", path)
            silent.add((part.rule, part.finding, part.about))


def _known(outlook: Outlook, rule: str, path: Path) -> Iterator[Fault]:
    if rule not in RULES:
        remedy = did_you_mean(rule, RULES, "They stand on the page of the rules.")
        yield outlook.fault(f"There is no rule “{shown(rule)}”.", remedy, path)
