"""Twin worlds: what a viewer may not see changes no byte of anything that the viewer can read.

Two databases hold the same open items and different private ones. Every page and every answer of the API is read in
both, also under the refs of hidden items; all must be equal. Under the inclusive policy a figure may include hidden
items, and says so; then it alone may differ.

Each pair of worlds is read at a share of all addresses, so that every address is read in three different worlds, by an
outsider and by a guest (on PostgreSQL, where nothing may differ, by one of them). The list of objectives, what rules
found and the digest, in which most would show, are read in every pair.
"""

import json
import os
import random
from datetime import UTC, datetime
from typing import Any

import pytest

PAIRS = int(os.environ.get("IMPACTLINE_TEST_PAIRS", "200"))
SHARDS = 20
TIMES = 3  # in how many of the pairs of a policy an address is read
NOW = datetime.now(UTC)
TODAY = NOW.date()
FIGURES = ("progress", "computed", "expected", "pace", "status", "includes_hidden")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both twins are read at the same moment: a page that tells the minute would differ when it ends between them."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def read_world(
    policy: str, seed: int, twin: int, *, tied: bool, readers: int = 2, pages: bool = True
) -> dict[str, bytes]:
    """What a viewer reads of one of the twins; the database is as before afterwards.

    As many pairs after each other as there are `readers` are read at the same addresses.
    """
    from django.db import transaction

    from tests import worlds

    viewer = ("charlie", "gil")[seed % 2]
    shares = max(1, _pairs() * 2 // (readers * TIMES))
    with transaction.atomic():
        world = worlds.ground(policy, TODAY)
        hidden = random.Random(f"{seed} {twin}")
        worlds.make_hidden(world, hidden)
        worlds.make_open(world, random.Random(seed))
        worlds.make_chain(world, random.Random(f"{seed} chain"), hidden)
        if tied:
            worlds.tie(world, hidden)
        worlds.settle(world, viewer)
        found = worlds.reads(world, viewer, seed // readers % shares, shares, pages=pages)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("shard", range(SHARDS))
def test_opaque_nothing_differs(shard: int) -> None:
    from django.db import connection

    readers = 2 if connection.vendor == "sqlite" else 1
    for seed in range(shard, _pairs(), SHARDS):
        one, other = (read_world("opaque", seed, twin, tied=True, readers=readers) for twin in (1, 2))
        assert one.keys() == other.keys()
        differing = {address: (one[address], other[address]) for address in one if one[address] != other[address]}
        assert not differing, _told(differing)
        assert one["findings"] != b"[]"


@pytest.mark.parametrize("shard", range(SHARDS))
def test_inclusive_only_labelled_figures_differ(shard: int) -> None:
    for seed in range(1000 + shard, 1000 + _pairs(), SHARDS):
        tied = seed % 4 in {1, 2}  # of two neighbours one: where figures may differ, pages are not compared
        one = read_world("inclusive", seed, 1, tied=tied)
        comparable = not _labelled(one)
        other = read_world("inclusive", seed, 2, tied=tied, pages=comparable)
        assert {address for address in one if comparable or address.startswith("/api/")} == other.keys()
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
