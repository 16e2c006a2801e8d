"""How much of the difference between points is noise (random variation), from the replications of each point."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.results.confidence_intervals import CONFIDENCE
from sim.results.number_format import fixed, percent

NEGLIGIBLE_NOISE = 0.05
# Fewer independent groups of runs than this show too little of their own spread for an interval.
FEWEST_CLUSTERS = 5
_ROUNDING = 1e-20
_EACH_SIDE = np.array([(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])


@dataclass(frozen=True)
class Noise:
    """Share of the variance of the points' means that is noise, with its 95 % interval; NaN where it is unknown.

    `points_per_block` is how many consecutive points have the same random numbers. `replications_needed` is the number
    of replications per point that would bring the share below 5 %.
    """

    n_points: int
    n_replications: int
    points_per_block: int
    share: float
    low: float
    high: float
    replications_needed: float

    @property
    def is_known(self) -> bool:
        """Whether there are replications from which to estimate the noise."""
        return not math.isnan(self.share)

    @property
    def is_common(self) -> bool:
        """Whether all points have the same random numbers, so that only the replications are independent."""
        return self.points_per_block >= self.n_points

    def in_words(self) -> str:
        """Return one sentence for tables and captions."""
        if not self.is_known:
            return "One replication per point: noise cannot be separated from the effects of the factors."
        if self.share == 0.0:
            return f"No noise: the {self.n_replications} replications of each point agree."
        interval = f"95 % interval {_percent(self.low)} to {_percent(self.high)}"
        if math.isnan(self.low):
            interval = f"no interval: {self._why_no_interval()}"
        return f"Noise is {_percent(self.share)} of the variance of the points' means ({interval})."

    def _why_no_interval(self) -> str:
        what = "replications" if self.is_common else "blocks of points" if self.points_per_block > 1 else "points"
        n = self.n_replications if self.is_common else math.ceil(self.n_points / self.points_per_block)
        return f"fewer than {FEWEST_CLUSTERS} {what}" if n < FEWEST_CLUSTERS else "only few points have noise"

    def advice(self, consequence: str) -> str:
        """Return what to do about the noise, empty when there is nothing to do.

        `consequence` is the effect of noise on the indices, in words.
        """
        if not self.is_known:
            return f"If there is noise, {consequence}; run 2 or more replications per point to see by how much."
        if self.share < NEGLIGIBLE_NOISE:
            return ""
        if math.isinf(self.replications_needed):
            return "Noise alone explains how the points differ: no index here means anything."
        return (
            f"Because of the noise, {consequence}. About {fixed(self.replications_needed)} replications per point "
            "would bring it below 5 %."
        )


def noise_of(table: np.ndarray, points_per_block: int | None = None) -> Noise:
    """Return the noise of an outcome given as points x replications, without missing values.

    The share is the mean square within points divided by that between them, which for means of r runs estimates
    noise / (noise + signal): one-way analysis of variance with random effects (Searle, Linear Models, 1971, chapter 9).
    So many consecutive points as `points_per_block` have the same random numbers (default: all). The interval takes
    what has random numbers of its own as one observation: blocks of points, by the jackknife of the share's logarithm
    (Miller, Biometrika 61, 1974); or, where all points share them, the replications, by F with Huynh and Feldt's
    degrees of freedom. A replication's shift of all points is then no noise: no index changes by it. NaN where fewer
    than five blocks, or replications, are independent.
    """
    n, r = table.shape
    size = min(points_per_block or n, n)
    if r < 2:
        return Noise(n, r, size, math.nan, math.nan, math.nan, math.nan)
    if size == n:
        share, low, high = _of_common_numbers(table)
    else:
        share, low, high = _of_blocks(table, size)
    share, low, high = np.minimum([share, low, high], 1.0).tolist()
    needed = math.inf if share >= 1.0 else share * r / (1.0 - share) * (1.0 / NEGLIGIBLE_NOISE - 1.0)
    return Noise(n, r, size, share, low, high, max(1.0, np.ceil(needed)))


def _half_width(left_out: np.ndarray) -> np.ndarray:
    """Return half of the 95 % interval of an estimate from the estimates with each of its clusters left out, by rows.

    The jackknife with Student t for one cluster fewer (Miller, Biometrika 61, 1974).
    """
    g = len(left_out)
    error = np.sqrt((g - 1) * left_out.var(axis=0))
    return np.asarray(stats.t.ppf(0.5 + CONFIDENCE / 2, g - 1) * error)


def noise_df(noise: np.ndarray, rank: float) -> float:
    """Return the degrees of freedom of the mean square of noise, points x replications, that points may share.

    Of r replications they are r - 1 when all points move together, and rank (r - 1) when each moves alone. Box,
    Annals of Mathematical Statistics 25, 1954, with the unbiased estimates of Huynh and Feldt, Journal of Educational
    Statistics 1, 1976. Three or more columns with the mean zero, which lie in so many dimensions as `rank`.
    """
    m = noise.shape[1] - 1
    products = noise.T @ noise / m  # its eigenvalues are those of the covariance of the points
    trace, squares = float(np.trace(products)), float((products**2).sum())
    of_squares = (squares - trace**2 / m) * m**2 / ((m - 1) * (m + 2))
    squared_trace = trace**2 - 2.0 / m * of_squares
    if of_squares <= 0.0:
        return m * rank
    return float(np.clip(m * squared_trace / of_squares, m, m * rank))


def _of_common_numbers(table: np.ndarray) -> tuple[float, float, float]:
    n, r = table.shape
    means = table.mean(axis=1)
    noise = table - means[:, None] - table.mean(axis=0) + table.mean()
    share = float(_share((noise**2).sum() / ((n - 1) * (r - 1)), r * means.var(ddof=1)))
    if r < FEWEST_CLUSTERS or share == 0.0:
        return share, math.nan, math.nan
    df = noise_df(noise, n - 1)
    low, high = share * stats.f.ppf(_EACH_SIDE, df / (r - 1), df)
    return share, low, high


def _of_blocks(table: np.ndarray, size: int) -> tuple[float, float, float]:
    n, r = table.shape
    starts = np.arange(0, n, size)
    means = table.mean(axis=1)
    deviations = means - means.mean()
    # Sums by block: points, squares of the noise, and the points' means and their squares.
    parts = np.add.reduceat(
        np.column_stack([np.ones(n), ((table - means[:, None]) ** 2).sum(axis=1), deviations, deviations**2]), starts
    )

    def share_of(count: np.ndarray, within: np.ndarray, total: np.ndarray, squares: np.ndarray) -> np.ndarray:
        return _share(within / (count * (r - 1)), r * (squares - total**2 / count) / (count - 1))

    share = float(share_of(*parts.sum(axis=0)))
    if len(starts) < FEWEST_CLUSTERS or share == 0.0:
        return share, math.nan, math.nan
    left_out = share_of(*(parts.sum(axis=0) - parts).T)
    if not (np.isfinite(left_out) & (left_out > 0.0)).all():  # one block has all of the noise, or of the differences
        return share, math.nan, math.nan
    low, high = share * np.exp(_half_width(np.log(left_out)) * [-1.0, 1.0])
    return share, low, high


def _share(within: np.ndarray, between: np.ndarray) -> np.ndarray:
    """Return the quotient of two mean squares; noise that is no more than a rounding error is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(within <= _ROUNDING * between, 0.0, within / between)


def _percent(share: float) -> str:
    return percent(share, 0 if share >= 0.1 or share == 0.0 else 1)
