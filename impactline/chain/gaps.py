"""Where a chain is broken: what leads nowhere, what comes from nowhere, and key results with no work behind them.

Sources: the chain rules C1 to C3, R22 to R24 of the product (DAC definitions; TolaData's if–then; Miradi's “causally
linked”).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from impactline.chain.graph import Graph, Key, Kind, Marks
from impactline.chain.names import Names


class GapKind(StrEnum):
    """What is missing."""

    INPUT_UNUSED = "input_unused"
    ACTIVITY_SERVES_NOTHING = "activity_serves_nothing"
    OUTPUT_FROM_NOTHING = "output_from_nothing"
    OUTPUT_LEADS_NOWHERE = "output_leads_nowhere"
    OUTCOME_FROM_NOWHERE = "outcome_from_nowhere"
    IMPACT_WITHOUT_OUTCOME = "impact_without_outcome"
    KEY_RESULT_WITHOUT_WORK = "key_result_without_work"

    @property
    def word(self) -> str:
        """What it is called where there is little room."""
        return _WORDS[self]

    def heading(self, names: Names) -> str:
        """What it is called above all that are of this kind."""
        return names.say(_HEADINGS[self])


@dataclass(frozen=True, slots=True)
class Gap:
    """One place where the chain is broken."""

    kind: GapKind
    key: Key

    def message(self, names: Names) -> str:
        """What is missing, as a sentence."""
        return names.say(_MESSAGES[self.kind])

    def remedy(self, names: Names) -> str:
        """How to mend it."""
        return names.say(_REMEDIES[self.kind])


def gaps(graph: Graph) -> list[Gap]:
    """All places where the chain is broken, by kind and then in the order of the nodes. A few sweeps over the links."""
    ends, begins = np.diff(graph.outgoing.begins) == 0, np.diff(graph.incoming.begins) == 0
    serving = graph.reaching(graph.of_kind(Kind.OUTCOME, Kind.KEY_RESULT))
    worked_for = graph.reached(graph.of_kind(Kind.ACTIVITY))
    found: list[tuple[GapKind, Kind, Marks]] = [
        (GapKind.INPUT_UNUSED, Kind.INPUT, ends),
        (GapKind.ACTIVITY_SERVES_NOTHING, Kind.ACTIVITY, ~serving),
        (GapKind.OUTPUT_FROM_NOTHING, Kind.OUTPUT, begins),
        (GapKind.OUTPUT_LEADS_NOWHERE, Kind.OUTPUT, ends),
        (GapKind.OUTCOME_FROM_NOWHERE, Kind.OUTCOME, begins),
        (GapKind.IMPACT_WITHOUT_OUTCOME, Kind.IMPACT, begins),
        (GapKind.KEY_RESULT_WITHOUT_WORK, Kind.KEY_RESULT, ~worked_for),
    ]
    return [
        Gap(gap, graph.nodes[at].key)
        for gap, kind, missing in found
        for at in np.flatnonzero(graph.of_kind(kind) & missing).tolist()
    ]


_WORDS = {
    GapKind.INPUT_UNUSED: "not used",
    GapKind.ACTIVITY_SERVES_NOTHING: "serves nothing",
    GapKind.OUTPUT_FROM_NOTHING: "from nowhere",
    GapKind.OUTPUT_LEADS_NOWHERE: "leads nowhere",
    GapKind.OUTCOME_FROM_NOWHERE: "from nowhere",
    GapKind.IMPACT_WITHOUT_OUTCOME: "from nowhere",
    GapKind.KEY_RESULT_WITHOUT_WORK: "no work behind it",
}
_HEADINGS = {
    GapKind.INPUT_UNUSED: "{inputs} that nothing uses",
    GapKind.ACTIVITY_SERVES_NOTHING: "{activities} that serve nothing",
    GapKind.OUTPUT_FROM_NOTHING: "{outputs} that nothing produces",
    GapKind.OUTPUT_LEADS_NOWHERE: "{outputs} that lead nowhere",
    GapKind.OUTCOME_FROM_NOWHERE: "{outcomes} from nowhere",
    GapKind.IMPACT_WITHOUT_OUTCOME: "{impacts} without {outcomes}",
    GapKind.KEY_RESULT_WITHOUT_WORK: "Key results with no work behind them",
}
_MESSAGES = {
    GapKind.INPUT_UNUSED: "No {activity} uses it.",
    GapKind.ACTIVITY_SERVES_NOTHING: "It leads to no {outcome} and to no key result.",
    GapKind.OUTPUT_FROM_NOTHING: "No {activity} produces it.",
    GapKind.OUTPUT_LEADS_NOWHERE: "It leads nowhere.",
    GapKind.OUTCOME_FROM_NOWHERE: "Nothing leads to it.",
    GapKind.IMPACT_WITHOUT_OUTCOME: "No {outcome} leads to it.",
    GapKind.KEY_RESULT_WITHOUT_WORK: "No {activity} stands behind it.",
}
_REMEDIES = {
    GapKind.INPUT_UNUSED: "Link it to the {activity} that uses it, or drop it.",
    GapKind.ACTIVITY_SERVES_NOTHING: "Name what it produces, and link that to what should change.",
    GapKind.OUTPUT_FROM_NOTHING: "Link the {activity} that produces it.",
    GapKind.OUTPUT_LEADS_NOWHERE: "Link it to the {outcome} that it contributes to, or let a key result measure it.",
    GapKind.OUTCOME_FROM_NOWHERE: "Link the {outputs} or {outcomes} that should bring it about.",
    GapKind.IMPACT_WITHOUT_OUTCOME: "Link the {outcomes} that contribute to it.",
    GapKind.KEY_RESULT_WITHOUT_WORK: "Say what it measures, and link the {activities} that lead there.",
}
