"""Every number explains itself: the formula with the values put in, the rule behind the colour, as of a day.

Numbers and days pass through the `Format` of the door, so that they appear in the reader's locale.
"""

from impactline.base.explanation import PLAIN, Explanation, Format, plain_number
from impactline.okrs.explain.figures import counted, expected, mean_formula, progress, roll_up
from impactline.okrs.explain.verdicts import confidence, pace, pace_rule, score, status

__all__ = [
    "PLAIN",
    "Explanation",
    "Format",
    "confidence",
    "counted",
    "expected",
    "mean_formula",
    "pace",
    "pace_rule",
    "plain_number",
    "progress",
    "roll_up",
    "score",
    "status",
]
