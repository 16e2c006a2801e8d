"""Bounds on how far a correct model may lie from theory by random variation alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.validation.verification.case import Exact, Expectation, Mean, Probability, Ratio

# Probability that a correct model fails anywhere in the whole suite; divided evenly among its comparisons (Bonferroni).
FAMILY_ERROR = 1e-3


@dataclass(frozen=True)
class Judgement:
    """A measured value, its number of trials, and how far from theory it may lie."""

    simulated: float
    n: int
    bound: float


def judge(expected: Expectation, trials: np.ndarray, error: float) -> Judgement:
    """Judge the trials of one comparison, which may fail by random variation with probability `error`.

    A probability: bound = the larger distance from p to the quantiles error/2 and 1 - error/2 of Binomial(n, p) / n;
    about z sqrt(p (1 - p) / n). A mean: z sd / sqrt(n) with theory's sd, t_(n-1) sd / sqrt(n) with the sample's. A
    ratio R of totals: as the mean of (part - R whole) / mean whole; for a share, at least the bound of that many
    independent trials, which is right where successes are rare. Exact: the rounding error; the simulated value is the
    one farthest from theory. Without any trial the simulated value is NaN, which lies within no bound.
    """
    n = len(trials)
    if n == 0:  # the event that is measured never happened
        return Judgement(math.nan, 0, expected.rounding if isinstance(expected, Exact) else 0.0)
    if isinstance(expected, Exact):
        farthest = trials[np.argmax(np.abs(trials - expected.value))]
        return Judgement(float(farthest), n, expected.rounding)
    if isinstance(expected, Probability):
        return Judgement(float(np.mean(trials)), n, _binomial_bound(expected.value, n, error))
    if isinstance(expected, Mean) and expected.sd is not None:
        z = stats.norm.isf(error / 2.0)
        return Judgement(float(np.mean(trials)), n, float(z * expected.sd / math.sqrt(n)))
    simulated, spread = _ratio(trials) if isinstance(expected, Ratio) else (trials.mean(), trials.std(ddof=1))
    bound = float(stats.t.isf(error / 2.0, n - 1) * spread / math.sqrt(n))
    if isinstance(expected, Ratio) and expected.is_share:
        bound = max(bound, _binomial_bound(expected.value, int(trials[:, 1].sum()), error))
    return Judgement(float(simulated), n, bound)


def _binomial_bound(p: float, n: int, error: float) -> float:
    low, high = stats.binom.ppf([error / 2.0, 1.0 - error / 2.0], n, p) / n
    return float(max(p - low, high - p))


def _ratio(pairs: np.ndarray) -> tuple[float, float]:
    """Return the ratio of the totals, and the standard deviation of one replication's contribution to it."""
    part, whole = pairs.T
    ratio = part.sum() / whole.sum()
    return float(ratio), float(np.std(part - ratio * whole, ddof=1) / whole.mean())
