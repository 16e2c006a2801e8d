"""Which of many differences are clear, how small a one given pairs can show, and how many pairs a width needs."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from functools import cache

import numpy as np
from scipy import optimize, stats

from sim.errors import InputError, clip, is_finite_number
from sim.results.confidence_intervals import (
    ALPHA,
    CONFIDENCE,
    FEWEST_OF_ANY,
    Interval,
    clustered_mean_interval,
    fraction_difference_interval,
    mean_interval,
    number_apart,
    reach_of_any,
    share_difference_interval,
)

POWER = 0.8
MAX_PAIRS = 1_000_000
_LEAST_LOG10_P, _HALVINGS = -16.0, 30
_N_SIMULATED, _MOST_SIMULATED = 10_000, 200


def p_value(differences: np.ndarray) -> float:
    """Return the two-sided p-value of independent differences under a mean of zero, by their `mean_interval`.

    It is the level at which an end of the interval is zero, so that it is below 5 % when the 95 % interval excludes
    zero; NaN where there is no interval.
    """
    return _p_value_by(lambda alpha: mean_interval(differences, alpha=alpha))


def p_value_of_fractions(reference: np.ndarray, variant: np.ndarray) -> float:
    """Return the p-value of paired fractions by their `fraction_difference_interval`, as `p_value` does."""
    return _p_value_by(lambda alpha: fraction_difference_interval(reference, variant, alpha))


def _p_value_by(interval: Callable[[float], Interval]) -> float:
    """Return the level from which on an interval excludes zero, by bisection of its logarithm."""
    if math.isnan(interval(ALPHA)[1]):
        return math.nan
    included, excluded = _LEAST_LOG10_P, 0.0
    for _ in range(_HALVINGS):
        middle = (included + excluded) / 2
        _, low, high = interval(10.0**middle)
        included, excluded = (included, middle) if low > 0.0 or high < 0.0 else (middle, excluded)
    return float(10.0**excluded)


def p_value_of_clusters(means: np.ndarray) -> float:
    """Return the two-sided p-value of the t test of clusters' means of differences; NaN where there is no interval."""
    if math.isnan(clustered_mean_interval(means, np.arange(len(means)))[1]):
        return math.nan
    return float(stats.ttest_1samp(means, 0.0, nan_policy="omit").pvalue)


def p_value_of_clustered_shares(
    reference: np.ndarray, variant: np.ndarray, clusters: np.ndarray, n_units: int
) -> float:
    """Return the p-value of a difference of paired shares in clusters by its interval, as `p_value` does."""
    return _p_value_by(lambda alpha: share_difference_interval(reference, variant, clusters, n_units, alpha))


def p_value_of_shares(reference: np.ndarray, variant: np.ndarray) -> float:
    """Return the two-sided p-value of a difference of paired yes and no; NaN with fewer than FEWEST_OF_ANY pairs.

    McNemar's mid-P test (Fagerland, Lydersen & Laake, BMC Medical Research Methodology 13, 2013). Not by Newcombe's
    interval as the others: of few pairs, that finds too many differences at the levels of Holm's method.
    """
    a, b = np.asarray(reference, bool), np.asarray(variant, bool)
    if len(a) < FEWEST_OF_ANY:
        return math.nan
    n_up, n_apart = int(np.sum(~a & b)), int(np.sum(a != b))
    fewer = stats.binom(n_apart, 0.5)
    least = min(n_up, n_apart - n_up)
    return min(1.0, float(2.0 * fewer.cdf(least) - fewer.pmf(least)))


def holm(p_values: np.ndarray) -> np.ndarray:
    """Return p-values adjusted by Holm's method, which bounds the chance of one false claim or more among all.

    The i-th smallest of m is multiplied by m - i + 1, and none is below a smaller one (Holm, Scandinavian Journal of
    Statistics 6, 1979). NaNs stay and are not counted.
    """
    adjusted = np.full(len(p_values), math.nan)
    order = np.argsort(p_values)[: int(np.isfinite(p_values).sum())]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p_values[order] * factors))
    return adjusted


