"""All rules over one statement: read it once, ask every rule, and let one cause be one finding."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from impactline.insight.wording.finding import Finding, Rule, Severity, Told
from impactline.insight.wording.lists import Lists, lists
from impactline.insight.wording.reading import LENGTH_MAX, Reading, read
from impactline.insight.wording.rules import chain, clarity, measures, place, results
from impactline.insight.wording.statement import Statement

RULES: dict[str, Rule] = {
    rule.id: rule for rule in (*clarity.RULES, *measures.RULES, *place.RULES, *results.RULES, *chain.RULES)
}
# Where the first is told as a warning or error, the second has the same cause: it is told as a hint at most.
_SAME_CAUSE = (
    ("W-activity-as-result", "W-measurable"),
    ("W-business-as-usual", "W-measurable"),
    ("W-specific", "W-measurable"),
)


def lint(said: Statement, words: Lists | None = None, *, overruled: Collection[str] = ()) -> list[Finding]:
    """The findings of one statement, the worst first; `overruled` names rules that keep quiet for it.

    The same statement gives the same findings. A text of more than LENGTH_MAX characters is only told to be so.
    """
    if len(said.text) > LENGTH_MAX:
        told = [] if "W-specific" in overruled else [_finding(RULES["W-specific"], said, clarity.too_long(said))]
    else:
        reading = read(said.text, words or lists(), said.language)
        told = _settled(list(_judged(said, reading, overruled)))
    return sorted(told, key=lambda finding: (finding.severity.rank, -finding.sure, finding.rule))


def _judged(said: Statement, reading: Reading, overruled: Collection[str]) -> Iterator[Finding]:
    for rule in RULES.values():
        if said.kind in rule.kinds and rule.id not in overruled:
            for told in rule.judge(said, reading):
                yield _finding(rule, said, told)


def _finding(rule: Rule, said: Statement, told: Told) -> Finding:
    return Finding(
        rule=rule.id,
        severity=told.severity,
        sure=told.sure,
        kind=said.kind,
        ref=said.ref,
        message=told.message,
        remedy=told.remedy,
        source=rule.source,
        rewrite=told.rewrite,
    )


def _settled(findings: list[Finding]) -> list[Finding]:
    strong = {finding.rule for finding in findings if finding.severity is not Severity.HINT}
    weaker = {second for first, second in _SAME_CAUSE if first in strong}
    return [
        replace(finding, severity=Severity.HINT, rewrite="")
        if finding.rule in weaker and finding.severity is Severity.WARNING
        else finding
        for finding in findings
    ]
