"""Signal and noise: which moves of a series say something, and which are its usual variation; pure."""

from impactline.insight.noise.signals import Examined, Kind, Signal, Usual, examine

__all__ = ["Examined", "Kind", "Signal", "Usual", "examine"]
