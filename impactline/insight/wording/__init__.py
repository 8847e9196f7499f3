"""The wording linter: what makes a text of an objective, key result or part of the chain weak, and how to mend it.

Pure: no database, no network, no clock. `lint` judges one statement; `lint_all` an objective with its parts.
"""

from impactline.insight.wording.digest import digest_of
from impactline.insight.wording.finding import Finding, Rule, Severity
from impactline.insight.wording.linter import RULES, lint
from impactline.insight.wording.lists import BadWords, Lists, lists
from impactline.insight.wording.statement import Kind, Measure, Span, Statement

__all__ = [
    "RULES",
    "BadWords",
    "Finding",
    "Kind",
    "Lists",
    "Measure",
    "Rule",
    "Severity",
    "Span",
    "Statement",
    "digest_of",
    "lint",
    "lists",
]
