"""Generated organisations that hold together, with every kind of thing that a document can say."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from impactline.exchange.document import Document
from tests.exchange.chains import AMOUNTS, chains, measurable
from tests.exchange.metrics import METRIC
from tests.exchange.values import (
    DAYS,
    EMAILS,
    FRACTIONS,
    MOMENTS,
    NAMES,
    NUMBERS,
    PERSON,
    TEXTS,
    TITLES,
    TODAY,
    entries,
    listed,
    optional,
    subset,
)

STARTS, ENDS = date(2026, 10, 1), date(2026, 12, 31)
TEAMS = ("all", "care", "Ämter")
PRIORITIES = ("access", "2027")
CYCLES = ("2026", "2026-Q4", "next")
METRICS = ("wait", "m.2")
OBJECTIVES = ("o1", "o2", "o3", "عمل")
TYPES = (
    *("metric", "metric", "at_least", "at_most", "range", "control", "milestones", "binary", "rubric"),
    *("find_baseline", "open"),
)
STATES = ("draft", "active", "closing", "closed")

SCORES = listed(
    {"given": FRACTIONS},
    suggested=FRACTIONS,
    against_original=FRACTIONS,
    reason=TEXTS,
    by=PERSON,
    at=MOMENTS,
    on=DAYS,
    dropped=st.booleans(),
)
AIM = optional(target=NUMBERS, warning=NUMBERS, unit=st.just("kg"), values=st.just("per_period"), levels=st.just(["a"]))
CHANGES = listed({"at": MOMENTS, "reason": TITLES, "before": AIM, "after": AIM}, by=PERSON, on=DAYS)
OVERRULED = listed(
    {"rule": st.sampled_from(["W-vague", "W-compound"]), "note": TITLES, "at": MOMENTS, "resumed_at": MOMENTS},
    by=PERSON,
    resumed_by=PERSON,
    digest=st.just("0" * 32),
)
OVERRIDES = listed(
    {"progress": NUMBERS, "reason": TITLES, "at": MOMENTS, "resumed_at": MOMENTS},
    by=PERSON,
    on=DAYS,
    resumed_by=PERSON,
    resumed_on=DAYS,
)
SUFFICIENCY = listed(
    {"answer": st.sampled_from(["yes", "no", "not_sure"]), "at": MOMENTS},
    reason=TEXTS,
    digest=st.just("0123456789abcdef0123456789abcdef"),
    by=PERSON,
    on=DAYS,
)

_FOREIGN = optional(within=st.just("m.2"), content=st.sampled_from(["<a/>", "<a>\n\u202e ü</a>"]))


@st.composite
def organisations(draw: Any) -> Document:
    """A document that can be imported into an empty installation as of NOON."""
    people = [{"email": email, **draw(_PERSON)} for email in EMAILS]
    chain = draw(chains(TEAMS, EMAILS))
    document = {
        **chain,
        "organisation": {"name": draw(NAMES), **draw(_ORGANISATION)},
        "teams": [{"ref": ref, **draw(_TEAM), **({"parent": "all"} if ref != "all" else {})} for ref in TEAMS],
        "people": [*people, {"email": "root@example.org", "role": "administrator"}],
        "priorities": [{"ref": ref, **draw(_PRIORITY)} for ref in PRIORITIES],
        "cycles": [
            {"ref": "2026", "starts_on": date(2026, 1, 1), "ends_on": ENDS, "state": "active"},
            {"ref": "2026-Q4", "starts_on": STARTS, "ends_on": ENDS, "parent": "2026", **draw(_CYCLE)},
            {"ref": "next", "starts_on": date(2027, 1, 1), "ends_on": date(2027, 3, 31)},
        ],
        "metrics": [{"ref": ref, **draw(METRIC)} for ref in METRICS],
        "objectives": _without_full_weights(draw(_objectives(measurable(chain["chain"])))),
        "roadblocks": draw(_roadblocks(tuple(item["ref"] for item in chain["chain"]))),
        "requests": draw(_requests(tuple(item["ref"] for item in chain["chain"] if item["level"] == "activity"))),
        "muted": draw(_mutes(("all", "2026", "wait", EMAILS[0], *(item["ref"] for item in chain["chain"])))),
        "foreign": [
            {"on": ref, **draw(_FOREIGN)} for ref in draw(subset(("wait", *(i["ref"] for i in chain["chain"]))))
        ],
    }
    return Document.model_validate(document)


def _mutes(names: tuple[str, ...]) -> Any:
    about = {"rule": st.just("R2"), "about": st.lists(st.sampled_from(names), min_size=1, max_size=2)}
    one = st.fixed_dictionaries(
        {**about, "reason": TITLES, "until": DAYS, "at": MOMENTS}, optional={"by": PERSON, "ended_at": MOMENTS}
    )
    return st.lists(one, max_size=2, unique_by=lambda part: tuple(part["about"]))


def _roadblocks(items: tuple[str, ...]) -> Any:
    on = {"on": st.sampled_from(items)} if items else {}
    one = optional(
        **on,
        title=TITLES,
        kind=st.sampled_from(["alignment", "buy_in", "clarity", "accountability", "resources"]),
        owner=PERSON,
        escalate_to=PERSON,
        next_step=TITLES,
        due_on=DAYS,
        raised_by=PERSON,
        raised_on=st.just(STARTS),
        resolved_on=st.just(date(2026, 10, 12)),
    )
    return st.lists(one, max_size=2).map(
        lambda found: [{"ref": f"block-{at}", **part} for at, part in enumerate(found)]
    )


@st.composite
def _requests(draw: Any, activities: tuple[str, ...]) -> list[dict[str, Any]]:
    """What teams ask of each other, in every state; only what an activity can promise is accepted."""
    states = ["proposed", "declined", "withdrawn", *(["accepted"] if activities else [])]
    one = optional(
        **({"waiting": st.sampled_from(activities), "promise": st.sampled_from(activities)} if activities else {}),
        title=TITLES,
        description=TEXTS,
        asking=st.sampled_from(TEAMS[1:]),
        effort_hours=AMOUNTS,
        state=st.sampled_from(states),
        asked_by=PERSON,
        asked_on=st.just(STARTS),
        answered_by=PERSON,
        answered_on=st.just(date(2026, 10, 12)),
    )
    found = draw(st.lists(one, max_size=2))
    for at, part in enumerate(found):
        part |= {"ref": f"ask-{at}", "asked": TEAMS[0], "due_on": draw(DAYS)}
        if part.get("state") in ("proposed", "declined"):
            part |= {"proposed_on": draw(DAYS), "reason": draw(TITLES)}
        if part.get("state") == "accepted":
            part["promise"] = draw(st.sampled_from(activities))
    return found


_ORGANISATION = optional(
    thresholds=optional(**{"R5-team": st.integers(1, 50), "R2": st.decimals(1, 20, places=2)}),
    switched_off=optional(R33=TITLES, C24=TITLES),
    timezone=st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Auckland"]),
    locale=st.sampled_from(["en", "de_DE"]),
    policies=optional(
        pace=st.just("viva"),
        strict_holds=st.booleans(),
        grace_days=st.integers(0, 9),
        roll_up=st.just("opaque"),
        enough=st.decimals("0.01", 1, places=2),
    ),
)
_HOLIDAY = st.fixed_dictionaries({"on": DAYS, "name": NAMES})
_TEAM = optional(
    name=NAMES,
    purpose=TEXTS,
    lead=PERSON,
    holidays=st.lists(_HOLIDAY, max_size=2, unique_by=lambda one: one["on"]),
    archived_at=MOMENTS,
)
_PERSON = optional(
    name=NAMES,
    role=st.sampled_from(["member", "guest"]),
    teams=subset(TEAMS),
    timezone=st.just("Europe/Berlin"),
    locale=st.just("de"),
    capacity_hours_per_week=st.decimals(0, 168, places=2),
    archived_at=MOMENTS,
)
_PRIORITY = optional(title=TITLES, why=TEXTS, owner=PERSON, archived_at=MOMENTS)
_CYCLE = optional(
    name=NAMES,
    purpose=TEXTS,
    state=st.sampled_from(STATES),
    check_in_every_days=st.integers(1, 40),
    archived_at=MOMENTS,
)
_OBJECTIVE = optional(
    description=TEXTS,
    owner=PERSON,
    team=st.sampled_from(TEAMS),
    kind=st.sampled_from(["aspirational", "learning"]),
    visibility=st.just("private"),
    viewers=subset(EMAILS),
    priorities=subset(PRIORITIES),
    driver=st.sampled_from(["key_results", "objectives", "both", "none"]),
    archived_at=MOMENTS,
    scores=SCORES,
    overrides=OVERRIDES,
    sufficiency=SUFFICIENCY,
    overruled=OVERRULED,
)


@st.composite
def _objectives(draw: Any, measured: tuple[str, ...]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for ref in draw(st.lists(st.sampled_from(OBJECTIVES), unique=True, max_size=4)):
        above = draw(st.lists(st.sampled_from([part["ref"] for part in made]), unique=True, max_size=2)) if made else []
        contributes = [parent for parent in above if draw(st.booleans())]
        entry = {"ref": ref, "title": draw(TITLES), "cycle": draw(st.sampled_from(CYCLES)), **draw(_OBJECTIVE)}
        entry["supports"] = [parent for parent in above if parent not in contributes]
        entry["contributes_to"] = [
            {"objective": parent, **draw(optional(weight=st.decimals(0, 20, places=1)))} for parent in contributes
        ]
        earlier = [part["ref"] for objective in made for part in objective["key_results"]]
        entry["key_results"] = draw(_key_results(ref, tuple(earlier), measured))
        if draw(st.integers(0, 4)) == 0:
            entry |= {"driver": "metric", "metric": "wait", "baseline": Decimal(1), "target": Decimal(2)}
        if made and draw(st.integers(0, 3)) == 0:
            entry["carried_from"] = made[0]["ref"]
        made.append(entry)
    return made


@st.composite
def _key_results(
    draw: Any, objective: str, earlier: tuple[str, ...], measured: tuple[str, ...]
) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(TYPES))
        keys, value = draw(_measure(kind))
        entry = {"ref": f"{objective}-{number}", "title": draw(TITLES), "type": kind, **keys}
        entry |= draw(
            optional(
                description=TEXTS,
                weight=st.decimals(0, 30, places=2),
                owner=PERSON,
                frozen_at=MOMENTS,
                archived_at=MOMENTS,
                changes=CHANGES,
                scores=SCORES,
                overruled=OVERRULED,
                check_ins=entries(st.none() | value, stated=True),
            )
        )
        if draw(st.booleans()):
            entry |= {"starts_on": draw(st.dates(STARTS, TODAY)), "due_on": draw(st.dates(TODAY, ENDS))}
        if measured and draw(st.booleans()):
            entry["measures"] = draw(st.sampled_from(measured))
        borrowed = [part["ref"] for part in made if part["type"] == "metric" and "metric" not in part]
        follows = draw(st.sampled_from([None, None, *METRICS, *borrowed])) if kind == "metric" else None
        if follows is not None:
            entry["metric"] = follows
        elif kind not in ("milestones", "open"):
            entry |= draw(optional(source=TITLES, readings=entries(NUMBERS, stated=False)))
        if earlier and draw(st.integers(0, 3)) == 0:
            entry["carried_from"] = earlier[0]
        made.append(entry)
    return made


@st.composite
def _measure(draw: Any, kind: str) -> tuple[dict[str, Any], Any]:
    """The keys of a measure, and the values that a check-in may give it."""
    low, high = sorted([draw(NUMBERS), draw(NUMBERS)])
    keys: dict[str, Any] = {"unit": draw(st.sampled_from(["", "days", "%"]))}
    value: Any = NUMBERS
    if kind == "metric":
        keys |= {"baseline": low, "target": high + 1}
        summed = {} if keys["unit"] == "%" else {"values": st.just("per_period")}
        keys |= draw(optional(**summed, curve=st.sampled_from(["step", "back_loaded"])))
    elif kind == "at_least":
        keys |= {"target": high, **draw(optional(warning=st.just(low - 1)))}
    elif kind == "at_most":
        keys |= {"target": low, **draw(optional(warning=st.just(high + 1)))}
    elif kind == "range":
        keys |= {"low": low, "high": high}
    elif kind == "milestones":
        step = optional(weight=st.decimals("0.5", 9, places=2), due_on=st.dates(STARTS, ENDS), reached_on=DAYS)
        titles = draw(st.lists(TITLES, min_size=1, max_size=3, unique=True))
        keys["milestones"] = [{"title": title, **draw(step)} for title in titles]
        value = st.integers(0, len(titles)).map(Decimal)
    elif kind == "binary":
        value = st.sampled_from([Decimal(0), Decimal(1)])
    elif kind == "rubric":
        keys["levels"] = draw(st.lists(TITLES, min_size=2, max_size=4))
        value = st.integers(0, len(keys["levels"]) - 1).map(Decimal)
    return keys, value


def _without_full_weights(objectives: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let one part of each objective share what the fixed weights leave, for they do not sum to 100 %."""
    for objective in objectives:
        kept = [part for part in objective["key_results"] if part.get("archived_at") is None]
        if kept:
            kept[0].pop("weight", None)
        ways = [
            way
            for child in objectives
            if child.get("archived_at") is None
            for way in child["contributes_to"]
            if way["objective"] == objective["ref"]
        ]
        if ways:
            ways[0].pop("weight", None)
    return objectives
