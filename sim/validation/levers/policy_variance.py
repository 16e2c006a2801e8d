"""How much of the variance of an outcome the policies of the two sides explain, and how much is chance."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Shares(NamedTuple):
    """Shares of the variance by the attacker's policy, the defender's, their interaction, and chance; they sum to 1."""

    attacker: float
    defender: float
    interaction: float
    chance: float


def variance_shares(values: NDArray[np.float64]) -> Shares:
    """Take the variance of outcomes apart: attacker's policies x defender's policies x replications.

    Replication r of all policies has the same random numbers, so replications are blocks. The sum of squares of an
    effect, less what chance adds to it (its degrees of freedom times the mean square of effect x replication), over
    the total sum of squares; chance is the rest. NaN where all values are equal, or with one replication.
    """
    a, b, n = values.shape
    apart = values - values.mean()
    total = float(np.sum(apart**2))
    if total == 0.0 or n < 2:
        return Shares(math.nan, math.nan, math.nan, math.nan)
    by_run = apart.mean(axis=(0, 1))
    of_attacker = apart.mean(axis=1) - by_run
    of_defender = apart.mean(axis=0) - by_run
    of_both = apart - of_attacker[:, np.newaxis] - of_defender[np.newaxis] - by_run
    attacker, defender, both = (
        _explained(effect, size) / total for effect, size in ((of_attacker, b), (of_defender, a), (of_both, 1))
    )
    return Shares(attacker, defender, both, 1.0 - attacker - defender - both)


def _explained(effect: NDArray[np.float64], size: int) -> float:
    """Return the sum of squares of an effect's mean over replications (the last axis), less what chance adds to it."""
    n, mean = effect.shape[-1], effect.mean(axis=-1)
    by_chance = size * float(np.sum((effect - mean[..., np.newaxis]) ** 2)) / (n - 1)
    return size * n * float(np.sum(mean**2)) - by_chance
