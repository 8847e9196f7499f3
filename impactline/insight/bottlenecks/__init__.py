"""Bottlenecks: the items, people, teams and dependencies that hold back most of what key results still lack.

Pure but for `queries`: value runs down from key results to the work behind them, failure runs up.
"""

from impactline.insight.bottlenecks.flow import Flow, without_circles
from impactline.insight.bottlenecks.ranking import Aim, Held, Kind, Part, Ranking, Wait, rank

__all__ = ["Aim", "Flow", "Held", "Kind", "Part", "Ranking", "Wait", "rank", "without_circles"]
