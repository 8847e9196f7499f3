"""The events that this room writes."""

from impactline.base.events import verb

METRIC = verb("metric.created", "A shared metric was added.")
METRIC_EDITED = verb("metric.edited", "Name, definition, unit, measure, dimensions, owner or healthy range changed.")
METRIC_ARCHIVED = verb("metric.archived", "A metric was archived.")
METRIC_RESTORED = verb("metric.restored", "A metric was taken back from the archive.")
READ = verb("metric.read", "A value of a shared metric was recorded.")
CORRECTED = verb("metric.reading_corrected", "A value of a shared metric was corrected.")
READ_MANY = verb("metric.read_many", "Readings of a shared metric were taken from a table.")
TARGET_SET = verb("metric.target_set", "The target of a metric for a period was set.")
TARGET_REVISED = verb("metric.target_revised", "The target of a metric for a period was revised, for a reason.")
PERIOD_LOCKED = verb("metric.period_locked", "A period of a metric was locked: its readings stay as they are.")
PERIOD_UNLOCKED = verb("metric.period_unlocked", "A locked period of a metric was unlocked, for a reason.")
