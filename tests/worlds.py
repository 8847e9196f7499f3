"""Two worlds that differ only in what a viewer may not see, and everything that the viewer can read of them."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from impactline.base.models import Event, Ref
from impactline.chain import models as chain
from impactline.chain.actions.links import awaits
from impactline.chain.levels import Level, LinkKind, kind_or_none
from impactline.checkins.models import CheckIn
from impactline.insight.examining import examine_all
from impactline.insight.models import Found, Muted, Roadblock
from impactline.insight.visibility import found_visible_to
from impactline.metrics.models import Metric, Reading
from impactline.notify.digest import digest_of
from impactline.okrs import models as okrs
from impactline.okrs.answers import digests
from impactline.okrs.recomputing import recompute
from impactline.okrs.today import present
from impactline.people import signing_in
from impactline.people.models import Membership, Organisation, Person, Team, Token
from impactline.planning.models import ContributionRequest
from tests.web.visits import visitor

SECRET = "il_twin_worlds"
API = "/api/"
LIST = "/api/v1/objectives"
NOT_ALLOWED = 405
WITHOUT_GET: set[str] = set()  # routes that were found to take no GET, which is the same in all worlds
TOLD = ("key", "rule", "severity", "about", "message", "remedy", "act", "value", "appeared_at")
NOW = datetime.now(UTC)
WORDS = ("waiting", "quality", "growth", "trust", "speed", "reach", "care", "calm", "cost", "safety")
TYPES = ("metric", "metric", "metric", "at_least", "binary", "milestones", "rubric", "control", "open")


@dataclass
class World:
    """The rows that both worlds share, so far as they have been made."""

    today: date
    at: datetime
    people: dict[str, Person] = field(default_factory=dict)
    cycle: Any = None
    team: Any = None
    priority: Any = None
    shared: Any = None
    open: list[okrs.Objective] = field(default_factory=list)
    hidden: list[okrs.Objective] = field(default_factory=list)
    items: list[chain.ChainItem] = field(default_factory=list)


def ground(policy: str, today: date) -> World:
    """The organisation, its people, a team, a priority, a cycle that runs today, a shared metric."""
    world = World(today, datetime(today.year, today.month, today.day, 6, tzinfo=UTC))
    Organisation.objects.create(pk=1, name="Twin", timezone="UTC", policies={"roll_up": policy})
    for name, role in (("alice", "member"), ("bob", "member"), ("charlie", "member"), ("gil", "guest")):
        person = Person(email=f"{name}@example.org", name=name.title(), role=role, seen_at=world.at)
        person.set_unusable_password()
        person.save()
        world.people[name] = person
    world.team = Team.objects.create(ref="care", name="Care", lead=world.people["bob"])
    Membership.objects.create(person=world.people["charlie"], team=world.team)
    world.priority = okrs.Priority.objects.create(ref="access", title="Access", position=1)
    world.cycle = okrs.Cycle.objects.create(
        ref="now",
        starts_on=today - timedelta(days=40),
        ends_on=today + timedelta(days=50),
        state="active",
    )
    world.shared = Metric.objects.create(ref="shared", name="Shared")
    return world


def make_hidden(world: World, rng: random.Random) -> None:
    """Private objectives of Alice, with key results, check-ins and alignments among themselves."""
    for number in range(rng.randint(0, 4)):
        made = _objective(world, rng, f"secret-{number}-{rng.choice(WORDS)}", "private", world.people["alice"])
        for below in rng.sample(world.hidden, rng.randint(0, len(world.hidden))):
            okrs.Alignment.objects.create(child=made, parent=below)
        _blocks_and_asks(world, rng, made)
        world.hidden.append(made)


def make_open(world: World, rng: random.Random) -> None:
    """Open objectives, the same in both worlds."""
    owners = [*world.people.values(), None]
    for number in range(rng.randint(2, 6)):
        made = _objective(world, rng, f"{rng.choice(WORDS)}-{number}", "open", rng.choice(owners))
        made.driver = rng.choice(["key_results", "objectives", "both", "both"])
        made.save()
        if rng.random() < 0.5:
            made.priorities.add(world.priority)
        for above in rng.sample(world.open, min(len(world.open), rng.randint(0, 1))):
            kind = rng.choice(["contributes", "contributes", "supports"])
            okrs.Alignment.objects.create(child=made, parent=above, kind=kind)
        _blocks_and_asks(world, rng, made)
        world.open.append(made)


def make_chain(world: World, rng: random.Random, hidden: random.Random) -> None:
    """A chain that both worlds share; then private items of Alice tied to it, which open key results may measure."""
    for level in Level:
        for number in range(rng.randint(1, 2)):
            _item(world, rng, level, f"{level}-{number}", rng.choice([*world.people.values(), None]))
    outcomes = [item for item in world.items if item.level == Level.OUTCOME]
    for key_result in okrs.KeyResult.objects.filter(objective__in=world.open).order_by("pk"):
        if rng.random() < 0.5:
            okrs.KeyResult.objects.filter(pk=key_result.pk).update(measures=rng.choice(outcomes))
    for number in range(hidden.randint(0, 4)):
        level = hidden.choice(list(Level))
        made = _item(world, hidden, level, f"secret-{level}-{number}", world.people["alice"], visibility="private")
        if level == Level.OUTCOME:
            unmeasured = okrs.KeyResult.objects.filter(objective__in=world.open, measures=None).order_by("pk")[:1]
            okrs.KeyResult.objects.filter(pk__in=list(unmeasured.values_list("pk", flat=True))).update(measures=made)


def tie(world: World, rng: random.Random) -> None:
    """Let hidden objectives serve open ones, and be served by them."""
    for hidden in world.hidden:
        for objective in rng.sample(world.open, rng.randint(0, min(2, len(world.open)))):
            child, parent = (hidden, objective) if rng.random() < 0.8 else (objective, hidden)
            if not _reaches(parent, child):
                kind = rng.choice(["contributes", "contributes", "supports"])
                okrs.Alignment.objects.create(child=child, parent=parent, kind=kind)


def settle(world: World, viewer: str) -> None:
    """Compute all figures, let every rule look at everything, and give the viewer a token."""
    recompute(world.at)
    examine_all(world.at)
    _mute_some(world)
    Token.objects.create(
        person=world.people[viewer],
        name="twin",
        prefix=SECRET[:9],
        digest=signing_in.digest(SECRET),
        created_at=world.at,
        used_at=NOW,
    )


def reads(world: World, viewer: str, share: int, shares: int, *, pages: bool = True) -> dict[str, bytes]:
    """A share of all pages and answers of the API to a GET, by address; each time list, digest and findings.

    Without `pages` only answers of the API.
    """
    client = visitor(world.people[viewer])
    api = Client(HTTP_AUTHORIZATION=f"Bearer {SECRET}")
    found = {}
    for route, wanted in [*addresses(world)[share::shares], (LIST, [LIST])]:
        for address in wanted if route not in WITHOUT_GET else ():
            if not (pages or address.startswith(API)):
                continue
            answer = (api if address.startswith(API) else client).get(address)
            if answer.status_code == NOT_ALLOWED:
                WITHOUT_GET.add(route)
                break
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            found[address] = f"{answer.status_code} ".encode() + _normal(content)
    if not pages:
        return found
    found["digest"] = repr(digest_of(world.people[viewer], present(world.at), world.at - timedelta(days=7))).encode()
    findings = found_visible_to(world.people[viewer]).order_by("key").values_list(*TOLD)
    found["findings"] = repr(list(findings)).encode()
    return found


def addresses(world: World) -> list[tuple[str, list[str]]]:
    """All routes with their addresses: open and hidden refs in their places, and lists in every order."""
    names = {
        "objective": [objective.ref for objective in world.open[:3]] + ["secret-0-waiting", "secret-1-trust"],
        "key_result": [f"{objective.ref}-kr-0" for objective in world.open[:2]] + ["secret-0-waiting-kr-0"],
        "chain_item": ["activity-0", "outcome-0", "secret-outcome-0", "secret-output-1"],
        "roadblock": [f"{objective.ref}-block" for objective in world.open[:2]] + ["secret-0-waiting-block"],
        "request": [f"{objective.ref}-ask" for objective in world.open[:2]] + ["secret-0-waiting-ask"],
    }
    wanted = ("sort=title", "sort=-progress", "sort=pace", "group=team", "group=owner", "group=priority", "q=secret")
    extra = [f"/cycles/now?{query}" for query in wanted]
    extra += [f"/cycles/now?as_of={world.today - timedelta(days=9)}", "/search?q=secret", "/search?q=waiting"]
    whose = (
        "of=organisation&show=all",
        "team=care",
        "person=alice@example.org",
        "cycle=now",
        "objective=secret-0-waiting",
    )
    extra += [f"/attention?{scope}" for scope in whose] + ["/api/v1/attention?objective=secret-0-waiting"]
    extra += ["/marks?" + "&".join(f"ref={ref}" for ref in names["objective"]), "/attention/count?cycle=now"]
    extra += [f"/api/v1/objectives?q={word}" for word in ("secret", "quality")]
    extra += ["/api/v1/links?source=activity-0", "/api/v1/chain?level=outcome"]
    return [(route, ["/" + filled for filled in _filled(route, names)]) for route in routes()] + [
        (address, [address]) for address in extra
    ]


@cache
def routes() -> tuple[str, ...]:
    """Every route of the product, from the map of addresses itself: a new one is read without being named here."""
    return tuple(dict.fromkeys(_routes(get_resolver().url_patterns, "")))


LEFT_OUT = re.compile(r"^(static|sign-in|sign-out|set-up|password|invitation|styleguide|livez|readyz|administration)")
REF_OF = (
    (re.compile(r"objectives/"), "objective"),
    (re.compile(r"key-results/"), "key_result"),
    (re.compile(r"cycles/"), "cycle"),
    (re.compile(r"teams/"), "team"),
    (re.compile(r"priorities/"), "priority"),
    (re.compile(r"metrics/"), "metric"),
    (re.compile(r"people/"), "person"),
    (re.compile(r"(chain|links)/"), "chain_item"),
    (re.compile(r"roadblocks/"), "roadblock"),
    (re.compile(r"requests/"), "request"),
)
CONSTANT = {
    "cycle": ["now"],
    "team": ["care"],
    "priority": ["access"],
    "metric": ["shared"],
    "person": ["alice@example.org"],
}
WHATS = ("progress", "pace", "expected", "confidence", "status", "value", "score", "counted")
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


def _routes(patterns: list[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and not LEFT_OUT.match(route):
            yield route


def _filled(route: str, names: dict[str, list[str]]) -> list[str]:
    kind = next((name for pattern, name in REF_OF if pattern.search(route)), "")
    done = [route]
    for place in PLACE.findall(route):
        if place in {"ref", "email", "source", "target", "after"}:
            options = (names | CONSTANT).get(kind, ["none"])
        elif place == "what":
            options = list(WHATS)
        elif place == "number":
            options = ["1"]
        else:
            options = ["none"]
        done = [PLACE.sub(option, entry, count=1) for entry in done for option in options]
    return done


def _mute_some(world: World) -> None:
    """Mute a quarter of what rules found, of hidden things too: which, their keys say, the same in both twins."""
    some = [found for found in Found.objects.order_by("key") if found.key[0] in "0123"]
    until = world.today + timedelta(days=9)
    Muted.objects.bulk_create(
        Muted(found=one, reason=f"Of {one.about[0][1]}", until=until, at=world.at) for one in some
    )


def _normal(content: bytes) -> bytes:
    """Without what differs from one answer to the next by design."""
    content = re.sub(rb'(name="csrfmiddlewaretoken" value=|name="csrf-token" content=)"[^"]*"', rb"\1", content)
    content = re.sub(rb"/profile/tokens/[0-9]+", b"/profile/tokens/", content)  # sequences outlive a rollback
    return re.sub(rb"nonce-?[=\"'A-Za-z0-9+/_-]*", b"", content)


def _item(
    world: World, rng: random.Random, level: Level, ref: str, owner: Person | None, visibility: str = "open"
) -> chain.ChainItem:
    """An item with a report, an assumption and evidence, linked with those before it, and waited for by them."""
    Ref.objects.create(ref=ref, kind="chain_item")
    made = chain.ChainItem.objects.create(
        ref=ref, level=level, title=ref.title(), owner=owner, visibility=visibility, position=len(world.items)
    )
    chain.Assumption.objects.create(item=made, text=f"What {ref} needs")
    if level == Level.OUTCOME:
        told = {"narrative": f"What people say of {ref}", "recorded_at": world.at, "position": 1}
        chain.Judgement.objects.create(item=made, day=world.today, on_behalf_of=f"Patients of {ref}", **told)
    chain.Evidence.objects.create(item=made, title=f"List of {ref}", url=f"https://example.org/{ref}")
    if level in (Level.INPUT, Level.ACTIVITY, Level.OUTPUT):
        half = Decimal(rng.randint(0, 2)) / 2
        chain.Report.objects.create(item=made, day=world.today, value=half, note=ref, recorded_at=world.at)
    _note(world, "chain_item.created", made, owner, chain_item_id=made.pk)
    for other in world.items:
        kind = kind_or_none(Level(other.level), level)
        linked = kind is not None and rng.random() < 0.7
        if linked and not (kind == LinkKind.PRODUCES and awaits(other.pk, made.pk)):
            ends = {"source": other, "target": made, "kind": kind}
            link = chain.Link.objects.create(**ends, rationale=f"From {other.ref} to {ref}")
            state = "failed" if level == Level.OUTCOME else "untested"
            chain.Assumption.objects.create(link=link, text=f"From {other.ref} to {ref} they follow", state=state)
            _note(world, "chain_item.linked", other, owner, chain_item_id=other.pk, linked_item_id=made.pk)
        elif level in (Level.ACTIVITY, Level.OUTPUT) and _waits(other, made, rng):
            chain.Dependency.objects.create(activity=other, after=made)
    world.items.append(made)
    return made


def _waits(other: chain.ChainItem, made: chain.ChainItem, rng: random.Random) -> bool:
    """Whether by chance another activity waits for this item, where that closes no circle of waiting."""
    return other.level == Level.ACTIVITY and rng.random() < 0.5 and not awaits(made.pk, other.pk)


def _note(world: World, verb: str, item: chain.ChainItem, actor: Person | None, **ends: int) -> None:
    Event.objects.create(
        at=world.at, actor=actor, verb=verb, kind="chain_item", ref=item.ref, item_id=item.pk, data={}, **ends
    )


def _objective(world: World, rng: random.Random, ref: str, visibility: str, owner: Person | None) -> okrs.Objective:
    Ref.objects.create(ref=ref, kind="objective")
    made = okrs.Objective.objects.create(
        ref=ref,
        title=ref.replace("-", " ").title(),
        cycle=world.cycle,
        owner=owner,
        team=None if visibility == "private" else rng.choice([world.team, None]),
        kind=rng.choice(["committed", "aspirational"]),
        visibility=visibility,
        driver=rng.choice(["key_results", "both"]),
        position=rng.randint(1, 9),
    )
    for number in range(rng.randint(1, 3)):
        _key_result(world, rng, made, f"{ref}-kr-{number}")
    answer = random.Random(ref).choice(["yes", "no", "not_sure"])
    said = {"answer": answer, "reason": f"Whether {ref} is reached", "digest": digests([made.pk])[made.pk]}
    okrs.Sufficiency.objects.create(objective=made, **said, by=owner, at=world.at, day=world.today)
    Event.objects.create(
        at=world.at - timedelta(days=1),
        actor=owner,
        verb="objective.created",
        kind="objective",
        ref=ref,
        item_id=made.pk,
        objective_id=made.pk,
        data={"title": made.title},
    )
    return made


def _blocks_and_asks(world: World, rng: random.Random, objective: okrs.Objective) -> None:
    """Sometimes something is in the way of the objective or its first key result, and the team is asked for help."""
    first = okrs.KeyResult.objects.filter(objective=objective).order_by("id")[0]
    if rng.random() < 0.6:
        Ref.objects.create(ref=f"{objective.ref}-block", kind="roadblock")
        on = {"objective": objective} if rng.random() < 0.5 else {"key_result": first}
        made = Roadblock.objects.create(
            ref=f"{objective.ref}-block", title=f"Blocked {objective.ref}", raised_on=world.today, **on
        )
        _told(world, "roadblock.raised", made, objective)
    if rng.random() < 0.6:
        Ref.objects.create(ref=f"{objective.ref}-ask", kind="contribution_request")
        ask = ContributionRequest.objects.create(
            ref=f"{objective.ref}-ask",
            title=f"Asked for {objective.ref}",
            asked=world.team,
            key_result=first,
            due_on=world.today,
            asked_on=world.today,
        )
        _told(world, "contribution_request.created", ask, objective)


def _told(world: World, verb: str, made: Any, objective: okrs.Objective) -> None:
    Event.objects.create(
        at=world.at - timedelta(days=1),
        verb=verb,
        kind=made.kind_name,
        ref=made.ref,
        item_id=made.pk,
        objective_id=objective.pk,
        data={"title": made.title},
    )


def _key_result(world: World, rng: random.Random, objective: okrs.Objective, ref: str) -> None:
    kind = rng.choice(TYPES)
    Ref.objects.create(ref=ref, kind="key_result")
    followed = kind == "metric" and rng.random() < 0.2
    metric = world.shared if followed else Metric.objects.create(name=ref)
    made = okrs.KeyResult.objects.create(
        ref=ref,
        objective=objective,
        title=ref.title(),
        type=kind,
        metric=None if kind in {"milestones", "open"} else metric,
        baseline=Decimal(10) if kind == "metric" else None,
        target=Decimal(rng.choice([4, 30])) if kind in {"metric", "at_least", "control"} else None,
        levels=["poor", "fair", "good"] if kind == "rubric" else [],
        owner=objective.owner,
        position=rng.randint(1, 5),
    )
    if kind == "milestones":
        okrs.Milestone.objects.create(key_result=made, title="first", position=1)
        okrs.Milestone.objects.create(key_result=made, title="second", position=2)
    if not followed:
        for days in sorted((rng.randint(0, 35) for _ in range(rng.randint(0, 4))), reverse=True):
            _check_in(world, rng, made, world.today - timedelta(days=days))


def _check_in(world: World, rng: random.Random, key_result: okrs.KeyResult, day: date) -> None:
    """The latest so far: days come in order."""
    value = Decimal(rng.randint(0, 1) if key_result.type in {"binary", "rubric"} else rng.randint(0, 40))
    reading = None
    if key_result.metric_id is not None:
        reading = Reading.objects.create(
            metric_id=key_result.metric_id, day=day, value=value, by=key_result.owner, recorded_at=world.at
        )
    made = CheckIn.objects.create(
        key_result=key_result,
        day=day,
        value=value if reading else None,
        reading=reading,
        confidence=rng.randint(0, 10),
        status=rng.choice(["on_track", "at_risk", "off_track", None]),
        note=f"About {key_result.ref}.",
        by=key_result.owner,
        recorded_at=world.at,
    )
    okrs.KeyResult.objects.filter(pk=key_result.pk).update(
        confidence=made.confidence, status=made.status, checked_in_on=day
    )


def _reaches(start: okrs.Objective, goal: okrs.Objective) -> bool:
    """Whether there is a way up from `start` to `goal`, so that tying goal below start would close a circle."""
    waiting, seen = [start.pk], set()
    while waiting:
        here = waiting.pop()
        if here == goal.pk:
            return True
        if here not in seen:
            seen.add(here)
            waiting += okrs.Alignment.objects.filter(child=here).values_list("parent_id", flat=True)
    return False
