"""CART: the outcome cut into a few steps, each by a threshold of one factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.factor_box import Box, Limits, columns_of
from sim.analysis.findings import Analysis, analysis
from sim.analysis.input_checks import checked, least_points
from sim.analysis.replication_noise import noise_of
from sim.results.confidence_intervals import mean_interval
from sim.scenario.reading.error_wording import number_in_words

if TYPE_CHECKING:
    from sim.analysis.sweep_results import SweepResults

_DEEPEST, _LEAST_SHARE, _LEAST_POINTS, _LEAST_GAIN = 4, 0.03, 5, 0.01
_FOLDS = 10

Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Leaf:
    """Points of one part of the space; `box` says which."""

    box: Box
    rows: np.ndarray


@dataclass(frozen=True)
class _Split:
    path: str
    low: Limits
    high: Limits
    gain: float


def cart(results: SweepResults, outcome: str) -> Analysis:
    """Return a regression tree of the points' means: each factor's share of the variance, and the leaves.

    Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984: each cut lowers the sum of squares
    most; a category's values are put in the order of their means, which makes the best cut of all. The depth is the
    smallest whose error in ten-fold cross-validation is within one standard error of the best, and a cut takes 1 % of
    the variance at least. Index `importance` is the share of the variance that a factor's cuts take away, `R2` that of
    new points as cross-validation sees it in trees as deep as the one shown. Detail `leaves`: where, n points,
    mean with the interval of the points' means.
    """
    least_points(results, 40, "CART")
    table = checked(results, outcome)
    y = table.mean(axis=1)
    columns = columns_of(results.values, {factor.path: factor.kind for factor in results.factors})
    depth, r2_by_depth = _depth(columns, y, results.seed)
    leaves, gains = grow(columns, y, depth)
    # What reaches less deep than it might is judged by trees that are no deeper.
    r2 = r2_by_depth[next(d for d in range(depth + 1) if len(grow(columns, y, d)[0]) == len(leaves))]
    total = float(((y - y.mean()) ** 2).sum())
    rows = [(path, "", "importance", gains.get(path, 0.0) / total, np.nan, np.nan) for path in results.paths]
    rows.append(("(all)", "", "R2", r2, np.nan, np.nan))
    size = "One leaf: no cut is worth it" if len(leaves) == 1 else f"{len(leaves)} leaves"
    notes = [f"{size}; of new points the tree explains {max(0.0, r2):.2f} (ten-fold cross-validation). Each cut is of "
             "one factor and must pay by itself: factors that act only together may not be seen."]  # fmt: skip
    return analysis(results, outcome, noise_of(table), ("cart", "Regression tree (CART)"), rows, notes,
                    {"leaves": _leaves(leaves, y)})  # fmt: skip


def grow(columns: Columns, y: np.ndarray, deepest: int) -> tuple[list[Leaf], dict[str, float]]:
    """Return the leaves of a tree, and the sum of squares that each factor's cuts take away."""
    least = max(_LEAST_POINTS, int(_LEAST_SHARE * len(y)))
    least_gain = _LEAST_GAIN * float(((y - y.mean()) ** 2).sum())
    leaves, gains = [Leaf(Box(), np.arange(len(y)))], dict[str, float]()
    for _ in range(deepest):
        grown: list[Leaf] = []
        for leaf in leaves:
            split = _best_split(leaf, columns, y, least)
            if split is None or split.gain < least_gain:
                grown.append(leaf)
                continue
            gains[split.path] = gains.get(split.path, 0.0) + split.gain
            grown += [_part(leaf, split.path, limits, columns) for limits in (split.low, split.high)]
        leaves = grown
    return leaves, gains


def _part(leaf: Leaf, path: str, limits: Limits, columns: Columns) -> Leaf:
    rows = leaf.rows[limits.holds(columns[path][leaf.rows])]
    old = leaf.box.limits.get(path, Limits())
    if limits.categories is None:
        limits = replace(limits, low=max(old.low, limits.low), high=min(old.high, limits.high))
    return Leaf(leaf.box.within(path, limits), rows)


