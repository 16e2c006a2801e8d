"""A box in factor space: limits of numbers and sets of categories, with its coverage and density of the cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from sim.quantity import Scalar


@dataclass(frozen=True)
class Limits:
    """The values of one factor that are inside a box: numbers from low to high, or the listed categories."""

    low: float = -np.inf
    high: float = np.inf
    categories: frozenset[Scalar] | None = None

    def contains(self, values: np.ndarray) -> np.ndarray:
        """Return which of the values are inside the limits."""
        if self.categories is not None:
            return np.isin(values, list(self.categories))
        return np.asarray((values >= self.low) & (values <= self.high))


@dataclass(frozen=True)
class Box:
    """Limits by factor; a factor without limits may take any value."""

    limits: Mapping[str, Limits] = field(default_factory=dict)

    def contains(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return which points are inside; `values` has one array per factor."""
        inside = np.ones(len(next(iter(values.values()))), bool)
        for path, limits in self.limits.items():
            inside &= limits.contains(values[path])
        return inside

    def within(self, path: str, limits: Limits) -> Box:
        """Return the box with the limits of one factor replaced."""
        return replace(self, limits={**self.limits, path: limits})

    def without(self, path: str) -> Box:
        """Return the box without limits on one factor."""
        return replace(self, limits={other: limits for other, limits in self.limits.items() if other != path})


def coverage_and_density(inside: np.ndarray, is_case: np.ndarray) -> tuple[float, float]:
    """Return the share of the cases that are inside, and the share of the points inside that are cases."""
    hits = float((inside & is_case).sum())
    return hits / float(is_case.sum()), hits / max(1.0, float(inside.sum()))


def columns_of(values: pd.DataFrame, kinds: Mapping[str, str]) -> dict[str, np.ndarray]:
    """Return the factors' values as arrays: numbers as floats, categories and flags as they are."""
    return {
        path: values[path].to_numpy(object if kinds[path] in ("category", "flag") else float) for path in values.columns
    }


def codes_of(columns: Mapping[str, np.ndarray]) -> tuple[dict[str, np.ndarray], dict[str, list[Scalar]]]:
    """Return the columns with whole numbers in place of categories, and the names of these codes by factor."""
    found, names = dict(columns), dict[str, list[Scalar]]()
    for path, column in columns.items():
        if column.dtype == object:
            names[path] = sorted(set(column), key=str)
            places = {name: place for place, name in enumerate(names[path])}
            found[path] = np.array([places[value] for value in column])
    return found, names
