"""A box in the space of the factors: limits of numbers, sets of categories, and how well it holds the cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats


@dataclass(frozen=True)
class Limits:
    """What a box lets through of one factor: numbers from low to high, or the categories named."""

    low: float = -np.inf
    high: float = np.inf
    categories: frozenset[Any] | None = None

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Tell which values lie within."""
        if self.categories is not None:
            return np.isin(values, list(self.categories))
        return np.asarray((values >= self.low) & (values <= self.high))


@dataclass(frozen=True)
class Box:
    """Limits by factor; a factor without limits may have any value."""

    limits: Mapping[str, Limits] = field(default_factory=dict)

    def holds(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """Tell which points lie inside; values by factor."""
        inside = np.ones(len(next(iter(values.values()))), bool)
        for path, limits in self.limits.items():
            inside &= limits.holds(values[path])
        return inside

    def within(self, path: str, limits: Limits) -> Box:
        """Return the box with other limits of one factor."""
        return replace(self, limits={**self.limits, path: limits})

    def without(self, path: str) -> Box:
        """Return the box with no limits of one factor."""
        return replace(self, limits={other: limits for other, limits in self.limits.items() if other != path})


def coverage_and_density(inside: np.ndarray, is_case: np.ndarray) -> tuple[float, float]:
    """Return the share of the cases that are inside, and the share of the inside that are cases."""
    hits = float((inside & is_case).sum())
    return hits / float(is_case.sum()), hits / max(1.0, float(inside.sum()))


def quasi_p(box: Box, path: str, values: Mapping[str, np.ndarray], is_case: np.ndarray) -> float:
    """Return how likely chance alone makes the box this dense with this restriction.

    Bryant and Lempert, Technological Forecasting and Social Change 77, 2010: the box without the restriction holds a
    share of cases; a binomial draw of as many points as the box holds has at least as many cases as it does.
    """
    wide, inside = box.without(path).holds(values), box.holds(values)
    share = float(is_case[wide].mean())
    return float(stats.binom.sf(int(is_case[inside].sum()) - 1, int(inside.sum()), share))


def columns_of(values: pd.DataFrame, kinds: Mapping[str, str]) -> dict[str, np.ndarray]:
    """Return the factors' values as arrays: numbers as floats, categories and flags as they are."""
    return {
        path: values[path].to_numpy(object if kinds[path] in ("category", "flag") else float) for path in values.columns
    }
