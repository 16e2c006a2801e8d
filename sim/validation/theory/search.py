"""Random search: how likely a moving sensor is to have found a target in an area."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.validation.theory.valid_inputs import Numbers, require_not_negative


def koopman(z: ArrayLike) -> Numbers:
    """Return the probability that a random search has found the target.

    P = 1 - e^(-z), z = W V t / A the coverage (dimensionless): sweep width W in km, speed V in km/h, time t in h, area
    A in km2. Source: Koopman 1980, Search and Screening (first 1946). Errors: ValueError for a negative or infinite z.
    """
    require_not_negative(z=z)
    return -np.expm1(-np.asarray(z, float))[()]


def koopman_bound(z: ArrayLike) -> Numbers:
    """Return the probability of finding the target when no place is swept twice, an upper bound for any search.

    P = min(1, z). Symbols, source and errors: as `koopman`.
    """
    require_not_negative(z=z)
    return np.minimum(1.0, np.asarray(z, float))[()]
