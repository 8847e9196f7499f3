"""The events that this room writes."""

from impactline.base.events import verb

RAISED = verb("roadblock.raised", "Somebody said what is in the way.")
EDITED = verb("roadblock.edited", "Owner, next step, date, kind or words of a roadblock were changed.")
RESOLVED = verb("roadblock.resolved", "A roadblock was cleared, and it was said how.")
REOPENED = verb("roadblock.reopened", "A roadblock that had been cleared is in the way again.")
OVERRULED = verb("finding.overruled", "A rule was overruled for an item, with a note, until its text changes.")
MUTED = verb("finding.muted", "A finding was muted until a day, for a reason.")
HEARD = verb("finding.heard_again", "A muted finding is told again.")
RULE = verb("organisation.rule_set", "Thresholds of a rule were set or taken back, or it was switched off or on.")
HEEDED = verb("finding.heeded_again", "A rule that was overruled for an item is heeded again.")
