"""Templates that fill a chain with a worked example to edit, one for each of four ways of thinking.

Each is plain records; whoever makes the items gives them refs. The figures are examples, to be written over.
Sources: W. K. Kellogg Foundation 2004 (logic model); the logical framework as used by DFID and the EC (goal, purpose,
outputs, activities; assumptions and means of verification); McClure 2007 (the funnel of a product).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from impactline.chain.levels import Level, Sublevel

INPUT, ACTIVITY, OUTPUT, OUTCOME, IMPACT = Level
NO_NAMES: tuple[tuple[Level, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a template. `metrics` are keys of the template's metrics; amounts are in `unit`."""

    key: str
    level: Level
    title: str
    sublevel: Sublevel = Sublevel.NONE
    description: str = ""
    kind: Literal["", "people", "money", "skill", "asset"] = ""
    amount: float | None = None
    planned: float | None = None
    unit: str = ""
    effort_hours: float | None = None
    cost: float | None = None
    acceptance: str = ""
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a link should move: `change` of the metric for `per` of the source."""

    metric: str
    change: float
    per: float = 1.0


@dataclass(frozen=True, slots=True)
class Assumption:
    """What must hold for a link."""

    text: str
    importance: Literal["high", "medium", "low"] = "high"
    likelihood: Literal["almost_certain", "likely", "unlikely"] = "likely"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a template; the levels give its kind."""

    source: str
    target: str
    effect: Effect | None = None
    lag_days: int | None = None
    confidence: float | None = None
    evidence: Literal["untested", "weak", "moderate", "strong"] = "untested"
    rationale: str = ""
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of a template; `source` is its means of verification."""

    key: str
    name: str
    unit: str
    better: Literal["higher", "lower"] = "higher"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A chain to begin with.

    `fits` says when to take it; `level_names` what its school calls the levels, where that differs.
    """

    key: str
    title: str
    fits: str
    items: tuple[Item, ...]
    links: tuple[Link, ...]
    metrics: tuple[Metric, ...] = ()
    level_names: tuple[tuple[Level, str], ...] = NO_NAMES


LOGIC_MODEL = Template(
    "logic-model",
    "Logic model",
    "A programme that should change what people know, do and live like, step by step.",
    items=(
        Item("volunteers", INPUT, "Twelve volunteers", kind="people", amount=12, unit="people"),
        Item("books", INPUT, "Books for beginners", kind="asset", amount=300, unit="books"),
        Item("train", ACTIVITY, "Train reading mentors", effort_hours=60, cost=1500),
        Item("read", ACTIVITY, "Hold weekly reading hours", effort_hours=480),
        Item(
            "mentors", OUTPUT, "Trained mentors", planned=12, unit="mentors", acceptance="Each has led one trial hour."
        ),
        Item("hours", OUTPUT, "Reading hours held", planned=240, unit="hours"),
        Item("fluent", OUTCOME, "Children read more fluently", Sublevel.IMMEDIATE, metrics=("words-a-minute",)),
        Item("at-home", OUTCOME, "Children read at home", Sublevel.INTERMEDIATE, metrics=("read-at-home",)),
        Item("keep-up", OUTCOME, "Children keep up in all subjects", Sublevel.ULTIMATE),
        Item("finish", IMPACT, "More young people finish school"),
    ),
    links=(
        Link("volunteers", "train"),
        Link("volunteers", "read"),
        Link("books", "read"),
        Link("train", "mentors"),
        Link("read", "hours"),
        Link("mentors", "fluent", confidence=0.5, rationale="Trained mentors correct mistakes without discouraging."),
        Link(
            "hours",
            "fluent",
            Effect("words-a-minute", 15, per=240),
            lag_days=60,
            confidence=0.7,
            evidence="moderate",
            rationale="Repeated reading aloud improves fluency.",
            assumptions=(Assumption("Children come at least three times a month"),),
        ),
        Link(
            "fluent",
            "at-home",
            Effect("read-at-home", 1, per=1),
            lag_days=90,
            confidence=0.4,
            assumptions=(Assumption("There are books at home", importance="medium"),),
        ),
        Link("at-home", "keep-up", confidence=0.5, lag_days=180),
        Link("keep-up", "finish", confidence=0.5, lag_days=730),
    ),
    metrics=(
        Metric("words-a-minute", "Words read a minute", "words", source="Reading test at the start and end of term"),
        Metric("read-at-home", "Children who read at home each week", "%", source="Short survey of parents"),
    ),
)

