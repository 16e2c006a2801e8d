"""Which inputs a formula makes sense for: each check raises ValueError with the name and the value."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def require_not_negative(**values: ArrayLike) -> None:
    """Refuse what is not a finite number (or array of them) of at least 0."""
    for name, value in values.items():
        numbers = np.asarray(value, float)
        if not np.all(np.isfinite(numbers) & (numbers >= 0.0)):
            raise ValueError(f"{name} must be a finite number, 0 or more; it is {numbers}")


def require_positive(**values: ArrayLike) -> None:
    """Refuse what is not a finite number (or array of them) above 0."""
    for name, value in values.items():
        numbers = np.asarray(value, float)
        if not np.all(np.isfinite(numbers) & (numbers > 0.0)):
            raise ValueError(f"{name} must be a finite number above 0; it is {numbers}")


def require_probability(**values: ArrayLike) -> None:
    """Refuse what is not a number (or array of them) from 0 to 1."""
    for name, value in values.items():
        numbers = np.asarray(value, float)
        if not np.all((numbers >= 0.0) & (numbers <= 1.0)):
            raise ValueError(f"{name} must lie from 0 to 1; it is {numbers}")


def require_count(**values: float) -> None:
    """Refuse what is not a whole number of at least 0."""
    for name, value in values.items():
        if not (value >= 0 and float(value).is_integer()):
            raise ValueError(f"{name} must be a whole number, 0 or more; it is {value}")
