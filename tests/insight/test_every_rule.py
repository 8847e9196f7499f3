"""Two documents, through the real import and the real examination: in one each rule of the design finds one thing,
in the other none finds anything."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from impactline.exchange.actions import Refused
from impactline.insight.examining import examine_all
from impactline.insight.models import Found
from impactline.insight.queries import findings_for
from impactline.insight.rules import REFUSED, RULES, TOLD_BY, WORDING
from impactline.insight.stating import words
from tests.exchange.installations import imported
from tests.scenes import moment

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
TODAY = moment(date(2026, 11, 20))
CHAIN = ("activity", "output", "outcome", "impact")
# What these are about leads to no key result, so that none is at stake.
LEAD_NOWHERE = {"C1", "C2", "C3", "C14", "C15", "C16", "C28", "R12", "R22"}
# Of which kinds of item a rule of the design is told, where one rule of wording stands for several.
OF: dict[str, tuple[str, ...]] = {
    "C18": CHAIN,
    "C19": CHAIN,
    "C20": CHAIN,
    "C21": ("metric",),
    "R6": ("objective",),
    "R7": ("key_result",),
    "R10": ("objective", "key_result"),
    "R14": ("key_result",),
    "R36": ("key_result", "metric"),
    "R37": ("key_result",),
}


def told() -> Iterator[tuple[str, str]]:
    """What is found of the installation, each with the rule of the design that it stands for."""
    examine_all(TODAY)
    for row in Found.objects.filter(gone_at=None).order_by("pk"):
        yield row.rule, f"{' '.join(ref for _, ref, _ in row.about)}: {row.message}"
    for said, finding in findings_for(None, words()).findings:
        for rule, named in WORDING.items():
            if finding.rule in named and str(said.kind) in OF[rule] and rule not in RULES:
                yield rule, f"{said.ref}: {finding.message}"


def test_each_rule_finds_one_thing() -> None:
    imported((HERE / "every_rule.yaml").read_bytes(), at=TODAY)
    found = list(told())
    count = Counter(rule for rule, _ in found)
    wanted = set(RULES) | set(WORDING)
    wrong = [
        f"{rule} found {count[rule]}: {'; '.join(said for which, said in found if which == rule) or 'nothing'}"
        for rule in sorted(wanted, key=lambda rule: (rule[0], int(rule[1:])))
        if count[rule] != 1
    ]
    assert not wrong, "\n" + "\n".join(wrong)
    worthless = Found.objects.filter(gone_at=None, value=0).values_list("rule", flat=True)
    assert set(worthless) <= LEAD_NOWHERE
    assert all(by in wanted for named in TOLD_BY.values() for by in named)


def test_where_nothing_is_weak_no_rule_finds_anything() -> None:
    imported((HERE / "no_rule.yaml").read_bytes(), at=TODAY)
    assert [f"{rule} {said}" for rule, said in told()] == []


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("C4", "{from: sooner, to: less-pain,", "{from: less-pain, to: sooner,"),
        ("C5", "{from: licence, to: calls}", "{from: licence, to: sooner}"),
        ("C10", "value: 12,", "value: twelve,"),
    ],
)
def test_what_cannot_be_broken_is_refused_once(rule: str, before: str, after: str) -> None:
    text = (HERE / "no_rule.yaml").read_text(encoding="utf-8")
    assert rule in REFUSED
    assert text.count(before) == 1
    with pytest.raises(Refused) as refused:
        imported(text.replace(before, after), at=TODAY)
    assert len(refused.value.faults) == 1


def test_every_rule_of_the_design_is_told_here() -> None:
    design = {f"C{number}" for number in range(1, 29)} | {f"R{number}" for number in range(1, 39)}
    assert design - set(RULES) - set(WORDING) - set(REFUSED) - set(TOLD_BY) == set()
