"""Templates: each is a whole chain that the rules of the chain accept, and that reads as a sentence."""

from datetime import date

import pytest

from impactline.chain.expectation import Claim, Expectation, Quantity
from impactline.chain.gaps import gaps
from impactline.chain.graph import Edge, Graph, Kind, Node
from impactline.chain.levels import Level, Sublevel, kind_of
from impactline.chain.sentence import Phrase, Told, plain, sentence
from impactline.chain.templates import TEMPLATES, Item, Template

each = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def levels(template: Template) -> dict[str, Level]:
    return {item.key: item.level for item in template.items}


def graph(template: Template) -> Graph:
    level = levels(template)
    return Graph(
        [Node(item.key, Kind(item.level)) for item in template.items],
        [
            Edge.of_link(link.source, link.target, kind_of(level[link.source], level[link.target]))
            for link in template.links
        ],
    )


def test_there_are_the_four_that_people_ask_for():
    assert list(TEMPLATES) == ["logic-model", "logframe", "product-funnel", "service-improvement"]


@each
def test_its_links_are_between_its_items_and_of_levels_that_can_be_linked(template: Template):
    level = levels(template)
    assert len(level) == len(template.items)
    assert all(kind_of(level[link.source], level[link.target]) for link in template.links)
    assert len({(link.source, link.target) for link in template.links}) == len(template.links)


@each
def test_it_has_all_levels_no_circle_and_no_gap(template: Template):
    assert set(levels(template).values()) == set(Level)
    assert gaps(graph(template)) == []


@each
def test_its_metrics_are_there_and_each_is_used(template: Template):
    metrics = {metric.key for metric in template.metrics}
    measured = {key for item in template.items for key in item.metrics}
    assert measured == metrics
    assert {link.effect.metric for link in template.links if link.effect} <= metrics
    assert all(metric.unit and metric.source for metric in template.metrics)


@each
def test_an_effect_is_on_a_metric_of_the_outcome_that_it_leads_to(template: Template):
    items = {item.key: item for item in template.items}
    for link in template.links:
        if link.effect:
            assert link.effect.metric in items[link.target].metrics
            assert link.effect.change
            assert link.effect.per > 0


@each
def test_each_item_has_only_what_its_level_has(template: Template):
    for item in template.items:
        assert item.level is Level.INPUT or (item.kind == "" and item.amount is None)
        assert item.level is Level.ACTIVITY or (item.effort_hours is None and item.cost is None)
        assert item.level is Level.OUTPUT or (item.planned is None and not item.acceptance)
        assert item.level is Level.OUTCOME or (item.sublevel is Sublevel.NONE and not item.metrics)


@each
def test_a_contribution_says_how_sure_it_is_and_some_name_what_they_assume(template: Template):
    level = levels(template)
    contributions = [link for link in template.links if level[link.source] in (Level.OUTPUT, Level.OUTCOME)]
    assert all(0 < (link.confidence or 0) < 1 for link in contributions)
    assert any(link.assumptions for link in contributions)


@each
def test_what_is_planned_moves_its_first_outcome(template: Template):
    claims = [
        Claim(link.source, link.target, link.effect.metric, link.effect.change, link.effect.per, 0, link.confidence)
        for link in template.links
        if link.effect
    ]
    done = {
        item.key: Quantity(((date(2026, 1, 1), item.planned or 1.0),))
        for item in template.items
        if item.level is Level.OUTPUT
    }
    outcome = next(item for item in template.items if item.level is Level.OUTCOME)
    assert Expectation(claims, done).move(outcome.key, outcome.metrics[0], date(2026, 2, 1)).likely != 0


def _told(template: Template) -> str:
    def of(level: Level, sublevel: Sublevel = Sublevel.NONE) -> list[Phrase]:
        return [_phrase(item) for item in template.items if (item.level, item.sublevel) == (level, sublevel)]

    return plain(
        sentence(
            Told(
                inputs=of(Level.INPUT),
                activities=of(Level.ACTIVITY),
                outputs=of(Level.OUTPUT),
                outcomes=[of(Level.OUTCOME, sublevel) for sublevel in Sublevel],
                impacts=of(Level.IMPACT),
            )
        )
    )


def _phrase(item: Item) -> Phrase:
    amount = item.amount or item.planned
    return Phrase(item.key, item.title, f"{amount:,.0f}" if amount else "", item.unit)


def test_they_read_as_sentences():
    assert {key: _told(template) for key, template in TEMPLATES.items()} == {
        "logic-model": (
            "With twelve volunteers and 300 books for beginners we train reading mentors and hold weekly reading "
            "hours, which together give 12 trained mentors and 240 reading hours held; children read more fluently, "
            "so that children read at home, so that children keep up in all subjects, so that more young people "
            "finish school."
        ),
        "logframe": (
            "With a grant (90,000 EUR) and two water engineers we drill wells with the villages and train water "
            "committees, which together give 20 working wells and 20 trained water committees; households use clean "
            "water all year, so that fewer children fall ill from water."
        ),
        "product-funnel": (
            "With our product team (4 FTE) we redesign the first five minutes and build an import from spreadsheets, "
            "which together give a new first session and an import from spreadsheets; new users get their first result "
            "on day one, so that users come back each week, so that teams buy a plan, so that the product can pay for "
            "itself."
        ),
        "service-improvement": (
            "With two nurses and a budget for telephony (8,000 EUR) we run a phone triage line, which gives 400 "
            "triaged calls; patients see a clinician sooner, so that fewer people live with untreated pain."
        ),
    }
