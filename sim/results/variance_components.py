"""How much of the spread of an outcome is random variation and how much the assumed values, from nested samples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import stats

from sim.results.confidence_intervals import CONFIDENCE, FEWEST, mean_by_draw


@dataclass(frozen=True)
class Components:
    """Standard deviations by noise and by assumed values, and the share of the variance of the latter."""

    sd_noise: float
    sd_assumed: float
    share_assumed: float
    share_low: float
    share_high: float


NOTHING = Components(math.nan, math.nan, math.nan, math.nan, math.nan)


def components(values: np.ndarray, draws: np.ndarray | None) -> Components:
    """Take the variance of nested runs apart: replications within draws of the assumed values.

    One-way analysis of variance with random effects: MSW is the mean square within draws, MSB between them, and
    var_assumed = (MSB - MSW) / n0, with n0 replications per draw (of unequal numbers, their usual mean). The share is
    var_assumed / (var_assumed + MSW). It is not cut at zero, which would move its mean up: below zero, draws differ
    less than their replications lead to expect, and no part of the assumed values is seen. A standard deviation is.
    Its interval is that of ln(MSB / MSW), by the jackknife over the draws (Arvesen & Schmitz, Biometrics 26, 1970),
    see `_interval`. Without samples all of the variance is noise. NaN where there is no draw with two values.
    """
    values = np.asarray(values, float)
    if draws is None:
        values = values[np.isfinite(values)]
        deviation = float(values.std(ddof=1)) if len(values) > 1 else math.nan
        return Components(deviation, math.nan, math.nan, math.nan, math.nan)
    has_value = np.isfinite(values)
    _, place = np.unique(draws[has_value], return_inverse=True)
    sizes, means = np.bincount(place), mean_by_draw(values[has_value], place)
    within = np.bincount(place, (values[has_value] - means[place]) ** 2)
    if len(sizes) < 2 or sizes.sum() <= len(sizes):
        return NOTHING
    means -= np.average(means, weights=sizes)  # sums of squares of large numbers would lose digits
    squares = _mean_squares(sizes, means, within)
    between, inside, n_each = (float(found[0]) for found in squares)
    assumed = (between - inside) / n_each
    if between == inside == 0.0:
        return Components(0.0, 0.0, math.nan, math.nan, math.nan)
    share = assumed / (assumed + inside)
    return Components(math.sqrt(inside), math.sqrt(max(0.0, assumed)), share, *_interval(squares))


class _Squares(NamedTuple):
    """Mean squares between and within draws, and replications per draw: of all draws, then without each in turn."""

    between: np.ndarray
    within: np.ndarray
    n_each: np.ndarray


def _mean_squares(sizes: np.ndarray, means: np.ndarray, within: np.ndarray) -> _Squares:
    def without_each(values: np.ndarray) -> np.ndarray:
        return values.sum() - np.concatenate([[0.0], values])

    n, k = without_each(sizes), without_each(np.ones(len(sizes)))
    squares = without_each(sizes * means**2) - without_each(sizes * means) ** 2 / n
    with np.errstate(divide="ignore", invalid="ignore"):
        return _Squares(squares / (k - 1), without_each(within) / (n - k), (n - without_each(sizes**2) / n) / (k - 1))


def _interval(squares: _Squares) -> tuple[float, float]:
    """Return the ends of the 95 % interval of the share, from the mean squares of all draws and without each.

    Pseudo-values of ln(MSB / MSW) give its standard error. Student's degrees of freedom are those of the variance of k
    pseudo-values of excess kurtosis g: 2 / (2 / (k - 1) + g / k), with g at least 0. NaN with fewer than FEWEST draws,
    and where the runs of each draw agree, in all draws or in all but one: no noise is seen to compare with.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(squares.between / squares.within)
    k = len(logs) - 1
    if k < FEWEST or not np.isfinite(logs).all() or np.ptp(logs) == 0.0:
        return math.nan, math.nan
    error = (k - 1) * float(stats.sem(logs[1:]))
    excess = max(0.0, float(stats.kurtosis(logs[1:], bias=False)))
    freedom = max(1.0, 2.0 / (2.0 / (k - 1) + excess / k))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, freedom)) * error
    ends = np.expm1([logs[0] - half, logs[0] + half])
    low, high = np.maximum(0.0, ends / (ends + squares.n_each[0])).tolist()
    return low, high
