"""Confidence intervals of means, shares and their paired differences."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


def mean_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Return mean, lower and upper end of its 95 % Student-t interval; NaNs are left out.

    With fewer than two values, or none that differ, the interval's ends are NaN, or the mean.
    """
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return (float(values[0]) if len(values) else math.nan), math.nan, math.nan
    mean, error = float(values.mean()), float(stats.sem(values))
    if error == 0.0:
        return mean, mean, mean
    low, high = stats.t.interval(CONFIDENCE, len(values) - 1, mean, error)
    return mean, float(low), float(high)


def share_interval(flags: np.ndarray) -> tuple[float, float, float]:
    """Return the share of true values with the ends of its 95 % Wilson interval; of one value, NaN ends."""
    flags = np.asarray(flags, bool)
    if len(flags) < 2:
        return float(flags.mean()), math.nan, math.nan
    result = stats.binomtest(int(flags.sum()), len(flags)).proportion_ci(CONFIDENCE, method="wilson")
    return float(flags.mean()), float(result.low), float(result.high)


def share_difference_interval(reference: np.ndarray, variant: np.ndarray) -> tuple[float, float, float]:
    """Return the difference of two paired shares, variant minus reference, with its 95 % interval.

    Newcombe's method 10 for paired data (Statistics in Medicine 17, 1998): the Wilson intervals of both shares,
    joined by the correlation within pairs. Unlike Student's interval it has a width when every pair agrees.
    """
    a, b = np.asarray(variant, bool), np.asarray(reference, bool)
    (p, p_low, p_high), (q, q_low, q_high) = share_interval(a), share_interval(b)
    both, only_a, only_b, neither = (int(np.sum(pairs)) for pairs in (a & b, a & ~b, ~a & b, ~a & ~b))
    product = float(both * neither - only_a * only_b)
    if product > 0:
        product = max(product - len(a) / 2, 0.0)
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    phi = product / math.sqrt(margins) if margins else 0.0
    below = math.hypot(p - p_low, q_high - q) ** 2 - 2 * phi * (p - p_low) * (q_high - q)
    above = math.hypot(p_high - p, q - q_low) ** 2 - 2 * phi * (p_high - p) * (q - q_low)
    return p - q, p - q - math.sqrt(max(below, 0.0)), p - q + math.sqrt(max(above, 0.0))


def mean_by_draw(values: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return the mean of each draw's values, in the order of the draws; NaN for a draw without any."""
    values = np.asarray(values, float)
    has_value = np.isfinite(values)
    _, place = np.unique(draws, return_inverse=True)
    n = np.bincount(place, has_value)
    total = np.bincount(place, np.where(has_value, values, 0.0))
    return np.divide(total, n, out=np.full(len(n), math.nan), where=n > 0)
