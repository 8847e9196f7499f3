"""The events that this room writes."""

from impactline.base.events import verb

SET_UP = verb("organisation.set_up", "The organisation was set up with its first administrator.")
POLICIES = verb(
    "organisation.policies_changed", "Name, time zone, locale, holidays, policies or names of levels changed."
)
CREATED = verb("person.created", "A person was added.")
INVITED = verb("person.invited", "A person was invited; the worker sends the invitation.")
JOINED = verb("person.joined", "An invited person chose a password.")
EDITED = verb("person.edited", "Name, role, teams, capacity, absences, time zone or locale of a person were changed.")
RESET = verb("person.password_reset_requested", "A link to choose a new password was asked for.")
PASSWORD = verb("person.password_changed", "A person chose a new password; other sessions ended.")
SIGNED_OUT = verb("person.signed_out_everywhere", "All sessions of a person were ended.")
DEACTIVATED = verb("person.deactivated", "A person lost access; sessions and tokens ended.")
REACTIVATED = verb("person.reactivated", "A person got access again.")
TOKEN = verb("token.created", "A token was made.")
REVOKED = verb("token.revoked", "A token was revoked.")
TEAM = verb("team.created", "A team was added.")
TEAM_EDITED = verb("team.edited", "Name, purpose, parent, lead or members of a team were changed.")
TEAM_ARCHIVED = verb("team.archived", "A team was archived.")
TEAM_RESTORED = verb("team.restored", "A team was taken back from the archive.")
