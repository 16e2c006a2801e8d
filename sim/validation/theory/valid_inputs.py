"""The types of the formulas' results, and checks that raise ValueError with the name and value of an invalid input."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = float | NDArray[np.float64]
"""A float where all inputs are numbers, an array where one of them is an array."""


def require_not_negative(**values: ArrayLike) -> None:
    """Raise ValueError unless every value is a finite number, or an array of finite numbers, of at least 0."""
    for name, value in values.items():
        numbers = np.asarray(value, float)
        if not np.all(np.isfinite(numbers) & (numbers >= 0.0)):
            raise ValueError(f"{name} must be a finite number, 0 or more; it is {numbers}")


def require_positive(**values: ArrayLike) -> None:
    """Raise ValueError unless every value is a finite number, or an array of finite numbers, above 0."""
    for name, value in values.items():
        numbers = np.asarray(value, float)
        if not np.all(np.isfinite(numbers) & (numbers > 0.0)):
            raise ValueError(f"{name} must be a finite number above 0; it is {numbers}")


def require_probability(**values: ArrayLike) -> None:
    """Raise ValueError unless every value is a number, or an array of numbers, from 0 to 1."""
    for name, value in values.items():
        numbers = np.asarray(value, float)
        if not np.all((numbers >= 0.0) & (numbers <= 1.0)):
            raise ValueError(f"{name} must lie from 0 to 1; it is {numbers}")


def require_count(**values: float) -> None:
    """Raise ValueError unless every value is a whole number of at least 0."""
    for name, value in values.items():
        if not (value >= 0 and float(value).is_integer()):
            raise ValueError(f"{name} must be a whole number, 0 or more; it is {value}")
