"""What the exchange changes: a document is carried into the installation, all of it or nothing."""

from impactline.exchange.actions.importing import Outcome, Refused, Stage, import_document, preview

__all__ = ["Outcome", "Refused", "Stage", "import_document", "preview"]