def smallest_detectable(differences: np.ndarray, n_judged: int = 1, *, is_by_student: bool = False) -> float:
    """Return the smallest mean difference that so many normal differences show to be clear with a power of 80 %.

    Of the test at 5 % by `mean_interval`, or by Student's interval, from the standard deviation of these differences
    and not from their mean; of one among several that are judged together, at 5 % / n_judged, the strictest step of
    Holm's method. NaN with fewer than two pairs, or where all differences are equal.
    """
    values = differences[np.isfinite(differences)]
    if len(values) < 2 or number_apart(values) == 0:
        return math.nan
    errors = _detectable_by_student if is_by_student or len(values) > _MOST_SIMULATED else _detectable
    return errors(len(values), n_judged) * float(stats.sem(values))


@cache
def _detectable(n: int, n_judged: int) -> float:
    """Return it in standard errors of the mean, from simulated normal samples.

    A shift moves an interval by as much: a sample shows every shift that is larger than its interval's reach below its
    mean, less that mean.
    """
    samples = np.random.default_rng(n).normal(size=(_N_SIMULATED, n))
    reach, _ = reach_of_any(samples, ALPHA / n_judged)
    return float(np.quantile(reach - samples.mean(axis=1), POWER)) * math.sqrt(n)


@cache
def _detectable_by_student(n: int, n_judged: int) -> float:
    """Return it in standard errors of the mean: the noncentrality at which n pairs have the power."""
    limit = float(stats.t.ppf(1.0 - (1.0 - CONFIDENCE) / (2 * n_judged), n - 1))

    def surplus(effect: float) -> float:
        return float(stats.nct.sf(limit, n - 1, effect)) - POWER

    enough = 2.0 * limit
    while surplus(enough) < 0.0:
        enough *= 2.0
    return float(optimize.brentq(surplus, limit / 2, enough))


def pairs_for_half_width(differences: np.ndarray, half_width: float) -> int:
    """Return how many pairs give a 95 % interval that reaches so far to each side of the mean difference.

    The smallest n, of those that give an interval, with t(0.975, n - 1) s / sqrt(n) at most the half-width; s is the
    standard deviation of the differences of a pilot. Skewed differences need more (see `mean_interval`). Raises
    InputError when the pilot has none, or the number is beyond MAX_PAIRS.
    """
    values = _pilot(differences, half_width)
    deviation = float(values.std(ddof=1))

    def is_enough(n: int) -> bool:
        return float(stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1)) * deviation / math.sqrt(n) <= half_width

    numbers = range(FEWEST_OF_ANY, MAX_PAIRS + 1)
    place = bisect_left(numbers, True, key=is_enough)
    if place == len(numbers):
        raise _too_many(half_width)
    return numbers[place]


def draws_for_half_width(differences: np.ndarray, n_draws: int, half_width: float) -> int:
    """Return how many draws, in as many Latin hypercubes as the pilot had, give the interval this half-width at most.

    `differences` are the means of the hypercubes of a pilot of `n_draws`. The variance of a hypercube's mean falls at
    least in proportion to its points (Stein, Technometrics 29, 1987), so that the number is rather too large. Raises
    InputError as `pairs_for_half_width` does.
    """
    values = _pilot(differences, half_width)
    reach = float(stats.t.ppf(0.5 + CONFIDENCE / 2, len(values) - 1)) * float(stats.sem(values))
    needed = n_draws * (reach / half_width) ** 2
    if needed > MAX_PAIRS:
        raise _too_many(half_width)
    return max(2 * len(values), math.ceil(needed))


def _pilot(differences: np.ndarray, half_width: float) -> np.ndarray:
    """Return the values of a pilot; raises InputError for a wrong half-width, or without a spread to plan from."""
    values = differences[np.isfinite(differences)]
    if not (is_finite_number(half_width) and half_width > 0.0):
        raise InputError([f"half_width: must be a number above 0, is {clip(half_width)}"])
    if len(values) < 2 or number_apart(values) == 0:
        raise InputError(["half_width: these pairs show no spread to plan from; run more pairs first"])
    return values


def _too_many(half_width: float) -> InputError:
    return InputError([f"half_width: {half_width:g} would need more than {MAX_PAIRS:,} pairs; give a wider one"])
