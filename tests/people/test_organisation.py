"""The organisation: set up once, changed by administrators."""

import pytest
from django.db import IntegrityError, transaction

from impactline.base.errors import Conflict, Faults, Forbidden, Invalid
from impactline.base.models import Event
from impactline.people import actions, queries
from impactline.people.models import Organisation, Person
from tests.cast import NOON, PASSWORD
from tests.scenes import leaves

SET_UP = {
    "organisation": "Northwind Health",
    "timezone": "Europe/Berlin",
    "locale": "en_GB",
    "name": "Ada",
    "email": "Ada@Example.org",
    "password": PASSWORD,
}


@pytest.mark.django_db
def test_setting_up_makes_the_organisation_and_its_first_administrator():
    assert not queries.is_set_up()
    with leaves("organisation.set_up"):
        ada = actions.set_up(**SET_UP, at=NOON)
    assert queries.is_set_up()
    assert (ada.email, ada.is_administrator, ada.check_password(PASSWORD)) == ("ada@example.org", True, True)
    assert (queries.organisation().timezone, queries.organisation().locale) == ("Europe/Berlin", "en_GB")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"locale": "klingon!"}, "locale"),
        ({"email": "ada"}, "email"),
        ({"organisation": " "}, "organisation"),
        ({"password": "short"}, "password"),
        ({"password": "ada@example.org"}, "password"),
        ({"password": "x" * 5000}, "password"),
    ],
)
@pytest.mark.django_db
def test_a_wrong_set_up_is_refused_and_leaves_nothing(wrong, field):
    with pytest.raises(Invalid if field != "password" else (Faults, Invalid)) as refusal, transaction.atomic():
        actions.set_up(**SET_UP | wrong, at=NOON)
    assert refusal.value.field == field
    assert not Organisation.objects.exists()
    assert not Person.objects.exists()
    assert not Event.objects.exists()


def test_nobody_sets_up_a_second_time(ada):
    with pytest.raises(Forbidden), leaves():
        actions.set_up(**SET_UP, at=NOON)


def test_an_administrator_changes_the_organisation(ada, organisation):
    with leaves("organisation.policies_changed") as left:
        actions.change_organisation(by=ada, version=1, at=NOON, changes={"name": "Southwind", "timezone": "UTC"})
    assert left[0].data == {"name": ["Northwind Health", "Southwind"], "timezone": ["Europe/Berlin", "UTC"]}
    with leaves():
        actions.change_organisation(by=ada, version=2, at=NOON, changes={"name": "Southwind"})


def test_others_do_not_change_it_and_nobody_an_older_version(ada, alice, gil):
    for person in (alice, gil):
        with pytest.raises(Forbidden):
            actions.change_organisation(by=person, version=1, at=NOON, changes={"name": "Mine"})
    with pytest.raises(Conflict):
        actions.change_organisation(by=ada, version=7, at=NOON, changes={"name": "Mine"})
    with pytest.raises(Invalid):
        actions.change_organisation(by=ada, version=1, at=NOON, changes={"pk": 2})
    assert queries.organisation().name == "Northwind Health"


def test_there_is_one_organisation(organisation):
    with pytest.raises(IntegrityError):
        Organisation.objects.create(pk=2, name="Another")
