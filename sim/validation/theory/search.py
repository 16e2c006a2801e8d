"""Random search: how soon a moving sensor finds a target in an area."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sim.validation.theory.domain import require_not_negative


def koopman(z: ArrayLike) -> Any:
    """Return the probability that random search has found the target.

    P = 1 - e^(-z), z = W V t / A the coverage (no unit): sweep width W in km, speed V in km/h, time t in h, area A in
    km2. Source: Koopman 1980, Search and Screening (first 1946). Errors: ValueError for a negative or infinite z.
    """
    require_not_negative(z=z)
    return -np.expm1(-np.asarray(z, float))[()]


def koopman_bound(z: ArrayLike) -> Any:
    """Return the probability of search that sweeps no place twice, which no search of the same coverage can beat.

    P = min(1, z). Symbols, source and errors: as `koopman`.
    """
    require_not_negative(z=z)
    return np.minimum(1.0, np.asarray(z, float))[()]
