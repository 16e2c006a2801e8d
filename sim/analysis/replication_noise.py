"""How much of what differs between points is dice: from the replications of each point."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.results.variance_components import components

LEAST_NOISE = 0.05


@dataclass(frozen=True)
class Noise:
    """Share of the variance of the points' means that is dice, with its 95 % interval; NaN with one replication.

    `replications_needed` would bring the share under 5 %.
    """

    n_points: int
    n_replications: int
    share: float
    low: float
    high: float
    replications_needed: float

    @property
    def is_known(self) -> bool:
        """Tell whether replications tell noise apart."""
        return not math.isnan(self.share)

    def in_words(self) -> str:
        """Return one sentence for tables and captions."""
        if not self.is_known:
            return "One replication a point: dice cannot be told from the factors."
        if self.share == 0.0:
            return f"No dice are seen between the {self.n_replications} replications of the points."
        return (
            f"Dice are {_percent(self.share)} of the variance of the points' means "
            f"(95 % interval {_percent(self.low)} to {_percent(self.high)})."
        )

    def advice(self, consequence: str) -> str:
        """Return what to do about it, empty when there is nothing to do; the consequence is what dice do to indices."""
        if not self.is_known:
            return f"If there are dice, {consequence}; play 2 replications or more to see by how much."
        if self.share < LEAST_NOISE:
            return ""
        if math.isinf(self.replications_needed):
            return "The points differ by dice only, as far as can be seen: no index here means anything."
        return (
            f"As there are dice, {consequence}. About {self.replications_needed:,.0f} replications a point would bring "
            "them under 5 %."
        )


def noise_of(table: np.ndarray) -> Noise:
    """Return the noise of an outcome given as points x replications, none of them missing.

    One-way analysis of variance with random effects (`sim.results.variance_components`), after the common shift of each
    replication is removed: replication r uses the same random numbers at every point, and a common shift changes no
    index. If noise is a share s of the variance of single runs, it is s / (s + r (1 - s)) of that of means of r runs.
    """
    n, r = table.shape
    if r < 2:
        return Noise(n, r, math.nan, math.nan, math.nan, math.nan)
    means = table.mean(axis=1, keepdims=True)
    # The replications' means cost r - 1 degrees of freedom in n (r - 1): what is left is scaled up to make it good.
    left = (table - means - table.mean(axis=0) + table.mean()) * math.sqrt(n / (n - 1))
    found = components((means + left).ravel(), np.repeat(np.arange(n), r))
    share, high, low = (1.0 - s for s in (found.share_assumed, found.share_low, found.share_high))
    needed = math.inf if share >= 1.0 else max(1.0, math.ceil(share / (1.0 - share) * (1.0 / LEAST_NOISE - 1.0)))
    return Noise(n, r, _of_means(share, r), _of_means(low, r), _of_means(high, r), needed)


def _percent(share: float) -> str:
    return f"{100 * share:.{0 if share >= 0.1 or share == 0.0 else 1}f} %"


def _of_means(share: float, r: int) -> float:
    return share / (share + r * (1.0 - share))
