"""Who may do what to people, teams and policies. Items have rules of their own in their rooms."""

from impactline.base.errors import Forbidden
from impactline.people.models import Person, Role

RANK = {Role.GUEST: 0, Role.MEMBER: 1, Role.ADMINISTRATOR: 2}


def require_administrator(person: Person) -> None:
    """Raises Forbidden unless the person administers the organisation."""
    if not person.is_administrator or not person.is_active:
        raise Forbidden("Only administrators may do this.", remedy="Ask an administrator of your organisation.")


def require_writer(person: Person) -> None:
    """Raises Forbidden for guests, who only read."""
    if not person.may_write:
        raise Forbidden("Guests can read but not change.", remedy="Ask an administrator for the role of member.")


def rank(role: str) -> int:
    """Roles in order of power; nobody gives more than they have."""
    return RANK[Role(role)]
