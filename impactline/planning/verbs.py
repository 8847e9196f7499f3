"""The events that this room writes."""

from impactline.base.events import verb

ASKED = verb("contribution_request.created", "A team was asked to contribute something.")
EDITED = verb("contribution_request.edited", "What is asked of a team was changed.")
PROPOSED = verb("contribution_request.date_proposed", "The team that was asked proposed another day.")
ACCEPTED = verb("contribution_request.accepted", "A contribution was promised.")
DECLINED = verb("contribution_request.declined", "A contribution was declined, with a reason.")
WITHDRAWN = verb("contribution_request.withdrawn", "A contribution is no longer asked for.")
