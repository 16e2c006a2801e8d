"""How much of the difference between points is noise (random variation), from the replications of each point."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.results.number_format import fixed, percent
from sim.results.variance_components import components

NEGLIGIBLE_NOISE = 0.05


@dataclass(frozen=True)
class Noise:
    """Share of the variance of the points' means that is noise, with its 95 % interval; NaN with one replication.

    `replications_needed` is the number of replications per point that would bring the share below 5 %.
    """

    n_points: int
    n_replications: int
    share: float
    low: float
    high: float
    replications_needed: float

    @property
    def is_known(self) -> bool:
        """Whether there are replications from which to estimate the noise."""
        return not math.isnan(self.share)

    def in_words(self) -> str:
        """Return one sentence for tables and captions."""
        if not self.is_known:
            return "One replication per point: noise cannot be separated from the effects of the factors."
        if self.share == 0.0:
            return f"No noise: the {self.n_replications} replications of each point agree."
        return (
            f"Noise is {_percent(self.share)} of the variance of the points' means "
            f"(95 % interval {_percent(self.low)} to {_percent(self.high)})."
        )

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


def noise_of(table: np.ndarray) -> Noise:
    """Return the noise of an outcome given as points x replications, without missing values.

    One-way analysis of variance with random effects (`sim.results.variance_components`), after the common shift of each
    replication is removed: replication r uses the same random numbers at every point, and a common shift changes no
    index. If noise is a share s of the variance of single runs, it is s / (s + r (1 - s)) of that of means of r runs.
    """
    n, r = table.shape
    if r < 2:
        return Noise(n, r, math.nan, math.nan, math.nan, math.nan)
    means = table.mean(axis=1, keepdims=True)
    # The replications' means cost r - 1 of n (r - 1) degrees of freedom: the residuals are scaled up to correct it.
    residuals = (table - means - table.mean(axis=0) + table.mean()) * math.sqrt(n / (n - 1))
    found = components((means + residuals).ravel(), np.repeat(np.arange(n), r))
    share, high, low = (1.0 - s for s in (found.share_assumed, found.share_low, found.share_high))
    needed = math.inf if share >= 1.0 else max(1.0, math.ceil(share / (1.0 - share) * (1.0 / NEGLIGIBLE_NOISE - 1.0)))
    return Noise(n, r, _of_means(share, r), _of_means(low, r), _of_means(high, r), needed)


def _percent(share: float) -> str:
    return percent(share, 0 if share >= 0.1 or share == 0.0 else 1)


def _of_means(share: float, r: int) -> float:
    return share / (share + r * (1.0 - share))
