"""The events that this room writes."""

from impactline.base.events import verb

IMPORTED = verb("organisation.imported", "A document was carried in; all that it brought stands in the events before.")
UPLOADED = verb("import.uploaded", "Files were uploaded to be imported; the worker reads them and makes the plan.")
PLANNED = verb("import.planned", "The plan of an import is there to be looked at.")
REFUSED = verb("import.refused", "Files that were uploaded have faults; nothing was changed.")
AGREED = verb("import.agreed", "The plan of an import was agreed to; the worker carries it out.")
APPLIED = verb("import.applied", "An import was carried out.")
DISMISSED = verb("import.dismissed", "An import was put aside; its files were dropped.")
MOVED = verb(
    "import.moved", "An import has got further; told to the page that waits for it, not in the log.", quiet=True
)
