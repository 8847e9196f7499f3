"""The cast comes on stage through the real actions."""

from impactline.people.models import Role


def test_each_of_the_cast_has_a_role(ada, alice, bob, charlie, gil):
    assert [person.role for person in (ada, alice, bob, charlie, gil)] == [
        Role.ADMINISTRATOR,
        Role.MEMBER,
        Role.MEMBER,
        Role.MEMBER,
        Role.GUEST,
    ]


def test_the_passwords_of_the_cast_are_hashed_with_argon2id(alice):
    assert alice.password.startswith("argon2$argon2id$")
