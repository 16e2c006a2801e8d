"""Confidence intervals of means, shares and their paired differences: one method for each kind of outcome.

Which kind an outcome is, is known before it is looked at (`Measure.kind`). Where no method holds, the ends are NaN, and
`why_no_interval` says why. Coverage of each method: tests/simulation/test_interval_coverage.py.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from scipy import special, stats

Kind = Literal["any", "count", "fraction"]
Interval = tuple[float, float, float]

CONFIDENCE = 0.95
ALPHA = 1.0 - CONFIDENCE
FEWEST = 5
"""Fewest runs, or clusters of runs, of which an interval is printed: with fewer it says next to nothing."""
FEWEST_OF_ANY = 8
"""Fewest runs for the interval of a mean of no known kind, and of a difference: with fewer none holds in all cases."""
FEWEST_APART = 2
"""Fewest runs that differ from the most frequent value, for such an interval; one alone shows no spread."""

_SKEWNESS_GROWS, _WIDER = 5.0, 0.5  # see _any_ends, _fraction_ends
_MOST_GAINED = 2.0


def mean_interval(values: np.ndarray, kind: Kind = "any", alpha: float = ALPHA) -> Interval:
    """Return the mean of independent values and the ends of its interval at 1 - alpha; NaNs are left out.

    A count: the quasi-Poisson score interval. A fraction between 0 and 1: the quasi-score interval whose standard
    error goes with m (1 - m). Anything else: the farther ends of Student's and of Hall's interval for skewed values.
    """
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    mean = float(values.mean()) if len(values) else math.nan
    if why_no_interval(values, kind):
        return mean, math.nan, math.nan
    return mean, *_ENDS[kind](values, alpha)


def why_no_interval(values: np.ndarray, kind: Kind = "any") -> str:
    """Return in few words why the mean of these values has no interval; empty where it has one."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    fewest = FEWEST_OF_ANY if kind == "any" else FEWEST
    if len(values) < fewest:
        return f"fewer than {fewest} runs"
    apart = number_apart(values)
    if apart == 0:
        return "all runs equal"
    return f"fewer than {FEWEST_APART} runs differ" if kind == "any" and apart < FEWEST_APART else ""


def number_apart(values: np.ndarray) -> int:
    """Return how many values differ from the most frequent one, by more than rounding; 0 when all are equal."""
    ordered = np.sort(values)
    is_next = np.diff(ordered) > 1e-12 * np.abs(ordered).max()
    return int(len(values) - np.bincount(np.concatenate([[0], np.cumsum(is_next)])).max())


def _t(values: np.ndarray, alpha: float) -> float:
    return float(-special.stdtrit(len(values) - 1, alpha / 2))


def _error(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) / math.sqrt(len(values))


def _any_ends(values: np.ndarray, alpha: float) -> tuple[float, float]:
    below, above = reach_of_any(values[np.newaxis], alpha)
    mean = float(values.mean())
    return mean - float(below[0]), mean + float(above[0])


