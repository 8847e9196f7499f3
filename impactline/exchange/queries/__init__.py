"""What the exchange reads from the database: the installation as a document, and the status."""
