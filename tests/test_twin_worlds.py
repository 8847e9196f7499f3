"""Twin worlds: what a viewer may not see changes no byte of anything that the viewer can read.

Two databases hold the same open items and different private ones. Every page and every answer of the API is read in
both, also under the refs of hidden items; all must be equal. Under the inclusive policy a figure may include hidden
items, and says so; then it alone may differ.
"""

import json
import os
import random
from datetime import UTC, datetime
from typing import Any

import pytest

PAIRS = int(os.environ.get("IMPACTLINE_TEST_PAIRS", "200"))
EVERYTHING = 50  # every fiftieth pair is read whole, the others at ten addresses chosen by chance
SHARDS = 20
NOW = datetime.now(UTC)
TODAY = NOW.date()
FIGURES = ("progress", "computed", "expected", "pace", "status", "includes_hidden")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both twins are read at the same moment: a page that tells the minute would differ when it ends between them."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def read_world(policy: str, viewer: str, seed: int, twin: int, *, tied: bool) -> dict[str, bytes]:
    """Everything that the viewer reads of one of the twins; the database is as before afterwards."""
    from django.db import transaction

    from tests import worlds

    with transaction.atomic():
        world = worlds.ground(policy, TODAY)
        hidden = random.Random(f"{seed} {twin}")
        worlds.make_hidden(world, hidden)
        worlds.make_open(world, random.Random(seed))
        worlds.make_chain(world, random.Random(f"{seed} chain"), hidden)
        if tied:
            worlds.tie(world, hidden)
        worlds.settle(world, viewer)
        some = None if seed % EVERYTHING == 0 else random.Random(seed)
        found = worlds.reads(world, viewer, some)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("shard", range(SHARDS))
def test_opaque_nothing_differs(shard: int) -> None:
    for seed in range(shard, _pairs(), SHARDS):
        viewer = ("charlie", "gil")[seed % 2]
        one, other = (read_world("opaque", viewer, seed, twin, tied=True) for twin in (1, 2))
        assert one.keys() == other.keys()
        differing = {address: (one[address], other[address]) for address in one if one[address] != other[address]}
        assert not differing, _told(differing)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_inclusive_only_labelled_figures_differ(shard: int) -> None:
    for seed in range(1000 + shard, 1000 + _pairs(), SHARDS):
        viewer = ("charlie", "gil")[seed % 2]
        tied = seed % 4 != 0
        one, other = (read_world("inclusive", viewer, seed, twin, tied=tied) for twin in (1, 2))
        assert one.keys() == other.keys()
        labelled = _labelled(one) | _labelled(other)
        for address in one:
            if address.startswith("/api/"):
                assert _masked(one[address], labelled) == _masked(other[address], labelled), address
            elif not labelled:
                same = one[address] == other[address]
                assert same, _told({address: (one[address], other[address])})


def test_the_worlds_hold_something_to_hide_and_the_owner_sees_it() -> None:
    from impactline.okrs.visibility import hidden_from, visible_to
    from tests import worlds

    world = worlds.ground("inclusive", TODAY)
    rng = random.Random(7)
    while not world.hidden:
        worlds.make_hidden(world, rng)
    worlds.make_open(world, rng)
    secret = {objective.pk for objective in world.hidden}
    assert hidden_from(world.people["charlie"]) == secret
    assert secret <= set(visible_to(world.people["alice"]).values_list("pk", flat=True))


def _pairs() -> int:
    """Half of the pairs for each policy; a quarter of them again on PostgreSQL."""
    from django.db import connection

    return PAIRS // 2 if connection.vendor == "sqlite" else PAIRS // 8


def _labelled(answers: dict[str, bytes]) -> set[str]:
    """Refs of objectives whose figures say that they include hidden items."""
    listed = json.loads(answers["/api/v1/objectives"].split(b" ", 1)[1])
    return {item["ref"] for item in listed["items"] if item["includes_hidden"]}


def _masked(answer: bytes, labelled: set[str]) -> Any:
    status, _, body = answer.partition(b" ")
    if status != b"200" or not body.startswith((b"{", b"[")):
        return answer
    return _without_figures(json.loads(body), labelled)


def _without_figures(value: Any, labelled: set[str]) -> Any:
    if isinstance(value, list):
        return [_without_figures(entry, labelled) for entry in value]
    if not isinstance(value, dict):
        return value
    hidden = FIGURES if str(value.get("ref")) in labelled else ()
    return {key: _without_figures(entry, labelled) for key, entry in value.items() if key not in hidden}


def _told(differing: dict[str, tuple[bytes, bytes]]) -> str:
    address, (one, other) = next(iter(differing.items()))
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    around = slice(max(0, at - 200), at + 200)
    return f"{len(differing)} addresses differ, first {address}:\n{one[around]!r}\n{other[around]!r}"


def findings_in_world(viewer: str, seed: int, twin: int) -> list[Any]:
    """All that the viewer may see of what rules find in one of the twins; the database is as before afterwards."""
    from django.db import transaction

    from impactline.insight.visibility import found_visible_to
    from tests import worlds

    told = ("key", "rule", "severity", "about", "message", "remedy", "act", "value", "appeared_at")
    with transaction.atomic():
        world = worlds.ground("opaque", TODAY)
        hidden = random.Random(f"{seed} {twin}")
        worlds.make_hidden(world, hidden)
        worlds.make_open(world, random.Random(seed))
        worlds.make_chain(world, random.Random(f"{seed} chain"), hidden)
        worlds.tie(world, hidden)
        worlds.settle(world, viewer)
        found = list(found_visible_to(world.people[viewer]).order_by("key").values_list(*told))
        transaction.set_rollback(True)
    return found


def test_what_rules_find_does_not_differ() -> None:
    for seed in range(2000, 2000 + max(PAIRS // 10, 5)):
        viewer = ("charlie", "gil")[seed % 2]
        one, other = (findings_in_world(viewer, seed, twin) for twin in (1, 2))
        assert one == other
        assert one