def reach_of_any(samples: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Return how far the interval of each row's mean reaches below and above it: as Student's or Hall's, the farther.

    g(T) = T + a T^2 + a^2 T^3 / 3 + b, with a = G / (3 sqrt(n)) and b = G / (6 sqrt(n)), takes the skewness G out of
    T = (mean - m) / (s / sqrt(n)) (Hall, Journal of the Royal Statistical Society B 54, 1992). Its intervals are too
    short for symmetric values with many ties, and there Student's are wide enough. Of few values the skewness is
    estimated too small: it is taken as (1 + 5 / n) times the usual G1.
    """
    n = samples.shape[1]
    apart = samples - samples.mean(axis=1, keepdims=True)
    square = (apart * apart).mean(axis=1)
    skewness = math.sqrt(n * (n - 1)) / (n - 2) * (apart**3).mean(axis=1) / square**1.5
    skewness = (1.0 + _SKEWNESS_GROWS / n) * np.where(np.abs(skewness) < 1e-9, 1e-9, skewness)
    a, b = skewness / (3.0 * math.sqrt(n)), skewness / (6.0 * math.sqrt(n))
    t = float(-special.stdtrit(n - 1, alpha / 2))
    by_t, by_minus_t = ((np.cbrt(1.0 + 3.0 * a * (y - b)) - 1.0) / a for y in (t, -t))
    error = np.sqrt(square / (n - 1))
    return error * np.maximum(t, by_t), error * np.maximum(t, -by_minus_t)


def _count_ends(values: np.ndarray, alpha: float) -> tuple[float, float]:
    """Return the roots of (m - mean)^2 = t^2 (s^2 / n) m / mean: the score interval of a variance in proportion to m.

    That of Poisson's distribution (Rao's score), with the dispersion estimated (McCullagh & Nelder, Generalized Linear
    Models, 1989, chapter 9).
    """
    mean = float(values.mean())
    c = (_t(values, alpha) * _error(values) / mean) ** 2 / 2.0
    reach = math.sqrt(c * (2.0 + c))
    return mean * (1.0 + c - reach), mean * (1.0 + c + reach)


def _fraction_ends(values: np.ndarray, alpha: float) -> tuple[float, float]:
    """Return the roots of |m - mean| = t (s / sqrt(n)) m (1 - m) / (mean (1 - mean)), which lie between 0 and 1.

    The quasi-score interval of a variance that goes with (m (1 - m))^2 (Wedderburn, Biometrika 61, 1974). Of few values
    t is widened by the factor 1 + 1 / (2 n).
    """
    mean = float(values.mean())
    t = _t(values, alpha) * (1.0 + _WIDER / len(values))
    c = t * _error(values) / (mean * (1.0 - mean))

    def low(mean: float) -> float:
        # (1 + c) - sqrt((1 + c)^2 - 4 c mean), without the cancellation of a small c
        return 2.0 * mean / (1.0 + c + math.sqrt(max(0.0, (1.0 + c) ** 2 - 4.0 * c * mean)))

    return low(mean), 1.0 - low(1.0 - mean)


_ENDS = {"any": _any_ends, "count": _count_ends, "fraction": _fraction_ends}


def fraction_difference_interval(reference: np.ndarray, variant: np.ndarray, alpha: float = ALPHA) -> Interval:
    """Return the mean paired difference of two fractions, variant minus reference, and the ends of its interval.

    The farther ends of Student's interval and of that which joins the intervals of both means by their correlation
    (MOVER; Zou & Donner, Statistics in Medicine 27, 2008), as Newcombe's does for shares. NaN ends with fewer than
    FEWEST pairs, or fewer than FEWEST_APART differences that differ from the most frequent one.
    """
    a, b = np.asarray(variant, float), np.asarray(reference, float)
    has_both = np.isfinite(a - b)
    a, b = a[has_both], b[has_both]
    difference = a - b
    if len(difference) < FEWEST or number_apart(difference) < FEWEST_APART:
        return (float(difference.mean()) if len(difference) else math.nan), math.nan, math.nan
    mean, reach = float(difference.mean()), _t(a, alpha) * _error(difference)
    below, above = _joined(_or_point(a, alpha), _or_point(b, alpha), _correlation(a, b))
    return mean, mean - max(reach, below), mean + max(reach, above)


def _or_point(values: np.ndarray, alpha: float) -> Interval:
    """Return the mean and its interval as a fraction's; where all values are equal, the mean thrice."""
    mean = float(values.mean())
    return mean, *(_fraction_ends(values, alpha) if number_apart(values) else (mean, mean))


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if number_apart(a) and number_apart(b) else 0.0


def _joined(first: Interval, second: Interval, correlation: float) -> tuple[float, float]:
    """Return how far the interval of first - second reaches below and above the difference."""
    (p, p_low, p_high), (q, q_low, q_high) = first, second
    below = math.hypot(p - p_low, q_high - q) ** 2 - 2 * correlation * (p - p_low) * (q_high - q)
    above = math.hypot(p_high - p, q - q_low) ** 2 - 2 * correlation * (p_high - p) * (q - q_low)
    return math.sqrt(max(below, 0.0)), math.sqrt(max(above, 0.0))


def share_interval(flags: np.ndarray) -> Interval:
    """Return the share of true values with the ends of its 95 % Wilson interval; NaN ends of fewer than FEWEST."""
    flags = np.asarray(flags, bool)
    share = float(flags.mean())
    return share, *(_wilson(share, len(flags)) if len(flags) >= FEWEST else (math.nan, math.nan))


