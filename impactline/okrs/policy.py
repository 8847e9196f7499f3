"""The policies of the organisation that change figures, each with its default."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from impactline.okrs.disclosure import RollUpPolicy
from impactline.okrs.pace import IMPACTLINE, PRESETS, Preset
from impactline.okrs.pace import Policy as PaceRule

SHARES = ("enough",)
PACES = ("impactline", *sorted(PRESETS))


@dataclass(frozen=True, slots=True)
class Policy:
    """All policies; `pace` names a rule of pace, `strict_holds` says that equal does not count as met.

    `enough` is the share of what was expected by now from which work counts as delivered, and an outcome as moved.
    """

    roll_up: str = str(RollUpPolicy.INCLUSIVE)
    pace: str = "impactline"
    strict_holds: bool = False
    grace_days: int = 3
    enough: float = 0.7

    @property
    def pace_rule(self) -> PaceRule | Preset:
        """The rule of pace in force."""
        return PRESETS.get(self.pace, IMPACTLINE)


def read(stored: dict[str, Any]) -> Policy:
    """The policies as stored; what is missing or unknown has its default."""
    known = {key: value for key, value in stored.items() if key in asdict(Policy())}
    return replace(Policy(), **known)


def faults(policy: Policy) -> list[tuple[str, str]]:
    """What cannot be: field and message."""
    found = []
    if policy.roll_up not in list(RollUpPolicy):
        found.append(("roll_up", f"Choose {' or '.join(RollUpPolicy)}."))
    if policy.pace not in PACES:
        found.append(("pace", f"Choose one of {', '.join(PACES)}."))
    if not 0 <= policy.grace_days <= 60:
        found.append(("grace_days", "Choose between 0 and 60 days."))
    if not 0.01 <= float(policy.enough) <= 1:  # a document says it in decimals
        found.append(("enough", "Choose between 0.01 and 1."))
    return found