LOGFRAME = Template(
    "logframe",
    "Logframe",
    "A project for a funder: goal, purpose, outputs and activities, each with its measure, source and assumptions.",
    items=(
        Item("budget", INPUT, "A grant", kind="money", amount=90000, unit="EUR"),
        Item("engineers", INPUT, "Two water engineers", kind="people", amount=2, unit="FTE"),
        Item("drill", ACTIVITY, "Drill wells with the villages", effort_hours=2400, cost=60000),
        Item("train", ACTIVITY, "Train water committees", effort_hours=400, cost=9000),
        Item("wells", OUTPUT, "Working wells", planned=20, unit="wells", acceptance="Water passes the national test."),
        Item("committees", OUTPUT, "Trained water committees", planned=20, unit="committees"),
        Item(
            "use",
            OUTCOME,
            "Households use clean water all year",
            metrics=("households-with-clean-water",),
        ),
        Item("health", IMPACT, "Fewer children fall ill from water"),
    ),
    links=(
        Link("budget", "drill"),
        Link("engineers", "drill"),
        Link("budget", "train"),
        Link("drill", "wells"),
        Link("train", "committees"),
        Link(
            "wells",
            "use",
            Effect("households-with-clean-water", 50, per=20),
            lag_days=30,
            confidence=0.7,
            evidence="moderate",
            assumptions=(
                Assumption("Groundwater stays within reach of the wells in the dry season"),
                Assumption("Households prefer the wells to the river", importance="medium"),
            ),
        ),
        Link(
            "committees",
            "use",
            Effect("households-with-clean-water", 10, per=20),
            lag_days=180,
            confidence=0.5,
            evidence="weak",
            assumptions=(Assumption("Committees collect enough fees for repairs", likelihood="unlikely"),),
        ),
        Link(
            "use",
            "health",
            lag_days=365,
            confidence=0.6,
            evidence="strong",
            assumptions=(Assumption("Water stays clean between well and cup", importance="medium"),),
        ),
    ),
    metrics=(
        Metric(
            "households-with-clean-water",
            "Households that use clean water all year",
            "%",
            source="Household survey, dry and wet season",
        ),
    ),
    level_names=((IMPACT, "Goal"), (OUTCOME, "Purpose"), (OUTPUT, "Outputs"), (ACTIVITY, "Activities")),
)

PRODUCT_FUNNEL = Template(
    "product-funnel",
    "Product funnel",
    "A product team that wants more people to find, use, keep and pay for something.",
    items=(
        Item("team", INPUT, "Our product team", kind="people", amount=4, unit="FTE"),
        Item("onboarding", ACTIVITY, "Redesign the first five minutes", effort_hours=320),
        Item("import", ACTIVITY, "Build an import from spreadsheets", effort_hours=240),
        Item("new-start", OUTPUT, "A new first session", planned=1, unit="release"),
        Item("importer", OUTPUT, "An import from spreadsheets", planned=1, unit="release"),
        Item(
            "activated",
            OUTCOME,
            "New users get their first result on day one",
            Sublevel.IMMEDIATE,
            metrics=("activation",),
        ),
        Item("retained", OUTCOME, "Users come back each week", Sublevel.INTERMEDIATE, metrics=("retention",)),
        Item("paying", OUTCOME, "Teams buy a plan", Sublevel.ULTIMATE, metrics=("conversion",)),
        Item("sustained", IMPACT, "The product can pay for itself"),
    ),
    links=(
        Link("team", "onboarding"),
        Link("team", "import"),
        Link("onboarding", "new-start"),
        Link("import", "importer"),
        Link(
            "new-start",
            "activated",
            Effect("activation", 12),
            lag_days=14,
            confidence=0.6,
            evidence="weak",
            rationale="In tests, most people gave up before the second step.",
            assumptions=(Assumption("People give up for lack of guidance, not of interest"),),
        ),
        Link(
            "importer",
            "activated",
            Effect("activation", 8),
            lag_days=14,
            confidence=0.4,
            assumptions=(Assumption("Newcomers have their data in spreadsheets", importance="medium"),),
        ),
        Link(
            "activated",
            "retained",
            Effect("retention", 0.5, per=1),
            lag_days=28,
            confidence=0.6,
            evidence="moderate",
        ),
        Link(
            "retained",
            "paying",
            Effect("conversion", 0.2, per=1),
            lag_days=30,
            confidence=0.5,
            evidence="weak",
            assumptions=(Assumption("Those who come back have a budget"),),
        ),
        Link("paying", "sustained", confidence=0.6, lag_days=180),
    ),
    metrics=(
        Metric("activation", "New users with a result on day one", "%", source="Product analytics"),
        Metric("retention", "New users still active in week four", "%", source="Product analytics"),
        Metric("conversion", "Active teams that buy a plan", "%", source="Billing"),
    ),
)

SERVICE_IMPROVEMENT = Template(
    "service-improvement",
    "Service improvement",
    "A service that should become quicker, better or fairer for those who use it.",
    items=(
        Item("nurses", INPUT, "Two nurses", kind="people", amount=2, unit="FTE"),
        Item("money", INPUT, "A budget for telephony", kind="money", amount=8000, unit="EUR"),
        Item("line", ACTIVITY, "Run a phone triage line", effort_hours=1200, cost=8000),
        Item("calls", OUTPUT, "Triaged calls", planned=400, unit="calls", acceptance="Each has a written advice."),
        Item("sooner", OUTCOME, "Patients see a clinician sooner", metrics=("median-wait",)),
        Item("less-pain", IMPACT, "Fewer people live with untreated pain"),
    ),
    links=(
        Link("nurses", "line"),
        Link("money", "line"),
        Link("line", "calls"),
        Link(
            "calls",
            "sooner",
            Effect("median-wait", -6, per=400),
            lag_days=14,
            confidence=0.6,
            evidence="weak",
            rationale="Half of those who call need no visit.",
            assumptions=(Assumption("Callers follow the advice"),),
        ),
        Link("sooner", "less-pain", confidence=0.5, lag_days=90),
    ),
    metrics=(Metric("median-wait", "Median wait for a first visit", "days", "lower", source="Booking system"),),
)

TEMPLATES = {template.key: template for template in (LOGIC_MODEL, LOGFRAME, PRODUCT_FUNNEL, SERVICE_IMPROVEMENT)}
