"""Mixtures of Student's t: what a forecast is made of.

The distribution function for a whole number of degrees of freedom is a finite sum (Abramowitz and Stegun, Handbook
of Mathematical Functions, 26.7.3 and 26.7.4); it is tabulated once over atan(t/√ν), where it is smooth, and from two
degrees on over t/√(ν + t²), the sine of that, where a value finds its place in the table without a search.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

Real = TypeVar("Real", np.float32, np.float64)

GRID = 4_001
SINES = 8_192
ROUNDS, NEAR = 40, 1e-5
NEVER, TINY = 1e-9, 1e-12


@dataclass(frozen=True, slots=True)
class Mixture:
    """Weighted Student's t: all arrays are (…, components), `freedom` is one for all.

    The leading axes are whatever was forecast at once: series, or days ahead.
    """

    weight: Array
    middle: Array
    scale: Array
    freedom: int

    @property
    def usual(self) -> Array:
        """The mean scale of the components, in the shape of the leading axes."""
        return np.asarray(np.einsum("...k,...k->...", self.weight, self.scale), dtype=float)

    def below(self, value: Array | float) -> Array:
        """The probability of at most a value, in the shape of the leading axes."""
        standard = (np.asarray(value, dtype=float)[..., None] - self.middle) / self.scale
        return np.asarray((self.weight * distribution(standard, self.freedom)).sum(axis=-1), dtype=float)

    def quantile(self, share: Array | float) -> Array:
        """The value below which a share of the outcomes lies: between those of the components, by false position.

        The shares are broadcast to the leading axes; further axes in front ask for several shares at once. On the scale
        of log odds a distribution is nearly straight; an end that stays counts for half the next time (Illinois). A few
        rounds do, but where the components are of very different scales, and the ends far apart.
        """
        share = np.asarray(share, dtype=float)
        alone = self.middle + self.scale * inverse(share, self.freedom)[..., None]
        low, high = alone.min(axis=-1), alone.max(axis=-1)
        sought = _log_odds(share)
        under, over = _log_odds(self.below(low)) - sought, _log_odds(self.below(high)) - sought
        stayed = np.zeros(np.shape(low))
        for _ in range(ROUNDS):
            found = low + (high - low) * np.clip(-under / np.maximum(over - under, TINY), 0.0, 1.0)
            off = _log_odds(self.below(found)) - sought
            beneath = off < 0
            over = np.where(beneath, np.where(stayed < 0, over / 2, over), off)
            under = np.where(beneath, off, np.where(stayed > 0, under / 2, under))
            low, high = np.where(beneath, found, low), np.where(beneath, high, found)
            stayed = np.where(beneath, -1.0, 1.0)
            if np.abs(off).max(initial=0.0) < NEAR:
                break
        return np.asarray(low + (high - low) * np.clip(-under / np.maximum(over - under, TINY), 0.0, 1.0), dtype=float)


def inverse(share: Array, freedom: int) -> Array:
    """The value below which a share of Student's t lies."""
    angles, table = _table(freedom)
    return np.asarray(np.sqrt(freedom) * np.tan(np.interp(share, table, angles)), dtype=float)


def _log_odds(share: Array) -> Array:
    share = np.clip(share, NEVER, 1 - NEVER)
    return np.asarray(np.log(share / (1 - share)), dtype=float)


def distribution(standard: NDArray[Real], freedom: int) -> NDArray[Real]:
    """Student's t distribution function, to 10⁻⁶, for a whole number of degrees of freedom from 1 on.

    In the precision of what is asked; half of it takes half the time.
    """
    if freedom == 1:
        angles, table = _table(freedom)
        return np.asarray(np.interp(np.arctan(standard), angles, table), dtype=standard.dtype)
    place = standard * standard
    place += freedom
    np.sqrt(place, out=place)
    np.divide(standard, place, out=place)
    place += 1
    place *= SINES / 2
    whole = place.astype(np.int32)
    place -= whole.astype(place.dtype)  # of two kinds of numbers numpy would take the difference in doubles
    left = whole.astype(np.intp)
    table, rise = _by_sine(freedom, standard.dtype.str)
    place *= rise.take(left)
    place += table.take(left)
    return place


@lru_cache(maxsize=256)
def _by_sine(freedom: int, precision: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """The distribution function at sines from -1 to 1, and how far it rises to the next."""
    angles, table = _table(freedom)
    shares = np.interp(np.arcsin(np.linspace(-1, 1, SINES + 1)), angles, table)
    return shares.astype(precision), np.diff(shares, append=1.0).astype(precision)


@lru_cache(maxsize=128)
def _table(freedom: int) -> tuple[Array, Array]:
    angle = np.linspace(-np.pi / 2, np.pi / 2, GRID)
    return angle, np.clip((1 + _two_sided(angle, freedom)) / 2, 0.0, 1.0)


def _two_sided(angle: Array, freedom: int) -> Array:
    """A(t | ν) of Abramowitz and Stegun, signed by the angle."""
    sine, cosine = np.sin(angle), np.cos(angle)
    if freedom == 1:
        return np.asarray(2 * angle / np.pi, dtype=float)
    odd = freedom % 2 == 1
    term = cosine.copy() if odd else np.ones_like(cosine)
    total = term.copy()
    for step in range(2 if odd else 1, freedom - 2, 2):
        term = term * cosine**2 * step / (step + 1)
        total = total + term
    if odd:
        return np.asarray(2 / np.pi * (angle + sine * total), dtype=float)
    return np.asarray(sine * total, dtype=float)