def _best_split(leaf: Leaf, columns: Columns, y: np.ndarray, least: int) -> _Split | None:
    own = y[leaf.rows]
    best: _Split | None = None
    for path, column in columns.items():
        values = column[leaf.rows]
        split = _categories(path, values, own, least) if column.dtype == object else _numbers(path, values, own, least)
        if split is not None and (best is None or split.gain > best.gain):
            best = split
    return best


def _numbers(path: str, values: np.ndarray, y: np.ndarray, least: int) -> _Split | None:
    limit, gain = _cut(values, y, least)
    if gain <= 0.0:
        return None
    # A value on the limit goes down; the next number above it begins the upper part.
    return _Split(path, Limits(high=limit), Limits(low=float(np.nextafter(limit, np.inf))), gain)


def _categories(path: str, values: np.ndarray, y: np.ndarray, least: int) -> _Split | None:
    names = sorted(set(values), key=lambda one: (float(y[values == one].mean()), str(one)))
    places = {name: place for place, name in enumerate(names)}
    limit, gain = _cut(np.array([places[value] for value in values], float), y, least)
    if gain <= 0.0:
        return None
    below = frozenset(name for name, place in places.items() if place <= limit)
    return _Split(path, Limits(categories=below), Limits(categories=frozenset(names) - below), gain)


def _cut(values: np.ndarray, y: np.ndarray, least: int) -> tuple[float, float]:
    """Return the threshold that lowers the sum of squares most, halfway between two values, and by how much."""
    order = np.argsort(values, kind="stable")
    x, centred = values[order], y[order] - y.mean()
    n_low = np.arange(1, len(x))
    below = np.cumsum(centred)[:-1]
    gains = below**2 / n_low + below**2 / (len(x) - n_low)
    is_cut = (x[1:] > x[:-1]) & (n_low >= least) & (len(x) - n_low >= least)
    if not is_cut.any():
        return 0.0, 0.0
    place = int(np.argmax(np.where(is_cut, gains, -1.0)))
    gain = float(gains[place])
    # Rounding is no gain.
    return float((x[place] + x[place + 1]) / 2), gain if gain > 1e-12 * float(centred @ centred) else 0.0


def _depth(columns: Columns, y: np.ndarray, seed: int) -> tuple[int, np.ndarray]:
    """Return the depth by cross-validation, and the share of the variance of new points that each depth explains."""
    fold = np.random.default_rng(seed).permutation(len(y)) % _FOLDS
    squares = np.empty((_DEEPEST + 1, len(y)))
    for k in range(_FOLDS):
        known, new = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        for depth in range(_DEEPEST + 1):
            leaves, _ = grow({path: column[known] for path, column in columns.items()}, y[known], depth)
            squares[depth, new] = (y[new] - _predict(leaves, y[known], columns, new)) ** 2
    means = squares.mean(axis=1)
    best = int(np.argmin(means))
    enough = means[best] + squares[best].std(ddof=1) / np.sqrt(len(y))
    depth = int(np.flatnonzero(means <= enough)[0])
    return depth, 1.0 - means / means[0]


def _predict(leaves: list[Leaf], y: np.ndarray, columns: Columns, rows: np.ndarray) -> np.ndarray:
    found = np.full(len(rows), y.mean())
    for leaf in leaves:
        found[leaf.box.holds({path: column[rows] for path, column in columns.items()})] = y[leaf.rows].mean()
    return found


def _leaves(leaves: list[Leaf], y: np.ndarray) -> pd.DataFrame:
    found = []
    for leaf in leaves:
        mean, low, high = mean_interval(y[leaf.rows])
        found.append({"where": box_in_words(leaf.box), "n_points": len(leaf.rows), "mean": mean, "low": low,
                      "high": high})  # fmt: skip
    return pd.DataFrame(found).sort_values("mean", ascending=False, ignore_index=True)


def box_in_words(box: Box) -> str:
    """Return the limits of a box for reading."""
    return " and ".join(_limits_in_words(path, limits) for path, limits in box.limits.items()) or "anywhere"


def _limits_in_words(path: str, limits: Limits) -> str:
    if limits.categories is not None:
        return f"{path} is {' or '.join(sorted(map(str, limits.categories)))}"
    low, high = (number_in_words(limit) for limit in (limits.low, limits.high))
    if np.isinf(limits.low):
        return f"{path} up to {high}"
    return f"{path} above {low}" + ("" if np.isinf(limits.high) else f" up to {high}")
