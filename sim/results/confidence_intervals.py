"""Confidence intervals of means, shares and their paired differences."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
FEWEST = 5
"""Fewest runs, or clusters of runs, of which an interval is printed: with fewer it says next to nothing."""


_MOST_GAINED = 4.0


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


def share_difference_interval(
    reference: np.ndarray, variant: np.ndarray, clusters: np.ndarray | None = None
) -> tuple[float, float, float]:
    """Return the difference of two paired shares, variant minus reference, with its 95 % interval.

    Newcombe's method 10 for paired data (Statistics in Medicine 17, 1998): the Wilson intervals of both shares,
    joined by the correlation within pairs. Unlike Student's interval it has a width when every pair agrees. With
    clusters of pairs, the intervals that are joined are those of `clustered_share_interval`.
    """
    a, b = np.asarray(variant, bool), np.asarray(reference, bool)
    (p, p_low, p_high), (q, q_low, q_high) = (
        share_interval(flags) if clusters is None else clustered_share_interval(flags, clusters) for flags in (a, b)
    )
    both, only_a, only_b, neither = (int(np.sum(pairs)) for pairs in (a & b, a & ~b, ~a & b, ~a & ~b))
    product = float(both * neither - only_a * only_b)
    if product > 0:
        product = max(product - len(a) / 2, 0.0)
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    phi = product / math.sqrt(margins) if margins else 0.0
    below = math.hypot(p - p_low, q_high - q) ** 2 - 2 * phi * (p - p_low) * (q_high - q)
    above = math.hypot(p_high - p, q - q_low) ** 2 - 2 * phi * (p_high - p) * (q - q_low)
    return p - q, p - q - math.sqrt(max(below, 0.0)), p - q + math.sqrt(max(above, 0.0))


def clustered_mean_interval(values: np.ndarray, clusters: np.ndarray) -> tuple[float, float, float]:
    """Return the mean of the clusters' means with its 95 % interval: Student t with one d.f. fewer than clusters.

    Values of one cluster need not be independent of one another; `clusters` names the cluster of each. NaNs are left
    out; with fewer than FEWEST clusters, or none that differ, the ends are NaN.
    """
    means = mean_by_draw(values, clusters)
    means = means[np.isfinite(means)]
    if len(means) < FEWEST or np.ptp(means) == 0.0:
        return (float(means.mean()) if len(means) else math.nan), math.nan, math.nan
    low, high = stats.t.interval(CONFIDENCE, len(means) - 1, means.mean(), stats.sem(means))
    return float(means.mean()), float(low), float(high)


def clustered_share_interval(flags: np.ndarray, clusters: np.ndarray) -> tuple[float, float, float]:
    """Return the share of true values with the ends of its 95 % Wilson interval at the effective number of values.

    The number is divided by the design effect (the variance of the share between clusters over that of independent
    values; Saha, Miller & Wang, International Journal of Biostatistics 12, 2016), and multiplied by (z / t)^2 for the
    few clusters it is estimated from (Korn & Graubard, Survey Methodology 24, 1998). Clusters whose values are spread
    evenly, as Latin hypercubes, can make it larger, by the factor _MOST_GAINED at most. Where all agree, the design
    effect is unknown and counts as 1. NaN ends with fewer than FEWEST clusters.
    """
    flags = np.asarray(flags, bool)
    _, place = np.unique(clusters, return_inverse=True)
    sizes, n_true = np.bincount(place), np.bincount(place, flags)
    n, k, share = len(flags), len(sizes), float(flags.mean())
    if k < FEWEST:
        return share, math.nan, math.nan
    independent = share * (1.0 - share) / n
    between = k / (k - 1) * float(np.sum((n_true - sizes * share) ** 2)) / n**2
    design_effect = between / independent if independent else 1.0
    few = float((stats.norm.ppf(0.5 + CONFIDENCE / 2) / stats.t.ppf(0.5 + CONFIDENCE / 2, k - 1)) ** 2)
    effective = n * min(_MOST_GAINED, few / design_effect if design_effect else math.inf) if independent else n
    return share, *_wilson(share, effective)


def _wilson(share: float, n: float) -> tuple[float, float]:
    """Return the ends of Wilson's 95 % interval of a share of n values, a whole number or not."""
    z = float(stats.norm.ppf(0.5 + CONFIDENCE / 2))
    centre, half = share + z * z / (2 * n), z * math.sqrt(share * (1.0 - share) / n + (z / (2 * n)) ** 2)
    low, high = (centre - half) / (1.0 + z * z / n), (centre + half) / (1.0 + z * z / n)
    return max(0.0, low), min(1.0, high)


def mean_by_draw(values: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return the mean of each draw's values, in the order of the draws; NaN for a draw without any."""
    values = np.asarray(values, float)
    has_value = np.isfinite(values)
    _, place = np.unique(draws, return_inverse=True)
    n = np.bincount(place, has_value)
    total = np.bincount(place, np.where(has_value, values, 0.0))
    return np.divide(total, n, out=np.full(len(n), math.nan), where=n > 0)
