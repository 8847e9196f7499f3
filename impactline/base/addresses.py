"""Web addresses that people enter: what a browser can open, and nothing that it would run."""

from urllib.parse import urlsplit

ADDRESS_MAX = 2_000


def is_web_address(text: str) -> bool:
    """Whether a text is an address with the scheme http or https and a host, without blanks."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, text))
    except ValueError:
        return False
