"""The events that this room writes; each is an event of the key result or metric concerned."""

from impactline.base.events import verb

CHECKED_IN = verb("key_result.checked_in", "Somebody checked in: value, confidence, status, note.")
CORRECTED = verb("key_result.check_in_corrected", "A check-in was corrected; the earlier one stays in the history.")
