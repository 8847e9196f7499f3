"""What is delivered and has not had its effect yet: by how much a metric should still move, after the lags.

Only what is there already counts; what is merely planned moves nothing. A link counts with the odds that it holds:
its confidence, times what its evidence is worth, times what is left of it where something that it rests on fails.
What evidence is worth is a convention, not learnt: most claims that nobody tested turn out smaller than claimed, so
untested ones count a quarter. Band and sums are those of `expectation`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from impactline.chain.expectation import Claim, Expectation, Move, Quantity

WORTH = {"untested": 0.25, "weak": 0.5, "moderate": 0.75, "strong": 1.0}
HOLDS = {"failing": 0.5, "failed": 0.0}


def weighed(claim: Claim, evidence: str, grounds: Iterable[str]) -> Claim:
    """A claim with the odds that are left of it; `grounds` are the states of the assumptions that it rests on."""
    holds = min((HOLDS.get(state, 1.0) for state in grounds), default=1.0)
    return replace(claim, confidence=claim.odds * WORTH[evidence] * holds)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What is still to come of a metric, by the outcomes that it is claimed to move for."""

    metric: Hashable
    outcomes: tuple[Hashable, ...]
    expectation: Expectation

    def move(self, day: date, since: date) -> Move:
        """By how much it should move between the ends of two days.

        What leads to several of the outcomes counts once, and what is claimed of it by one of them not again.
        """
        total, counted = Move(), set(self.outcomes)
        for outcome in self.outcomes:
            for claim, part in self.expectation.parts(outcome, self.metric, day, since=since):
                if claim.source not in counted:
                    total = total.plus(part)
                    counted.add(claim.source)
        return total


def pipelines(claims: Iterable[Claim], quantities: Mapping[Hashable, Quantity]) -> dict[Hashable, Pipeline]:
    """For each metric that something is claimed of, what is still to come."""
    known = list(claims)
    outcomes: dict[Hashable, dict[Hashable, None]] = defaultdict(dict)
    for claim in known:
        outcomes[claim.metric][claim.target] = None
    expectation = Expectation(known, quantities)
    return {metric: Pipeline(metric, tuple(found), expectation) for metric, found in outcomes.items()}