def share_difference_interval(
    reference: np.ndarray,
    variant: np.ndarray,
    clusters: np.ndarray | None = None,
    n_units: int | None = None,
    alpha: float = ALPHA,
) -> Interval:
    """Return the difference of two paired shares, variant minus reference, and the ends of its interval at 1 - alpha.

    Newcombe's method 10 for paired data (Statistics in Medicine 17, 1998): the Wilson intervals of both shares,
    joined by the correlation within pairs. Unlike Student's interval it has a width when every pair agrees. With
    clusters of pairs, the Wilson intervals are those at the effective number of the differences. NaN ends with fewer
    than FEWEST_OF_ANY pairs, of which the method finds too many differences, or than FEWEST clusters.
    """
    a, b = np.asarray(variant, bool), np.asarray(reference, bool)
    if len(a) < FEWEST_OF_ANY:
        return float(a.mean() - b.mean()), math.nan, math.nan
    n = float(len(a)) if clusters is None else _effective_number(a.astype(float) - b, clusters, n_units)
    first, second = ((float(flags.mean()), *_wilson(float(flags.mean()), n, alpha)) for flags in (a, b))
    both, only_a, only_b, neither = (int(np.sum(pairs)) for pairs in (a & b, a & ~b, ~a & b, ~a & ~b))
    product = float(both * neither - only_a * only_b)
    if product > 0:
        product = max(product - len(a) / 2, 0.0)
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    phi = product / math.sqrt(margins) if margins else 0.0
    below, above = _joined(first, second, phi)
    difference = first[0] - second[0]
    return difference, difference - below, difference + above


def clustered_mean_interval(values: np.ndarray, clusters: np.ndarray, alpha: float = ALPHA) -> Interval:
    """Return the mean of the clusters' means with its interval at 1 - alpha: Student t, d.f. one fewer than clusters.

    Values of one cluster need not be independent of one another; `clusters` names the cluster of each. NaNs are left
    out; with fewer than FEWEST clusters, or none that differ, the ends are NaN.
    """
    means = mean_by_draw(values, clusters)
    means = means[np.isfinite(means)]
    if len(means) < FEWEST or number_apart(means) == 0:
        return (float(means.mean()) if len(means) else math.nan), math.nan, math.nan
    mean, reach = float(means.mean()), _t(means, alpha) * _error(means)
    return mean, mean - reach, mean + reach


def clustered_share_interval(flags: np.ndarray, clusters: np.ndarray, n_units: int | None = None) -> Interval:
    """Return the share of true values with the ends of its 95 % Wilson interval at their effective number."""
    share = float(np.mean(flags))
    return share, *_wilson(share, _effective_number(np.asarray(flags, float), clusters, n_units))


def _effective_number(values: np.ndarray, clusters: np.ndarray, n_units: int | None) -> float:
    """Return how many independent values would give the mean as precisely as these values of clusters do.

    The number is divided by the design effect (the variance of the mean between clusters over that of independent
    values; Saha, Miller & Wang, International Journal of Biostatistics 12, 2016), and multiplied by (z / t)^2 for the
    few clusters it is estimated from (Korn & Graubard, Survey Methodology 24, 1998). Clusters whose values are spread
    evenly, as Latin hypercubes, can make it larger, by the factor _MOST_GAINED at most. Where all agree, the design
    effect is unknown: the number is that of the units, such as draws with several runs, or of the values. NaN with
    fewer than FEWEST clusters.
    """
    _, place = np.unique(clusters, return_inverse=True)
    n, k = len(values), int(place.max()) + 1
    if k < FEWEST:
        return math.nan
    apart = values - values.mean()
    independent, between = float(np.sum(apart**2)), k / (k - 1) * float(np.sum(np.bincount(place, apart) ** 2))
    few = float((stats.norm.ppf(0.5 + CONFIDENCE / 2) / stats.t.ppf(0.5 + CONFIDENCE / 2, k - 1)) ** 2)
    if independent == 0.0:
        return float(n_units or n)
    return n * (min(_MOST_GAINED, few * independent / between) if between else _MOST_GAINED)


def _wilson(share: float, n: float, alpha: float = ALPHA) -> tuple[float, float]:
    """Return the ends of Wilson's interval at 1 - alpha of a share of n values, a whole number or not."""
    z = float(stats.norm.isf(alpha / 2))
    centre, half = share + z * z / (2 * n), z * math.sqrt(share * (1.0 - share) / n + (z / (2 * n)) ** 2)
    low, high = (centre - half) / (1.0 + z * z / n), (centre + half) / (1.0 + z * z / n)
    return float(np.maximum(0.0, low)), float(np.minimum(1.0, high))


def mean_by_draw(values: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return the mean of each draw's values, in the order of the draws; NaN for a draw without any."""
    values = np.asarray(values, float)
    has_value = np.isfinite(values)
    _, place = np.unique(draws, return_inverse=True)
    n = np.bincount(place, has_value)
    total = np.bincount(place, np.where(has_value, values, 0.0))
    return np.divide(total, n, out=np.full(len(n), math.nan), where=n > 0)
