"""All changes to the organisation, people, teams and tokens, by subject."""

from impactline.people.actions.access import (
    ask_for_reset,
    change_password,
    choose_password,
    create_token,
    invite,
    revoke_token,
    sign_out_everywhere,
)
from impactline.people.actions.organisation import change_organisation, set_up
from impactline.people.actions.people import change_person, create, deactivate, reactivate, saw, told_in_digest
from impactline.people.actions.teams import archive_team, change_team, create_team, restore_team

__all__ = [
    "archive_team",
    "ask_for_reset",
    "change_organisation",
    "change_password",
    "change_person",
    "change_team",
    "choose_password",
    "create",
    "create_team",
    "create_token",
    "deactivate",
    "invite",
    "reactivate",
    "restore_team",
    "revoke_token",
    "saw",
    "set_up",
    "sign_out_everywhere",
    "told_in_digest",
]
