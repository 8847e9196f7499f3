"""The digest of a text, by which an overruled finding knows whether the text is still the one it was about."""

import hashlib
import unicodedata


def digest_of(text: str) -> str:
    """32 hexadecimal digits; alike for texts that differ in spacing only."""
    normal = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(normal.encode("utf-8", "surrogatepass")).hexdigest()[:32]
