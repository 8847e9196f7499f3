"""Where a value will stand: a mixture of Gaussian processes with a scale that is learnt with them.

For each kernel, value = aim + σ · process, with σ² inverse-gamma, so that what is to come, given what was read, is
Student's t in closed form, and so is how well the kernel told what was read. Kernels are weighed by what was learnt
on other series × that likelihood. For given times of reading the same matrices serve any number of series.
Sources: Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, chapters 2 and 5; Gelman et al.,
Bayesian Data Analysis, 2013, chapter 3 (conjugate scale).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from impactline.insight.forecast.kernels import STEPS, Kernel
from impactline.insight.student import Array, Mixture

JITTER = 1e-9


@dataclass(frozen=True, slots=True)
class Prior:
    """What was learnt before: the weight of each kernel, and the scale of one step: σ² ~ inverse-gamma(half, sum/2).

    `freedom` is twice the shape of the inverse gamma, a whole number; `spread` the typical σ of one step, in shares
    of the way from baseline to target.
    """

    kernels: tuple[Kernel, ...]
    weights: tuple[float, ...]
    freedom: int
    spread: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The matrices for given times: whiteners (k, n, n), what they say ahead (k, h, n), variances ahead (k, h)."""

    white: Array
    ahead: Array
    left: Array
    half_log: Array


def course(
    prior: Prior,
    times: tuple[float, ...],
    values: Array,
    ahead: tuple[float, ...],
    aims: tuple[float, ...],
) -> Mixture:
    """What the values (series, n), read at `times`, will be at the times `ahead`: a mixture (series, h, kernels).

    Times are in steps from the known point, all above 0; values are relative to that point. `aims` are the way each
    kernel heads for in a whole period.
    """
    found = plan(prior.kernels, times, ahead)
    heading = np.asarray(aims, dtype=float) / STEPS
    when, then = np.asarray(times, dtype=float), np.asarray(ahead, dtype=float)
    apart = values[:, None, :] - (heading[:, None] * when[None, :])[None]
    white = np.einsum("kij,skj->ski", found.white, apart)
    squares = (white**2).sum(axis=-1)
    middle = np.einsum("khi,ski->skh", found.ahead, white) + (heading[:, None] * then[None, :])[None]
    freedom = prior.freedom + len(times)
    weight, one = weighed(prior, len(times), squares, found.half_log, 1.0)
    scale = one[:, :, None] * np.sqrt(found.left)[None]
    shape = (*middle.shape[:1], middle.shape[2], middle.shape[1])
    return Mixture(
        np.broadcast_to(weight[:, None, :], shape), middle.transpose(0, 2, 1), scale.transpose(0, 2, 1), freedom
    )


@lru_cache(maxsize=512)
def plan(kernels: tuple[Kernel, ...], times: tuple[float, ...], ahead: tuple[float, ...]) -> Plan:
    """The matrices for given times, all kernels at once."""
    found = plans(kernels, np.asarray(times, dtype=float)[None], np.asarray(ahead, dtype=float)[None])
    return Plan(found.white[0], found.ahead[0], found.left[0], found.half_log[0])


def plans(kernels: tuple[Kernel, ...], times: Array, ahead: Array) -> Plan:
    """The matrices for several sets of times (sets, n) and (sets, h), in arrays with an axis for the sets in front."""
    many = times.shape[1]
    error = np.array([kernel.error for kernel in kernels])[:, None, None]
    known = np.stack([kernel.covariance(times, times) for kernel in kernels], axis=1) + error
    most = known.max(axis=(2, 3), keepdims=True, initial=1.0)
    known = known + (error + JITTER * most) * np.eye(many)
    across = np.stack([kernel.covariance(times, ahead) for kernel in kernels], axis=1) + error
    own = np.stack([kernel.covariance(ahead[..., None], ahead[..., None])[..., 0, 0] for kernel in kernels], axis=1)
    lower = np.linalg.cholesky(known)
    white = np.linalg.solve(lower, np.broadcast_to(np.eye(many), known.shape))
    said = (white @ across).swapaxes(2, 3)
    left = np.maximum(own + 2 * error[:, :, 0] - (said**2).sum(axis=3), 1e-12)
    half_log = np.log(np.diagonal(lower, axis1=2, axis2=3)).sum(axis=2)
    return Plan(white, said, left, half_log)


def weighed(prior: Prior, count: int, squares: Array, half_log: Array, left: Array | float) -> tuple[Array, Array]:
    """Weight and scale of each kernel (series, kernels), by what whitened readings come to in squares.

    `left` is the variance that is left of what is asked, in parts of the scale's square.
    """
    freedom = prior.freedom + count
    sums = prior.freedom * prior.spread**2 + squares
    logs = np.log(np.asarray(prior.weights)) - half_log - freedom / 2 * np.log(sums)
    raw = np.exp(logs - logs.max(axis=1, keepdims=True))
    weight = raw / raw.sum(axis=1, keepdims=True)
    return weight, np.sqrt(sums / freedom * left)
