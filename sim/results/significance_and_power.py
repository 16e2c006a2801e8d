"""Which of many differences are clear, how small a one given pairs can show, and how many pairs a width needs."""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import cache

import numpy as np
from scipy import optimize, stats

from sim.errors import InputError, clip, is_finite_number
from sim.results.confidence_intervals import CONFIDENCE

POWER = 0.8
MAX_PAIRS = 1_000_000


def p_value(differences: np.ndarray) -> float:
    """Return the two-sided p-value of paired differences under a mean of zero; NaNs are left out.

    The paired t test; where all differences are equal, which gives it no spread, the sign test; NaN with fewer than
    two values.
    """
    values = differences[np.isfinite(differences)]
    if len(values) < 2:
        return math.nan
    if _are_equal(values):
        return 1.0 if values[0] == 0.0 else float(0.5 ** (len(values) - 1))
    return float(stats.ttest_1samp(values, 0.0).pvalue)


def _are_equal(values: np.ndarray) -> bool:
    """Return whether values differ by rounding at most."""
    return bool(np.ptp(values) <= 1e-12 * np.abs(values).max())


def p_value_of_shares(reference: np.ndarray, variant: np.ndarray) -> float:
    """Return the two-sided p-value of a difference of paired yes and no: McNemar's exact test; NaN of one pair."""
    a, b = np.asarray(reference, bool), np.asarray(variant, bool)
    if len(a) < 2:
        return math.nan
    n_up, n_down = int(np.sum(~a & b)), int(np.sum(a & ~b))
    return float(stats.binomtest(n_up, n_up + n_down).pvalue) if n_up + n_down else 1.0


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


def smallest_detectable(differences: np.ndarray, n_judged: int = 1) -> float:
    """Return the smallest mean difference that so many pairs show to be clear with a power of 80 %.

    Of a two-sided paired t test at 5 %, from the standard deviation of these differences and not from their mean; of
    one among several that are judged together, at 5 % / n_judged, the strictest step of Holm's method. NaN with fewer
    than two pairs, or where all differences are equal.
    """
    values = differences[np.isfinite(differences)]
    if len(values) < 2 or _are_equal(values):
        return math.nan
    return _detectable_in_errors(len(values), n_judged) * float(stats.sem(values))


@cache
def _detectable_in_errors(n: int, n_judged: int) -> float:
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

    The smallest n with t(0.975, n - 1) s / sqrt(n) at most the half-width; s is the standard deviation of the
    differences of a pilot. Raises InputError when the pilot has none, or the number is beyond MAX_PAIRS.
    """
    values = _pilot(differences, half_width)
    deviation = float(values.std(ddof=1))

    def is_enough(n: int) -> bool:
        return float(stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1)) * deviation / math.sqrt(n) <= half_width

    numbers = range(2, MAX_PAIRS + 1)
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
    if len(values) < 2 or _are_equal(values):
        raise InputError(["half_width: these pairs show no spread to plan from; run more pairs first"])
    return values


def _too_many(half_width: float) -> InputError:
    return InputError([f"half_width: {half_width:g} would need more than {MAX_PAIRS:,} pairs; give a wider one"])
