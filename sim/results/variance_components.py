"""How much of the spread of an outcome is random variation and how much the assumed values, from nested samples."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.results.confidence_intervals import CONFIDENCE


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
    var_assumed = max(0, (MSB - MSW) / n0), with n0 replications per draw (of unequal numbers, their usual mean). The
    share var_assumed / (var_assumed + MSW) has the interval that the F distribution gives it, exact for normal values
    and equal numbers (Searle, Linear Models, 1971, chapter 9). Without samples all of the variance is noise.
    NaN where there is no draw with two values.
    """
    values = np.asarray(values, float)
    if draws is None:
        values = values[np.isfinite(values)]
        deviation = float(values.std(ddof=1)) if len(values) > 1 else math.nan
        return Components(deviation, math.nan, math.nan, math.nan, math.nan)
    groups = [group for group in _by_draw(values, draws) if len(group)]
    n_all, n_groups = sum(map(len, groups)), len(groups)
    df_between, df_within = n_groups - 1, n_all - n_groups
    if df_between < 1 or df_within < 1:
        return NOTHING
    middle = float(np.concatenate(groups).mean())
    between = sum(len(g) * (g.mean() - middle) ** 2 for g in groups) / df_between
    within = sum(float(((g - g.mean()) ** 2).sum()) for g in groups) / df_within
    n0 = (n_all - sum(len(g) ** 2 for g in groups) / n_all) / df_between
    assumed = max(0.0, (between - within) / n0)
    if assumed + within == 0.0:
        return Components(0.0, 0.0, math.nan, math.nan, math.nan)
    low, high = _share_interval(between, within, n0, df_between, df_within)
    return Components(math.sqrt(within), math.sqrt(assumed), assumed / (assumed + within), low, high)


def _by_draw(values: np.ndarray, draws: np.ndarray) -> list[np.ndarray]:
    has_value = np.isfinite(values)
    return [values[has_value & (draws == draw)] for draw in np.unique(draws)]


def _share_interval(between: float, within: float, n0: float, df_between: int, df_within: int) -> tuple[float, float]:
    if within == 0.0:  # no noise seen: F cannot show how little there is
        return math.nan, math.nan
    tail = (1.0 - CONFIDENCE) / 2
    f = between / within
    ends = [f / stats.f.ppf(1.0 - tail, df_between, df_within), f / stats.f.ppf(tail, df_between, df_within)]
    low, high = (max(0.0, (end - 1.0) / (end - 1.0 + n0)) for end in ends)
    return low, high
