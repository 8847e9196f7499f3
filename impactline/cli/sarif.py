"""Findings as SARIF 2.1.0, which code hosts and editors show beside the line."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from impactline.cli.data import written
from impactline.cli.findings import Line
from impactline.insight.rules import RULES, Rule
from impactline.insight.wording import RULES as WORDING
from impactline.insight.wording import Rule as WordingRule
from impactline.version import VERSION

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "hint": "note"}


def sarif(lines: Iterable[Line]) -> str:
    """One run with all rules and a result for each finding."""
    rules = [
        *(_described(rule, rule.asks) for rule in WORDING.values()),
        *(_described(rule, rule.looks_for) for rule in RULES.values()),
    ]
    order = {str(rule["id"]): at for at, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "impactline", "version": VERSION, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(line, order) for line in lines],
    }
    return written({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _described(rule: Rule | WordingRule, about: str) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": about},
        "fullDescription": {"text": f"Reads {rule.reads}. Source: {rule.source}."},
        "defaultConfiguration": {"level": "warning"},
    }


def _result(line: Line, order: dict[str, int]) -> dict[str, Any]:
    finding = line.finding
    mended = f" For example: {finding.rewrite}" if finding.rewrite else ""
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": order[finding.rule],
        "level": LEVELS[finding.severity],
        "message": {"text": f"{finding.message} {finding.remedy}{mended}"},
        "properties": {"confidence": finding.sure, "kind": finding.kind, "ref": finding.ref},
    }
    if line.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": PurePath(line.file).as_posix()}}
        if line.line:
            place["region"] = {"startLine": line.line}
        result["locations"] = [{"physicalLocation": place}]
    return result
