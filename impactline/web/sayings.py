"""What findings say, as the reader says it: levels by their names, days and numbers by their locale."""

from impactline.insight.rules.rewriting import as_written_in
from impactline.web import chain_words, reader


def own_words(text: str) -> str:
    """A sentence of a finding in the organisation's names of levels, its days and numbers as the reader writes them."""
    return as_written_in(chain_words.named().retell(text), reader.current().locale)
