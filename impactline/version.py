"""The version of the product, as built from the changelog."""

from importlib.metadata import PackageNotFoundError, version


def _version() -> str:
    try:
        return version("impactline")
    except PackageNotFoundError:
        return "0"


VERSION = _version()
