"""Generated chains that hold together: items, reports, links, dependencies, with everything that a document can say."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from impactline.exchange import scalars
from impactline.exchange.circles import circles
from tests.exchange.documents import LINES, NOTES, accepted
from tests.exchange.values import DAYS, MOMENTS, NUMBERS, PERSON, listed, optional, subset

LEVELS = {
    **dict.fromkeys(("money", "nurses"), "input"),
    **dict.fromkeys(("hire", "train", "Schicht"), "activity"),
    **dict.fromkeys(("calls", "visits"), "output"),
    **dict.fromkeys(("sooner", "calmer", "نتيجة"), "outcome"),
    "less-pain": "impact",
}
NEXT = {"input": ("activity",), "activity": ("output",), "output": ("outcome",), "outcome": ("outcome", "impact")}
TITLES = accepted(scalars.title, LINES)
TEXTS = accepted(scalars.note, NOTES)
AMOUNTS = st.decimals(0, 10_000, places=4)
SHARES = st.decimals(0, 1, places=9)
EVIDENCE = st.lists(
    st.fixed_dictionaries({"title": TITLES, "url": st.sampled_from(["https://a.org/1", "http://b.org"])}),
    max_size=2,
    unique_by=lambda entry: entry["url"],
)
ASSUMPTIONS = listed(
    {"text": TITLES},
    state=st.sampled_from(["holding", "failing", "failed"]),
    importance=st.sampled_from(["high", "medium", "low"]),
    likelihood=st.sampled_from(["almost_certain", "likely", "unlikely"]),
    influenceable=st.booleans(),
    owner=PERSON,
    review_on=DAYS,
    metric=st.just("wait"),
)
OWN: dict[str, Any] = {
    "input": optional(kind=st.sampled_from(["people", "money", "skill", "asset"]), amount=AMOUNTS, used=AMOUNTS),
    "activity": optional(effort_hours=AMOUNTS, cost=AMOUNTS, progress=SHARES),
    "output": optional(planned=AMOUNTS, delivered=AMOUNTS, acceptance=TEXTS),
    "outcome": optional(sublevel=st.sampled_from(["immediate", "intermediate", "ultimate"])),
    "impact": st.just({}),
}


def _items(teams: tuple[str, ...], emails: tuple[str, ...]) -> Any:
    return optional(
        title=TITLES,
        description=TEXTS,
        owner=PERSON,
        team=st.sampled_from(teams),
        shared_with=subset(teams),
        state=st.sampled_from(["active", "done", "dropped"]),
        visibility=st.just("private"),
        viewers=subset(emails),
        intended=st.booleans(),
        unit=st.sampled_from(["calls", "%"]),
        metrics=subset(("wait", "m.2")),
        archived_at=MOMENTS,
        assumptions=ASSUMPTIONS,
        evidence=EVIDENCE,
    )


LINK = optional(
    expected_effect=st.fixed_dictionaries(
        {"metric": st.just("wait"), "change": NUMBERS}, optional={"per": st.decimals(1, 9, places=2)}
    ),
    lag_days=st.integers(0, 3_660),
    confidence=SHARES,
    evidence=st.sampled_from(["weak", "moderate", "strong"]),
    rationale=TEXTS,
    necessary=st.booleans(),
    group=st.sampled_from(["both", "Ämter"]),
    sources=EVIDENCE,
    assumptions=ASSUMPTIONS,
)


@st.composite
def chains(draw: Any, teams: tuple[str, ...], emails: tuple[str, ...]) -> dict[str, Any]:
    """The sections chain, links and dependencies of a document."""
    refs = draw(st.lists(st.sampled_from(list(LEVELS)), unique=True, max_size=len(LEVELS)))
    links = draw(_links(refs))
    return {
        "chain": [draw(_item(ref, _items(teams, emails))) for ref in refs],
        "links": links,
        "dependencies": draw(_dependencies(refs, links)),
    }


def measurable(chain: list[dict[str, Any]]) -> tuple[str, ...]:
    """What key results may measure."""
    return tuple(item["ref"] for item in chain if item["level"] in ("output", "outcome"))


@st.composite
def _item(draw: Any, ref: str, keys: Any) -> dict[str, Any]:
    level = LEVELS[ref]
    item = {"ref": ref, "level": level, **draw(keys), **draw(OWN[level])}
    if draw(st.booleans()):
        item |= {"starts_on": date(2026, 10, 1), "due_on": draw(st.dates(date(2026, 10, 1), date(2026, 12, 31)))}
    if item.get("state") in ("done", "dropped") and draw(st.booleans()):
        item["ended_on"] = draw(DAYS)
    if level in ("input", "activity", "output"):
        value = SHARES if level == "activity" else AMOUNTS
        item["reports"] = draw(listed({"at": DAYS, "value": value}, by=PERSON, note=TEXTS, recorded_at=MOMENTS))
    return item


@st.composite
def _links(draw: Any, refs: list[str]) -> list[dict[str, Any]]:
    """Links up from what comes first, and feedback."""
    pairs = [
        (lower, upper)
        for at, lower in enumerate(refs)
        for place, upper in enumerate(refs)
        if LEVELS[upper] in NEXT.get(LEVELS[lower], ()) and (LEVELS[lower] != LEVELS[upper] or at < place)
    ]
    pairs += [(one, other) for one in refs for other in refs if (LEVELS[one], LEVELS[other]) == ("outcome", "activity")]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)) if pairs else []
    return [{"from": lower, "to": upper, **draw(LINK)} for lower, upper in chosen]


@st.composite
def _dependencies(draw: Any, refs: list[str], links: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Waiting that comes to an end; an output waits for what produces it."""
    waits: dict[str, list[str]] = {ref: [] for ref in refs}
    for link in links:
        if LEVELS[link["to"]] == "output":
            waits[link["to"]].append(link["from"])
    made = []
    for activity in (ref for ref in refs if LEVELS[ref] == "activity"):
        for after in (ref for ref in refs if LEVELS[ref] in ("activity", "output") and ref != activity):
            if draw(st.booleans()):
                waits[activity].append(after)
                if circles(waits):
                    waits[activity].pop()
                else:
                    made.append({"activity": activity, "after": after})
    return made
