"""Public OKR pages: what people write in three styles is read, nothing is invented, every line is accounted for."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactline.exchange.checking import check
from impactline.exchange.document_okrs import KeyResult, Objective
from impactline.exchange.okr_markdown import Page, read_page, read_source
from impactline.exchange.plan import plan
from impactline.exchange.reading import Source
from impactline.exchange.writing import to_yaml
from tests.effort import growth, within_a_minute

TODAY = date(2026, 11, 1)

ROLES = """\
---
title: "FY27-Q2 OKRs"
---

This fiscal quarter will run from May 1, 2026 to July 31, 2026.

## On this page
{:.no_toc}

- TOC
{:toc}

### 1. CEO: Bakers love our ovens
1. CEO KR: Ovens sold grow from 120 to 200 units.
    1. **VP Sales: Win the [large bakeries](https://example.org/large).** => 40%
       1. VP Sales KR: Sign at least 5 contracts. [shop/plans#12](https://example.org/12) => [DONE](https://example.org/d)
        1. VP Sales KR: Visit bakers ==> 90% complete, two are left
1. **CTO: Ovens that do not break**
	1. CTO KR: Repairs fall from 9% to 4%. => 25%, 50%
  1. **Director of Quality:** [Test every oven](https://example.org/t)

## How to

* [A talk](https://example.org/talk)
"""

NESTED = """\
# 2026 Q3 OKRs

### CEO: Grow the bakery. Two shops, happy guests.

* COO: Open a second shop
  * Kitchen: Ovens installed and tested - 50%
  * Kitchen: Staff trained: 4/4, 100% [list](https://example.org/list)
  * Front team: Menu printed in at least 3 languages => 100%. Printed
    in May.
      * German came first
* CFO
  * Accounting: Books closed by the ninth day (80%)
* CMO: Guests come back: 3 surveyed, 2 content (66%)

## Retrospective

### COO

* GOOD
  * The shop opened
* BAD
  * Late
* TRY
  * Start earlier
"""

TEAMS = """\
# FY27-Q1 OKRs

> These run from 2026-02-01 to 2026-04-30.

## Kitchen

1. **OBJECTIVE: Bread that people talk about**
   - KR: 90%+ of guests would come again
   - KR: > 3 papers write about us
1. **OBJECTIVE: Calm mornings**

## Service

### Counter

1. **OBJECTIVE: Short queues**
   - KR: Wait falls from 9 to 4 minutes

[1]: https://example.org
"""

BOXES = """\
# OKRs 2026 Q3

- [OKRs](#okrs)
  - [A shop people find](#shop)

## A shop people find

### Signs

- [x] Sign above the door
- [ ] Sign at the corner (WIP: _drawn_)
  - [ ] Ask the neighbour
  - Blue, not green

## A calm kitchen

- [x] New shelves
"""


def read(text: str) -> Page:
    page = read_page(text, today=TODAY, name="page.md")
    assert not page.faults
    assert page.document
    assert check(page.document, today=TODAY) == []
    account(page, text)
    return page


def account(page: Page, text: str) -> None:
    """Every line that is not blank was used, only orders the page, or is told as unread: one of the three."""
    filled = {at for at, line in enumerate(text.split("\n"), 1) if line.strip()}
    unread = {line.line for line in page.unread}
    assert filled == (page.used | page.structure | unread) & filled
    assert not page.used & unread
    assert not page.structure & (page.used | unread)
    assert all(line.reason for line in page.unread)


def objectives(page: Page) -> dict[int, Objective]:
    assert page.document
    return {page.lines[part.ref]: part for part in page.document.objectives}


def key_results(page: Page) -> dict[int, KeyResult]:
    assert page.document
    return {page.lines[part.ref]: part for objective in page.document.objectives for part in objective.key_results}


def result(part: KeyResult) -> str:
    return part.check_ins[0].note if part.check_ins else ""


def test_headings_with_roles_are_objectives_and_lists_nest_as_they_look() -> None:
    page = read(ROLES)
    found = objectives(page)
    assert [(line, part.title, part.team) for line, part in found.items()] == [
        (13, "Bakers love our ovens", "ceo"),
        (15, "Win the large bakeries.", "vp-sales"),
        (18, "Ovens that do not break", "cto"),
        (20, "Test every oven", "director-of-quality"),
    ]
    above = {line: [part.objective for part in entry.contributes_to] for line, entry in found.items()}
    assert above == {13: [], 15: [found[13].ref], 18: [found[13].ref], 20: [found[18].ref]}
    assert found[15].description.startswith("Under the key result: Ovens sold grow from 120 to 200 units.")
    assert "[large bakeries](https://example.org/large)" in found[15].description
    assert {line: part.driver for line, part in found.items()} == {
        13: "both",
        15: "key_results",
        18: "both",
        20: "key_results",
    }


def test_key_results_have_title_result_score_and_measure_where_they_are_written() -> None:
    found = key_results(read(ROLES))
    assert (found[14].measured_as, found[14].baseline, found[14].target, found[14].unit) == (
        "metric",
        120,
        200,
        "units",
    )
    assert (found[16].title, found[16].type, found[16].target) == ("Sign at least 5 contracts.", "at_least", 5)
    assert result(found[16]) == "[DONE](https://example.org/d)"
    assert not found[16].scores
    assert (found[17].measured_as, result(found[17])) == ("open", "90% complete, two are left")
    assert [score.given for score in found[17].scores] == [Decimal("0.9")]
    assert (found[19].baseline, found[19].target, found[19].unit, found[19].scores) == (9, 4, "%", ())
    assert all(check_in.at == date(2026, 7, 31) for part in found.values() for check_in in part.check_ins)
    assert all(check_in.by is None for part in found.values() for check_in in part.check_ins)


def test_the_days_of_the_cycle_are_those_that_the_page_writes() -> None:
    page = read(ROLES)
    assert page.document
    (cycle,) = page.document.cycles
    assert (cycle.ref, cycle.starts_on, cycle.ends_on) == ("FY27-Q2", date(2026, 5, 1), date(2026, 7, 31))
    assert page.notes == ["The page gives no days for its results; they were recorded for 2026-07-31."]


def test_what_is_left_is_told_with_its_line_and_why() -> None:
    assert [(line.line, line.reason) for line in read(ROLES).unread] == [
        (24, "it stands under “How to”, which is no objective")
    ]
    assert [line.line for line in read(NESTED).unread] == [19, 20, 21, 22, 23, 24]
    assert {line.reason for line in read(NESTED).unread} == {"it is a retrospective"}


def test_without_marks_leaves_are_key_results_and_branches_objectives() -> None:
    page = read(NESTED)
    assert [(line, part.title, part.team) for line, part in objectives(page).items()] == [
        (3, "Grow the bakery. Two shops, happy guests.", "ceo"),
        (5, "Open a second shop", "coo"),
    ]
    found = key_results(page)
    assert {line: (part.title, part.description) for line, part in found.items()} == {
        6: ("Ovens installed and tested", "Owner: Kitchen"),
        7: ("Staff trained", "Owner: Kitchen"),
        8: ("Menu printed in at least 3 languages", "Owner: Front team"),
        12: ("Books closed by the ninth day", "Owner: CFO / Accounting"),
        13: ("Guests come back", "Owner: CMO"),
    }
    assert {line: [score.given for score in part.scores] for line, part in found.items()} == {
        6: [Decimal("0.5")],
        7: [1],
        8: [1],
        12: [Decimal("0.8")],
        13: [Decimal("0.66")],
    }
    assert result(found[8]) == "100%. Printed in May.\n- German came first"
    assert result(found[13]) == "3 surveyed, 2 content (66%)"


def test_the_calendar_gives_the_days_where_the_page_does_not_and_says_so() -> None:
    page = read(NESTED)
    assert page.document
    assert (page.document.cycles[0].starts_on, page.document.cycles[0].ends_on) == (date(2026, 7, 1), date(2026, 9, 30))
    assert page.notes[0] == "The page does not write when 2026-Q3 runs; the calendar's days were taken."
    given = read_page(NESTED, today=TODAY, starts_on=date(2026, 8, 1), ends_on=date(2026, 10, 31))
    assert given.document
    assert given.document.cycles[0].starts_on == date(2026, 8, 1)
    assert not any("calendar" in note for note in given.notes)


def test_headings_may_name_teams_and_marks_what_a_line_is() -> None:
    page = read(TEAMS)
    assert page.document
    assert [(line, part.title, part.team) for line, part in objectives(page).items()] == [
        (7, "Bread that people talk about", "kitchen"),
        (10, "Calm mornings", "kitchen"),
        (16, "Short queues", "counter"),
    ]
    assert [(team.ref, team.parent) for team in page.document.teams] == [
        ("kitchen", None),
        ("service", None),
        ("counter", "service"),
    ]
    found = key_results(page)
    assert {line: (part.measured_as, part.title) for line, part in found.items()} == {
        8: ("at_least", "90%+ of guests would come again"),
        9: ("open", "> 3 papers write about us"),
        17: ("metric", "Wait falls from 9 to 4 minutes"),
    }
    assert page.document.cycles[0].starts_on == date(2026, 2, 1)


def test_check_boxes_are_key_results_that_are_reached_or_not() -> None:
    page = read(BOXES)
    found = objectives(page)
    assert [(line, part.title, part.driver) for line, part in found.items()] == [
        (6, "A shop people find", "objectives"),
        (8, "Signs", "key_results"),
        (15, "A calm kitchen", "key_results"),
    ]
    assert found[8].contributes_to[0].objective == found[6].ref
    boxes = key_results(page)
    assert {line: (part.type, part.check_ins[0].value) for line, part in boxes.items()} == {
        10: ("binary", 1),
        11: ("binary", 0),
        12: ("binary", 0),
        17: ("binary", 1),
    }
    assert (boxes[11].title, result(boxes[11]), boxes[11].description) == (
        "Sign at the corner",
        "WIP: drawn",
        "- Blue, not green",
    )
    assert boxes[12].description == "Part of: Sign at the corner"
    assert page.unread == []


def test_a_key_result_without_a_measure_is_open_and_says_so() -> None:
    page = read(NESTED)
    found = key_results(page)[6]
    assert found.measured_as == "open"
    assert any(remark.ref == found.ref and "open" in remark.text for remark in page.remarks)


def test_roles_become_teams_and_nobody_is_invented() -> None:
    for text in (ROLES, NESTED, TEAMS, BOXES):
        page = read(text)
        assert page.document
        assert page.document.people == ()
        assert b"@" not in to_yaml(page.document)


def test_the_same_page_comes_out_alike_and_changes_nothing_the_second_time() -> None:
    for text in (ROLES, NESTED, TEAMS, BOXES):
        first, second = read(text).document, read(text).document
        assert first
        assert second
        assert to_yaml(first) == to_yaml(second)
        assert plan(first, second).is_empty


def test_a_second_import_leaves_alone_what_people_added_since() -> None:
    found = read(NESTED).document
    assert found
    first = found.objectives[0]
    better = first.key_results[0].model_copy(
        update={"type": "metric", "baseline": Decimal(1), "target": Decimal(2), "owner": "a@b.de"}
    )
    kept = first.model_copy(update={"owner": "a@b.de", "key_results": (better, *first.key_results[1:])})
    current = found.model_copy(update={"objectives": (kept, *found.objectives[1:])})
    assert plan(current, found).is_empty


def test_results_are_recorded_for_today_while_the_cycle_runs() -> None:
    page = read_page(ROLES, today=date(2026, 6, 15))
    assert key_results(page)[17].check_ins[0].at == date(2026, 6, 15)


def test_a_page_about_okrs_is_not_taken_for_one_of_okrs() -> None:
    text = (
        "# Objectives and Key Results\n\n## What they are\n\n**Objectives** say where to.\n\n"
        "1. **Ambitious** - more than usual\n   1. For example: a new shop\n1. **Clear**\n\n"
        "## Scoring\n\n* 0.7 is good\n"
    )
    page = read_page(text, today=TODAY, name="about.md")
    assert page.document is None
    assert "does not look like a page of OKRs" in str(page.faults[0])
    assert str(page.faults[0]).startswith("about.md:1:1:")
    assert read_page(text, today=TODAY, starts_on=TODAY, ends_on=TODAY).faults


def test_forms_under_headings_are_not_taken_for_objectives() -> None:
    forms = "".join(f"### {at} Task\n\n- Group: Ann, Bob\n- Details: Do it\n\n" for at in range(4))
    page = read("# FY27-Q1 plan\n\n## Kitchen\n\n1. Bread\n   - Crisp\n\n## Work\n\n" + forms)
    assert [part.title for part in objectives(page).values()] == ["Bread"]
    assert len(page.unread) == 8


def test_an_objective_in_prose_is_read_where_it_is_named_and_emphasised() -> None:
    text = (
        "# FY27-Q1 plan\n\nOur objective is to _serve bread that is warm_, which we measure by **9 of 10 loaves sold"
        " within the hour**. Read on.\n\n| # | who |\n| - | --- |\n| 1 | Ann |\n"
    )
    page = read(text)
    ((_, objective),) = objectives(page).items()
    assert objective.title == "serve bread that is warm"
    assert objective.key_results[0].title == "9 of 10 loaves sold within the hour"
    assert {line.reason for line in page.unread} == {"it is a table"}


def test_odd_pages_lose_nothing_silently() -> None:
    page = read(
        "# 2026\n\n- [ ] before any heading\n\n## One\n\n- [x] a\n\n  More of a.\n- [x] b\n- [ ]\n\n"
        "```\n- [x] code\n```\n"
    )
    assert [(line.line, line.reason) for line in page.unread] == [
        (3, "it stands under no objective"),
        (11, "there is no text in it"),
        (13, "it is code"),
        (14, "it is code"),
        (15, "it is code"),
    ]
    assert key_results(page)[7].description == "- More of a."


def test_a_page_without_a_period_needs_its_days() -> None:
    text = "### CEO: Grow\n\n* Sales: Sell\n"
    assert "does not say which quarter" in str(read_page(text, today=TODAY).faults[0])
    for last, name in ((date(2026, 9, 30), "2026-Q3"), (date(2026, 8, 31), "2026-07-01-2026-08-31")):
        page = read_source(Source("x.md", text.encode()), today=TODAY, starts_on=date(2026, 7, 1), ends_on=last)
        assert page.document
        assert page.document.cycles[0].ref == name
    wrong = "This quarter runs from May 41, 2026 to July 31, 2026.\n\n"
    assert read("# 2026 Q2\n\n" + wrong + text).notes


def test_long_and_odd_texts_keep_what_they_say() -> None:
    long = "word " * 200
    page = read(f"# 2026 Q1\n\n### CEO: {long}\n\n* A role: مرحبا \u202eevil => 50%\n* B: e\u0301 😀\n")
    assert page.document
    objective = page.document.objectives[0]
    assert len(objective.title) == 500
    assert objective.description == f"As written: {long.strip()}"
    assert objective.key_results[0].title == "مرحبا evil"
    assert objective.key_results[1].title == "é 😀"
    assert "Invisible control characters were left out." in page.notes


@pytest.mark.parametrize("content", [b"%PDF-1.4", "# 2026 Q1\n\n## Gr\xf6\xdfe".encode("latin-1"), b"\xff\xfe#\x00"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    page = read_source(Source("x.md", content), today=TODAY)
    assert page.document is None
    assert page.faults[0].remedy


@pytest.mark.parametrize(
    ("body", "size"),
    [
        (lambda size: "".join("  " * at + "- CEO: x\n" for at in range(size)), 600),
        (lambda size: ">" * size + " x\n", 10_000),
        (lambda size: ("- " + "[" * 3900 + "\n") * size, 100),
        (lambda size: "- x\n" + ("  " + "[" * 200 + "\n") * size, 2000),
        (lambda size: "- x\n" + ("  " + "*a_ " * 900 + "\n") * size, 100),
        (lambda size: "- a: b => 50%\n" * size, 5000),
        (lambda size: "- " + "x" * size, 400_000),
        (lambda size: "x" * size, 600_000),
    ],
    ids=range(8),
)
def test_pages_made_to_hurt_are_read_or_refused_at_a_cost_that_grows_with_their_size_only(
    body: Callable[[int], str], size: int
) -> None:
    def text(size: int) -> str:
        return f"# OKRs 2026 Q3\n\n## Kitchen\n\n{body(size)}"

    with within_a_minute():
        page = read_page(text(size), today=TODAY)
    if page.document:
        account(page, text(size))
    assert growth(lambda size: read_page(text(size), today=TODAY), max(1, size // 50)) < 6


WORDS = ("CEO", "KR", "OBJECTIVE", ":", "=>", "- ", "1. ", "  ", "\t", "\n", "\n\n", "# ", "### ", "[x] ", "**", "50%")
MORE = (
    "(",
    ")",
    "from 3 to 4 days",
    "at least 5",
    "2026 Q3",
    "[a](b)",
    "[n]: c",
    "<b>",
    "`",
    "|",
    "> ",
    "Done",
    "é",
    "---",
)


@given(st.lists(st.sampled_from(WORDS + MORE), max_size=60).map("".join))
def test_no_page_crashes_the_reader_and_each_line_is_accounted_for(body: str) -> None:
    text = "# OKRs 2026 Q3\n\n" + body
    page = read_page(text, today=TODAY)
    if page.document:
        account(page, text)
        assert check(page.document, today=TODAY) == []
