"""The demo organisation: a clinic network that does not exist, alive on the day on which it is loaded."""

from impactline.exchange.demo.expanding import LOGINS, demo

__all__ = ["LOGINS", "demo"]
