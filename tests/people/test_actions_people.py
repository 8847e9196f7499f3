"""People: added, changed, let in and out by administrators."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from impactline.base.errors import Conflict, Faults, Forbidden, Invalid
from impactline.people import actions, queries
from impactline.people.models import Membership, Person, Role, Token
from tests.cast import NOON, PASSWORD
from tests.scenes import leaves


def test_a_person_is_added_and_cannot_sign_in_before_choosing_a_password(ada, care):
    with leaves("person.created"):
        dora = actions.create(by=ada, name="Dora", email=" Dora@Example.org ", teams=[care], at=NOON)
    assert (dora.email, dora.role, dora.has_usable_password()) == ("dora@example.org", Role.MEMBER, False)
    assert dora in queries.members(care)


def test_the_operator_adds_people_without_being_one(db):
    assert actions.create(by=None, name="Root", email="root@example.org", role=Role.ADMINISTRATOR, at=NOON).pk


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "ALICE@example.org"}, "email"),
        ({"email": "no address"}, "email"),
        ({"role": "emperor"}, "role"),
        ({"name": "x" * 300}, "name"),
        ({"password": "alice@example.net"}, "password"),
    ],
)
def test_a_wrong_person_is_refused(ada, alice, wrong, field):
    details = {"name": "Alice", "email": "alice@example.net", "password": PASSWORD} | wrong
    with pytest.raises(Invalid if field != "password" else Faults) as refusal:
        actions.create(by=ada, at=NOON, **details)
    assert refusal.value.field == field
    assert not Person.objects.filter(email="alice@example.net").exists()


def test_members_and_guests_add_nobody(alice, gil):
    for person in (alice, gil):
        with pytest.raises(Forbidden):
            actions.create(by=person, name="Eve", email="eve@example.org", at=NOON)


def test_everybody_changes_their_own_name_time_zone_and_locale(gil):
    with leaves("person.edited") as left:
        actions.change_person(
            by=gil, person=gil, version=1, at=NOON, changes={"name": "Gilbert", "timezone": "UTC", "locale": "de"}
        )
    assert left[0].data == {"name": ["Gil Guest", "Gilbert"], "timezone": ["", "UTC"], "locale": ["", "de"]}
    with leaves():
        actions.change_person(by=gil, person=gil, version=2, at=NOON, changes={"name": "Gilbert"})


def test_the_rest_takes_an_administrator(ada, alice, bob, care):
    for person, changes in ((alice, {"role": Role.ADMINISTRATOR}), (alice, {"email": "a@b.org"}), (bob, {"name": "B"})):
        with pytest.raises(Forbidden):
            actions.change_person(by=alice, person=person, version=None, at=NOON, changes=changes)
    with pytest.raises(Forbidden):
        actions.change_person(by=alice, person=alice, version=None, at=NOON, changes={}, teams=[])
    changed = actions.change_person(
        by=ada,
        person=bob,
        version=1,
        at=NOON,
        changes={"role": Role.GUEST, "capacity_hours_per_week": Decimal("32.5")},
        teams=[],
    )
    assert (changed.role, changed.may_write) == (Role.GUEST, False)
    assert bob not in queries.members(care)


@pytest.mark.parametrize("changes", [{"capacity_hours_per_week": Decimal(169)}, {"password": "x"}, {"locale": "?"}])
def test_a_wrong_change_is_refused(ada, bob, changes):
    with pytest.raises(Invalid), leaves():
        actions.change_person(by=ada, person=bob, version=1, at=NOON, changes=changes)


def test_an_older_version_of_a_person_is_a_conflict(ada, bob):
    actions.change_person(by=ada, person=bob, version=1, at=NOON, changes={"name": "Robert"})
    with pytest.raises(Conflict):
        actions.change_person(by=ada, person=bob, version=1, at=NOON, changes={"name": "Bobby"})


def test_the_last_administrator_stays_one(ada, alice):
    with pytest.raises(Forbidden):
        actions.change_person(by=ada, person=ada, version=None, at=NOON, changes={"role": Role.MEMBER})
    with pytest.raises(Forbidden):
        actions.deactivate(by=ada, person=ada, at=NOON)
    actions.change_person(by=ada, person=alice, version=None, at=NOON, changes={"role": Role.ADMINISTRATOR})
    assert actions.change_person(by=ada, person=ada, version=None, at=NOON, changes={"role": Role.MEMBER})


def test_who_loses_access_loses_sessions_and_tokens_at_once_and_gets_access_back(ada, alice, client):
    client.force_login(alice, "impactline.people.signing_in.Backend")
    token, _ = actions.create_token(by=alice, name="script", at=NOON)
    with leaves("person.deactivated"):
        actions.deactivate(by=ada, person=alice, at=NOON)
        actions.deactivate(by=ada, person=alice, at=NOON)
    assert not client.session.get("_auth_user_id")
    assert Token.objects.get(pk=token.pk).revoked_at == NOON
    assert alice not in queries.people()
    assert alice in queries.people(archived=True)
    with leaves("person.reactivated"):
        actions.reactivate(by=ada, person=alice, at=NOON)
        actions.reactivate(by=ada, person=alice, at=NOON)
    assert alice in queries.people()


def test_members_take_access_from_nobody(alice, bob):
    for verb in (actions.deactivate, actions.reactivate):
        with pytest.raises(Forbidden):
            verb(by=alice, person=bob, at=NOON)


def test_being_here_leaves_no_event(alice):
    with leaves():
        actions.saw(by=alice, at=NOON)
    alice.refresh_from_db()
    assert alice.seen_at == NOON


def test_an_address_is_one_persons_whatever_its_case(alice):
    with pytest.raises(IntegrityError):
        Person.objects.create(email="Alice@EXAMPLE.org", name="Another Alice")


@pytest.mark.parametrize("wrong", [{"role": "emperor"}, {"capacity_hours_per_week": -1}])
def test_the_database_knows_roles_and_weeks(db, wrong):
    with pytest.raises(IntegrityError):
        Person.objects.create(email="eve@example.org", name="Eve", **wrong)


def test_a_person_belongs_to_a_team_once(alice, care):
    with pytest.raises(IntegrityError):
        Membership.objects.create(person=alice, team=care)
