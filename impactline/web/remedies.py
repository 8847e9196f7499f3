"""Where the buttons of a finding lead: straight to the act that mends it, or to a roadblock taken over from it."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from impactline.insight.models import Found, RoadblockKind
from impactline.insight.rules import Act
from impactline.web.rows import address
from impactline.web.sayings import own_words

PAGES = {
    "objective": "objective",
    "key_result": "key-result",
    "chain_item": "chain-item",
    "metric": "metric",
    "cycle": "cycle-page",
    "team": "team",
    "person": "person",
}
FORMS = {
    "objective": ("objective-edit", "Edit the objective"),
    "key_result": ("key-result-edit", "Edit the key result"),
    "chain_item": ("chain-edit", "Edit it"),
    "metric": ("metric-edit", "Edit the metric"),
}
ACTS = {
    (Act.ALIGN, "objective"): ("objective-alignments", "Say what it serves", ""),
    (Act.ADD_KEY_RESULT, "objective"): ("key-result-new", "Add a key result", ""),
    (Act.SCORE, "objective"): ("objective-scores", "Give a score", ""),
    (Act.CHECK_IN, "key_result"): ("key-result", "Check in", "#check-in-heading"),
    (Act.PLACE, "key_result"): ("key-result-edit", "Say what it measures", "#field-measures"),
    (Act.LINK, "chain_item"): ("chain-item", "Link it", "#around"),
}
OWNERLESS, RESTING, OF_LINKS = ("R1",), ("C14",), ("C15", "C16", "C25")
ASKED_FOR = ("C7", "R22", "R23", "R25", "R26", "R35")
# Where a rule says more than its act and the kind of what it is about.
OF_RULES = {
    ("C6", "objective"): ("objective-chain", "Open its chain", ""),
    ("C8", "chain_item"): ("chain-edit", "Choose a metric", ""),
    ("C26", "key_result"): ("key-result-expected", "See what was expected", ""),
    ("R22", "chain_item"): ("chain-item", "Link it", "#around"),
    ("R23", "key_result"): ("key-result", "Place it in the chain", "#in-chain"),
    ("R25", "person"): ("person-load", "See the weeks", ""),
    ("R26", "key_result"): ("key-result-behind", "See the work behind it", ""),
}
BLOCKS = ("objective", "key_result", "chain_item")
KINDS = {
    RoadblockKind.ALIGNMENT: ("R4", "R15", "R23", "R27", "R28", "R30", "C1", "C2", "C3"),
    RoadblockKind.BUY_IN: ("R29", "R35", "R18"),
    RoadblockKind.CLARITY: ("R8", "R9", "R13", "C8", "C9", "C12"),
    RoadblockKind.ACCOUNTABILITY: ("R1", "R2", "R3", "R17", "R19", "R20", "R21"),
    RoadblockKind.RESOURCES: ("C7", "R5", "R12", "R25", "R26"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A button: its words, where it leads, its icon."""

    label: str
    href: str
    icon: str = ""


def returning(step: Step, back: str) -> Step:
    """The same button, which leads back to this address once it is done or given up."""
    page, mark, place = step.href.partition("#")
    joint = "&" if "?" in page else "?"
    return replace(step, href=f"{page}{joint}{urlencode({'back': back})}{mark}{place}")


def page_of(kind: str, ref: str) -> str:
    """The page of something that a finding names."""
    return address(PAGES[kind], ref) if kind in PAGES else ""


def first_step(found: Found, *, concerned: bool) -> Step:
    """What mends it, for whom it concerns; for others, where to look at it."""
    kind, ref, _ = found.about[0]
    look = Step("Look at it", page_of(kind, ref) or reverse("rule", args=[found.rule]))
    if not concerned:
        return look
    if found.rule in OWNERLESS and kind in FORMS:
        return Step("Name an owner", address(FORMS[kind][0], ref) + "#field-owner", "user")
    if found.rule == "R29":
        return _asking(kind, ref)
    if (found.rule, kind) in OF_RULES:
        name, label, place = OF_RULES[found.rule, kind]
        return Step(label, address(name, ref) + place)
    if found.rule in (*RESTING, *OF_LINKS) and [one[0] for one in found.about] == ["chain_item", "chain_item"]:
        return _of_link(found.rule, ref, found.about[1][1])
    if (found.act, kind) in ACTS:
        name, label, place = ACTS[Act(found.act), kind]
        return Step(label, address(name, ref) + place)
    if found.act == Act.EDIT and kind in FORMS:
        name, label = FORMS[kind]
        return Step(label, address(name, ref))
    return look


def more_steps(found: Found) -> list[Step]:
    """What else helps: to ask a team for what is missing, to raise what is in the way."""
    kind, ref, _ = found.about[0]
    steps = [_asking(kind, ref)] if found.rule in ASKED_FOR and kind in ("key_result", "chain_item") else []
    if kind in BLOCKS:
        steps.append(Step("Raise as a roadblock", f"{reverse('roadblock-new')}?{urlencode({'finding': found.key})}"))
    return steps


def _of_link(rule: str, source: str, target: str) -> Step:
    """To the line in which one writes what it rests on, or to all that is said of it."""
    if rule in RESTING:
        return Step("Say what has to hold", f"{address('chain-item', source)}#if-{source}-{target}", "link")
    return Step("Open the link", reverse("chain-link", args=[source, target]), "link")


def _asking(kind: str, ref: str) -> Step:
    which = "key_result" if kind == "key_result" else "waiting"
    return Step("Ask a team", f"{reverse('request-new')}?{urlencode({which: ref})}", "send")


def roadblock_of(found: Found) -> dict[str, str]:
    """What a roadblock takes over from a finding: what it blocks, its kind, and its words.

    Not the words where more is named than what it blocks: not everybody who sees this may see the rest.
    """
    kind, ref, title = found.about[0]
    missing = next((str(one) for one, rules in KINDS.items() if found.rule in rules), str(RoadblockKind.OTHER))
    words = f"{title}: {own_words(found.message)}"[:500] if len(found.about) == 1 else ""
    return {"on": ref if kind in BLOCKS else "", "kind": missing, "title": words}
