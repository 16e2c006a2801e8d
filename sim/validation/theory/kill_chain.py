"""The kill chain: a shot counts only if every stage before it succeeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

from sim.validation.theory.valid_inputs import require_count, require_probability


class KillChain(NamedTuple):
    """The successes of n tries through one chain."""

    p_success: float  # of one try
    mean: float  # successes
    distribution: NDArray[np.float64]  # distribution[k]: probability of exactly k successes


def kill_chain(n_tries: int, p_stages: Sequence[float]) -> KillChain:
    """Return the probability that one try passes every stage, and the mean and distribution of the number of n that do.

    p = p_1 p_2 ... p_m; successes are Binomial(n, p), with mean n p and P(k) = C(n, k) p^k (1 - p)^(n - k).
    p_stages: the probability of each stage, given the stages before it; tries are independent. Source: Ball 2003, The
    Fundamentals of Aircraft Combat Survivability Analysis and Design. Errors: ValueError unless n_tries is whole and
    every stage is a probability.
    """
    require_count(n_tries=n_tries)
    require_probability(p_stages=p_stages)
    p = math.prod(p_stages)
    k = np.arange(n_tries + 1)
    # In logarithms, because C(n, k) exceeds the range of floats from about a thousand tries on.
    ways = gammaln(n_tries + 1) - gammaln(k + 1) - gammaln(n_tries - k + 1)
    return KillChain(p, n_tries * p, np.exp(ways + xlogy(k, p) + xlog1py(n_tries - k, -p)))
