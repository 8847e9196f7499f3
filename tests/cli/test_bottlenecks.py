"""`impactline bottlenecks`: tables for people, JSON for programs; of all, of a cycle, of an item."""

import json

from tests.cli.conftest import Run
from tests.exchange.installations import imported
from tests.exchange.test_importing import WAITING

CHAIN = """\
impactline: 1
chain:
  - {ref: line, level: activity, title: Run a line, owner: alice@example.org, state: active}
  - {ref: calls, level: output, title: Calls, state: active}
links: [{from: line, to: calls}]
"""


def test_it_tells_what_holds_back_and_by_which_way(run: Run) -> None:
    imported(WAITING)
    imported(CHAIN)
    assert "Nothing that is known holds them back." in run("bottlenecks").stdout
    found = json.loads(run("bottlenecks", "2026-Q4", "--json").stdout)
    assert found["items"] == []
    assert found["lacking"] == found["adrift"] > 0
    one = run("bottlenecks", "line")
    assert one.exit_code == 0
    assert "line holds back 0 points" in one.stdout
    assert run("bottlenecks", "nowhere").exit_code == 2
